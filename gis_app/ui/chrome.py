"""What lies on the map: zoom buttons, north, scale bar, legend of only what is shown, the callout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.look import Look
from gis_app.ui.parts import (
    CENTRE,
    LEFT,
    button,
    sized,
    write,
)

if TYPE_CHECKING:
    from gis_app.render.legend import Entry
    from gis_app.render.view import View

FIELDS = 4
LEGEND_ROW, LEGEND_WIDTH, LEGEND_MOST = 20, 172, 9
NORTH_MIDDLE = (20.0, 30.0)
"""What the arrow turns around (pixels)."""
LEAST_TURN_DEG = 4.0


def floating(parent: QWidget) -> QFrame:
    """Make a frame that floats over the map."""
    made = QFrame(parent)
    made.setProperty("kind", "floating")
    return made


def zoom_buttons(parent: QWidget, actions: Actions) -> QFrame:
    """Make the column of buttons at the right of the map."""
    made = floating(parent)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(3, 3, 3, 3)
    layout.setSpacing(1)
    for id in ("zoom_in", "zoom_out", "zoom_full", "zoom_chosen", "legend"):
        layout.addWidget(button(actions[id], "map", 18))
    made.adjustSize()
    return made


class North(QFrame):
    """The north arrow turns with the map: a click puts north up, a drag around it turns the map."""

    turned = Signal(float)
    """The map is to be turned so far counter-clockwise (degrees)."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.rotation_deg = 0.0
        self._from: tuple[float, float] | None = None
        self._moved = False
        self.setProperty("kind", "floating")
        self.setFixedSize(40, 46)

    def show_view(self, view: View) -> None:
        """Follow the map."""
        self.rotation_deg = view.rotation_deg
        self.setToolTip(self.look.text("north_tip", degrees=self.rotation_deg))
        self.setAccessibleName(self.toolTip())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a turn."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from, self._moved = (self._angle_deg(event), self.rotation_deg), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn the map with the pointer."""
        if self._from is not None:
            angle_deg, before_deg = self._from
            away = (angle_deg - self._angle_deg(event) + 180.0) % 360.0 - 180.0
            self._moved = self._moved or abs(away) > LEAST_TURN_DEG
            if self._moved:
                self.turned.emit(before_deg + away)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a turn puts north up."""
        if self._from is not None and not self._moved:
            self.turned.emit(0.0)
        self._from = None

    def _angle_deg(self, event: QMouseEvent) -> float:
        away = event.position() - QPointF(*NORTH_MIDDLE)
        return math.degrees(math.atan2(away.y(), away.x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw letter and arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self.look.colour("text"))
        painter.setFont(sized(self.font(), 11, 600))
        write(painter, QRectF(0, 2, 40, 14), self.look.text("north"), CENTRE)
        left, right = [(20, 17), (20, 35), (12, 41)], [(20, 17), (20, 35), (28, 41)]
        painter.translate(*NORTH_MIDDLE)
        painter.rotate(-self.rotation_deg)
        painter.translate(-NORTH_MIDDLE[0], -NORTH_MIDDLE[1])
        painter.setBrush(self.look.colour("text"))
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in left]))
        painter.setBrush(self.look.colour("raised"))
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in right]))


class ScaleBar(QFrame):
    """A bar of four fields, as many round metres as fit."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.setProperty("kind", "floating")
        self.setFixedSize(216, 34)
        self.scale = 0.0

    def show_view(self, view: View) -> None:
        """Follow the map's scale."""
        self.scale = view.scale
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw fields and figures."""
        super().paintEvent(event)
        if self.scale <= 0:
            return
        from gis_app.render.chrome import round_length

        length_m = round_length((self.width() - 56) / self.scale, FIELDS)
        length = length_m * self.scale
        painter, left, top = QPainter(self), 16.0, 20.0
        for place in range(FIELDS):
            box = QRectF(left + place * length / FIELDS, top, length / FIELDS, 6)
            painter.setPen(self.look.colour("text"))
            painter.setBrush(self.look.colour("text" if place % 2 == 0 else "raised"))
            painter.drawRect(box)
        painter.setFont(sized(self.font(), 11))
        for share in (0.0, 0.5, 1.0):
            text = f"{length_m * share:g}" + (" m" if share == 1.0 else "")
            write(painter, QRectF(left + share * length - 40, 3, 80, 14), text, CENTRE)


class Legend(QFrame):
    """Swatch and name of what is in view, lines from the top of the map down, classes in code order."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.setProperty("kind", "floating")
        self.entries: list[Entry] = []
        self.folded = False
        self.room = 400
        self.first = 0

    def show_entries(self, entries: Sequence[Entry], room: int) -> None:
        """Take in other rows; ``room`` is how high it may be (pixels)."""
        self.entries, self.room, self.first = list(entries), room, 0
        self.resize(self.sizeHint())
        self.setVisible(bool(self.entries))
        self.update()

    def shown(self) -> list[Entry]:
        """Give the rows that have room; the wheel brings the others."""
        return self.entries[self.first : self.first + self._most()]

    def _most(self) -> int:
        return max(3, min(LEGEND_MOST, (self.room - 50) // LEGEND_ROW))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go up and down where not all rows have room."""
        last = max(0, len(self.entries) - self._most())
        self.first = max(0, min(last, self.first - (1 if event.angleDelta().y() > 0 else -1)))
        event.accept()
        self.update()

    def sizeHint(self) -> QSize:
        """Head, rows, and a line for what has no room."""
        if self.folded:
            return QSize(LEGEND_WIDTH, 32)
        shown = len(self.shown())
        return QSize(
            LEGEND_WIDTH, 34 + shown * LEGEND_ROW + (LEGEND_ROW if shown < len(self.entries) else 0) + 4
        )

    def fold(self) -> None:
        """Fold to the head, or open again; the lower right corner stays."""
        corner = self.geometry().bottomRight()
        self.folded = not self.folded
        self.resize(self.sizeHint())
        self.move(corner.x() - self.width() + 1, corner.y() - self.height() + 1)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the head folds."""
        if event.position().y() < 32:
            self.fold()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        super().paintEvent(event)
        from gis_app.render.legend import paint_swatch

        painter, look = QPainter(self), self.look
        painter.setFont(sized(self.font(), 13, 600))
        painter.setPen(look.colour("text"))
        write(painter, QRectF(12, 4, 120, 26), look.text("legend"), LEFT)
        caret = look.pixmap("caret-up" if self.folded else "caret-down", "text_3", 12)
        painter.drawPixmap(self.width() - 24, 11, caret)
        if self.folded:
            return
        painter.setFont(sized(self.font(), 12))
        top, shown = 32.0, self.shown()
        for entry in shown:
            swatch = QRectF(12, top + 4, 20, 12)
            painter.fillRect(swatch, Qt.GlobalColor.white)
            paint_swatch(painter, entry, swatch, 96 / 25.4 * 0.7)
            painter.setPen(look.colour("text"))
            write(painter, QRectF(40, top, self.width() - 50, LEGEND_ROW), entry.text, LEFT)
            top += LEGEND_ROW
        if len(shown) < len(self.entries):
            painter.setPen(look.colour("text_3"))
            more = look.text("legend_more", count=len(self.entries) - len(shown))
            write(painter, QRectF(40, top, self.width() - 50, LEGEND_ROW), more, LEFT)
