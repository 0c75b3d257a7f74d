"""The sample park as a project file: made once, copied for each test."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from gis_app.session.new_project import new_project
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder
from tests.render.parks import catalogue
from tests.ui.screens import until


@cache
def _made() -> bytes:
    opened = open_path(folder() / "2026-11", Options(), catalogue(), lambda message: None)
    assert opened.intake is not None
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "park.gpkg"
        new_project(path, opened.intake, Options(), catalogue(), "test")
        return path.read_bytes()


def sample_file(path: Path) -> Path:
    """Write the sample park as a project file and give its path."""
    path.write_bytes(_made())
    return path


def stored(window: Any) -> None:
    """Wait until every step that was asked for is stored and every style it changed is worn."""
    until(lambda: not window.toolbox.bench.is_storing and not window.tree.restyle.waiting, "storing")
    QApplication.processEvents()
