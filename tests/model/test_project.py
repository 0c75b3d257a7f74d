"""A project takes a changeset whole or not at all, and its inverse takes it back."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.model import (
    GEOMETRY,
    PARK,
    Changeset,
    Completeness,
    Fact,
    History,
    Layer,
    Project,
    Proposal,
    Record,
    Step,
    feature_frame,
)
from tests.model.changes import COLUMNS, GRID, KIND, TEXT, changesets, content, layer, projects


def row(parcel_no: str | None = "GD-1", x: float = 0.0, **given: Any) -> dict[str, Any]:
    blank: dict[str, Any] = {name: None for name in COLUMNS} | {
        "area_m2": float("nan"),
        "parkplan_source_id": 0,
    }
    return {**blank, "parcel_no": parcel_no, GEOMETRY: shapely.box(x, 0, x + 7, 7), **given}


def park(count: int = 3) -> Project:
    made = Project(GRID, layers={"supply_parcel": layer("supply_parcel", list(range(1, count + 1)), [
        row(f"GD-{i}", 10.0 * i, area_m2=float(i)) for i in range(1, count + 1)
    ])})  # fmt: skip
    made.next_fid = count + 1
    return made


def change(*records: Record, **whole: Any) -> Changeset:
    return Changeset(TEXT, records, **whole)


# -- there and back -----------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_step_and_its_inverse_leave_the_project_as_it_was(data: st.DataObject) -> None:
    one = data.draw(projects())
    step = data.draw(changesets(one))
    before, next_fid = content(one), one.next_fid
    one.apply(step)
    after = content(one)
    for each in one.layers.values():
        sound(each)
        assert each.frame.index.is_unique
        assert all(fid < one.next_fid for fid in each.fids)
    one.apply(step.inverse())
    assert content(one) == before
    assert one.next_fid >= next_fid
    one.apply(step)
    assert content(one) == after


def sound(one: Layer) -> None:
    """A layer is the kind of table it was made as, in its reference system, with columns of their types."""
    if GEOMETRY in one.frame:
        assert isinstance(one.frame, gpd.GeoDataFrame)
        assert one.frame.crs == GRID and one.frame.geometry.name == GEOMETRY
        assert one.frame[GEOMETRY].dtype == "geometry"
    else:
        assert type(one.frame) is pd.DataFrame
    assert one.frame.index.dtype == np.int64 and one.frame.index.name == "fid"
    assert one.frame["area_m2"].dtype == np.float64
    assert one.frame["parkplan_source_id"].dtype == np.int64
    for name in ("parcel_no", "agreed_start_date", "on_cleanup_list"):
        assert one.frame[name].dtype == object


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_inverse_of_the_inverse_is_the_step(data: st.DataObject) -> None:
    one = data.draw(projects())
    step = data.draw(changesets(one))
    again = step.inverse().inverse()
    assert (again.records, again.arrivals, again.departures) == (step.records, step.arrivals, step.departures)
    assert bool(step) == bool(step.records or step.arrivals or step.departures)


# -- tables -------------------------------------------------------------------


def test_a_frame_stays_what_it_is_after_insert_and_drop() -> None:
    one = park()
    one.apply(change(Record("supply_parcel", 4, None, row("GD-4", area_m2=4.0))))
    sound(one.layers["supply_parcel"])
    one.apply(change(*(Record("supply_parcel", fid, row(), None) for fid in (1, 2, 3, 4))))
    sound(one.layers["supply_parcel"])
    assert len(one.layers["supply_parcel"].frame) == 0
    one.apply(change(Record("supply_parcel", 5, None, row("GD-5"))))
    sound(one.layers["supply_parcel"])
    assert one.next_fid == 6


def test_an_inserted_row_without_some_columns_is_blank_there() -> None:
    one = park()
    bare = {"parcel_no": "GD-9", GEOMETRY: shapely.box(0, 0, 1, 1), "parkplan_source_id": 9}
    one.apply(change(Record("supply_parcel", 9, None, bare)))
    sound(one.layers["supply_parcel"])
    seen = one.layers["supply_parcel"].rows([9], ["parcel_no", "agreed_start_date", "area_m2"])
    assert seen["parcel_no"].tolist() == ["GD-9"] and seen["agreed_start_date"].tolist() == [None]
    assert np.isnan(seen["area_m2"]).all()


def test_an_update_writes_the_columns_it_names_and_no_other() -> None:
    one = park()
    before = content(one)["rows"]["supply_parcel"]
    one.apply(change(
        Record("supply_parcel", 3, {"parcel_no": "GD-3"}, {"parcel_no": None}),
        Record("supply_parcel", 1, {"parcel_no": "GD-1"}, {"parcel_no": "GD-1A"}),
    ))  # fmt: skip
    after = content(one)["rows"]["supply_parcel"]
    assert after[2] == before[2]
    assert one.layers["supply_parcel"].rows([1, 2, 3], ["parcel_no"])["parcel_no"].tolist() == [
        "GD-1A",
        "GD-2",
        None,
    ]
    sound(one.layers["supply_parcel"])


def test_a_column_of_dates_and_of_flags_takes_and_gives_them_back() -> None:
    one = park()
    day = date(2024, 2, 29)
    one.apply(change(Record("supply_parcel", 2, {"agreed_start_date": None}, {"agreed_start_date": day})))
    one.apply(change(Record("supply_parcel", 2, {"on_cleanup_list": None}, {"on_cleanup_list": True})))
    seen = one.layers["supply_parcel"].rows([2], ["agreed_start_date", "on_cleanup_list"])
    assert seen["agreed_start_date"].tolist() == [day] and seen["on_cleanup_list"].tolist() == [True]
    assert type(seen["agreed_start_date"][0]) is date


def test_rows_as_plain_arrays() -> None:
    one = park().layers["supply_parcel"]
    seen = one.rows(None, ["area_m2", "on_cleanup_list"])
    assert seen["area_m2"].dtype == np.float64 and seen["on_cleanup_list"].tolist() == [None] * 3
    assert one.rows([3, 1], ["parcel_no"])["parcel_no"].tolist() == ["GD-3", "GD-1"]
    assert one.has("area_m2") and not one.has("nothing")
    with pytest.raises(KeyError):
        one.rows(None, ["nothing"])


def test_pandas_own_missing_marks_are_none() -> None:
    frame = feature_frame(
        [1, 2], {"a": np.array([pd.NA, "x"], dtype=object), "b": [pd.NaT, None]}, None, None
    )
    seen = Layer("x", KIND, frame).rows(None, ["a", "b"])
    assert seen["a"].tolist() == [None, "x"] and seen["b"].tolist() == [None, None]
    assert len(Layer("x", KIND, frame).geometry) == 0


# -- refusals -----------------------------------------------------------------

FIRST = Record("project", "name", {"value": ""}, {"value": "新名"})
MISFITS = {
    "unknown table": Record("nothing", 1, None, {"a": 1}),
    "a row that is there already": Record("supply_parcel", 2, None, row()),
    "a row that is not there, changed": Record("supply_parcel", 99, {"parcel_no": "a"}, {"parcel_no": "b"}),
    "a row that is not there, deleted": Record("supply_parcel", 99, row(), None),
    "a column that the layer does not have": Record("supply_parcel", 1, {"nothing": 1}, {"nothing": 2}),
    "a fact that is not there, deleted": Record("fact", "/out_ha", {"value": 1}, None),
    "a fact that is there already": Record(
        "fact", "/approved_area_ha", None, vars(Fact(PARK, "approved_area_ha", 2.0))
    ),
    "a proposal that is not there, changed": Record(
        "proposal", "Z", vars(Proposal("Z")), vars(Proposal("Z", "z"))
    ),
    "a layer that is not there": Record("layer", "nothing", {"scheme": None}, {"scheme": "survey3"}),
    "an unknown property": Record("project", "colour", {"value": 1}, {"value": 2}),
    "a sheet that is not there, deleted": Record("sheet", 1, {"a": 1}, None),
}


@pytest.mark.parametrize("kind", MISFITS)
@pytest.mark.parametrize("first", [True, False])
def test_a_record_that_does_not_fit_changes_nothing(kind: str, first: bool) -> None:
    one = park()
    fact = Fact(PARK, "approved_area_ha", 1.0)
    one.facts[fact.id] = fact
    before = content(one)
    records = (MISFITS[kind], FIRST) if first else (FIRST, MISFITS[kind])
    with pytest.raises(ValueError):
        one.apply(change(*records, arrivals=(layer("plan", [7], [row()]),)))
    assert content(one) == before and one.next_fid == 4


def test_one_row_twice_in_a_step_does_not_fit() -> None:
    one = park()
    twice = Record("supply_parcel", 9, None, row())
    with pytest.raises(ValueError):
        one.apply(change(twice, twice))


@pytest.mark.parametrize("kind", ["arrival there already", "departure of none", "records of an arrival"])
def test_a_layer_that_does_not_fit_changes_nothing(kind: str) -> None:
    one = park()
    before = content(one)
    known, new = one.layers["supply_parcel"], layer("plan", [7], [row()])
    step = {
        "arrival there already": change(FIRST, arrivals=(known,)),
        "departure of none": change(FIRST, departures=(new,)),
        "records of an arrival": change(Record("plan", 7, row(), None), FIRST, arrivals=(new,)),
    }[kind]
    with pytest.raises(ValueError):
        one.apply(step)
    assert content(one) == before


def test_a_layer_may_be_replaced_by_another_of_its_id() -> None:
    one = park()
    old, new = one.layers["supply_parcel"], layer("supply_parcel", [7], [row("GD-7")])
    step = change(arrivals=(new,), departures=(old,))
    one.apply(step)
    assert one.layers["supply_parcel"].fids.tolist() == [7] and one.next_fid == 8
    one.apply(step.inverse())
    assert one.layers["supply_parcel"].fids.tolist() == [1, 2, 3] and one.next_fid == 8


# -- where --------------------------------------------------------------------


def test_near_knows_changed_rows() -> None:
    one = park()
    at = one.layers["supply_parcel"]
    assert at.near((10, 0, 20, 5)).tolist() == [1, 2]
    moved = {GEOMETRY: shapely.box(1000, 0, 1007, 7)}
    one.apply(change(Record("supply_parcel", 1, {GEOMETRY: at.geometry[0]}, moved)))
    assert at.near((10, 0, 20, 5)).tolist() == [2]
    assert at.near((990, 0, 1001, 5)).tolist() == [1]
    one.apply(change(Record("supply_parcel", 4, None, row(x=12.0)), Record("supply_parcel", 2, row(), None)))
    assert at.near((10, 0, 20, 5)).tolist() == [4]
    assert at.near((-5, -5, -1, -1)).tolist() == []


def test_near_after_many_changes_makes_a_new_index() -> None:
    many = 1_200
    one = Project(GRID, layers={"supply_parcel": layer("supply_parcel", list(range(1, many + 1)), [
        row(x=10.0 * i) for i in range(many)
    ])})  # fmt: skip
    at = one.layers["supply_parcel"]
    assert at.near((0, 0, 25, 5)).tolist() == [1, 2, 3]
    one.apply(change(*(
        Record("supply_parcel", fid, {GEOMETRY: None}, {GEOMETRY: shapely.box(fid, 100, fid + 1, 101)})
        for fid in range(1, many)
    )))  # fmt: skip
    assert at.near((0, 0, 25, 5)).tolist() == []
    assert at.near((0, 100, 2.5, 100)).tolist() == [1, 2]


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_near_is_what_looking_at_every_row_gives(data: st.DataObject) -> None:
    one = data.draw(projects())
    x, y = data.draw(st.tuples(st.integers(0, 500), st.integers(0, 500)))
    bounds = (x, y, x + 60, y + 60)
    for _ in range(2):
        at = one.layers["supply_parcel"]
        meets = shapely.intersects(shapely.box(*shapely.bounds(at.geometry).T), shapely.box(*bounds))
        assert at.near(bounds).tolist() == sorted(at.fids[meets].tolist())
        one.apply(data.draw(changesets(one).filter(lambda step: not step.departures and not step.arrivals)))


def test_a_table_without_shapes_is_nowhere() -> None:
    one = Project(GRID, layers={"requests": layer("requests", [1], [row()], geometry=False)})
    at = one.layers["requests"]
    assert at.near((0, 0, 9, 9)).tolist() == []
    one.apply(change(Record("requests", 1, {"parcel_no": "GD-1"}, {"parcel_no": "x"})))
    assert at.near((0, 0, 9, 9)).tolist() == []


# -- facts, completeness, history ---------------------------------------------


@pytest.mark.parametrize(
    ("document", "day", "proposed", "documented"),
    [
        ("〔2022〕1号", date(2022, 3, 1), False, True),
        ("〔2022〕1号", None, False, False),
        ("  ", date(2022, 3, 1), False, False),
        ("〔2022〕1号", date(2022, 3, 1), True, False),
    ],
)
def test_a_documented_fact(document: str, day: date | None, proposed: bool, documented: bool) -> None:
    assert Fact(PARK, "x", 1.0, document, day, "", proposed).documented is documented


def test_facts_by_owner() -> None:
    facts = [Fact(PARK, "out_ha", 1.0), Fact("A", "out_ha", 2.0)]
    one = Project(facts={fact.id: fact for fact in facts})
    assert one.fact("out_ha") == facts[0] and one.fact("out_ha", "A") == facts[1]
    assert one.fact("out_ha", "B") is None and one.of_type("road") is None


def test_a_guess_or_another_delivery_s_word_does_not_count() -> None:
    assert Completeness().counts
    assert not Completeness(proposed=True).counts and not Completeness(lapsed=True).counts


def test_undo_goes_backwards_and_past_what_was_undone() -> None:
    history = History([Step(1, TEXT), Step(2, TEXT), Step(3, TEXT)])
    assert history.next_undo() == Step(3, TEXT)
    history.add(Step(4, TEXT, undoes=3))
    assert history.next_undo() == Step(2, TEXT)
    history.add(Step(5, TEXT))
    assert history.next_undo() == Step(5, TEXT)
    for seq, undone in ((6, 5), (7, 2), (8, 1)):
        history.add(Step(seq, TEXT, undoes=undone))
    assert history.next_undo() is None and len(history.steps) == 8
    assert History(history.steps).next_undo() is None and History().next_undo() is None
