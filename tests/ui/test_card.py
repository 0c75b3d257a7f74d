"""The card of a plot: whose, since when, how large, what lies on it, and its photographs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QToolButton

from gis_app.indicators.deadlines import Due
from gis_app.session.dossier_text import shown
from tests.ui.screens import until


def fid_of(window: Any, number: str) -> int:
    layer = window.desk.park.project.layers["supply_parcel"]
    numbers = layer.rows(None, ["parcel_no"])["parcel_no"].tolist()
    return int(layer.fids[numbers.index(number)])


def lines(card: Any) -> dict[str, str]:
    found = {}
    for place in range(card.table.rowCount()):
        found[card.table.item(place, 0).text()] = card.table.item(place, 1).text()
    return found


def gathered(window: Any) -> Any:
    until(lambda: not window.desk.workers.jobs, "dossier")
    QApplication.processEvents()
    return window.map.card


@pytest.fixture
def card(window: Any) -> Any:
    window.map.show_feature("supply_parcel", fid_of(window, "GD-2024-002"))
    return gathered(window)


def test_it_answers_whose_since_when_and_how_large(card: Any) -> None:
    rows = lines(card)
    assert card.title.text() == "GD-2024-002"
    assert "岭南溪新材" in rows["使用权人"] and rows["供地日期"] == "2024-05-15"
    assert "满一年未动工" in rows["动工时钟"] and "599 天" in rows["动工时钟"]
    assert rows["图形面积"] == "2.5200 公顷 · 37.80 亩" and rows["状态"] == "S2 供而未用"
    assert rows["成交价款"] == "748.44 万元"
    assert "澜自然资闲认" in rows["闲置认定书文号"] and "2026-07-20" in rows["闲置认定书文号"]
    heads = [
        card.table.item(n, 0).text() for n in range(card.table.rowCount()) if card.table.columnSpan(n, 0) == 2
    ]
    assert heads[:2] == ["供地与动工", "面积"] and {"规划用途", "现状地类", "文书", "附件"} <= set(heads)


def test_what_the_feature_itself_says_is_there_at_once(window: Any) -> None:
    window.desk.choose_features([("supply_parcel", fid_of(window, "GD-2024-002"))])
    assert "岭南溪新材" in lines(window.map.card)["使用权人"], "before any other layer was looked into"
    gathered(window)


def test_photographs_are_shown_and_opened(window: Any, card: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    buttons = [each for each in card.pictures.findChildren(QToolButton) if each.isVisible()]
    assert len(buttons) == 2 and all(not each.icon().isNull() for each in buttons)
    assert "2026-07-11" in buttons[0].accessibleName()
    buttons[0].click()
    assert opened[0].toLocalFile().endswith(".jpg")
    assert [each.text() for each in buttons] == ["整改前 2026-07-11", "整改后 2026-11-16"]
    place = next(n for n in range(card.table.rowCount()) if "2026-11-16" in card.table.item(n, 0).text())
    card.table.cellClicked.emit(place, 1)
    assert "20261116" in opened[1].toLocalFile()


def test_an_altered_photograph_is_said_and_not_shown(window: Any, tmp_path: Path) -> None:
    source = window.desk.park.path
    shutil.copytree(source / "attachments", tmp_path / "attachments")
    shutil.copy(source / "attachments.csv", tmp_path)
    (tmp_path / "attachments" / "GD-2024-002_20260711.jpg").write_bytes(b"no picture")
    (tmp_path / "attachments" / "GD-2024-002_20261116.jpg").unlink()
    before = window.desk.park
    window.desk.park = replace(before, path=tmp_path)
    window.map.show_feature("supply_parcel", fid_of(window, "GD-2024-002"))
    card = gathered(window)
    assert len(card.papers) == 2 and not card.pictures.isVisible()
    assert all(paper.trouble is not None and not paper.address for paper in card.papers)
    window.desk.park = before


def test_a_line_of_another_feature_leads_there(window: Any, card: Any) -> None:
    place = next(n for n in range(card.table.rowCount()) if card.table.item(n, 0).text().startswith("100101"))
    card.table.cellClicked.emit(place, 0)
    [(layer, _fid)] = window.desk.features
    assert layer == "plan_parcel"
    gathered(window)


def test_what_is_framed_lies_beside_the_card(window: Any, card: Any) -> None:
    import numpy as np

    [(layer, fid)] = window.desk.features
    shape = window.desk.park.project.layers[layer].rows([fid], ["geometry"])["geometry"][0]
    corners = window.map.canvas.view.to_px(np.array(shape.exterior.coords))
    assert corners[:, 0].max() < card.geometry().left() and corners.min() > 0


def test_a_quick_turn_shows_only_the_last(window: Any) -> None:
    for number in ("GD-2024-002", "GD-2024-003", "GD-2023-004"):
        window.desk.choose_features([("supply_parcel", fid_of(window, number))])
    card = gathered(window)
    assert card.title.text() == "GD-2023-004" and lines(card)["宗地编号"] == "GD-2023-004"
    assert all("GD-2023-004" in paper.address for paper in card.papers)


def test_it_fits_the_map_and_scrolls(window: Any, card: Any) -> None:
    assert card.height() <= window.map.stage.height() - 16
    assert card.table.verticalHeader().length() > card.table.height(), "there is more than fits"
    bottom = card.mapTo(window.map.stage, QPoint(0, card.height())).y()
    assert bottom <= window.map.stage.height()


def test_what_is_overdue_stands_first(window: Any, card: Any) -> None:
    owner = window.desk.features[0]
    overdue = Due(*owner, date(2026, 11, 1), "清理")
    before = window.desk.park
    window.desk.park = replace(before, due=((overdue,), ()))
    card.fill(window.desk.features)
    gathered(window)
    assert card.table.item(0, 0).text() == "待办" and lines(card)["2026-11-01"] == "已逾期"
    window.desk.park = before


def test_it_is_copied_with_names(card: Any) -> None:
    card.copy()
    text = QApplication.clipboard().text()
    assert "使用权人\t" in text and "GD-2024-002" in text and "供地与动工" in text


def test_it_speaks_english(window: Any, card: Any) -> None:
    window.look.speak("en")
    gathered(window)
    rows = lines(window.map.card)
    assert "not started for a year" in rows["clock"] and rows["drawn area"] == "2.5200 ha · 37.80 mu"
    window.look.speak("zh")
    gathered(window)


def test_values_are_written_for_people() -> None:
    assert [shown(value) for value in (None, float("nan"), True, False, 3.0, 2.50004, -1.5, "x")] == [
        "", "", "✓", "✗", "3", "2.5", "−1.5", "x",
    ]  # fmt: skip
