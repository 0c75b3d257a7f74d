"""Panels of editing: every edit can be reached, says first what would come of it, and is one step."""

# ruff: noqa: F811 (fixtures of the other module)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from gis_app.edits.registry import EDITS
from gis_app.ui.editing.forms import FORMS
from tests.ui.screens import until
from tests.ui.test_editing import (  # noqa: F401 (fixtures)
    LAYER,
    bench,
    click,
    corner,
    drag,
    draw_square,
    frame,
    layer,
    place_of,
    press,
    settle,
    stored,
    window,
)

CONTROL = Qt.KeyboardModifier.ControlModifier
ELSEWHERE = {
    "draw_feature": "tool_draw", "move_vertex": "tool_vertex", "insert_vertex": "tool_vertex",
    "delete_vertex": "tool_vertex", "move": "tool_move", "rotate": "tool_turn", "scale": "tool_scale",
    "reshape": "tool_reshape", "split": "tool_split", "add_hole": "tool_hole", "add_part": "tool_part",
    "remove_hole": "tool_remove_hole", "remove_part": "tool_remove_part", "delete_features": "edit_delete",
    "calculate_field": "calculate", "set_cells": "show_table", "set_fact": "facts", "unlock_layer": "unlock",
    "attach": "attach", "detach": "attachments", "set_network": "left",
    "lock_layer": "unlock", "order_layers": "left", "remove_layer": "left", "set_styles": "left",
    "duplicate_layer": "left", "rename_duplicate": "left", "remove_duplicate": "left",
}  # fmt: skip
"""Edits without a form → the action by which a person comes to them; ``left``: layers and images."""


@pytest.fixture
def square(window: Any, corner: Any) -> Iterator[int]:
    draw_square(window, corner)
    fid = int(layer(window).fids[-1])
    window.map.choose([(LAYER, fid)])
    yield fid


def panel(window: Any, id: str) -> Any:
    window.actions_.run(id)
    return window.toolbox.panels[id]


def enter(form: Any, name: str, text: str) -> None:
    form.fields[name].setText(text)
    form.preview()


def test_every_edit_is_reached_by_a_named_action(window: Any) -> None:
    reached = {form.edit for form in FORMS.values()} | set(ELSEWHERE)
    assert set(EDITS) <= reached
    for action in (*ELSEWHERE.values(), *FORMS):
        assert window.actions_[action].text()


def test_every_form_has_fields_that_its_edit_declares_and_says_what_is_missing(
    window: Any,
) -> None:
    window.map.choose([])
    for id, form in FORMS.items():
        declared = {argument.name for argument in EDITS[form.edit].arguments}
        assert set(form.asked) <= declared
        made = panel(window, id)
        assert made.isVisible()
        made.preview()
        if form.on != "all":
            assert made.told.text() and not made.acts.isEnabled(), id
        made.close_panel()


def test_a_split_by_area_is_told_and_drawn_before_it_is_made(window: Any, square: int) -> None:
    form = panel(window, "edit_split_area")
    enter(form, "areas_m2", "2500, 2500")
    assert form.acts.isEnabled(), form.told.text()
    assert len(form.ghost.shapes) == 3
    before = len(layer(window))
    form.act()
    settle(window)
    assert len(layer(window)) == before + 2
    assert not form.isVisible()
    window.actions_.run("undo")
    settle(window)
    assert len(layer(window)) == before


def test_what_is_no_number_is_said_and_nothing_is_made(window: Any, square: int) -> None:
    form = panel(window, "edit_buffer")
    enter(form, "distance_m", "far")
    assert "far" in form.told.text() and not form.acts.isEnabled()
    enter(form, "distance_m", "20")
    before = len(layer(window))
    form.act()
    settle(window)
    assert len(layer(window)) == before + 1


