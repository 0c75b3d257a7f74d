"""The tool rail: floats at the top left of the map; each task has its few tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.parts import button, line

LOOKING: tuple[str | None, ...] = (
    *("tool_select", "tool_pan", "tool_box", "tool_zoom", "tool_measure", None),
    *("goto", "bookmarks", "overview", "compare"),
)
"""Actions from the top down, None for a separator; at most nine buttons."""


class Rail(QFrame):
    """Buttons of the present task's tools."""

    def __init__(
        self,
        actions: Actions,
        parent: QWidget,
        tasks: Mapping[str, Sequence[str | None]] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "floating")
        self._actions, self.tasks = actions, dict(tasks or {})
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(3, 3, 3, 3)
        self._inside.setSpacing(1)
        self._shown: tuple[str | None, ...] = ()
        self.show_task("")

    def shows(self, tools: Sequence[str | None]) -> bool:
        """Whether these are the tools that are shown."""
        return self._shown == tuple(tools)

    def show_task(self, task: str) -> None:
        """Show a task's tools; a task without its own has those that look."""
        wanted = tuple(self.tasks.get(task, LOOKING))
        if wanted == self._shown:
            return
        self._shown = wanted
        while (item := self._inside.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for id in wanted:
            made = line() if id is None else button(self._actions[id], "map", 18)
            self._inside.addWidget(made)
            made.show()  # what is not shown yet has no size
        self.adjustSize()
