"""The facts of park and proposals: value, document, date, and which rules wait for each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import Refused
from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.lists import Table
from gis_app.ui.parts import label, line, number, row

COLUMNS = ("owner", "fact", "value", "unit", "document", "date", "waiting")
WIDTHS = (84, 172, 140, 56, 200, 92, 100)
FIELDS = ("value", "document", "document_date", "attachment")


class FactsForm(QDialog):
    """A table of all facts, and below it the fields of the chosen one. Not modal: the map stays free."""

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.actions_ = desk, actions
        self.rows: list[Mapping[str, Any]] = []
        self.resize(900, 560)
        self.note = label("second", wraps=True)
        self.convert = QPushButton()
        self.convert.setProperty("kind", "primary")
        self.convert.clicked.connect(lambda: actions.run("save_project"))
        self.top = QFrame()
        inside = row(self.note, self.convert, margins=(16, 12, 16, 12))
        inside.setStretch(0, 1)
        self.top.setLayout(inside)
        self.table = Table(WIDTHS)
        self.table.currentCellChanged.connect(lambda place, *_rest: self.show_fact(place))
        self.fields = {name: QLineEdit() for name in FIELDS}
        self.scan: Path | None = None
        """A file that is attached when the fact is entered."""
        self.attaches = QPushButton()
        self.attaches.clicked.connect(lambda _checked: self.ask_scan())
        self.about, self.refusal = label("second", wraps=True), label("second", wraps=True)
        self.enters = QPushButton()
        self.enters.setProperty("kind", "primary")
        self.enters.clicked.connect(self.enter)
        self.captions = {name: label("second") for name in FIELDS}
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setContentsMargins(16, 12, 16, 4)
        form.setVerticalSpacing(6)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(self.about)
        for name, field in self.fields.items():
            beside = row(field, self.attaches) if name == "attachment" else field
            form.addRow(self.captions[name], beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addWidget(line())
        layout.addWidget(self.table, 1)
        layout.addWidget(line())
        layout.addLayout(form)
        layout.addLayout(row(self.refusal, None, self.enters, margins=(16, 4, 16, 14)))
        for signal in (desk.opened, desk.judged, desk.look.language_changed):
            signal.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Show the facts of the open park."""
        look, park = self.desk.look, self.desk.park
        self.setWindowTitle(look.text("facts_title"))
        self.rows = list(park.facts) if park is not None else []
        editable = park is not None and park.session is not None
        self.note.setText(look.text("facts_project" if editable else "facts_folder"))
        self.convert.setText(look.text("short_save_project"))
        self.convert.setVisible(not editable)
        self.convert.setEnabled(self.actions_["save_project"].isEnabled())
        chosen = self.table.currentRow()
        self.table.show_rows(
            [look.text(f"fact_{name}") for name in COLUMNS], [self._cells(fact) for fact in self.rows]
        )
        for name in FIELDS:
            self.captions[name].setText(look.text(f"fact_field_{name}"))
            self.fields[name].setEnabled(editable)
        self.attaches.setText(look.text("attach"))
        self.attaches.setEnabled(editable)
        self.enters.setText(look.text("enter"))
        self.enters.setEnabled(editable)
        self.table.setCurrentCell(chosen if 0 <= chosen < len(self.rows) else 0, 0)
        self.show_fact(self.table.currentRow())

    def _cells(self, fact: Mapping[str, Any]) -> list[str]:
        look = self.desk.look
        return [
            self._owner(fact),
            look.of(fact["title"]),
            written(fact["value"]),
            look.unit(fact["unit"]),
            fact["document"] or "—",
            fact["document_date"] or "—",
            self.desk.unjudged or " ".join(self.waiting(fact)) or "—",
        ]

    def _owner(self, fact: Mapping[str, Any]) -> str:
        park = self.desk.park
        if not fact["owner"] or park is None:
            return self.desk.look.text("fact_park")
        known = park.project.proposals.get(fact["owner"])
        return (known.name or known.id) if known is not None else str(fact["owner"])

    def waiting(self, fact: Mapping[str, Any]) -> list[str]:
        """Give the rules that cannot tell without the fact or its document."""
        park = self.desk.park
        if park is None:
            return []
        rows = [
            row
            for row in park.to_supply
            if row["kind"] in ("fact", "document") and row["what"] == fact["key"]
        ]
        return [rule for row in rows for rule in row["rules"]]

    def users(self, fact: Mapping[str, Any]) -> list[str]:
        """Give the rules that read the fact."""
        park = self.desk.park
        if park is None:
            return []
        rules = [rule for rules in park.catalogue.rule_sets.values() for rule in rules.rules]
        return [
            rule.id
            for rule in rules
            if fact["key"]
            in {
                value["fact"]
                for value in rule.inputs.values()
                if isinstance(value, Mapping) and "fact" in value
            }
        ]

    def show_fact(self, place: int) -> None:
        """Fill the fields with the chosen fact."""
        self.refusal.setText("")
        self.scan = None
        if not 0 <= place < len(self.rows):
            return
        fact, look, park = self.rows[place], self.desk.look, self.desk.park
        declared = park.catalogue.facts[fact["key"]] if park is not None else None
        readers = " ".join(self.users(fact)) or "—"
        note = look.of(declared.note) if declared is not None else ""
        self.about.setText(look.text("fact_about", fact=look.of(fact["title"]), note=note, rules=readers))
        texts = {
            "value": written(fact["value"], exact=True),
            **{name: str(fact[name] or "") for name in FIELDS[1:]},
        }
        for name, field in self.fields.items():
            field.setText(texts[name])
            field.setCursorPosition(0)

    def enter(self) -> None:
        """Enter the fields as they stand; what is refused is said here, and nothing changes."""
        place = self.table.currentRow()
        if not 0 <= place < len(self.rows):
            return
        fact = self.rows[place]
        value, document, day, attachment = (self.fields[name].text().strip() for name in FIELDS)
        scan = self.scan if self.scan is not None and self.scan.name == attachment else None
        owner = fact["owner"] or ""
        try:
            self.desk.enter_fact(fact["key"], value, owner, document, day, attachment, scan)
        except Refused as refused:
            self.refusal.setText(self.desk.look.say(refused.message))
            return
        self.refusal.setText("")

    def ask_scan(self) -> None:
        """Ask for the scan of the document; it is copied when the fact is entered."""
        name, _ = QFileDialog.getOpenFileName(self, self.desk.look.text("attach"))
        if name:
            self.take_scan(Path(name))

    def take_scan(self, path: Path) -> None:
        """Attach this file with the fact."""
        self.scan = path
        self.fields["attachment"].setText(path.name)


def written(value: object, exact: bool = False) -> str:
    """Write a fact's value; a dash where nothing is entered, an empty text in a field."""
    if value is None:
        return "" if exact else "—"
    if isinstance(value, float):
        return f"{value:.15g}" if exact else number(value, 2 if value >= 1 or not value else 4)
    return str(value)
