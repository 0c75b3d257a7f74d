"""The top bar: the park and its menu, the tasks, undo, search, the as-of date, settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QToolButton, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.finder import Finder
from gis_app.ui.parts import button, label, row

TASKS = ("data", "edit", "check", "review", "print")
FICTIONAL = ("（虚构示例）", "(fictitious)", "(fictional)")
"""What a project's name ends with when nothing in it is real: shown as a tag instead."""


class Top(QFrame):
    """44 px; only what works is enabled."""

    search: QLineEdit

    found = Signal(str, int)

    def __init__(self, desk: Desk, actions: Actions, finder: Finder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.actions_, self.finder = desk, actions, finder
        self._takes_first = False
        finder.ready.connect(self._ask_again)
        self.setObjectName("top")
        self.setFixedHeight(45)
        self.park = QToolButton()
        self.park.setProperty("kind", "park")
        self.park.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.park.setIconSize(QSize(18, 18))
        self.park.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.park.setMenu(self.menu)
        self.tag = label("tag")
        self.tag.setFixedHeight(19)
        self.tray = QFrame()
        self.tray.setObjectName("tray")
        self.tray.setFixedHeight(34)
        self.tasks = QActionGroup(self)
        self.buttons = {task: button(actions[f"task_{task}"], "task", with_text=True) for task in TASKS}
        for task in TASKS:
            self.tasks.addAction(actions[f"task_{task}"])
        self.tray.setLayout(row(*self.buttons.values(), margins=(3, 2, 3, 2), gap=2))
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setMinimumWidth(190)
        self.search.setMaximumWidth(270)
        self._search_icon = self.search.addAction(
            desk.look.icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.hits = QMenu(self)
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._asking = QTimer(self, singleShot=True, interval=200)
        self._asking.timeout.connect(self.look_up)
        self.search.textEdited.connect(lambda _text: self._asking.start())
        self.search.returnPressed.connect(self.take_first)
        self.as_of = QToolButton()
        self.as_of.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.as_of.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.language = button(actions["language"], "bare", 18)
        self.theme = button(actions["theme"], "bare", 18)
        undo, redo = button(actions["undo"], "bare", 18), button(actions["redo"], "bare", 18)
        self.setLayout(
            row(
                self.park,
                self.tag,
                None,
                self.tray,
                6,
                undo,
                redo,
                None,
                self.search,
                self.as_of,
                self.language,
                self.theme,
                margins=(8, 0, 10, 0),
                gap=6,
            )
        )
        desk.opened.connect(self.refresh)
        desk.look.language_changed.connect(self.refresh)
        desk.look.theme_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the park's name, date and texts as they are now."""
        look, park = self.desk.look, self.desk.park
        name = park.project.name if park is not None else ""
        plain = name
        for mark in FICTIONAL:
            plain = plain.replace(mark, "").strip()
        self.park.setText(f" {plain or look.text('no_park')}  ")
        self.park.setIcon(look.icon("map-trifold", "accent"))
        self.park.setToolTip(name)
        self.tag.setText(look.text("fictional"))
        self.tag.setVisible(plain != name)
        self.search.setPlaceholderText(look.text("search"))
        self._search_icon.setIcon(look.icon("magnifying-glass", "text_3"))
        as_of = park.project.as_of if park is not None else None
        self.as_of.setText(f" {as_of.isoformat() if as_of else '—'}")
        self.as_of.setIcon(look.icon("calendar-check"))
        self.as_of.setToolTip(look.text("as_of_tip"))
        self.search.setEnabled(park is not None)

    def show_task(self, task: str) -> None:
        """Mark the present task."""
        self.actions_[f"task_{task}"].setChecked(True)

    def _fill_menu(self) -> None:
        menu, look = self.menu, self.desk.look
        menu.clear()
        for id in ("open_folder", "open_project", "open_sample"):
            menu.addAction(self.actions_[id])
        recent = self.desk.recent()
        if recent:
            menu.addSeparator()
            menu.addSection(look.text("recent"))
            for path in recent[:8]:
                add(menu, str(path), partial(self.desk.open, path))
        menu.addSeparator()
        for id in ("save_project", "recheck", "facts", "print_sheet"):
            menu.addAction(self.actions_[id])
        menu.addSeparator()
        for id in ("language", "theme", "log", "quit"):
            menu.addAction(self.actions_[id])

    def look_up(self) -> None:
        """Show what the typed text finds, below the field; typing goes on meanwhile."""
        self.hits.clear()
        park = self.desk.park
        if park is None or not self.search.text().strip():
            self.hits.hide()
            return
        found = self.finder.find(self.search.text())
        for hit in found or ():
            title = self.desk.look.of(park.project.layers[hit.layer].feature_type.title)
            add(self.hits, f"{hit.name}    {title}", partial(self.found.emit, hit.layer, hit.fid))
        if found is None:
            add(self.hits, self.desk.look.text("gathering"), lambda: None).setEnabled(False)
        if self.hits.isEmpty():
            add(self.hits, self.desk.look.text("nothing_found"), lambda: None).setEnabled(False)
        self.hits.setMinimumWidth(self.search.width())
        self.hits.popup(self.search.mapToGlobal(QPoint(0, self.search.height() + 2)))
        self.search.setFocus()

    def _ask_again(self) -> None:
        if self._takes_first:
            self.hits.clear()
            self.take_first()
        elif self.hits.isVisible():
            self.look_up()

    def take_first(self) -> None:
        """Go to the first hit; while names are still being gathered, as soon as they are."""
        self._asking.stop()
        self._takes_first = self.finder.names is None
        if self.hits.isEmpty():
            self.look_up()
        first = next((action for action in self.hits.actions() if action.isEnabled()), None)
        self.hits.hide()
        if first is not None:
            first.trigger()


def add(menu: QMenu, text: str, run: Callable[[], object]) -> QAction:
    """Add a row to a menu."""
    made = menu.addAction(text)
    made.triggered.connect(lambda _checked=False: run())
    return made
