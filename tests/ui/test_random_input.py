"""Clicks and keys from a seed over the whole window: nothing may come up that nobody expected.

What ends the window or asks the system (file dialogs, closing, the log folder) is let alone.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from tests.ui.screens import until

LET_ALONE = (
    *("open_folder", "open_project", "open_sample", "save_project", "print_sheet", "recheck", "quit", "log"),
    *("language", "theme", "contrast", "larger", "smaller"),
)
"""Files, other programs, and what dresses every widget anew and would take all the time."""
KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Up),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F1, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8),
    *(Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_C, Qt.Key.Key_F, Qt.Key.Key_G, Qt.Key.Key_J, Qt.Key.Key_K),
    *(Qt.Key.Key_L, Qt.Key.Key_N, Qt.Key.Key_V, Qt.Key.Key_Z, Qt.Key.Key_1, Qt.Key.Key_4, Qt.Key.Key_Plus),
)
HELD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


ANSWER_MS = 40


class Monkey:
    """Does one thing after another to a window, the same ones for the same seed."""

    def __init__(self, window: Any, seed: int) -> None:
        self.window, self.random = window, random.Random(seed)
        self.done: list[str] = []

    def step(self) -> None:
        """Do one thing; what it opens and waits for is answered by ``answer``."""
        modal = QApplication.activeModalWidget()
        if modal is not None and self.random.random() < 0.2:
            modal.close()
        timer = QTimer(interval=ANSWER_MS)
        timer.timeout.connect(self.answer)
        timer.start()
        act = self.random.choice(
            (self.click, self.click, self.click, self.key, self.key, self.wheel, self.ask)
        )
        act(self.target())
        QApplication.processEvents()
        timer.stop()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def answer(self) -> None:
        """Answer what holds up the window: take a row of a menu, or close it; close a dialog."""
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            rows = [row for row in popup.actions() if row.isEnabled() and not row.menu() and row.text()]
            chosen = self.random.choice(rows) if rows and self.random.random() < 0.5 else None
            popup.close()
            if chosen is not None:
                self.tell("row", popup, chosen.text())
                chosen.trigger()
        elif popup is not None:
            popup.close()
        elif QApplication.activeModalWidget() is not None:
            QApplication.activeModalWidget().close()

    def target(self) -> QWidget:
        """Choose what is hit: anything that is seen in the window or what lies over it."""
        modal = QApplication.activeModalWidget()
        parts = [part for part in (modal or self.window).findChildren(QWidget) if part.isVisible()]
        return self.random.choice(parts or [self.window])

    def place(self, part: QWidget) -> QPoint:
        return QPoint(
            self.random.randrange(max(1, part.width())), self.random.randrange(max(1, part.height()))
        )

    def click(self, part: QWidget) -> None:
        button, held, at = self.random.choice(BUTTONS), self.random.choice(HELD), self.place(part)
        self.tell("click", part, at, button)
        twice = self.random.random() < 0.15
        (QTest.mouseDClick if twice else QTest.mouseClick)(part, button, held, at)

    def key(self, part: QWidget) -> None:
        key, held = self.random.choice(KEYS), self.random.choice(HELD)
        target = QApplication.focusWidget() or part
        self.tell("key", target, key, held)
        QTest.keyClick(target, key, held)

    def wheel(self, part: QWidget) -> None:
        at, by = self.place(part), self.random.choice((-240, -120, 120, 240))
        self.tell("wheel", part, at, by)
        none, no_button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
        over, turned = QPointF(part.mapToGlobal(at)), QPoint(0, by)
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(QPointF(at), over, QPoint(), turned, no_button, none, phase, False)
        QApplication.sendEvent(part, event)

    def ask(self, part: QWidget) -> None:
        at = self.place(part)
        self.tell("menu", part, at)
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(part, QContextMenuEvent(reason, at, part.mapToGlobal(at)))

    def tell(self, what: str, part: QWidget, *more: object) -> None:
        self.done.append(f"{what} {type(part).__name__} {part.objectName()} {more}")


def run(window: Any, seed: int, steps: int) -> None:
    """Let a monkey loose; what went wrong says what it did last."""
    faults: list[str] = []
    window.reporter.report = lambda kind, error, where=None, /, during="": faults.append(
        f"{during}: {error!r}"
    )
    for id in LET_ALONE:
        window.actions_.handlers[id] = lambda _window: None
    window.desk.open = lambda path: None
    monkey = Monkey(window, seed)
    for _number in range(steps):
        monkey.step()
        if faults:
            pytest.fail(f"seed {seed}: {faults} after\n" + "\n".join(monkey.done[-8:]))
        if not shiboken6.isValid(window) or not window.isVisible():
            pytest.fail(f"seed {seed}: the window is gone after\n" + "\n".join(monkey.done[-8:]))
    for dialog in window.findChildren(QDialog):
        dialog.close()
    until(lambda: not window.desk.workers.jobs, "work")


@pytest.fixture
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """File dialogs answer with nothing."""
    from PySide6.QtWidgets import QFileDialog, QInputDialog

    for name, answer in (
        ("getOpenFileName", ("", "")),
        ("getOpenFileNames", ([], "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    ):
        monkeypatch.setattr(QFileDialog, name, lambda *_given, answer=answer, **_named: answer)
    for name in ("getText", "getItem", "getInt", "getDouble"):
        monkeypatch.setattr(QInputDialog, name, lambda *_given, **_named: ("", False))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_clicks_and_keys(window: Any, no_dialogs: None, seed: int) -> None:
    run(window, seed, 250)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_thousand_random_clicks_and_keys(window: Any, no_dialogs: None, seed: int) -> None:
    run(window, seed, 1000)
