"""A style's rules applied to a layer: what each rule draws, in which colour, with which name; no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue.filter import Filter, matches
from gis_app.catalogue.style import ANY, CLASS, Hatch, Line, Marker, Wanted
from gis_app.language import LANGUAGES, Message, say
from gis_app.render.names import Names, kept, laid_over, picked
from gis_app.render.symbol import LabelStyle, Symbol, Title
from gis_app.render.told import Told, text

if TYPE_CHECKING:  # a process that only draws loads neither tables nor the catalogue
    from gis_app.catalogue import Catalogue, CodeList, Style, StyleRule
    from gis_app.model import Layer

Part = TypeVar("Part", Hatch | None, Line | None, Marker | None)
UNKNOWN_FILL = "#D4D7DB"
"""A class that its code list does not know: a grey that no class has."""


@dataclass(frozen=True)
class Look:
    """What one rule draws of a layer's features (n,): with which symbol (−1: not at all), and their names."""

    symbols: tuple[Symbol, ...]
    symbol_of: NDArray[np.int64]
    labels: Sequence[str]

    def ordered(self, order: NDArray[np.int64]) -> Look:
        """Give the same with the features in another order (n,)."""
        return Look(self.symbols, self.symbol_of[order], picked(self.labels, order))


def looks(layer: Layer, catalogue: Catalogue) -> Iterator[Look]:
    """Give one look for each rule of the layer's style that fits any feature, from the bottom up."""
    codes = code_list_of(layer, catalogue)
    style = catalogue.styles[layer.feature_type.style]
    is_classed = any(rule.fill == CLASS for rule in style.rules)
    made, told, every = [], Told(layer), _names(layer, style)
    for rule, fits in zip(style.rules, _fitting(told, style, codes), strict=True):
        if fits.any():
            symbols, symbol_of = _symbols(told, rule, codes, is_classed)
            names = every.get(rule.label.field, ()) if rule.label is not None else ()
            made.append(Look(symbols, np.where(fits, symbol_of, -1), kept(names, fits)))
    if style.kind != "rules" and len(made) > 1:
        made = [_joined(made)]
    yield from made


def _names(layer: Layer, style: Style) -> dict[str, Names]:
    """The names in each field that a rule names features by."""
    fields = dict.fromkeys(rule.label.field for rule in style.rules if rule.label is not None)
    places = np.arange(len(layer))
    return {field: Names(layer.later(field), places) for field in fields if field and layer.has(field)}


def _joined(made: Sequence[Look]) -> Look:
    """One look of several that share no feature; where they do, the first is taken."""
    symbol_of, before = made[-1].symbol_of * 0 - 1, 0
    taken = []
    for look in made:
        free = (symbol_of < 0) & (look.symbol_of >= 0)
        symbol_of = np.where(free, look.symbol_of + before, symbol_of)
        if look.labels:
            taken.append((look.labels, free))
        before += len(look.symbols)
    symbols = tuple(symbol for look in made for symbol in look.symbols)
    return Look(symbols, symbol_of, laid_over(taken))


def draw_order(layer: Layer, style: Style) -> NDArray[np.int64] | None:
    """Places of the features (n,) in the order in which the style draws them; None for that of the table.

    Features without a value are drawn first.
    """
    if not style.order_by:
        return None
    values = _values(layer, style.order_by.removeprefix("-"))
    keys = [(text(value) != "", *_sorting(value)) for value in values.tolist()]
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=style.order_by.startswith("-"))
    if style.order_by.startswith("-"):  # what has no value stays below
        order.sort(key=lambda place: keys[place][0])
    return np.array(order, dtype=np.int64)


def _sorting(value: object) -> tuple[float, str]:
    if isinstance(value, (int, float, np.number)) and value == value:
        return float(value), ""
    return 0.0, text(value)


def code_list_of(layer: Layer, catalogue: Catalogue) -> CodeList | None:
    """Give the list of the layer's classes: the decided scheme, or the one its field declares."""
    kind = layer.feature_type
    declared = kind.field(kind.class_field) if kind.class_field else None
    name = layer.scheme or (declared.codes if declared is not None else "")
    return catalogue.code_lists.get(name)


def _fitting(told: Told, style: Style, codes: CodeList | None) -> list[NDArray[np.bool_]]:
    """For each rule the features (n,) that it is for."""
    layer = told.layer
    wanted = np.ones(len(layer), dtype=bool)
    if style.filter is not None:
        wanted = _holding(layer, style.filter)
    lowest = min((rule.range for rule in style.rules if rule.range is not None), default=None)
    fits = [
        wanted & _fits(told, rule, style.field, lowest, codes) if not rule.otherwise else wanted
        for rule in style.rules
    ]
    taken = [fit for rule, fit in zip(style.rules, fits, strict=True) if not rule.otherwise]
    rest = wanted & ~np.logical_or.reduce(taken) if taken else wanted
    return [rest if rule.otherwise else fit for rule, fit in zip(style.rules, fits, strict=True)]


