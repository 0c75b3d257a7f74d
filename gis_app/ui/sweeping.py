"""Garbage is looked for in the main thread alone.

Python looks for it in whatever thread allocates. In a thread that reads or judges it would delete timers and
widgets that some cycle held, and Qt ends the program for that.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1_000
MANY = 50_000
"""So many new objects at once are data that was read: all of it stays, and to look through it takes long."""


class Sweeping(QObject):
    """Looks for garbage as often as Python would, but here, for as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=EVERY_MS)
        timer.timeout.connect(self.sweep)
        timer.start()

    def thaw(self) -> None:
        """What was set aside may be garbage by now: look among it again when its turn comes."""
        gc.unfreeze()

    def sweep(self) -> None:
        """Look through the oldest generation of objects whose turn it is."""
        if gc.get_count()[0] > MANY:
            gc.freeze()
            return
        due = zip(gc.get_count(), gc.get_threshold(), strict=True)
        turns = [generation for generation, (count, most) in enumerate(due) if count > most]
        if turns:
            gc.collect(turns[-1])
