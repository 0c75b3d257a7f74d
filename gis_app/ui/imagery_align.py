"""Laying an image onto the map: a place clicked in the image, then on the map; residuals as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gis_app.geometry.alignment import Alignment, ControlPoint, Kind
from gis_app.language import Refused
from gis_app.session.imagery import Image, aligned
from gis_app.ui.desk import Desk
from gis_app.ui.ground import Ground
from gis_app.ui.imagery import Imagery
from gis_app.ui.map_tool import GroundEvent, Tool
from gis_app.ui.parts import label, number, row

if TYPE_CHECKING:
    from gis_app.ui.map_area import MapArea

PIXELS = (ControlPoint(0.0, 0.0, 0.0, 0.0), ControlPoint(1.0, 1.0, 1.0, -1.0))
"""Lays an image onto a plane of its own, on which columns run east and rows south."""
COLUMNS = ("column", "row", "x", "y", "residual")
KINDS: tuple[Kind, ...] = ("similarity", "affine")
MARK_PX = 7
SIZE = (760, 640)


class RawImage(Ground):
    """The image as its pixels lie, moved and zoomed as the map is; ``clicked`` gives column and minus row."""

    def __init__(self, image: Image, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 260)
        self.marks: list[tuple[float, float, bool]] = []
        self.imagery = Imagery(self)
        self.imagery.ready.connect(self.update)
        self.imagery.changed.connect(self._frame_first)
        self._framed_once = False
        plain = Image(image.path, points=PIXELS, kind="similarity")
        self.imagery.set_images([plain], "3857")
        self.imagery.begin()

    def _frame_first(self) -> None:
        if not self._framed_once and self.imagery.shown():
            self._framed_once = True
            self.zoom_full()

    def zoom_full(self) -> None:
        """Show all of the image."""
        for state in self.imagery.shown():
            if state.bounds is not None:
                self.zoom_to(state.bounds, 0.02)

    def show_view(self) -> None:
        """Read what is seen."""
        self.imagery.want(self.view, self.devicePixelRatioF())
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle, or what was framed last."""
        self.refit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image, and a mark at each point, the one that waits for its ground in another colour."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor("#EEF0F3"))
        self.imagery.paint(painter, event.rect(), self.view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        a, b, c, d, e, f = self.view.transform
        for place, (column, line, waits) in enumerate(self.marks, 1):
            spot = QPointF(a * column - b * line + c, d * column - e * line + f)
            for colour, width in (("#FFFFFF", 4.0), ("#B3261E" if waits else "#1F56C3", 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawEllipse(spot, MARK_PX, MARK_PX)
                painter.drawLine(spot - QPointF(MARK_PX, 0), spot + QPointF(MARK_PX, 0))
                painter.drawLine(spot - QPointF(0, MARK_PX), spot + QPointF(0, MARK_PX))
            painter.drawText(spot + QPointF(MARK_PX + 3, -MARK_PX), str(place))
        self.paint_over(painter)
        painter.end()


class Pick(Tool):
    """Takes one place on the map; everything but the left button moves the map as ever."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, take: Callable[[float, float], None]) -> None:
        self._take = take

    def press(self, event: GroundEvent) -> bool:
        """Use the left button."""
        return event.button == Qt.MouseButton.LeftButton

    def release(self, event: GroundEvent) -> bool:
        """Take the place."""
        self._take(event.x, event.y)
        return True


class AlignForm(QDialog):
    """Image above, points below; not modal, so that the map can be clicked."""

    kept = Signal(object)
    """The image with its points."""

    def __init__(self, desk: Desk, map_area: MapArea, image: Image, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.map, self.image = desk, map_area, image
        self.waiting: tuple[float, float] | None = None
        self.resize(*SIZE)
        self.raw = RawImage(image)
        self.raw.clicked.connect(self.take_pixel)
        self.pick = Pick(self.take_ground)
        self.told, self.quality = label("body", wraps=True), label("second", wraps=True)
        self.kind = QComboBox()
        self.kind.currentIndexChanged.connect(lambda _place: self.judge())
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().setDefaultSectionSize(25)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setFixedHeight(150)
        self.table.itemChanged.connect(lambda _item: self.judge())
        self.drops, self.keeps = QPushButton(), QPushButton()
        self.keeps.setProperty("kind", "primary")
        self.drops.clicked.connect(self.drop)
        self.keeps.clicked.connect(self.keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(self.told)
        layout.addWidget(self.raw, 1)
        layout.addWidget(self.table)
        layout.addLayout(row(self.kind, self.quality, None, self.drops, self.keeps))
        desk.look.language_changed.connect(lambda _language: self.speak())
        for point in image.points:
            self._add((point.column, point.row, point.x, point.y))
        self.speak()
        if image.kind is not None:
            self.kind.setCurrentIndex(KINDS.index(image.kind))

    def speak(self) -> None:
        """Put all texts in the window's language."""
        look = self.desk.look
        self.setWindowTitle(look.text("align_title", image=self.image.name))
        chosen = max(0, self.kind.currentIndex())
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItems([look.text(f"align_{kind}") for kind in KINDS])
        self.kind.setCurrentIndex(chosen)
        self.kind.blockSignals(False)
        self.kind.setAccessibleName(look.text("align_kind"))
        self.table.setHorizontalHeaderLabels([look.text(f"align_{name}") for name in COLUMNS])
        self.drops.setText(look.text("align_drop"))
        self.keeps.setText(look.text("align_keep"))
        self.judge()

    # --- points

    def take_pixel(self, x: float, y: float) -> None:
        """Take a place in the image; its ground comes next."""
        self.waiting = (x, -y)
        self.map.canvas.set_tool(self.pick)
        self.judge()

    def take_ground(self, x: float, y: float) -> None:
        """Take the ground of the place that waits for it."""
        if self.waiting is not None:
            self._add((*self.waiting, x, y))
            self.waiting = None
            self.map.canvas.set_tool(None)
            self.judge()

    def _add(self, values: tuple[float, ...]) -> None:
        self.table.blockSignals(True)
        place = self.table.rowCount()
        self.table.insertRow(place)
        for column, value in enumerate((*values, None)):
            item = QTableWidgetItem("" if value is None else f"{value:.3f}")
            if value is None:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.table.setItem(place, column, item)
        self.table.blockSignals(False)

    def drop(self) -> None:
        """Take the chosen points out."""
        for place in sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True):
            self.table.removeRow(place)
        self.judge()

    def points(self) -> tuple[ControlPoint, ...]:
        """Give the points as they stand in the table; rows that are no numbers are left out."""
        found = []
        for place in range(self.table.rowCount()):
            items = [self.table.item(place, column) for column in range(4)]
            try:
                found.append(ControlPoint(*(float(item.text()) for item in items if item is not None)))
            except (ValueError, TypeError):
                continue
        return tuple(found)

    def alignment(self) -> Alignment:
        """Lay the image by the points.

        Raises
        ------
        Refused
            They do not fix it.
        """
        found = aligned(self.image, self.points() or (ControlPoint(0, 0, 0, 0),), self._chosen()).alignment()
        assert found is not None
        return found

    def _chosen(self) -> Kind:
        return KINDS[max(0, self.kind.currentIndex())]

    def judge(self) -> None:
        """Show residuals and what they say; what is refused is said."""
        look = self.desk.look
        step = "align_ground" if self.waiting is not None else "align_pixel"
        self.told.setText(look.text(step))
        waits = [] if self.waiting is None else [(*self.waiting, True)]
        self.raw.marks = [(point.column, point.row, False) for point in self.points()] + waits
        self.raw.update()
        residuals: list[Any] = []
        try:
            found = self.alignment()
            residuals = list(found.residuals_m)
            self.quality.setText(
                look.text(
                    "align_result",
                    rms=number(found.rms_m, 2),
                    pixel=number(found.pixel_m, 3),
                    spare=found.spare,
                )
            )
        except Refused as refused:
            self.quality.setText(look.say(refused.message))
        self.keeps.setEnabled(bool(residuals))
        self.table.blockSignals(True)
        for place in range(self.table.rowCount()):
            item = self.table.item(place, 4)
            if item is not None:
                item.setText(number(residuals[place], 2) if place < len(residuals) else "—")
        self.table.blockSignals(False)

    def keep(self) -> None:
        """Lay the image onto the map as the points say."""
        try:
            self.kept.emit(aligned(self.image, self.points(), self._chosen()))
        except Refused as refused:
            self.quality.setText(self.desk.look.say(refused.message))
            return
        self.close()

    def done(self, code: int) -> None:
        """End the process that read the image, and give the map back."""
        self.raw.imagery.close()
        if self.waiting is not None:
            self.waiting = None
            self.map.canvas.set_tool(None)
        super().done(code)
