"""The scale in the status bar: follows the map, is chosen from round ones or typed (1:5000, 5000, 2.5万)."""

from __future__ import annotations

import math
import unicodedata

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

ROUND = (500, 1000, 2000, 2500, 5000, 10000, 15000, 20000, 25000, 30000, 50000, 100000, 200000)
LEAST, MOST = 10.0, 5_000_000.0
TEN_THOUSAND = "万"


def parse_scale(text: str) -> float | None:
    """Read a scale: ``1:5000``, ``1∶5000``, ``1/5000``, ``5000``, ``1:2.5万``, ``1:10,000``.

    Returns
    -------
    float or None
        The denominator; None where it is no scale between 1∶10 and 1∶5 000 000.
    """
    plain = unicodedata.normalize("NFKC", text).replace("∶", ":").replace("/", ":").replace(" ", "")
    one, colon, rest = plain.rpartition(":")
    if colon and one != "1":
        return None
    times = 10_000.0 if rest.endswith(TEN_THOUSAND) else 1.0
    try:
        denominator = float(rest.removesuffix(TEN_THOUSAND).replace(",", "")) * times
    except ValueError:
        return None
    return denominator if math.isfinite(denominator) and LEAST <= denominator <= MOST else None


class ScaleEntry(QComboBox):
    """``chosen`` tells a denominator; what cannot be read is set back to what the map has."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "scale")
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCompleter(QCompleter(self))  # one that completes nothing
        self.setFixedWidth(112)
        self.addItems([f"1∶{denominator}" for denominator in ROUND])
        self._shown = ""
        self.setEditText("")
        self.activated.connect(lambda _place: self.take())

    def text(self) -> str:
        """Give what is written."""
        return self.currentText()

    def show_denominator(self, denominator: float) -> None:
        """Follow the map, but not while somebody types."""
        self._shown = f"1∶{denominator:.0f}"
        line = self.lineEdit()
        if line is not None and not (line.hasFocus() and line.isModified()):
            self.setEditText(self._shown)

    def take(self) -> None:
        """Tell what was typed or chosen."""
        denominator = parse_scale(self.currentText())
        self.setEditText(self._shown)
        if denominator is not None:
            self.chosen.emit(denominator)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes it, Esc goes back to what the map has."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif event.key() == Qt.Key.Key_Escape:
            self.setEditText(self._shown)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel over the status bar is no choice of a scale."""
        event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving without Enter changes nothing."""
        super().focusOutEvent(event)
        self.setEditText(self._shown)
