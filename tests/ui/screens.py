"""Pictures of the window in both languages, themes and sizes: ``python -m tests.ui.screens``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIZES = ((1366, 768), (1440, 900))
WAIT_S = 120.0


def until(met: Callable[[], bool], what: str) -> None:
    """Let the window work until something is so."""
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + WAIT_S
    while not met():
        QApplication.processEvents()
        time.sleep(0.01)
        if time.monotonic() > end:
            raise TimeoutError(what)


def settle(seconds: float) -> None:
    """Let the window work for a while."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end, "time")


def write(out: Path) -> list[Path]:
    """Open the sample park and write every picture."""
    from PySide6.QtGui import QCursor

    from gis_app.session.sample import folder
    from gis_app.ui.app import _application, start

    _application([])
    _look, _reporter, window = start()
    painted: list[float] = []
    window.map.painted.connect(painted.append)
    window.resize(*SIZES[0])
    window.show()
    QCursor.setPos(700, 500)  # nothing is to look as if the pointer were on it
    window.desk.open(folder() / "2026-11")
    until(lambda: window.desk.park is not None, "park")
    until(lambda: bool(painted), "picture")
    made = []
    for language in ("zh", "en"):
        window.look.speak(language)
        for theme in ("light", "dark"):
            window.look.wear(theme)
            for size in SIZES:
                made += views(window, painted, out, f"{language}-{theme}", size)
    window.close()
    return made


def views(window: object, painted: list[float], out: Path, name: str, size: tuple[int, int]) -> list[Path]:
    """Give the opening view at the small size, the review with a finding at the large one."""
    from gis_app.ui.main_window import MainWindow

    assert isinstance(window, MainWindow)
    window.resize(*size)
    window.clear()
    window.show_task("data" if size == SIZES[0] else "review")
    settle(0.2)
    window.lay_out()
    window.map.frame_park()
    if size != SIZES[0]:
        window.bottom.show_tab("findings")
        window.bottom.findings.load()
        window.bottom.findings.choose(0)
    settle(3.0)
    path = out / f"{name}-{size[0]}.png"
    window.grab().save(str(path))
    return [path]


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PARKPLAN_HOME", tempfile.mkdtemp())
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "screens"
    target.mkdir(parents=True, exist_ok=True)
    for picture in write(target):
        print(picture)
