"""A painter that remembers every text it draws: where it stands, in which font, on which page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter


@dataclass(frozen=True)
class Drawn:
    """One text; ``box`` is its ink on the page, in the device's units."""

    text: str
    font: QFont
    box: QRectF
    page: int


class Recorder(QPainter):
    """Paints as any painter does, and records.

    Attributes
    ----------
    drawn
        Every text in the order of drawing.
    page
        Number of the page that is being painted, from 0.
    """

    def __init__(self, *device: Any) -> None:
        super().__init__(*device)
        self.drawn: list[Drawn] = []
        self.page = 0

    def drawText(self, *arguments: Any) -> Any:  # noqa: N802
        """Draw one line of text in a box; the only form that sheets use."""
        box, flags, text = arguments
        if text.strip():
            ink = _ink(box, Qt.AlignmentFlag(flags & ~int(Qt.TextFlag.TextSingleLine)), text, self.font())
            transform = self.combinedTransform()
            self.drawn.append(Drawn(text, QFont(self.font()), transform.mapRect(ink), self.page))
        return super().drawText(*arguments)


def _ink(box: QRectF, align: Qt.AlignmentFlag, text: str, font: QFont) -> QRectF:
    """Where the letters of a line are within its box."""
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text), metrics.height()
    left, top = box.left(), box.top()
    if align & Qt.AlignmentFlag.AlignRight:
        left = box.right() - width
    elif align & Qt.AlignmentFlag.AlignHCenter:
        left = box.center().x() - width / 2.0
    if align & Qt.AlignmentFlag.AlignBottom:
        top = box.bottom() - height
    elif align & Qt.AlignmentFlag.AlignVCenter:
        top = box.center().y() - height / 2.0
    base = QPointF(left, top + metrics.ascent())
    letters = metrics.tightBoundingRect(text)
    return QRectF(left, base.y() + letters.top(), width, letters.height())
