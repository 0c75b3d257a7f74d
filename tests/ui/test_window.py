"""The window with the sample park: layers, findings, proposals, identify, language, theme, facts."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from gis_app.language import Message, Refused
from gis_app.session.sample import folder
from gis_app.session.settings import load
from tests.ui.screens import until

HAN = re.compile(r"[\u4e00-\u9fff]")


def finding(window: Any, rule: str, proposal: str) -> Any:
    found = window.desk.park.findings(proposal)
    return next(item for item in found if item["rule"] == rule and item["proposal"] == proposal)


def texts(window: QWidget) -> list[str]:
    """Every text of labels and buttons that is shown."""
    found: list[str] = []
    for kind in (QLabel, QToolButton):
        found += [widget.text() for widget in window.findChildren(kind) if widget.isVisible()]
    return [text for text in found if text]


def test_opening_fills_every_zone(empty_window: Any, qtbot: Any) -> None:
    window = empty_window
    assert window.map.start.isVisible() and window.desk.park is None
    with qtbot.waitSignal(window.desk.opened, timeout=120_000):
        window.desk.open(folder() / "2026-11")
    assert window.desk.park.path.name == "2026-11"
    assert not window.map.start.isVisible()
    until(lambda: window.desk.park.standing == "judged", "judged")
    assert [cell.figure.id for cell in window.strip.cells.values()] == list(window.strip.cells)
    assert window.strip.cells["approved_area"].figure.value == pytest.approx(1186.42)
    assert window.right.panels["data"].proposals.count() == 5
    assert window.bottom.findings.model_.rowCount() > 40
    assert "111" in window.status.crs.text() and "2026-11-30" in window.status.as_of.text()
    assert load()[0].recent[0].name == "2026-11"


def test_opening_does_not_hold_up_the_window(empty_window: Any) -> None:
    window = empty_window
    window.desk.open(folder() / "2026-11")
    turns = 0

    def turn() -> bool:
        nonlocal turns
        turns += 1
        return window.desk.park is not None

    assert window.status.bar.isVisible() and window.status.cancels.isVisible()
    until(turn, "opened")
    assert turns > 20
    until(lambda: window.desk.job is None, "ended")
    assert not window.status.bar.isVisible()


def test_cancelled_work_leaves_what_was_there(window: Any, idle: Any) -> None:
    before = window.desk.park
    window.desk.open(folder() / "2026-10")
    window.status.cancel()
    idle(window)
    assert window.desk.park is before and not window.status.bar.isVisible()


def test_what_cannot_be_opened_is_one_sentence_and_no_dialog(window: Any, idle: Any, tmp_path: Path) -> None:
    before = window.desk.park
    window.desk.open(tmp_path / "没有")
    idle(window)
    QApplication.processEvents()
    assert window.desk.park is before
    assert "没有" in window.map.notice.text.text() and window.map.notice.isVisible()
    assert window.reporter.dialog is None


def test_layers_are_shown_hidden_and_ordered(window: Any) -> None:
    tree, canvas = window.tree, window.map.canvas
    assert "proposal_block/A" in canvas.visible and "proposal_block/B" not in canvas.visible
    tree.set_visible("permanent_basic_farmland", False)
    assert "permanent_basic_farmland" not in canvas.visible
    tree.set_visible("lines", True)
    assert {"permanent_basic_farmland", "exclusion_zone"} <= canvas.visible
    assert canvas.order.index("survey_polygon") < canvas.order.index("proposal_block/A")
    assert set(canvas.order) == set(tree.order()) and len(canvas.order) == len(tree._leaves())
    row = tree.item_of("permanent_basic_farmland")
    head = row.parent()
    head.insertChild(0, head.takeChild(head.indexOfChild(tree.item_of("ecological_red_line"))))
    tree.ordered.emit(tree.order())
    assert canvas.order.index("ecological_red_line") > canvas.order.index("permanent_basic_farmland")


def test_a_row_tells_count_lock_and_findings(window: Any) -> None:
    from gis_app.ui.layers import COUNT, FINDINGS, LOCKED

    row = window.tree.item_of("permanent_basic_farmland")
    assert (row.data(0, COUNT), row.data(0, LOCKED), row.data(0, FINDINGS)) == (324, True, 1)
    window.desk.choose_proposal("B")
    assert window.tree.item_of("permanent_basic_farmland").data(0, FINDINGS) == 0


def test_the_tree_menu_frames_a_layer_and_shows_its_table(window: Any) -> None:
    menu = window.tree.menu_of(window.tree.item_of("standard_factory"))
    frame, table, only, *_style = menu.actions()
    frame.trigger()
    low_x, low_y, high_x, high_y = window.map.canvas.view.bounds
    shapes = window.desk.park.project.layers["standard_factory"].geometry
    assert shapely.box(low_x, low_y, high_x, high_y).contains(shapely.box(*shapely.total_bounds(shapes)))
    table.trigger()
    model = window.bottom.attributes.model_
    assert model.rowCount() == 24 and "名称" in str(model.headerData(0, Qt.Orientation.Horizontal))
    only.trigger()
    assert window.map.canvas.visible == {"standard_factory"}


def test_a_clicked_finding_shows_its_evidence_figure_and_clause(window: Any) -> None:
    window.bottom.show_tab("findings")
    table = window.bottom.findings
    first = table.model_.index(0, 0)
    assert table.model_.rows[0]["rule"] == "E02" and table.model_.rows[0]["state"] == "fail"
    table.clicked.emit(first)
    canvas, callout = window.map.canvas, window.map.callout
    [evidence] = canvas.evidence
    assert evidence.area == pytest.approx(1000.0, abs=0.01)
    assert shapely.box(*canvas.view.bounds).contains(evidence)
    assert callout.isVisible() and "1000.00" in callout.values[0][1].text()
    assert "土地管理法" in callout.clause.text() and "E02" in callout.rule.text()
    assert not callout.geometry().intersects(window.map.legend.geometry())


def test_findings_are_filtered_by_state_rule_and_proposal(window: Any) -> None:
    bottom, model = window.bottom, window.bottom.findings.model_
    whole = model.rowCount()
    bottom.states["fail"].setChecked(True)
    assert {item["state"] for item in model.rows} == {"fail"}
    bottom.states["fail"].setChecked(False)
    bottom.show_rule("D01")
    assert {item["rule"] for item in model.rows} == {"D01"} and model.rowCount() == 23
    bottom.widen()
    bottom.mine.setChecked(True)
    assert model.rowCount() == 10 and all(item["proposal"] == "A" for item in model.rows)
    bottom.mine.setChecked(False)
    assert model.rowCount() == whole
    order = [STATES.index(item["state"]) for item in model.rows]
    assert order == sorted(order)


STATES = ["fail", "cannot_tell", "pass", "not_applicable"]


@pytest.mark.parametrize(
    ("proposal", "word"), [("A", "不符合"), ("B", "符合"), ("C", "无法判定"), ("D", "不符合"), ("E", "符合")]
)
def test_each_proposal_opens_with_its_verdict(window: Any, proposal: str, word: str) -> None:
    window.show_task("review")
    panel = window.right.panels["review"]
    panel.proposals.setCurrentRow("ABCDE".index(proposal))
    assert window.desk.proposal == proposal and panel.head.word.text() == word
    assert f"proposal_block/{proposal}" in window.map.canvas.visible
    kinds = [item.data(0, Qt.ItemDataRole.UserRole) for item in panel.tree.items()]
    assert kinds.count("finding") == 10 and kinds.count("group") == 2
    first = panel.tree.topLevelItem(0).child(0)
    panel.tree._click(first)
    assert window.desk.finding["proposal"] == proposal
    assert bool(window.map.canvas.evidence) == (word != "符合")


def test_steps_from_finding_to_finding(window: Any) -> None:
    window.actions_.run("next_finding")
    first = window.desk.finding
    window.actions_.run("next_finding")
    assert window.desk.finding is window.bottom.findings.model_.rows[1] is not first
    window.actions_.run("previous_finding")
    assert window.desk.finding is first


def test_a_click_on_a_parcel_shows_its_attributes(window: Any) -> None:
    layer = window.desk.park.project.layers["supply_parcel"]
    fid = int(layer.fids[0])
    place = layer.rows([fid], ["geometry"])["geometry"][0].representative_point()
    window.tree.set_visible("park_boundary", False)
    window.map.canvas.clicked.emit(place.x, place.y)
    card = window.map.card
    assert card.isVisible() and ("supply_parcel", fid) in window.desk.features
    assert card.others.count() == len(window.desk.features) > 1
    layers = window.desk.park.project.layers
    areas = [layers[name].rows([one], ["geometry"])["geometry"][0].area for name, one in window.desk.features]
    assert [round(area) for area in areas] == sorted(round(area) for area in areas)
    card.others.setCurrentRow(window.desk.features.index(("supply_parcel", fid)))
    rows = {card.table.item(n, 0).text(): card.table.item(n, 1).text() for n in range(card.table.rowCount())}
    assert rows["宗地编号" if "宗地编号" in rows else "宗地号"] == "GD-2025-001"
    assert "亩" in rows["图形面积"]
    [selected] = window.map.canvas.selection
    assert selected.equals(layer.rows([fid], ["geometry"])["geometry"][0])
    card.copy()
    assert "GD-2025-001" in QApplication.clipboard().text()
    window.actions_.run("clear")
    assert not card.isVisible() and window.map.canvas.selection == []


def test_a_click_beside_everything_shows_nothing(window: Any) -> None:
    window.map.canvas.clicked.emit(0.0, 0.0)
    assert not window.map.card.isVisible()


def test_search_goes_to_what_it_finds(window: Any) -> None:
    until(lambda: window.finder.names is not None, "names")
    window.top.search.setText("GD-2024-002")
    window.top.look_up()
    window.top.take_first()
    [(layer, fid)] = window.desk.features
    assert layer == "supply_parcel"
    shape = window.desk.park.project.layers[layer].rows([fid], ["geometry"])["geometry"][0]
    assert shapely.box(*window.map.canvas.view.bounds).contains(shape)


def test_a_figure_opens_its_list(window: Any) -> None:
    cell = window.strip.cells["control_lines"]
    cell.click()
    assert {item["check"] for item in window.bottom.findings.model_.rows} == {"clear_of", "covered_by"}
    assert window.map.canvas.evidence
    window.strip.cells["vacant_factory"].click()
    assert window.bottom.attributes.model_.rowCount() == 4 and not cell.isChecked()
    assert len(window.map.canvas.selection) == 4


def test_a_figure_that_cannot_be_computed_is_a_dash_with_its_reason(window: Any) -> None:
    window.desk.choose_proposal("C")
    cell = window.strip.cells["control_lines"]
    assert cell.figure.value is None and cell._runs() == [("—", True)]
    assert "无法判定" in cell.toolTip()


def test_what_is_to_be_supplied_is_listed_with_its_rules(window: Any) -> None:
    window.todo.chips["supply"].click()
    table = window.bottom.supply
    assert window.bottom.stack.currentWidget() is table and table.rowCount() == 1
    assert table.item(0, 2).text() == "E02"


def test_language_changes_everything_and_is_remembered(window: Any, idle: Any) -> None:
    window.show_task("review")
    before = texts(window)
    window.actions_.run("language")
    idle(window)
    assert load()[0].language == "en"
    assert window.right.panels["review"].head.word.text() == "fails"
    assert window.bottom.findings.model_.index(0, 0).data() == "fails"
    names = {"澜溪经济开发区", "方案一", "中文", "正射影像"}
    shown = [text for text in texts(window) if HAN.search(text) and not any(name in text for name in names)]
    assert [text for text in shown if "土地管理法" not in text] == []
    window.actions_.run("language")
    idle(window)
    assert texts(window) == before and load()[0].language == "zh"


def test_theme_changes_and_is_remembered(window: Any, qapp: QApplication) -> None:
    light = qapp.styleSheet()
    window.actions_.run("theme")
    assert load()[0].theme == "dark" and qapp.styleSheet() != light
    assert qapp.palette().window().color().name() == "#14171c"
    window.actions_.run("theme")
    assert qapp.styleSheet() == light and load()[0].theme == "light"


def test_nothing_but_the_application_has_a_style_sheet(window: Any) -> None:
    assert [widget for widget in window.findChildren(QWidget) if widget.styleSheet()] == []
    source = Path(__file__).parents[2] / "gis_app" / "ui"
    users = [path.name for path in source.glob("*.py") if "setStyleSheet" in path.read_text(encoding="utf-8")]
    assert users == ["theme.py"]


def test_only_what_works_is_enabled(window: Any) -> None:
    enabled = {
        task: window.actions_[f"task_{task}"].isEnabled() for task in ("data", "edit", "check", "review")
    }
    assert enabled == {"data": True, "edit": True, "check": True, "review": True}
    assert not window.actions_["undo"].isEnabled() and not window.actions_["save_project"].isChecked()


def test_a_folder_is_dropped(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(window.desk, "open", opened.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder() / "2026-10"))])
    move, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPoint(9, 9).toPointF(), move, data, left, none))
    assert opened == [folder() / "2026-10"]


def test_a_folder_says_how_facts_are_entered(window: Any) -> None:
    window.actions_.run("facts")
    form = window.facts
    assert form.table.rowCount() == len(window.desk.park.facts) and not form.enters.isEnabled()
    assert "另存为项目" in form.note.text() and form.convert.isVisible()
    assert "E19" in form.about.text()
    with pytest.raises(Refused):
        window.desk.enter_fact("approved_area_ha", "1", "", "x", "2026-01-01", "")
    form.close()


def test_facts_are_entered_in_a_project_and_taken_back(empty_window: Any, idle: Any, tmp_path: Path) -> None:
    window = empty_window
    source = tmp_path / "园区"
    shutil.copytree(folder() / "2026-11", source)
    answers = (source / "park.toml").read_text(encoding="utf-8")
    without = re.sub(r"\[facts\.approved_area_ha\].*?\n(?=\[)", "", answers, flags=re.DOTALL)
    (source / "park.toml").write_text(without, encoding="utf-8")
    window.desk.open(source)
    until(lambda: window.desk.park is not None and window.desk.park.standing == "judged", "judged")
    assert window.strip.cells["approved_area"].figure.why is not None
    window.desk.save_as_project(tmp_path / "园区.gpkg")
    until(lambda: window.desk.park is not None and window.desk.park.session is not None, "project")
    until(lambda: window.desk.park.standing == "judged", "judged")
    idle(window)
    window.actions_.run("facts")
    form = window.facts
    [place] = [n for n, fact in enumerate(form.rows) if fact["key"] == "approved_area_ha"]
    assert "E19" in form.table.item(place, 6).text() and form.enters.isEnabled()
    form.table.setCurrentCell(place, 0)
    form.fields["value"].setText("很多")
    form.enter()
    assert form.refusal.text() and window.desk.park.project.fact("approved_area_ha") is None
    for name, text in {
        "value": "1186.42",
        "document": "湘园区办〔2022〕示例1号",
        "document_date": "2022-03-01",
    }.items():
        form.fields[name].setText(text)
    form.enter()
    idle(window)
    assert window.strip.cells["approved_area"].figure.value == pytest.approx(1186.42)
    assert form.table.item(place, 6).text() == "—" and window.bottom.steps.rowCount() >= 2
    assert window.actions_["undo"].isEnabled()
    window.actions_.run("undo")
    until(lambda: window.desk.park.project.fact("approved_area_ha") is None, "undo")
    until(lambda: window.desk.park.standing == "judged" and not window.desk.workers.jobs, "judged")
    figure = window.strip.cells["approved_area"]
    until(lambda: figure.figure is not None and figure.figure.value is None, "figure")
    form.close()


def test_closing_ends_the_work(empty_window: Any) -> None:
    window = empty_window
    window.desk.open(folder() / "2026-11")
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "work"]


def test_a_sheet_is_printed_beside_the_main_thread(window: Any, idle: Any, tmp_path: Path) -> None:
    pytest.importorskip("gis_app.sheets.control_lines")
    out = tmp_path / "套合图.pdf"
    window.desk.print_sheet(out)
    idle(window)
    assert window.map.notice.said == ("pass", Message("ui.printed", {"path": str(out)}))
    assert out.read_bytes().startswith(b"%PDF")
