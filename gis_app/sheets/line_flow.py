"""Lines in groups on paper: two columns a page, a heading never alone, a long value broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from gis_app.render.state_mark import STATE_MARKS
from gis_app.render.writing import INK, QUIET
from gis_app.sheets.paper import LEFT, Paper, leading_mm
from gis_app.sheets.table import HEAD_GROUND, MARK_MM

COLUMNS, GAP_MM, PAD_MM = 2, 3.0, 0.9
MOST_LINES = 24
"""A value with more lines is broken: no row is higher than a column."""


@dataclass(frozen=True)
class Line:
    """What it is, what it says, the state whose mark stands before it; without a value a heading."""

    name: str
    value: str | None = None
    state: str = ""


@dataclass(frozen=True)
class _Block:
    """A line broken to its column: height in mm."""

    names: tuple[str, ...]
    values: tuple[str, ...] | None
    state: str
    height: float


@dataclass(frozen=True)
class Flow:
    """Lines, and how they are written: letters in pt, heights in mm, the name's share of a column."""

    lines: Sequence[Line]
    head_pt: float
    pt: float
    line_mm: float
    least_head_mm: float
    least_row_mm: float
    name_share: float

    def blocks(self, paper: Paper, width: float) -> list[_Block]:
        """Break every line to columns of a box that is so wide (mm)."""
        wide = (width - GAP_MM * (COLUMNS - 1)) / COLUMNS
        return [block for line in self.lines for block in self._broken(paper, line, wide)]

    def paint(self, paper: Paper, box: QRectF, blocks: Sequence[_Block], start: int) -> int:
        """Draw the blocks from ``start`` that a box (mm) holds; give the next."""
        wide = (box.width() - GAP_MM * (COLUMNS - 1)) / COLUMNS
        number = start
        for column in range(COLUMNS):
            x, y = box.left() + column * (wide + GAP_MM), box.top()
            while number < len(blocks) and y + self._needed(blocks, number) <= box.bottom() + 1e-6:
                block = blocks[number]
                self._block(paper, QRectF(x, y, wide, block.height), block)
                y, number = y + block.height, number + 1
        return number

    def _needed(self, blocks: Sequence[_Block], number: int) -> float:
        """How much room a block asks for: a heading with the line below it."""
        follows = blocks[number].values is None and number + 1 < len(blocks)
        return blocks[number].height + (blocks[number + 1].height if follows else 0.0)

    def _broken(self, paper: Paper, line: Line, wide: float) -> Iterator[_Block]:
        if line.value is None:
            heads = tuple(paper.wrapped(line.name, self.head_pt, wide - 2 * PAD_MM, bold=True))
            height = max(self.least_head_mm, len(heads) * leading_mm(self.head_pt) + 1.2)
            yield _Block(heads, None, "", height)
            return
        mark = MARK_MM + 0.6 if line.state else 0.0
        names = paper.wrapped(line.name, self.pt, wide * self.name_share - 2 * PAD_MM)
        values = paper.wrapped(line.value, self.pt, wide * (1.0 - self.name_share) - 2 * PAD_MM - mark)
        for first in range(0, max(len(names), len(values), 1), MOST_LINES):
            some = tuple(names[first : first + MOST_LINES]), tuple(values[first : first + MOST_LINES])
            tall = max(len(some[0]), len(some[1])) * leading_mm(self.pt) + 1.2
            yield _Block(*some, line.state if not first else "", max(self.least_row_mm, tall))

    def _block(self, paper: Paper, row: QRectF, block: _Block) -> None:
        if block.values is None:
            paper.rect(row, self.line_mm, HEAD_GROUND)
            paper.lines(_inner(row), block.names, self.head_pt, bold=True, align=LEFT)
            return
        name = QRectF(row.left(), row.top(), row.width() * self.name_share, row.height())
        value = QRectF(name.right(), row.top(), row.width() - name.width(), row.height())
        for box in (name, value):
            paper.rect(box, self.line_mm)
        paper.lines(_inner(name), block.names, self.pt, colour=QUIET, align=LEFT)
        inner = _inner(value)
        if block.state:
            middle = QPointF(inner.left() + MARK_MM / 2.0, inner.center().y())
            paper.state(middle, block.state, MARK_MM)
            inner.setLeft(inner.left() + MARK_MM + 0.6)
        colour = STATE_MARKS[block.state].colour if block.state else INK
        paper.lines(inner, block.values, self.pt, colour=colour, align=LEFT)


def _inner(box: QRectF) -> QRectF:
    return box.adjusted(PAD_MM, 0.0, -PAD_MM, 0.0)
