"""The column beside the map: signs, classes, and what the numbers on the map mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gis_app.language import Message, Refused
from gis_app.render import chrome
from gis_app.render.legend import Entry, paint_entry
from gis_app.render.map_scene import Group
from gis_app.render.writing import INK, QUIET, Writing

TEXT_MM, ROW_MM, HEAD_MM, LINE_MM, BADGE_MM = 2.8, 5.0, 7.0, 3.9, 5.6
FITS = (1.0, 0.92, 0.85, 0.78, 0.7)
"""Sizes that are tried until everything has room."""
SWATCH_MM = 9.0


@dataclass(frozen=True)
class Side:
    """What stands in the column; ``headings`` for signs, classes and marks."""

    headings: tuple[str, str, str]
    lines: list[Entry]
    classes: list[Entry]
    marked: list[Group]


def paint_side(painter: QPainter, box: QRectF, side: Side, writing: Writing) -> None:
    """Draw the column into a box (pixels).

    Raises
    ------
    Refused
        There is more than fits at the smallest size; nothing is left out silently.
    """
    for scale in FITS:
        drawn = _Column(None, box, writing, scale)
        drawn.all(side)
        if drawn.y <= box.bottom():
            _Column(painter, box, writing, scale).all(side)
            return
    raise Refused(
        Message("render.legend_full", {"count": len(side.lines) + len(side.classes) + len(side.marked)})
    )


class _Column:
    """Rows from the top down; without a painter it only measures."""

    def __init__(self, painter: QPainter | None, box: QRectF, writing: Writing, scale: float) -> None:
        self.painter, self.box, self.write, self.scale = painter, box, writing, scale
        self.y = box.top()

    def all(self, side: Side) -> None:
        """Draw the three parts that have anything in them."""
        signs, classes, marks = side.headings
        if side.lines:
            self.head(signs)
            self.rows(side.lines, 1)
        if side.classes:
            self.head(classes)
            self.rows(side.classes, 2)
        if side.marked:
            self.head(marks)
            for group in side.marked:
                self.group(group)

    def px(self, length_mm: float) -> float:
        """Give a length at the size that is being tried."""
        return self.write.px(length_mm) * self.scale

    def head(self, text: str) -> None:
        """Draw a heading with a hairline under it."""
        if self.painter is not None:
            row = QRectF(self.box.left(), self.y, self.box.width(), self.px(HEAD_MM - 1.4))
            self.write.write(self.painter, row, text, 3.4 * self.scale, bold=True)
            self.painter.setPen(QPen(QColor(INK), self.write.px(0.18)))
            self.painter.drawLine(row.bottomLeft(), row.bottomRight())
        self.y += self.px(HEAD_MM)

    def rows(self, entries: list[Entry], columns: int) -> None:
        """Draw legend rows, side by side in so many columns, filled row by row."""
        width = self.box.width() / columns
        for start in range(0, len(entries), columns):
            for column, entry in enumerate(entries[start : start + columns]):
                if self.painter is not None:
                    left = self.box.left() + column * width
                    row = QRectF(left, self.y, width - self.px(2.2), self.px(ROW_MM))
                    paint_entry(
                        self.painter, entry, row, self.write, SWATCH_MM * self.scale, TEXT_MM * self.scale
                    )
            self.y += self.px(ROW_MM)
        self.y += self.px(2.0)

    def group(self, group: Group) -> None:
        """Draw a number and what it stands for."""
        left = self.box.left() + self.px(BADGE_MM + 1.0)
        top = self.y
        for text, colour, bold in self._lines(group):
            if self.painter is not None:
                row = QRectF(left, self.y, self.box.right() - left, self.px(LINE_MM))
                self.write.write(self.painter, row, text, TEXT_MM * self.scale, bold=bold, colour=colour)
            self.y += self.px(LINE_MM)
        if self.painter is not None:
            centre = QPointF(self.box.left() + self.px(BADGE_MM / 2.0), top + self.px(LINE_MM * 0.55))
            chrome.paint_number(self.painter, centre, group.number, self.write, 4.2 * self.scale)
        self.y = max(self.y, top + self.px(BADGE_MM)) + self.px(1.0)

    def _lines(self, group: Group) -> Iterator[tuple[str, str, bool]]:
        width_mm = (self.box.width() - self.px(BADGE_MM + 1.0)) / self.write.mm_px
        size = TEXT_MM * self.scale
        # bold runs a little longer than the measure of the plain face
        yield from ((line, INK, True) for line in self.write.wrapped(group.title, size * 1.06, width_mm))
        for text in group.texts:
            yield from ((line, QUIET, False) for line in self.write.wrapped(text, size, width_mm))
