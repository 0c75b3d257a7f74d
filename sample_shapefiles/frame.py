"""The local frame of the fictional park: an exact rotation, and polygons that share every vertex.

All shapes are drawn in local metres (u along the streets, v across) on a grid of 25 mm. The rotation
uses the 7-24-25 triangle, so every grid point falls exactly on a millimetre of EPSG:4546, and lines
that coincide in the design coincide in the delivered coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely import Geometry, LineString, Polygon
from shapely.ops import polylabel

EPSG = 4546
GRID_M = 0.025
EAST0_M, NORTH0_M = 512000.0, 3078000.0
COS, SIN = 0.96, 0.28


def to_map(geometry: Geometry, decimals: int = 3) -> Geometry:
    """Move a local geometry into EPSG:4546, coordinates rounded to `decimals` of a metre."""

    def turn(points: np.ndarray) -> np.ndarray:
        u, v = points[:, 0], points[:, 1]
        east = EAST0_M + COS * u - SIN * v
        north = NORTH0_M + SIN * u + COS * v
        return np.round(np.column_stack([east, north]), decimals)

    return shapely.transform(geometry, turn)


def box(u0: float, v0: float, u1: float, v1: float) -> Polygon:
    """Rectangle of the local frame."""
    return shapely.box(u0, v0, u1, v1)


def parts(geometry: Geometry) -> list[Polygon]:
    """The polygons of a geometry."""
    return [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > 1e-6]


def faces(lines: Iterable[Geometry]) -> list[Polygon]:
    """The faces of the arrangement of all lines, noded on the grid."""
    noded = shapely.union_all(list(lines), grid_size=GRID_M)
    return parts(shapely.polygonize(shapely.get_parts(noded).tolist()))


class Mosaic:
    """Faces from which every polygon of several layers is put together, so that they share vertices."""

    def __init__(self, shapes: Iterable[Geometry]) -> None:
        self.faces = np.array(faces(shape.boundary for shape in shapes), dtype=object)
        self.tree = shapely.STRtree(shapely.point_on_surface(self.faces))

    def cut(self, shape: Geometry) -> Geometry:
        """The same shape with a vertex wherever any line of the mosaic ends on its boundary."""
        return shapely.normalize(
            shapely.coverage_union_all(self.faces[np.sort(self.tree.query(shape, "contains"))])
        )


def merged_small(shapes: Sequence[Polygon], least_m2: float) -> list[Polygon]:
    """Join every face smaller than `least_m2` to the neighbour with the longest common edge."""
    kept = list(shapes)
    while True:
        tree = shapely.STRtree(kept)
        small = min(range(len(kept)), key=lambda i: kept[i].area)
        if kept[small].area >= least_m2:
            return kept
        around = [int(i) for i in tree.query(kept[small], "intersects") if i != small]
        shared = [kept[small].boundary.intersection(kept[i].boundary).length for i in around]
        host = around[int(np.argmax(shared))]
        joined = shapely.coverage_union_all([kept[small], kept[host]])
        kept = [shape for i, shape in enumerate(kept) if i not in (small, host)] + parts(joined)


def strip(points: Sequence[tuple[float, float]], width_m: float) -> Polygon:
    """A linear feature drawn as an area."""
    return shapely.set_precision(
        LineString(points).buffer(width_m / 2, cap_style="flat", join_style="mitre"), GRID_M
    )


def middle(shape: Polygon) -> tuple[float, float]:
    """A point well inside, rounded to decimetres of the local frame."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = polylabel(largest, 5.0)
    return round(point.x, 1), round(point.y, 1)
