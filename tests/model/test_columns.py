"""Columns that are made when they are asked for; what somebody holds stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pandas.testing import assert_frame_equal
from pyproj import CRS

from gis_app.geometry.packed import packed
from gis_app.model import Columns, feature_frame
from gis_app.model.index import FeatureIndex
from gis_app.model.table import Table

GRID = CRS.from_epsg(4546)
N = 6


def shapes() -> np.ndarray:
    return shapely.box(10.0 * np.arange(N), 0, 10.0 * np.arange(N) + 8, 8)


def values() -> dict[str, np.ndarray]:
    names = np.array(["a", "b", None, "d", "e", "f"], dtype=object)
    return {"name": names, "area": np.arange(N) / 4.0, "count": np.arange(N)}


def read() -> Columns:
    """As a bulk reader gives them: texts and geometries not made yet."""
    given = values()
    later = {"name": lambda: given["name"], "area": given["area"], "count": given["count"]}
    return Columns(np.arange(1, N + 1), later, packed(list(shapely.to_wkb(shapes(), byte_order=1))), GRID)


def framed() -> Table:
    return Table(feature_frame(np.arange(1, N + 1), values(), shapes(), GRID))


def changed(table: Table) -> Table:
    moved = shapely.box(500, 500, 510, 510)
    table.write(("geometry", "name"), {2: {"geometry": moved, "name": "neu"}})
    table.write(("count",), {3: {"count": None}})
    table.drop([4])
    table.add({9: {"name": "late", "area": None, "count": 3, "geometry": shapely.Point(1, 1)}})
    table.write(("name",), {9: {"name": "later"}})
    return table


def test_read_and_framed_tables_answer_alike() -> None:
    one, other = changed(Table(read())), changed(framed())
    assert one.fids.tolist() == other.fids.tolist() == [1, 2, 3, 5, 6, 9]
    for name in ("name", "area", "count", "geometry"):
        for fids in (None, [2, 9, 1]):
            np.testing.assert_array_equal(one.column(name, fids), other.column(name, fids))
    assert one.row(2) == other.row(2) and one.row(9) == other.row(9)
    assert one.near((500, 500, 501, 501)).tolist() == [2] == other.near((500, 500, 501, 501)).tolist()
    assert_frame_equal(one.frame, other.frame)
    assert one.packed is not None
    assert shapely.to_wkb(one.packed.shapes()).tolist() == shapely.to_wkb(one.column("geometry")).tolist()


def test_only_what_is_asked_for_becomes_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    whole = shapely.from_wkb
    monkeypatch.setattr(shapely, "from_wkb", lambda given: made.append(len(given)) or whole(given))
    table = Table(read())
    assert table.near((0, 0, 15, 5)).tolist() == [1, 2] and made == []
    table.column("geometry", [2])
    table.write(("geometry",), {3: {"geometry": shapely.Point(0, 0)}})
    table.column("geometry", [2, 3])
    assert made == [1]
    table.column("geometry")
    table.column("geometry")
    assert made == [1, N - 2]


def test_a_text_that_nobody_asks_for_is_not_made() -> None:
    def fail() -> np.ndarray:
        raise AssertionError

    table = Table(Columns(np.arange(1, 3), {"name": fail, "area": np.zeros(2)}, None, None))
    table.write(("area",), {1: {"area": 2.0}})
    assert table.column("area").tolist() == [2.0, 0.0] and table.columns == ["name", "area"]


@pytest.mark.parametrize("make", [lambda: Table(read()), framed])
def test_what_is_still_stays_whatever_the_table_takes(make) -> None:
    table = make()
    table.column("name"), table.column("geometry", [1])
    still = table.still()
    before = feature_frame(np.arange(1, N + 1), values(), shapes(), GRID)
    changed(table)
    assert_frame_equal(still.frame, before)
    assert still.near((500, 500, 501, 501)).tolist() == []


def test_a_frame_that_somebody_holds_stays_as_it_is() -> None:
    table = Table(read())
    held = table.frame
    before = held.copy(deep=True)
    table.write(("area", "name", "geometry"), {1: {"area": 7.0, "name": "x", "geometry": None}})
    assert_frame_equal(held, before)
    assert table.frame.loc[1, "area"] == 7.0 and table.frame.loc[1, "name"] == "x"


def test_the_index_finds_what_looking_at_all_finds() -> None:
    random = np.random.default_rng(3)
    low = random.uniform(0, 1000, (5000, 2))
    bounds = np.hstack([low, low + random.exponential(10, (5000, 2))])
    bounds[::700] = np.nan
    bounds[1] = (0, 0, 1000, 1000)
    fids = random.permutation(5000) + 1
    index = FeatureIndex(fids, bounds)
    for x, y, size in random.uniform(0, 300, (50, 3)):
        meet = (bounds[:, :2] <= (x + size, y + size)).all(axis=1) & (bounds[:, 2:] >= (x, y)).all(axis=1)
        assert index.near((x, y, x + size, y + size)).tolist() == sorted(fids[meet].tolist())
    assert FeatureIndex(np.empty(0, dtype=np.int64), np.empty((0, 4))).near((0, 0, 1, 1)).tolist() == []


def test_an_index_renewed_finds_the_same() -> None:
    random = np.random.default_rng(4)
    low = random.uniform(0, 1000, (3000, 2))
    index = FeatureIndex(np.arange(1, 3001), np.hstack([low, low + 10.0]))
    moved = random.uniform(0, 1000, (2500, 2))
    index.put(range(600, 3100), shapely.box(*moved.T, *(moved.T + 10.0)))
    index.drop([3, 700])
    assert index.worn
    renewed = index.renewed()
    assert not renewed.worn
    for x, y, size in random.uniform(0, 300, (50, 3)):
        assert (
            renewed.near((x, y, x + size, y + size)).tolist()
            == index.near((x, y, x + size, y + size)).tolist()
        )
    assert not {3, 700} & set(renewed.near((0, 0, 2000, 2000)).tolist())


def test_a_column_for_later_is_made_once_and_stays_as_it_was() -> None:
    made = []

    def names() -> np.ndarray:
        made.append(1)
        return values()["name"]

    table = Table(Columns(np.arange(1, N + 1), {"name": names}, None, None))
    later, still = table.later("name"), table.still()
    assert not made
    changed = {1: {"name": "neu"}}
    table.write(("name",), changed)
    assert table.column("name", [1]).tolist() == ["neu"]
    assert later()[0] == "a" and still.column("name", [1]).tolist() == ["a"] and len(made) == 1
    table.drop([2])
    now = table.later("name")
    table.write(("name",), {1: {"name": "neuer"}})
    assert now().tolist()[:2] == ["neu", None]