def _fits(
    told: Told,
    rule: StyleRule,
    field: str,
    lowest: tuple[float, float] | None,
    codes: CodeList | None,
) -> NDArray[np.bool_]:
    layer = told.layer
    fits = np.ones(len(layer), dtype=bool)
    for name, wanted in rule.where.items():
        fits &= told.answers(name, partial(_holds, wanted=wanted))
    if rule.codes:
        classes = layer.feature_type.class_field
        fits &= told.answers(classes, lambda value: _is_class(value, rule.codes, codes))
    if rule.filter is not None:
        fits &= _holding(layer, rule.filter)
    if rule.range is not None:
        numbers = numbers_of(layer, field)
        above = numbers >= rule.range[0] if rule.range == lowest else numbers > rule.range[0]
        fits &= above & (numbers <= rule.range[1])
    return fits


def _holding(layer: Layer, condition: Filter) -> NDArray[np.bool_]:
    def column(name: str) -> NDArray[Any]:
        return layer.rows(None, [name])[name] if layer.has(name) else _values(layer, "")

    return matches(condition, column, len(layer.fids))


def numbers_of(layer: Layer, field: str) -> NDArray[np.float64]:
    """Give a field's values as numbers (n,); NaN where there is none."""
    values = _values(layer, field)
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def _values(layer: Layer, column: str) -> NDArray[Any]:
    if not column or not layer.has(column):
        return np.full(len(layer.fids), None, dtype=object)
    return layer.rows(None, [column])[column].astype(object)


def _holds(value: object, wanted: tuple[Wanted, ...]) -> bool:
    written = text(value)
    return any(bool(written) if one == ANY else written == text(one) for one in wanted)


def _is_class(value: object, wanted: tuple[str, ...], codes: CodeList | None) -> bool:
    if codes is None:
        return text(value) in wanted
    return any(codes.within(value, code) for code in wanted if code in codes)


def _symbols(
    told: Told, rule: StyleRule, codes: CodeList | None, is_classed: bool
) -> tuple[tuple[Symbol, ...], NDArray[np.int64]]:
    if rule.fill != CLASS:
        code = rule.codes[0] if is_classed and len(rule.codes) == 1 else ""
        return (_symbol(rule, rule.title, rule.fill, code),), np.zeros(len(told.layer), dtype=np.int64)
    made: dict[tuple[str, str], Symbol] = {}

    def number(value: object) -> int:
        fill, code, title = _class(value, codes)
        made.setdefault((fill, code), _symbol(rule, title, fill, code))
        return list(made).index((fill, code))

    symbol_of = told.answers(told.layer.feature_type.class_field, number)
    used = np.flatnonzero(np.bincount(symbol_of, minlength=len(made)))
    symbols = list(made.values())
    order = sorted(used.tolist(), key=lambda place: (symbols[place].code, symbols[place].fill))
    back = np.zeros(len(symbols), dtype=np.int64)
    back[order] = np.arange(len(order))
    return tuple(symbols[place] for place in order), back[symbol_of]


def _class(value: object, codes: CodeList | None) -> tuple[str, str, Title]:
    """Colour, code and name of a class; one with the colour of the class above it is shown as that."""
    colour = codes.colour(value) if codes is not None else None
    if colour is None or codes is None:
        return (
            UNKNOWN_FILL,
            "",
            {language: say(Message("render.unknown_class"), language) for language in LANGUAGES},
        )
    row = codes.find(value).code
    shown = None
    for above in codes.chain(row.code) if row is not None else ():
        same = codes.colour(above.code)
        if same is None or same.rgb != colour.rgb:
            break
        shown = above
    if shown is None:
        return colour.rgb, colour.code, {}
    return colour.rgb, shown.code, {language: shown.name for language in LANGUAGES}


def _symbol(rule: StyleRule, title: Title, fill: str, code: str) -> Symbol:
    label, strength = rule.label, rule.strength
    written = None
    if label is not None:
        written = LabelStyle(
            label.size_mm,
            label.colour,
            label.halo,
            label.smallest_scale,
            label.priority,
            label.bold,
            along=label.along,
        )
    return Symbol(
        title,
        fill,
        rule.opacity * strength,
        _paled(rule.hatch, strength),
        _paled(rule.outline, strength),
        _paled(rule.casing, strength),
        _paled(rule.marker, strength),
        written,
        code,
        rule.offset_mm,
        rule.min_denominator,
        rule.max_denominator,
    )


def symbol_of_rule(rule: StyleRule) -> Symbol:
    """Give a rule's symbol without looking at any feature; class colours are grey."""
    return _symbol(rule, rule.title, UNKNOWN_FILL if rule.fill == CLASS else rule.fill, "")


def _paled(part: Part, strength: float) -> Part:
    """Give a part with its colour so far opaque."""
    if part is None or strength >= 1.0:
        return part
    return replace(part, colour=f"#{round(strength * 255):02X}{part.colour[-6:]}")
