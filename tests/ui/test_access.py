"""Every control can be reached, named and explained; keys do not clash and leave typing alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from gis_app.session.settings import load
from gis_app.ui.actions import GROUPS, TABLE
from gis_app.ui.shortcuts_form import conflict, sequences
from tests.ui.screens import until

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QAbstractSlider, QTextEdit)
QT_OWN = ("qt_", "ScrollLeft", "ScrollRight")


def controls(window: QWidget) -> list[QWidget]:
    """Every control that the program made, not those that Qt makes inside of others."""
    found = []
    for kind in CONTROLS:
        for widget in window.findChildren(kind):
            inside = widget.parentWidget()
            of_qt = widget.objectName().startswith(QT_OWN) or isinstance(widget, QScrollBar)
            part = isinstance(inside, (QComboBox, QLineEdit, QAbstractItemView)) or (
                inside is not None and isinstance(inside.parentWidget(), (QComboBox, QAbstractItemView))
            )
            if not of_qt and not part and type(widget).__module__.startswith(("PySide6", "gis_app")):
                found.append(widget)
    return found


def spoken(widget: QWidget) -> str:
    """What a screen reader says."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).strip()


@pytest.fixture
def everything(window: Any) -> Any:
    """The window with all that is made when it is first asked for."""
    for task in ("data", "edit", "check", "review", "print"):
        window.show_task(task)
    window.show_palette()
    window.palette_.hide()
    window.show_help()
    window.show_keys()
    window.keys.close()
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_control_has_a_name_and_a_tip(everything: Any, language: str) -> None:
    window = everything
    window.look.speak(language)
    QApplication.processEvents()
    nameless = [widget for widget in controls(window) if not spoken(widget)]
    assert [described(widget) for widget in nameless] == []
    tipless = [
        widget
        for widget in controls(window)
        if isinstance(widget, (QAbstractButton, QLineEdit, QComboBox)) and not widget.toolTip()
    ]
    assert [described(widget) for widget in tipless] == []
    window.look.speak("zh")


def described(widget: QWidget) -> str:
    parents = []
    part: QWidget | None = widget
    while part is not None:
        parents.append(type(part).__name__)
        part = part.parentWidget()
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{'<'.join(parents[:5])} {text!r} {widget.objectName()!r}"


def test_a_tip_of_an_action_ends_with_its_key(window: Any) -> None:
    for action in TABLE:
        key = window.actions_.key(action.id)
        assert window.actions_[action.id].toolTip().endswith(key)


def test_every_action_is_in_a_group() -> None:
    assert {action.group for action in TABLE} <= set(GROUPS)


def test_no_two_actions_share_a_key() -> None:
    keys = Counter(
        key.toString(QKeySequence.SequenceFormat.PortableText) for a in TABLE for key in sequences(a.keys)
    )
    assert [key for key, count in keys.items() if count > 1] == []


def plain(key: QKeySequence) -> bool:
    """Whether an input method would take the key: a letter, digit or sign alone or with Shift."""
    pressed = key[0]
    held = pressed.keyboardModifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    return (
        held == Qt.KeyboardModifier.NoModifier and Qt.Key.Key_Space <= pressed.key() <= Qt.Key.Key_AsciiTilde
    )


def test_what_an_input_method_takes_is_never_the_only_key() -> None:
    lonely = [a.id for a in TABLE if (keys := sequences(a.keys)) and all(plain(key) for key in keys)]
    assert lonely == []


def test_a_letter_typed_into_a_field_is_a_letter(window: Any, qtbot: Any, monkeypatch: Any) -> None:
    ran: list[str] = []
    monkeypatch.setattr(window.actions_, "run", ran.append)
    field = window.top.search
    field.setFocus()
    QApplication.processEvents()
    qtbot.keyClicks(field, "nNfi?V")
    assert field.text() == "nNfi?V" and ran == []


def test_a_key_is_changed_stored_and_taken_back(window: Any, qtbot: Any) -> None:
    window.actions_.run("keys")
    form = window.keys
    form.choose("legend")
    form.pressed.setKeySequence(QKeySequence("Ctrl+K"))
    assert not form.sets.isEnabled() and "命令与查找" in form.says.text()
    form.pressed.setKeySequence(QKeySequence("Ctrl+Alt+9"))
    assert form.sets.isEnabled() and not form.says.text()
    form.sets.click()
    assert load()[0].keys == {"legend": "Ctrl+Alt+9"}
    assert window.actions_.key("legend") == "Ctrl+Alt+9"
    assert window.actions_["legend"].toolTip().endswith("Ctrl+Alt+9")
    form.resets.click()
    assert load()[0].keys == {} and window.actions_.key("legend") == "Ctrl+G"
    form.close()


def test_keys_that_were_chosen_hold_in_the_next_window(window: Any, own_folders: Path) -> None:
    from dataclasses import replace

    from gis_app.ui.actions import Actions

    window.desk.settle(lambda settings: replace(settings, keys={"legend": "Ctrl+Alt+8", "bottom": ""}))
    try:
        again = Actions(window)
        assert again.key("legend") == "Ctrl+Alt+8" and again.key("bottom") == ""
        assert conflict("map", "Ctrl+Alt+8", load()[0].keys).id == "legend"  # type: ignore[union-attr]
        again.deleteLater()
    finally:
        window.desk.settle(lambda settings: replace(settings, keys={}))


def test_keys_are_found_by_pinyin(window: Any) -> None:
    window.actions_.run("keys")
    form = window.keys
    form.text.setText("tuli")
    found = [
        form.list.topLevelItem(0).child(n).text(0) for n in range(form.list.topLevelItem(0).childCount())
    ]
    assert found == ["图例"]
    form.text.clear()
    form.close()


def test_zones_are_gone_through_with_the_keyboard(window: Any) -> None:
    window.activateWindow()
    window.top.search.setFocus()
    seen = []
    for _turn in range(5):
        window.actions_.run("next_zone")
        QApplication.processEvents()
        seen.append(QApplication.focusWidget())
    zones = (window.tree, window.map, window.right, window.bottom, window.top)
    reached = [next((z for z in zones if w is z or z.isAncestorOf(w)), None) for w in seen if w is not None]
    assert window.tree in reached and window.right in reached and window.bottom in reached


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_focus_can_be_seen_in_every_theme(theme: str) -> None:
    from gis_app.ui.theme import style_sheet, tokens

    sheet = style_sheet(theme)
    assert f"border: 2px solid {tokens(theme)['accent']}" in sheet


def test_high_contrast_is_worn_and_left_again(window: Any, qapp: QApplication) -> None:
    light = qapp.styleSheet()
    window.actions_.run("contrast")
    assert load()[0].theme == "contrast" and "2px solid #000000" in qapp.styleSheet()
    window.actions_.run("contrast")
    assert qapp.styleSheet() == light


def test_everything_fits_on_a_small_screen(window: Any) -> None:
    for language in ("en", "zh"):
        window.look.speak(language)
        QApplication.processEvents()
        smallest = window.minimumSizeHint()
        assert smallest.width() <= 1366 and smallest.height() <= 768 - 30, (language, smallest)


def test_targets_are_large_enough(window: Any) -> None:
    window.resize(1366, 768)
    until(lambda: window.width() == 1366, "size")
    small = [
        described(widget)
        for widget in window.findChildren(QToolButton)
        if widget.isVisible()
        and (widget.width() < 20 or widget.height() < 20)
        and not widget.objectName()
        and not isinstance(widget.parentWidget(), QLineEdit)
    ]
    assert small == []
