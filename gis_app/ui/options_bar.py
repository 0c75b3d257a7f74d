"""The bar of the tool in hand: what it can be told, beside the rail; a tool without options has none."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.parts import button

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "tool_annotate": (
        *("annotate_text", "annotate_arrow", "annotate_ring", "annotate_leader"),
        *("annotate_length", "annotate_area", "annotate_angle"),
    ),
    "tool_measure": ("keep_length", "keep_area"),
}
"""Actions from left to right, by the action of the tool."""


class OptionsBar(QFrame):
    """Buttons of the tool in hand."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "floating")
        self._actions, self.tool = actions, ""
        self._inside = QHBoxLayout(self)
        self._inside.setContentsMargins(3, 3, 3, 3)
        self._inside.setSpacing(1)
        self.hide()

    def show_tool(self, id: str) -> None:
        """Show the options of a tool by its action's id."""
        if id != self.tool:
            self.tool = id
            while (item := self._inside.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            for option in OPTIONS.get(id, ()):
                made = button(self._actions[option], "map", 16, with_text=True)
                self._inside.addWidget(made)
                made.show()
            self.adjustSize()
        self.setVisible(bool(OPTIONS.get(id)))
