"""A style written for QGIS and read back; what QGIS writes; what is hostile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from gis_app.catalogue import Catalogue, load
from gis_app.catalogue.filter import parse
from gis_app.catalogue.qml import qml
from gis_app.catalogue.qml_reading import read_qml
from gis_app.catalogue.spelled_out import spelled_out
from gis_app.catalogue.style import Hatch, Label, Line, Marker, Style, StyleRule
from gis_app.language import Refused

SAME = {"zh": "名", "en": "名"}
NAMED = Label("name", 2.2, "#1b2330", "#ffffff", 20000.0)
POLYGON = StyleRule(
    SAME,
    fill="#f4b6b6",
    opacity=0.42,
    hatch=Hatch(135.0, 1.5, "#c00000", 0.25, (0.2, 1.2)),
    outline=Line("#c00000", 0.5, (2.0, 1.0)),
    casing=Line("#ffffff", 1.1),
    strength=0.8,
)
LINE = StyleRule(SAME, outline=Line("#8c8c8c", 1.3), casing=Line("#4a4a4a", 1.6), offset_mm=-0.75)
POINT = StyleRule(SAME, marker=Marker("arrow", 3.0, "#1a5276", 30.0), label=replace(NAMED, bold=True))
STYLES = {
    "single": (Style("s", (replace(POLYGON, label=NAMED),), "single", opacity=0.7), "polygon"),
    "line": (Style("s", (replace(LINE, label=replace(NAMED, along=True)),), "single"), "line"),
    "point": (Style("s", (POINT,), "single"), "point"),
    "categorised": (
        Style(
            "s",
            (
                replace(POLYGON, where={"kind": ("污水",)}),
                replace(POLYGON, where={"kind": ("雨水", "合流")}, hatch=None, casing=None),
                replace(POLYGON, otherwise=True),
            ),
            "categorised",
            "kind",
            order_by="-area_m2",
        ),
        "polygon",
    ),
    "numbers": (
        Style(
            "s", (replace(POINT, where={"n": (3,)}), replace(POINT, where={"n": (2.5,)})), "categorised", "n"
        ),
        "point",
    ),
    "graduated": (
        Style(
            "s",
            (replace(LINE, range=(0.0, 12.5)), replace(LINE, range=(12.5, 1e6))),
            "graduated",
            "width_m",
        ),
        "line",
    ),
    "rules": (
        Style(
            "s",
            (
                replace(POLYGON, label=NAMED),
                replace(POLYGON, filter=parse("status in ('S1', 'S2') and not (area_m2 < 5)")),
                replace(POLYGON, filter=parse("n is null"), min_denominator=500.0, max_denominator=20000.0),
                replace(POLYGON, otherwise=True),
            ),
            filter=parse("year >= 2020"),
            order_by="area_m2",
        ),
        "polygon",
    ),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def back(style: Style, geometry: str, folder: Path) -> Style:
    path = folder / "x.qml"
    path.write_text(qml(style, geometry), encoding="utf-8")
    read, left = read_qml(path, style.id)
    assert left == ()
    return read


@pytest.mark.parametrize("name", STYLES)
def test_written_and_read_again(name: str, tmp_path: Path) -> None:
    style, geometry = STYLES[name]
    read = back(style, geometry, tmp_path)
    if name == "numbers":  # QGIS has no label for each value unless all have one
        read = replace(read, rules=tuple(replace(rule, label=NAMED) for rule in read.rules))
        style = replace(style, rules=tuple(replace(rule, label=NAMED) for rule in style.rules))
    if style.kind == "single":  # nor a title for the only one
        read = replace(read, rules=(replace(read.rules[0], title=SAME),))
    assert read == style


def test_every_style_of_the_program(catalogue: Catalogue, tmp_path: Path) -> None:
    """Titles are in one language there, and what a geometry cannot draw is not there."""
    for kind in catalogue.feature_types.values():
        if kind.id == "annotation":  # no rule draws it
            continue
        field = kind.field(kind.class_field) if kind.class_field else None
        codes = catalogue.code_lists.get((field and field.codes) or "landuse_2023") if field else None
        plain = spelled_out(catalogue.style_of(kind.id), kind.class_field, codes)
        geometry = kind.geometry if kind.geometry in ("point", "line", "polygon") else "polygon"
        assert _drawn(back(plain, geometry, tmp_path), geometry) == _drawn(plain, geometry), kind.id


def _drawn(style: Style, geometry: str) -> list[StyleRule]:
    area = geometry == "polygon"
    rules = [
        replace(
            rule,
            title={},
            fill=rule.fill if area else "",
            opacity=rule.opacity if area else 1.0,
            hatch=rule.hatch if area else None,
            marker=rule.marker if geometry == "point" else None,
            outline=None if geometry == "point" else rule.outline,
            casing=None if geometry == "point" else rule.casing,
        )
        for rule in style.rules
    ]
    return [rule for rule in rules if rule != StyleRule({}) and (rule.label or _any(rule))]


def _any(rule: StyleRule) -> bool:
    return any((rule.fill, rule.hatch, rule.outline, rule.casing, rule.marker))


def test_the_structure_is_that_of_qgis() -> None:
    style, geometry = STYLES["rules"]
    root = fromstring(qml(style, geometry).partition("\n")[2])
    renderer = root.find("renderer-v2")
    assert root.tag == "qgis" and root.get("version", "").startswith("3.22")
    assert renderer is not None and renderer.get("type") == "RuleRenderer"
    assert renderer.get("symbollevels") == "1"
    whole = renderer.findall("rules/rule")
    assert [rule.get("filter") for rule in whole] == ['"year" >= 2020']
    rules = whole[0].findall("rule")
    assert [rule.get("filter") for rule in rules][1:] == [
        "\"status\" in ('S1', 'S2') and not (\"area_m2\" < 5)",
        '"n" is null',
        "ELSE",
    ]
    assert (rules[2].get("scalemindenom"), rules[2].get("scalemaxdenom")) == ("500", "20000")
    names = {symbol.get("name"): symbol for symbol in renderer.findall("symbols/symbol")}
    assert [rule.get("symbol") for rule in rules] == list(names)
    classes = [layer.get("class") for layer in names["1"].findall("layer")]
    assert classes == ["SimpleLine", "SimpleFill", "LinePatternFill", "SimpleLine"]
    passes = [[int(layer.get("pass", "")) for layer in symbol.findall("layer")] for symbol in names.values()]
    assert passes == [[0, 1, 1, 1], [2, 3, 3, 3], [4, 5, 5, 5], [6, 7, 7, 7]]
    hatch = names["1"].find("layer[@class='LinePatternFill']")
    assert hatch is not None and hatch.find("symbol/layer[@class='SimpleLine']") is not None
    options = {option.get("name"): option.get("value") for option in hatch.findall("Option/Option")}
    assert (options["angle"], options["distance"], options["distance_unit"]) == ("135", "1.5", "MM")
    labels = root.findall("labeling[@type='rule-based']/rules/rule/rule/settings/text-style")
    assert [text.get("fieldName") for text in labels] == ["name"]
    assert root.findtext("layerOpacity") == "1"


WRITTEN_BY_QGIS = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis styleCategories="Symbology" version="3.16.4-Hannover" labelsEnabled="0">
  <renderer-v2 attr="{attr}" type="graduatedSymbol" symbollevels="0" graduatedMethod="GraduatedColor">
    <ranges>
      <range upper="10.000000000000000" symbol="0" lower="0.000000000000000" render="true" label="0 - 10"/>
      <range upper="20.000000000000000" symbol="1" lower="10.000000000000000" render="false" label="off"/>
    </ranges>
    <symbols>
      <symbol type="fill" alpha="0.5" name="0" clip_to_extent="1">
        <layer class="SimpleFill" enabled="1" pass="0" locked="0">
          <prop k="color" v="247,251,255,128"/><prop k="style" v="{brush}"/>
          <prop k="outline_color" v="35,35,35,255"/><prop k="outline_style" v="dash"/>
          <prop k="outline_width" v="1"/><prop k="outline_width_unit" v="{unit}"/>
          <data_defined_properties><Option type="Map">
            <Option name="properties" type="Map">{data}</Option></Option></data_defined_properties>
        </layer>
        {layer}
      </symbol>
    </symbols>
  </renderer-v2>
  <blendMode>{blend}</blendMode>
</qgis>"""
USUAL = {"attr": "w", "brush": "solid", "unit": "MM", "data": "", "layer": "", "blend": "0"}


