"""The bookmarks of the open project: a list to go to, add to, rename and remove from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import Refused
from gis_app.session.bookmarks import Bookmark, added, load, renamed, save, without
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, row

if TYPE_CHECKING:
    from gis_app.render.view import View

WIDTH, ROW_PX, MOST_ROWS = 300, 28, 8


class Bookmarks(QFrame):
    """``chosen`` tells a ``Bookmark``; ``view`` gives what the map shows now."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, view: Callable[[], View], parent: QWidget) -> None:
        super().__init__(parent)
        self.desk, self._view = desk, view
        self.kept: tuple[Bookmark, ...] = ()
        self.setProperty("kind", "floating")
        self.setFixedWidth(WIDTH)
        self.title, self.remark = label("title"), label("second", wraps=True)
        self.closes, self.adds, self.removes = QToolButton(), QToolButton(), QToolButton()
        for made in (self.closes, self.removes):
            made.setProperty("kind", "bare")
        self.closes.clicked.connect(self.close_panel)
        self.adds.clicked.connect(self.add)
        self.removes.clicked.connect(self.remove)
        self.name = QLineEdit()
        self.name.returnPressed.connect(self.add)
        self.list = QListWidget()
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.list.itemActivated.connect(self._go)
        self.list.itemClicked.connect(self._go)
        self.list.itemChanged.connect(self._rename)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(row(self.title, None, self.removes, self.closes, gap=2))
        layout.addWidget(self.list)
        layout.addWidget(self.remark)
        layout.addLayout(row(self.name, self.adds))
        desk.opened.connect(self.refresh)
        desk.look.language_changed.connect(self.refresh)
        desk.look.theme_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Put the open project's bookmarks, texts and icons as they are now."""
        look = self.desk.look
        self.title.setText(look.text("bookmarks_title"))
        self.list.setAccessibleName(look.text("bookmarks_title"))
        self.name.setPlaceholderText(look.text("bookmarks_name"))
        self.name.setAccessibleName(look.text("bookmarks_name"))
        self.adds.setText(look.text("bookmarks_add"))
        for made, icon, text in (
            (self.closes, "x", "close"),
            (self.removes, "trash-simple", "bookmarks_remove"),
        ):
            made.setIcon(look.icon(icon))
            made.setToolTip(look.text(text))
            made.setAccessibleName(look.text(text))
        self._load()

    def open_panel(self) -> None:
        """Show the list."""
        self._load()
        self.show()
        self.raise_()
        (self.list if self.kept else self.name).setFocus()

    def close_panel(self) -> None:
        """Put it away."""
        self.hide()
        self.closed.emit()

    def add(self) -> None:
        """Keep what the map shows, under the typed name or a number."""
        view = self._view()
        typed = self.name.text().strip()
        name = typed or self.desk.look.text("bookmark_number", number=self._free_number())
        made = Bookmark(name, *view.centre, view.denominator, view.rotation_deg)
        self._keep(added(self.kept, made))
        self.name.clear()

    def remove(self) -> None:
        """Remove the current one."""
        item = self.list.currentItem()
        if item is not None:
            self._keep(without(self.kept, self._name(item)))

    def _free_number(self) -> int:
        names = {each.name for each in self.kept}
        text = self.desk.look.text
        return next(n for n in range(1, len(names) + 2) if text("bookmark_number", number=n) not in names)

    def _load(self) -> None:
        self.kept = ()
        if self.desk.park is not None:
            try:
                self.kept = load(self.desk.park.path)
            except Refused as refused:
                self.desk.noticed.emit("cannot_tell", refused.message)
        self._fill()

    def _keep(self, bookmarks: Sequence[Bookmark]) -> None:
        if self.desk.park is not None:
            try:
                save(self.desk.park.path, bookmarks)
                self.kept = tuple(bookmarks)
            except Refused as refused:
                self.desk.noticed.emit("fail", refused.message)
        self._fill()

    def _fill(self) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for each in self.kept:
            item = QListWidgetItem(self.desk.look.icon("bookmark-simple"), each.name)
            item.setData(Qt.ItemDataRole.UserRole, each.name)
            item.setToolTip(self.desk.look.text("scale", denominator=round(each.denominator)))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setVisible(bool(self.kept))
        self.list.setFixedHeight(min(MOST_ROWS, len(self.kept)) * ROW_PX + 4)
        self.removes.setEnabled(bool(self.kept))
        self.remark.setText(self.desk.look.text("bookmarks_use" if self.kept else "bookmarks_none"))
        self.adjustSize()

    def _name(self, item: QListWidgetItem) -> str:
        return str(item.data(Qt.ItemDataRole.UserRole))

    def _go(self, item: QListWidgetItem) -> None:
        self.chosen.emit(next(each for each in self.kept if each.name == self._name(item)))

    def _rename(self, item: QListWidgetItem) -> None:
        kept = renamed(self.kept, self._name(item), item.text())
        QTimer.singleShot(0, self, lambda: self._keep(kept))  # the row is still being edited

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away, Delete removes the current one."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.remove()
        else:
            super().keyPressEvent(event)
