"""Which part of the ground a widget shows, how it got there, and where things lie on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gis_app.render.view import Bounds, View, fit
from gis_app.ui.views import Views

DPI = 96.0
SMALLEST, LARGEST = 1e-5, 1e4
"""Pixels per metre within which zooming stays."""
REST_MS = 400
"""A view that stands so long is one to come back to."""


class Sight(QWidget):
    """A widget with a view.

    Coordinates of signals and methods are the project's, metres; ``view`` counts the pixels of the window
    (not those of a finer screen), so that ``view.to_px`` gives positions in the widget.
    """

    view_changed = Signal(object)
    """A ``View``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = View((0.0, 0.0), 1.0, (self.width(), self.height()), DPI)
        self.views = Views()
        self._frame: tuple[Bounds, float] | None = None
        self._resting = QTimer(self, singleShot=True, interval=REST_MS)
        self._resting.timeout.connect(lambda: self.views.note(self.view))

    def zoom_full(self) -> None:
        """Show everything there is."""
        raise NotImplementedError

    def show_view(self) -> None:
        """Draw what ``view`` shows now."""
        raise NotImplementedError

    @property
    def metres_per_pixel(self) -> float:
        """Metres that one pixel of the window shows."""
        return 1.0 / self.view.scale

    def zoom_to(self, bounds: Bounds, margin: float = 0.1) -> None:
        """Show a part of the ground, also when the window changes its size before it is moved."""
        self.leave()
        self.set_view(self._framed(bounds, margin, self.view.size_px))
        self._frame = (bounds, margin)

    def _framed(self, bounds: Bounds, margin: float, size_px: tuple[int, int]) -> View:
        """The view of bounds, turned as the map is turned."""
        turn_deg = self.view.rotation_deg
        cos, sin = abs(math.cos(math.radians(turn_deg))), abs(math.sin(math.radians(turn_deg)))
        width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
        x, y = (bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0
        wide, high = (width * cos + height * sin) / 2.0, (width * sin + height * cos) / 2.0
        turned = (x - wide, y - high, x + wide, y + high)
        view = fit(turned if turn_deg else bounds, size_px, margin, DPI)
        return replace(view, scale=_within(view.scale), rotation_deg=turn_deg)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Make everything larger around a point of the widget, its middle by default."""
        at = self._middle() if at is None else at
        self._hold(self.to_ground(at), at, replace(self.view, scale=_within(self.view.scale * factor)))

    def zoom_box(self, box: QRectF) -> None:
        """Show what lies in a box of the widget, as large as it fits."""
        self.leave()
        grow = min(self.width() / max(box.width(), 1.0), self.height() / max(box.height(), 1.0))
        view = replace(self.view, scale=_within(self.view.scale * grow))
        self.set_view(replace(view, centre=self.to_ground(box.center())))

    def pan_by(self, right_px: float, down_px: float) -> None:
        """Move the picture by pixels of the widget."""
        self.set_view(replace(self.view, centre=self.to_ground(self._middle() - QPointF(right_px, down_px))))

    def turn_to(self, rotation_deg: float, at: QPointF | None = None) -> None:
        """Turn the map counter-clockwise around a point of the widget, its middle by default."""
        at = self._middle() if at is None else at
        turned = (rotation_deg + 180.0) % 360.0 - 180.0
        self._hold(
            self.to_ground(at), at, replace(self.view, rotation_deg=0.0 if abs(turned) < 1e-9 else turned)
        )

    def centre_on(
        self, x: float, y: float, denominator: float | None = None, rotation_deg: float | None = None
    ) -> None:
        """Bring a place to the middle, at another scale and otherwise turned where given."""
        view = replace(self.view, centre=(x, y))
        if rotation_deg is not None:
            view = replace(view, rotation_deg=rotation_deg)
        if denominator is not None:
            view = view.at_denominator(denominator)
        self.set_view(replace(view, scale=_within(view.scale)))

    def show_like(self, view: View) -> None:
        """Show the ground that another map shows, at its scale, in the own size."""
        self.set_view(replace(view, size_px=self.view.size_px, dpi=DPI))

    def go_back(self) -> None:
        """Show what was shown before."""
        self._go(self.views.back)

    def go_forward(self) -> None:
        """Show what was shown before going back."""
        self._go(self.views.forward)

    def leave(self) -> None:
        """Keep what is shown as a view to come back to, before a jump to another."""
        if self._resting.isActive():
            self._resting.stop()
            self.views.note(self.view)

    def _go(self, step: Callable[[], View | None]) -> None:
        self.leave()
        view = step()
        if view is not None:
            self.show_like(view)
            self._resting.stop()

    def set_view(self, view: View) -> None:
        """Show another part of the ground."""
        self._frame = None
        if view != self.view:
            self.view = view
            self._resting.start()
            self.show_view()
            self.view_changed.emit(view)

    def to_ground(self, at: QPointF) -> tuple[float, float]:
        """Turn a position in the widget into project coordinates."""
        return self._place(self.view, at)

    def _place(self, view: View, at: QPointF) -> tuple[float, float]:
        x, y = view.to_ground(np.array([[at.x(), at.y()]]))[0].tolist()
        return (x, y)

    def _hold(self, ground: tuple[float, float], at: QPointF, view: View) -> None:
        """Show a view moved so that a place lies where it is wanted."""
        x, y = self._place(view, at)
        centre = (view.centre[0] + ground[0] - x, view.centre[1] + ground[1] - y)
        self.set_view(replace(view, centre=centre))

    def _middle(self) -> QPointF:
        return QPointF(self.view.size_px[0] / 2.0, self.view.size_px[1] / 2.0)

    def refit(self) -> None:
        """Take the widget's size; keep the middle, or what was framed last."""
        size = (max(self.width(), 1), max(self.height(), 1))
        kept = replace(self.view, size_px=size)
        self.view = kept if self._frame is None else self._framed(*self._frame, size)
        self.show_view()
        self.view_changed.emit(self.view)


def _within(scale: float) -> float:
    return min(max(scale, SMALLEST), LARGEST)
