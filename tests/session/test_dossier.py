"""The dossier gathers what all layers know of one plot, and says how it was measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely

from gis_app.catalogue import load
from gis_app.language import Message, say
from gis_app.model import Layer, Project
from gis_app.model.layer import feature_frame
from gis_app.session.dossier import Row, Section, dossier
from gis_app.session.sample import opened

PLOT = shapely.box(0, 0, 200, 100)


@pytest.fixture(scope="module")
def sample() -> Project:
    return opened(load(), "2026-11").project


def made(**layers: Any) -> Project:
    """A park of hand-made layers: id=(columns, geometries)."""
    catalogue = load()
    project = Project("试", None, as_of=date(2026, 11, 30))
    for id, (columns, shapes) in layers.items():
        fids = list(range(1, len(shapes) + 1))
        frame = feature_frame(fids, columns, shapes, None)
        project.layers[id] = Layer(id, catalogue.feature_types[id], frame)
    return project


def section(found: tuple[Section, ...], id: str) -> dict[str, Row]:
    rows = next((each.rows for each in found if each.id == id), ())
    return {row.title.id if isinstance(row.title, Message) else row.title["zh"]: row for row in rows}


def written(row: Row) -> str:
    return say(row.value, "zh") if isinstance(row.value, Message) else str(row.value)


SUPPLY = {
    "parcel_no": ["GD-1"],
    "right_holder": ["甲公司"],
    "credit_code": ["C1"],
    "contract_area_m2": [20_200.0],
    "registered_area_m2": [20_000.0],
    "supply_date": [date(2023, 1, 5)],
    "agreed_start_date": [date(2024, 6, 1)],
    "contract_no": ["HT-1"],
    "permit_no": [""],
}


def park() -> Project:
    return made(
        supply_parcel=(SUPPLY, [PLOT]),
        plan_parcel=(
            {"plan_code": ["1001", "1401"], "plan_name": ["工业用地", "公园绿地"]},
            [shapely.box(-50, -50, 150, 150), shapely.box(150, -50, 400, 150)],
        ),
        survey_polygon=(
            {"class_code": ["0601", "1201", "1201"], "class_name": ["工业用地", "空闲地", "空闲地"]},
            [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 150, 100), shapely.box(150, 0, 200.005, 100)],
        ),
        enterprise=(
            {"name": ["甲公司", "乙公司", "丙公司"], "credit_code": ["C1", "C2", "C3"],
             "parcel_no": [None, None, "GD-1"], "tax_wan_2025": [120.0, 30.0, float("nan")]},
            [shapely.Point(900, 900), shapely.Point(50, 50), shapely.Point(901, 900)],
        ),
        enterprise_request=(
            {"request_no": ["SQ-1", "SQ-2"], "enterprise": ["甲公司", "别家"], "content": ["路灯不亮", "-"],
             "state": ["办理中", "未办"]},
            [shapely.Point(5000, 5000), shapely.Point(5000, 5000)],
        ),
    )  # fmt: skip


def test_a_plot_has_everything_that_lies_on_it() -> None:
    found = dossier(park(), "supply_parcel", 1)
    assert [each.id for each in found] == [
        "supply", "areas", "plan", "survey", "enterprise", "requests", "documents", "fields",
    ]  # fmt: skip
    assert section(found, "supply")["使用权人"].value == "甲公司"
    uses = section(found, "plan")
    assert list(uses) == ["1001 工业用地", "1401 公园绿地"]
    assert "15000.00" not in written(uses["1001 工业用地"]) and "1.5000 公顷" in written(
        uses["1001 工业用地"]
    )
    assert "75.0%" in written(uses["1001 工业用地"]) and "25.0%" in written(uses["1401 公园绿地"])
    assert uses["1401 公园绿地"].feature == ("plan_parcel", 2)
    assert "50.0%" in written(section(found, "survey")["1201 空闲地"]), (
        "two polygons of one class are one line"
    )
    names = [row.value for row in next(each.rows for each in found if each.id == "enterprise") if row.feature]
    assert {"甲公司", "乙公司", "丙公司"} <= set(names), "by credit code, by place, by parcel number"
    assert list(section(found, "requests")) == ["SQ-1"]
    assert "路灯不亮" in written(section(found, "requests")["SQ-1"])


def test_three_areas_stand_side_by_side_with_their_difference() -> None:
    rows = section(dossier(park(), "supply_parcel", 1), "areas")
    assert written(rows["session.dossier_drawn"]) == "2.0000 公顷 · 30.00 亩"
    assert written(rows["合同面积"]) == "2.0200 公顷 · 30.30 亩（较图形 +1.00%）"
    assert written(rows["登记面积"]) == "2.0000 公顷 · 30.00 亩", "nothing is said of no difference"


@pytest.mark.parametrize(
    ("as_of", "kind", "state", "days"),
    [(date(2024, 7, 1), "not_due", "", "30"), (date(2025, 6, 2), "not_started_1y", "fail", "366"),
     (date(2026, 11, 30), "not_started_2y", "fail", "912")],
)  # fmt: skip
def test_the_clock_counts_from_the_agreed_start(as_of: date, kind: str, state: str, days: str) -> None:
    project = park()
    project.as_of = as_of
    row = section(dossier(project, "supply_parcel", 1), "supply")["session.dossier_clock"]
    assert isinstance(row.value, Message) and row.value.id == f"session.clock_{kind}" and row.state == state
    assert days in say(row.value, "zh") and "2024-06-01" in say(row.value, "en")


def test_of_an_enterprise_its_plot_is_shown() -> None:
    for fid in (2, 3):
        supply = section(dossier(park(), "enterprise", fid), "supply")
        assert supply["宗地编号"].value == "GD-1" and supply["宗地编号"].feature == ("supply_parcel", 1)
    assert not section(dossier(park(), "enterprise", 1), "supply"), "it lies elsewhere and names no plot"


def test_documents_stand_with_their_day_and_blank_ones_not_at_all() -> None:
    rows = section(dossier(park(), "supply_parcel", 1), "documents")
    assert list(rows) == ["合同编号"] and written(rows["合同编号"]) == "HT-1（2023-01-05）"


def test_findings_that_name_it_are_told_with_their_state() -> None:
    base = {
        "rule": "D04",
        "title": {"zh": "重叠", "en": "overlap"},
        "message": {"zh": "与邻宗重叠", "en": "overlaps"},
    }
    findings = [
        {**base, "layer": "supply_parcel", "fids": [1], "state": "fail"},
        {**base, "layer": "supply_parcel", "fids": [2], "state": "fail"},
        {**base, "layer": "supply_parcel", "fids": [1], "state": "pass"},
        {**base, "layer": "plan_parcel", "fids": [1], "state": "fail"},
    ]
    [row] = section(dossier(park(), "supply_parcel", 1, findings), "findings").values()
    assert row.state == "fail" and row.value == {"zh": "与邻宗重叠", "en": "overlaps"}


def test_without_looking_around_only_the_feature_itself_is_told() -> None:
    ids = [each.id for each in dossier(park(), "supply_parcel", 1, around=False)]
    assert ids == ["supply", "areas", "documents", "fields"]


def test_a_feature_without_ground_still_has_its_fields() -> None:
    project = made(supply_parcel=(SUPPLY, [None]))
    ids = [each.id for each in dossier(project, "supply_parcel", 1)]
    assert "areas" not in ids and "supply" in ids and "fields" in ids


def test_every_feature_of_the_sample_has_a_dossier_in_both_languages(sample: Project) -> None:
    for layer in sample.layers.values():
        for fid in {int(layer.fids[0]), int(layer.fids[-1])}:
            found = dossier(sample, layer.id, fid)
            assert found, layer.id
            for each in found:
                for row in each.rows:
                    for language in ("zh", "en"):
                        say(each.title, language)
                        for part in (row.title, row.value):
                            if isinstance(part, Message):
                                assert say(part, language)


def test_every_section_has_a_heading() -> None:
    for id in ("areas", "findings", "supply", "disposal", "terms", "plan", "survey", "enterprise", "requests",
               "documents", "fields"):  # fmt: skip
        section_ = replace(Section("areas", ()), id=id)
        assert say(section_.title, "zh") and say(section_.title, "en")
