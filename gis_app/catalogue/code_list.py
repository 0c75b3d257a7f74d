"""A code list: codes with name, parent, colour and 三生 class, and the way to the 2023 land-use classes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gis_app.catalogue.parsed import Parsed, parse
from gis_app.catalogue.source import Source
from gis_app.catalogue.table import Table, refuse_cell

SANSHENG = ("P", "L", "E", "N")
BASE = "landuse_2023"
"""The scheme that the others are mapped to, by their column ``to_2023``."""

RGB = re.compile(r"\d{1,3} \d{1,3} \d{1,3}")


@dataclass(frozen=True)
class Code:
    """One row of a code list; ``values`` holds every column as text."""

    code: str
    name: str
    parent: str
    other_names: tuple[str, ...]
    rgb: str
    sansheng: str
    sansheng_alt: str
    to_2023: str
    cardinality: str
    mark: str
    values: Mapping[str, str] = field(compare=False, repr=False)

    @property
    def one_to_one(self) -> bool:
        """A machine may convert it."""
        return self.cardinality == "1:1"


@dataclass(frozen=True)
class Match:
    """What a list knows of a delivered code.

    Parameters
    ----------
    parsed : Parsed
        The delivered code taken apart.
    state : str
        ``known``; ``child`` of a known parent, which it inherits from and which is to be flagged;
        ``unknown``; ``missing`` when nothing was delivered.
    code : Code or None
        The row, the parent's row for a child.
    repair : str
        For an unknown code, the known one that it becomes with its leading zero.
    """

    parsed: Parsed
    state: str
    code: Code | None = None
    repair: str = ""


@dataclass(frozen=True)
class Colour:
    """``rgb`` as ``#rrggbb`` and the code it was taken from, in this list or (``scheme``) in another."""

    rgb: str
    code: str
    scheme: str


@dataclass(frozen=True)
class Sansheng:
    """Production ``P``, living ``L``, ecological ``E``, none ``N``; the other reading; the row it is from."""

    kind: str
    alternative: str
    code: str
    scheme: str


@dataclass(frozen=True)
class Target:
    """A code of another scheme; ``sure`` when a machine may convert, else the parcel is to be checked."""

    code: str
    sure: bool
    mark: str


@dataclass(frozen=True)
class CodeList:
    """The codes of one ``layers/codes/<id>.csv``; ``base`` is the list its ``to_2023`` points into."""

    id: str
    codes: Mapping[str, Code]
    base: CodeList | None = field(default=None, compare=False, repr=False)
    digest: str = field(default="", compare=False)

    def __contains__(self, code: str) -> bool:
        return code in self.codes

    def find(self, delivered: object) -> Match:
        """Look up a code as delivered: mixed, with suffix, a child of a known parent, without its zero."""
        parsed = parse(delivered)
        if not parsed.main:
            return Match(parsed, "missing")
        known = self.codes.get(parsed.main)
        if known is not None:
            return Match(parsed, "known", known)
        if "0" + parsed.main in self.codes:
            return Match(parsed, "unknown", repair="0" + parsed.main)
        above = self._above(parsed.main)
        return Match(parsed, "unknown") if above is None else Match(parsed, "child", above)

    def chain(self, code: str) -> Iterator[Code]:
        """Give the row of a code and those of its parents upwards; nothing for an unknown code."""
        row = self.codes.get(code)
        while row is not None:
            yield row
            row = self.codes.get(row.parent)

    def first_level(self, delivered: object) -> Code | None:
        """Give the uppermost class of a code; its parents decide, not its first two digits."""
        row = self.find(delivered).code
        return None if row is None else list(self.chain(row.code))[-1]

    def within(self, delivered: object, ancestor: str) -> bool:
        """Tell whether a code is ``ancestor`` or stands somewhere below it."""
        row = self.find(delivered).code
        return row is not None and any(above.code == ancestor for above in self.chain(row.code))

    def colour(self, delivered: object) -> Colour | None:
        """Give the colour of a code: its own, its nearest parent's, or that of its 2023 class."""
        row = self.find(delivered).code
        for above in self.chain(row.code) if row else ():
            if above.rgb:
                return Colour(above.rgb, above.code, self.id)
        for above in self.chain(row.code) if row and self.base else ():
            if above.to_2023 and self.base is not None:
                return self.base.colour(above.to_2023)
        return None

    def sansheng(self, delivered: object) -> Sansheng | None:
        """Give the production, living, ecological class: its own, that of its 2023 class, or its parent's."""
        row = self.find(delivered).code
        for above in self.chain(row.code) if row else ():
            if above.sansheng:
                return Sansheng(above.sansheng, above.sansheng_alt, above.code, self.id)
            if above.to_2023 and self.base is not None:
                return self.base.sansheng(above.to_2023)
        return None

    def convert(self, delivered: object, target: CodeList) -> tuple[Target, ...]:
        """Give the classes of another scheme that a code can be, by way of the 2023 classes.

        Several targets, or one that is not ``sure``, need a person's confirmation.
        """
        match = self.find(delivered)
        if match.code is None:
            return ()
        exact = match.state == "known"
        if target.id == self.id:
            return (Target(match.code.code, exact, match.code.mark),)
        if self.id == BASE:
            return tuple(_unsure_if(target.sources_of(match.code.code), not exact))
        if not match.code.to_2023:
            return ()
        sure = exact and match.code.one_to_one
        if target.id == BASE:
            return (Target(match.code.to_2023, sure, match.code.mark),)
        return tuple(_unsure_if(target.sources_of(match.code.to_2023), not sure))

    def sources_of(self, code_2023: str) -> tuple[Target, ...]:
        """Give the codes of this list that become a class of 2023, the parents' where it has none itself."""
        for up in range(len(code_2023), 1, -2):
            rows = self._by_target.get(code_2023[:up], ())
            sure = len(rows) == 1 and up == len(code_2023) and rows[0].one_to_one
            if rows:
                return tuple(Target(row.code, sure, row.mark) for row in rows)
        return ()

    @cached_property
    def _by_target(self) -> dict[str, list[Code]]:
        found: dict[str, list[Code]] = {}
        for row in self.codes.values():
            if row.to_2023:
                found.setdefault(row.to_2023, []).append(row)
        return found

    def _above(self, code: str) -> Code | None:
        return next(
            (self.codes[code[:end]] for end in range(len(code) - 1, 0, -1) if code[:end] in self.codes), None
        )


