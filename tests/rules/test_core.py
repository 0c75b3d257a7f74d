"""Ground judged by its core: what fails, what is a gap, and of what nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue, Rule, load
from gis_app.language import Message, Words, say
from gis_app.model import Completeness, Fact, Project
from gis_app.rules.core import NOISE_M2, Ground, invalid_shapes, judge_ground
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows
from gis_app.rules.shared import Shared

EAST, NORTH = 512_345.0, 3_078_901.0
FARMLAND = Words("永久基本农田", "permanent basic farmland")


@cache
def catalogue() -> Catalogue:
    return load()


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def rows(shapes: list[Any], valid: list[bool] | None = None, **more: Any) -> Rows:
    kind = catalogue().feature_types["permanent_basic_farmland"]
    geometry = np.array([None, *shapes], dtype=object)[1:]
    sound = np.array([bool(shapely.is_valid(s)) if s is not None else False for s in shapes], dtype=bool)
    given = {
        "completeness": Completeness(box(-1e4, -1e4, 1e4, 1e4)),
        "scheme": None,
        "whole_layer_empty": False,
    } | more
    fids = np.arange(1, len(shapes) + 1)
    return Rows(kind.id, kind, fids, geometry, sound if valid is None else np.array(valid), {}, **given)


def around(
    width: float | None, tolerance: float = 1.0, allowance: float = 100.0, **seen: Rows
) -> Neighbourhood:
    declared = {"layer": "permanent_basic_farmland"}
    rule = Rule(
        "E02",
        {"zh": "条", "en": "item"},
        "veto",
        "proposal",
        "clear_of",
        MappingProxyType({"other": declared, "width": {"fact": "least_overlap_width_m", "optional": True}}),
        "<=",
        0,
        "m2",
        tolerance,
    )
    facts = (
        {} if width is None else {"width": Fact("", "least_overlap_width_m", width, "函", date(2026, 1, 1))}
    )
    given = seen or {"other": rows([])}
    return Neighbourhood(
        rule,
        date(2026, 11, 30),
        None,
        catalogue(),
        given,
        facts,
        {"gap_allowance_m2": allowance},
        Shared(Project()),
    )


def ground(wrong: BaseGeometry | None, unvouched: BaseGeometry | None = None, **more: Any) -> Ground:
    whole = wrong if wrong is not None else shapely.Polygon()
    given = {
        "layer": "permanent_basic_farmland",
        "fids": (7,),
        "measure": FARMLAND,
        "source": FARMLAND,
    } | more
    return Ground(wrong=whole, unvouched=unvouched, **given)


STRIP = box(0, 0, 2, 500)
GAP = box(0, 0, 0.05, 500)
UNKNOWN = box(1000, 0, 1100, 100)


def test_nothing_wrong_passes() -> None:
    for width in (None, 0.1):
        seen = judge_ground(around(width), ground(None))
        assert (seen.state, seen.measured, seen.evidence, seen.missing) == ("pass", 0.0, None, ())


def test_remarks_come_along() -> None:
    remark = Message("rules.no_facility")
    for wrong in (None, GAP, STRIP):
        assert remark in judge_ground(around(0.1), ground(wrong, remarks=(remark,))).remarks


@pytest.mark.parametrize("wrong", [GAP, STRIP, box(0, 0, 0.02, 0.02)])
def test_any_overlap_without_a_width_cannot_tell(wrong: BaseGeometry) -> None:
    seen = judge_ground(around(None), ground(wrong))
    assert seen.state == "cannot_tell"
    assert seen.measured == pytest.approx(wrong.area)
    assert [(m.kind, m.what) for m in seen.missing] == [("fact", "least_overlap_width_m")]
    assert seen.evidence == wrong


@pytest.mark.parametrize("width", [0.0, -0.5])
def test_a_width_of_nothing_is_no_width(width: float) -> None:
    assert judge_ground(around(width), ground(STRIP)).state == "cannot_tell"


@pytest.mark.parametrize("width", [None, 0.1, 1.0])
def test_noise_is_no_overlap(width: float | None) -> None:
    noise = box(0, 0, 1e-7, NOISE_M2 / 1e-7 * 0.9)
    assert noise.area < NOISE_M2
    assert judge_ground(around(width), ground(noise)).state == "pass"


@pytest.mark.parametrize(
    ("wrong", "core_m2", "state"),
    [
        (STRIP, 1000.0, "fail"),
        (box(0, 0, 0.1, 10), 1.0, "fail"),  # exactly the width, exactly the tolerance
        (box(0, 0, 0.1, 9.9), 0.99, "cannot_tell"),
        (box(0, 0, 0.1, 0.1), 0.01, "cannot_tell"),
        (GAP, 0.0, "pass"),
        (box(0, 0, 0.05, 1999), 0.0, "pass"),
        (box(0, 0, 0.05, 2001), 0.0, "cannot_tell"),  # more than 100 m² of gaps
        (box(0, 0, 10, 10).union(box(10, 0, 1000, 0.05)), 100.0, "fail"),  # a bite on a long sliver
        (shapely.union_all([box(i * 10, 0, i * 10 + 0.05, 150) for i in range(14)]), 0.0, "cannot_tell"),
        (shapely.union_all([box(i * 10, 0, i * 10 + 0.05, 140) for i in range(14)]), 0.0, "pass"),
        (
            shapely.union_all([box(i * 10, 0, i * 10 + 0.5, 0.5) for i in range(4)]),
            1.0,
            "fail",
        ),  # cores add up
    ],
)
def test_core_decides(wrong: BaseGeometry, core_m2: float, state: str) -> None:
    seen = judge_ground(around(0.1), ground(wrong))
    assert seen.state == state
    assert seen.measured == pytest.approx(core_m2, abs=1e-3)
    assert seen.evidence == wrong
    figures = seen.message.values if state != "pass" else seen.remarks[0].values
    assert figures["core_m2"] + figures["gap_m2"] == pytest.approx(wrong.area, abs=1e-3)  # type: ignore[operator]


def test_a_pass_still_says_how_many_gaps() -> None:
    seen = judge_ground(around(0.1), ground(GAP.union(box(10, 0, 10.04, 100))))
    assert [remark.id for remark in seen.remarks] == ["rules.ground_gaps"]
    assert "2 处 29.00 ㎡" in say(seen.remarks[0], "zh")
    assert "2 suspected gaps of 29.00 m²" in say(seen.remarks[0], "en")


def test_gaps_without_an_allowance_cannot_tell() -> None:
    assert judge_ground(around(0.1, allowance=0.0), ground(GAP)).state == "cannot_tell"


def test_the_tolerance_is_the_rule_s() -> None:
    assert judge_ground(around(0.1, tolerance=1001.0), ground(STRIP)).state == "cannot_tell"
    assert judge_ground(around(0.1, tolerance=999.0), ground(STRIP)).state == "fail"
    assert judge_ground(around(0.1, tolerance=0.0), ground(box(0, 0, 0.1, 0.2))).state == "fail"
    assert (
        judge_ground(around(0.1, tolerance=0.0), ground(GAP)).state == "pass"
    )  # no core, so nothing to fail by


@pytest.mark.parametrize(
    ("wrong", "width", "state", "evidence"),
    [
        (STRIP, 0.1, "fail", STRIP),
        (box(0, 0, 0.1, 5), 0.1, "cannot_tell", UNKNOWN),
        (GAP, 0.1, "cannot_tell", UNKNOWN),
        (None, 0.1, "cannot_tell", UNKNOWN),
        (None, None, "cannot_tell", UNKNOWN),
        (STRIP, None, "cannot_tell", STRIP),
    ],
    ids=["fail first", "then unvouched", "before gaps", "nothing found", "no width", "width before all"],
)
def test_fail_beats_unvouched_beats_near_the_limit(
    wrong: BaseGeometry | None, width: float | None, state: str, evidence: BaseGeometry
) -> None:
    seen = judge_ground(around(width), ground(wrong, UNKNOWN))
    assert seen.state == state
    assert seen.evidence == evidence
    if evidence is UNKNOWN:
        assert [(m.kind, m.what) for m in seen.missing] == [("completeness", "permanent_basic_farmland")]
        assert "10000.00" in say(seen.message, "zh")


def test_a_square_metre_unvouched_is_the_tolerance() -> None:
    assert judge_ground(around(0.1), ground(None, box(0, 0, 1, 0.99))).state == "pass"
    assert judge_ground(around(0.1), ground(None, box(0, 0, 1, 1.01))).state == "cannot_tell"
    assert judge_ground(around(0.1, tolerance=0.0), ground(None, box(0, 0, 0.1, 0.1))).state == "cannot_tell"


# -- what the rows vouch for ----------------------------------------------------


def test_unvouched_ground() -> None:
    farm, asked = box(0, 0, 10, 10), box(0, 0, 100, 100)
    known = Completeness(box(-50, -50, 50, 150))
    assert rows([farm], completeness=known).unvouched(asked).area == pytest.approx(5000)
    for stated in (
        Completeness(),
        replace(known, proposed=True),
        replace(known, lapsed=True),
        replace(known, area=None),
    ):
        assert rows([farm], completeness=stated).unvouched(asked).equals(asked)
    whole = Completeness(box(-500, -500, 500, 500))
    assert rows([farm], completeness=whole).unvouched(asked).is_empty
    assert rows([], completeness=whole).unvouched(asked).is_empty  # none chosen from a layer that has some
    assert rows([], completeness=whole, whole_layer_empty=True).unvouched(asked).equals(asked)
    confirmed = replace(whole, confirmed_empty=True)
    assert rows([], completeness=confirmed, whole_layer_empty=True).unvouched(asked).is_empty
    assert rows([farm], completeness=confirmed, left_out=1).unvouched(asked).equals(asked)


def test_records_left_out_are_named() -> None:
    short = rows([box(0, 0, 1, 1)], left_out=3)
    asked = box(100, 0, 200, 100)
    seen = judge_ground(around(0.1, other=short), ground(None, short.unvouched(asked)))
    assert seen.state == "cannot_tell"
    assert seen.message.id == "rules.records_left_out" and "3" in say(seen.message, "zh")


# -- shapes that cannot be judged -----------------------------------------------

BOW = shapely.Polygon([(EAST, NORTH), (EAST + 10, NORTH + 10), (EAST + 10, NORTH), (EAST, NORTH + 10)])


@pytest.mark.parametrize(
    "shape",
    [
        BOW,
        None,
        shapely.Polygon(),
        shapely.LineString([(EAST, NORTH), (EAST + 9, NORTH)]),
        shapely.Point(EAST, NORTH),
    ],
    ids=["crosses itself", "missing", "empty", "line", "point"],
)
def test_unsound_shapes(shape: Any) -> None:
    given = rows([box(50, 0, 60, 10), shape])
    for near in (None, box(-5, -5, 5, 5)):
        seen = invalid_shapes(given, near)
        assert seen is not None and seen.state == "cannot_tell" and seen.fids == (2,)
        assert [(m.kind, m.what) for m in seen.missing] == [("geometry", "permanent_basic_farmland")]


def test_unsound_shapes_far_away_do_not_matter() -> None:
    assert invalid_shapes(rows([box(50, 0, 60, 10), BOW]), box(500, 500, 600, 600)) is None
    assert invalid_shapes(rows([]), box(0, 0, 1, 1)) is None
    assert invalid_shapes(rows([box(50, 0, 60, 10)])) is None


def test_rows_without_any_shapes_cannot_be_placed() -> None:
    table = replace(rows([None, None]), geometry=np.empty(0, dtype=object), valid=np.empty(0, dtype=bool))
    seen = invalid_shapes(table, box(0, 0, 1, 1))
    assert seen is not None and seen.message.id == "rules.no_shapes"
