"""Ctrl+C on the map copies a fresh drawing at twice its size, with what belongs to the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from gis_app.catalogue.style import Line
from gis_app.render.scene import scene_layer
from gis_app.render.symbol import Symbol
from gis_app.ui.canvas import Canvas
from gis_app.ui.copy_map import copy_map
from tests.ui.screens import until

BOUNDS = (0.0, 0.0, 400.0, 300.0)


class Area:
    """As much of the map area as is copied."""

    def __init__(self) -> None:
        self.stage = QWidget()
        self.stage.resize(400, 300)
        self.canvas = Canvas(self.stage, processes=0)
        self.canvas.resize(400, 300)
        self.sign = QFrame(self.stage)
        self.sign.setGeometry(10, 20, 40, 30)
        self.sign.setAutoFillBackground(True)
        palette = self.sign.palette()
        palette.setColor(self.sign.backgroundRole(), QColor("#00ff00"))
        self.sign.setPalette(palette)
        self.stage.show()
        self.furnish(self.canvas)
        self.canvas.zoom_to(BOUNDS, 0.0)

    def furnish(self, canvas: Any) -> None:
        line = scene_layer(
            "line", [shapely.LineString([(0, 150), (400, 150)])], Symbol(outline=Line("#ff0000", 0.6))
        )
        canvas.set_theme("#FFFFFF", "#000000")
        canvas.set_layers(line)
        canvas.set_selection([shapely.box(100, 200, 300, 280)])

    def part_of_picture(self) -> list[QWidget]:
        return [self.sign]


@pytest.fixture
def area(qapp: QApplication) -> Iterator[Area]:
    made = Area()
    yield made
    made.canvas.close_process()
    made.stage.close()


def test_the_picture_is_drawn_anew_at_twice_the_size(area: Area) -> None:
    QApplication.clipboard().clear()
    done: list[bool] = []
    copy_map(area, lambda: done.append(True))  # type: ignore[arg-type]
    until(lambda: bool(done), "picture")
    image: QImage = QApplication.clipboard().image()
    assert (image.width(), image.height()) == (800, 600)
    red = [
        y
        for y in range(600)
        if image.pixelColor(600, y).red() > 200 and image.pixelColor(600, y).green() < 120
    ]
    thick_px = 0.6 * 96 / 25.4 * 2
    assert abs(len(red) - thick_px) <= 1.5 and 297 <= sum(red) / len(red) <= 303, "as thick as at 192 dpi"
    assert image.pixelColor(60, 70) == QColor("#00ff00"), "what floats on the map is in it"
    assert image.pixelColor(200, 100) == QColor("#00A3FF"), "so is what is selected"
    assert image.pixelColor(5, 5) == QColor("#ffffff")
    assert area.canvas.size().width() == 400 and QPoint() == area.canvas.pos()


def test_the_key_is_the_maps_only_while_it_has_the_focus(
    window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtGui import QKeySequence, QShortcut

    keys = {
        shortcut.key().toString(): shortcut.context()
        for shortcut in window.map.canvas.findChildren(QShortcut)
    }
    copy, everything = (
        QKeySequence(key).toString()
        for key in (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
    )
    assert keys[copy] == keys[everything] == Qt.ShortcutContext.WidgetShortcut