def is_code_list(found: Table) -> bool:
    """Tell whether a table is a list of codes rather than rows of reference."""
    return {"code", "name"} <= set(found.columns)


def code_list(source: Source, found: Table, base: CodeList | None = None) -> CodeList:
    """Make a code list of a table; ``base`` is the 2023 list, for the others.

    Raises
    ------
    gis_app.language.Refused
        A code stands twice, is its own ancestor, or names an unknown parent, colour, class or 2023 code.
    """
    rows: dict[str, Code] = {}
    for line, values in zip(found.lines, found.rows, strict=True):
        row = _row(source, line, values)
        if row.code in rows:
            refuse_cell(source, line, "code", "id_twice", id=row.code)
        if row.to_2023 and base is not None and row.to_2023 not in base:
            refuse_cell(source, line, "to_2023", "unknown_code", code=row.to_2023, list=base.id)
        rows[row.code] = row
    for line, row in zip(found.lines, rows.values(), strict=True):
        if row.parent and row.parent not in rows:
            refuse_cell(source, line, "parent", "unknown_code", code=row.parent, list=found.id)
        if _circles(rows, row):
            refuse_cell(source, line, "parent", "own_ancestor", code=row.code)
    return CodeList(found.id, rows, base, found.digest)


def _row(source: Source, line: int, values: Mapping[str, str]) -> Code:
    for column in ("code", "name"):
        if not values[column].strip():
            refuse_cell(source, line, column, "empty")
    for column in ("sansheng", "sansheng_alt"):
        kind = values.get(column, "")
        if kind and kind not in SANSHENG:
            refuse_cell(source, line, column, "not_allowed", value=kind, allowed=list(SANSHENG))
    return Code(
        code=values["code"],
        name=values["name"],
        parent=values.get("parent", ""),
        other_names=tuple(name for name in values.get("other_names", "").split("/") if name),
        rgb=_hexadecimal(source, line, values.get("rgb", "")),
        sansheng=values.get("sansheng", ""),
        sansheng_alt=values.get("sansheng_alt", ""),
        to_2023=values.get("to_2023", ""),
        cardinality=values.get("cardinality", ""),
        mark=values["mark"],
        values=values,
    )


def _hexadecimal(source: Source, line: int, rgb: str) -> str:
    if not rgb:
        return ""
    if not RGB.fullmatch(rgb) or max(int(part) for part in rgb.split()) > 255:
        refuse_cell(source, line, "rgb", "not_colour", value=rgb)
    return "#" + "".join(f"{int(part):02x}" for part in rgb.split())


def _circles(rows: Mapping[str, Code], row: Code) -> bool:
    seen = {row.code}
    above = rows.get(row.parent)
    while above is not None and above.code not in seen:
        seen.add(above.code)
        above = rows.get(above.parent)
    return above is not None


def _unsure_if(targets: tuple[Target, ...], doubtful: bool) -> Iterator[Target]:
    for target in targets:
        yield Target(target.code, target.sure and not doubtful, target.mark)
