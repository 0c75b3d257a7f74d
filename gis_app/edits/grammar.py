"""The grammar of the field calculator: fields, figures, texts, dates and a few functions; nothing can run.

Read by a parser of its own::

    or  and  not  = != < <= > >=  + -  * / %  -x
    12.5  'text'  field  "field"  true  false  null
    if(condition, a, b)  coalesce(a, b, …)  round(x, decimals)  abs(x)  min(a, b, …)  max(a, b, …)
    concat(a, b, …)  substr(text, start, length)  upper(t)  lower(t)  year(d)  date('2026-11-30')
    area_m2()  length_m()

What is missing stays missing in arithmetic, and a comparison with it is false. A date less a date is days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gis_app.edits.error import refuse

MOST_CHARACTERS, MOST_DEPTH = 4_000, 60

_MANY = 50

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|(?P<quoted>"[^"]+")'
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign><=|>=|<>|!=|==|[-+*/%()=<>,]))"
)
COMPARISONS = {"=": "equal", "==": "equal", "!=": "not_equal", "<>": "not_equal",
            "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal"}  # fmt: skip
"""Sign → name of what it asks."""

ARGUMENTS: Mapping[str, tuple[int, int]] = {
    "if": (3, 3),
    "coalesce": (1, _MANY),
    "round": (1, 2),
    "abs": (1, 1),
    "min": (1, _MANY),
    "max": (1, _MANY),
    "concat": (1, _MANY),
    "substr": (2, 3),
    "upper": (1, 1),
    "lower": (1, 1),
    "year": (1, 1),
    "date": (1, 1),
    "area_m2": (0, 0),
    "length_m": (0, 0),
}
"""Function → fewest and most arguments."""

_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Node:
    """One operation and what it is applied to; ``value`` is a name, a figure or a text."""

    operation: str
    value: object = None
    inner: tuple[Node, ...] = ()


def parse(text: str) -> Node:
    """Read an expression.

    Raises
    ------
    EditError
        It is none; the place is named.
    """
    if len(text) > MOST_CHARACTERS:
        raise refuse("expression_long", most=MOST_CHARACTERS)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        made = self._or()
        if self._peek()[0] != "end":
            raise self._unexpected()
        return made

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> str | None:
        kind, token, _ = self._peek()
        word = token.lower() if kind == "name" else token
        if kind in ("sign", "name") and word in signs:
            self._at += 1
            return word
        return None

    def _unexpected(self) -> Exception:
        _, token, place = self._peek()
        return refuse("expression_token", token=token or "∎", place=place + 1)

    def _chain(self, inner: Callable[[], Node], operation: str, *signs: str) -> Node:
        made = inner()
        while (sign := self._take(*signs)) is not None:
            made = Node(operation, sign, (made, inner()))
        return made

    def _or(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise refuse("expression_deep", most=MOST_DEPTH)
        made = self._chain(self._and, "logic", "or")
        self._depth -= 1
        return made

    def _and(self) -> Node:
        return self._chain(self._not, "logic", "and")

    def _not(self) -> Node:
        count = 0
        while self._take("not") is not None:
            count += 1
        made = self._comparison()
        return Node("not", "not", (made,)) if count % 2 else made

    def _comparison(self) -> Node:
        made = self._sum()
        if (sign := self._take(*COMPARISONS)) is not None:
            return Node("compare", sign, (made, self._sum()))
        return made

    def _sum(self) -> Node:
        return self._chain(self._product, "arithmetic", "+", "-")

    def _product(self) -> Node:
        return self._chain(self._signed, "arithmetic", "*", "/", "%")

    def _signed(self) -> Node:
        negative = False
        while (sign := self._take("-", "+")) is not None:
            negative ^= sign == "-"
        made = self._primary()
        return Node("negative", "-", (made,)) if negative else made

    def _primary(self) -> Node:
        kind, token, _ = self._peek()
        if kind == "sign" and token == "(":
            self._at += 1
            made = self._or()
            self._close()
            return made
        if kind in ("end", "sign"):
            raise self._unexpected()
        self._at += 1
        match kind:
            case "number":
                return Node("value", float(token))
            case "text":
                return Node("value", token[1:-1].replace("''", "'"))
            case "quoted":
                return Node("field", token[1:-1])
        if token.lower() in _CONSTANTS:
            return Node("value", _CONSTANTS[token.lower()])
        return self._call(token) if self._take("(") else Node("field", token)

    def _call(self, name: str) -> Node:
        given: list[Node] = []
        if self._take(")") is None:
            given.append(self._or())
            while self._take(","):
                given.append(self._or())
            self._close()
        known = ARGUMENTS.get(name.lower())
        if known is None:
            raise refuse("expression_function", name=name, known=sorted(ARGUMENTS))
        least, most = known
        if not least <= len(given) <= most:
            raise refuse("expression_count", name=name, count=len(given))
        return Node("call", name.lower(), tuple(given))

    def _close(self) -> None:
        if self._take(")") is None:
            raise self._unexpected()


def _tokens(text: str) -> Sequence[tuple[str, str, int]]:
    found, place = [], 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise refuse("expression_token", token=text[start : start + 10], place=start + 1)
        kind = str(match.lastgroup)
        found.append((kind, match[kind], match.start(kind)))
        place = match.end()
    return [*found, ("end", "", len(text))]
