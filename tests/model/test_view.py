"""A table that rows come to and go from, a view of what a step would make, and redo."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.language import Message
from gis_app.model import GEOMETRY, Changeset, History, Project, Record, Step, View
from tests.model.changes import TEXT, changesets, content, layer, projects
from tests.model.test_project import change, park, row


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_view_says_what_the_project_will_say(data: st.DataObject) -> None:
    one = data.draw(projects())
    step = data.draw(changesets(one))
    before, frames = content(one), {id: each.frame for id, each in one.layers.items()}
    seen = View(one, step)
    answers = {id: (each.fids.tolist(), each.geometry.tolist()) for id, each in seen.layers.items()}
    near = {id: each.near((0, 0, 250, 250)).tolist() for id, each in seen.layers.items()}
    assert content(one) == before
    assert all(one.layers[id].frame is frame for id, frame in frames.items())
    one.apply(step)
    assert answers == {id: (each.fids.tolist(), each.geometry.tolist()) for id, each in one.layers.items()}
    assert near == {id: each.near((0, 0, 250, 250)).tolist() for id, each in one.layers.items()}
    assert (seen.facts, seen.proposals, seen.as_of, seen.crs) == (
        one.facts,
        one.proposals,
        one.as_of,
        one.crs,
    )


def test_a_view_shares_the_frame() -> None:
    one = park()
    step = change(Record("supply_parcel", 1, {"parcel_no": "GD-1"}, {"parcel_no": "neu"}))
    seen = View(one, step)
    assert seen.layers["supply_parcel"].table._whole is one.layers["supply_parcel"].table._whole
    assert seen.layers["supply_parcel"].rows([1, 2], ["parcel_no"])["parcel_no"].tolist() == ["neu", "GD-2"]
    assert one.layers["supply_parcel"].rows([1], ["parcel_no"])["parcel_no"].tolist() == ["GD-1"]


def test_rows_that_came_and_went_are_answered_without_the_frame() -> None:
    one = park(4)
    table = one.layers["supply_parcel"].table
    whole = table._whole
    one.apply(
        change(Record("supply_parcel", 2, row(), None), Record("supply_parcel", 9, None, row("neu", 90)))
    )
    one.apply(change(Record("supply_parcel", 9, {"parcel_no": "neu"}, {"parcel_no": "neuer"})))
    at = one.layers["supply_parcel"]
    assert at.table is table and table._whole is whole
    assert at.fids.tolist() == [1, 3, 4, 9] and len(at) == 4
    assert at.rows(None, ["parcel_no"])["parcel_no"].tolist() == ["GD-1", "GD-3", "GD-4", "neuer"]
    assert at.rows([9, 1], ["area_m2", "parcel_no"])["parcel_no"].tolist() == ["neuer", "GD-1"]
    with pytest.raises(KeyError):
        at.rows([2], ["parcel_no"])
    one.apply(change(Record("supply_parcel", 2, None, row("GD-2", 20.0))))
    assert at.fids.tolist() == [1, 2, 3, 4, 9] and at.frame.index.tolist() == [1, 2, 3, 4, 9]
    assert at.geometry[1].equals(shapely.box(20, 0, 27, 7))


def test_a_field_of_the_type_gets_its_column_when_first_filled() -> None:
    one = park()
    after = {"contract_area_m2": 5.0, "right_holder": "甲"}
    one.apply(change(Record("supply_parcel", 2, dict.fromkeys(after), after)))
    at = one.layers["supply_parcel"]
    values = at.rows(None, ["contract_area_m2", "right_holder"])
    assert values["contract_area_m2"].dtype == np.float64 and values["contract_area_m2"][1] == 5
    assert values["right_holder"].tolist() == [None, "甲", None]
    assert at.frame.columns[-1] == GEOMETRY and at.frame.geometry.name == GEOMETRY


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("add drop write read"), st.integers(0, 30)), max_size=40))
def test_a_table_is_what_a_dictionary_says(steps: list[tuple[str, int]]) -> None:
    one = Project(
        layers={"supply_parcel": layer("supply_parcel", [1, 2, 3], [row(x=10.0 * n) for n in (1, 2, 3)])}
    )
    table = one.layers["supply_parcel"].table
    table.near((0, 0, 1, 1))
    model: dict[int, Any] = {n: row(x=10.0 * n) for n in (1, 2, 3)}
    for verb, fid in steps:
        if verb == "add" and fid not in model:
            model[fid] = row(f"x{fid}", 5.0 * fid)
            table.add({fid: model[fid]})
        elif verb == "drop" and fid in model:
            del model[fid]
            table.drop([fid])
        elif verb == "write" and fid in model:
            model[fid] = {**model[fid], "parcel_no": "w", GEOMETRY: shapely.box(fid, 50, fid + 1, 51)}
            table.write(("parcel_no", GEOMETRY), {fid: model[fid]})
        elif verb == "read" and fid % 7 == 0:
            assert table.frame.index.tolist() == sorted(model)
        assert table.fids.tolist() == sorted(model) and len(table) == len(model)
        assert table.column("parcel_no").tolist() == [model[fid]["parcel_no"] for fid in sorted(model)]
        hit = [
            f
            for f in sorted(model)
            if shapely.box(*model[f][GEOMETRY].bounds).intersects(shapely.box(0, 0, 60, 50))
        ]
        assert table.near((0, 0, 60, 50)).tolist() == hit
        assert table.has(range(5)).tolist() == [n in model for n in range(5)]


# -- redo ---------------------------------------------------------------------


def test_redo_goes_forwards_until_something_new_is_done() -> None:
    history = History([Step(n, TEXT) for n in (1, 2, 3)])
    assert history.next_redo() is None
    history.add(Step(4, TEXT, undoes=3))
    history.add(Step(5, TEXT, undoes=2))
    assert history.next_redo() == Step(5, TEXT, undoes=2)
    history.add(Step(6, TEXT, undoes=5))
    assert history.next_undo() == Step(6, TEXT, undoes=5) and history.next_redo() == Step(4, TEXT, undoes=3)
    history.add(Step(7, TEXT, undoes=6))
    assert history.next_undo() == Step(1, TEXT) and history.next_redo() == Step(7, TEXT, undoes=6)
    history.add(Step(8, TEXT))
    assert history.next_redo() is None and history.next_undo() == Step(8, TEXT)
    rebuilt = History(history.steps)
    assert (rebuilt.next_undo(), rebuilt.next_redo()) == (Step(8, TEXT), None)


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=40))
def test_history_is_two_stacks(gestures: list[str]) -> None:
    history, done, undone = History(), [], []
    for seq, gesture in enumerate(gestures, start=1):
        step = history.next_undo() if gesture == "undo" else history.next_redo()
        if gesture == "do":
            history.add(Step(seq, Message("edits.lock_layer", {"layer": str(seq)})))
            done.append(str(seq))
            undone = []
        elif step is not None:
            assert step.name.values["layer"] == (done if gesture == "undo" else undone)[-1]
            history.add(Step(seq, Changeset(step.text).inverse().text, step.seq))
            undone.append(done.pop()) if gesture == "undo" else done.append(undone.pop())
        else:
            assert not (done if gesture == "undo" else undone)
    again = History(history.steps)
    assert (again.next_undo(), again.next_redo()) == (history.next_undo(), history.next_redo())
