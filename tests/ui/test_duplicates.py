"""A duplicate: the same features under another name, in another style, order and visibility; steps."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.model.duplicate import duplicates, in_order
from gis_app.render.legend import entries
from gis_app.render.scene import Scene
from gis_app.session.map_view import load_views
from gis_app.ui.duplicating import rename
from gis_app.ui.layer_row import COUNT, ID
from gis_app.ui.map_views import restore_view, save_view
from tests.ui.park_file import stored
from tests.ui.screens import until

LAYER, AGAIN = "road", "road#2"


@pytest.fixture
def window(project_window: Any) -> Any:
    return project_window


def settle(window: Any) -> None:
    stored(window)
    until(lambda: not window.desk.workers.jobs, "drawing")


def made(window: Any) -> Any:
    window.tree.duplicate(LAYER)
    until(lambda: AGAIN in window.desk.park.scene, "the duplicate")
    settle(window)
    return window.tree.item_of(AGAIN)


def test_it_lies_on_its_layer_and_shows_the_same_features(window: Any) -> None:
    row, park = made(window), window.desk.park
    assert row is not None and row.data(0, COUNT) == len(park.project.layers[LAYER])
    order = window.tree.order()
    assert order.index(AGAIN) == order.index(LAYER) + 1 and AGAIN in window.tree.visible_ids()
    mine, theirs = park.scene[AGAIN], park.scene[LAYER]
    assert [one.fids.tolist() for one in mine] == [one.fids.tolist() for one in theirs]
    assert any(a.shapes is b.shapes for a in mine for b in theirs)  # coordinates are held once
    assert LAYER in window.map.canvas.order and AGAIN in window.map.canvas.order
    signs, _ = entries(Scene(mine, window.map.canvas.view), window.desk.look.language)
    name = duplicates(park.project)[AGAIN].name
    assert signs and all(name in one.text for one in signs)


def test_it_has_a_style_of_its_own(window: Any) -> None:
    made(window)
    panel = window.tree.open_style(AGAIN)
    panel.wear(replace(panel.style_, opacity=0.3))
    panel.keep()
    settle(window)
    styles = window.desk.park.catalogue.styles
    assert styles[AGAIN].opacity == 0.3 and styles[LAYER].opacity == 1.0
    assert {one.opacity for one in window.desk.park.scene[AGAIN]} == {0.3}
    assert {one.opacity for one in window.desk.park.scene[LAYER]} == {1.0}
    panel.reset()
    settle(window)
    assert window.desk.park.catalogue.styles[AGAIN].opacity == 1.0 and AGAIN in window.desk.park.scene


def test_an_edit_is_one_and_repaints_both(window: Any) -> None:
    made(window)
    park = window.desk.park
    fid = int(park.project.layers[LAYER].fids[0])
    before = [one.shapes.geometry(np.ones(len(one.shapes), bool)) for one in park.scene[AGAIN]]
    window.toolbox.bench.take(LAYER)
    window.toolbox.bench.perform("move", {"layer": LAYER, "fids": [fid], "by": [5.0, 0.0]})
    settle(window)
    park, moved = window.desk.park, {}
    for id in (LAYER, AGAIN):
        shapes = [
            one.shapes.geometry(one.fids == fid)
            for one in park.scene[id]
            if ((one.fids == fid) & (one.symbol_of >= 0)).any()
        ]
        moved[id] = shapes[-1][0]
    assert shapely.equals(moved[LAYER], moved[AGAIN])
    assert not any(shapely.equals_exact(moved[AGAIN], shape) for shapes in before for shape in shapes)


def test_name_and_end_are_steps_that_are_taken_back(window: Any, tmp_path: Path) -> None:
    made(window)
    rename(window.tree, AGAIN, "夜间图 道路")
    settle(window)
    assert window.tree.item_of(AGAIN).text(0) == "夜间图 道路"
    window.tree.remove(AGAIN)
    settle(window)
    until(lambda: window.tree.item_of(AGAIN) is None, "gone")
    assert AGAIN not in window.desk.park.scene and window.tree.item_of(LAYER) is not None
    window.actions_.run("undo")
    settle(window)
    until(lambda: window.tree.item_of(AGAIN) is not None, "back")
    assert window.tree.item_of(AGAIN).text(0) == "夜间图 道路"
    path = window.desk.park.path
    window.desk.park.close()
    window.desk.park = None
    window.desk.open(path)
    until(lambda: window.desk.park is not None and AGAIN in window.desk.park.scene, "opened again")
    assert window.tree.item_of(AGAIN).text(0) == "夜间图 道路"


def test_qgis_is_told_of_it(window: Any) -> None:
    made(window)
    with sqlite3.connect(window.desk.park.path) as plain:
        rows = plain.execute(
            "SELECT styleName, useAsDefault FROM layer_styles WHERE f_table_name = ?", (LAYER,)
        ).fetchall()
    plain.close()
    assert len(rows) == 2 and sorted(default for _, default in rows) == [0, 1]


def test_it_is_dragged_and_kept_in_views(window: Any) -> None:
    made(window)
    tree, canvas = window.tree, window.map.canvas
    head = tree.item_of(AGAIN).parent()
    head.insertChild(head.childCount() - 1, head.takeChild(head.indexOfChild(tree.item_of(AGAIN))))
    wanted = tree.order()
    tree.given.keep(wanted)
    until(lambda: window.desk.park.project.ordered, "stored")
    settle(window)
    assert tree.order() == wanted and wanted.index(AGAIN) < wanted.index(LAYER)
    assert [id for id in wanted if "/" not in id and id in in_order(window.desk.park.project)] == [
        id for id in in_order(window.desk.park.project) if id in wanted
    ]
    save_view(tree, canvas, "两种道路")
    tree.set_visible(AGAIN, False)
    restore_view(tree, canvas, load_views(window.desk.park.path)[0])
    assert AGAIN in tree.visible_ids()


def test_a_feature_under_both_is_found_once(window: Any) -> None:
    made(window)
    from gis_app.ui.park import under

    park = window.desk.park
    place = park.project.layers[LAYER].geometry[0].interpolate(0.5, normalized=True)
    found = under(park, [LAYER, AGAIN], place.x, place.y, 3.0)
    assert len(found) == len(set(found)) >= 1 and {layer for layer, _ in found} == {LAYER}


def test_the_row_has_a_menu(window: Any) -> None:
    row = made(window)
    texts = [action.text() for action in window.tree.menu_of(row).actions()]
    look = window.desk.look
    assert {look.text(id) for id in ("menu_duplicate", "menu_rename", "menu_remove_duplicate")} <= set(texts)
    plain = [action.text() for action in window.tree.menu_of(window.tree.item_of(LAYER)).actions()]
    assert look.text("menu_rename") not in plain and look.text("menu_remove") in plain
    assert row.data(0, ID) == AGAIN
