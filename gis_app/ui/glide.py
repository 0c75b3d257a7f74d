"""Arrow keys move the map evenly: it starts with the key, stops with the key, and never goes on by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

TAP = 0.125
"""Share of the map that a tap moves by, however short it was."""
SHARE_PER_S = 0.9
"""Share of the map that a held key moves by in a second."""
FRAME_MS = 16
LONGEST_S = 0.05
"""A frame that came late moves no further than this, so that nothing jumps."""

ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Glide(QObject):
    """Calls ``move(right, down)`` with shares of the map while arrow keys are held."""

    def __init__(self, move: Callable[[float, float], None], parent: QObject) -> None:
        super().__init__(parent)
        self._move = move
        self._held: set[int] = set()
        self._owed: dict[int, float] = {}
        self._last_s = 0.0
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self.step)

    @property
    def moving(self) -> bool:
        """Whether a key is held, or a tap not yet moved to its end."""
        return bool(self._held or self._owed)

    def press(self, key: int) -> None:
        """An arrow key went down."""
        self._held.add(key)
        self._owed[key] = TAP
        if not self._timer.isActive():
            self._last_s = time.monotonic()
            self._timer.start()

    def release(self, key: int) -> None:
        """An arrow key went up; what is left of its tap is still moved."""
        self._held.discard(key)

    def stop(self) -> None:
        """Stop at once: the map lost the focus, or is moved otherwise."""
        self._held.clear()
        self._owed.clear()
        self._timer.stop()

    def step(self) -> None:
        """Move by the time that has passed."""
        now_s = time.monotonic()
        share = SHARE_PER_S * min(now_s - self._last_s, LONGEST_S)
        self._last_s = now_s
        right = down = 0.0
        for key in {*self._held, *self._owed}:
            part = share if key in self._held else min(share, self._owed[key])
            right, down = right + ARROWS[key][0] * part, down + ARROWS[key][1] * part
            self._pay(key, part)
        if right or down:
            self._move(right, down)
        if not self.moving:
            self._timer.stop()

    def _pay(self, key: int, part: float) -> None:
        left = self._owed.get(key, 0.0) - part
        if left > 1e-9:
            self._owed[key] = left
        else:
            self._owed.pop(key, None)
