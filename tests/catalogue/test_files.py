"""The program's own files: all of them load, and together they are what the standards say."""

import pickle
from collections import Counter

import pytest

from gis_app.catalogue import Catalogue, load, program_place
from gis_app.catalogue.feature_type import plain_name
from gis_app.catalogue.scheme import SCHEMES

TYPES = frozenset(
    {
        "park_boundary",
        "survey_polygon",
        "approval_batch",
        "supply_parcel",
        "plan_parcel",
        "reserve_parcel",
        "urban_development_boundary",
        "permanent_basic_farmland",
        "ecological_red_line",
        "exclusion_zone",
        "other_park",
        "standard_factory",
        "road",
        "street_lamp",
        "sewer_pipe",
        "manhole",
        "sewage_facility",
        "enterprise",
        "enterprise_request",
        "improvement_project",
        "village",
        "landmark",
        "proposal_block",
        "annotation",
    }
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_every_file_is_read(catalogue: Catalogue) -> None:
    place = program_place()
    on_disk = {path for name in ("layers", "styles") for path in (place / name).rglob("*.*")}
    helps = {path for path in on_disk if path.parent.name == "help"}  # session.help reads them
    assert set(catalogue.digests) == on_disk - helps
    assert not catalogue.overrides


def test_feature_types_are_complete(catalogue: Catalogue) -> None:
    assert set(catalogue.feature_types) == TYPES
    locked = {item.id for item in catalogue.feature_types.values() if item.locked}
    assert {"survey_polygon", "permanent_basic_farmland", "urban_development_boundary"} <= locked
    assert "supply_parcel" not in locked
    for item in catalogue.feature_types.values():
        assert any(field.evidence for field in item.fields), item.id
        assert item.id in item.keywords


def test_every_name_means_one_field(catalogue: Catalogue) -> None:
    for item in catalogue.feature_types.values():
        owners = Counter(name for field in item.fields for name in {plain_name(word) for word in field.names})
        assert max(owners.values()) == 1, item.id
        for field in item.fields:
            assert all(item.field_for(name) is field for name in field.names), (item.id, field.id)


@pytest.mark.parametrize(
    ("kind", "delivered", "field"),
    [
        ("survey_polygon", "DLBM", "class_code"),
        ("survey_polygon", "dldm", "class_code"),
        ("survey_polygon", "DLMJ", "area_m2"),
        ("survey_polygon", "KCXS", "ridge_coefficient"),
        ("supply_parcel", "约定动工日", "agreed_start_date"),  # ten bytes of GBK
        ("supply_parcel", "contract_a", "contract_area_m2"),
        ("supply_parcel", "总投资额（万元）", "total_investment_wan"),
        ("supply_parcel", "ＨＴＢＨ", "contract_no"),
        ("plan_parcel", "YDYHFLDM", "plan_code"),
        ("urban_development_boundary", "GHFQDM", "zone_code"),
        ("ecological_red_line", "XJXZQHDM", "district_code"),
        ("supply_parcel", "recognitio", None),  # the beginning of two names
        ("supply_parcel", "OBJECTID", None),
    ],
)
def test_delivered_names(catalogue: Catalogue, kind: str, delivered: str, field: str | None) -> None:
    found = catalogue.feature_types[kind].field_for(delivered)
    assert (found.id if found else None) == field


def test_counts_of_the_schemes(catalogue: Catalogue) -> None:
    counts = {id: len(catalogue.code_lists[id].codes) for id in SCHEMES}
    # GB 50137: 83 rows, 28 more classes of the standard, M0 of local practice
    assert counts == {"landuse_2023": 175, "landuse_2020": 167, "survey3": 72, "gb50137": 112, "tdt1029": 37}
    levels = Counter(code.values["level"] for code in catalogue.code_lists["landuse_2023"].codes.values())
    assert levels == {"1": 24, "2": 111, "3": 40}
    old = Counter(code.values["level"] for code in catalogue.code_lists["landuse_2020"].codes.values())
    assert (old["1"], old["2"]) == (24, 106)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_code_has_colour_and_sansheng(catalogue: Catalogue, scheme: str) -> None:
    codes = catalogue.code_lists[scheme]
    for code in codes.codes:
        colour, kind = codes.colour(code), codes.sansheng(code)
        assert colour is not None and len(colour.rgb) == 7, code
        assert kind is not None and kind.kind in "PLEN", code


def test_national_colours(catalogue: Catalogue) -> None:
    assert catalogue.code_lists["landuse_2023"].colour("100103").rgb == "#bb9674"
    assert catalogue.code_lists["survey3"].colour("0601").rgb == "#bb9674"
    assert catalogue.code_lists["landuse_2020"].colour("1312").rgb == "#006380"


def test_same_digits_in_three_schemes(catalogue: Catalogue) -> None:
    names = {
        id: catalogue.code_lists[id].codes["1202"].name for id in ("landuse_2023", "landuse_2020", "survey3")
    }
    assert names == {"landuse_2023": "公路用地", "landuse_2020": "公路用地", "survey3": "设施农用地"}
    assert catalogue.code_lists["survey3"].codes["0601"].name == "工业用地"
    assert catalogue.code_lists["landuse_2023"].codes["0601"].name == "农村道路"


def test_styles_say_what_planners_expect(catalogue: Catalogue) -> None:
    blank = [rule for rule in catalogue.style_of("plan_parcel").rules if rule.codes == ("16",)]
    assert blank[0].hatch is not None and blank[0].outline is not None
    park = catalogue.style_of("park_boundary").rules[0]
    assert park.outline.colour == "#000000" and park.outline.dash and park.casing.colour == "#ffffff"
    changes = {
        rule.where["change_type"][0]: rule
        for rule in catalogue.style_of("proposal_block").rules
        if rule.where
    }
    assert changes["调入"].hatch.colour != changes["扩入"].hatch.colour
    assert changes["调出"].outline.dash
    idle = [rule for rule in catalogue.style_of("supply_parcel").rules if "recognition_no" in rule.where]
    assert [bool(rule.fill) for rule in idle] == [False, True]


def test_the_catalogue_travels_between_processes(catalogue: Catalogue) -> None:
    assert pickle.loads(pickle.dumps(catalogue)) == catalogue
