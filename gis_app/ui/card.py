"""The card of what was clicked (一地一档): overlapping features to choose from, all that is known of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, row

if TYPE_CHECKING:
    from gis_app.session.dossier import Row, Section
    from gis_app.ui.attach_form import AttachForm
    from gis_app.ui.background import Job
    from gis_app.ui.paper import Paper

WIDTH, OTHER_PX, ROW_PX, NAME_PX = 360, 24, 25, 132
MOST_OTHERS, MOST_PICTURED = 5, 3
WHERE = int(Qt.ItemDataRole.UserRole)


class Card(QFrame):
    """Shown while features are chosen; tells which of the overlapping ones is turned to."""

    turned = Signal(object)
    asked = Signal(str, int)
    """Another feature that a line names is to be shown: layer id, fid."""
    edit_asked = Signal(str, object)
    """An edit and its arguments: a file is attached to the record, or taken off."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.sections: tuple[Section, ...] = ()
        self.papers_at: dict[int, Paper] = {}
        self.papers: tuple[Paper, ...] = ()
        self._place, self._room = 0, 600
        self._gathering: Job | None = None
        self._small: dict[str, QImage] = {}
        self.form: AttachForm | None = None
        self.setAcceptDrops(True)
        self.setProperty("kind", "floating")
        self.setFixedWidth(WIDTH)
        self.title, self.kind = label("title"), label("second")
        self.adds, self.prints, self.copies, self.closes = (QToolButton() for _each in range(4))
        for made in (self.adds, self.prints, self.copies, self.closes):
            made.setProperty("kind", "bare")
        self.adds.clicked.connect(lambda _checked: self.ask_files())
        self.prints.clicked.connect(lambda _checked: self.ask_sheet())
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
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._ask_menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 6, 1, 6)
        layout.setSpacing(4)
        layout.addLayout(
            row(
                *(self.title, self.kind, None, self.adds, self.prints, self.copies, self.closes),
                margins=(11, 0, 4, 0),
                gap=6,
            )
        )
        for part in (self.others, line(), self.pictures, self.table):
            layout.addWidget(part)
        desk.features_chosen.connect(self.fill)
        desk.arrived.connect(lambda: self.fill([]))
        desk.stepped.connect(self._stepped)
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
        from gis_app.session.find import name_of

        buttons = (
            *((self.adds, "file-plus", "attach"), (self.prints, "printer", "card_print")),
            (self.copies, "copy", "copy"),
        )
        for made, icon, text in (*buttons, (self.closes, "x", "close")):
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
        from gis_app.session.find import name_of

        layer_id, fid = self.desk.features[place]
        layer = park.project.layers[layer_id]
        self.title.setText(name_of(layer, fid))
        self.kind.setText(look.of(layer.feature_type.title))
        findings = park.findings(self.desk.proposal)
        self.papers, self._small = (), {}
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
            return found, papers_of(park.path, park.project, park.project.layers[layer_id], fid)

        def take(found: tuple[tuple[Section, ...], tuple[Paper, ...]]) -> None:
            if self._gathering is job:
                self.papers = found[1]
                self._take(found[0])
                self._look_at_pictures(job)

        job = self._gathering = self.desk.workers.start(work, take, self.desk.fail)

    def _look_at_pictures(self, gathered: Job) -> None:
        """Have photographs made small in a child; lines do not wait for it."""
        papers = self.papers
        if not any(each.entry.is_picture and each.address for each in papers):
            return

        def work(_job: Job) -> dict[str, QImage]:
            from gis_app.ui.paper import pictures_of

            return pictures_of(papers)

        def take(found: dict[str, QImage]) -> None:
            if self._gathering is gathered:
                self._small = found
                self._show_pictures()
                self._size()

        self.desk.workers.start(work, take, self.desk.fail)

    # --- what is attached

    @property
    def owner(self) -> tuple[str, int] | None:
        """Layer and fid of what is shown in full; None for nothing."""
        features = self.desk.features
        return features[self._place] if 0 <= self._place < len(features) else None

    def ask_files(self) -> None:
        """Ask which files belong to the record that is shown."""
        from gis_app.ui.attach_form import FILTER

        look = self.desk.look
        if self._may_attach():
            kinds = f"{look.text('attach_kinds')} ({FILTER});;{look.text('attach_any')} (*)"
            chosen, _ = QFileDialog.getOpenFileNames(self, look.text("attach"), "", kinds)
            self.attach([Path(name) for name in chosen])

    def ask_sheet(self) -> None:
        """Ask where the card shall lie on paper, and print it."""
        look, owner = self.desk.look, self.owner
        if owner is None:
            return
        name = "".join(c if c.isalnum() or c in "-_." else "_" for c in self.title.text())[:80]
        kinds = "PDF (*.pdf);;PNG (*.png)"
        chosen, _ = QFileDialog.getSaveFileName(self, look.text("card_print"), f"{name}.pdf", kinds)
        if chosen:
            self.desk.print_card(owner, Path(chosen))

    def attach(self, paths: Sequence[Path]) -> None:
        """Ask what these files are, and attach them to the record that is shown."""
        if not paths or not self._may_attach() or self.owner is None:
            return
        from gis_app.ui.attach_form import AttachForm

        layer, fid = self.owner
        self.form = AttachForm(self.desk, (layer, str(fid)), self.title.text(), paths, self.window())
        self.form.laid.connect(self._attach)
        self.form.finished.connect(lambda _result: setattr(self, "form", None))
        self.form.show()

    def _attach(self, made: Sequence[Mapping[str, Any]]) -> None:
        for arguments in made:
            self.edit_asked.emit("attach", arguments)

    def _may_attach(self) -> bool:
        park = self.desk.park
        may = park is not None and park.session is not None and not park.stored.read_only  # type: ignore[union-attr]
        if not may:
            self.desk.noticed.emit("cannot_tell", Message("ui.attach_needs_project"))
        return may

    def _stepped(self, changeset: Any) -> None:
        """Show at once what was attached, taken off, or brought back."""
        if self.isVisible() and any(record.table == "attachment" for record in changeset.records):
            self.fill(self.desk.features)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dropped onto the card."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.attach([path for path in paths if path.is_file()])

    def _ask_menu(self, spot: QPoint) -> None:
        item = self.table.itemAt(spot)
        paper = self.papers_at.get(item.row()) if item is not None else None
        if paper is not None:
            self.menu(paper).popup(self.table.viewport().mapToGlobal(spot))

    def menu(self, paper: Paper) -> QMenu:
        """Make the menu of an attached file: open it, take it off."""
        look, menu = self.desk.look, QMenu(self)
        opens = menu.addAction(look.icon("folder-open"), look.text("attach_open"))
        opens.setEnabled(bool(paper.address))
        opens.triggered.connect(partial(_open, paper.address))
        off = menu.addAction(look.icon("trash-simple"), look.text("attach_off"))
        off.setEnabled(self.desk.park is not None and self.desk.park.session is not None)
        off.triggered.connect(lambda: self.edit_asked.emit("detach", {"path": paper.entry.given}))
        return menu

    # --- how it looks

    def _take(self, sections: Sequence[Section]) -> None:
        from gis_app.session.dossier_text import title_text

        self.sections = tuple(sections)
        look, table = self.desk.look, self.table
        table.clearSpans()
        table.setRowCount(0)
        if self.desk.unjudged:
            self._line(look.text("finding"), self.desk.unjudged)
        self._list_due()
        for section in self.sections:
            self._head(look.say(section.title))
            for each in section.rows:
                self._line(title_text(each.title, look.language), self._value(each), each)
        self._list_papers()
        self._show_pictures()
        self._size()

    def _list_due(self) -> None:
        """What is to be done about it: open cases that are overdue or due this month."""
        look, park = self.desk.look, self.desk.park
        cases = [(case, place) for place in (0, 1) for case in (park.due[place] if park is not None else ())]
        mine = [(case, place) for case, place in cases if (case.layer, case.fid) == self.owner]
        if mine:
            self._head(look.text("card_due"))
        for case, place in mine:
            self._line(case.deadline.isoformat(), look.text("card_due_month" if place else "card_overdue"))
            self._mark("", "cannot_tell" if place else "fail")

    def _list_papers(self) -> None:
        look = self.desk.look
        self.papers_at = {}
        if self.papers:
            self._head(look.text("card_papers"))
        for paper in self.papers:
            said = " · ".join(part for part in (paper.title, paper.entry.document) if part)
            name = f"{look.say(paper.kind)} {paper.day}".strip()
            self._line(name, look.say(paper.trouble) if paper.trouble else said)
            self._mark(paper.address, "fail" if paper.trouble else "")
            self.papers_at[self.table.rowCount() - 1] = paper

    def _show_pictures(self) -> None:
        look = self.desk.look
        while (item := self._strip.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        from gis_app.ui.paper import is_paired

        pictured = [paper for paper in self.papers if paper.address in self._small][:MOST_PICTURED]
        for paper in pictured:
            made = QToolButton()
            made.setProperty("kind", "picture")
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            made.setIcon(QIcon(QPixmap.fromImage(self._small[paper.address])))
            made.setIconSize(QSize(106, 72))
            stage = look.text(f"card_{paper.entry.kind}") if is_paired(paper) else ""
            made.setText(" ".join(part for part in (stage, paper.day) if part))
            made.setToolTip(f"{look.say(paper.kind)}  {paper.title}  {paper.day}")
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

    def _value(self, each: Row) -> str:
        from gis_app.session.dossier_text import value_text

        park = self.desk.park
        return value_text(each, park.catalogue if park is not None else None, self.desk.look.language)

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
