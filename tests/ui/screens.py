"""Pictures of the window in both languages, themes and sizes: ``python -m tests.ui.screens``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests import display

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gis_app.ui.main_window import MainWindow

ROOT = Path(__file__).parents[2]
SIZES = ((1366, 768), (1440, 900))
LANGUAGES, THEMES = ("zh", "en"), ("light", "dark")
TASKS = ("data", "edit", "check", "review", "print")
STILL_S = 0.8
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
    """Write the start page, then open the sample park and write every picture."""
    from PySide6.QtGui import QCursor

    from gis_app.session.sample import folder
    from gis_app.ui.app import _application, start

    _application([])
    _look, _reporter, window = start()
    painted: list[float] = []
    window.map.painted.connect(painted.append)
    window.resize(*SIZES[0])
    window.show()
    window.complete()
    QCursor.setPos(700, 500)  # nothing is to look as if the pointer were on it
    made = []
    for language in LANGUAGES:
        window.look.speak(language)
        made.append(picture(window, out / f"{language}-start.png"))
    window.desk.open(folder() / "2026-11")
    until(lambda: window.desk.park is not None, "park")
    until(lambda: bool(painted), "picture")
    until(lambda: not window.desk.workers.jobs, "judgement")
    for language in LANGUAGES:
        window.look.speak(language)
        for theme in THEMES:
            window.look.wear(theme)
            for size in SIZES:
                made += views(window, out, f"{language}-{theme}", size)
        window.look.wear("contrast")
        made.append(picture(window, out / f"{language}-contrast.png"))
    window.close()
    return made


def picture(window: QWidget, path: Path) -> Path:
    """Write what a window shows when it stands still."""
    settle(STILL_S)
    window.grab().save(str(path))
    return path


def views(window: MainWindow, out: Path, name: str, size: tuple[int, int]) -> list[Path]:
    """Give every task surface, and at the large size a finding and the steps after it."""
    window.resize(*size)
    made = []
    for task in TASKS:
        window.clear()
        window.show_task(task)
        settle(0.2)
        window.lay_out()
        window.map.frame_park()
        made.append(picture(window, out / f"{name}-{size[0]}-{task}.png"))
    if size == SIZES[0]:
        return made
    window.show_task("review")
    window.bottom.show_tab("findings")
    window.bottom.findings.load()
    window.bottom.findings.choose(0)
    made.append(picture(window, out / f"{name}-finding.png"))
    return made + steps(window, out, name)


def steps(window: MainWindow, out: Path, name: str) -> list[Path]:
    """Give what a planner does next: each proposal, a clicked parcel with its table, the facts, the sheet."""
    assert window.desk.park is not None
    made = []

    def grab(step: str, part: QWidget | None = None) -> None:
        made.append(picture(part or window, out / f"{name}-{step}.png"))

    first = window.desk.proposal
    for proposal in window.desk.park.project.proposals:
        window.clear()
        window.desk.choose_proposal(proposal)
        window.map.frame_park()
        grab(f"proposal-{proposal}")
    layer = window.desk.park.project.layers["supply_parcel"]
    ground = layer.geometry[0].representative_point()
    window.desk.choose_layer("supply_parcel")
    window.bottom.show_tab("attributes")
    window.map.canvas.clicked.emit(ground.x, ground.y)
    grab("parcel")
    window.clear()
    window.show_facts()
    assert window.facts is not None
    grab("facts", window.facts)
    window.facts.close()
    asked(window, grab)
    window.desk.choose_proposal(first)
    return made


def asked(window: MainWindow, grab: Callable[..., None]) -> None:
    """Give what comes when it is asked for: the table filtered, the palette, the help, the keys."""
    window.show_list("attributes")
    window.bottom.attributes.bar.text.setText("2024")
    grab("table")
    window.bottom.attributes.widen()
    window.show_palette()
    window.palette_.text.setText("sc")
    grab("palette")
    window.palette_.close_palette()
    window.show_help()
    window.help.show_topic("rule:E02")
    grab("help")
    window.docks.zones["help"].hide()
    window.show_keys()
    grab("keys", window.keys)
    window.keys.close()


if __name__ == "__main__":
    print(f"drawn on {display.start()}", file=sys.stderr)
    os.environ.setdefault("PARKPLAN_HOME", tempfile.mkdtemp())
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "screens"
    target.mkdir(parents=True, exist_ok=True)
    for picture in write(target):
        print(picture)
