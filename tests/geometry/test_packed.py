"""WKB to columns: the kernel against its plain twin, both against shapely."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.testing import assert_array_equal
from shapely import wkt

from gis_app.geometry import kernels, packed
from gis_app.geometry.packed import Packed, Ragged

ORDINARY = [
    "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1), (3 3, 3 3.5, 3.5 3.5, 3 3))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 5), (6 5.5, 7 5.5, 7 6, 6 5.5)))",
    "LINESTRING (0 0, 1 2, 3 4)",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))",
    "POINT (7 8)",
    "MULTIPOINT ((1 2), (3 4))",
    "POLYGON Z ((0 0 1, 0 4 2, 4 4 3, 0 0 1))",
    "POINT Z (1 2 3)",
    "POLYGON EMPTY",
    "LINESTRING EMPTY",
    "MULTIPOLYGON EMPTY",
    "POINT EMPTY",
    None,
]
UNUSUAL = [
    "GEOMETRYCOLLECTION (POINT (1 2))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), EMPTY)",
    "MULTILINESTRING ((0 0, 1 1), EMPTY)",
]


def shapes(*texts: str | None) -> np.ndarray[Any, Any]:
    made = np.empty(len(texts), dtype=object)
    made[:] = [None if text is None else wkt.loads(text) for text in texts]
    return made


def pack(geometry: np.ndarray[Any, Any]) -> Packed:
    return packed.packed(list(shapely.to_wkb(geometry, flavor="iso", byte_order=1)))


def twins(given: Packed, monkeypatch: pytest.MonkeyPatch) -> tuple[Ragged | None, Ragged | None]:
    every = np.arange(len(given))
    by_kernel = given[every].ragged
    monkeypatch.setattr(packed, "KERNELS", "nothing of this name is loaded")
    return by_kernel, given[every].ragged


def alike(one: Ragged | None, other: Ragged | None) -> None:
    assert one is not None and other is not None
    for name in ("kind", "bounds", "coords", "rings", "parts", "features"):
        assert_array_equal(getattr(one, name), getattr(other, name), name)


def random_shapes(seed: int) -> np.ndarray[Any, Any]:
    random = np.random.default_rng(seed)
    made = []
    for _ in range(40):
        x, y = random.uniform(-1e6, 1e6, 2)
        count = random.integers(1, 5)
        discs = [shapely.Point(x + 30 * n, y).buffer(random.uniform(1, 9), 3) for n in range(count)]
        holed = [disc.difference(shapely.affinity.scale(disc, 0.5, 0.5)) for disc in discs]
        choice: list[Any] = [
            holed[0],
            shapely.MultiPolygon(holed),
            shapely.MultiPolygon(holed).boundary,
            shapely.Point(x, y),
            shapely.MultiPoint([(x, y), (y, x)]),
            shapely.reverse(discs[0]),
            None,
        ]
        made.append(choice[random.integers(0, len(choice))])
    array = np.empty(len(made), dtype=object)
    array[:] = made
    return array


def test_the_kernel_and_its_twin_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernels.read is not None
    for geometry in (shapes(*ORDINARY), *(random_shapes(seed) for seed in range(5))):
        with monkeypatch.context() as patch:
            alike(*twins(pack(geometry), patch))


def test_coordinates_and_bounds_are_shapelys() -> None:
    geometry = np.concatenate([shapes(*ORDINARY[:-1]), random_shapes(9)])
    ragged = pack(geometry).ragged
    assert ragged is not None
    assert_array_equal(ragged.bounds, shapely.bounds(geometry))
    turned = shapely.orient_polygons(shapely.force_2d(geometry[~shapely.is_empty(geometry)]))
    # the coordinate of an empty point is there, as no number
    assert_array_equal(ragged.coords[~np.isnan(ragged.coords[:, 0])], shapely.get_coordinates(turned))
    drawn = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    assert_array_equal(ragged.kind, np.where(drawn, shapely.get_dimensions(geometry), packed.NONE))


@pytest.mark.parametrize("text", UNUSUAL)
def test_what_has_no_columns_is_none_in_both(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = pack(shapes(ORDINARY[0], text))
    assert twins(given, monkeypatch) == (None, None)
    assert shapely.to_wkt(given.shapes()).tolist() == shapely.to_wkt(shapes(ORDINARY[0], text)).tolist()
    assert_array_equal(given.bounds, shapely.bounds(shapes(ORDINARY[0], text)))


@pytest.mark.parametrize("cut", [1, 9, 17])
def test_what_breaks_off_is_none_in_both(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shapely.to_wkb(wkt.loads(ORDINARY[1]), byte_order=1)
    assert twins(packed.packed([whole[:-cut], whole]), monkeypatch) == (None, None)


def test_what_is_not_finite_is_drawn_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = twins(pack(shapes("POINT (nan 1)", "LINESTRING (0 0, inf 1)", "POINT (1 1)")), monkeypatch)
    alike(one, other)
    assert one is not None and one.kind.tolist() == [packed.NONE, packed.NONE, packed.POINT]


def test_shapes_come_back_byte_for_byte() -> None:
    geometry = shapes(*ORDINARY)
    given = pack(geometry)
    wanted = shapely.to_wkb(geometry, flavor="iso").tolist()
    assert shapely.to_wkb(given.shapes(), flavor="iso").tolist() == wanted
    some = np.array([3, 0, 13])
    assert shapely.to_wkb(given.shapes(some), flavor="iso").tolist() == [wanted[place] for place in some]
    assert shapely.to_wkb(given[some].shapes(), flavor="iso").tolist() == [wanted[place] for place in some]


def test_others_in_the_place_of_some() -> None:
    given = pack(shapes("POINT (1 1)", "POINT (2 2)", "POINT (3 3)"))
    new = [shapely.to_wkb(shapely.Point(9, 9), byte_order=1), None]
    changed = given.replaced(np.array([2, 0]), new)
    assert [None if s is None else s.wkt for s in changed.shapes()] == [None, "POINT (2 2)", "POINT (9 9)"]
    assert given.shapes()[2].wkt == "POINT (3 3)"
