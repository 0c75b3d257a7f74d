"""Rules applied to a layer: who is drawn how, in which order, at which scale; the legend says the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.catalogue import Catalogue
from gis_app.catalogue.filter import parse
from gis_app.catalogue.style import Hatch, Label, Line, Marker, Style, StyleRule
from gis_app.model import Layer
from gis_app.render.legend import entries
from gis_app.render.painter import application, picture
from gis_app.render.scene import Scene, SceneLayer, View, bounds_of, fit, scene_layers
from gis_app.render.symbol import Symbol
from tests.render import parks

SAME = {"zh": "名", "en": "name"}
RED = StyleRule({"zh": "红", "en": "red"}, fill="#ff0000")
BLUE = StyleRule({"zh": "蓝", "en": "blue"}, fill="#0000ff")
X0, Y0 = 511000.0, 3078000.0


def parcels() -> Layer:
    shapes = [shapely.box(X0 + 100 * i, Y0, X0 + 100 * i + 90, Y0 + 90) for i in range(5)]
    return parks.layer(
        "supply_parcel",
        shapes,
        parcel_no=["A", "B", "C", "D", None],
        status=["S1", "S2", "S1", "", None],
        price_wan=[10.0, 20.0, 30.0, 40.0, np.nan],
    )


def with_style(style: Style) -> Catalogue:
    known = parks.catalogue()
    return replace(known, styles={**known.styles, style.id: style})


def drawn(style: Style, **options: Any) -> tuple[SceneLayer, ...]:
    return scene_layers(parcels(), with_style(style), **options)


def by_title(layers: tuple[SceneLayer, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for layer in layers:
        for fid, number in zip(layer.fids.tolist(), layer.symbol_of.tolist(), strict=True):
            found.setdefault(layer.symbols[number].title["en"], []).append(fid)
    return found


def test_a_rule_with_a_filter_and_one_for_all_others() -> None:
    rules = (replace(RED, filter=parse("status = 'S1' and price_wan > 15")), replace(BLUE, otherwise=True))
    assert by_title(drawn(Style("supply_parcel", rules))) == {"red": [3], "blue": [1, 2, 4, 5]}


def test_a_filter_of_the_layer_holds_for_all_others_too() -> None:
    rules = (replace(RED, where={"status": ("S1",)}), replace(BLUE, otherwise=True))
    style = Style("supply_parcel", rules, filter=parse("price_wan < 35"))
    assert by_title(drawn(style)) == {"red": [1, 3], "blue": [2]}


def test_ranges_take_their_upper_bound_and_the_lowest_its_lower() -> None:
    rules = (replace(RED, range=(10.0, 20.0)), replace(BLUE, range=(20.0, 40.0)))
    style = Style("supply_parcel", rules, kind="graduated", field="price_wan")
    assert by_title(drawn(style)) == {"red": [1, 2], "blue": [3, 4]}
    single = (replace(RED, range=(10.0, 10.0)), replace(BLUE, range=(10.0, 40.0)))
    assert by_title(drawn(replace(style, rules=single))) == {"red": [1], "blue": [2, 3, 4]}


def test_classes_that_exclude_each_other_are_one_layer() -> None:
    rules = (replace(RED, where={"status": ("S1",)}), replace(BLUE, where={"status": ("S1", "S2")}))
    exclusive = Style("supply_parcel", rules, kind="categorised", field="status")
    (layer,) = drawn(exclusive)
    assert by_title((layer,)) == {"red": [1, 3], "blue": [2]}
    over = drawn(replace(exclusive, kind="rules"))
    assert by_title(over) == {"red": [1, 3], "blue": [1, 2, 3]}


def test_the_order_of_drawing() -> None:
    style = Style("supply_parcel", (RED,), order_by="price_wan")
    assert drawn(style)[0].fids.tolist() == [5, 1, 2, 3, 4]
    assert drawn(replace(style, order_by="-price_wan"))[0].fids.tolist() == [5, 4, 3, 2, 1]
    named = replace(RED, label=Label("parcel_no", 2.0, "#000000", "", 0.0))
    (layer,) = drawn(replace(style, rules=(named,), order_by="-parcel_no"))
    assert tuple(layer.labels) == ("", "D", "C", "B", "A")


def test_opacity_of_symbol_and_layer() -> None:
    whole = replace(
        RED,
        opacity=0.5,
        strength=0.5,
        outline=Line("#00ff00", 0.2),
        hatch=Hatch(0.0, 1.0, "#0000ff", 0.1),
    )
    (layer,) = drawn(Style("supply_parcel", (whole,), opacity=0.5), opacity=0.5)
    symbol = layer.symbols[0]
    assert layer.opacity == 0.25 and symbol.opacity == 0.25
    assert symbol.outline is not None and symbol.outline.colour == "#8000ff00"
    assert symbol.hatch is not None and symbol.hatch.colour == "#800000ff"


@pytest.mark.parametrize(
    ("least", "most", "denominator", "is_shown"),
    [
        (0.0, 0.0, 1.0, True),
        (1000.0, 5000.0, 999.9, False),
        (1000.0, 5000.0, 1000.0, True),
        (1000.0, 5000.0, 5000.0, False),
        (0.0, 5000.0, 4999.9, True),
        (1000.0, 0.0, 1e9, True),
    ],
)
def test_a_range_of_scales(least: float, most: float, denominator: float, is_shown: bool) -> None:
    assert Symbol(min_denominator=least, max_denominator=most).shown_at(denominator) is is_shown


def test_what_is_out_of_scale_is_neither_drawn_nor_explained() -> None:
    application()
    style = Style(
        "supply_parcel", (replace(RED, max_denominator=5000.0), replace(BLUE, min_denominator=5000.0))
    )
    layers = drawn(style)
    bounds = bounds_of(layers)
    assert bounds is not None
    for denominator, colour, title in ((4000.0, 0xFFFF0000, "red"), (6000.0, 0xFF0000FF, "blue")):
        view = fit(bounds, (200, 100)).at_denominator(denominator)
        scene = Scene(layers, replace(view, centre=(X0 + 245.0, Y0 + 45.0)))
        assert picture(scene).pixel(100, 50) == colour
        assert [entry.text for entry in entries(scene, "en")[0]] == [title]


def test_the_legend_tells_the_ranges_in_view() -> None:
    rules = tuple(
        replace(rule, title={"zh": text, "en": text}, range=span)
        for rule, text, span in ((RED, "10 – 20", (10.0, 20.0)), (BLUE, "20 – 40", (20.0, 40.0)))
    )
    layers = drawn(Style("supply_parcel", rules, kind="graduated", field="price_wan"))
    whole = Scene(layers, View((X0 + 250.0, Y0 + 45.0), 1.0, (600, 200)))
    assert [entry.text for entry in entries(whole, "zh")[0]] == ["10 – 20", "20 – 40"]
    left = whole.seen_from(View((X0 + 45.0, Y0 + 45.0), 1.0, (100, 100)))
    assert [entry.text for entry in entries(left, "zh")[0]] == ["10 – 20"]


def test_coordinates_are_taken_from_what_was_drawn_before() -> None:
    before = drawn(Style("supply_parcel", (RED, replace(BLUE, where={"status": ("S1",)}))))
    after = drawn(Style("supply_parcel", (BLUE, replace(RED, where={"status": ("S2",)}))), drawn=before)
    assert after[0].shapes is before[0].shapes and after[0].symbols[0].fill == "#0000ff"
    assert all(after[1].shapes is not one.shapes for one in before)


def test_a_line_beside_its_line_lies_to_the_left() -> None:
    application()
    road = parks.layer("road", [shapely.LineString([(X0, Y0), (X0 + 200.0, Y0)])], name=["a"])
    rule = StyleRule(SAME, outline=Line("#ff0000", 1.0), offset_mm=5.0)
    view = View((X0 + 100.0, Y0), 1.0, (200, 100))
    for offset, side in ((5.0, -1), (-5.0, 1)):
        styled = with_style(Style("road", (replace(rule, offset_mm=offset),)))
        image = picture(Scene(scene_layers(road, styled), view))
        away = round(5.0 * view.mm_px)
        assert image.pixelColor(100, 50 + side * away).red() > 200
        assert image.pixelColor(100, 50 + side * away).blue() < 80
        assert image.pixel(100, 50) == 0xFFFFFFFF
        assert image.pixel(100, 50 - side * away) == 0xFFFFFFFF


def test_a_marker_is_turned() -> None:
    application()
    firm = parks.layer("enterprise", [shapely.Point(X0, Y0)], name=["a"])
    view = View((X0, Y0), 1.0, (80, 80))
    for angle, (x, y) in ((0.0, (30, 40)), (90.0, (40, 50)), (180.0, (50, 40))):
        rule = StyleRule(SAME, marker=Marker("arrow", 8.0, "#ff0000", angle))
        image = picture(Scene(scene_layers(firm, with_style(Style("enterprise", (rule,)))), view))
        assert image.pixelColor(x, y).blue() < 80, angle
