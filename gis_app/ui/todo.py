"""待办: what is overdue, due this month, and still to be supplied; each a click away from its list."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, restyle, row

NAMES = {"overdue": "fail", "month": "cannot_tell", "supply": "not_applicable"}


class ToDo(QFrame):
    """At the foot of the layers."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.title = label("title")
        self.chips = {name: self._chip(name) for name in NAMES}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 8, 11)
        layout.setSpacing(7)
        layout.addWidget(self.title)
        layout.addLayout(row(*self.chips.values(), None, gap=6))
        for signal in (desk.opened, desk.judged, desk.look.language_changed, desk.look.theme_changed):
            signal.connect(self.refresh)
        self.refresh()

    def _chip(self, name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "chip")
        made.clicked.connect(lambda _checked=False: self.chosen.emit(name))
        return made

    def counts(self) -> dict[str, int]:
        """Give the three numbers; all zero while they are not known."""
        park = self.desk.park
        if park is None or self.desk.unjudged:
            return dict.fromkeys(NAMES, 0)
        return {"overdue": len(park.due[0]), "month": len(park.due[1]), "supply": len(park.to_supply)}

    def refresh(self) -> None:
        """Show the numbers of the open park."""
        look, counts = self.desk.look, self.counts()
        unjudged = self.desk.unjudged
        told = unjudged or (str(sum(counts.values())) if self.desk.park is not None else "")
        self.title.setText(f"{look.text('todo')} {told}".strip())
        for name, chip in self.chips.items():
            chip.setText(f"{look.text(f'todo_{name}')} {'—' if unjudged else counts[name]}")
            chip.setEnabled(bool(counts[name]))
            restyle(chip, state=NAMES[name] if counts[name] else "not_applicable")
