"""The attribute table: filter, order, sums, selection both ways, copying; a million rows in the view."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.benchmarks.bench_table import parcels
from tests.ui.screens import until


@pytest.fixture
def table(window: Any) -> Any:
    window.desk.choose_layer("supply_parcel")
    window.bottom.show_tab("attributes")
    window.bottom.open(True)
    QApplication.processEvents()
    return window.bottom.attributes


def shown(table: Any, column: str) -> list[str]:
    place = table.model_.columns.index(column)
    return [table.model_.index(row, place).data() for row in range(table.model_.rowCount())]


def test_typing_narrows_the_rows_and_the_sums(table: Any, qtbot: Any) -> None:
    whole = table.model_.rowCount()
    assert whole == 40 and "40 / 40" in table.sums.text() and "100.0%" in table.sums.text()
    qtbot.keyClicks(table.bar.text, "GD-2024")
    until(lambda: table.model_.rowCount() < whole, "filter")
    numbers = shown(table, "parcel_no")
    assert numbers and all("GD-2024" in text for text in numbers)
    assert f"{len(numbers)} / 40" in table.sums.text() and "亩" in table.sums.text()
    assert table.bar.widens.isVisible()
    table.bar.widens.click()
    assert table.model_.rowCount() == whole and not table.bar.text.text()


def test_nothing_found_is_a_sentence(table: Any) -> None:
    table.bar.text.setText("没有这样的")
    table.look_through()
    assert table.none.isVisible() and not table.view.isVisible() and table.none.text()


def test_a_head_orders_up_down_and_as_it_was(table: Any) -> None:
    as_it_was = shown(table, "parcel_no")
    place = table.model_.columns.index("contract_area_m2")
    header = table.view.horizontalHeader()
    header.sectionClicked.emit(place)
    up = [float(text) for text in shown(table, "contract_area_m2") if text]
    assert up == sorted(up) and header.isSortIndicatorShown()
    header.sectionClicked.emit(place)
    down = [float(text) for text in shown(table, "contract_area_m2") if text]
    assert down == up[::-1]
    header.sectionClicked.emit(place)
    assert shown(table, "parcel_no") == as_it_was and not header.isSortIndicatorShown()


def test_a_column_of_areas_is_summed_in_mu_and_hectares(table: Any) -> None:
    place = table.model_.columns.index("contract_area_m2")
    table.view.setCurrentIndex(table.model_.index(0, place))
    total_m2 = sum(float(text) for text in shown(table, "contract_area_m2") if text)
    assert f"{total_m2:.2f}" in table.sums.text() and f"{total_m2 * 15 / 1e4:.2f} 亩" in table.sums.text()


def test_chosen_rows_are_chosen_on_the_map_and_back(table: Any, window: Any) -> None:
    table.view.selectRow(3)
    until(lambda: bool(window.desk.features), "choice")
    fid = table.model_.fid(3)
    assert window.desk.features == [("supply_parcel", fid)] and len(window.map.canvas.selection) == 1
    other = table.model_.fid(7)
    window.desk.choose_features([("supply_parcel", other)])
    QApplication.processEvents()
    assert table.view.chosen() == [7] and window.desk.features == [("supply_parcel", other)]
    road = ("road", int(window.desk.park.project.layers["road"].fids[0]))
    window.desk.choose_features([road])
    QApplication.processEvents()
    assert table.view.chosen() == [] and window.desk.features == [road]


def test_only_the_chosen_ones_then_only_those_in_view(table: Any, window: Any) -> None:
    fids = [table.model_.fid(row) for row in (2, 5)]
    window.map.choose([("supply_parcel", fid) for fid in fids])
    assert table.view.chosen() == [2, 5]
    table.bar.toggles["selected"].click()
    assert [table.model_.fid(row) for row in range(table.model_.rowCount())] == fids
    table.bar.toggles["selected"].click()
    window.map.show_feature("supply_parcel", fids[0])
    table.bar.toggles["in_view"].click()
    in_view = {table.model_.fid(row) for row in range(table.model_.rowCount())}
    near = table.layer().near(window.map.canvas.view.bounds)
    assert fids[0] in in_view and in_view == set(near.tolist()) and len(in_view) < 40
    window.map.frame_park()
    until(lambda: table.model_.rowCount() == 40, "view")


def test_a_row_outside_the_map_is_framed(table: Any, window: Any) -> None:
    window.map.canvas.zoom_to((0.0, 0.0, 100.0, 100.0))
    table.view.selectRow(0)
    until(lambda: window.map.canvas.view.bounds[0] > 1000, "frame")
    assert table.model_.fid(0) in table.layer().near(window.map.canvas.view.bounds)


def test_rows_are_copied_for_a_spreadsheet(table: Any) -> None:
    table.view.choose([0, 1])
    table.copy()
    data = QApplication.clipboard().mimeData()
    lines = data.text().splitlines()
    assert len(lines) == 3 and len(lines[0].split("\t")) == table.model_.columnCount()
    assert "宗地编号" in lines[0] and "(㎡)" in lines[0] and "<table>" in data.html()


def test_changed_rows_are_coloured_and_listed_alone(table: Any) -> None:
    from gis_app.language import Message
    from gis_app.model import Changeset, Record

    fid = table.model_.fid(4)
    record = Record("supply_parcel", fid, {"parcel_no": "a"}, {"parcel_no": "b"})
    table._note(Changeset(Message("model.undo", {"step": "x"}), (record,)))
    table.renew()
    ground = Qt.ItemDataRole.BackgroundRole
    assert table.model_.index(4, 0).data(ground) is not None and table.model_.index(3, 0).data(ground) is None
    table.bar.toggles["changed"].click()
    assert [table.model_.fid(row) for row in range(table.model_.rowCount())] == [fid]


def test_titles_follow_the_language(table: Any, window: Any) -> None:
    place = table.model_.columns.index("contract_area_m2")
    before = table.model_.headerData(place, Qt.Orientation.Horizontal)
    window.look.speak("en")
    assert table.model_.headerData(place, Qt.Orientation.Horizontal) != before
    assert table.bar.toggles["in_view"].text().strip() == "In view"
    window.look.speak("zh")


@pytest.fixture
def millions(qapp: QApplication) -> Iterator[Any]:
    """A table of its own with a million rows."""
    from gis_app.ui.desk import Desk
    from gis_app.ui.look import Look
    from gis_app.ui.reporter import Reporter
    from gis_app.ui.table import Table

    look = Look("zh", "light")
    desk = Desk(look, Reporter(look))
    layers = {"supply_parcel": parcels(1_000_000, with_shapes=False)}
    desk.park = SimpleNamespace(project=SimpleNamespace(layers=layers), session=None)  # type: ignore[assignment]
    desk.layer = "supply_parcel"
    made = Table(desk)
    made.resize(1000, 300)
    made.show()
    yield made
    desk.workers.close()
    made.close()


def test_a_million_rows_are_shown_at_once_and_looked_through_beside(millions: Any) -> None:
    table = millions
    begun = time.thread_time()
    table.load()
    table.view.grab()
    assert time.thread_time() - begun < 5.0, (
        "no row is made that nobody sees; how fast it is, make bench tells"
    )
    assert table.model_.rowCount() == 1_000_000
    until(lambda: not table.desk.workers.jobs, "sums")
    table.bar.text.setText("GD-2019-000003")
    table.look_through()
    assert table.model_.rowCount() == 1_000_000  # the rows before stay
    until(lambda: not table.desk.workers.jobs, "filter")
    assert shown(table, "parcel_no") == ["GD-2019-000003"]
    table.bar.text.setText("恒云")
    table.look_through()
    table.bar.text.setText("GD-2018-000002")
    table.look_through()  # the newer wish replaces the one under way
    until(lambda: not table.desk.workers.jobs, "newer filter")
    assert shown(table, "parcel_no") == ["GD-2018-000002"]


def test_what_is_typed_is_answered_while_a_million_rows_are_put_in_order(millions: Any) -> None:
    table = millions
    table.load()
    until(lambda: not table.desk.workers.jobs, "sums")
    table.sort(table.model_.columns.index("right_holder"))
    waits = []
    while table.desk.workers.jobs:
        begun = time.perf_counter()
        QApplication.processEvents()
        waits.append(time.perf_counter() - begun)
        time.sleep(0.005)
    assert sorted(waits)[int(len(waits) * 0.95)] < 0.25, sorted(waits)[-5:]
    texts = [table.model_.index(row, 1).data() for row in (0, 1, 999_999)]
    assert texts == sorted(texts)


def test_an_edit_is_seen_at_once_and_a_hidden_table_is_filled_when_it_is_shown(
    table: Any, window: Any
) -> None:
    from gis_app.language import Message
    from gis_app.model import Changeset, Record

    window.bottom.show_tab("findings")
    window.desk.choose_layer("road")
    assert table.model_.rows.layer.id == "supply_parcel"  # nobody sees it
    window.bottom.show_tab("attributes")
    assert table.model_.rows.layer.id == "road"
    fid, before = table.model_.fid(0), table.model_.rows
    record = Record("road", fid, {"name": "a"}, {"name": "b"})
    table._note(Changeset(Message("model.undo", {"step": "x"}), (record,)))
    until(lambda: table.model_.rows is not before, "renewed")
    assert fid in table.model_.changed
