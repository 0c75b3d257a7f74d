"""Layers with a known number of errors, made for another program's checks: ours find the same ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from tests.realdata import REALDATA, failing, needs_realdata, parkplan, printed, shapes_of, shared_areas

pytestmark = needs_realdata

FOLDER = REALDATA / "geometry_checker"
METRES = 32631
SWISS = 2056
METRES_A_UNIT = 1024.0  # a power of two keeps every coordinate exact

# positions in polygon_layer
SELF_INTERSECTING = {1, 12}
DEGENERATE = {6}
OVERLAPS = {(1, 4), (7, 9), (8, 9), (0, 10)}
SMALL_OVERLAPS = {(1, 4), (0, 10)}  # at most 0.01 square units
CONTAINED = {(0, 3), (1, 5)}
DUPLICATE = {(7, 8)}
SMALL_M2 = 0.01 * METRES_A_UNIT**2


def _pairs(pairs: set[tuple[int, int]]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in pairs}


def _check(path: Path, crs: int, *options: object) -> dict[str, Any]:
    return printed("check", path, "--crs", crs, "--as", f"{path.name}=survey_polygon", *options)


def _found_pairs(report: dict[str, Any]) -> dict[frozenset[int], float]:
    return {frozenset(f["source_ids"]): f["measured"] for f in failing(report, "overlap_within")}


def _in_metres(name: str, folder: Path) -> Path:
    """A copy of a small layer in metres; enlarged, not projected, so that straight edges stay straight."""
    shapes = shapely.transform(shapes_of(FOLDER / name), lambda xy: xy * METRES_A_UNIT)
    path = folder / name
    ids = np.arange(len(shapes))
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        [ids],
        np.array(["number"], dtype=object),
        geometry_type="Polygon",
        crs=f"EPSG:{METRES}",
    )
    return path


@pytest.fixture(scope="module")
def polygon_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _in_metres("polygon_layer.shp", tmp_path_factory.mktemp("polygons"))


@pytest.fixture(scope="module")
def polygons(polygon_layer: Path) -> dict[str, Any]:
    return _check(polygon_layer, METRES)


def test_invalid_polygons_are_named_one_by_one(polygons: dict[str, Any]) -> None:
    found = [fid for finding in failing(polygons, "valid_geometry") for fid in finding["source_ids"]]
    assert sorted(found) == sorted(SELF_INTERSECTING | DEGENERATE)


def test_every_overlap_among_the_valid_is_found(polygon_layer: Path, polygons: dict[str, Any]) -> None:
    shapes = shapes_of(polygon_layer)
    shapes = np.where(shapely.is_valid(shapes), shapes, shapely.Polygon())
    expected = shared_areas(shapes, 0.01)
    known = _pairs(OVERLAPS | CONTAINED | DUPLICATE)
    assert set(expected) == {pair for pair in known if not pair & (SELF_INTERSECTING | DEGENERATE)}
    assert _found_pairs(polygons) == pytest.approx(expected, abs=0.01)


def test_repaired_every_overlap_is_found(polygon_layer: Path, tmp_path: Path) -> None:
    mended = tmp_path / "mended.gpkg"
    parkplan("convert", polygon_layer, mended, "--repair", "--crs", METRES, allowed=(0,))
    areas = sorted(_found_pairs(_check(mended, METRES)).values())
    assert len(areas) == len(OVERLAPS | CONTAINED | DUPLICATE)
    assert sum(area < SMALL_M2 for area in areas) == len(SMALL_OVERLAPS)


def test_overlaps_in_metres() -> None:
    path = FOLDER / "overlap_layer_tolerance_bug.shp"
    assert _found_pairs(_check(path, SWISS)) == pytest.approx({frozenset((0, 1)): 889.67}, abs=0.01)


def _enclosed(shapes: Any) -> list[float]:
    """Areas of faces that outlines enclose and no shape covers, also where shapes touch in points only."""
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(shapes))]))
    inside = shapely.point_on_surface(faces)
    free = [not shapely.intersects(shapes, point).any() for point in inside]
    return sorted(float(area) for area in shapely.area(faces[free]))


def test_gaps_between_shapes_that_touch_in_points(tmp_path: Path) -> None:
    path = _in_metres("gap_layer.shp", tmp_path)
    expected = _enclosed(shapes_of(path))
    assert len(expected) == 6
    found = sorted(f["measured"] for f in failing(_check(path, METRES), "gap_within"))
    assert found == pytest.approx(expected, abs=0.01)
    assert sum(area < SMALL_M2 for area in found) == 5


def test_gap_and_overlaps_of_one_layer() -> None:
    path = FOLDER / "gap_layer_point_in_poly.shp"
    report = _check(path, SWISS)
    expected = {frozenset((0, 1)): 1107.29, frozenset((1, 3)): 244.02}
    assert _found_pairs(report) == pytest.approx(expected, abs=0.01)
    assert [f["measured"] for f in failing(report, "gap_within")] == pytest.approx([1171.68], abs=0.01)
