"""A process that was started ahead is the one that paints, and one that nobody took ends with the program."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

ENVIRONMENT = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
BEGIN = (
    "from gis_app.render import qt; qt.load()\n"
    "from PySide6.QtCore import QTimer; from PySide6.QtGui import QGuiApplication\n"
    "from gis_app.render import starting\n"
    "app = QGuiApplication([]); starting.start_ahead('0'); folder, process = starting._ahead[0]\n"
    "print(process.processId(), folder, flush=True)\n"
)


def said(code: str) -> list[str]:
    told = subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True, timeout=60)
    return told.splitlines()


def test_the_import_stays_as_it_was() -> None:
    code = "import builtins; own = builtins.__import__; from gis_app.render import qt; qt.load(); "
    code += "import PySide6.QtWidgets; print(builtins.__import__ is own)"
    assert said(code) == ["True"]


def test_a_process_started_ahead_is_taken_and_paints() -> None:
    told = said(
        BEGIN + "from gis_app.render.painters import Painters; from gis_app.render.tile import Job, tiles\n"
        "from gis_app.render.view import View; from tests.benchmarks import coverage\n"
        "from gis_app.render.scene import bounds_of; from gis_app.render.view import fit\n"
        "process.waitForReadyRead(20000)\n"  # it speaks before anybody listens
        "layer = coverage.layer(300); painters = Painters(1); painters.add(1, layer)\n"
        "view = fit(bounds_of([layer]), (500, 400)); job = Job(next(iter(tiles(view)))[0], (1,))\n"
        "painters.painted.connect(lambda job, image, complete: complete and app.quit())\n"
        "painters.want([job]); QTimer.singleShot(20000, lambda: app.exit(1))\n"
        "print(painters.pids[0], app.exec()); painters.close()"
    )
    pid, folder = told[0].split(" ", 1)
    assert told[1:] == [f"{pid} 0"]
    assert not psutil.pid_exists(int(pid)) and not Path(folder).exists()


def test_a_process_that_nobody_took_ends_with_the_program() -> None:
    (told,) = said(BEGIN + "QTimer.singleShot(0, app.quit); app.exec()")
    pid, folder = told.split(" ", 1)
    assert not psutil.pid_exists(int(pid))
    assert folder.startswith(tempfile.gettempdir()) and not Path(folder).exists()
