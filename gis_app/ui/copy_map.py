"""The map as a picture at twice its size on the clipboard: a fresh drawing, not an enlarged one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from gis_app.ui.canvas import Canvas

if TYPE_CHECKING:
    from gis_app.ui.map_area import MapArea

TIMES = 2.0
WAIT_MS = 30_000
"""A picture that takes longer is copied as far as it is."""


class Fine(Canvas):
    """A map that is never on the screen and is drawn as for one of twice the resolution."""

    def devicePixelRatioF(self) -> float:
        """Pixels of the picture in one of the window."""
        return TIMES


def copy_map(area: MapArea, done: Callable[[], object]) -> None:
    """Draw what the map shows at twice its size beside the main thread, with what lies on it, and copy it.

    ``done`` is called when the picture is on the clipboard.
    """
    fine = Fine(area.stage, processes=1)  # it goes where the window goes
    fine.hide()
    fine.resize(area.canvas.size())
    late = QTimer(fine, singleShot=True, interval=WAIT_MS)

    def take(_seconds: float = 0.0) -> None:
        late.stop()
        fine.picture_ready.disconnect(take)
        QApplication.clipboard().setImage(dressed(area, fine))
        fine.close_process()
        fine.deleteLater()
        done()

    fine.picture_ready.connect(take)
    late.timeout.connect(take)
    late.start()
    area.furnish(fine)
    fine.show_like(area.canvas.view)


def dressed(area: MapArea, fine: Canvas) -> QImage:
    """Give the picture with what floats on the map and belongs to it: legend, north, scale bar, callout."""
    made = QImage(fine.size() * TIMES, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(TIMES)
    fine.render(made, QPoint())
    painter = QPainter(made)
    for part in area.part_of_picture():
        _draw(part, painter)
    painter.end()
    made.setDevicePixelRatio(1.0)
    return made


def _draw(part: QWidget, painter: QPainter) -> None:
    """Draw a floating part; what lies beyond its round corners stays."""
    image = QImage(part.size() * TIMES, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(TIMES)
    image.fill(QColor(0, 0, 0, 0))
    part.render(image, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.drawImage(QRectF(part.geometry()), image, QRectF(image.rect()))
