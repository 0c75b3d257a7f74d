"""The help follows what has the focus, explains rules and fields, and is searched by pinyin."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication

from gis_app.ui.help import topic_of


@pytest.fixture
def panel(window: Any) -> Any:
    window.actions_.run("help")
    QApplication.processEvents()
    return window.help


def test_f1_explains_the_part_that_has_the_focus(panel: Any, window: Any) -> None:
    assert topic_of(window.tree, window) == "window:layers"
    assert topic_of(window.top.search, window) == "window:search"
    assert topic_of(window.bottom.findings, window) == "window:findings"
    assert topic_of(window.right.panels["review"].proposals, window) == "window:task_review"
    assert topic_of(window.top.buttons["check"], window) == "action:task_check"
    assert window.docks.zones["help"].isVisible()


def test_it_follows_the_focus_while_it_is_open(panel: Any, window: Any) -> None:
    panel._follow(None, window.tree)
    assert panel.title.text() == "图层" and "眼睛" in panel.browser.toPlainText()
    panel._follow(None, panel.text)
    assert panel.title.text() == "图层"  # reading the help changes nothing
    window.docks.zones["help"].hide()
    panel._follow(None, window.top.search)
    assert panel.topic == "window:layers"


def test_a_chosen_finding_shows_its_rule(panel: Any, window: Any) -> None:
    panel._follow_finding({"rule": "E02"})
    text = panel.browser.toPlainText()
    assert panel.title.text() == "E02 不压占永久基本农田"
    assert "土地管理法" in text and "第33–35条" in text and "最小压占宽度" in text


def test_the_present_column_shows_its_field(panel: Any, window: Any) -> None:
    window.desk.choose_layer("supply_parcel")
    window.show_list("attributes")
    table = window.bottom.attributes
    place = table.model_.columns.index("registered_area_m2")
    table.view.setCurrentIndex(table.model_.index(0, place))
    assert panel.title.text() == "登记面积" and "不动产登记面积" in panel.browser.toPlainText()


def test_links_are_followed_and_gone_back_from(panel: Any) -> None:
    panel.show_topic("rule:E02")
    panel.browser.anchorClicked.emit(QUrl("topic/layer:permanent_basic_farmland"))
    assert panel.title.text() == "永久基本农田"
    panel.back.click()
    assert panel.title.text().startswith("E02")
    panel.contents.click()
    assert panel.title.text() == "全部主题"


@pytest.mark.parametrize(
    ("typed", "found"), [("永农", ""), ("yjjbnt", "永久基本农田"), ("sxb", "属性表"), ("E19", "E19")]
)
def test_topics_are_searched(panel: Any, typed: str, found: str) -> None:
    panel.text.setText(typed)
    assert found in panel.browser.toPlainText()


def test_an_action_is_explained_with_its_key(panel: Any) -> None:
    panel.show_topic("action:legend")
    assert "Ctrl+G" in panel.browser.toPlainText()


def test_it_speaks_the_other_language_at_once(panel: Any, window: Any) -> None:
    panel.show_topic("rule:E02")
    window.look.speak("en")
    assert "What is measured" in panel.browser.toPlainText()
    window.look.speak("zh")


def test_before_a_park_is_open_the_window_is_explained(empty_window: Any) -> None:
    empty_window.actions_.run("help")
    empty_window.help.contents.click()
    text = empty_window.help.browser.toPlainText()
    assert "图层" in text and "E02" not in text
