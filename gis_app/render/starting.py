"""Starts a process that paints; one may be started ahead, before anything is imported that gives it work."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess, QProcessEnvironment

_ROOT = str(Path(__file__).resolve().parents[2])
# it gives way before it loads anything: what the first picture shows is read meanwhile
_START = (
    "import sys; sys.path.append(sys.argv[1]); from gis_app.worker.priority import give_way; give_way(); "
    "from gis_app.render import qt; qt.load(); "
    "from gis_app.render.child import main; main()"
)
_ahead: list[tuple[Path, QProcess]] = []


def slots(folder: Path, name: str) -> Path:
    """Give the file of the tiles that both ends see."""
    return folder / f"slots-{name}"


def errors(folder: Path, name: str) -> Path:
    """Give the file that takes what a process says before it dies."""
    return folder / f"errors-{name}.txt"


def new_folder() -> Path:
    """Make a folder in which a window and its processes meet."""
    return Path(tempfile.mkdtemp(prefix="parkplan-"))


def start(process: QProcess, folder: Path, name: str) -> None:
    """Start a process; it may be given work at once."""
    environment = QProcessEnvironment.systemEnvironment()
    for key, value in (("OPENBLAS_NUM_THREADS", "1"), ("OMP_NUM_THREADS", "1"), ("PYTHONUTF8", "1")):
        environment.insert(key, value)
    process.setProcessEnvironment(environment)
    process.setStandardErrorFile(str(errors(folder, name)))
    # -P: the working folder may not offer modules of its own
    arguments = ["-P", "-c", _START, _ROOT, str(folder), str(slots(folder, name))]
    process.start(sys.executable, arguments)


def start_ahead(name: str) -> None:
    """Start a process while that is imported which gives it work; it ends with the program at the latest."""
    application = QCoreApplication.instance()
    if application is not None and not _ahead:
        folder, process = new_folder(), QProcess(application)
        start(process, folder, name)
        _ahead.append((folder, process))
        application.aboutToQuit.connect(_end_ahead)


def take_ahead() -> tuple[Path, QProcess] | None:
    """Give the process that was started ahead, and its folder; None where there is none that runs."""
    if _ahead and _ahead[0][1].state() == QProcess.ProcessState.NotRunning:
        _end_ahead()
    return _ahead.pop() if _ahead else None


def _end_ahead() -> None:
    while _ahead:
        folder, process = _ahead.pop()
        process.kill()
        process.waitForFinished(-1)
        shutil.rmtree(folder, ignore_errors=True)