def test_attributes_of_several_features_are_one_step_and_checked(window: Any, square: int) -> None:
    fids = [square, int(layer(window).fids[0])]
    window.map.choose([(LAYER, fid) for fid in fids])
    form = panel(window, "edit_attributes")
    kind = layer(window).feature_type
    number = next(field.id for field in kind.fields if field.type == "number")
    text = next(field.id for field in kind.fields if field.type == "text" and not field.values)
    fields = form.fields["values"]
    fields.enter(number, "twelve")
    form.preview()
    assert not form.acts.isEnabled() and "twelve" in form.told.text()
    fields.enter(number, "12.5")
    fields.enter(text, "新值")
    steps = len(window.desk.park.session.history.steps)
    form.act()
    settle(window)
    assert len(window.desk.park.session.history.steps) == steps + 1
    rows = layer(window).rows(fids, [number, text])
    assert rows[number].tolist() == [12.5, 12.5] and rows[text].tolist() == ["新值", "新值"]


def test_the_calculator_shows_the_first_rows_and_works_beside_the_window(window: Any, square: int) -> None:
    form = panel(window, "calculate")
    kind = layer(window).feature_type
    number = next(field.id for field in kind.fields if field.type == "number")
    form.field.setCurrentIndex(form.field.findData(number))
    form.expression.setText("area_m2() +")
    form.preview()
    assert not form.acts.isEnabled() and form.told.text()
    form.expression.setText("round(area_m2(), 1)")
    form.preview()
    assert "→" in form.told.text()
    form.act()
    until(lambda: not window.desk.workers.jobs, "the calculator")
    settle(window)
    area = place_of(window, square).area
    assert layer(window).rows([square], [number])[number][0] == pytest.approx(area, abs=0.06)


def test_a_supply_is_registered_in_one_step_from_pasted_coordinates(window: Any) -> None:
    batches = layer(window, "approval_batch")
    form = panel(window, "register_supply")
    form.fields["batch"].setCurrentIndex(form.fields["batch"].findData(int(batches.fids[0])))
    ground = batches.geometry[0]
    x, y = shapely.point_on_surface(ground).coords[0]
    rows = [(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)]
    form.fields["outline"].setPlainText("\n".join(f"J{n},{b:.3f},{a:.3f}" for n, (a, b) in enumerate(rows)))
    form.fields["cut"].setCurrentIndex(form.fields["cut"].findData("neighbours"))
    form.fields["values"].enter("parcel_no", "4309")
    form.preview()
    assert not form.acts.isEnabled()  # no cadastral code
    form.fields["values"].enter("parcel_no", "430903001001GB00001")
    form.fields["values"].enter("agreed_start_date", "2026-12-01")
    form.preview()
    assert form.acts.isEnabled(), form.told.text()
    before = len(layer(window, "supply_parcel"))
    form.act()
    settle(window)
    parcels = layer(window, "supply_parcel")
    assert len(parcels) == before + 1
    row = parcels.rows([int(parcels.fids[-1])], ["lineage", "idle_warning_date"])
    assert row["lineage"][0] and str(row["idle_warning_date"][0]) == "2027-12-01"


def test_the_sketch_that_is_drawn_is_an_outline_too(window: Any) -> None:
    batches = layer(window, "approval_batch")
    ground = batches.geometry[0]
    x, y = shapely.point_on_surface(ground).coords[0]
    frame(window, ground.bounds)
    window.take_tool("tool_draw")
    for place in ((x - 20, y - 20), (x + 20, y - 20), (x, y + 20)):
        click(window, place)
    form = panel(window, "register_supply")
    form.fields["batch"].setCurrentIndex(form.fields["batch"].findData(int(batches.fids[0])))
    form.fields["cut"].setCurrentIndex(form.fields["cut"].findData("neighbours"))
    form.preview()
    assert form.acts.isEnabled(), form.told.text()
    before = len(layer(window, "supply_parcel"))
    form.act()
    settle(window)
    assert len(layer(window, "supply_parcel")) == before + 1
    assert "draw" not in bench(window).sketches


