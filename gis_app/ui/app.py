"""The program's start: the window is on the screen before geometry and tables are imported.

Qt itself is imported only after the processes were started that work beside this one.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gis_app.ui.background import Job
    from gis_app.ui.look import Look
    from gis_app.ui.main_window import MainWindow
    from gis_app.ui.reporter import Reporter

PROGRAM = "ParkPlan"
SCALE, OURS = "QT_SCALE_FACTOR", "PARKPLAN_SCALED"
"""Qt's variable, and whether it was this program that set it."""
AGAIN = "import sys; from gis_app.ui.app import open_window; open_window(*sys.argv[1:])"
STARTED_MS = 5_000
"""The start is over by then."""
SWITCH_S = 0.0005
"""What answers the pointer waits no longer than this for a thread that works beside it."""


def open_window(path: str | None = None) -> int:
    """Show the window, open ``path`` in it if one is given, and run until it is closed.

    Returns
    -------
    int
        The exit code.
    """
    # nothing here multiplies large matrices, and the threads for it start before the window is there
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # PROJ fetches nothing here, and to look for the certificates of the network takes as long as 40 imports
    os.environ.setdefault("PROJ_CURL_CA_BUNDLE", os.devnull)
    gc.disable()  # what the imports make stays: to look through it again and again is a tenth of the time
    if path is not None:
        from gis_app.session.ahead import start_readers

        start_readers(Path(path))  # while this process imports what shows it
    from gis_app.render import qt

    qt.load()
    from PySide6.QtCore import QTimer

    from gis_app.ui import icon

    application = _application([])
    _look, reporter, window = start()
    icon.put_off()
    reporter.install()
    try:
        window.seen.connect(lambda: begin(window, path))
        window.seen.connect(window.frame if path is not None else window.complete)
        window.seen.connect(lambda: icon.draw_all(window))
        window.restore_layout()
        QTimer.singleShot(STARTED_MS, window, lambda: collect(window))
        window.show()
        return application.exec()
    finally:
        reporter.uninstall()


def collect(window: MainWindow) -> None:
    """Look for garbage again, but not among what the start made, and in this thread alone."""
    from gis_app.ui.sweeping import Sweeping

    gc.freeze()
    window.desk.opened.connect(Sweeping(window).thaw)
    sys.setswitchinterval(SWITCH_S)


def start() -> tuple[Look, Reporter, MainWindow]:
    """Build the window in the remembered language and theme; nothing heavy is imported."""
    from gis_app.ui.look import Look, remembered
    from gis_app.ui.main_window import MainWindow
    from gis_app.ui.reporter import Reporter
    from gis_app.ui.theme import apply, prepare

    application = _application([])
    prepare(application)
    language, theme = remembered()
    look = Look(language, theme)
    reporter = Reporter(look)
    window = MainWindow(look, reporter)
    for held in (look, reporter):  # or what is connected to them would keep the window
        held.setParent(window)
    # once for the whole window: dressing each part as it is built takes twice as long
    apply(application, theme)
    return look, reporter, window


def begin(window: MainWindow, path: str | None) -> None:
    """Open what was asked for, else import beside the main thread.

    Called after the first picture, which no import may hold up.
    """
    if path is not None:
        from gis_app.render.starting import start_ahead

        start_ahead("0")  # what paints loads while that is imported which knows what to paint
        window.desk.map_first = True
        window.desk.open(Path(path))
        window.desk.busy.connect(partial(_complete_empty, window))
        return

    def work(job: Job) -> list[Path]:
        importlib.import_module("gis_app.ui.park")

        return window.desk.recent()

    window.desk.workers.start(work, window.map.start.show_recent, window.desk.fail)


def _complete_empty(window: MainWindow, under_way: object) -> None:
    """Build the rest of a window in which nothing could be opened."""
    if under_way is None and window.desk.park is None:
        window.desk.map_first = False
        window.complete()


def open_again(path: Path | None) -> bool:
    """Start the window anew, with what was open in it, in the scale that the settings have now.

    Qt lays a scale over everything only when a program starts; the steps of a project are all stored.
    """
    from PySide6.QtCore import QProcess, QProcessEnvironment

    process, own = QProcess(), QProcessEnvironment.systemEnvironment()
    if OURS in os.environ:
        own.remove(SCALE)
        own.remove(OURS)
    process.setProcessEnvironment(own)
    process.setProgram(sys.executable)
    process.setArguments(["-c", AGAIN, *([] if path is None else [str(path)])])
    process.setStandardOutputFile(QProcess.nullDevice())
    process.setStandardErrorFile(QProcess.nullDevice())
    started: object = process.startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)


def _application(arguments: Sequence[str]) -> QApplication:
    from PySide6.QtWidgets import QApplication

    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    from gis_app.ui.look import remembered_scale

    if (scale := remembered_scale()) != 100 and SCALE not in os.environ:  # Qt reads it once, when it is made
        os.environ[SCALE], os.environ[OURS] = str(scale / 100), "1"
    made = QApplication([sys.argv[0] if sys.argv else PROGRAM, *arguments])
    made.setApplicationName(PROGRAM)
    made.setQuitOnLastWindowClosed(True)
    return made
