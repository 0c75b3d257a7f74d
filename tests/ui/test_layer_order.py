"""The order of the layer tree: a step in a project, kept in a folder as long as it is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from gis_app.ui.layer_order import Place, may_drop
from gis_app.ui.layer_row import GROUP
from tests.ui.park_file import sample_file
from tests.ui.screens import until

LOW, HIGH = "ecological_red_line", "permanent_basic_farmland"


def drag_above(tree: Any, id: str) -> None:
    """Do what a drag does: the layer to the top of its group, its group to the top of the tree."""
    head = tree.item_of(id).parent()
    head.insertChild(0, head.takeChild(head.indexOfChild(tree.item_of(id))))
    tree.insertTopLevelItem(0, tree.takeTopLevelItem(tree.indexOfTopLevelItem(head)))
    tree.given.keep(tree.order())


def above(order: list[str], id: str, other: str) -> bool:
    return order.index(id) > order.index(other)


def test_in_a_project_another_order_is_a_step(empty_window: Any, tmp_path: Path) -> None:
    window, path = empty_window, sample_file(tmp_path / "park.gpkg")
    window.desk.open(path)
    until(lambda: window.desk.park is not None and not window.desk.workers.jobs, "the project")
    tree, canvas = window.tree, window.map.canvas
    first = tree.order()
    assert above(first, HIGH, LOW) and first[-1] != LOW
    drag_above(tree, LOW)
    until(lambda: window.desk.park.project.ordered, "stored")
    assert tree.order()[-1] == LOW == list(window.desk.park.project.layers)[-1] == canvas.order[-1]
    tree.fill()
    assert tree.order()[-1] == LOW
    window.actions_.run("undo")
    until(lambda: not window.desk.park.project.ordered, "undone")
    assert tree.order() == first == list(canvas.order)
    window.actions_.run("redo")
    until(lambda: window.desk.park.project.ordered, "redone")
    window.desk.park.close()
    window.desk.park = None
    window.desk.open(path)
    until(lambda: window.desk.park is not None and not window.desk.workers.jobs, "opened again")
    assert tree.order()[-1] == LOW == list(canvas.order)[-1]


def test_in_a_folder_it_stays_while_it_is_open(window: Any) -> None:
    tree, canvas = window.tree, window.map.canvas
    drag_above(tree, LOW)
    tree.fill()
    assert tree.order()[-1] == LOW == list(canvas.order)[-1]
    QApplication.processEvents()


def test_a_layer_is_let_go_in_its_group_and_a_group_among_groups(window: Any) -> None:
    tree = window.tree
    row, other, far = tree.item_of(LOW), tree.item_of(HIGH), tree.item_of("survey_polygon")
    head = row.parent()
    assert may_drop(row, other, Place.BelowItem) and may_drop(row, head, Place.OnItem)
    assert not may_drop(row, far, Place.AboveItem) and not may_drop(row, None, Place.OnViewport)
    assert not may_drop(row, head, Place.BelowItem) and head.data(0, GROUP)
    assert may_drop(head, far.parent(), Place.AboveItem) and may_drop(head, None, Place.OnViewport)
    assert not may_drop(head, far, Place.AboveItem) and not may_drop(head, far.parent(), Place.OnItem)
