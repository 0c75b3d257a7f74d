"""A style for other programs: class colours as colours, conditions as filters, nothing left to look up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gis_app.catalogue.code_list import CodeList
from gis_app.catalogue.filter import Among, Compared, Either, Every, Filter, Missing, Not, fields
from gis_app.catalogue.style import ANY, CLASS, Style, StyleRule, Wanted
from gis_app.language import LANGUAGES


def spelled_out(style: Style, class_field: str = "", codes: CodeList | None = None) -> Style:
    """Give a style that draws the same without code list and feature type.

    Parameters
    ----------
    class_field
        The field that carries the codes of ``codes``.
    """
    rules = tuple(made for rule in style.rules for made in _by_class(rule, class_field, codes))
    alike = all(_keeps_kind(style, rule) for rule in rules)
    kept = style.kind if alike and len(rules) == len(style.rules) else "rules"
    if kept != "rules":
        return replace(style, rules=rules)
    every = tuple(_as_filter(style, rule, class_field, codes) for rule in rules)
    return replace(style, rules=every, kind="rules", field="", method="", ramp="")


def condition(
    style: Style, rule: StyleRule, class_field: str = "", codes: CodeList | None = None
) -> Filter | None:
    """Give all conditions of a rule as one filter; None where it is for every feature, or for all others."""
    parts = [_held(name, wanted) for name, wanted in rule.where.items()]
    if rule.codes:
        known = codes.codes if codes is not None else {}
        below = [
            code for code in known if codes is not None and any(codes.within(code, up) for up in rule.codes)
        ]
        parts.append(Among(class_field, tuple(below or rule.codes)))
    if rule.filter is not None:
        parts.append(rule.filter)
    if rule.range is not None:
        parts.append(_between(style, rule.range))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def rest(style: Style) -> Filter | None:
    """Give the condition of the features that no rule is for; None where every feature has one."""
    others = [condition(style, rule) for rule in style.rules if not rule.otherwise]
    known = [_holds(other) for other in others if other is not None]
    if len(known) < len(others):
        return None
    none: tuple[Filter, ...] = tuple(Not(one) for one in known)
    return none[0] if len(none) == 1 else Every(none)


def _holds(wanted: Filter, negated: bool = False) -> Filter:
    """Give a condition that is true where another is (false, if negated), and else false, never unknown."""
    match wanted:
        case Not(part):
            return _holds(part, not negated)
        case Every(parts) | Either(parts):
            inner = tuple(_holds(part, negated) for part in parts)
            return Every(inner) if isinstance(wanted, Every) != negated else Either(inner)
        case Missing():
            return Not(wanted) if negated else wanted
        case _:
            there: tuple[Filter, ...] = tuple(Not(Missing(field)) for field in dict.fromkeys(fields(wanted)))
            return Every((*there, Not(wanted) if negated else wanted))


def _below(wanted: tuple[str, ...], codes: CodeList | None) -> tuple[str, ...]:
    """Give the codes and all that stand below them."""
    if codes is None:
        return wanted
    found = (code for code in codes.codes if any(codes.within(code, above) for above in wanted))
    return tuple(found) or wanted


def _keeps_kind(style: Style, rule: StyleRule) -> bool:
    """Whether a rule of a categorised or graduated style says no more than its value or range."""
    if rule.codes or rule.filter is not None or rule.min_denominator or rule.max_denominator:
        return False
    if style.kind == "single":
        return not (rule.where or rule.range or rule.otherwise)
    if style.kind == "graduated":
        return not rule.where and rule.range is not None
    plain = rule.otherwise or (
        set(rule.where) == {style.field} and not {ANY, ""} & set(rule.where[style.field])
    )
    return style.kind == "categorised" and plain and rule.range is None


def _as_filter(style: Style, rule: StyleRule, class_field: str, codes: CodeList | None) -> StyleRule:
    return replace(rule, where={}, codes=(), range=None, filter=condition(style, rule, class_field, codes))


def _by_class(rule: StyleRule, class_field: str, codes: CodeList | None) -> Iterator[StyleRule]:
    """One rule for each colour of a code list, the code before the name; others as they are."""
    if rule.fill != CLASS:
        yield rule
        return
    by_colour: dict[str, list[str]] = {}
    for code in codes.codes if codes is not None else ():
        colour = codes.colour(code) if codes is not None else None
        if colour is not None:
            by_colour.setdefault(colour.rgb, []).append(code)
    for rgb, alike in by_colour.items():
        assert codes is not None
        name = f"{alike[0]} {codes.codes[alike[0]].name}"
        among = Among(class_field, tuple(alike))
        both = among if rule.filter is None else Every((among, rule.filter))
        yield replace(rule, title=dict.fromkeys(LANGUAGES, name), fill=rgb, filter=both)
    if not by_colour:
        yield replace(rule, fill="#d4d7db")


def _held(name: str, wanted: tuple[Wanted, ...]) -> Filter:
    """What ``where`` says of a field."""
    nothing: Filter = Either((Missing(name), Compared(name, "=", "")))
    parts: list[Filter] = []
    plain = tuple(value for value in wanted if value not in (ANY, ""))
    if ANY in wanted:
        parts.append(Every((Not(Missing(name)), Compared(name, "<>", ""))))
    if "" in wanted:
        parts.append(nothing)
    if plain:
        parts.append(Compared(name, "=", plain[0]) if len(plain) == 1 else Among(name, plain))
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _between(style: Style, bounds: tuple[float, float]) -> Filter:
    lowest = min(rule.range for rule in style.rules if rule.range is not None)
    above = ">=" if bounds == lowest else ">"
    return Every((Compared(style.field, above, bounds[0]), Compared(style.field, "<=", bounds[1])))
