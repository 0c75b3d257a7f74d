"""The table's figures: those of the review, and — where the data are not there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from gis_app.indicators.control_line_table import control_line_table, versions
from gis_app.model import Fact, Project
from gis_app.model.completeness import Completeness
from tests.render.parks import layer
from tests.sheets.parks import catalogue, opened, review

GAPS = "疑似缝隙"


@pytest.mark.parametrize("proposal", ["A", "B", "C", "D", "E"])
def test_the_sum_agrees_with_the_review(proposal: str) -> None:
    total, rows = control_line_table(opened().project, catalogue(), proposal)
    found = {finding["rule"]: finding for finding in review(proposal)["proposals"][0]["findings"]}
    farmland = found["E02"]
    if total.farmland_m2 is None:
        assert farmland["state"] == "cannot_tell"
        assert total.pressing is None and total.gaps is None
    else:
        assert total.pressing is not None and total.gaps is not None
        assert total.pressing[1] == pytest.approx(farmland["measured"] or 0.0, abs=1e-4)
        assert total.farmland_m2 == pytest.approx(farmland["evidence_area_m2"] or 0.0, abs=1e-4)
        words = farmland["message"]["zh"] + "".join(remark["zh"] for remark in farmland["remarks"])
        if total.pressing[0]:
            assert f" {total.pressing[0]} 处 {total.pressing[1]:.2f} ㎡" in words
            assert f"最大宽度 {total.greatest_width_m:.2f} m" in words
        if total.gaps[0]:
            assert f"{GAPS} {total.gaps[0]} 处 {total.gaps[1]:.2f} ㎡" in words
    assert total.outside_m2 == pytest.approx(found["E01"]["measured"], abs=1e-4)
    assert total.area_m2 == pytest.approx(sum(row.area_m2 for row in rows if row.change != "调出"), abs=1e-3)


def test_each_change_is_as_large_as_announced() -> None:
    project = opened().project
    facts = {"调出": "out_ha", "调入": "in_ha", "扩入": "expand_ha"}
    for row in control_line_table(project, catalogue(), "A")[1]:
        fact = project.fact(facts[row.change], "A")
        assert fact is not None
        assert row.area_m2 / 1e4 == pytest.approx(fact.value, abs=0.005)


def test_zones_and_outside_add_up() -> None:
    for row in control_line_table(opened().project, catalogue(), "A")[1]:
        parts = (row.built_m2, row.flexible_m2, row.special_m2, row.outside_m2)
        assert sum(part for part in parts if part is not None) == pytest.approx(row.area_m2, abs=1e-3)


def test_every_line_knows_its_document_and_day() -> None:
    assert [
        (version.feature_type, len(version.numbers), len(version.days))
        for version in versions(opened().project)
    ] == [
        ("urban_development_boundary", 1, 1),
        ("permanent_basic_farmland", 1, 1),
        ("ecological_red_line", 1, 1),
    ]


def park(**width: float) -> Project:
    """A block of 100 m with a farmland strip of 10 × 100 m in it, nine tenths of which are net."""
    project = Project(opened().project.crs)
    blocks = layer(
        "proposal_block", [shapely.box(0, 0, 100, 100)], proposal=["A"], change_type=["扩入"], block_no=["1"]
    )
    strip = layer(
        "permanent_basic_farmland",
        [shapely.box(-5, -50, 10, 150)],
        polygon_area_m2=[3000.0],
        farmland_area_m2=[2700.0],
    )
    project.layers = {one.id: one for one in (blocks, strip)}
    if width:
        fact = Fact("", "least_overlap_width_m", width["width_m"], "文", opened().project.as_of)
        project.facts = {fact.id: fact}
    return project


def test_figures_by_hand() -> None:
    total, rows = control_line_table(park(width_m=0.1), catalogue(), "A")
    assert (total.farmland_m2, total.farmland_net_m2) == (pytest.approx(1000.0), pytest.approx(900.0))
    assert total.pressing == (1, pytest.approx(1000.0))
    assert total.greatest_width_m == pytest.approx(10.0, rel=1e-3)
    assert rows[0].block == "1"


def test_what_is_not_there_is_none_and_never_0() -> None:
    total, _ = control_line_table(park(width_m=0.1), catalogue(), "A")
    assert (total.built_m2, total.outside_m2, total.red_line_m2, total.cropland_target_m2) == (None,) * 4
    without = control_line_table(park(), catalogue(), "A")[0]
    assert (without.pressing, without.gaps, without.greatest_width_m) == (None, None, None)


def test_nothing_found_counts_only_where_somebody_vouches() -> None:
    project = park(width_m=0.1)
    project.layers["ecological_red_line"] = layer("ecological_red_line", [shapely.box(500, 0, 600, 100)])
    assert control_line_table(project, catalogue(), "A")[0].red_line_m2 is None
    line = project.layers["ecological_red_line"]
    vouched = replace(line, completeness=Completeness(area=shapely.box(-1, -1, 700, 200)))
    project.layers["ecological_red_line"] = vouched
    assert control_line_table(project, catalogue(), "A")[0].red_line_m2 == 0.0
    half = replace(line, completeness=Completeness(area=shapely.box(-1, -1, 50, 200)))
    project.layers["ecological_red_line"] = half
    assert control_line_table(project, catalogue(), "A")[0].red_line_m2 is None
