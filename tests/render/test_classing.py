"""Styles made from values, and the program's own: what they tell apart also in grey."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely

from gis_app.catalogue.style import CLASS, Line, Style, StyleRule
from gis_app.render import classing
from gis_app.render.classify import class_of, classify
from gis_app.render.scene import scene_layers
from tests.render import parks

X0, Y0 = 511000.0, 3078000.0
CATALOGUE = parks.catalogue()
RAMPS = CATALOGUE.ramps


def parcels(**columns: list[object]):  # type: ignore[no-untyped-def]
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(X0 + 100 * i, Y0, X0 + 100 * i + 90, Y0 + 90) for i in range(count)]
    return parks.layer("supply_parcel", shapes, **columns)


def drawn(style: Style, layer) -> dict[int, str]:  # type: ignore[no-untyped-def]
    catalogue = replace(CATALOGUE, styles={**CATALOGUE.styles, style.id: style})
    found = {}
    for made in scene_layers(layer, catalogue):
        for fid, number in zip(made.fids.tolist(), made.symbol_of.tolist(), strict=True):
            found[fid] = made.symbols[number].fill
    return found


BASE = CATALOGUE.styles["supply_parcel"]


def test_one_symbol_for_all() -> None:
    layer = parcels(status=["S1", "S2"])
    made = classing.single(BASE, "polygon", layer.feature_type.title)
    assert made.kind == "single" and len(made.rules) == 1 and made.rules[0].fill != CLASS
    assert set(drawn(made, layer)) == {1, 2}
    assert made.rules[0].label == BASE.rules[0].label


def test_one_for_each_value_and_one_for_the_rest() -> None:
    layer = parcels(right_holder=["甲", "乙", "甲", None, " "])
    made = classing.categorised(BASE, layer, "right_holder", RAMPS["kinds"], "polygon")
    assert [rule.title["zh"] for rule in made.rules] == ["乙", "甲", "其他"]
    fills = drawn(made, layer)
    assert fills[1] == fills[3] != fills[2] and fills[4] == fills[5] == classing.REST


def test_codes_bring_their_names_and_colours() -> None:
    layer = parcels(class_code=["0601", "1001"])
    codes = CATALOGUE.code_lists["landuse_2023"]
    made = classing.categorised(BASE, layer, "class_code", RAMPS["kinds"], "polygon", codes)
    known = codes.colour("1001")
    assert known is not None and drawn(made, layer)[2] == known.rgb
    assert made.rules[1].title["zh"] == f"1001 {codes.codes['1001'].name}"


def test_no_more_values_than_anybody_can_tell_apart() -> None:
    layer = parcels(parcel_no=[f"{number:04d}" for number in range(classing.MOST_VALUES + 50)])
    made = classing.categorised(BASE, layer, "parcel_no", RAMPS["kinds"], "polygon")
    assert len(made.rules) == classing.MOST_VALUES + 1
    assert list(drawn(made, layer).values()).count(classing.REST) == 50


@pytest.mark.parametrize("method", ["quantiles", "equal", "natural"])
def test_ranges_are_drawn_as_they_were_found(method: str) -> None:
    values = np.random.default_rng(3).lognormal(2, 1, 60)
    layer = parcels(price_wan=[*values.tolist(), float("nan")])
    made = classing.graduated(BASE, layer, "price_wan", method, 4, RAMPS["heat"], "polygon")
    assert (made.kind, made.field, made.method, made.ramp) == ("graduated", "price_wan", method, "heat")
    price = layer.feature_type.field("price_wan").title["zh"]
    assert all(rule.title["zh"].startswith(price) for rule in made.rules)
    colours = RAMPS["heat"].take(len(made.rules))
    number = class_of(values, classify(values, method, 4))
    assert drawn(made, layer) == {fid: colours[one] for fid, one in enumerate(number.tolist(), 1)}


def test_a_field_without_numbers_changes_nothing() -> None:
    layer = parcels(parcel_no=["a", "b"])
    assert classing.graduated(BASE, layer, "parcel_no", "equal", 3, RAMPS["heat"], "polygon") is BASE
    assert classing.graduated(BASE, layer, "price_wan", "equal", 3, RAMPS["heat"], "polygon") is BASE


def test_rules_draw_what_the_classes_drew() -> None:
    layer = parcels(price_wan=[1.0, 2.0, 3.0, 4.0], status=["S1", "S2", "S1", None])
    made = classing.graduated(BASE, layer, "price_wan", "equal", 3, RAMPS["heat"], "polygon")
    assert drawn(classing.by_rules(made), layer) == drawn(made, layer)
    made = classing.categorised(BASE, layer, "status", RAMPS["kinds"], "polygon")
    rules = classing.by_rules(made)
    assert drawn(rules, layer) == drawn(made, layer) and not any(rule.where for rule in rules.rules)


def test_other_colours_for_the_same_classes() -> None:
    layer = parcels(price_wan=[1.0, 2.0, 3.0])
    made = classing.graduated(BASE, layer, "price_wan", "equal", 3, RAMPS["heat"], "polygon")
    other = classing.recoloured(made, RAMPS["greys"], "polygon")
    assert [rule.range for rule in other.rules] == [rule.range for rule in made.rules]
    assert [rule.fill for rule in other.rules] == RAMPS["greys"].take(3)


def test_lines_and_points_are_coloured_by_what_they_have() -> None:
    assert classing.coloured(StyleRule({}), "#123456", "line").outline == Line("#123456", 0.5)
    marker = classing.coloured(StyleRule({}), "#123456", "point").marker
    assert marker is not None and marker.colour == "#123456"


def test_ranges_as_texts() -> None:
    assert classing.range_text(0.0, 12.5) == "0 – 12.5"
    assert classing.range_text(-1234.6, 0.126) == "−1235 – 0.13"


STATUS = ("批而未供", "供而未用", "低效", "疑似闲置", "认定闲置", "留白用地")


def test_hatches_of_states_stay_apart_in_a_grey_copy() -> None:
    """By direction, by dashes, or by at least 1.8 times the ink."""
    hatches = {rule.title["zh"]: rule.hatch for rule in BASE.rules if rule.title["zh"] in STATUS}
    assert set(hatches) == set(STATUS)
    for (name, one), (other_name, other) in itertools.combinations(hatches.items(), 2):
        assert one is not None and other is not None
        turn = abs(one.angle_deg - other.angle_deg) % 180.0
        inks = sorted((one.width_mm / one.spacing_mm, other.width_mm / other.spacing_mm))
        apart = min(turn, 180.0 - turn) >= 30.0 or bool(one.dash) != bool(other.dash)
        assert apart or inks[1] >= 1.8 * inks[0], f"{name} {other_name}"
