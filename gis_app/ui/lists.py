"""Two plain lists: what is still to be supplied, and the steps that were recorded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gis_app.ui.desk import Desk


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
            [look.text(f"supply_{name}") for name in ("kind", "what", "rules", "requirement")], marked
        )


class Steps(Table):
    """What was recorded in the project file, newest first; for a folder what was noticed on reading."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((190, 120, 400), parent)
        self.desk = desk
        for signal in (desk.opened, desk.judged, desk.look.language_changed):
            signal.connect(self.fill)

    def fill(self) -> None:
        """Show the steps of the open park."""
        look, park = self.desk.look, self.desk.park
        heads = [look.text(f"step_{name}") for name in ("time", "actor", "text")]
        rows: list[tuple[str, str, str]] = []
        if park is not None:
            rows = [(time, actor, look.say(text)) for time, actor, text in reversed(park.history)]
            rows += [("", look.text("on_reading"), look.say(note)) for note in park.opened.notes]
        self.show_rows(heads, rows)
