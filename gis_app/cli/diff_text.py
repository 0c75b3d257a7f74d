"""The differences of two states as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gis_app.cli.text import inert
from gis_app.language import Message, say

KINDS = ("added", "removed", "boundary_moved", "use_changed", "attribute_changed")
_MOST = 20


def lines(result: Mapping[str, Any], language: str) -> list[str]:
    """A layer after the other; layers that are alike are left out."""
    found = [line for layer in result["layers"] for line in _layer(layer, language)]
    return found or [say(Message("cli.diff_none"), language)]


def _layer(layer: Mapping[str, Any], language: str) -> Iterator[str]:
    counts = {kind: len(layer[kind]) for kind in KINDS}
    if not any(counts.values()):
        return
    yield say(Message("cli.diff_layer", {"layer": layer["title"][language], **counts}), language)
    for kind in KINDS:
        for row in layer[kind][:_MOST]:
            yield "  " + say(Message(f"cli.diff_{kind}", _shown(kind, row)), language)
        if len(layer[kind]) > _MOST:
            yield "  " + say(Message("cli.diff_more", {"count": len(layer[kind]) - _MOST}), language)
    if layer["transfer"] is not None:
        yield from _matrix(layer["transfer"], language)


def _shown(kind: str, row: Mapping[str, Any]) -> dict[str, object]:
    shown: dict[str, object] = {name: inert(value) if isinstance(value, str) else value
                                for name, value in row.items() if name != "fields"}  # fmt: skip
    if kind == "use_changed":
        shown |= {"old": inert(row["from"]), "new": inert(row["to"])}
    if kind == "attribute_changed":
        shown["fields"] = [f"{f['field']}: {inert(f['from'])} → {inert(f['to'])}" for f in row["fields"]]
    return shown


def _matrix(transfer: Mapping[str, Any], language: str) -> Iterator[str]:
    """Rows are uses before, columns uses after, in mu."""
    columns = [column["use"] for column in transfer["columns"]]
    words = {name: say(Message(f"cli.diff_{name}"), language) for name in ("out", "into", "total")}
    table = [["", *(use or "—" for use in columns), words["out"], words["total"]]]
    for row in transfer["rows"]:
        cells = [row["cells"].get(use) for use in columns]
        figures = ["" if cell is None else f"{cell:.2f}" for cell in cells]
        table.append([row["use"] or "—", *figures, f"{row['out']:.2f}", f"{row['total']:.2f}"])
    table.append([words["into"], *(f"{column['into']:.2f}" for column in transfer["columns"]), "", ""])
    table.append([words["total"], *(f"{column['total']:.2f}" for column in transfer["columns"]), "", ""])
    yield "  " + say(Message("cli.diff_matrix"), language)
    widths = [max(len(row[n]) for row in table) for n in range(len(table[0]))]
    for row in table:
        yield "    " + "  ".join(inert(cell).rjust(width) for cell, width in zip(row, widths, strict=True))
