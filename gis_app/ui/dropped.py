"""What is dropped onto the window: one park is opened, images come beneath it, the rest is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gis_app.language import Message

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow

IMAGES = frozenset({".tif", ".tiff", ".mbtiles"})
PROJECTS = frozenset({".gpkg"})


def opened(window: MainWindow, paths: Sequence[Path]) -> None:
    """Take in what was dropped, and say what was not taken."""
    images = [path for path in paths if path.suffix.lower() in IMAGES and window.desk.park is not None]
    rest = sorted((path for path in paths if path not in images), key=_importance)
    for path in images:
        window.imagery.add(path)
    if rest:
        window.desk.open(rest[0])
    if len(rest) > 1:
        values = {"taken": rest[0].name, "left": [path.name for path in rest[1:]]}
        window.desk.noticed.emit("cannot_tell", Message("ui.dropped_several", values))


def _importance(path: Path) -> int:
    """A folder holds everything; a project comes before a single delivery."""
    if path.is_dir():
        return 0
    return 1 if path.suffix.lower() in PROJECTS else 2
