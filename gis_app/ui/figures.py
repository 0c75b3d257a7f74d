"""The strip of eight figures: what the park is led by, each a click away from its list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QWidget

from gis_app.ui.desk import Desk
from gis_app.ui.look import Look
from gis_app.ui.mark import paint_mark
from gis_app.ui.parts import LEFT, number, row, sized, state_word, write

if TYPE_CHECKING:
    from gis_app.indicators import Figure

IDS = (
    "approved_area",
    "supplied_and_built",
    "approved_not_supplied",
    "idle_land",
    "vacant_factory",
    "tax_per_mu",
    "sewage_treatment",
    "control_lines",
)


class Cell(QAbstractButton):
    """One figure: label and remark above, amounts with units below; a dash where there is none."""

    def __init__(self, id: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id, self.look = id, look
        self.figure: Figure | None = None
        self.note = ""
        self.last = False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        """Eight of these side by side."""
        return QSize(120, 56)

    def show_figure(self, figure: Figure | None, note: str = "") -> None:
        """Take in another figure, or a note why there is none yet."""
        self.figure, self.note = figure, note
        self.setAccessibleName(f"{self._title()} {self._spoken()}")
        self.setToolTip(self._tip())
        self.setEnabled(figure is not None)
        self.update()

    def _title(self) -> str:
        return self.look.text(f"figure_{self.id}")

    def _tip(self) -> str:
        figure = self.figure
        if figure is None:
            return ""
        parts = [figure.why, figure.remark, figure.basis]
        return "\n".join([self._title(), *(self.look.say(part) for part in parts if part is not None)])

    def _spoken(self) -> str:
        return " ".join(text for text, _ in self._runs())

    def _large_px(self, room: float) -> int:
        """The size at which the figure fits, 17 px where there is room."""
        for px in (17, 15, 13):
            large, small = QFontMetricsF(sized(self.font(), px, 600)), QFontMetricsF(sized(self.font(), 11))
            if (
                sum(
                    (large if is_large else small).horizontalAdvance(text) + 5
                    for text, is_large in self._runs()
                )
                <= room
            ):
                return px
        return 12

    def _runs(self) -> list[tuple[str, bool]]:
        """The figure as pieces of text, large or small."""
        figure = self.figure
        if self.note:
            return [(self.note, False)]
        if figure is None or (not figure.amounts and figure.state is None):
            return [("—", True)]
        if not figure.amounts:
            return [("—", True)] if figure.state is None or figure.why is not None else []
        runs: list[tuple[str, bool]] = []
        same = len({amount.unit for amount in figure.amounts}) == 1
        for place, amount in enumerate(figure.amounts):
            word = f"{self.look.say(amount.word)} " if amount.word is not None else ""
            slash = "/ " if place else ""
            runs.append((f"{slash}{word}{number(amount.value, amount.decimals)}", True))
            if not same or place == len(figure.amounts) - 1:
                runs.append((self.look.unit(amount.unit), False))
        return runs

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cell."""
        painter, look = QPainter(self), self.look
        box = QRectF(self.rect())
        if self.isChecked():
            painter.fillRect(box, look.colour("accent_bg"))
            painter.fillRect(QRectF(0, box.bottom() - 2, box.width(), 2), look.colour("accent"))
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(box, look.colour("hover"))
        if not self.last:
            painter.fillRect(QRectF(box.right() - 1, 0, 1, box.height()), look.colour("border"))
        if self.hasFocus():
            painter.setPen(look.colour("accent"))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        inner = box.adjusted(12, 8, -8, -6)
        self._paint_label(painter, QRectF(inner.left(), inner.top(), inner.width(), 15))
        self._paint_amounts(painter, QRectF(inner.left(), inner.top() + 17, inner.width(), 25))

    def _paint_label(self, painter: QPainter, box: QRectF) -> None:
        figure = self.figure
        painter.setFont(sized(self.font(), 11))
        painter.setPen(self.look.colour("text_3"))
        remark = figure.remark if figure is not None else None
        text = self._title() if remark is None else f"{self._title()} · {self.look.say(remark)}"
        write(painter, box, text, LEFT)

    def _paint_amounts(self, painter: QPainter, box: QRectF) -> None:
        figure, left = self.figure, box.left()
        state = figure.state if figure is not None else None
        if figure is not None and state is not None and not figure.amounts:
            paint_mark(painter, state, QRectF(left, box.center().y() - 7, 14, 14), self.look.theme)
            painter.setFont(sized(self.font(), 15, 600))
            painter.setPen(self.look.colour(state))
            room = QRectF(left + 20, box.top(), box.right() - left - 20, box.height())
            write(painter, room, state_word(self.look, state), LEFT)
            return
        px = self._large_px(box.width() - (22 if state is not None else 0))
        for text, large in self._runs():
            painter.setFont(sized(self.font(), px if large else 11, 600 if large else 400))
            painter.setPen(self.look.colour("text" if large else "text_2"))
            room = QRectF(
                left, box.top() if large else box.top() + 3, max(0.0, box.right() - left), box.height()
            )
            left += write(painter, room, text, LEFT) + 5
        if state is not None:
            paint_mark(painter, state, QRectF(left + 3, box.center().y() - 7, 14, 14), self.look.theme)


class Strip(QFrame):
    """Eight equal cells; a click on one tells its figure, a second click tells None."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("strip")
        self.setFixedHeight(57)
        self.cells = {id: Cell(id, desk.look) for id in IDS}
        self.cells[IDS[-1]].last = True
        self.setLayout(row(*self.cells.values(), gap=0, margins=(0, 0, 0, 1)))
        self.group = QButtonGroup(self)
        self.group.setExclusive(False)
        for cell in self.cells.values():
            self.group.addButton(cell)
            cell.clicked.connect(lambda _checked=False, cell=cell: self._click(cell))
        for signal in (
            desk.opened,
            desk.judged,
            desk.proposal_chosen,
            desk.look.language_changed,
            desk.look.theme_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the figures of the open park and the chosen proposal."""
        park = self.desk.park
        figures = (
            park.figures.get(self.desk.proposal) or next(iter(park.figures.values()), ()) if park else ()
        )
        by_id = {figure.id: figure for figure in figures}
        for id, cell in self.cells.items():
            cell.show_figure(by_id.get(id), self.desk.unjudged)

    def clear(self) -> None:
        """Mark no cell."""
        for cell in self.cells.values():
            cell.setChecked(False)

    def _click(self, cell: Cell) -> None:
        for other in self.cells.values():
            if other is not cell:
                other.setChecked(False)
        self.chosen.emit(cell.figure if cell.isChecked() else None)
