"""Text in a box of a page whose lengths are millimetres: one family, never cut, smaller where it must fit."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gis_app.render.font import font

INK = "#1A2230"
QUIET = "#4A5565"
CLOSING = "，。；：、）》」』！？,.;:)%"
"""Signs that never begin a line."""
SMALLEST = 0.55
"""Text is never made smaller than this share of its size."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Writing:
    """Writes on a medium with ``mm_px`` pixels in a millimetre."""

    mm_px: float

    def px(self, length_mm: float) -> float:
        """Give a length in pixels."""
        return length_mm * self.mm_px

    def width_mm(self, text: str, size_mm: float, *, bold: bool = False) -> float:
        """How long a line of text is."""
        return QFontMetricsF(font(self.px(size_mm), bold=bold)).horizontalAdvance(text) / self.mm_px

    def write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        size_mm: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Qt.AlignmentFlag = _LEFT,
        fit: bool = False,
    ) -> None:
        """Write one line; ``fit`` makes it smaller when it is longer than its box, down to ``SMALLEST``."""
        if fit:
            length = self.px(self.width_mm(text, size_mm, bold=bold))
            size_mm *= max(SMALLEST, min(1.0, box.width() / length)) if length else 1.0
        painter.setFont(font(self.px(size_mm), bold=bold))
        painter.setPen(QColor(colour))
        painter.drawText(box, int(align) | int(Qt.TextFlag.TextSingleLine), text)

    def wrapped(self, text: str, size_mm: float, width_mm: float) -> list[str]:
        """Break a text into lines that fit; Chinese breaks anywhere, Latin words and figures at spaces."""
        lines, line = [], ""
        for piece in _pieces(text):
            if line and self.width_mm(line + piece.rstrip(), size_mm) > width_mm:
                lines.append(line.rstrip())
                line = ""
            line += piece
        return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Smallest parts that stay on one line: a Chinese character with the closing sign after it, or a word."""
    pieces: list[str] = []
    for character in text:
        is_word = character.isascii() and not character.isspace()
        joins = bool(pieces) and is_word and pieces[-1][-1].isascii() and not pieces[-1][-1].isspace()
        if pieces and (joins or character in CLOSING or character.isspace()):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
