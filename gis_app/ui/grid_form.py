"""Asks for the project's reference system where the files of a park do not tell it; nothing is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLabel

from gis_app.language import Message

if TYPE_CHECKING:
    from gis_app.ui.desk import Desk
    from gis_app.ui.main_window import MainWindow

ASKED = ("session.crs_needed", "session.crs_not_metric", "geometry.crs_unknown")
"""Why a park is not opened, where another reference system would help."""
WIDTH_PX = 460


def ask_for_grid(window: MainWindow, path: Path, reason: Message) -> QInputDialog:
    """Ask for an EPSG code in a box that leaves the window usable, and open ``path`` again with it."""
    look, desk = window.look, window.desk
    box = QInputDialog(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(look.text("grid_title", path=path.name))
    told = Message("ui.grid_needed", dict(reason.values)) if reason.id == ASKED[0] else reason
    box.setLabelText(look.say(told))
    box.setOkButtonText(look.text("grid_open"))
    box.setCancelButtonText(look.text("cancel"))
    for part in box.findChildren(QLabel):
        part.setWordWrap(True)
    box.resize(WIDTH_PX, box.sizeHint().height())
    box.textValueSelected.connect(lambda text: _open(desk, path, text))
    box.open()
    return box


def _open(desk: Desk, path: Path, text: str) -> None:
    if text.strip():
        desk.open(path, grid=text.strip())