def test_the_older_form_with_props(tmp_path: Path) -> None:
    path = tmp_path / "old.qml"
    path.write_text(WRITTEN_BY_QGIS.format(**USUAL), encoding="utf-8")
    style, left = read_qml(path, "x")
    assert left == () and style.kind == "graduated" and style.field == "w"
    (rule,) = style.rules
    assert (rule.range, rule.fill, rule.opacity, rule.strength) == ((0.0, 10.0), "#f7fbff", 0.5, 0.5)
    assert rule.outline == Line("#232323", 1.0, (4.0, 2.0)) and rule.title["zh"] == "0 - 10"


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"unit": "MapUnit"}, "qml_unit"),
        ({"brush": "cross"}, "qml_brush"),
        ({"layer": '<layer class="SVGFill" enabled="1"/>'}, "qml_symbol_layer"),
        ({"layer": '<layer class="ShapeburstFill" enabled="0"/>'}, None),
        ({"data": '<Option name="fillColor" type="Map"/>'}, "qml_data_defined"),
        ({"blend": "6"}, "qml_blend"),
        ({"brush": "f_diagonal"}, None),
    ],
)
def test_what_is_not_understood_is_named(what: dict[str, str], told: str | None, tmp_path: Path) -> None:
    path = tmp_path / "other.qml"
    path.write_text(WRITTEN_BY_QGIS.format(**(USUAL | what)), encoding="utf-8")
    style, left = read_qml(path, "x")
    assert [message.id for message in left] == ([] if told is None else [f"catalogue.{told}"])
    assert style.rules


def test_a_field_that_is_an_expression_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "expression.qml"
    path.write_text(WRITTEN_BY_QGIS.format(**(USUAL | {"attr": "a / b"})), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read_qml(path, "x")
    assert "a / b" in str(caught.value)


BOMB = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><qgis>&b;</qgis>'
HOSTILE = {
    "entities": BOMB,
    "external": '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><qgis>&x;</qgis>',
    "parameter": '<!DOCTYPE q [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><qgis/>',
    "deep": "<qgis>" * 5000,
    "no xml": "PK\x03\x04",
    "nothing": "",
    "another": "<svg/>",
    "unclosed": "<qgis><renderer-v2>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.qml"
    path.write_text(HOSTILE[name], encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read_qml(path, "x")
    assert "root:" not in str(caught.value)


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.qml"
    with path.open("wb") as stream:
        stream.write(b"<qgis>")
        stream.truncate(17 << 20)
    with pytest.raises(Refused):
        read_qml(path, "x")
    with pytest.raises(Refused):
        read_qml(tmp_path / "none.qml", "x")
