"""The program's start: the window is on the screen before geometry and tables are imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gis_app.ui.background import Job
from gis_app.ui.look import Look, remembered
from gis_app.ui.main_window import MainWindow
from gis_app.ui.reporter import Reporter
from gis_app.ui.theme import apply, prepare

PROGRAM = "ParkPlan"


def open_window(path: str | None = None) -> int:
    """Show the window, open ``path`` in it if one is given, and run until it is closed.

    Returns
    -------
    int
        The exit code.
    """
    application = _application([])
    _look, reporter, window = start()
    reporter.install()
    try:
        window.seen.connect(lambda: begin(window, path))
        window.show()
        return application.exec()
    finally:
        reporter.uninstall()


def start() -> tuple[Look, Reporter, MainWindow]:
    """Build the window in the remembered language and theme; nothing heavy is imported."""
    application = _application([])
    prepare(application)
    language, theme = remembered()
    look = Look(language, theme)
    reporter = Reporter(look)
    window = MainWindow(look, reporter)
    # once for the whole window: dressing each part as it is built takes twice as long
    apply(application, theme)
    return look, reporter, window


def begin(window: MainWindow, path: str | None) -> None:
    """Open what was asked for, else import beside the main thread.

    Called after the first picture, which no import may hold up.
    """
    if path is not None:
        window.desk.open(Path(path))
        return

    def work(job: Job) -> list[Path]:
        importlib.import_module("gis_app.ui.park")

        return window.desk.recent()

    window.desk.workers.start(work, window.map.start.show_recent, window.desk.fail)


def _application(arguments: Sequence[str]) -> QApplication:
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    made = QApplication([sys.argv[0] if sys.argv else PROGRAM, *arguments])
    made.setApplicationName(PROGRAM)
    made.setQuitOnLastWindowClosed(True)
    return made
