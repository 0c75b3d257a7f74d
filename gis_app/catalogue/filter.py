"""A condition on fields, as a person writes it: read, written again, and asked of whole columns at once.

The language is the part of SQL that filters of other programs share: ``status = 'S1' and area_m2 > 500``,
``kind in ('污水', '合流')``, ``deadline is not null``, ``not (…)``. A comparison with nothing is neither true
nor false, as in SQL (ISO/IEC 9075-2, three-valued logic).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from gis_app.language import Message, Refused

LONGEST, DEEPEST = 4000, 40
"""Characters, and brackets inside brackets: what is larger was not written by a person."""
TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|'(?P<text>(?:[^']|'')*)'|"(?P<field>(?:[^"]|"")+)"
    |(?P<sign><=|>=|<>|!=|==|=|<|>)|(?P<mark>[(),])|(?P<word>[^\W\d]\w*))""",
    re.VERBOSE,
)
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "null", "true", "false"})
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SAME = {"==": "=", "!=": "<>"}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

Literal = str | float | int | bool
Column = Callable[[str], NDArray[Any]]
"""Gives the values (n,) of a field; None and NaN are nothing."""
Truth = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""Where it holds, and where that is known."""


@dataclass(frozen=True)
class Named:
    """A field on the right of a comparison."""

    field: str


@dataclass(frozen=True)
class Compared:
    """A field against a value or another field."""

    field: str
    sign: str
    value: Literal | Named


@dataclass(frozen=True)
class Among:
    """A field is one of some values."""

    field: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Missing:
    """A field holds nothing."""

    field: str


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: Filter


@dataclass(frozen=True)
class Every:
    """All of them hold."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class Either:
    """One of them holds."""

    parts: tuple[Filter, ...]


Filter = Compared | Among | Missing | Not | Every | Either


def parse(text: str) -> Filter:
    """Read a condition.

    Raises
    ------
    Refused
        It is not understood; the place is named.
    """
    if len(text) > LONGEST:
        raise Refused(Message("catalogue.filter_too_long", {"most": LONGEST}))
    reader = _Reader(text)
    made = reader.either(0)
    reader.finish()
    return made


def write(condition: Filter, quoted: bool = False) -> str:
    """Write a condition so that ``parse`` gives the same; ``quoted`` writes fields as ``"field"``."""
    return _written(condition, quoted)


