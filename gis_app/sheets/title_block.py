"""The block at the foot of a sheet: who, in which reference system, from which data, for what."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from gis_app.sheets.paper import CENTRE, LEFT, Paper, leading_mm
from gis_app.sheets.table import HEAD_GROUND, OPEN_GROUND

PAD_MM = 1.2


@dataclass(frozen=True)
class Entry:
    """One label with its value or several; ``is_open``: somebody has to fill it in."""

    label: str
    values: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Group:
    """Entries below each other, as wide as (label, value) in mm."""

    widths: tuple[float, float]
    entries: tuple[Entry, ...]


def height_mm(paper: Paper, groups: tuple[Group, ...], pt: float, least_mm: float) -> float:
    """How high the block must be for every value to have room."""
    step = leading_mm(pt)
    tallest = max(
        sum(max(1, len(_lines(paper, entry, group, pt))) * step + 1.2 for entry in group.entries)
        for group in groups
    )
    return max(least_mm, tallest)


def paint_title_block(
    paper: Paper, box: QRectF, groups: tuple[Group, ...], pt: float, line_mm: float
) -> None:
    """Draw the groups beside each other into a box (mm); what is left of the height is shared by the rows."""
    x = box.left()
    for group in groups:
        lines = [_lines(paper, entry, group, pt) for entry in group.entries]
        needs = [max(1, len(some)) * leading_mm(pt) + 1.2 for some in lines]
        spare = (box.height() - sum(needs)) / len(needs)
        y = box.top()
        for entry, some, need in zip(group.entries, lines, needs, strict=True):
            label = QRectF(x, y, group.widths[0], need + spare)
            value = QRectF(label.right(), y, group.widths[1], need + spare)
            paper.rect(label, line_mm, HEAD_GROUND)
            paper.rect(value, line_mm, OPEN_GROUND if entry.is_open else "")
            paper.text(label, entry.label, pt, align=CENTRE)
            paper.lines(value.adjusted(PAD_MM, 0.0, -PAD_MM, 0.0), some, pt, bold=entry.is_open, align=LEFT)
            y = label.bottom()
        x += sum(group.widths)


def _lines(paper: Paper, entry: Entry, group: Group, pt: float) -> list[str]:
    room = group.widths[1] - 2.0 * PAD_MM
    return [line for value in entry.values for line in paper.wrapped(value, pt, room, bold=entry.is_open)]