def test_a_proposal_is_copied_and_an_exception_noted(window: Any, square: int) -> None:
    form = panel(window, "copy_proposal")
    enter(form, "id", "X9")
    form.act()
    settle(window)
    assert window.desk.park.project.proposals["X9"].copied_from
    window.map.choose([(LAYER, square)])
    note = panel(window, "exception_note")
    note.fields["values"].enter("reason", "已核实")
    note.act()
    settle(window)
    [entry] = window.desk.park.project.entries["exception_note"].values()
    assert entry["reason"] == "已核实" and entry["fid"] == square


def test_features_are_chosen_by_a_condition_and_by_where_they_lie(window: Any, square: int) -> None:
    number = next(field.id for field in layer(window).feature_type.fields if field.type == "number")
    bench(window).ask("set_attributes", {"layer": LAYER, "fid": square, "values": {number: 77777.0}})
    settle(window)
    by = panel(window, "choose_by_attribute")
    by.condition.setText(f"{number} = 77777")
    by.preview()
    assert by.found == [square] and "1" in by.told.text()
    by.act()
    assert window.map.chosen == [(LAYER, square)]
    by.condition.setText("what >")
    by.preview()
    assert by.found == [] and by.told.text() and not by.acts.isEnabled()
    near = panel(window, "choose_by_location")
    assert not by.isVisible()
    near.relation.setCurrentIndex(near.relation.findData("intersects"))
    near.preview()
    assert square in near.found
    near.way.setCurrentIndex(near.way.findData("out"))
    near.act()
    assert window.map.chosen == []


def test_turned_by_hand_and_by_a_typed_angle(window: Any, square: int) -> None:
    before = place_of(window, square)
    middle = before.centroid
    window.take_tool("tool_turn")
    drag(window, (middle.x + 40.0, middle.y), (middle.x, middle.y + 40.0))
    settle(window)
    assert shapely.symmetric_difference(place_of(window, square), before).area < 100.0  # a quarter turn
    for letter in "45":
        press(window, Qt.Key.Key_A, letter)
    press(window, Qt.Key.Key_Return)
    settle(window)
    turned = place_of(window, square)
    assert turned.area == pytest.approx(before.area, rel=1e-3)
    assert turned.bounds[2] - turned.bounds[0] == pytest.approx(2**0.5 * 100.0, rel=0.02)
    window.take_tool("tool_scale")
    for letter in "0.5":
        press(window, Qt.Key.Key_A, letter)
    press(window, Qt.Key.Key_Return)
    settle(window)
    assert place_of(window, square).area == pytest.approx(before.area / 4.0, rel=1e-3)


def test_drawing_over_a_neighbour_says_who_loses_how_much_and_conserves_area(
    window: Any, square: int
) -> None:
    window.desk.choose_layer("supply_parcel")
    parcel = layer(window, "supply_parcel").geometry[0]
    x, y = shapely.point_on_surface(parcel).coords[0]
    frame(window, parcel.bounds)
    window.actions_.run("cut_neighbours")
    window.take_tool("tool_draw")
    for place in ((x - 6, y - 6), (x + 6, y - 6), (x + 6, y + 6), (x - 6, y + 6)):
        click(window, place)
    tool = window.toolbox.tools["tool_draw"]
    tool._told_at = 0.0
    told = tool.tell(bench(window).sketches["draw"])
    assert any("−" in line or "-" in line for line in told), told
    before = sum(shape.area for shape in layer(window, "supply_parcel").geometry)
    count = len(layer(window, "supply_parcel"))
    press(window, Qt.Key.Key_Return)
    settle(window)
    after = layer(window, "supply_parcel").geometry
    assert len(after) == count + 1, window.said
    assert sum(shape.area for shape in after) == pytest.approx(before, abs=0.01)
    window.actions_.run("cut_neighbours")