def fields(condition: Filter) -> Iterator[str]:
    """Give the fields that are asked for."""
    match condition:
        case Compared(field, _, value):
            yield field
            if isinstance(value, Named):
                yield value.field
        case Among(field, _) | Missing(field):
            yield field
        case Not(part):
            yield from fields(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from fields(part)


def matches(condition: Filter, column: Column, count: int) -> NDArray[np.bool_]:
    """Tell for which of ``count`` features it holds (n,)."""
    holds, known = _asked(condition, column, count)
    return holds & known


# --- reading


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


class _Reader:
    """Tokens, and the rules of the language from ``or`` down."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def refuse(self) -> NoReturn:
        found = self.next
        if found.kind == "end":
            raise Refused(Message("catalogue.filter_ends", {}))
        raise Refused(Message("catalogue.filter_wrong", {"found": found.text, "place": found.place + 1}))

    def takes(self, kind: str, *texts: str) -> str | None:
        token = self.next
        text = token.text.lower() if kind == "word" else token.text
        if token.kind != kind or (texts and text not in texts):
            return None
        self.at += 1
        return text

    def needs(self, kind: str, *texts: str) -> str:
        found = self.takes(kind, *texts)
        if found is None:
            self.refuse()
        return found

    def finish(self) -> None:
        if self.next.kind != "end":
            self.refuse()

    def either(self, depth: int) -> Filter:
        if depth > DEEPEST:
            raise Refused(Message("catalogue.filter_too_deep", {"most": DEEPEST}))
        parts = [self.every(depth)]
        while self.takes("word", "or"):
            parts.append(self.every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def every(self, depth: int) -> Filter:
        parts = [self.one(depth)]
        while self.takes("word", "and"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def one(self, depth: int) -> Filter:
        if self.takes("word", "not"):
            if depth > DEEPEST:
                raise Refused(Message("catalogue.filter_too_deep", {"most": DEEPEST}))
            return Not(self.one(depth + 1))
        if self.takes("mark", "("):
            inner = self.either(depth + 1)
            self.needs("mark", ")")
            return inner
        return self.predicate()

    def predicate(self) -> Filter:
        left = self.operand()
        if not isinstance(left, Named):
            sign = self.sign()
            right = self.operand()
            if not isinstance(right, Named):
                self.at -= 1
                self.refuse()
            return Compared(right.field, TURNED.get(sign, sign), left)
        if self.takes("word", "is"):
            negated = self.takes("word", "not")
            self.needs("word", "null")
            return Not(Missing(left.field)) if negated else Missing(left.field)
        if self.takes("word", "not"):
            self.needs("word", "in")
            return Not(Among(left.field, self.values()))
        if self.takes("word", "in"):
            return Among(left.field, self.values())
        return Compared(left.field, self.sign(), self.operand())

    def sign(self) -> str:
        found = self.needs("sign")
        return SAME.get(found, found)

    def values(self) -> tuple[Literal, ...]:
        self.needs("mark", "(")
        found = [self.literal()]
        while self.takes("mark", ","):
            found.append(self.literal())
        self.needs("mark", ")")
        return tuple(found)

    def literal(self) -> Literal:
        value = self.operand()
        if isinstance(value, Named):
            self.at -= 1
            self.refuse()
        return value

    def operand(self) -> Literal | Named:
        token = self.next
        word = token.text.lower()
        if token.kind in ("end", "sign", "mark") or (
            token.kind == "word" and word in KEYWORDS - {"true", "false"}
        ):
            self.refuse()
        self.at += 1
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "text":
            return token.text
        if token.kind == "word" and word in ("true", "false"):
            return word == "true"
        return Named(token.text)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise Refused(Message("catalogue.filter_wrong", {"found": text[place], "place": place + 1}))
        kind, inner = found.lastgroup, found[found.lastgroup]
        doubled = {"text": "'", "field": '"'}.get(kind, "")
        yield _Token(
            kind, inner.replace(doubled * 2, doubled) if doubled else inner, found.start(found.lastgroup)
        )
        at = found.end()
    yield _Token("end", "", len(text))


def _number(text: str) -> float | int:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


# --- writing


def _written(condition: Filter, quoted: bool) -> str:
    match condition:
        case Compared(field, sign, value):
            right = _name(value.field, quoted) if isinstance(value, Named) else literal(value)
            return f"{_name(field, quoted)} {sign} {right}"
        case Among(field, values):
            return f"{_name(field, quoted)} in ({', '.join(literal(value) for value in values)})"
        case Missing(field):
            return f"{_name(field, quoted)} is null"
        case Not(Among(field, values)):
            return f"{_name(field, quoted)} not in ({', '.join(literal(value) for value in values)})"
        case Not(Missing(field)):
            return f"{_name(field, quoted)} is not null"
        case Not(part):
            return f"not ({_written(part, quoted)})"
        case Every(parts):
            return " and ".join(_inner(part, (Every, Either), quoted) for part in parts)
        case Either(parts):
            return " or ".join(_inner(part, (Either,), quoted) for part in parts)


def _inner(part: Filter, bracketed: tuple[type, ...], quoted: bool) -> str:
    text = _written(part, quoted)
    return f"({text})" if isinstance(part, bracketed) else text


def _name(field: str, quoted: bool) -> str:
    plain = re.fullmatch(r"[^\W\d]\w*", field) and field.lower() not in KEYWORDS
    return field if plain and not quoted else '"' + field.replace('"', '""') + '"'


def literal(value: Literal) -> str:
    """Write a value as the language has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


# --- asking


def _asked(condition: Filter, column: Column, count: int) -> Truth:
    match condition:
        case Compared(field, sign, value):
            if isinstance(value, Named):
                return _pairs(column(field), sign, column(value.field))
            return _compared(column(field), sign, value)
        case Among(field, values):
            return _any([_compared(column(field), "=", value) for value in values])
        case Missing(field):
            return ~_known(column(field)), np.ones(count, dtype=bool)
        case Not(part):
            holds, known = _asked(part, column, count)
            return ~holds, known
        case Every(parts):
            holds, known = _any([_negated(_asked(part, column, count)) for part in parts])
            return ~holds, known
        case Either(parts):
            return _any([_asked(part, column, count) for part in parts])


def _negated(truth: Truth) -> Truth:
    return ~truth[0], truth[1]


def _any(truths: Sequence[Truth]) -> Truth:
    """One that holds for sure decides; else all must be known."""
    sure = np.logical_or.reduce([holds & known for holds, known in truths])
    return sure, sure | np.logical_and.reduce([known for _, known in truths])


def _known(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(~np.isnan(values))
    if values.dtype.kind in "iub":
        return np.ones(len(values), dtype=bool)
    return np.fromiter((not _nothing(value) for value in values), dtype=bool, count=len(values))


def _nothing(value: object) -> bool:
    # a missing value of a table is the only one that differs from itself
    return value is None or bool(value != value)


def _compared(values: NDArray[Any], sign: str, wanted: Literal) -> Truth:
    if values.dtype.kind in "iuf":
        number = _as_number(wanted)
        if number is None:
            return np.zeros(len(values), dtype=bool), np.zeros(len(values), dtype=bool)
        return np.asarray(SIGNS[sign](values, number)), _known(values)
    from pandas import factorize  # asked once for each different value

    places, different = factorize(values)
    answers = [*(_answer(value, sign, wanted) for value in different.tolist()), None]  # −1 is what is missing
    holds = np.array([answer is True for answer in answers])[places]
    return holds, np.array([answer is not None for answer in answers])[places]


def _pairs(left: NDArray[Any], sign: str, right: NDArray[Any]) -> Truth:
    if left.dtype.kind in "iuf" and right.dtype.kind in "iuf":
        return np.asarray(SIGNS[sign](left, right)), _known(left) & _known(right)
    answers = [_answer(one, sign, other) for one, other in zip(left.tolist(), right.tolist(), strict=True)]
    holds = np.fromiter((answer is True for answer in answers), dtype=bool, count=len(answers))
    return holds, np.fromiter((answer is not None for answer in answers), dtype=bool, count=len(answers))


def _answer(value: object, sign: str, wanted: object) -> bool | None:
    """Compare as numbers where one side is a number, else as texts; None where it cannot be told."""
    if _nothing(value) or _nothing(wanted):
        return None
    if isinstance(value, (bool, np.bool_)) or isinstance(wanted, (bool, np.bool_)):
        both = _as_truth(value), _as_truth(wanted)
        return None if None in both else bool(SIGNS[sign](*both))
    if isinstance(value, (int, float, np.number)) or isinstance(wanted, (int, float, np.number)):
        numbers = _as_number(value), _as_number(wanted)
        return None if None in numbers else bool(SIGNS[sign](*numbers))
    return bool(SIGNS[sign](_as_text(value), _as_text(wanted)))


def _as_number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _as_truth(value: object) -> bool | None:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).strip().lower())


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()
