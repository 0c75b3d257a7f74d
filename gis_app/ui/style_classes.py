"""The classes of a style as a list: swatch, name, and what belongs to each."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidgetItem, QVBoxLayout, QWidget

from gis_app.catalogue.filter import parse, write
from gis_app.catalogue.spelled_out import condition
from gis_app.catalogue.style import Style, StyleRule
from gis_app.language import LANGUAGES, Message, Refused
from gis_app.render.classing import range_text
from gis_app.render.legend import Entry, paint_swatch
from gis_app.render.styling import symbol_of_rule
from gis_app.ui.desk import Desk
from gis_app.ui.lists import Table
from gis_app.ui.parts import row, tool

SWATCH = QSize(32, 16)
MM_PX = 96.0 / 25.4 * 0.75
TOOLS = {"add": "plus", "remove": "minus", "up": "caret-up", "down": "caret-down"}
NAME, WHAT = 1, 2
EDITED = QAbstractItemView.EditTrigger


class StyleClasses(QWidget):
    """``chosen`` tells that other rows are chosen, ``changed`` a style with other rules."""

    chosen = Signal()
    changed = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.style_: Style | None = None
        self.geometry_ = "polygon"
        self.table = Table((60, 150, 160))
        self.table.setObjectName("style_classes")
        self.table.setEditTriggers(EDITED.DoubleClicked | EDITED.EditKeyPressed)
        self.table.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.setIconSize(SWATCH)
        self.table.itemSelectionChanged.connect(self.chosen)
        self.table.itemChanged.connect(self._edited)
        self.tools = {id: tool("bare") for id in TOOLS}
        for id, made in self.tools.items():
            made.setObjectName(f"class_{id}")
            made.clicked.connect(lambda _checked=False, id=id: self._move(id))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(*self.tools.values(), None, gap=2))
        self.retranslate()

    def retranslate(self) -> None:
        """Put the texts in the present language."""
        look = self.desk.look
        self.table.setAccessibleName(look.text("style_classes"))
        for id, made in self.tools.items():
            made.setIcon(look.icon(TOOLS[id]))
            made.setAccessibleName(look.text(f"style_class_{id}"))
            made.setToolTip(look.text(f"style_class_{id}"))
        if self.style_ is not None:
            self.show_style(self.style_, self.geometry_)

    @property
    def places(self) -> list[int]:
        """Which rules are chosen; the first where none is."""
        found = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return found or [0]

    def show_style(self, style: Style, geometry: str) -> None:
        """Show the rules of a style; the chosen rows stay chosen."""
        places = self.places
        self.style_, self.geometry_ = style, geometry
        look = self.desk.look
        heads = [look.text(f"style_head_{name}") for name in ("swatch", "name", f"what_{style.kind}")]
        self.table.blockSignals(True)
        rows = [["", look.of(rule.title), self.what(rule)] for rule in style.rules]
        self.table.show_rows(heads, rows)
        for place, rule in enumerate(style.rules):
            swatch, what = self.table.item(place, 0), self.table.item(place, WHAT)
            assert swatch is not None and what is not None  # just made
            swatch.setIcon(self.swatch(rule))
            swatch.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if style.kind == "single" or rule.otherwise or rule.codes:
                what.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        self.table.blockSignals(False)
        self.choose([place for place in places if place < len(style.rules)] or [0])
        for id in ("add", "remove", "up", "down"):
            self.tools[id].setEnabled(style.kind != "single")

    def choose(self, places: list[int]) -> None:
        """Choose rows without telling."""
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        for place in places:
            self.table.selectRow(place)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.blockSignals(False)

    def what(self, rule: StyleRule) -> str:
        """Write which features a rule is for."""
        assert self.style_ is not None
        if rule.otherwise:
            return self.desk.look.text("style_all_others")
        if self.style_.kind == "graduated" and rule.range is not None:
            return f"{rule.range[0]:.15g} – {rule.range[1]:.15g}"
        if self.style_.kind == "categorised" and set(rule.where) == {self.style_.field}:
            return ", ".join(str(value) for value in rule.where[self.style_.field])
        found = condition(self.style_, rule, "class_code")
        return write(found) if found is not None else self.desk.look.text("style_every")

    def swatch(self, rule: StyleRule) -> QIcon:
        """Give a sample of a rule as an icon, on the map's ground."""
        picture = QPixmap(SWATCH)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        box = QRectF(1.0, 1.0, SWATCH.width() - 2.0, SWATCH.height() - 2.0)
        kind = self.geometry_ if self.geometry_ in ("point", "line") else "polygon"
        paint_swatch(painter, Entry("", symbol_of_rule(rule), kind), box, MM_PX)  # type: ignore[arg-type]
        painter.end()
        made = QIcon(picture)
        made.addPixmap(picture, QIcon.Mode.Selected)  # a chosen row does not tint it
        return made

    def _edited(self, item: QTableWidgetItem) -> None:
        if self.style_ is None:
            return
        rule, text = self.style_.rules[item.row()], item.text().strip()
        try:
            made = self._renamed(rule, text) if item.column() == NAME else self._asked(rule, text)
        except Refused as refused:
            self.refused.emit(refused.message)
            self.show_style(self.style_, self.geometry_)
            return
        self._replace(item.row(), made)

    def _renamed(self, rule: StyleRule, text: str) -> StyleRule:
        language = self.desk.look.language
        others = {other: rule.title.get(other, text) for other in LANGUAGES}
        alike = len(set(rule.title.values())) == 1
        return replace(rule, title=dict.fromkeys(LANGUAGES, text) if alike else {**others, language: text})

    def _asked(self, rule: StyleRule, text: str) -> StyleRule:
        assert self.style_ is not None
        if self.style_.kind == "categorised":
            values = tuple(part.strip() for part in text.split(",") if part.strip())
            known = {str(value): value for value in rule.where.get(self.style_.field, ())}
            return replace(rule, where={self.style_.field: tuple(known.get(one, one) for one in values)})
        if self.style_.kind == "graduated":
            try:
                low, high = (float(part) for part in text.replace("—", "–").split("–"))
            except ValueError as error:
                raise Refused(Message("ui.style_not_a_range", {"text": text})) from error
            if low > high:
                raise Refused(Message("catalogue.range_backwards"))
            named = range_text(*rule.range) if rule.range is not None else ""
            now = range_text(low, high)
            title = {key: own.replace(named, now) if named else own for key, own in rule.title.items()}
            return replace(rule, title=title, range=(low, high))
        asked = None if text in ("", self.desk.look.text("style_every")) else parse(text)
        return replace(rule, where={}, filter=asked)

    def _replace(self, place: int, rule: StyleRule) -> None:
        assert self.style_ is not None
        rules = list(self.style_.rules)
        rules[place] = rule
        self.changed.emit(replace(self.style_, rules=tuple(rules)))

    def _move(self, id: str) -> None:
        """Add a copy of the chosen rule, take the chosen ones away, or move them."""
        if self.style_ is None:
            return
        rules, places = list(self.style_.rules), self.places
        if id == "add":
            rules.insert(places[-1] + 1, replace(rules[places[-1]], otherwise=False))
            places = [places[-1] + 1]
        elif id == "remove" and len(places) < len(rules):
            rules = [rule for place, rule in enumerate(rules) if place not in places]
            places = [max(places[0] - 1, 0)]
        elif id in ("up", "down"):
            step = -1 if id == "up" else 1
            if not 0 <= places[0] + step <= places[-1] + step < len(rules):
                return
            for place in places if id == "up" else reversed(places):
                rules[place], rules[place + step] = rules[place + step], rules[place]
            places = [place + step for place in places]
        made = replace(self.style_, rules=tuple(rules))
        self.show_style(made, self.geometry_)
        self.choose(places)
        self.changed.emit(made)
