"""One window with the sample park open, for all tests that only look at it."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from tests.ui.park_file import sample_file
from tests.ui.screens import until


@pytest.fixture(scope="session", autouse=True)
def sweeping() -> Iterator[None]:
    """Look for garbage in the main thread alone, as the program does: another would delete what is Qt's."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def swept(sweeping: None) -> Iterator[None]:
    """Look for garbage after each test."""
    yield
    gc.collect(1)


@pytest.fixture(autouse=True, scope="module")
def swept_whole(sweeping: None) -> Iterator[None]:
    """Look for all garbage after each module."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def sample_park(qapp: QApplication) -> Any:
    from gis_app.session.sample import folder
    from gis_app.ui.park import judged, open_park

    return judged(open_park(folder() / "2026-11", "zh", lambda message: None), lambda message: None)


@pytest.fixture
def empty_window(qapp: QApplication) -> Iterator[Any]:
    from gis_app.ui.app import start
    from gis_app.ui.map_area import MapArea
    from tests.ui.stand_in import StandIn

    look, _reporter, window = start()
    window.desk.judges_here = True  # a process would have to be started for each of hundreds of windows
    window.map._make = StandIn
    assert isinstance(window.map, MapArea)
    look.speak("zh")
    if look.theme != "light":
        look.wear("light")
    window.resize(1440, 900)
    window.show()
    window.complete()
    yield window
    window.close()
    QApplication.processEvents()
    shiboken6.delete(window)  # the next theme would dress every window that is still there


@pytest.fixture
def window(empty_window: Any, sample_park: Any) -> Any:
    empty_window.desk._take(sample_park)
    QApplication.processEvents()
    return empty_window


@pytest.fixture
def project_window(empty_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The sample as a project file of the test's own, opened to be edited; settings are its own too."""
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    empty_window.desk.open(sample_file(tmp_path / "park.gpkg"))
    until(lambda: empty_window.desk.park is not None and not empty_window.desk.workers.jobs, "the project")
    empty_window.show_task("edit")
    return empty_window


@pytest.fixture
def reporting(window: Any) -> Iterator[Any]:
    """The window with its reporter at every hook, and an empty log."""
    from gis_app.ui.reporter import log_folder

    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    (log_folder() / "parkplan.log").unlink(missing_ok=True)
    window.reporter.install()
    yield window
    if window.reporter.dialog is not None:
        window.reporter.dialog.close()
    window.reporter.uninstall()
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.fixture
def idle(qapp: QApplication) -> Any:
    """Wait until a window has no work under way."""

    def wait(window: Any) -> None:
        until(lambda: not window.desk.workers.jobs, "work")

    return wait
