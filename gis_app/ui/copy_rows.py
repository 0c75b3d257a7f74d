"""Rows of the attribute table to the clipboard, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from gis_app.language import Message
from gis_app.session.paste import marked_up, tab_separated

if TYPE_CHECKING:
    from gis_app.ui.table import Table

MARKED_UP_MOST = 20_000
"""Of more rows than these only the text is copied, without what says that a code is a text."""


def copy_rows(table: Table) -> None:
    """Copy the chosen rows, or all that are shown, with headings, columns as on the screen."""
    rows, model, header = table.model_.rows, table.model_, table.view.horizontalHeader()
    if rows is None:
        return
    columns = sorted(model.columns, key=lambda name: header.visualIndex(model.columns.index(name)))
    heads, chosen, places = [model.title(name) for name in columns], table.view.chosen(), model.all_places()
    places = places[chosen] if chosen else places
    look = table.desk.look
    words = look.text("yes"), look.text("no")

    def work(step: Callable[[], None]) -> tuple[str, str]:
        text = tab_separated(rows, places, columns, heads, words, step)
        few = len(places) <= MARKED_UP_MOST
        return text, marked_up(rows, places, columns, heads, words) if few else ""

    def take(made: tuple[str, str]) -> None:
        data = QMimeData()
        data.setText(made[0])
        if made[1]:
            data.setHtml(made[1])
        QGuiApplication.clipboard().setMimeData(data)
        table.desk.noticed.emit("pass", Message("ui.rows_copied", {"count": len(places)}))

    table.run(work, take, len(places))
