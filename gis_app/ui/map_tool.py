"""What a tool of the map is: it is offered every press, move and key before the map itself uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

if TYPE_CHECKING:
    from gis_app.render.view import View


@dataclass(frozen=True)
class GroundEvent:
    """What the mouse did, on the ground.

    Attributes
    ----------
    x, y
        Project coordinates, metres.
    at
        The same place in the widget, pixels.
    button
        The button that went down or up; none for a move.
    buttons, keys
        Buttons and keys that are held.
    metres_per_pixel
        For tolerances: reach in pixels times this is reach on the ground.
    """

    x: float
    y: float
    at: QPointF
    button: Qt.MouseButton
    buttons: Qt.MouseButton
    keys: Qt.KeyboardModifier
    metres_per_pixel: float

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.keys & Qt.KeyboardModifier.ShiftModifier)

    @property
    def control(self) -> bool:
        """Whether Ctrl is held."""
        return bool(self.keys & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.keys & Qt.KeyboardModifier.AltModifier)


class MapTool(Protocol):
    """A tool; wheel, middle button, space and arrow keys that it leaves alone go on moving the map.

    Methods that give a bool say whether the tool used the event; what it did not use the map uses: a drag
    with the left button moves the map, with Shift it draws a zoom box, a click without a drag is ``clicked``.
    The map is drawn anew after each event.
    """

    cursor: Qt.CursorShape
    drawn: QRectF | None
    """What ``paint`` drew on last, pixels of the widget; None where it may be anywhere."""

    def press(self, event: GroundEvent) -> bool:
        """A button went down, left or right."""
        ...

    def move(self, event: GroundEvent) -> bool:
        """The pointer moved, with or without a button held."""
        ...

    def release(self, event: GroundEvent) -> bool:
        """The button of a press that the tool used went up."""
        ...

    def double(self, event: GroundEvent) -> bool:
        """The left button went down for the second time, after a press and a release at the same place."""
        ...

    def key(self, event: QKeyEvent) -> bool:
        """A key went down while the map has the focus."""
        ...

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is to reach ``key`` although it is a shortcut of the window (Ctrl+Z in a sketch)."""
        ...

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw over the map, one unit a pixel of the widget; ``view.to_px`` gives the places."""
        ...

    def cancel(self) -> bool:
        """Step out of what is under way (Esc, or another tool is taken); False where nothing was."""
        ...


class Tool:
    """A tool that uses nothing: what tools are made from."""

    cursor = Qt.CursorShape.ArrowCursor
    drawn: QRectF | None = None

    def press(self, event: GroundEvent) -> bool:
        """Leave it to the map."""
        return False

    def move(self, event: GroundEvent) -> bool:
        """Leave it to the map."""
        return False

    def release(self, event: GroundEvent) -> bool:
        """Leave it to the map."""
        return False

    def double(self, event: GroundEvent) -> bool:
        """Leave it to the map."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """Leave it to the map."""
        return False

    def wants(self, event: QKeyEvent) -> bool:
        """Leave it to the window."""
        return False

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw nothing."""

    def cancel(self) -> bool:
        """Nothing is ever under way."""
        return False


class BoxTool(Tool):
    """A box drawn with the left button; ``boxed`` gets it in pixels of the widget with the last event."""

    cursor = Qt.CursorShape.CrossCursor
    LEAST_PX = 4.0

    def __init__(self) -> None:
        self._from: QPointF | None = None
        self._to = QPointF()

    @property
    def box(self) -> QRectF | None:
        """What is drawn now."""
        return None if self._from is None else QRectF(self._from, self._to).normalized()

    def boxed(self, box: QRectF, event: GroundEvent) -> None:
        """Take a finished box."""
        raise NotImplementedError

    def press(self, event: GroundEvent) -> bool:
        """Begin."""
        if event.button != Qt.MouseButton.LeftButton:
            return False
        self._from = self._to = event.at
        return True

    def move(self, event: GroundEvent) -> bool:
        """Draw on."""
        self._to = event.at
        return self._from is not None

    def release(self, event: GroundEvent) -> bool:
        """End; a press without a drag is no box."""
        self._to = event.at
        box, self._from = self.box, None
        if box is not None and max(box.width(), box.height()) >= self.LEAST_PX:
            self.boxed(box, event)
        return True

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw the box."""
        from gis_app.ui.painting import paint_box

        box = self.box
        if box is not None:
            paint_box(painter, box)

    def cancel(self) -> bool:
        """Drop the box."""
        under_way, self._from = self._from is not None, None
        return under_way
