"""An SLD document against the structure that the OGC schemas lay down (SLD 1.1.0, SE 1.1.0, Filter 1.1.0)."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest

from gis_app.catalogue import load
from gis_app.catalogue.filter import Not, matches, parse
from gis_app.catalogue.sld import OGC, PIXEL_MM, SE, SLD, sld
from gis_app.catalogue.spelled_out import rest, spelled_out
from gis_app.catalogue.style import Label, Line, Style, StyleRule
from tests.catalogue.test_qml import LINE, POINT, POLYGON, STYLES

PREFIX = {SLD: "sld", SE: "se", OGC: "ogc"}
COMPARES = "(PropertyIs\\w+ )"
LOGIC = f"({COMPARES}|And |Or |Not )"
SEQUENCES = {
    "sld:StyledLayerDescriptor": "(Name )?(Description )?(NamedLayer )+",
    "sld:NamedLayer": "Name (Description )?(UserStyle )+",
    "sld:UserStyle": "(Name )?(Description )?(IsDefault )?(FeatureTypeStyle )+",
    "se:FeatureTypeStyle": "(Name )?(Description )?(FeatureTypeName )?(Rule )+",
    "se:Rule": "(Name )?(Description )?(Filter |ElseFilter )?(MinScaleDenominator )?(MaxScaleDenominator )?"
    "((Line|Polygon|Point|Text)Symbolizer )+",
    "se:Description": "(Title )?(Abstract )?",
    "se:PolygonSymbolizer": "(Fill )?(Stroke )?(PerpendicularOffset )?",
    "se:LineSymbolizer": "(Stroke )?(PerpendicularOffset )?",
    "se:PointSymbolizer": "(Graphic )?",
    "se:TextSymbolizer": "(Label )?(Font )?(LabelPlacement )?(Halo )?(Fill )?",
    "se:Graphic": "(Mark )*(Opacity )?(Size )?(Rotation )?",
    "se:Mark": "(WellKnownName )?(Fill )?(Stroke )?",
    "se:Fill": "(GraphicFill )?(SvgParameter )*",
    "se:GraphicFill": "Graphic ",
    "se:Stroke": "(SvgParameter )*",
    "se:Font": "(SvgParameter )*",
    "se:Halo": "(Radius )?(Fill )?",
    "se:Label": "PropertyName ",
    "se:LabelPlacement": "(PointPlacement |LinePlacement )",
    "se:PointPlacement": "(AnchorPoint )?(Displacement )?(Rotation )?",
    "se:AnchorPoint": "AnchorPointX AnchorPointY ",
    "se:LinePlacement": "(GeneralizeLine )?",
    "ogc:Filter": LOGIC,
    "ogc:And": f"{LOGIC}{{2,}}",
    "ogc:Or": f"{LOGIC}{{2,}}",
    "ogc:Not": LOGIC,
    "ogc:PropertyIsNull": "PropertyName ",
    "ogc:Function": "PropertyName Literal ",
}
BINARY = "(PropertyName (Literal |PropertyName )|Function Literal )"
SVG = re.compile(
    r"fill|fill-opacity|stroke|stroke-opacity|stroke-width|stroke-linejoin|stroke-linecap|stroke-dasharray"
    r"|font-family|font-size|font-weight"
)


def plain(element: Element) -> tuple[str, str]:
    namespace, _, name = element.tag[1:].partition("}")
    return PREFIX[namespace], name


def hold(element: Element) -> None:
    prefix, name = plain(element)
    children = "".join(f"{plain(child)[1]} " for child in element)
    comparison = name.startswith("PropertyIs") and name != "PropertyIsNull"
    expected = BINARY if comparison else SEQUENCES.get(f"{prefix}:{name}", "(Literal )?")
    assert re.fullmatch(expected, children), f"{prefix}:{name}: {children}"
    if name == "SvgParameter":
        assert SVG.fullmatch(element.get("name", ""))
    for child in element:
        hold(child)


def tree(style: Style, geometry: str) -> Element:
    root = fromstring(sld(style, geometry).partition("\n")[2])
    hold(root)
    return root


@pytest.mark.parametrize("name", STYLES)
def test_the_structure_of_each_kind(name: str) -> None:
    style, geometry = STYLES[name]
    root = tree(style, geometry)
    assert root.get("version") == "1.1.0"
    rules = root.findall(f".//{{{SE}}}Rule")
    # a rest is none where one rule is for every feature
    assert len(rules) >= len(style.rules) - (name == "rules")


def test_every_style_of_the_program() -> None:
    catalogue = load()
    for kind in catalogue.feature_types.values():
        codes = catalogue.code_lists["landuse_2023"] if kind.class_field else None
        made = spelled_out(catalogue.style_of(kind.id), kind.class_field, codes)
        tree(made, kind.geometry if kind.geometry in ("point", "line", "polygon") else "polygon")


def parameters(element: Element) -> dict[str, str]:
    return {one.get("name", ""): one.text or "" for one in element.iter(f"{{{SE}}}SvgParameter")}


def test_lengths_are_pixels_of_the_encoding() -> None:
    root = tree(Style("s", (LINE,), "single"), "line")
    casing, line = root.findall(f".//{{{SE}}}LineSymbolizer")
    assert float(parameters(line)["stroke-width"]) == pytest.approx(1.3 / PIXEL_MM, abs=1e-3)
    assert float(parameters(casing)["stroke-width"]) > float(parameters(line)["stroke-width"])
    offset = line.findtext(f"{{{SE}}}PerpendicularOffset")
    assert offset is not None and float(offset) == pytest.approx(0.75 / PIXEL_MM, abs=1e-3)


def test_a_hatch_is_a_turned_line_pattern() -> None:
    root = tree(Style("s", (POLYGON,), "single", opacity=0.5), "polygon")
    graphic = root.find(f".//{{{SE}}}GraphicFill/{{{SE}}}Graphic")
    assert graphic is not None and graphic.findtext(f"{{{SE}}}Mark/{{{SE}}}WellKnownName") == "horline"
    assert float(graphic.findtext(f"{{{SE}}}Rotation/{{{OGC}}}Literal") or "") == 135.0
    fill = next(one for one in root.iter(f"{{{SE}}}Fill") if "fill-opacity" in parameters(one))
    assert float(parameters(fill)["fill-opacity"]) == pytest.approx(0.42 * 0.8 * 0.5, abs=1e-3)


def test_a_marker_turns_clockwise() -> None:
    root = tree(Style("s", (POINT,), "single"), "point")
    turn = root.findtext(f".//{{{SE}}}PointSymbolizer/{{{SE}}}Graphic/{{{SE}}}Rotation/{{{OGC}}}Literal")
    assert turn is not None and float(turn) == 330.0


def test_names_have_a_scale_of_their_own() -> None:
    named = replace(
        LINE, label=Label("name", 2.0, "#000000", "#ffffff", 5000.0, along=True), max_denominator=9e4
    )
    drawn, written = tree(Style("s", (named,), "single"), "line").findall(f".//{{{SE}}}Rule")
    assert float(drawn.findtext(f"{{{SE}}}MaxScaleDenominator") or "") == 90000
    assert float(written.findtext(f"{{{SE}}}MaxScaleDenominator") or "") == 5000
    assert written.find(f".//{{{SE}}}LinePlacement") is not None


def test_a_code_of_digits_is_compared_as_a_text() -> None:
    wanted = parse("code = '0601' or code = 'A1' or n = 601")
    root = tree(Style("s", (replace(LINE, filter=wanted),)), "line")
    compared = root.findall(f".//{{{OGC}}}PropertyIsEqualTo")
    assert [one.find(f"{{{OGC}}}Function") is not None for one in compared] == [True, False, False]


def test_conditions_and_the_rest() -> None:
    rules = (
        replace(POLYGON, filter=parse("a = 'x' and (b is null or not c in (1, true)) and d < e")),
        StyleRule({"zh": "其余", "en": "rest"}, outline=Line("#000000", 0.2), otherwise=True),
    )
    root = tree(Style("s", rules, filter=parse("n > 0")), "polygon")
    first, rest_ = root.findall(f".//{{{SE}}}Rule")
    assert [plain(one)[1] for one in first.find(f"{{{OGC}}}Filter") or ()] == ["And"]
    literals = [one.text for one in first.iter(f"{{{OGC}}}Literal")]
    assert literals[:4] == ["0", "x", "1", "true"]
    assert rest_.find(f"{{{OGC}}}Filter/{{{OGC}}}And/{{{OGC}}}Not") is not None
    assert len(root.findall(f".//{{{SE}}}FeatureTypeStyle")) == 2


CONDITIONS = [
    "a > 1",
    "not a > 1",
    "a in (1, 2) or b is null",
    "not (a = b and a is not null)",
    "a is null",
    "b <= 1",
]


@pytest.mark.parametrize("one", CONDITIONS)
@pytest.mark.parametrize("other", CONDITIONS)
def test_the_rest_is_what_is_not_drawn_also_where_nothing_is_known(one: str, other: str) -> None:
    rules = tuple(replace(POLYGON, filter=parse(text)) for text in (one, other))
    left = rest(Style("s", (*rules, replace(POLYGON, otherwise=True))))
    assert left is not None
    grid = np.array([[x, y] for x in (np.nan, 0.0, 1.0, 2.0) for y in (np.nan, 0.0, 1.0, 2.0)])
    columns = {"a": grid[:, 0], "b": grid[:, 1]}
    drawn = np.logical_or.reduce([matches(parse(text), columns.__getitem__, 16) for text in (one, other)])
    assert (matches(left, columns.__getitem__, 16) == ~drawn).all()
    assert (matches(Not(left), columns.__getitem__, 16) == drawn).all()


def test_nothing_is_left_where_a_rule_is_for_all() -> None:
    style = Style("s", (POLYGON, replace(POLYGON, otherwise=True)))
    assert rest(style) is None
    assert len(tree(style, "polygon").findall(f".//{{{SE}}}Rule")) == 1
