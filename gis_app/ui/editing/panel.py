"""A small panel on the map: title, fields, what would come of it, one filled button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget
from shapely.geometry.base import BaseGeometry

from gis_app.language import Message
from gis_app.ui.editing import live, marks
from gis_app.ui.map_tool import Tool
from gis_app.ui.parts import label, row, tool

if TYPE_CHECKING:
    from gis_app.model import Changeset
    from gis_app.render.view import View
    from gis_app.ui.editing.bench import Bench

WIDTH = 340
SOON_MS = 200
MOST_LINES = 8


class Ghost(Tool):
    """Shows on the map what would come of a form; clicks go on choosing, Esc puts the form away."""

    def __init__(self, panel: EditPanel) -> None:
        self.panel = panel
        self.shapes: list[BaseGeometry] = []

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw the shapes as they would be."""
        marks.paint_shapes(painter, self.shapes, view)

    def cancel(self) -> bool:
        """Put the form away."""
        is_open = self.panel.isVisible()
        self.panel.hide()
        return is_open


class EditPanel(QFrame):
    """What panels of editing have in common; ``would`` and ``act`` are each one's own."""

    closed = Signal()

    def __init__(self, bench: Bench, id: str) -> None:
        super().__init__(bench.area.stage)
        self.bench, self.id, self.look = bench, id, bench.desk.look
        self.setObjectName(f"form_{id}")
        self.setProperty("kind", "floating")
        self.setFixedWidth(WIDTH)
        self.ghost = Ghost(self)
        self.title, self.target = label("title"), label("second", wraps=True)
        self.told = label("second", wraps=True)
        self.closes, self.acts = tool("bare"), QPushButton()
        self.closes.clicked.connect(self.close_panel)
        self.acts.setProperty("kind", "primary")
        self.acts.clicked.connect(self.act)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(row(self.title, None, self.closes))
        layout.addWidget(self.target)
        layout.addLayout(self.body)
        layout.addWidget(self.told)
        layout.addLayout(row(None, self.acts))
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.preview)
        bench.area.chosen_changed.connect(lambda _chosen: self._again())
        bench.changed.connect(self._again)
        self.look.language_changed.connect(lambda _language: self.retext())
        self.look.theme_changed.connect(lambda _theme: self.retext())
        self.hide()

    # --- what each panel is

    def fill(self) -> None:
        """Show the fields for what is chosen now."""

    def would(self) -> Changeset | Message | None:
        """Give what would be done, why it cannot be, or None where nothing is asked for yet."""
        return None

    def act(self) -> None:
        """Do it; what is refused is said here, and the panel stays."""
        raise NotImplementedError

    # --- how it comes and goes

    def open_panel(self) -> None:
        """Show it, ready to type."""
        self.retext()
        self.fill()
        self.show()
        self.place()
        canvas = self.bench.area.canvas
        canvas.set_tool(self.ghost)
        first = next((part for part in self.inputs() if part.isEnabled()), self.acts)
        first.setFocus()
        self.preview()

    def inputs(self) -> list[QWidget]:
        """Give the fields in their order."""
        return []

    def close_panel(self) -> None:
        """Put it away; the map has the focus again."""
        self.hide()
        canvas = self.bench.area.canvas
        if canvas.tool is self.ghost:
            canvas.set_tool(None)
        canvas.setFocus()
        self.closed.emit()

    def place(self) -> None:
        """Stand beside the rail, within the map."""
        layout, rail = self.layout(), self.bench.area.navigation.rail
        assert layout is not None
        layout.activate()
        self.adjustSize()
        stage = self.bench.area.stage
        self.setFixedHeight(min(layout.sizeHint().height(), stage.height() - 24))
        self.move(rail.geometry().right() + 8, rail.geometry().top())
        self.raise_()

    def retext(self) -> None:
        """Put texts and icons as they are now."""
        look = self.look
        self.title.setText(look.text(f"action_{self.id}").rstrip("…"))
        self.closes.setIcon(look.icon("x"))
        self.closes.setToolTip(look.text("close"))
        self.closes.setAccessibleName(look.text("close"))
        self.acts.setText(look.text("form_apply"))
        self.acts.setToolTip(look.text(f"tip_{self.id}"))

    # --- what would come of it

    def _again(self) -> None:
        if self.isVisible():
            self.fill()
            self.ask_soon()

    def ask_soon(self) -> None:
        """Work out what would come of it, a moment after the last key."""
        self._soon.start()

    def preview(self) -> None:
        """Say and draw what would come of it."""
        found = self.would() if self.isVisible() else None
        self.ghost.shapes = []
        lines: list[str] = []
        if isinstance(found, Message):
            lines = [self.look.say(found)]
        elif found is not None and self.bench.park is not None:
            lines = [self.look.say(found.text), *live.told(self.bench, found)]
            self.ghost.shapes = live.shapes(found)
        self.say("\n".join(lines[:MOST_LINES]))
        self.acts.setEnabled(not isinstance(found, Message) and found is not None)
        self.bench.area.canvas.update()

    def say(self, text: str) -> None:
        """Say something below the fields."""
        self.told.setText(text)
        self.told.setVisible(bool(text))
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away, Enter does it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.acts.isEnabled():
            self.act()
        else:
            super().keyPressEvent(event)
