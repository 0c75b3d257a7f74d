"""The tools that only look: move, draw a box to zoom into, draw a box to choose in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt

from gis_app.ui.ground import Ground
from gis_app.ui.map_tool import BoxTool, GroundEvent, Tool


class PanTool(Tool):
    """The left button moves the map and chooses nothing."""

    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._last: QPointF | None = None

    def press(self, event: GroundEvent) -> bool:
        """Take hold."""
        if event.button != Qt.MouseButton.LeftButton:
            return False
        self._last = event.at
        return True

    def move(self, event: GroundEvent) -> bool:
        """Move the map."""
        if self._last is None:
            return False
        step, self._last = event.at - self._last, event.at
        self._ground.pan_by(step.x(), step.y())
        return True

    def release(self, event: GroundEvent) -> bool:
        """Let go."""
        self._last = None
        return True


class ZoomBox(BoxTool):
    """Zooms into one box; with Shift held it stays in hand for another."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self._ground = ground

    def boxed(self, box: QRectF, event: GroundEvent) -> None:
        """Zoom in."""
        self._ground.zoom_box(box)
        if not event.shift:
            self._ground.set_tool(None)


class ChooseBox(BoxTool):
    """Chooses what a box meets; ``chosen`` gets its corners on the ground and the event."""

    def __init__(
        self, ground: Ground, chosen: Callable[[list[tuple[float, float]], GroundEvent], None]
    ) -> None:
        super().__init__()
        self._ground, self._chosen = ground, chosen

    def boxed(self, box: QRectF, event: GroundEvent) -> None:
        """Choose; the map may be turned, so that the box is no box on the ground."""
        corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
        self._chosen([self._ground.to_ground(corner) for corner in corners], event)
