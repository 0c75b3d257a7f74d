"""Coverages to edit: Voronoi cells, the sample park's survey, the real survey of Binxi."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue, load
from gis_app.model import Layer, Project, feature_frame
from tests.realdata import REALDATA, ROOT, shapes_of

GRID = CRS.from_epsg(4546)
BINXI_GRID = CRS.from_epsg(4551)
CATALOGUE: Catalogue = load()
SAMPLE = ROOT / "sample_shapefiles" / "demo_park" / "2026-11" / "DLTB现状地类图斑.shp"


@cache
def voronoi(count: int = 60, seed: int = 3, side: float = 1000.0) -> NDArray[np.object_]:
    """Cells of a square, neighbours with identical vertices on a grid of 0.1 mm."""
    points = np.random.default_rng(seed).uniform(0, side, (count, 2)) + np.array([500_000, 3_000_000])
    box = shapely.box(500_000, 3_000_000, 500_000 + side, 3_000_000 + side)
    edges = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=box, only_edges=True)
    inside = shapely.intersection(edges, box)
    noded = shapely.set_precision(shapely.union_all([inside, box.exterior]), 1e-4)
    return np.array(shapely.get_parts(shapely.polygonize([noded])), dtype=object)


@cache
def sample() -> NDArray[np.object_]:
    """The sample park's survey polygons."""
    return shapes_of(SAMPLE)


@cache
def binxi() -> NDArray[np.object_]:
    """The survey of Binxi of the newest year, carried to the grid of its zone."""
    from gis_app.geometry.operations import operation, transform

    return transform(shapes_of(binxi_path()), operation(4490, 4551))


def binxi_path() -> Any:
    return REALDATA / "binxi" / "宾西2013.shp"


def park(shapes: NDArray[Any], crs: CRS = GRID, layer: str = "supply_parcel", **columns: Any) -> Project:
    """A project with one coverage layer."""
    kind = CATALOGUE.feature_types[layer]
    fids = np.arange(1, len(shapes) + 1)
    made = Layer(layer, kind, feature_frame(fids, columns, shapes, crs))
    return Project(crs, layers={layer: made}, next_fid=len(shapes) + 1)


def directed_edges(shapes: NDArray[Any]) -> Counter[tuple[tuple[float, float], tuple[float, float]]]:
    """How often each edge occurs, in its direction."""
    found: Counter[Any] = Counter()
    for polygon in shapely.get_parts(shapes):
        for ring in shapely.get_rings(polygon):
            points = [tuple(point) for point in shapely.get_coordinates(ring).tolist()]
            found.update(pairwise(points))
    return found


def torn(shapes: NDArray[Any]) -> list[Any]:
    """Edges that occur twice in one direction, and inner edges that do not occur once in each.

    An edge with nothing on its other side must lie on the outline of all shapes together.
    """
    edges = directed_edges(shapes)
    wrong: list[Any] = [edge for edge, count in edges.items() if count > 1]
    single = [edge for edge in edges if (edge[1], edge[0]) not in edges]
    outline = shapely.boundary(shapely.union_all(shapes))
    outer = {frozenset(edge) for edge in directed_lines(outline)}
    return wrong + [edge for edge in single if frozenset(edge) not in outer]


def directed_lines(lines: BaseGeometry) -> list[Any]:
    found = []
    for line in shapely.get_parts(lines):
        points = [tuple(point) for point in shapely.get_coordinates(line).tolist()]
        found += pairwise(points)
    return found


def flagged(shapes: NDArray[Any]) -> set[int]:
    """Positions that GEOS's coverage check names."""
    return set(np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes))).tolist())
