"""Annotations: every kind is drawn, and dimensions tell what the geometry measures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis_app.render.annotate import DRAWN, angle_deg, angle_text, annotation_layers, area_text, length_text
from gis_app.render.painter import application, picture
from gis_app.render.scene import Scene, SceneLayer, bounds_of, fit, scene_layers
from tests.render import parks

X0, Y0 = 511000.0, 3078000.0


def made(kind: str, geometry: Any, language: str = "zh", **fields: Any) -> tuple[SceneLayer, ...]:
    columns = {name: [value] for name, value in fields.items()}
    layer = parks.layer("annotation", [shapely.affinity.translate(geometry, X0, Y0)], kind=[kind], **columns)
    return scene_layers(layer, parks.catalogue(), language=language)


def texts(layers: tuple[SceneLayer, ...]) -> list[str]:
    return [text for layer in layers for text in layer.labels if text]


SHAPES = {
    "文字": shapely.Point(0, 0),
    "箭头": shapely.LineString([(0, 0), (100, 0)]),
    "圈注": shapely.Point(0, 0).buffer(50),
    "引线": shapely.LineString([(0, 0), (50, 50), (90, 50)]),
    "长度": shapely.LineString([(0, 0), (30, 40)]),
    "面积": shapely.box(0, 0, 200, 100),
    "角度": shapely.LineString([(100, 0), (0, 0), (0, 100)]),
}


def test_every_kind_of_the_layer_is_drawn() -> None:
    field = parks.catalogue().feature_types["annotation"].field("kind")
    assert field is not None and set(field.values) == set(DRAWN) == set(SHAPES)
    for kind, geometry in SHAPES.items():
        assert made(kind, geometry, text="甲"), kind


def test_figures_are_those_of_the_geometry() -> None:
    assert texts(made("长度", SHAPES["长度"])) == ["50.00 米"]
    assert texts(made("长度", SHAPES["长度"], "en", text="setback")) == ["setback 50.00 m"]
    assert texts(made("面积", SHAPES["面积"])) == ["2.0000 公顷（30.00 亩）"]
    assert texts(made("面积", shapely.box(0, 0, 20, 10), "en")) == ["200.00 m²"]
    assert texts(made("角度", SHAPES["角度"])) == ["90°00′"]


def test_a_figure_follows_its_geometry() -> None:
    shorter = shapely.LineString([(0, 0), (6, 8)])
    assert texts(made("长度", shorter, text="")) == ["10.00 米"]


def test_units_of_long_and_large() -> None:
    assert length_text(9999.994, "en") == "9999.99 m"
    assert length_text(12_345.6, "en") == "12.346 km"
    assert area_text(9_999.99, "zh") == "9999.99 平方米"
    assert area_text(10_000.0, "zh") == "1.0000 公顷（15.00 亩）"
    assert angle_text(59.9999, "en") == "60°00′"


@given(st.floats(0.1, 179.9), st.floats(0, 360), st.floats(1, 1e4), st.floats(1, 1e4))
def test_an_angle_is_that_between_its_legs(turn: float, first: float, one: float, other: float) -> None:
    def leg(direction: float, length: float) -> tuple[float, float]:
        return length * math.cos(math.radians(direction)), length * math.sin(math.radians(direction))

    points = np.array([leg(first, one), (0.0, 0.0), leg(first + turn, other)])
    assert angle_deg(points) == pytest.approx(turn, abs=1e-6)
    assert angle_deg(points[::-1]) == pytest.approx(turn, abs=1e-6)


def test_ends_point_along_the_line() -> None:
    (_, ends) = made("箭头", shapely.LineString([(0, 0), (0, 100)]))
    turned = [symbol.marker.angle_deg for symbol in ends.symbols if symbol.marker is not None]
    assert turned == [90.0] and ends.shapes.coords.tolist() == [[X0, Y0 + 100]]
    both = [
        symbol.marker.angle_deg
        for layer in made("长度", shapely.LineString([(0, 0), (100, 0)]))
        for symbol in layer.symbols
        if symbol.marker is not None
    ]
    assert sorted(both) == [0.0, 180.0]


def test_a_feature_has_size_turn_and_colour_of_its_own() -> None:
    layers = made("文字", SHAPES["文字"], text="甲", size_mm=6.0, rotation_deg=30.0, colour="#00aa00")
    label = layers[0].symbols[0].label
    assert label is not None
    assert (label.size_mm, label.angle_deg, label.colour, label.fixed) == (6.0, 30.0, "#00aa00", True)


@pytest.mark.parametrize(
    "wrong", [{"size_mm": 1e9}, {"size_mm": -3.0}, {"colour": "red"}, {"colour": "#zzzzzz"}]
)
def test_what_is_out_of_all_bounds_is_as_usual(wrong: dict[str, Any]) -> None:
    usual = made("文字", SHAPES["文字"], text="甲")[0].symbols[0].label
    assert made("文字", SHAPES["文字"], text="甲", **wrong)[0].symbols[0].label == usual


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.LineString([(0, 0), (0, 0)]),
        shapely.Point(0, 0),
        shapely.MultiLineString([[(0, 0), (9, 0)], [(9, 9), (0, 9)]]),
        shapely.Polygon(),
        shapely.LineString([(0, 0), (50, 0)]),
    ],
)
def test_a_geometry_that_does_not_fit_the_kind_breaks_nothing(geometry: Any) -> None:
    application()
    for kind in [*DRAWN, "别的", None]:
        layers = made(kind, geometry, text="甲")
        bounds = bounds_of(layers)
        if bounds is not None:
            picture(Scene(layers, fit(bounds, (100, 100))))


def test_a_style_without_the_kind_still_writes() -> None:
    from dataclasses import replace

    catalogue = parks.catalogue()
    style = catalogue.styles["annotation"]
    layer = parks.layer("annotation", [shapely.Point(X0, Y0)], kind=["文字"], text=["甲"])
    only = replace(style, rules=style.rules[-1:])
    assert texts(annotation_layers(layer, only, "zh")) == ["甲"]


def test_annotations_are_seen() -> None:
    application()
    for kind, geometry in SHAPES.items():
        layers = made(kind, geometry, text="甲乙")
        bounds = bounds_of(layers)
        assert bounds is not None
        image = picture(Scene(layers, fit(bounds, (300, 300), 0.3)))
        pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(300, -1, 4)[:, :300]
        assert (pixels[:, :, :3] < 160).any(), kind


def test_no_legend_explains_what_says_itself() -> None:
    from gis_app.render.legend import entries

    layers = tuple(layer for kind, geometry in SHAPES.items() for layer in made(kind, geometry, text="甲"))
    bounds = bounds_of(layers)
    assert bounds is not None
    assert entries(Scene(layers, fit(bounds, (300, 300))), "zh") == ([], [])


def test_annotations_are_printed_above_the_ground() -> None:
    """Each as it is, also where two say the same."""
    from gis_app.sheets.ground import sheet_layers

    project = parks.small()
    lines = [shapely.LineString([(X0, Y0 + 50 * i), (X0 + 30, Y0 + 50 * i)]) for i in range(2)]
    project.layers["annotation"] = parks.layer("annotation", lines, kind=["长度", "长度"])
    catalogue = parks.catalogue()
    layers = sheet_layers(project, catalogue, catalogue.layouts["control_lines"], "", (), "en")
    own = [layer for layer in layers if layer.id == "annotation"]
    assert [text for layer in own for text in layer.labels if text] == ["30.00 m", "30.00 m"]
    assert layers[-len(own) :] == tuple(own)