def test_features_go_from_layer_to_layer_by_the_usual_keys(window: Any, square: int) -> None:
    assert window.toolbox.copy()
    target = next(
        id for id, one in window.desk.park.project.layers.items()
        if id != LAYER and one.feature_type.geometry == "polygon" and not one.locked
        and not one.feature_type.coverage and len(one.geometry)
    )  # fmt: skip
    window.desk.choose_layer(target)
    before = len(layer(window, target))
    window.toolbox.paste()
    settle(window)
    assert len(layer(window, target)) == before + 1, window.said
    window.desk.choose_layer(LAYER)
    window.map.choose([(LAYER, square)])
    window.toolbox.cut()
    window.desk.choose_layer(target)
    steps = len(window.desk.park.session.history.steps)
    window.toolbox.paste()
    settle(window)
    assert square not in layer(window).fids and len(layer(window, target)) == before + 2
    assert len(window.desk.park.session.history.steps) == steps + 1
    window.map.choose([(target, int(layer(window, target).fids[-1]))])
    window.actions_.run("edit_duplicate")
    settle(window)
    assert len(layer(window, target)) == before + 3, window.said


def test_the_history_is_jumped_through_and_undo_brings_the_view_back(window: Any, square: int) -> None:
    session = window.desk.park.session
    start = session.history.steps[-1].seq
    for distance in (10.0, 20.0, 30.0):
        bench(window).perform("move", {"layer": LAYER, "fids": [square], "by": [distance, 0.0]})
        settle(window)
    x = place_of(window, square).centroid.x
    frame(window, tuple(layer(window, "supply_parcel").geometry[0].bounds))
    window.bottom.steps.jumped.emit(start)
    settle(window)
    assert place_of(window, square).centroid.x == pytest.approx(x - 60.0)
    west, south, east, north = window.map.canvas.view.bounds
    at = place_of(window, square).centroid
    assert west < at.x < east and south < at.y < north
    last = next(step.seq for step in reversed(session.history.steps) if step.undoes is None)
    bench(window).go_to(last)
    settle(window)
    assert place_of(window, square).centroid.x == pytest.approx(x)
    window.actions_.run("discard")
    settle(window)
    assert square not in layer(window).fids
    window.actions_.run("redo")
    settle(window)
    assert square in layer(window).fids


def test_a_cell_is_edited_in_the_table_and_its_type_checked(window: Any) -> None:
    table = window.bottom.attributes
    window.show_list("attributes")
    until(lambda: table.model_.rowCount() > 0, "rows")
    kind = layer(window).feature_type
    number = next(field.id for field in kind.fields if field.type == "number" and layer(window).has(field.id))
    index = table.model_.index(0, table.model_.columns.index(number))
    fid = table.model_.fid(0)
    assert index.flags() & Qt.ItemFlag.ItemIsEditable
    assert not table.model_.setData(index, "many")
    assert table.model_.setData(index, "321.5")
    settle(window)
    assert layer(window).rows([fid], [number])[number][0] == 321.5
    window.desk.choose_layer("permanent_basic_farmland")
    assert not table.may_edit()


def test_pasted_rows_are_checked_before_any_is_written(window: Any) -> None:
    table = window.bottom.attributes
    window.show_list("attributes")
    until(lambda: table.model_.rowCount() > 1, "rows")
    kind = layer(window).feature_type
    number = next(field.id for field in kind.fields if field.type == "number" and layer(window).has(field.id))
    index = table.model_.index(0, table.model_.columns.index(number))
    table.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
    fids = [table.model_.fid(0), table.model_.fid(1)]
    before = layer(window).rows(fids, [number])[number].tolist()
    steps = len(window.desk.park.session.history.steps)
    title = table.model_.title(number)
    QGuiApplication.clipboard().setText(f"{title}\n5.5\nfive")
    table.paste()
    settle(window)
    assert window.said[-1].id == "ui.paste_wrong"
    assert len(window.desk.park.session.history.steps) == steps
    QGuiApplication.clipboard().setText(f"{title}\n5.5\n6.25")
    table.paste()
    settle(window)
    assert layer(window).rows(fids, [number])[number].tolist() == [5.5, 6.25] != before
    assert len(window.desk.park.session.history.steps) == steps + 1
