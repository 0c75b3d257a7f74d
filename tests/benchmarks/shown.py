"""A canvas without a screen, and how long it takes until the complete picture of a view is shown."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIZE = (1920, 1080)
MOST_MS = 120_000


@contextmanager
def canvas(processes: int = 2) -> Iterator[Any]:
    """Give a canvas of 1920 × 1080 whose processes have started."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from gis_app.ui.canvas import Canvas

    QApplication.instance() or QApplication([])
    made = Canvas(processes=processes)
    made.resize(*SIZE)
    made.show()
    try:
        yield made
    finally:
        made.close_process()
        made.close()


def complete_s(shown: Any, act: Callable[[], object]) -> float:
    """Give the seconds from an act to the complete picture that follows it."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    shown.picture_ready.connect(loop.quit)
    late = QTimer(singleShot=True, interval=MOST_MS)
    late.timeout.connect(lambda: loop.exit(1))
    late.start()
    started_s = time.perf_counter()
    act()
    if loop.exec():
        raise SystemExit("no complete picture came")
    shown.picture_ready.disconnect(loop.quit)
    return time.perf_counter() - started_s
