"""How long the pointer stands still while 100 000 parcels are opened, moved and zoomed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.benchmarks import coverage
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s
from tests.benchmarks.shown import canvas, complete_s

COUNT = 100_000
LIMIT_S = 0.05
BEAT_MS = 4
MOVES = 120


class Probe:
    """Asks for a turn of the event loop every 4 ms and notes how late it comes."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late_s: list[float] = []
        self._due_s = time.perf_counter()
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now_s = time.perf_counter()
        self.late_s.append(max(0.0, now_s - self._due_s - BEAT_MS / 1000.0))
        self._due_s = now_s

    def end(self) -> np.ndarray:
        """Stop, and give how late each turn was, in seconds."""
        self._timer.stop()
        return np.asarray(self.late_s)


def figures() -> Iterator[Figure]:
    """Measure opening (columns made in a thread), panning, zooming."""
    limit = LIMIT_S / REFERENCE_S
    geometry = coverage.geometry(COUNT)
    classes = coverage.classes(len(geometry))
    with canvas() as shown:
        complete_s(shown, lambda: shown.zoom_to((0.0, 0.0, 1.0, 1.0)))  # empty: the window is there
        acts: dict[str, Callable[[], object]] = {
            "opened": lambda: complete_s(shown, lambda: _open(shown, geometry, classes)),
            "moved": lambda: _often(lambda step: shown.pan_by(-35.0, 11.0 if step % 2 else -7.0)),
            "zoomed": lambda: _often(lambda step: shown.zoom_by(2.0 ** (0.5 if step % 10 < 5 else -0.5))),
        }
        for name, act in acts.items():
            probe = Probe()
            act()
            late = probe.end()
            machine_s = calibration_s()
            p95 = float(np.quantile(late, 0.95))
            said = f"pause of the pointer while {COUNT} parcels are {name}, 95 % of {len(late)} turns"
            said += f" (longest {late.max() * 1000:.0f} ms)"
            yield Figure(said, p95, "calibration", p95 / machine_s, limit)


def _open(shown: Any, geometry: Any, classes: Any) -> None:
    from PySide6.QtCore import QObject, Signal

    class Door(QObject):
        ready = Signal(object)

    def build() -> None:
        door.ready.emit(coverage.layer_of(geometry, classes))

    def show(layer: Any) -> None:
        shown.set_layers([layer])
        shown.zoom_full()

    door = Door(shown)
    door.ready.connect(show)
    threading.Thread(target=build, daemon=True).start()


def _often(act: Callable[[int], None]) -> None:
    """Do something sixty times a second, as a hand on the mouse does."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer, steps = QEventLoop(), QTimer(interval=16), iter(range(MOVES))

    def step() -> None:
        number = next(steps, None)
        if number is None:
            loop.quit()
        else:
            act(number)

    timer.timeout.connect(step)
    timer.start()
    loop.exec()
    timer.stop()
