"""The zones of the window as docks: quiet while in place, with a bar to drag them by while arranging."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from gis_app.ui.look import Look

LEFT_PX, RIGHT_PX, BOTTOM_PX = (220, 252, 256, 280), (300, 320, 364, 400), (150, 233, 233, 320)
WIDTHS = (1100, 1400, 1800)
"""Above each of these widths of the window the zones have the next size."""
HEAD_PX = 33
"""Height of the head that the lists below the map are closed to."""
LOW_PX = 800
"""Up to this height the lists are closed on opening."""
UNLIMITED_PX = 16_777_215  # what Qt takes for no limit
VERSION = 1
Area = Qt.DockWidgetArea


class Zone(QDockWidget):
    """A dock that tells when it is closed by hand."""

    closed = Signal()

    def __init__(self, name: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName(f"zone_{name}")
        self.name = name
        self.setWidget(content)
        self._quiet = QWidget(self)
        self.bar(False)
        self.topLevelChanged.connect(lambda floating: self.bar(floating))

    def bar(self, on: bool) -> None:
        """Show the bar that it is dragged by, or none."""
        self.setTitleBarWidget(None if on else self._quiet)  # type: ignore[arg-type]

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell it."""
        super().closeEvent(event)
        self.closed.emit()


class Docks(QObject):
    """Left, right and bottom, and what was pulled out of them; their layout as text for the settings."""

    def __init__(self, window: QMainWindow, look: Look) -> None:
        super().__init__(window)
        self.window_, self.look = window, look
        self.zones: dict[str, Zone] = {}
        self.arranging = False
        window.setDockNestingEnabled(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)

    def add(self, name: str, content: QWidget, area: Area) -> Zone:
        """Put a part of the window into a zone of its own, where it was left last."""
        made = Zone(name, content, self.window_)
        self.zones[name] = made
        if not self.window_.restoreDockWidget(made):
            self.window_.addDockWidget(area, made)
        self.retitle()
        return made

    def pull_out(self, name: str, content: QWidget, back: Callable[[QWidget], object]) -> Zone:
        """Give a list a window of its own until that is closed; then ``back`` takes it."""
        made = self.add(name, content, Area.BottomDockWidgetArea)
        made.setFloating(True)
        made.resize(900, 420)
        content.show()
        made.show()
        made.closed.connect(partial(self._put_back, made, back))
        return made

    def _put_back(self, zone: Zone, back: Callable[[QWidget], object]) -> None:
        content = self.zones.pop(zone.name).widget()
        back(content)
        zone.deleteLater()

    def retitle(self) -> None:
        """Name the zones in the present language."""
        for name, zone in self.zones.items():
            zone.setWindowTitle(self.look.text(f"zone_{name}"))

    def arrange(self, on: bool) -> None:
        """Show the bars by which zones are dragged, or hide them."""
        self.arranging = on
        for zone in self.zones.values():
            zone.bar(on or zone.isFloating())

    def toggle(self, name: str) -> None:
        """Hide or show a zone."""
        self.zones[name].setVisible(self.zones[name].isHidden())

    def size(self, width: int) -> None:
        """Give left and right the width that suits the window's."""
        place = sum(width > edge for edge in WIDTHS)
        sides = [self.zones["left"], self.zones["right"]]
        self.window_.resizeDocks(sides, [LEFT_PX[place], RIGHT_PX[place]], Qt.Orientation.Horizontal)

    def fill(self, name: str, content: QWidget) -> None:
        """Put the content of a zone into the room that was kept for it; nothing around it moves."""
        zone = self.zones[name]
        room = zone.widget()
        content.resize(room.size())
        zone.setWidget(content)
        room.deleteLater()

    def limit_bottom(self, is_open: bool) -> None:
        """Keep no more room for the lists than their head takes, unless they are open."""
        self.zones["bottom"].widget().setMaximumHeight(UNLIMITED_PX if is_open else HEAD_PX + 1)

    def size_bottom(self, width: int, is_open: bool) -> None:
        """Give the lists their height, or that of their head."""
        wanted = BOTTOM_PX[sum(width > edge for edge in WIDTHS)] if is_open else HEAD_PX + 1
        self.window_.resizeDocks([self.zones["bottom"]], [wanted], Qt.Orientation.Vertical)

    def state(self) -> str:
        """Give the layout as text."""
        return bytes(self.window_.saveState(VERSION).toBase64().data()).decode("ascii")

    def restore(self, state: str) -> bool:
        """Lay out as it was; False, and nothing moved, where the text says nothing."""
        plain = QByteArray.fromBase64(QByteArray(state.encode("ascii", "replace")))
        return bool(state) and self.window_.restoreState(plain, VERSION)
