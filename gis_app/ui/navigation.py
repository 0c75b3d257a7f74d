"""How one gets about on the map: tools, views gone back to, coordinates, bookmarks, overview, comparison.

Made when the first park comes; each panel when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from gis_app.language import Message
from gis_app.ui.actions import Actions
from gis_app.ui.identify import Identify
from gis_app.ui.map_tool import MapTool
from gis_app.ui.options_bar import OptionsBar
from gis_app.ui.rail import Rail
from gis_app.ui.tools import ChooseBox, PanTool, ZoomBox

if TYPE_CHECKING:  # the first picture of a park does not wait for panels
    from gis_app.session.bookmarks import Bookmark
    from gis_app.ui.bookmarks import Bookmarks
    from gis_app.ui.goto import Goto
    from gis_app.ui.map_area import MapArea
    from gis_app.ui.overview import Overview
    from gis_app.ui.swipe import Compare

GAP = 12
PLACE_DENOMINATOR = 2000.0
"""The scale at which a place is shown that was gone to from farther away."""
STEP_DEG = 15.0
BESIDE_RAIL = ("goto", "bookmarks")


class Navigation(QObject):
    """What the actions of the map call, and what floats on it for that."""

    def __init__(self, area: MapArea, actions: Actions) -> None:
        super().__init__(area)
        self._area, self._actions, self.desk = area, actions, area.desk
        self.rail = Rail(actions, area.stage)
        self.options = OptionsBar(actions, area.stage)
        self.identify = Identify(area)
        self.tools: dict[str, MapTool] = {}
        self.copies: Callable[[], bool] = lambda: False
        """Takes Ctrl+C on the map where features are copied; the picture is copied where it does not."""
        self._panels: dict[str, Any] = {}
        self.rail.hide()

    @property
    def canvas(self) -> Any:
        """The map."""
        return self._area.canvas

    @property
    def is_comparing(self) -> bool:
        """Whether two maps are shown."""
        return "compare" in self._panels and bool(self._panels["compare"].isVisible())

    def join(self, canvas: Any) -> None:
        """Take over the map's clicks, and keys that are the map's while it has the focus."""
        canvas.clicked.connect(self.identify.click)
        canvas.clicked_with.connect(self.identify.click_with)
        canvas.tool_changed.connect(self._show_tool)
        self.tools = {
            "tool_pan": PanTool(canvas),
            "tool_zoom": ZoomBox(canvas),
            "tool_box": ChooseBox(canvas, self.identify.box),
        }
        keys: tuple[tuple[QKeySequence, Callable[[], object]], ...] = (
            (QKeySequence(QKeySequence.StandardKey.Copy), self._copy_here),
            (QKeySequence(QKeySequence.StandardKey.SelectAll), self.identify.in_view),
        )
        for key, act in keys:
            made = QShortcut(key, canvas)
            made.setContext(Qt.ShortcutContext.WidgetShortcut)
            made.activated.connect(act)
        self._show_tool(None)

    # --- tools

    def take(self, id: str) -> None:
        """Take a tool in hand by its action's id; one without a tool puts the present one away."""
        self.canvas.set_tool(self.tools.get(id))
        self.canvas.setFocus()
        self._show_tool(self.canvas.tool)

    def _show_tool(self, tool: MapTool | None) -> None:
        in_hand = next((id for id, known in self.tools.items() if known is tool), "tool_select")
        for id in ("tool_select", *self.tools):
            self._actions[id].setChecked(id == in_hand)
        self.options.show_tool(in_hand)
        self.lay_out(self._area.stage.rect())

    def cancel(self) -> bool:
        """Step out of a tool, a panel or a mark; False where there is none, so that Esc clears."""
        if self.canvas is None:
            return False
        if self.canvas.cancel():
            return True
        for panel in self._panels.values():
            if panel.isVisible() and panel.isAncestorOf(QApplication.focusWidget() or self._area):
                panel.close_panel()
                return True
        return False

    # --- views

    def show_scale(self, denominator: float) -> None:
        """Show the same middle at 1∶denominator."""
        if self.canvas is not None:
            self.canvas.leave()
            self.canvas.centre_on(*self.canvas.view.centre, denominator)
            self.canvas.setFocus()

    def turn(self, step_deg: float) -> None:
        """Turn the map counter-clockwise to the next multiple of ``STEP_DEG``, clockwise for less than 0."""
        steps = (self.canvas.view.rotation_deg + step_deg) / STEP_DEG
        self.canvas.turn_to(STEP_DEG * round(steps))

    def turn_to(self, rotation_deg: float) -> None:
        """Turn the map counter-clockwise; 0 has north up."""
        self.canvas.turn_to(rotation_deg)

    def go(self, x: float, y: float) -> None:
        """Go to a place and mark it, closer if the map shows too much."""
        self.canvas.leave()
        here = float(self.canvas.view.denominator)
        self.canvas.centre_on(x, y, min(here, PLACE_DENOMINATOR))
        self.canvas.set_mark((x, y))

    def go_to_bookmark(self, bookmark: Bookmark) -> None:
        """Show a bookmark's view."""
        self.canvas.leave()
        self.canvas.centre_on(bookmark.x, bookmark.y, bookmark.denominator, bookmark.rotation_deg)

    def _copy_here(self) -> None:
        if not self.copies():
            self.copy()

    def copy(self) -> None:
        """Copy the map as a picture at twice its size, for chat and slides."""
        from gis_app.ui.copy_map import copy_map

        copy_map(self._area, lambda: self.desk.noticed.emit("pass", Message("ui.map_copied")))

    # --- panels, made when first asked for

    @cached_property
    def goto(self) -> Goto:
        """The panel for coordinates."""
        from gis_app.ui.goto import Goto

        made = Goto(self.desk, self._area.stage)
        made.chosen.connect(self.go)
        made.closed.connect(lambda: self.canvas.set_mark(None))
        made.closed.connect(self.canvas.setFocus)
        return self._panel("goto", made)

    @cached_property
    def bookmarks(self) -> Bookmarks:
        """The panel of bookmarks."""
        from gis_app.ui.bookmarks import Bookmarks

        made = Bookmarks(self.desk, lambda: self.canvas.view, self._area.stage)
        made.chosen.connect(self.go_to_bookmark)
        made.closed.connect(self.canvas.setFocus)
        return self._panel("bookmarks", made)

    @cached_property
    def overview(self) -> Overview:
        """The small map of everything."""
        from gis_app.ui.overview import Overview

        return self._panel("overview", Overview(self._area, self._area.stage))

    @cached_property
    def compare(self) -> Compare:
        """The second map and its head."""
        from gis_app.ui.swipe import Compare

        return self._panel("compare", Compare(self._area))

    def _panel(self, id: str, made: Any) -> Any:
        self._panels[id] = made
        made.closed.connect(lambda: self._actions[id].setChecked(False))
        if isinstance(made, QWidget):
            made.hide()
        return made

    def toggle(self, id: str) -> None:
        """Open a panel by its name, or put it away; of those beside the rail one is open."""
        panel = getattr(self, id)
        if panel.isVisible():
            panel.close_panel()
            return
        for other in BESIDE_RAIL if id in BESIDE_RAIL else ():
            if other in self._panels and self._panels[other].isVisible():
                self._panels[other].close_panel()
        panel.open_panel()
        self._actions[id].setChecked(True)
        self.lay_out(self._area.stage.rect())

    def lay_out(self, box: QRect) -> None:
        """Put everything in its place."""
        self.rail.move(box.left() + GAP, box.top() + GAP)
        self.rail.adjustSize()
        for id in BESIDE_RAIL:
            panel: QFrame | None = self._panels.get(id)
            if panel is not None:
                panel.move(self.rail.geometry().right() + 8, box.top() + GAP)
        beside = [self._panels[id] for id in BESIDE_RAIL if id in self._panels]
        shown = [panel.geometry().right() for panel in beside if panel.isVisible()]
        self.options.move(max([self.rail.geometry().right(), *shown]) + 8, box.top() + GAP)
        if "overview" in self._panels:
            self.overview.move(
                box.left() + GAP, self._area.scale.geometry().top() - 8 - self.overview.height()
            )
        if "compare" in self._panels:
            self.compare.lay_out(box)
        for part in (
            self.rail,
            self.options,
            *(panel for panel in self._panels.values() if isinstance(panel, QWidget)),
        ):
            part.raise_()
