"""What stands where the map will be while nothing is open: three ways in, and what was opened last."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.background import Job
from gis_app.ui.look import Look
from gis_app.ui.parts import label

if TYPE_CHECKING:
    from gis_app.ui.recent import Recent

SHOWN_MOST = 6


class Start(QFrame):
    """Drop a folder here, or choose."""

    def __init__(self, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self.actions_ = look, actions
        self.setObjectName("start")
        self.drop = QFrame()
        self.drop.setObjectName("drop")
        self.drop.setFixedSize(460, 250)
        self.icon = label("")
        self.icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence, self.hint = label("head"), label("second")
        for part in (self.sentence, self.hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.buttons = {id: QPushButton() for id in ("open_folder", "open_project", "open_sample")}
        self.buttons["open_folder"].setProperty("kind", "primary")
        inner = QVBoxLayout(self.drop)
        inner.setContentsMargins(60, 24, 60, 24)
        inner.setSpacing(8)
        for widget in (self.icon, self.sentence, self.hint, *self.buttons.values()):
            inner.addWidget(widget)
        for id, made in self.buttons.items():
            made.clicked.connect(partial(actions.run, id))
        self.before = label("label")
        self.before.hide()
        self.recent = QVBoxLayout()
        self.recent.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.drop, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addWidget(self.before, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self.recent)
        layout.addStretch(3)
        look.language_changed.connect(self.refresh)
        look.theme_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Put the texts in the present language."""
        self.icon.setPixmap(self.look.pixmap("folder-open", "text_3", 36))
        self.sentence.setText(self.look.text("start"))
        self.hint.setText(self.look.text("start_hint"))
        for id, made in self.buttons.items():
            made.setText(self.look.text(f"action_{id}"))
            made.setToolTip(self.look.text(f"tip_{id}"))
        self.before.setText(self.look.text("recent"))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Offer what was opened last; where it lies is looked at beside the main thread."""
        desk = self.actions_.window_.desk

        def work(job: Job) -> list[Recent]:
            from gis_app.session.settings import load
            from gis_app.ui.recent import look_at

            return look_at(load()[0])

        if paths:
            desk.workers.start(work, self._fill, desk.fail)

    def _fill(self, found: list[Recent]) -> None:
        from gis_app.ui.recent import RecentRow

        while (item := self.recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for recent in found[:SHOWN_MOST]:
            made = RecentRow(self.actions_.window_.desk, recent)
            self.recent.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        self.before.setVisible(bool(found))
