"""A style's rules applied to a layer: what each rule draws, in which colour, with which name; no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue.style import ANY, CLASS, Label, Wanted
from gis_app.language import LANGUAGES, Message, say
from gis_app.render.symbol import LabelStyle, Symbol, Title

if TYPE_CHECKING:  # a process that only draws loads neither tables nor the catalogue
    from gis_app.catalogue import Catalogue, CodeList, StyleRule
    from gis_app.model import Layer

UNKNOWN_FILL = "#D4D7DB"
"""A class that its code list does not know: a grey that no class has."""


@dataclass(frozen=True)
class Look:
    """What one rule draws of a layer's features (n,): with which symbol (−1: not at all), and their names."""

    symbols: tuple[Symbol, ...]
    symbol_of: NDArray[np.int64]
    labels: tuple[str, ...]


def looks(layer: Layer, catalogue: Catalogue) -> Iterator[Look]:
    """Give one look for each rule of the layer's style that fits any feature, from the bottom up."""
    codes = code_list_of(layer, catalogue)
    rules = catalogue.style_of(layer.feature_type.id).rules
    is_classed = any(rule.fill == CLASS for rule in rules)
    for rule in rules:
        fits = _fits(layer, rule, codes)
        if fits.any():
            symbols, symbol_of = _symbols(layer, rule, codes, is_classed)
            names = _names(layer, rule.label, fits) if rule.label is not None else ()
            yield Look(symbols, np.where(fits, symbol_of, -1), names)


def code_list_of(layer: Layer, catalogue: Catalogue) -> CodeList | None:
    """Give the list of the layer's classes: the decided scheme, or the one its field declares."""
    kind = layer.feature_type
    declared = kind.field(kind.class_field) if kind.class_field else None
    name = layer.scheme or (declared.codes if declared is not None else "")
    return catalogue.code_lists.get(name)


def _fits(layer: Layer, rule: StyleRule, codes: CodeList | None) -> NDArray[np.bool_]:
    fits = np.ones(len(layer.fids), dtype=bool)
    for name, wanted in rule.where.items():
        fits &= _per_value(_values(layer, name), lambda value, wanted=wanted: _holds(value, wanted))
    if rule.codes:
        classes = _values(layer, layer.feature_type.class_field)
        fits &= _per_value(classes, lambda value: _is_class(value, rule.codes, codes))
    return fits


def _values(layer: Layer, column: str) -> NDArray[Any]:
    if not column or not layer.has(column):
        return np.full(len(layer.fids), None, dtype=object)
    return layer.rows(None, [column])[column].astype(object)


def _per_value(values: NDArray[Any], answer: Any) -> NDArray[np.bool_]:
    """Ask once for each different value."""
    known = {value: bool(answer(value)) for value in set(values.tolist())}
    return np.fromiter((known[value] for value in values), dtype=bool, count=len(values))


def _holds(value: object, wanted: tuple[Wanted, ...]) -> bool:
    text = _text(value)
    return any(bool(text) if one == ANY else text == _text(one) for one in wanted)


def _is_class(value: object, wanted: tuple[str, ...], codes: CodeList | None) -> bool:
    if codes is None:
        return _text(value) in wanted
    return any(codes.within(value, code) for code in wanted if code in codes)


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _names(layer: Layer, label: Label, fits: NDArray[np.bool_]) -> tuple[str, ...]:
    values = _values(layer, label.field)
    return tuple(_text(value) if fit else "" for value, fit in zip(values, fits, strict=True))


def _symbols(
    layer: Layer, rule: StyleRule, codes: CodeList | None, is_classed: bool
) -> tuple[tuple[Symbol, ...], NDArray[np.int64]]:
    if rule.fill != CLASS:
        code = rule.codes[0] if is_classed and len(rule.codes) == 1 else ""
        return (_symbol(rule, rule.title, rule.fill, code),), np.zeros(len(layer.fids), dtype=np.int64)
    values = _values(layer, layer.feature_type.class_field)
    made: dict[tuple[str, str], Symbol] = {}
    of_value: dict[object, int] = {}
    for value in sorted(set(values.tolist()), key=_text):
        fill, code, title = _class(value, codes)
        made.setdefault((fill, code), _symbol(rule, title, fill, code))
        of_value[value] = list(made).index((fill, code))
    return tuple(made.values()), np.fromiter(
        (of_value[value] for value in values), dtype=np.int64, count=len(values)
    )


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
    label = rule.label
    written = None
    if label is not None:
        written = LabelStyle(label.size_mm, label.colour, label.halo, label.smallest_scale)
    return Symbol(
        title, fill, rule.opacity, rule.hatch, rule.outline, rule.casing, rule.marker, written, code
    )
