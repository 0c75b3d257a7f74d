"""A row of the layer tree as it is painted: caret, eye, swatch, name, lock, filter, findings, count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidgetItem

from gis_app.ui.desk import Desk
from gis_app.ui.parts import LEFT, RIGHT, sized, write

if TYPE_CHECKING:
    from gis_app.ui.layers import LayerTree

ROW = 28
Index = QModelIndex | QPersistentModelIndex
ID, COUNT, FINDINGS, LOCKED, VISIBLE, GROUP, MISSING = (
    Qt.ItemDataRole.UserRole + place for place in range(7)
)
CARET_X, EYE_X, NAME_X = 8, 24, 68


class LayerRow(QStyledItemDelegate):
    """Paints a row: caret · eye · swatch · name · lock · filter · findings · count."""

    def __init__(self, desk: Desk, tree: LayerTree) -> None:
        super().__init__(tree)
        self.desk, self.tree = desk, tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """28 px high."""
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        look, item = self.desk.look, self.tree.itemFromIndex(index)
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, look.colour("hover"))
        if item.data(0, MISSING):
            self._missing(painter, option, item, box)
            return
        middle, visible = box.center().y(), self.tree.is_visible(item)
        group = bool(item.data(0, GROUP))
        if group:
            caret = "caret-down" if item.isExpanded() else "caret-right"
            painter.drawPixmap(int(CARET_X), int(middle - 6), look.pixmap(caret, "text_3", 12))
        eye_x = EYE_X if group else EYE_X + 10
        eye = look.pixmap("eye" if visible else "eye-slash", "text_2" if visible else "text_3", 16)
        painter.drawPixmap(int(eye_x), int(middle - 8), eye)
        left = eye_x + 22
        if not group:
            self._swatch(painter, item.data(0, ID), QRectF(left, middle - 6, 16, 12))
            left += 22
        right = self._tail(painter, item, box)
        if not group and self._is_filtered(item.data(0, ID)):
            right -= 20
            painter.drawPixmap(int(right), int(middle - 7), look.pixmap("funnel-simple", "accent", 14))
        painter.setFont(sized(option.font, 13, 600 if group else 400))
        painter.setPen(look.colour("text" if visible else "text_3"))
        room = QRectF(left, box.top(), right - left - 4, box.height())
        locked = bool(item.data(0, LOCKED))
        if locked:
            room.setWidth(room.width() - 16)
        width = write(painter, room, item.text(0), LEFT, Qt.TextElideMode.ElideMiddle)
        if locked:
            painter.drawPixmap(
                int(left + width + 5), int(middle - 7), look.pixmap("lock-simple", "text_3", 13)
            )

    def _missing(
        self, painter: QPainter, option: QStyleOptionViewItem, item: QTreeWidgetItem, box: QRectF
    ) -> None:
        """Draw a source that is not there, with its mark and what a click does."""
        look = self.desk.look
        painter.drawPixmap(int(EYE_X), int(box.center().y() - 8), look.mark("cannot_tell", 16))
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("accent"))
        tail = write(painter, box.adjusted(0, 0, -10, 0), look.text("missing_repair"), RIGHT)
        painter.setFont(sized(option.font, 13))
        painter.setPen(look.colour("text"))
        room = box.adjusted(EYE_X + 24, 0, -tail - 16, 0)
        write(painter, room, item.text(0), LEFT, Qt.TextElideMode.ElideMiddle)

    def _is_filtered(self, id: str) -> bool:
        """Whether the style of a layer leaves features out."""
        from gis_app.model.duplicate import shown_layer

        park = self.desk.park
        if park is None or shown_layer(park.project, id) is None:
            return False
        return park.style_of(id).filter is not None

    def _tail(self, painter: QPainter, item: QTreeWidgetItem, box: QRectF) -> float:
        """Draw count and findings at the right; give where they begin."""
        look = self.desk.look
        painter.setFont(sized(painter.font(), 12))
        painter.setPen(look.colour("text_3"))
        count = QRectF(box.right() - 48, box.top(), 38, box.height())
        write(painter, count, str(item.data(0, COUNT) or 0), RIGHT)
        found = item.data(0, FINDINGS) or 0
        if not found:
            return box.right() - 46
        chip = QRectF(box.right() - 62, box.center().y() - 8, 18, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("fail_bg"))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(look.colour("fail"))
        painter.setFont(sized(painter.font(), 11, 600))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, str(found))
        return chip.left()

    def _swatch(self, painter: QPainter, id: str, box: QRectF) -> None:
        from gis_app.render.legend import Entry, paint_swatch

        park = self.desk.park
        layers = park.scene.get(id, ()) if park is not None else ()
        symbols = [(symbol, layer) for layer in layers for symbol in layer.symbols if _draws(symbol, layer)]
        coded = [pair for pair in symbols if pair[0].code]
        chosen = (
            coded[:: max(1, len(coded) // 3)][:3]
            if len(coded) > 2
            else symbols[-1:]
            if id.count("/")
            else symbols[:1]
        )
        painter.fillRect(box, Qt.GlobalColor.white)  # the ground of the map, in both themes
        for place, (symbol, layer) in enumerate(chosen):
            part = QRectF(
                box.left() + place * box.width() / len(chosen),
                box.top(),
                box.width() / len(chosen),
                box.height(),
            )
            paint_swatch(
                painter, Entry("", symbol, layer.shapes.kind, max(0.6, layer.opacity)), part, 96 / 25.4 * 0.6
            )


def _draws(symbol: object, layer: object) -> bool:
    from gis_app.render.symbol import is_visible

    return is_visible(symbol, layer.shapes.kind)  # type: ignore[arg-type,attr-defined]
