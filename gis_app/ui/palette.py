"""The command palette: every action, task and layer, plots and enterprises, by Chinese, English or pinyin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import say
from gis_app.language.message import Message
from gis_app.ui.actions import TABLE, Actions
from gis_app.ui.finder import Finder
from gis_app.ui.parts import LEFT, RIGHT, sized, write

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow

WIDTH, TOP, ROW, MOST_ROWS, FEATURES_MOST = 640, 96, 36, 10, 8
SHOWN_MOST = 60
VALUE = Qt.ItemDataRole.UserRole
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: MOST_ROWS, Qt.Key.Key_PageUp: -MOST_ROWS}


@dataclass(frozen=True)
class Entry:
    """One row: what it is called in both languages, what kind it is, its key, and what it does."""

    kind: str
    names: tuple[str, ...]
    run: Callable[[], object]
    key: str = ""
    icon: str = ""
    enabled: bool = True


def rank(typed: str, names: tuple[str, ...]) -> int | None:
    """How well some names (the shown one first) answer what was typed: 0 best, None not at all."""
    from gis_app.language.pinyin import initials, sounds_like

    wanted = "".join(typed.casefold().split())
    plain = ["".join(name.casefold().split()) for name in names]
    if plain[0].startswith(wanted):
        return 0
    if any(name.startswith(wanted) for name in plain):
        return 1
    if wanted.isascii() and any(way.startswith(wanted) for name in names for way in initials(name)):
        return 2
    if any(wanted in name for name in plain):
        return 3
    return 4 if any(sounds_like(wanted, name) for name in names if not name.isascii()) else None


class Palette(QFrame):
    """Floats over the window until something is chosen or the focus goes elsewhere."""

    def __init__(self, window: MainWindow, actions: Actions, finder: Finder) -> None:
        super().__init__(window)
        self.window_, self.actions_, self.finder = window, actions, finder
        self.look = window.look
        self.recent: list[str] = []
        self._before: QWidget | None = None
        self.setProperty("kind", "floating")
        self.setObjectName("palette")
        self.text = QLineEdit()
        self.text.setObjectName("asked")
        self.text.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(EntryRow(window, self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 6, 1, 6)
        layout.setSpacing(4)
        layout.addWidget(self.text)
        layout.addWidget(self.list)
        self.text.textChanged.connect(lambda _text: self.fill())
        self.list.itemClicked.connect(self._choose)
        finder.ready.connect(lambda: self.fill() if self.isVisible() else None)
        self.hide()

    def open(self, text: str = "") -> None:
        """Show it, with something typed already."""
        self._before = self.window_.focusWidget()
        self.text.setPlaceholderText(self.look.text("palette_hint"))
        self.text.setAccessibleName(self.look.text("action_palette"))
        self.text.setToolTip(self.look.text("tip_palette"))
        self.list.setAccessibleName(self.look.text("palette_list"))
        self.text.setText(text)
        self.fill()
        self.show()
        self.raise_()
        self.text.setFocus()

    def close_palette(self) -> None:
        """Put it away; the focus goes back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def entries(self) -> Iterator[Entry]:
        """Give everything that can be asked for, features aside."""
        for action in TABLE:
            names = self._both(f"ui.action_{action.id}")
            made = self.actions_[action.id]
            run = partial(self._act, action.id)
            kind = "task" if action.group == "task" else "command"
            yield Entry(kind, names, run, self.actions_.key(action.id), action.icon, made.isEnabled())
        park = self.window_.desk.park
        for id, layer in park.project.layers.items() if park is not None else ():
            titles = layer.feature_type.title
            order = ("zh", "en") if self.look.language == "zh" else ("en", "zh")
            names = tuple(titles.get(language, id) for language in order)
            yield Entry("layer", names, partial(self.window_.show_layer, id), icon="stack-simple")

    def _both(self, id: str) -> tuple[str, ...]:
        order = ("zh", "en") if self.look.language == "zh" else ("en", "zh")
        return tuple(say(Message(id), language).rstrip("…") for language in order)

    def _act(self, id: str) -> None:
        self.recent = [id, *(other for other in self.recent if other != id)][:5]
        self.actions_.run(id)

    def found(self, typed: str) -> list[Entry]:
        """Give what answers what was typed, the best first; everything for nothing."""
        if not typed.strip():
            order = {id: place for place, id in enumerate(self.recent)}
            entries = [entry for entry in self.entries() if entry.enabled]
            ids = {self._both(f"ui.action_{action.id}"): action.id for action in TABLE}
            return sorted(entries, key=lambda entry: order.get(ids.get(entry.names, ""), len(order)))
        ranked = [(rank(typed, entry.names), entry) for entry in self.entries()]
        answers = [(place, not entry.enabled, entry) for place, entry in ranked if place is not None]
        best = sorted(answers, key=lambda each: each[:2])
        exact = [entry for place, _off, entry in best if place <= 2]
        return [*exact, *self._features(typed), *(entry for place, _off, entry in best if place > 2)]

    def _features(self, typed: str) -> Iterator[Entry]:
        park = self.window_.desk.park
        for hit in (self.finder.find(typed, FEATURES_MOST) or ()) if park is not None else ():
            title = self.look.of(park.project.layers[hit.layer].feature_type.title)  # type: ignore[union-attr]
            yield Entry(
                "feature",
                (hit.name, title),
                partial(self.window_.map.show_feature, hit.layer, hit.fid),
                title,
            )

    def fill(self) -> None:
        """Show what answers; the first that can be done is chosen."""
        found = self.found(self.text.text())[:SHOWN_MOST]
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(entry.names[0])
            item.setData(VALUE, entry)
            self.list.addItem(item)
        if not found:
            item = QListWidgetItem(self.look.text("nothing_found"))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(next((n for n, entry in enumerate(found) if entry.enabled), 0))
        self.list.setFixedHeight(ROW * min(MOST_ROWS, max(1, len(found))))
        self.place()

    def place(self) -> None:
        """Stand in the middle near the top of the window."""
        width = min(WIDTH, self.window_.width() - 40)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self.window_.width() - width) // 2, TOP)

    def _choose(self, item: QListWidgetItem | None) -> None:
        entry = item.data(VALUE) if item is not None else None
        if isinstance(entry, Entry) and entry.enabled:
            self.close_palette()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go through the rows, Enter takes one, Esc and a lost focus put it away."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()  # no key of the window while something is typed here
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in STEPS:
            last = self.list.count() - 1
            self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + STEPS[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True


class EntryRow(QStyledItemDelegate):
    """Paints icon, name, kind in quiet, key at the right end."""

    def __init__(self, window: MainWindow, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = window.look

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        """36 px high."""
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        """Draw the row."""
        look, box, entry = self.look, QRectF(option.rect), index.data(VALUE)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, look.colour("hover"))
        inner = box.adjusted(44, 0, -16, 0)
        painter.setFont(sized(option.font, 13))
        painter.setPen(look.colour("text" if entry is not None and entry.enabled else "text_3"))
        if entry is None:
            write(painter, inner, str(index.data()), LEFT)
            return
        icon = entry.icon or ("map-pin-line" if entry.kind == "feature" else "")
        if icon:
            painter.drawPixmap(int(box.left()) + 16, int(box.center().y()) - 8, look.pixmap(icon))
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("text_3"))
        width = write(painter, inner, entry.key, RIGHT)
        kind = look.text(f"entry_{entry.kind}")
        painter.setFont(sized(option.font, 13))
        painter.setPen(look.colour("text" if entry.enabled else "text_3"))
        taken = write(painter, inner.adjusted(0, 0, -width - 60, 0), entry.names[0], LEFT)
        painter.setFont(sized(option.font, 11))
        painter.setPen(look.colour("text_3"))
        write(painter, inner.adjusted(taken + 10, 0, -width - 8, 0), kind, LEFT)
