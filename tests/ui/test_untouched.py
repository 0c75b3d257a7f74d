"""Opening, looking round, printing and closing changes nothing in what was delivered."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.realdata import REALDATA
from tests.ui.screens import until

ROOT = Path(__file__).parents[2]
REAL = sorted(path for path in REALDATA.iterdir() if path.is_dir()) if REALDATA.is_dir() else []
SAMPLES = sorted(path for path in (ROOT / "sample_shapefiles").glob("*/*") if path.is_dir())


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below a folder: when it was changed, and its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted([folder, *folder.rglob("*")])
    }


def look_round(window: Any, folder: Path, sheet: Path) -> bool:
    """Open, zoom, ask, read the table, print; whether there was anything to open."""
    window.desk.open(folder)
    until(lambda: not window.desk.workers.jobs, "open")
    if window.desk.park is None:
        return False
    QApplication.processEvents()
    project = window.desk.park.project
    for task in ("data", "check", "review", "print"):
        window.show_task(task)
        QApplication.processEvents()
    for action in ("zoom_in", "zoom_out", "zoom_full"):
        window.actions_.run(action)
    for id, layer in project.layers.items():
        if layer.table.spatial and len(layer):
            window.desk.choose_layer(id)
            ground = layer.geometry[0].representative_point()
            window.map.canvas.clicked.emit(ground.x, ground.y)
            window.show_list("attributes")
            QApplication.processEvents()
    until(lambda: not window.desk.workers.jobs, "work")
    if project.proposals:
        until(lambda: window.desk.park.judgement is not None, "judgement")
        window.desk.print_sheet(sheet)
        until(lambda: not window.desk.workers.jobs, "sheet")
        assert sheet.exists()
    return True


def untouched(window: Any, folder: Path, sheet: Path) -> None:
    before = contents(folder)
    opened = look_round(window, folder, sheet)
    window.close()
    assert contents(folder) == before
    if not opened:
        pytest.skip(f"{folder.name} does not open")


@pytest.mark.timeout(300)
def test_the_sample_park(empty_window: Any, tmp_path: Path) -> None:
    untouched(empty_window, ROOT / "sample_shapefiles" / "demo_park" / "2026-11", tmp_path / "sheet.pdf")


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_sample(empty_window: Any, tmp_path: Path, folder: Path) -> None:
    untouched(empty_window, folder, tmp_path / "sheet.pdf")


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("folder", REAL, ids=lambda path: path.name)
def test_every_real_set(empty_window: Any, tmp_path: Path, folder: Path) -> None:
    untouched(empty_window, folder, tmp_path / "sheet.pdf")
