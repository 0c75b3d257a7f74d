"""The column beside the map: legend, classes, conclusion, scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from gis_app.language import Message, Refused
from gis_app.render import chrome
from gis_app.render.legend import Entry, paint_swatch
from gis_app.render.state_mark import STATE_MARKS
from gis_app.render.view import View
from gis_app.render.writing import INK, QUIET
from gis_app.sheets.paper import Paper, leading_mm

HEAD_MM, AFTER_MM, SWATCH_MM, GAP_MM, SCALE_MM = 6.6, 2.2, (9.0, 3.5), 1.6, 15.0
TRIED = (
    (5.1, 1, 1.0),
    (4.7, 1, 1.0),
    (4.3, 1, 1.0),
    (3.9, 1, 1.0),
    (3.9, 2, 1.0),
    (3.6, 2, 0.9),
    (3.3, 2, 0.8),
)
"""Height of a row (mm), columns of signs, and size of letters, tried until everything has room."""
WORD_PT = 13.0
SMALLEST_PT = 7.0


@dataclass(frozen=True)
class Conclusion:
    """The verdict as it is printed: its state's mark, its word, the count beside it, and what decides."""

    state: str
    word: str
    count: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """What stands in the column; ``heads`` for signs, classes and conclusion, which some sheets have not."""

    heads: tuple[str, str, str]
    signs: tuple[Entry, ...]
    classes: tuple[Entry, ...]
    conclusion: Conclusion | None = None


def paint_side(
    paper: Paper, box: QRectF, side: Side, view: View, letters: dict[str, float], neat_mm: float
) -> None:
    """Draw the column into its box (mm).

    Raises
    ------
    Refused
        There is more than fits; nothing is left out silently.
    """
    paper.rect(box, neat_mm)
    inner = box.adjusted(3.0, 2.4, -3.0, -2.0)
    scale = QRectF(inner.left(), inner.bottom() - SCALE_MM, inner.width(), SCALE_MM)
    chrome.paint_scale_bar(paper.painter, view, paper.px(scale), paper.writing)
    room = QRectF(inner.left(), inner.top(), inner.width(), scale.top() - inner.top() - 2.0)
    for tried in TRIED:
        if _Column(None, paper, room, tried, letters).all(side) <= room.bottom():
            _Column(paper, paper, room, tried, letters).all(side)
            return
    raise Refused(Message("sheets.legend_full", {"count": len(side.signs) + len(side.classes)}))


class _Column:
    """Rows from the top down; without a paper to draw on it only measures."""

    def __init__(
        self,
        out: Paper | None,
        measure: Paper,
        box: QRectF,
        tried: tuple[float, int, float],
        letters: dict[str, float],
    ) -> None:
        self.out, self.measure, self.box = out, measure, box
        self.row_mm, self.columns, size = tried
        self.row_pt, self.head_pt, self.y = (
            max(SMALLEST_PT, letters["row"] * size),
            letters["head"],
            box.top(),
        )

    def all(self, side: Side) -> float:
        """Draw the parts that have anything in them; give the lower edge."""
        signs, classes = (side.heads[0], side.signs, self.columns), (side.heads[1], side.classes, 2)
        for head, entries, columns in (signs, classes):
            if entries:
                self.head(head)
                for row in self._rows(entries, columns):
                    self.entries(row, columns)
                self.y += AFTER_MM
        if side.conclusion is not None:
            self.head(side.heads[2])
            self.conclusion(side.conclusion)
        return self.y

    def head(self, text: str) -> None:
        """Draw a heading with a hairline under it."""
        row = QRectF(self.box.left(), self.y, self.box.width(), HEAD_MM - 1.6)
        if self.out is not None:
            wide = self.out.width_mm(text, self.head_pt, bold=True)
            pt = self.head_pt * min(1.0, row.width() / wide) if wide else self.head_pt
            self.out.text(row, text, pt, bold=True)
            self.out.line(row.left(), row.bottom(), row.right(), row.bottom(), 0.18, INK)
        self.y += HEAD_MM

    def _rows(self, entries: Sequence[Entry], columns: int) -> Iterator[list[Entry]]:
        """Entries that stand beside each other; one too long for its share has a row to itself."""
        row: list[Entry] = []
        for entry in entries:
            if columns > 1 and self._is_long(entry, columns):
                yield from ([row] if row else [])
                yield [entry]
                row = []
                continue
            row.append(entry)
            if len(row) == columns:
                yield row
                row = []
        if row:
            yield row

    def _is_long(self, entry: Entry, columns: int) -> bool:
        room = self.box.width() / columns - SWATCH_MM[0] - GAP_MM - 1.0
        return self.measure.width_mm(entry.text, self.row_pt) > room

    def entries(self, row: Sequence[Entry], columns: int) -> None:
        """Draw legend entries side by side."""
        share = self.box.width() if len(row) == 1 and columns == 1 else self.box.width() / columns
        room = (self.box.width() if len(row) == 1 else share) - SWATCH_MM[0] - GAP_MM - 1.0
        lines = [self.measure.wrapped(entry.text, self.row_pt, room) for entry in row]
        height = max(self.row_mm, max(map(len, lines)) * leading_mm(self.row_pt) + 0.6)
        for number, entry in enumerate(row if self.out is not None else ()):
            assert self.out is not None
            left = self.box.left() + number * share
            swatch = QRectF(left, self.y + (height - SWATCH_MM[1]) / 2.0, *SWATCH_MM)
            paint_swatch(self.out.painter, entry, self.out.px(swatch), self.out.writing.mm_px)
            self.out.lines(QRectF(swatch.right() + GAP_MM, self.y, room, height), lines[number], self.row_pt)
        self.y += height

    def conclusion(self, conclusion: Conclusion) -> None:
        """Draw mark, word, count and what decides."""
        width = self.measure.width_mm(conclusion.word, WORD_PT, bold=True)
        if self.out is not None:
            self.out.state(QPointF(self.box.left() + 3.0, self.y + 3.2), conclusion.state, 6.0)
            row = QRectF(self.box.left() + 7.4, self.y, width + 1.0, 6.4)
            self.out.text(row, conclusion.word, WORD_PT, bold=True, colour=_colour(conclusion.state))
            beside = QRectF(row.right() + 2.0, self.y, self.box.right() - row.right() - 2.0, 6.4)
            self.out.text(beside, conclusion.count, self.row_pt, colour=QUIET)
        self.y += 7.4
        for sentence in conclusion.sentences:
            lines = self.measure.wrapped(sentence, self.row_pt, self.box.width())
            height = len(lines) * leading_mm(self.row_pt)
            if self.out is not None:
                self.out.lines(QRectF(self.box.left(), self.y, self.box.width(), height), lines, self.row_pt)
            self.y += height + 0.8


def _colour(state: str) -> str:
    return STATE_MARKS[state].colour
