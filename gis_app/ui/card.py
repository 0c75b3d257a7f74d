"""The card of what was clicked (一地一档): overlapping features to choose from, all that is known of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, number, row

if TYPE_CHECKING:
    from gis_app.session.dossier import Row, Section
    from gis_app.ui.background import Job
    from gis_app.ui.paper import Paper

WIDTH, OTHER_PX, ROW_PX, NAME_PX = 360, 24, 25, 132
MOST_OTHERS = 5
WHERE = int(Qt.ItemDataRole.UserRole)


class Card(QFrame):
    """Shown while features are chosen; tells which of the overlapping ones is turned to."""

    turned = Signal(object)
    asked = Signal(str, int)
    """Another feature that a line names is to be shown: layer id, fid."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.sections: tuple[Section, ...] = ()
        self.papers: tuple[Paper, ...] = ()
        self._place, self._room = 0, 600
        self._gathering: Job | None = None
        self.setProperty("kind", "floating")
        self.setFixedWidth(WIDTH)
        self.title, self.kind = label("title"), label("second")
        self.copies, self.closes = QToolButton(), QToolButton()
        for made in (self.copies, self.closes):
            made.setProperty("kind", "bare")
        self.copies.clicked.connect(self.copy)
        self.closes.clicked.connect(lambda: desk.choose_features([]))
        self.others = QListWidget()
        self.others.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.others.currentRowChanged.connect(self._show)
        self.pictures = QFrame()
        self._strip = QHBoxLayout(self.pictures)
        self._strip.setContentsMargins(11, 2, 11, 2)
        self._strip.setSpacing(6)
        self.table = _table()
        self.table.cellClicked.connect(self._click)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 6, 1, 6)
        layout.setSpacing(4)
        layout.addLayout(
            row(self.title, self.kind, None, self.copies, self.closes, margins=(11, 0, 4, 0), gap=6)
        )
        for part in (self.others, line(), self.pictures, self.table):
            layout.addWidget(part)
        desk.features_chosen.connect(self.fill)
        desk.opened.connect(lambda: self.fill([]))
        for signal in (desk.judged, desk.look.language_changed, desk.look.theme_changed):
            signal.connect(lambda *_changed: self.fill(desk.features))
        self.hide()

    def fill(self, features: list[tuple[str, int]]) -> None:
        """Show these features, the first one in full."""
        park, look = self.desk.park, self.desk.look
        features = [one for one in features if park is not None and park.has(*one)]
        self.setVisible(bool(features) and park is not None)
        if not features or park is None:
            return
        from gis_app.ui.park import name_of

        for made, icon, text in ((self.copies, "copy", "copy"), (self.closes, "x", "close")):
            made.setIcon(look.icon(icon))
            made.setToolTip(look.text(text))
            made.setAccessibleName(look.text(text))
        self.others.setAccessibleName(look.text("card_others"))
        self.table.setAccessibleName(look.text("card"))
        self.others.blockSignals(True)
        self.others.clear()
        for layer_id, fid in features:
            layer = park.project.layers[layer_id]
            text = f"{look.of(layer.feature_type.title)}  {name_of(layer, fid)}"
            item = QListWidgetItem(text)
            item.setSizeHint(QSize(0, OTHER_PX))
            self.others.addItem(item)
        self.others.setCurrentRow(0)
        self._place = 0
        self.others.blockSignals(False)
        self.others.setVisible(len(features) > 1)
        self.others.setFixedHeight(min(MOST_OTHERS, len(features)) * OTHER_PX + 4)
        self._show(0)

    def fit(self, room_px: int) -> None:
        """Be no higher than this; the table scrolls."""
        if room_px != self._room:
            self._room = room_px
            self._size()

    def turn(self, step: int) -> None:
        """Turn to the next of the overlapping features, after the last to the first."""
        if self.others.count() > 1:
            self.others.setCurrentRow((self.others.currentRow() + step) % self.others.count())

    def _show(self, place: int) -> None:
        """Show what is there at once, and gather the rest beside the main thread."""
        park, look = self.desk.park, self.desk.look
        if park is None or not 0 <= place < len(self.desk.features):
            return
        from gis_app.session.dossier import dossier
        from gis_app.ui.park import name_of

        layer_id, fid = self.desk.features[place]
        layer = park.project.layers[layer_id]
        self.title.setText(name_of(layer, fid))
        self.kind.setText(look.of(layer.feature_type.title))
        findings = park.findings(self.desk.proposal)
        self.papers = ()
        self._take(dossier(park.project, layer_id, fid, findings, around=False))
        self._gather(layer_id, fid, findings)
        if place != self._place:
            self._place = place
            self.turned.emit(self.desk.features[place])

    def _gather(self, layer_id: str, fid: int, findings: Sequence[Mapping[str, Any]]) -> None:
        park = self.desk.park
        assert park is not None
        if self._gathering is not None:
            self._gathering.cancel()

        def work(job: Job) -> tuple[tuple[Section, ...], tuple[Paper, ...]]:
            from gis_app.session.dossier import dossier
            from gis_app.ui.paper import papers_of

            found = dossier(park.project, layer_id, fid, findings)
            return found, papers_of(park.path, park.project.layers[layer_id], fid)

        def take(found: tuple[tuple[Section, ...], tuple[Paper, ...]]) -> None:
            if self._gathering is job:
                self.papers = found[1]
                self._take(found[0])

        job = self._gathering = self.desk.workers.start(work, take, self.desk.fail)

    # --- how it looks

    def _take(self, sections: Sequence[Section]) -> None:
        self.sections = tuple(sections)
        look, table = self.desk.look, self.table
        table.clearSpans()
        table.setRowCount(0)
        if self.desk.unjudged:
            self._line(look.text("finding"), self.desk.unjudged)
        for section in self.sections:
            self._head(look.say(section.title))
            for each in section.rows:
                self._line(self._text(each.title), self._value(each), each)
        if self.papers:
            self._head(look.text("card_papers"))
        for paper in self.papers:
            self._line(paper.day, look.say(paper.trouble) if paper.trouble else paper.title)
            self._mark(paper.address, "fail" if paper.trouble else "")
        self._show_pictures()
        self._size()

    def _show_pictures(self) -> None:
        while (item := self._strip.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        pictured = [paper for paper in self.papers if isinstance(paper.picture, QImage)][:3]
        for paper in pictured:
            assert isinstance(paper.picture, QImage)
            made = QToolButton()
            made.setProperty("kind", "picture")
            made.setIcon(QIcon(QPixmap.fromImage(paper.picture)))
            made.setIconSize(QSize(106, 72))
            made.setToolTip(f"{paper.title}  {paper.day}")
            made.setAccessibleName(made.toolTip())
            made.clicked.connect(partial(_open, paper.address))
            self._strip.addWidget(made)
        self._strip.addStretch()
        self.pictures.setVisible(bool(pictured))

    def _size(self) -> None:
        self.table.resizeRowsToContents()
        wanted = self.table.verticalHeader().length() + 4
        layout = self.layout()
        above = 0 if layout is None else layout.sizeHint().height() - self.table.height()
        self.table.setFixedHeight(max(4 * ROW_PX, min(wanted, self._room - max(above, 40))))
        self.adjustSize()

    def _head(self, text: str) -> None:
        table, look = self.table, self.desk.look
        place = table.rowCount()
        table.insertRow(place)
        item = QTableWidgetItem(text)
        font = item.font()
        font.setWeight(font.Weight.DemiBold)
        item.setFont(font)
        item.setBackground(look.colour("sunken"))
        table.setItem(place, 0, item)
        table.setItem(place, 1, QTableWidgetItem(""))
        table.setSpan(place, 0, 1, 2)

    def _line(self, name: str, value: str, each: Row | None = None) -> None:
        table, look = self.table, self.desk.look
        place = table.rowCount()
        table.insertRow(place)
        for column, text in enumerate((name, value)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            if column == 0:
                item.setForeground(look.colour("text_3"))
            table.setItem(place, column, item)
        if each is not None:
            self._mark(each.feature, each.state)

    def _mark(self, where: object, state: str) -> None:
        """Give the last line a state, and where a click on it leads."""
        look, value = self.desk.look, self.table.item(self.table.rowCount() - 1, 1)
        if value is None:
            return
        if state:
            value.setIcon(look.mark_icon(state))
            value.setForeground(look.colour(state))
        if where:
            value.setData(WHERE, where)
            if not state:
                value.setForeground(look.colour("accent"))
            value.setToolTip(f"{value.text()}\n{look.text('card_go')}")

    def _click(self, place: int, _column: int) -> None:
        item = self.table.item(place, 1)
        where = item.data(WHERE) if item is not None else None
        if isinstance(where, str):
            _open(where)
        elif where:
            self.asked.emit(*where)

    def _text(self, title: Mapping[str, str] | Message) -> str:
        return self.desk.look.say(title) if isinstance(title, Message) else self.desk.look.of(title)

    def _value(self, each: Row) -> str:
        look, value = self.desk.look, each.value
        if isinstance(value, Message | Mapping):
            return self._text(value)
        text = shown(value)
        park = self.desk.park
        codes = park.catalogue.code_lists.get(each.codes) if park is not None else None
        if codes is not None and text in codes:
            return f"{text} {codes.codes[text].name}"
        return f"{text} {look.unit(each.unit)}".strip()

    def copy(self) -> None:
        """Copy the table so that it can be pasted into a sheet."""
        lines = [
            "\t".join(
                item.text() for column in range(2) if (item := self.table.item(place, column)) is not None
            )
            for place in range(self.table.rowCount())
        ]
        QApplication.clipboard().setText("\n".join(lines))


def _table() -> QTableWidget:
    made = QTableWidget(0, 2)
    made.horizontalHeader().setVisible(False)
    made.verticalHeader().setVisible(False)
    made.verticalHeader().setDefaultSectionSize(ROW_PX)
    made.verticalHeader().setMinimumSectionSize(ROW_PX)
    made.setShowGrid(False)
    made.setWordWrap(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    made.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
    made.setColumnWidth(0, NAME_PX)
    made.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return made


def _open(address: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(address))


def shown(value: object) -> str:
    """Write a stored value for people; nothing entered is an empty text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return number(value, 4).rstrip("0").rstrip(".")
    return str(value)
