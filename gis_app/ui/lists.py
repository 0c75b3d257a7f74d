"""Two plain lists: what is still to be supplied, and the steps that were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gis_app.ui.desk import Desk

if TYPE_CHECKING:
    from gis_app.model import Step


class Table(QTableWidget):
    """Rows of texts that cannot be edited; the last column takes what is left."""

    def __init__(self, widths: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(0, len(widths), parent)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(28)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)

    def show_rows(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Replace all rows."""
        self.setHorizontalHeaderLabels(list(heads))
        self.setRowCount(len(rows))
        for place, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(place, column, item)


class Supply(Table):
    """What is to be supplied, the rules that wait for it, and what the thing must be."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((86, 420, 150, 200), parent)
        self.desk = desk
        for signal in (desk.opened, desk.judged, desk.look.language_changed):
            signal.connect(self.fill)

    def fill(self) -> None:
        """Show the list of the open park."""
        look, park = self.desk.look, self.desk.park
        rows = park.to_supply if park is not None else []
        waiting = [("", self.desk.unjudged, "", "")] if self.desk.unjudged else []
        marked = [
            (
                look.text("kind_veto" if row["veto"] else "kind_other"),
                look.of(row["missing"]),
                " ".join(row["rules"]),
                look.of(row["requirement"]),
            )
            for row in rows
        ]
        self.show_rows(
            [look.text(f"supply_{name}") for name in ("kind", "what", "rules", "requirement")],
            waiting or marked,
        )


class Steps(Table):
    """What was recorded in the project file, newest first; for a folder what was noticed on reading.

    ``jumped`` tells the step that was double-clicked, or on which Enter was pressed.
    """

    jumped = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((150, 110, 80, 400), parent)
        self.desk = desk
        self.seqs: list[int | None] = []
        self.cellActivated.connect(self._jump)
        for signal in (desk.opened, desk.judged, desk.look.language_changed):
            signal.connect(self.fill)

    def fill(self) -> None:
        """Show the steps of the open park."""
        look, park = self.desk.look, self.desk.park
        heads = [look.text(f"step_{name}") for name in ("time", "actor", "state", "text")]
        rows: list[tuple[str, str, str, str]] = []
        self.seqs = []
        if park is not None:
            steps = park.session.history.steps if park.session is not None else ()
            states = undo_states(steps)
            for when, who, what in reversed(park.history):
                known = bool(steps) and steps[-1].text == what
                state = states[steps[-1].seq] if known else ""
                self.seqs.append(steps[-1].seq if known else None)
                steps = steps[:-1] if known else steps
                rows.append(
                    (local_time(when), who, look.text(f"step_{state}") if state else "", look.say(what))
                )
            rows += [("", look.text("on_reading"), "", look.say(note)) for note in park.opened.notes]
        self.show_rows(heads, rows)

    def _jump(self, place: int, _column: int) -> None:
        seq = self.seqs[place] if place < len(self.seqs) else None
        if seq is not None:
            self.jumped.emit(seq)


def undo_states(steps: Sequence[Step]) -> dict[int, str]:
    """Give for each step, by its sequence, whether it holds, was undone, or is itself an undo or a redo."""
    states: dict[int, str] = {}
    for step in steps:
        if step.undoes is None:
            states[step.seq] = "done"
            continue
        states[step.seq] = "redo" if states.get(step.undoes) == "undo" else "undo"
        _turn(steps, states, step.undoes)
    return states


def _turn(steps: Sequence[Step], states: dict[int, str], seq: int) -> None:
    """The step that ``seq`` is about, through however many undos, holds again or no longer."""
    by_seq = {step.seq: step for step in steps}
    while seq in by_seq and by_seq[seq].undoes is not None:
        seq = by_seq[seq].undoes or 0
    if seq in states:
        states[seq] = "undone" if states[seq] == "done" else "done"


def local_time(utc: str) -> str:
    """Write a time of the journal as the clock on the wall shows it."""
    try:
        return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return utc
