"""Styles made from a layer's values: one symbol, one for each value, one for each range of numbers; no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gis_app.catalogue.spelled_out import condition
from gis_app.catalogue.style import CLASS, Line, Marker, Style, StyleRule
from gis_app.language import LANGUAGES, Message, say
from gis_app.render.classify import classify
from gis_app.render.styling import numbers_of

if TYPE_CHECKING:
    from gis_app.catalogue import CodeList
    from gis_app.catalogue.ramp import Ramp
    from gis_app.model import Layer

MOST_VALUES = 100
"""Values that get a symbol of their own, the most frequent first; the others share one."""
REST = "#b8bec6"
PLAIN = {
    "polygon": StyleRule({}, fill="#9db7d6", outline=Line("#404040", 0.2)),
    "line": StyleRule({}, outline=Line("#4a6078", 0.5)),
    "point": StyleRule({}, marker=Marker("circle", 2.5, "#1a5276")),
}


def single(style: Style, geometry: str, title: Mapping[str, str]) -> Style:
    """Give a style that draws every feature alike, as its first rule does."""
    rule = replace(base(style, geometry), title=dict(title))
    return replace(style, rules=(rule,), kind="single", field="", method="", ramp="")


def categorised(
    style: Style, layer: Layer, field: str, ramp: Ramp, geometry: str, codes: CodeList | None = None
) -> Style:
    """Give a style with a symbol for each value of a field.

    Parameters
    ----------
    codes
        The list that the field's values are codes of: it gives names and, where it has them, colours.
    """
    values = layer.rows(None, [field])[field].tolist() if layer.has(field) else []
    counted = Counter(value for value in map(_plain, values) if value != "")
    frequent = [value for value, _ in counted.most_common(MOST_VALUES)]
    found = sorted(frequent, key=lambda value: (isinstance(value, str), value))
    under, rules = base(style, geometry), []
    for value, colour in zip(found, ramp.take(max(len(found), 1)), strict=False):
        known = codes.colour(value) if codes is not None else None
        own = coloured(under, known.rgb if known is not None else colour, geometry)
        rules.append(replace(own, title=_named(value, codes), where={field: (value,)}))
    words = {language: say(Message("render.others"), language) for language in LANGUAGES}
    rules.append(replace(coloured(under, REST, geometry), title=words, otherwise=True))
    return replace(style, rules=tuple(rules), kind="categorised", field=field, method="", ramp=ramp.id)


def graduated(
    style: Style, layer: Layer, field: str, method: str, count: int, ramp: Ramp, geometry: str
) -> Style:
    """Give a style with a symbol for each range of a field's numbers; unchanged where it has none."""
    bounds = classify(numbers_of(layer, field), method, count).tolist()
    if len(bounds) < 2:
        return style
    under = base(style, geometry)
    colours = ramp.take(len(bounds) - 1)
    declared = layer.feature_type.field(field)
    # a legend shows the ranges of several layers
    names = dict.fromkeys(LANGUAGES, "") if declared is None else declared.title
    rules = [
        replace(
            coloured(under, colour, geometry),
            title={key: f"{name} {range_text(low, high)}".strip() for key, name in names.items()},
            range=(low, high),
        )
        for low, high, colour in zip(bounds[:-1], bounds[1:], colours, strict=True)
    ]
    made = replace(style, rules=tuple(rules), kind="graduated", field=field)
    return replace(made, method=method, ramp=ramp.id)


def by_rules(style: Style) -> Style:
    """Give the same style as single rules, each with its condition written out."""
    rules = tuple(
        rule if rule.codes else replace(rule, where={}, range=None, filter=condition(style, rule))
        for rule in style.rules
    )
    return replace(style, rules=rules, kind="rules", field="", method="", ramp="")


def base(style: Style, geometry: str) -> StyleRule:
    """Give the symbol that classes start from: that of the first rule that draws, without its conditions."""
    usual = PLAIN[geometry]
    drawing = next((rule for rule in style.rules if _draws(rule, geometry)), usual)
    plain = replace(
        drawing, where={}, codes=(), filter=None, range=None, otherwise=False, label=drawing.label
    )
    label = next((rule.label for rule in style.rules if rule.label is not None), None)
    fill = usual.fill if plain.fill == CLASS else plain.fill
    return replace(plain, fill=fill, label=plain.label or label)


def coloured(rule: StyleRule, colour: str, geometry: str) -> StyleRule:
    """Give a symbol in another colour: areas by their fill, lines by their stroke, points by their sign."""
    if geometry == "polygon":
        return replace(rule, fill=colour)
    if geometry == "line":
        line = rule.outline or Line(colour, 0.5)
        return replace(rule, outline=replace(line, colour=colour))
    marker = rule.marker or Marker("circle", 2.5, colour)
    return replace(rule, marker=replace(marker, colour=colour))


def recoloured(style: Style, ramp: Ramp, geometry: str) -> Style:
    """Give the classes of a style the colours of a ramp; that for all others keeps its own."""
    colours = iter(ramp.take(max(sum(not rule.otherwise for rule in style.rules), 1)))
    return replace(style, rules=tuple(_recoloured(style, colours, geometry)), ramp=ramp.id)


def _recoloured(style: Style, colours: Iterator[str], geometry: str) -> Iterator[StyleRule]:
    for rule in style.rules:
        yield rule if rule.otherwise else coloured(rule, next(colours), geometry)


def range_text(low: float, high: float) -> str:
    """Write a range for a legend, no longer than it must be."""
    return f"{_short(low)} – {_short(high)}"


def _short(value: float) -> str:
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−") or "0"


def _draws(rule: StyleRule, geometry: str) -> bool:
    if geometry == "point":
        return rule.marker is not None
    return rule.outline is not None or (geometry == "polygon" and bool(rule.fill or rule.hatch))


def _plain(value: object) -> str | int | float | bool:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, float, bool)) else str(value).strip()


def _named(value: object, codes: CodeList | None) -> dict[str, str]:
    row = codes.find(value).code if codes is not None else None
    return dict.fromkeys(LANGUAGES, str(value) if row is None else f"{value} {row.name}")
