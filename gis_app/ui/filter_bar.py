"""The bar above the attribute table: text, column, what is in view, chosen or changed; copying."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QToolButton, QWidget

from gis_app.ui.look import Look
from gis_app.ui.parts import row, tool

TYPING_MS, NARROW_PX = 150, 560
TOGGLES = {"in_view": "frame-corners", "selected": "selection", "changed": "pencil-line"}


class FilterBar(QFrame):
    """What is wanted; the table decides what comes of it."""

    toggled = Signal(str)
    changed = Signal()
    """Told after ``toggled``."""
    widened = Signal()
    copied = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.text = QLineEdit()
        self.text.setClearButtonEnabled(True)
        self.text.setMaximumWidth(240)
        self.column = QComboBox()
        self.column.setMaximumWidth(150)
        self.toggles = {name: tool(checkable=True, with_text=True) for name in TOGGLES}
        self.widens, self.copies = tool(with_text=True), tool(with_text=True)
        self.setLayout(
            row(
                self.text,
                self.column,
                *self.toggles.values(),
                self.widens,
                None,
                self.copies,
                margins=(12, 2, 8, 2),
                gap=6,
            )
        )
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typed.timeout.connect(self.changed)
        self.text.textChanged.connect(lambda _text: self._typed.start())
        self.text.returnPressed.connect(self.changed)
        self.column.activated.connect(lambda _place: self.changed.emit())
        for name, made in self.toggles.items():
            made.toggled.connect(lambda _on, name=name: self._toggle(name))
        self.widens.clicked.connect(self.widened)
        self.copies.clicked.connect(self.copied)

    def on(self, name: str) -> bool:
        """Whether one of the toggles is pressed."""
        return self.toggles[name].isChecked()

    def _toggle(self, name: str) -> None:
        self.toggled.emit(name)
        self.changed.emit()

    def settle(self) -> None:
        """Wait no longer for more to be typed."""
        self._typed.stop()

    def clear(self) -> None:
        """Want everything, and tell nobody."""
        parts = (self.text, *self.toggles.values())
        for part in parts:
            part.blockSignals(True)
        self.text.clear()
        for made in self.toggles.values():
            made.setChecked(False)
        for part in parts:
            part.blockSignals(False)

    def fill(self, titles: dict[str, str]) -> None:
        """Offer the columns: id to title."""
        kept = self.column.currentData() or ""
        self.column.clear()
        self.column.addItem(self.look.text("any_column"), "")
        for name, title in titles.items():
            self.column.addItem(title, name)
        self.column.setCurrentIndex(max(0, self.column.findData(kept)))
        self.column.view().setMinimumWidth(220)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons lose their words where there is no room for them."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        wide = self.width() > NARROW_PX
        for made in (*self.toggles.values(), self.widens, self.copies):
            made.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)

    def retext(self) -> None:
        """Put texts and icons as they are now."""
        look = self.look
        self.text.setPlaceholderText(look.text("filter"))
        for part, name, tip in ((self.text, "filter", "tip_filter"), (self.column, "column", "tip_column")):
            part.setAccessibleName(look.text(name))
            part.setToolTip(look.text(tip))
        for name, made in self.toggles.items():
            self._dress(made, name, TOGGLES[name])
        self._dress(self.widens, "drop_filters", "x")
        self._dress(self.copies, "copy_rows", "copy")

    def _dress(self, made: QToolButton, name: str, icon: str) -> None:
        made.setText(f" {self.look.text(name)}")
        made.setIcon(self.look.icon(icon))
        made.setToolTip(self.look.text(f"tip_{name}"))
        made.setAccessibleName(self.look.text(name))
