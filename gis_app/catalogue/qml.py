"""A style as the QML file of QGIS (3.22 and later): renderer, symbols, labels."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gis_app.catalogue.filter import Filter, write
from gis_app.catalogue.qml_symbol import (
    dots,
    fill,
    hatch_lines,
    is_dotted,
    line,
    marker_layer,
    settings,
    symbol,
    written,
)
from gis_app.catalogue.spelled_out import spelled_out
from gis_app.catalogue.style import Style, StyleRule

VERSION = "3.22.16-Białowieża"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
RENDERERS = {
    "single": "singleSymbol",
    "categorised": "categorizedSymbol",
    "graduated": "graduatedSymbol",
    "rules": "RuleRenderer",
}
SYMBOL_TYPES = {"polygon": "fill", "line": "line", "point": "marker"}
GEOMETRY_TYPES = {"point": "0", "line": "1", "polygon": "2"}
NAMESPACE = uuid.UUID("6b6f0f4e-7f0c-5d0a-9a57-1f1a3f0c2a11")
"""Keys of rules follow from style and place: the same style gives the same file."""


def qml(style: Style, geometry: str, language: str = "zh") -> str:
    """Write a style for QGIS.

    Parameters
    ----------
    style
        Spelled out; what is not is taken without its code list.
    geometry
        ``point``, ``line`` or ``polygon``; what another cannot draw is left out.
    language
        Of the titles: QGIS has one for each class.
    """
    plain = spelled_out(style)
    labelled = any(rule.label is not None for rule in plain.rules)
    root = Element(
        "qgis",
        version=VERSION,
        styleCategories="Symbology|Labeling|Rendering",
        labelsEnabled="1" if labelled else "0",
        hasScaleBasedVisibilityFlag="0",
        minScale="100000000",
        maxScale="0",
    )
    drawn = _Drawn(plain, geometry, language)
    drawn.renderer(root)
    if labelled:
        drawn.labeling(root)
    SubElement(root, "blendMode").text = "0"
    SubElement(root, "featureBlendMode").text = "0"
    SubElement(root, "layerOpacity").text = written(style.opacity)
    SubElement(root, "layerGeometryType").text = GEOMETRY_TYPES[geometry]
    indent(root, "  ")
    return DOCTYPE + tostring(root, encoding="unicode") + "\n"


class _Drawn:
    """One style for one kind of geometry."""

    def __init__(self, style: Style, geometry: str, language: str) -> None:
        self.style, self.geometry, self.language = style, geometry, language
        # a filter of the whole layer is a rule above all others; a class without a symbol is no class there
        drawing = all(self.layers(rule) for rule in style.rules)
        self.kind = style.kind if style.filter is None and drawing else "rules"
        if self.kind == "rules" and style.kind != "rules":
            self.style = spelled_out(replace(style, kind="rules"))

    def renderer(self, root: Element) -> None:
        drawing = [rule for rule in self.style.rules if self.layers(rule)]
        levels = (self.kind == "rules" and len(drawing) > 1) or any(rule.casing for rule in drawing)
        made = SubElement(
            root,
            "renderer-v2",
            type=RENDERERS[self.kind],
            forceraster="0",
            symbollevels="1" if levels else "0",
            enableorderby="1" if self.style.order_by else "0",
            referencescale="-1",
        )
        if self.kind in ("categorised", "graduated"):
            made.set("attr", self.style.field)
        getattr(self, f"_{self.kind}")(made, drawing)
        symbols = SubElement(made, "symbols")
        for number, rule in enumerate(drawing):
            symbols.append(self.symbol(rule, number, 2 * number if self.kind == "rules" else 0, levels))
        if self.style.order_by:
            order = SubElement(made, "orderby")
            down = self.style.order_by.startswith("-")
            clause = SubElement(order, "orderByClause", asc="0" if down else "1", nullsFirst="1")
            clause.text = f'"{self.style.order_by.removeprefix("-")}"'

    def _single(self, made: Element, drawing: Sequence[StyleRule]) -> None:
        """One symbol for all: nothing beside the symbol."""

    def _categorised(self, made: Element, drawing: Sequence[StyleRule]) -> None:
        categories = SubElement(made, "categories")
        for number, rule in enumerate(drawing):
            wanted = rule.where.get(self.style.field, ("",)) if not rule.otherwise else ("",)
            own = {"symbol": str(number), "label": self.title(rule), "render": "true"}
            if len(wanted) == 1:
                SubElement(categories, "category", own | _typed(wanted[0]))
                continue
            several = SubElement(categories, "category", own | {"type": "List", "value": ""})
            for value in wanted:
                SubElement(several, "val", _typed(value))

    def _graduated(self, made: Element, drawing: Sequence[StyleRule]) -> None:
        made.set("graduatedMethod", "GraduatedColor")
        ranges = SubElement(made, "ranges")
        for number, rule in enumerate(drawing):
            assert rule.range is not None
            SubElement(
                ranges,
                "range",
                symbol=str(number),
                label=self.title(rule),
                render="true",
                lower=written(rule.range[0]),
                upper=written(rule.range[1]),
            )

    def _rules(self, made: Element, drawing: Sequence[StyleRule]) -> None:
        parent = SubElement(made, "rules", key=self.key("rules"))
        if self.style.filter is not None:
            parent = SubElement(
                parent, "rule", key=self.key("filter"), filter=write(self.style.filter, quoted=True)
            )
        for number, rule in enumerate(drawing):
            own = {"key": self.key(number), "symbol": str(number), "label": self.title(rule)}
            SubElement(parent, "rule", own | _conditions(rule))

    def symbol(self, rule: StyleRule, number: int, level: int, levels: bool) -> Element:
        """Give the symbol of a rule; casings of a level lie below everything else of it."""
        made = symbol(SYMBOL_TYPES[self.geometry], str(number), rule.strength)
        for layer, above in self.layers(rule):
            layer.set("pass", str(level + above) if levels else "0")
            made.append(layer)
        return made

    def layers(self, rule: StyleRule) -> list[tuple[Element, int]]:
        """Give symbol layers from the bottom up, each with 0 for a casing and 1 for anything else."""
        if self.geometry == "point":
            return [(marker_layer(rule.marker), 1)] if rule.marker is not None else []
        offset = rule.offset_mm if self.geometry == "line" else 0.0
        made = [(line(rule.casing, offset), 0)] if rule.casing is not None else []
        whole = self.geometry == "polygon" and _is_plain(rule)
        if self.geometry == "polygon" and rule.fill:
            made.append((fill(rule.fill, rule.opacity, rule.outline if whole else None), 1))
        if self.geometry == "polygon" and rule.hatch is not None:
            made.append(((dots if is_dotted(rule.hatch) else hatch_lines)(rule.hatch), 1))
        if rule.outline is not None and not whole:
            made.append((line(rule.outline, offset), 1))
        return made

    def labeling(self, root: Element) -> None:
        named = [rule for rule in self.style.rules if rule.label is not None]
        everywhere = spelled_out(replace(self.style, kind="rules")).rules if self.kind != "rules" else named
        conditions = [_conditions(rule) for rule in everywhere if rule.label is not None]
        if self.style.filter is None and conditions == [{}]:
            assert named[0].label is not None
            SubElement(root, "labeling", type="simple").append(settings(named[0].label, self.geometry))
            return
        parent = SubElement(SubElement(root, "labeling", type="rule-based"), "rules", key=self.key("labels"))
        if self.style.filter is not None:
            parent = SubElement(
                parent, "rule", key=self.key("label filter"), filter=write(self.style.filter, quoted=True)
            )
        for number, (rule, own) in enumerate(zip(named, conditions, strict=True)):
            assert rule.label is not None
            own = own | {"key": self.key(f"label {number}"), "description": self.title(rule)}
            SubElement(parent, "rule", own).append(settings(rule.label, self.geometry))

    def title(self, rule: StyleRule) -> str:
        return rule.title.get(self.language) or next(iter(rule.title.values()), "")

    def key(self, place: object) -> str:
        return f"{{{uuid.uuid5(NAMESPACE, f'{self.style.id}/{place}')}}}"


def _is_plain(rule: StyleRule) -> bool:
    """Whether a simple fill can carry the outline too."""
    bare = rule.casing is None and rule.hatch is None
    return bool(rule.fill) and bare and rule.outline is not None and not rule.outline.dash


def _conditions(rule: StyleRule) -> dict[str, str]:
    made: dict[str, str] = {}
    wanted: Filter | None = rule.filter
    if rule.otherwise:
        made["filter"] = "ELSE"
    elif wanted is not None:
        made["filter"] = write(wanted, quoted=True)
    if rule.min_denominator:
        made["scalemindenom"] = written(rule.min_denominator)
    if rule.max_denominator:
        made["scalemaxdenom"] = written(rule.max_denominator)
    return made


def _typed(value: object) -> dict[str, str]:
    if isinstance(value, bool):
        return {"value": str(value).lower(), "type": "bool"}
    if isinstance(value, (int, float)):
        return {"value": written(value), "type": "long" if isinstance(value, int) else "double"}
    return {"value": str(value), "type": "string"}
