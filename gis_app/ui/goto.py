"""Going to typed coordinates: every reading of them with its zone, axis order and distance to choose from."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import Message, Refused
from gis_app.session.coordinates import Place, read_place
from gis_app.ui.desk import Desk
from gis_app.ui.park import framed
from gis_app.ui.parts import label, row

WIDTH, INSET_PX, GAP_PX = 380, 44, 14


class Goto(QFrame):
    """``chosen`` tells x and y in the project's system."""

    chosen = Signal(float, float)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.places: tuple[Place, ...] = ()
        self.setProperty("kind", "floating")
        self.setFixedWidth(WIDTH)
        self.title, self.remark = label("title"), label("second", wraps=True)
        self.closes = QToolButton()
        self.closes.setProperty("kind", "bare")
        self.closes.clicked.connect(self.close_panel)
        self.field = QLineEdit()
        self.field.setClearButtonEnabled(True)
        self.readings = QListWidget()
        self.readings.setWordWrap(True)
        self.readings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._reading = QTimer(self, singleShot=True, interval=150)
        self._reading.timeout.connect(self.read)
        self.field.textEdited.connect(lambda _text: self._reading.start())
        self.field.returnPressed.connect(self.go_first)
        self.readings.itemActivated.connect(lambda item: self._go(self.readings.row(item)))
        self.readings.itemClicked.connect(lambda item: self._go(self.readings.row(item)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(row(self.title, None, self.closes))
        for part in (self.field, self.readings, self.remark):
            layout.addWidget(part)
        desk.look.language_changed.connect(self.refresh)
        desk.look.theme_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Put texts and icons as they are now."""
        look = self.desk.look
        self.title.setText(look.text("goto_title"))
        self.field.setPlaceholderText(look.text("goto_hint"))
        self.field.setAccessibleName(look.text("goto_title"))
        self.readings.setAccessibleName(look.text("goto_readings"))
        self.closes.setIcon(look.icon("x"))
        self.closes.setToolTip(look.text("close"))
        self.closes.setAccessibleName(look.text("close"))
        self.read()

    def open_panel(self) -> None:
        """Show it, ready to type or paste."""
        self.show()
        self.raise_()
        self.field.setFocus()
        self.field.selectAll()

    def close_panel(self) -> None:
        """Put it away, and the mark with it."""
        self.hide()
        self.closed.emit()

    def read(self) -> None:
        """Show every reading of what is typed, or why there is none."""
        self._reading.stop()
        self.places = ()
        park, text = self.desk.park, self.field.text()
        remark = Message("ui.goto_forms")
        if text.strip() and park is not None:
            try:
                self.places = read_place(text, park.project.crs, self._middle())
            except Refused as refused:
                remark = refused.message
            else:
                remark = Message("ui.goto_both" if self.places[0].both_orders else "ui.goto_enter")
        self.remark.setText(self.desk.look.say(remark))
        self._fill()

    def _middle(self) -> tuple[float, float] | None:
        bounds = framed(self.desk.park) if self.desk.park is not None else None
        return None if bounds is None else ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)

    def _fill(self) -> None:
        self.readings.clear()
        look = self.desk.look
        for place in self.places:
            away = "" if place.away_m is None else look.text("goto_away", km=place.away_m / 1000.0)
            lines = (
                f"X {place.y:.3f}  Y {place.x:.3f}  {away}",
                look.text("goto_reading", order=place.order, basis=place.basis),
            )
            item = QListWidgetItem("\n".join(lines))
            item.setToolTip(lines[1])
            inside = QRect(0, 0, WIDTH - INSET_PX, 400)
            high = self.readings.fontMetrics().boundingRect(inside, Qt.TextFlag.TextWordWrap, item.text())
            item.setSizeHint(QSize(0, high.height() + GAP_PX))
            self.readings.addItem(item)
        rows = [self.readings.item(place).sizeHint().height() for place in range(self.readings.count())]
        self.readings.setVisible(bool(rows))
        self.readings.setFixedHeight(sum(rows) + 4)
        self.adjustSize()

    def go_first(self) -> None:
        """Go to the likeliest reading."""
        self.read()
        if self.places:
            self._go(0)

    def _go(self, number: int) -> None:
        place = self.places[number]
        self.chosen.emit(place.x, place.y)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away; down goes to the readings."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif event.key() == Qt.Key.Key_Down and self.places:
            self.readings.setFocus()
            self.readings.setCurrentRow(max(0, self.readings.currentRow()))
        else:
            super().keyPressEvent(event)
