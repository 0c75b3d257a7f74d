"""A table on paper: cells broken into lines, rows as high as they need, whole rows on each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from gis_app.sheets.paper import CENTRE, Paper, leading_mm

PAD_MM = 0.8
MARK_MM = 2.6
HEAD_GROUND, SUM_GROUND, OPEN_GROUND = "#EEF0F3", "#F6F7F9", "#FFF2A8"


@dataclass(frozen=True)
class Cell:
    """One cell; ``state`` puts that state's mark before the text."""

    text: str
    state: str = ""


@dataclass(frozen=True)
class Table:
    """Head, rows and widths (mm) of a table; the first row is the sum.

    ``least_head_mm`` and ``least_row_mm`` are heights; letters in pt, lines in mm.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    pt: float
    line_mm: float
    least_head_mm: float
    least_row_mm: float

    def paint(self, paper: Paper, box: QRectF, start: int) -> tuple[int, float]:
        """Draw head and the rows from ``start`` that the box (mm) holds; give next row and lower edge."""
        heads = [paper.wrapped(text, self.pt, width - 2 * PAD_MM, bold=True) for text, width in self._heads()]
        y = box.top() + self._height(heads, self.least_head_mm)
        self._row(
            paper, QRectF(box.left(), box.top(), box.width(), y - box.top()), heads, (), True, HEAD_GROUND
        )
        number = start
        while number < len(self.rows):
            cells = self.rows[number]
            is_sum = number == 0
            texts = [
                paper.wrapped(cell.text, self.pt, width - 2 * PAD_MM - _mark_mm(cell), bold=is_sum)
                for cell, width in zip(cells, self.widths, strict=True)
            ]
            height = self._height(texts, self.least_row_mm)
            if y + height > box.bottom() + 1e-6:
                break
            row = QRectF(box.left(), y, box.width(), height)
            self._row(paper, row, texts, cells, is_sum, SUM_GROUND if is_sum else "")
            y, number = y + height, number + 1
        return number, y

    def _heads(self) -> list[tuple[str, float]]:
        return list(zip(self.heads, self.widths, strict=True))

    def _height(self, texts: Sequence[Sequence[str]], least_mm: float) -> float:
        return max(least_mm, max(len(lines) for lines in texts) * leading_mm(self.pt) + 1.4)

    def _row(
        self,
        paper: Paper,
        row: QRectF,
        texts: Sequence[Sequence[str]],
        cells: Sequence[Cell],
        bold: bool,
        ground: str,
    ) -> None:
        x = row.left()
        for width in self.widths:
            paper.rect(QRectF(x, row.top(), width, row.height()), self.line_mm, ground)
            x += width
        x = row.left()
        for number, (lines, width) in enumerate(zip(texts, self.widths, strict=True)):
            box = QRectF(x, row.top(), width, row.height())
            state = cells[number].state if cells else ""
            if state:
                taken = max(paper.width_mm(line, self.pt, bold=bold) for line in lines) + MARK_MM + 0.6
                left = box.center().x() - taken / 2.0
                paper.state(QPointF(left + MARK_MM / 2.0, box.center().y()), state, MARK_MM)
                box = QRectF(left + MARK_MM + 0.6, box.top(), taken - MARK_MM - 0.6, box.height())
            paper.lines(box, lines, self.pt, bold=bold, align=CENTRE)
            x += width


def _mark_mm(cell: Cell) -> float:
    return MARK_MM + 0.6 if cell.state else 0.0
