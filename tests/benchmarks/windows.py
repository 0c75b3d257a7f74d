"""Windows to be timed from outside: each function is a program; it prints when it was ready and ends.

Nothing is imported before a function asks for it: the import is part of what is measured.
"""

from __future__ import annotations

import functools
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PERIOD = "2026-11"


def bare() -> None:
    """Show an empty window."""
    _bare(_ready)


def bare_with_tables() -> None:
    """Show an empty window and import geopandas."""

    def load(window: Any) -> None:
        importlib.import_module("geopandas")
        _ready(window)

    _bare(load)


def program() -> None:
    """Show the program's window."""
    _program(_ready)


def program_with_park() -> None:
    """Show the program's window, the sample park in it, and the attributes of a parcel that was clicked."""
    from gis_app.worker.folders import program_data_dir

    park = program_data_dir() / "sample_shapefiles" / "demo_park" / PERIOD
    _program(lambda window: window.map.painted.connect(lambda _seconds: _click(window)), park)


def _bare(shown: Callable[[Any], None]) -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        pass

    application = QApplication([])
    _at_first_paint(Window, shown)
    window = Window()
    window.resize(1440, 900)
    window.show()
    sys.exit(application.exec())


def _program(shown: Callable[[Any], None], path: Path | None = None) -> None:
    from gis_app.ui import app

    build = app.start

    def start() -> Any:
        look, reporter, window = build()
        window.seen.connect(functools.partial(shown, window))
        return look, reporter, window

    app.start = start
    sys.exit(app.open_window(None if path is None else str(path)))


def _at_first_paint(window_class: Any, shown: Callable[[Any], None]) -> None:
    """Call ``shown`` with the window once its first picture was painted, as the program's tells it."""
    from PySide6.QtCore import QTimer

    own, waiting = window_class.paintEvent, [shown]

    def paint(window: Any, event: Any) -> None:
        if waiting:
            QTimer.singleShot(0, window, functools.partial(waiting.pop(), window))
        own(window, event)

    window_class.paintEvent = paint


def _click(window: Any) -> None:
    """Click where a parcel lies, and look whether its attributes stand there."""
    import numpy as np
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    left, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    canvas, card = window.map.canvas, window.map.card
    layer = window.desk.park.project.of_type("supply_parcel")
    fid, place = int(layer.fids[0]), layer.geometry[0].representative_point()
    x, y = canvas.view.to_px(np.array([[place.x, place.y]]))[0]
    QTest.mouseClick(canvas, left, no_key, QPoint(int(x), int(y)))
    if not (card.isVisible() and card.table.rowCount() and (layer.id, fid) in window.desk.features):
        sys.exit("the click on a parcel shows no attributes")
    _ready(window)


def _ready(window: Any) -> None:
    print(time.time(), flush=True)
    window.close()
