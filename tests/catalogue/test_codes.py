"""Codes as delivered: mixed, suffixed, cut, converted; and the scheme they are in."""

from pathlib import Path

import pytest

from gis_app.catalogue import Catalogue, load, parse, propose, recognise
from tests.realdata import REALDATA, needs_realdata


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.mark.parametrize(
    ("delivered", "codes", "shares", "adjustable"),
    [
        ("B1/R2", ("B1", "R2"), (None, None), False),
        ("M1+W1", ("M1", "W1"), (None, None), False),
        ("B1B2", ("B1", "B2"), (None, None), False),
        ("M1(60%)+W1（40%）", ("M1", "W1"), (60.0, 40.0), False),
        ("0201K", ("0201",), (None,), True),
        ("０８１０Ａ", ("0810A",), (None,), False),
        ("08H2A", ("08H2A",), (None,), False),
        (" m2 ", ("M2",), (None,), False),
        (601.0, ("601",), (None,), False),
        (None, (), (), False),
        (float("nan"), (), (), False),
    ],
)
def test_parse(
    delivered: object, codes: tuple[str, ...], shares: tuple[float, ...], adjustable: bool
) -> None:
    parsed = parse(delivered)
    assert (parsed.codes, parsed.shares_percent, parsed.adjustable) == (codes, shares, adjustable)


def test_states_of_a_code(catalogue: Catalogue) -> None:
    plan, survey = catalogue.code_lists["landuse_2023"], catalogue.code_lists["survey3"]
    assert plan.find("1001").state == "known"
    assert (plan.find("100199").state, plan.find("100199").code.code) == ("child", "1001")
    assert plan.colour("100199") == plan.colour("1001")
    assert plan.find("9901").state == "unknown"
    assert (survey.find("601").state, survey.find(601.0).repair) == ("unknown", "0601")
    assert plan.find("").state == "missing"
    assert plan.within("100103", "10") and not plan.within("100103", "11")


def test_first_level_of_wetland(catalogue: Catalogue) -> None:
    survey = catalogue.code_lists["survey3"]
    wet = {"0303", "0304", "0306", "0402", "0603", "1105", "1106", "1108"}
    assert {code for code in survey.codes if survey.first_level(code).code == "00"} == wet | {"00"}
    assert survey.first_level("0810A").code == "08"


def test_conversion(catalogue: Catalogue) -> None:
    lists = catalogue.code_lists
    (farm,) = lists["survey3"].convert("0101K", lists["landuse_2023"])
    assert (farm.code, farm.sure) == ("0101", True)
    (shop,) = lists["survey3"].convert("05H1", lists["landuse_2023"])
    assert (shop.code, shop.sure) == ("09", False)
    assert [found.code for found in lists["landuse_2020"].convert("2303", lists["landuse_2023"])] == [
        "060102"
    ]
    assert [found.code for found in lists["gb50137"].convert("M3", lists["survey3"])] == ["0601"]
    assert not lists["gb50137"].convert("M3", lists["survey3"])[0].sure
    assert {found.code for found in lists["landuse_2023"].convert("1706", lists["survey3"])} == {"1110"}
    assert lists["gb50137"].convert("H11", lists["landuse_2023"]) == ()


@pytest.mark.parametrize(
    ("code", "kind", "alternative"), [("1401", "E", "L"), ("100102", "P", ""), ("0701", "L", "")]
)
def test_sansheng(catalogue: Catalogue, code: str, kind: str, alternative: str) -> None:
    found = catalogue.code_lists["landuse_2023"].sansheng(code)
    assert (found.kind, found.alternative) == (kind, alternative)


MADE_UP = [
    ("A1", "住宅用地"),
    ("A2", "工矿仓储用地"),
    ("A31", "街巷用地"),
    ("A51", "公园与绿地"),
    ("B21", "已达到供地条件的其他土地"),
    ("C1", "河湖及其蓄滞洪区土地"),
]


