"""The palette: actions, tasks, layers and features by Chinese, English, pinyin and first letters."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gis_app.ui.actions import TABLE
from gis_app.ui.palette import VALUE
from tests.ui.screens import until


@pytest.fixture
def palette(window: Any) -> Any:
    until(lambda: window.finder.names is not None, "names")
    window.actions_.run("palette")
    yield window.palette_
    window.palette_.hide()


def rows(palette: Any) -> list[Any]:
    return [palette.list.item(n).data(VALUE) for n in range(palette.list.count())]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("审查", "审查"),
        ("sc", "审查"),
        ("shencha", "审查"),
        ("review", "审查"),
        ("dkwjj", "打开文件夹"),
        ("open folder", "打开文件夹"),
        ("gaodui", "高对比度"),
        ("yjjbnt", "永久基本农田"),
        ("permanent", "永久基本农田"),
        ("sxb", "属性表"),
    ],
)
def test_a_command_or_layer_is_found_by_how_it_is_typed(palette: Any, typed: str, name: str) -> None:
    palette.text.setText(typed)
    assert rows(palette)[0].names[0] == name


def test_a_plot_is_found_and_shown(palette: Any, window: Any, qtbot: Any) -> None:
    qtbot.keyClicks(palette.text, "GD-2024-002")
    [first, *_others] = rows(palette)
    assert first.kind == "feature" and first.names[0] == "GD-2024-002"
    qtbot.keyClick(palette.text, Qt.Key.Key_Return)
    assert not palette.isVisible() and window.map.chosen[0][0] == "supply_parcel"


def test_an_enterprise_is_found_by_its_first_letters(palette: Any, window: Any) -> None:
    layer = window.desk.park.project.layers["enterprise"]
    name = layer.rows(None, ["name"])["name"][0]
    from gis_app.language.pinyin import initials

    palette.text.setText(initials(name)[0])
    assert ("feature", name) in [(entry.kind, entry.names[0]) for entry in rows(palette)]


def test_every_action_is_there_by_both_names(palette: Any) -> None:
    from gis_app.language.translation import translation

    for action in TABLE:
        zh = translation("zh").text(f"ui.action_{action.id}").rstrip("…")
        en = translation("en").text(f"ui.action_{action.id}").rstrip("…")
        for text in (zh, en):
            assert zh in [entry.names[0] for entry in palette.found(text) if entry.kind != "feature"], text


def test_keys_go_through_the_rows_and_escape_gives_the_focus_back(
    palette: Any, window: Any, qtbot: Any
) -> None:
    palette.close_palette()
    window.tree.setFocus()
    window.actions_.run("palette")
    first = palette.list.currentRow()
    qtbot.keyClick(palette.text, Qt.Key.Key_Down)
    assert palette.list.currentRow() == first + 1
    qtbot.keyClick(palette.text, Qt.Key.Key_Escape)
    assert not palette.isVisible() and QApplication.focusWidget() in (window.tree, None)


def test_what_cannot_be_done_now_is_shown_and_not_done(palette: Any, window: Any, qtbot: Any) -> None:
    palette.text.setText("撤销")
    entry = rows(palette)[0]
    assert entry.names[0] == "撤销" and not entry.enabled
    qtbot.keyClick(palette.text, Qt.Key.Key_Return)
    assert window.desk.job is None


def test_the_last_command_stands_first(palette: Any, window: Any) -> None:
    palette.text.setText("图例")
    palette._choose(palette.list.currentItem())
    window.actions_.run("palette")
    assert rows(palette)[0].names[0] == "图例"


def test_nothing_found_is_said(palette: Any) -> None:
    palette.text.setText("没有这样的命令吧")
    assert palette.list.count() == 1 and palette.list.item(0).text() == "没有找到"
    palette._choose(palette.list.item(0))
    assert palette.isVisible()
