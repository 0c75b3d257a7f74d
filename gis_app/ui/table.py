"""The attribute table of the chosen layer: filter bar, rows, sums; its selection is the map's."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from gis_app.language import Message
from gis_app.ui.attributes import AttributeModel, AttributeView
from gis_app.ui.background import Job
from gis_app.ui.desk import Desk
from gis_app.ui.filter_bar import FilterBar
from gis_app.ui.parts import label, row
from gis_app.ui.progress import Progress
from gis_app.ui.sums import sums

if TYPE_CHECKING:
    from gis_app.model import Changeset, Layer
    from gis_app.render.view import View
    from gis_app.session.rows import Filter, Places, Summary

AT_ONCE = 3_000
"""Up to so many rows the table answers within the key stroke; more are looked through beside it."""
CHOSEN_MOST = 5_000
"""So many of the chosen rows are marked on the map."""
MOVING_MS = 300
CHUNK = 20_000
Step = Callable[[], None]


class Table(QFrame):
    """Filter and order run beside the main thread; the rows before stay until the new ones are there."""

    counted = Signal()
    framed = Signal(str, int)
    chosen = Signal(object)
    """Features, as (layer id, fid), to be chosen on the map too."""
    _noted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.model_ = desk, AttributeModel(desk.look)
        self.setObjectName("attributes")
        self.view, self.bar = AttributeView(self.model_), FilterBar(desk.look)
        self.behind: tuple[int, ...] | None = None
        self.picked: tuple[int, ...] = ()
        self.marked: list[tuple[str, int]] = []
        self.changes: dict[str, set[int]] = {}
        self.order: tuple[str, bool] | None = None
        self.summary: Summary | None = None
        self._bounds: tuple[float, float, float, float] | None = None
        self._job: Job | None = None
        self._marking = self._stale = False
        self._heard: object = None
        self.progress = Progress(desk.look)
        self.store: Callable[[str, dict[str, object]], bool] | None = None
        """Asks for an edit of the layer that is shown; None while nobody edits."""
        self.model_.may_edit = self.may_edit
        self.model_.enter = self._enter
        self.sums, self.none = label("second"), label("quiet")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self._join()
        self.retext()

    def _build(self) -> None:
        page = QWidget()
        self.pages = QStackedLayout(page)
        for part in (self.view, self.none):
            self.pages.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(page, 1)
        layout.addLayout(row(self.sums, self.progress, margins=(12, 3, 8, 3)))
        for flat in (self.sums, self.bar):  # the map is never pushed narrower
            flat.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _join(self) -> None:
        desk = self.desk
        self._moved = QTimer(self, singleShot=True, interval=MOVING_MS)
        self._told = QTimer(self, singleShot=True, interval=0)
        self._moved.timeout.connect(self.look_through)
        self._told.timeout.connect(self._tell_chosen)
        self.bar.toggled.connect(lambda _name: self._pick())
        self.bar.changed.connect(self.look_through)
        self.bar.widened.connect(self.widen)
        self.bar.copied.connect(self.copy)
        self.view.horizontalHeader().sectionClicked.connect(self.sort)
        self.view.selectionModel().selectionChanged.connect(lambda *_given: self._selected())
        self.view.selectionModel().currentColumnChanged.connect(lambda *_given: self.sum_up())
        self.view.activated.connect(self._frame)
        for signal in (desk.opened, desk.layer_chosen):
            signal.connect(lambda *_given: self.load())
        for signal in (desk.judged, desk.redrawn):
            signal.connect(self.renew)
        self._noted.connect(self.renew, Qt.ConnectionType.QueuedConnection)
        desk.look.language_changed.connect(self.retext)
        desk.look.theme_changed.connect(self.retext)

    # --- what it shows

    def layer(self) -> Layer | None:
        """Give the layer whose rows are shown."""
        park = self.desk.park
        return park.project.layers.get(self.desk.layer) if park is not None else None

    def load(self, only: tuple[int, ...] | None = None) -> None:
        """Show the chosen layer, or only some of its features; filter and order are dropped."""
        self.behind, self.order = only, None
        self.bar.clear()
        self._listen()
        self._stale = True
        self._fill_if_seen()

    def renew(self) -> None:
        """Show the layer as it is now where it was changed; filter and order stay."""
        self._listen()
        shown = self.model_.rows.layer if self.model_.rows is not None else None
        self._stale = self._stale or shown is not self.layer()
        self._fill_if_seen()

    def showEvent(self, event: QShowEvent) -> None:
        """Fill what was not worth filling while nobody saw it."""
        super().showEvent(event)
        self._fill_if_seen()

    def _fill_if_seen(self) -> None:
        if self._stale and self.isVisible():
            self._fill()

    def _fill(self) -> None:
        self._drop()
        self._stale, self._marking = False, True
        self.model_.changed = self.changes.setdefault(self.desk.layer, set())
        self.model_.show_layer(self.layer())
        self.view.fit_columns()
        self._marking = False
        self.view.horizontalHeader().setSortIndicatorShown(self.order is not None)
        self.bar.fill({name: self.model_.title(name) for name in self.model_.columns})
        self.look_through()

    def _listen(self) -> None:
        """Follow what is changed from now on; another park begins with nothing changed."""
        session = self.desk.park.session if self.desk.park is not None else None
        if session is not None and session is not self._heard:
            self.changes = {}
            session.listen(self._note)
        self._heard = session

    def _note(self, changeset: Changeset) -> None:
        for record in changeset.records:
            if isinstance(record.id, int):
                self.changes.setdefault(record.table, set()).add(record.id)
        self._stale = True
        self._noted.emit()

    def widen(self) -> None:
        """Drop every filter."""
        self.behind = None
        self.bar.clear()
        self.look_through()

    def wanted(self) -> Filter:
        """Give the filter as it is set."""
        from gis_app.session.rows import Filter

        sets = [set(self.behind)] if self.behind is not None else []
        sets += [set(self.picked)] if self.bar.on("selected") else []
        sets += [self.model_.changed] if self.bar.on("changed") else []
        only = tuple(sorted(set.intersection(*sets))) if sets else None
        bounds = self._bounds if self.bar.on("in_view") else None
        return Filter(self.bar.text.text(), self.bar.column.currentData() or "", only, bounds)

    def follow(self, view: View) -> None:
        """Take in what the map shows."""
        self._bounds = view.bounds
        if self.bar.on("in_view") and self.isVisible():
            self._moved.start()

    def sort(self, section: int) -> None:
        """Order by a column: up, down, and as it was."""
        column = self.model_.columns[section]
        after = {(column, False): (column, True), (column, True): None}
        self.order = after.get(self.order, (column, False)) if self.order else (column, False)
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(self.order is not None)
        down = self.order is not None and self.order[1]
        header.setSortIndicator(
            section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        )
        self.look_through()

    # --- looking through the rows

    def look_through(self) -> None:
        """Filter, order and sum up; the newest wish replaces one under way."""
        self.bar.settle()
        self._drop()
        rows = self.model_.rows
        if rows is None:
            self._take((None, None))
            return
        wanted, order, summed = self.wanted(), self.order, self._summed()
        self.run(lambda step: rows.looked_through(wanted, order, summed, step), self._take, len(rows))

    def sum_up(self) -> None:
        """Sum up the column that is looked at."""
        rows, summed = self.model_.rows, self._summed()
        if rows is None or self._job is not None or (self.summary and self.summary.column == summed):
            return
        places = self.model_.all_places()
        self.run(lambda step: rows.summary(places, summed), self._take_summary, len(rows))

    def run(self, work: Callable[[Step], Any], take: Callable[[Any], None], count: int) -> None:
        """Do work over ``count`` rows, beside the main thread where that takes long."""
        if count <= AT_ONCE:
            take(work(lambda: None))
            return
        of = len(self.model_.columns) * (count // CHUNK + 1)

        def beside(job: Job) -> Any:
            done = itertools.count(1)
            return work(
                lambda: job.tell(
                    Message("ui.looking_through", {"count": count, "done": min(next(done), of), "of": of})
                )
            )

        self._job = job = self.desk.workers.start(beside, take, self.desk.fail)
        self.progress.follow(job, self._forget)
        job.ended.connect(lambda: self._ended(job))

    def _ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self.sum_up()

    def _forget(self) -> None:
        self._job = None

    def _drop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _summed(self) -> str:
        column = self.view.currentIndex().column()
        if 0 <= column < len(self.model_.columns) and self.model_.is_figure(column):
            return self.model_.columns[column]
        return self.summary.column if self.summary and self.summary.column in self.model_.columns else ""

    def _take(self, result: tuple[Places | None, Summary | None]) -> None:
        places, self.summary = result
        if places is not None or self.model_.places is not None:
            self._marking = True
            self.model_.show_places(places)
            self._marking = False
        self.mark(self.marked)
        self._say()

    def _take_summary(self, summary: Summary) -> None:
        self.summary = summary
        self._say()

    # --- what is chosen

    def _pick(self) -> None:
        self.picked = tuple(fid for layer, fid in self.marked if layer == self.desk.layer)

    def _selected(self) -> None:
        if not self._marking:  # a drag over many rows is told once
            self._told.start()

    def _tell_chosen(self) -> None:
        rows = self.view.chosen()
        features = [(self.desk.layer, self.model_.fid(place)) for place in rows[:CHOSEN_MOST]]
        if features == self.marked:
            return
        self._marking, self.marked = True, features
        self.chosen.emit(features)
        self._marking = False
        if len(features) == 1 and not self._in_view(features[0][1]):
            self.framed.emit(*features[0])
        self._say()

    def _in_view(self, fid: int) -> bool:
        layer = self.layer()
        return self._bounds is None or layer is None or fid in layer.near(self._bounds)

    def mark(self, features: list[tuple[str, int]]) -> None:
        """Choose the rows of what is chosen on the map."""
        if self._marking:
            return
        self.marked = list(features)
        own = [fid for layer, fid in features if layer == self.desk.layer]
        if self.bar.on("selected") and own and tuple(own) != self.picked:
            self.picked = tuple(own)
            self._moved.start()
        self._marking = True
        self.view.choose(self.model_.rows_of(own))
        self._marking = False
        self._told.stop()

    def _frame(self, index: QModelIndex) -> None:
        self.framed.emit(self.desk.layer, self.model_.fid(index.row()))

    # --- what it says

    def retext(self) -> None:
        """Put texts and icons as they are now."""
        self.bar.retext()
        self.bar.fill({name: self.model_.title(name) for name in self.model_.columns})
        self.view.setAccessibleName(self.desk.look.text("tab_attributes"))
        self.model_.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self.model_.columns) - 1))
        self._say()

    def _say(self) -> None:
        look, model = self.desk.look, self.model_
        self.bar.widens.setVisible(model.rows is not None and bool(self.wanted()))
        self.pages.setCurrentIndex(0 if model.rowCount() else 1)
        self.none.setText(look.text("rows_none" if model.rows is not None else "rows_no_layer"))
        told = self.summary
        chosen = len(self.view.chosen())
        parts = [] if told is None else list(sums(look, told, model.title(told.column), chosen))
        self.sums.setText("   ".join(parts))
        self.sums.setToolTip("\n".join(parts))
        self.counted.emit()

    def copy(self) -> None:
        """Copy the chosen rows, or all that are shown, with headings."""
        from gis_app.ui.copy_rows import copy_rows

        copy_rows(self)

    # --- what is entered

    def may_edit(self) -> bool:
        """Whether values can be entered: in a project file, in a layer that is not locked."""
        layer, park = self.layer(), self.desk.park
        return self.store is not None and park is not None and park.session is not None and bool(
            layer is not None and not layer.locked
        )  # fmt: skip

    def _enter(self, fid: int, column: str, value: object) -> bool:
        from gis_app.ui.enter_rows import enter_cell

        return enter_cell(self, fid, column, value)

    def paste(self) -> None:
        """Enter rows from the clipboard, from the present cell on; nothing of them where one does not fit."""
        from gis_app.ui.enter_rows import paste_rows

        paste_rows(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste; go to the filter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.bar.text.setFocus()
            self.bar.text.selectAll()
        else:
            super().keyPressEvent(event)
