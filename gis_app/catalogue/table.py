"""A reference table: limits, mappings and registers that are data, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from gis_app.catalogue.source import Source
from gis_app.language import Message

MARKS = ("V", "V'", "C", "M", "U")
"""Read in the original, read in a copy, computed, not re-read, uncertain."""


@dataclass(frozen=True)
class Table:
    """The rows of one ``layers/codes/*.csv``, every cell as text."""

    id: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    lines: tuple[int, ...] = field(default=(), compare=False)
    path: Path = field(default=Path(), compare=False)
    digest: str = field(default="", compare=False)


def table(source: Source) -> Table:
    """Read a reference table.

    Raises
    ------
    gis_app.language.Refused
        The heading has no ``mark`` or a name twice, a row is too long or too short, or a mark is unknown.
    """
    reader = csv.reader(source.text.split("\n"), strict=True)
    lines: list[int] = []
    rows: list[Mapping[str, str]] = []
    columns: tuple[str, ...] = ()
    for number, cells in _rows(source, reader):
        if not columns:
            columns = _heading(source, number, cells)
            continue
        if len(cells) != len(columns):
            values = {"count": len(cells), "expected": len(columns)}
            source.refuse_line(number, "", Message("catalogue.row_length", values))
        lines.append(number)
        rows.append(dict(zip(columns, cells, strict=True)))
        if rows[-1]["mark"] not in MARKS:
            refuse_cell(source, number, "mark", "not_allowed", value=rows[-1]["mark"], allowed=list(MARKS))
    if not columns:
        source.refuse_line(1, "", Message("catalogue.no_heading", {}))
    return Table(source.path.stem, columns, tuple(rows), tuple(lines), source.path, source.digest)


def refuse_cell(source: Source, line: int, column: str, reason: str, /, **values: object) -> NoReturn:
    """Refuse a table because of one cell; ``reason`` is the name of a message of this package."""
    source.refuse_line(line, column, Message(f"catalogue.{reason}", values))


def _rows(source: Source, reader: object) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(reader)  # type: ignore[call-overload]
        except StopIteration:
            return
        except csv.Error as error:
            values = {"error": str(error)}
            source.refuse_line(reader.line_num, "", Message("catalogue.not_csv", values))  # type: ignore[attr-defined]
        if cells:
            yield reader.line_num, cells  # type: ignore[attr-defined]


def _heading(source: Source, line: int, cells: list[str]) -> tuple[str, ...]:
    twice = next((name for name in cells if cells.count(name) > 1), None)
    if twice is not None:
        refuse_cell(source, line, twice, "twice_in_list", value=twice)
    if "mark" not in cells:
        refuse_cell(source, line, "mark", "missing_key")
    return tuple(cells)