def test_names_decide_between_schemes_with_the_same_codes(catalogue: Catalogue) -> None:
    codes, names = zip(*MADE_UP, strict=True)
    best, second, *_ = propose(catalogue.code_lists, codes, names)
    assert (best.scheme, best.agreement, best.settled) == ("tdt1029", 1.0, True)
    assert (second.scheme, second.agreement) == ("gb50137", 0.0)
    other = propose(
        catalogue.code_lists,
        ["A1", "A2", "B1", "M2"],
        ["行政办公用地", "文化设施用地", "商业用地", "二类工业用地"],
    )
    assert (other[0].scheme, other[0].settled) == ("gb50137", True)


def test_below_98_percent_a_person_is_asked(catalogue: Catalogue) -> None:
    codes = ["0601"] * 97 + ["1001"] * 3
    names = ["工业用地"] * 100
    best = propose(catalogue.code_lists, codes, names)[0]
    assert (best.scheme, best.agreement, best.settled) == ("survey3", 0.97, False)
    best = propose(catalogue.code_lists, codes[:97] + ["0601"] * 3, names)[0]
    assert (best.agreement, best.settled) == (1.0, True)


def test_without_names_or_with_common_names_nothing_is_settled(catalogue: Catalogue) -> None:
    assert not any(fit.settled for fit in propose(catalogue.code_lists, ["0601", "1202"]))
    common = propose(catalogue.code_lists, ["0101", "0701"], ["水田", "城镇住宅用地"])
    assert common[0].agreement == common[1].agreement == 1.0 and not common[0].settled
    assert propose(catalogue.code_lists, [None, ""], [None, ""]) == ()


@needs_realdata
@pytest.mark.parametrize("path", sorted((REALDATA / "binxi").glob("*.shp")), ids=lambda path: path.stem)
def test_real_survey(catalogue: Catalogue, path: Path) -> None:
    import pyogrio

    frame = pyogrio.read_dataframe(path, encoding="GB18030", read_geometry=False)
    found = recognise(catalogue.feature_types, path.stem, list(frame.columns), "Polygon")
    if "DLDM" not in frame:
        assert not found or found[0].feature_type in ("park_boundary", "survey_polygon")
        return
    assert found[0].feature_type == "survey_polygon"
    best = propose(catalogue.code_lists, list(frame["DLDM"]), list(frame["DLMC"]))[0]
    assert (best.scheme, best.agreement, best.settled) == ("tdt1029", 1.0, True)


@pytest.mark.parametrize(
    ("name", "fields", "geometry", "kind"),
    [
        ("STBHHX", ["BSM", "LHLX"], "MultiPolygon", "ecological_red_line"),
        ("331083玉环市城镇开发边界管理成果20231106", [], "Polygon", "urban_development_boundary"),
        ("澜溪经济开发区供地", [], "Polygon", "supply_parcel"),
        ("DLTB", ["TBBH", "DLBM"], "3D Polygon", "survey_polygon"),
        ("Parcels", ["ML"], "MultiPolygon", "survey_polygon"),
        ("未命名", ["YDYHFLDM", "YDYHFLMC", "RJL"], "Polygon", "plan_parcel"),
        ("现状道路", [], "LineString", "road"),
        ("企业诉求台账", ["诉求编号"], None, "enterprise_request"),
        ("规上企业", ["单位名称", "信用代码"], None, "enterprise"),
        ("方案一调出调入", ["方案", "变更类型"], "Polygon", "proposal_block"),
        ("永久基本农田", [], "Polygon", "permanent_basic_farmland"),
    ],
)
def test_recognition(
    catalogue: Catalogue, name: str, fields: list[str], geometry: str | None, kind: str
) -> None:
    best = recognise(catalogue.feature_types, name, fields, geometry)[0]
    assert best.feature_type == kind
    assert best.basis and 0 < best.score <= 1


def test_nothing_is_made_of_nothing(catalogue: Catalogue) -> None:
    assert recognise(catalogue.feature_types, "background", ["OBJECTID"], "Polygon") == []
    assert all(
        found.feature_type != "road" for found in recognise(catalogue.feature_types, "道路", [], "Polygon")
    )
