"""The one question on closing: what could not be put back or is being written, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QPushButton

from gis_app.language import Message

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow


def decide(window: MainWindow, why: Message, over: bool) -> str:
    """Ask; ``over`` (only where that is offered), ``keep`` on this machine, or ``stay``."""
    look, box = window.look, QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(look.text("leave_title"))
    box.setText(look.say(why))
    buttons: dict[str, QPushButton] = {}
    for name in (("over",) if over else ()) + ("keep", "stay"):
        role = QMessageBox.ButtonRole.RejectRole if name == "stay" else QMessageBox.ButtonRole.AcceptRole
        buttons[name] = box.addButton(look.text(f"leave_{name}"), role)
    box.setDefaultButton(buttons["stay"])
    box.setEscapeButton(buttons["stay"])
    box.exec()
    return next((name for name, made in buttons.items() if box.clickedButton() is made), "stay")


def may_leave(window: MainWindow) -> bool:
    """Whether the window may close now: work that would be broken off is named and asked about."""
    writing = window.desk.writing
    if (
        writing is not None
        and decide(window, Message("ui.leave_writing", {"what": writing}), False) == "stay"
    ):
        return False
    return "custody" not in vars(window) or window.custody.leave()
