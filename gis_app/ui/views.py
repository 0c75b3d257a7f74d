"""The views that a map has rested in, to go back to and forward from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gis_app.render.view import View

MOST = 50


class Views:
    """Like the pages of a browser: a new view drops what lay ahead."""

    def __init__(self) -> None:
        self._views: list[View] = []
        self._place = -1

    def note(self, view: View) -> None:
        """Take in where the map rests now; the same ground again is nothing new."""
        if self._place >= 0 and _same(self._views[self._place], view):
            return
        self._views = [*self._views[: self._place + 1], view][-MOST:]
        self._place = len(self._views) - 1

    def back(self) -> View | None:
        """Go to the view before; None at the first."""
        return self._go(-1)

    def forward(self) -> View | None:
        """Go to the view after; None at the last."""
        return self._go(1)

    def clear(self) -> None:
        """Forget all views: another park is open."""
        self._views, self._place = [], -1

    def _go(self, step: int) -> View | None:
        if not 0 <= self._place + step < len(self._views):
            return None
        self._place += step
        return self._views[self._place]


def _same(one: View, other: View) -> bool:
    """Whether the ground is the same to a pixel, whatever the size of the window."""
    away = max(abs(a - b) for a, b in zip(one.centre, other.centre, strict=True)) * other.scale
    turned = one.rotation_deg - other.rotation_deg
    return away < 1.0 and abs(one.scale / other.scale - 1.0) < 1e-3 and abs(turned) < 1e-6
