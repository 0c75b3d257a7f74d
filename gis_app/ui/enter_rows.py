"""Values entered in the attribute table, one or many: each is checked before anything is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gis_app.edits.values import read_values
from gis_app.language import Message, Refused
from gis_app.session.paste import rows_of

if TYPE_CHECKING:
    from gis_app.model import Layer
    from gis_app.ui.table import Table

MOST_SAID = 3
"""So many cells that do not fit are named; of more the number."""
MOST_CELLS = 200_000


def enter_cell(table: Table, fid: int, column: str, value: object) -> bool:
    """Enter one value; whether it fits and was asked for."""
    layer = table.layer()
    if layer is None or table.store is None:
        return False
    values = {column: typed(table, layer, column, str(value))}
    try:
        read_values(layer, values)
    except Refused as refused:
        table.desk.noticed.emit("fail", refused.message)
        return False
    return table.store("set_attributes", {"layer": layer.id, "fid": fid, "values": values})


def typed(table: Table, layer: Layer, column: str, text: str) -> object:
    """Give what a text means in a column: nothing, yes or no as words, else the text itself."""
    look, declared = table.desk.look, layer.feature_type.field(column)
    if not text.strip():
        return None
    if declared is not None and declared.type == "boolean":
        words = {look.text("yes"): True, look.text("no"): False, "1": True, "0": False}
        return words.get(text.strip(), text)
    return text.strip()


def paste_rows(table: Table) -> None:
    """Enter what the clipboard holds from the present cell on, or under the headings that it begins with."""
    layer, look, model = table.layer(), table.desk.look, table.model_
    if not table.may_edit() or layer is None or table.store is None:
        locked = layer is not None and layer.locked
        title = {"layer": "" if layer is None else look.of(layer.feature_type.title)}
        said = Message("ui.edit_layer_locked", title) if locked else Message("ui.edit_needs_project")
        table.desk.noticed.emit("cannot_tell", said)
        return
    cells = rows_of(QGuiApplication.clipboard().text())
    header, at = table.view.horizontalHeader(), table.view.currentIndex()
    shown = sorted(model.columns, key=lambda name: header.visualIndex(model.columns.index(name)))
    columns, cells = _headed(table, cells)
    if not columns:
        start = shown.index(model.columns[at.column()]) if at.isValid() else 0
        columns = shown[start : start + max(map(len, cells), default=0)]
    first = min(table.view.chosen(), default=max(0, at.row()))
    most = model.rowCount() - first
    if not cells or most <= 0 or len(cells) > most or max(map(len, cells)) > len(columns):
        given = {"rows": len(cells), "columns": max(map(len, cells), default=0)}
        room = {"room_rows": max(0, most), "room_columns": len(columns)}
        table.desk.noticed.emit("cannot_tell", Message("ui.paste_no_room", {**given, **room}))
        return
    rows = []
    wrong: list[str] = []
    for place, line in enumerate(cells):
        values: dict[str, object] = {
            name: typed(table, layer, name, text) for name, text in zip(columns, line, strict=False)
        }
        wrong += _misfits(table, layer, place + 1, values)
        rows.append({"fid": model.fid(first + place), "values": values})
    if wrong:
        more = Message("ui.paste_more", {"count": len(wrong) - MOST_SAID}) if len(wrong) > MOST_SAID else ""
        told = {"count": len(wrong), "cells": " ".join(wrong[:MOST_SAID]), "more": more}
        table.desk.noticed.emit("fail", Message("ui.paste_wrong", told))
        return
    if table.store("set_cells", {"layer": layer.id, "rows": rows}):
        table.desk.noticed.emit(
            "pass", Message("ui.paste_done", {"rows": len(rows), "columns": len(columns)})
        )


def _headed(table: Table, cells: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Give the columns that the first row names, and the rows under it; no columns where it names none."""
    if len(cells) < 2:
        return [], cells
    known = {name: name for name in table.model_.columns}
    known |= {table.model_.title(name): name for name in table.model_.columns}
    found = [known.get(text) for text in cells[0]]
    return ([name for name in found if name], cells[1:]) if all(found) else ([], cells)


def _misfits(table: Table, layer: Layer, row: int, values: dict[str, object]) -> list[str]:
    """Say which values of a row do not fit their fields."""
    look, found = table.desk.look, []
    for name, value in values.items():
        try:
            read_values(layer, {name: value})
        except Refused as refused:
            found.append(look.text("paste_cell", row=row, text=look.say(refused.message)))
    return found
