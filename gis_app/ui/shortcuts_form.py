"""All keys in one list: found by name or pinyin, changed by pressing, conflicts named, stored at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from gis_app.ui.actions import GROUPS, TABLE, Action
from gis_app.ui.look import remembered_keys
from gis_app.ui.parts import label, restyle, row

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow

ID = Qt.ItemDataRole.UserRole
TEXT = QKeySequence.SequenceFormat.PortableText
MAC_LIKE = QKeySequence.SequenceFormat.NativeText


def sequences(keys: str) -> list[QKeySequence]:
    """Give the keys of a text, such as ``"F8; N"``."""
    return [each for each in QKeySequence.listFromString(keys) if not each.isEmpty()]


def conflict(id: str, keys: str, chosen: Mapping[str, str]) -> Action | None:
    """Give another action that has one of the keys, or None."""
    wanted = {each.toString(TEXT) for each in sequences(keys)}
    for action in TABLE:
        taken = {each.toString(TEXT) for each in sequences(chosen.get(action.id, action.keys))}
        if action.id != id and wanted & taken:
            return action
    return None


class ShortcutsForm(QDialog):
    """Choose an action, press a key; what is taken already is named and not stored."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_, self.look, self.actions_ = window, window.look, window.actions_
        self.chosen: dict[str, str] = {}
        self.resize(QSize(620, 560))
        self.text = QLineEdit()
        self.text.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(12)
        self.list.setUniformRowHeights(True)
        self.pressed = QKeySequenceEdit()
        self.pressed.setClearButtonEnabled(True)
        self.pressed.setMaximumSequenceLength(1)
        self.says = label("second", wraps=True)
        self.sets, self.takes, self.resets = QPushButton(), QPushButton(), QPushButton()
        self.sets.setProperty("kind", "primary")
        self.closes = QPushButton()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        for part in (self.text, self.list):
            layout.addWidget(part)
        layout.addLayout(row(self.pressed, self.sets, self.takes))
        layout.addWidget(self.says)
        layout.addLayout(row(self.resets, None, self.closes))
        self.text.textChanged.connect(lambda _text: self.fill())
        self.list.currentItemChanged.connect(lambda *_given: self._show())
        self.pressed.keySequenceChanged.connect(lambda _key: self._look_at())
        self.sets.clicked.connect(self.set)
        self.takes.clicked.connect(lambda: self._store(""))
        self.resets.clicked.connect(self.reset)
        self.closes.clicked.connect(self.accept)
        window.look.language_changed.connect(self.fill)
        self.finished.connect(lambda _code: self.pressed.clear())

    def open(self) -> None:
        """Show the keys as they are."""
        self.chosen = remembered_keys()
        self.fill()
        super().open()
        self.text.setFocus()

    def fill(self) -> None:
        """List the actions whose name or key answers what was typed."""
        look, kept = self.look, self.current()
        self._retext()
        self.list.clear()
        for group in GROUPS:
            head = QTreeWidgetItem([look.text(f"actions_{group}"), ""])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for action in TABLE:
                if action.group == group and self._answers(action):
                    item = QTreeWidgetItem([self._name(action), self._keys(action)])
                    item.setData(0, ID, action.id)
                    head.addChild(item)
                    item.setToolTip(0, look.text(f"tip_{action.id}") if action.needs != "later" else "")
            if head.childCount():
                self.list.addTopLevelItem(head)
                head.setExpanded(True)
        self.list.setColumnWidth(0, 380)
        self.choose(kept)

    def _retext(self) -> None:
        look = self.look
        self.setWindowTitle(look.text("action_keys"))
        self.text.setPlaceholderText(look.text("keys_search"))
        self.list.setHeaderLabels([look.text("keys_action"), look.text("key")])
        self.sets.setText(look.text("keys_set"))
        self.takes.setText(look.text("keys_take"))
        self.resets.setText(look.text("keys_reset"))
        self.closes.setText(look.text("close"))
        named = ((self.text, "keys_search"), (self.list, "action_keys"), (self.pressed, "keys_press"))
        for part, name in named:
            part.setAccessibleName(look.text(name))
            part.setToolTip(look.text(name))
        for made, tip in ((self.sets, "keys_set"), (self.takes, "keys_take"), (self.resets, "keys_reset")):
            made.setToolTip(look.text(f"tip_{tip}"))
        self.closes.setToolTip(look.text("close"))

    def _answers(self, action: Action) -> bool:
        from gis_app.language.pinyin import sounds_like

        typed, name = self.text.text().strip(), self._name(action)
        plain = typed.casefold()
        return (
            not typed
            or plain in name.casefold()
            or plain in self._keys(action).casefold()
            or sounds_like(typed, name)
        )

    def _name(self, action: Action) -> str:
        return self.look.text(f"action_{action.id}").rstrip("…")

    def _keys(self, action: Action) -> str:
        keys = sequences(self.chosen.get(action.id, action.keys))
        return "   ".join(key.toString(MAC_LIKE) for key in keys)

    def current(self) -> str:
        """Give the action that is chosen, or nothing."""
        item = self.list.currentItem()
        return str(item.data(0, ID) or "") if item is not None else ""

    def choose(self, id: str) -> None:
        """Choose an action."""
        heads = [self.list.topLevelItem(place) for place in range(self.list.topLevelItemCount())]
        for head in heads:
            for item in (head.child(place) for place in range(head.childCount())) if head else ():
                if item is not None and item.data(0, ID) == id:
                    self.list.setCurrentItem(item)

    def _show(self) -> None:
        self.pressed.clear()
        self._look_at()

    def _look_at(self) -> None:
        """Say whether the pressed key is free."""
        id, key = self.current(), self.pressed.keySequence().toString(TEXT)
        other = conflict(id, key, self.chosen) if id and key else None
        self.sets.setEnabled(bool(id and key) and other is None)
        self.takes.setEnabled(bool(id))
        named = self._name(other) if other is not None else ""
        self.says.setText(self.look.text("keys_taken", name=named) if named else "")
        restyle(self.says, state="fail" if named else "")

    def set(self) -> None:
        """Give the action the pressed key as its first; the others that it has stay."""
        id, key = self.current(), self.pressed.keySequence().toString(TEXT)
        action = next((action for action in TABLE if action.id == id), None)
        if action is None or not key or conflict(id, key, self.chosen) is not None:
            return
        kept = [each.toString(TEXT) for each in sequences(self.chosen.get(id, action.keys))[1:]]
        self._store("; ".join([key, *(each for each in kept if each != key)]))

    def _store(self, keys: str) -> None:
        id = self.current()
        own = next((action.keys for action in TABLE if action.id == id), None)
        if own is None:
            return
        self.chosen = {**self.chosen, id: keys}
        if keys == own:
            del self.chosen[id]
        self._apply()

    def reset(self) -> None:
        """Give every action its own keys again."""
        self.chosen = {}
        self._apply()

    def _apply(self) -> None:
        keys = dict(self.chosen)
        self.window_.desk.settle(lambda settings: replace(settings, keys=keys))
        self.actions_.rekey(keys)
        self.fill()
        self._show()
