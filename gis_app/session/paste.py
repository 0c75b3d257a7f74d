"""Rows as a spreadsheet takes them from the clipboard: headings, types kept, nothing that computes."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from gis_app.session.rows import CHUNK, Places, Rows

COMPUTES = ("=", "+", "-", "@")
"""A text that begins so is a formula to a spreadsheet."""
BREAKS = str.maketrans({"\t": " ", "\r": " ", "\n": " ", "\x0b": " ", "\x0c": " "})
AS_TEXT = "mso-number-format:'\\@'"


def rows_of(text: str) -> list[list[str]]:
    """Give the cells of what a spreadsheet put on the clipboard; quoted cells may hold breaks."""
    given = list(csv.reader(io.StringIO(text), delimiter="\t"))
    return [[cell.strip() for cell in row] for row in given if any(cell.strip() for cell in row)]


def inert(text: str) -> str:
    """Give a text that stays one cell and is never computed."""
    one_line = text.translate(BREAKS)
    return f"'{one_line}" if one_line.lstrip().startswith(COMPUTES) else one_line


def cell(value: object, yes: str = "1", no: str = "0") -> str:
    """Write a value as a spreadsheet reads it: figures whole, days as ISO 8601, missing ones empty."""
    if value is None or value != value:
        return ""
    match value:
        case bool() | np.bool_():
            return yes if value else no
        case int() | np.integer():
            return str(int(value))
        case float() | np.floating():
            return f"{float(value):.15g}"
        case datetime() | date():
            return value.isoformat()
    return inert(str(value))


def tab_separated(
    rows: Rows,
    places: Places,
    columns: Sequence[str],
    heads: Sequence[str],
    words: tuple[str, str] = ("1", "0"),
    step: Callable[[], None] = lambda: None,
) -> str:
    """Give rows as lines of cells with tabs between, the headings first.

    Parameters
    ----------
    words
        What stands for yes and for no.
    """
    lines = ["\t".join(inert(head) for head in heads)]
    for start in range(0, len(places), CHUNK):
        step()
        piece = places[start : start + CHUNK]
        given = [[cell(value, *words) for value in _values(rows, name, piece)] for name in columns]
        lines += ["\t".join(cells) for cells in zip(*given, strict=True)]
    return "\n".join(lines) + "\n"


def marked_up(
    rows: Rows,
    places: Places,
    columns: Sequence[str],
    heads: Sequence[str],
    words: tuple[str, str] = ("1", "0"),
) -> str:
    """Give the same as an HTML table in which texts are said to be texts: 0601 keeps its zero."""
    texts = [rows.columns[name].dtype.kind not in "iuf" for name in columns]
    given = [[cell(value, *words) for value in _values(rows, name, places)] for name in columns]
    lines = ["".join(f"<th>{html.escape(inert(head))}</th>" for head in heads)]
    for cells in zip(*given, strict=True):
        lines.append("".join(_markup(text, is_text) for text, is_text in zip(cells, texts, strict=True)))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>'


def _markup(text: str, is_text: bool) -> str:
    style = f' style="{AS_TEXT}"' if is_text and text[:1].isdigit() and "-" not in text else ""
    return f"<td{style}>{html.escape(text)}</td>"


def _values(rows: Rows, name: str, places: Places) -> list[Any]:
    values: list[Any] = np.asarray(rows.columns[name][places]).tolist()
    return values
