"""Overlaps: which shapes press on which, how much, and how much of it is more than a sliver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.polygons import EMPTY, Floats, Indices, Objects, parts_of, polygons_of, robust, union

MITRE_LIMIT = 10.0
"""Corners of 11.5° and more come back whole; sharper ones end 5 widths beyond where they are wide enough."""

EXACT = 2e-4
"""Share of the width under which a part still counts as that wide: 0.02 mm on 0.1 m, above all rounding."""

PAST = 1 + 1e-5
"""How much farther the core is dilated than eroded: outlines that agree but for the last bit fool GEOS."""

NOISE_M2 = 1e-4
"""A square centimetre: what a kilometre of shared edge shows by rounding of coordinates alone."""

HALVINGS = 16
DOUBTFUL = 0.01  # of the eroded distance squared: false pieces are smaller still
ROUNDING = 1e-6


@dataclass(frozen=True)
class Part:
    """One single polygon of an overlap.

    Attributes
    ----------
    geometry : shapely Polygon
    area_m2, perimeter_m : float
    mean_width_m : float
        2A/P.
    greatest_width_m : float
        Diameter of the largest inscribed circle, to 0.05 %.
    core : shapely geometry
        What is as wide as asked for; empty for a sliver.
    core_area_m2, gap_area_m2 : float
        They add up to `area_m2`.
    gap_count : int
        Pieces that the core leaves over, of a square centimetre or more.
    """

    geometry: BaseGeometry
    area_m2: float
    perimeter_m: float
    mean_width_m: float
    greatest_width_m: float
    core: BaseGeometry
    core_area_m2: float
    gap_area_m2: float
    gap_count: int


@dataclass(frozen=True)
class Overlap:
    """An overlap split into what presses (实质压占) and what may be a gap between two deliveries (疑似缝隙).

    Attributes
    ----------
    parts : tuple of Part
        Largest first.
    width_m : float
        The least width that counts.
    area_m2, core_area_m2, gap_area_m2 : float
        Sums over the parts.
    gap_count : int
    greatest_width_m : float
        Of the widest part, 0 without parts.
    """

    parts: tuple[Part, ...]
    width_m: float
    area_m2: float
    core_area_m2: float
    gap_area_m2: float
    gap_count: int
    greatest_width_m: float


def split_overlap(overlap: BaseGeometry | Objects | None, width_m: float) -> Overlap:
    """Split an overlap into core and gaps.

    Per single part the core is the part eroded and dilated again by half the width with mitred corners and
    clipped to the part: what a strip of that width can reach. Mean width 2A/P is reported and decides
    nothing, for a real bite disappears in the mean of a long sliver joined to it. Exactly the width counts
    as core.

    Parameters
    ----------
    overlap : shapely geometry, or array of them
        In a metre grid, valid; parts of an array are taken one by one and must not overlap each other.
    width_m : float
        The least width, in metres, above 0.

    Raises
    ------
    ValueError
        The width is not above 0.
    """
    if not width_m > 0:
        raise ValueError(f"least overlap width must be above 0 m, not {width_m}")
    whole, _ = parts_of(overlap)
    origin = _origin(whole)
    # Around its own origin a park's coordinates have 1e-12 m of rounding instead of 5e-10.
    local = moved(whole, -origin)
    areas = np.asarray(shapely.area(local), dtype=np.float64)
    order = np.argsort(-areas, kind="stable")
    whole, local, areas = whole[order], local[order], areas[order]
    cores = _cores(local, areas, width_m)
    widths = greatest_width_m(local)
    core_areas = np.minimum(np.asarray(shapely.area(cores), dtype=np.float64), areas)
    counts = _gap_counts(local, cores, areas - core_areas)
    placed = moved(cores, origin)
    perimeters = shapely.length(local)
    parts = tuple(
        Part(
            geometry=whole[k],
            area_m2=float(areas[k]),
            perimeter_m=float(perimeters[k]),
            mean_width_m=float(2 * areas[k] / perimeters[k]),
            greatest_width_m=float(widths[k]),
            core=placed[k],
            core_area_m2=float(core_areas[k]),
            gap_area_m2=float(areas[k] - core_areas[k]),
            gap_count=int(counts[k]),
        )
        for k in range(len(whole))
    )
    return Overlap(
        parts=parts,
        width_m=width_m,
        area_m2=float(areas.sum()),
        core_area_m2=float(core_areas.sum()),
        gap_area_m2=float((areas - core_areas).sum()),
        gap_count=int(counts.sum()),
        greatest_width_m=float(widths.max(initial=0.0)),
    )


def _origin(shapes: Objects) -> Floats:
    """Give a whole-metre point amid the shapes: subtracting it loses no bit of a coordinate."""
    if not len(shapes):
        return np.zeros(2)
    xmin, ymin, xmax, ymax = shapely.total_bounds(shapes)
    return np.round([(xmin + xmax) / 2, (ymin + ymax) / 2])


def moved(shapes: Objects, by: Floats) -> Objects:
    """Shift shapes, Z dropped.

    Parameters
    ----------
    shapes : array of shapely geometries
    by : array of 2 floats
        East and north.
    """
    return np.asarray(shapely.transform(shapes, lambda points: points + by), dtype=object)


def _cores(parts: Objects, areas: Floats, width_m: float) -> Objects:
    distance = width_m / 2 * (1 - EXACT)
    cores = np.full(len(parts), EMPTY, dtype=object)
    eroded = _eroded(parts, np.full(len(parts), distance), "mitre")
    left = np.flatnonzero(~shapely.is_empty(eroded))
    dilated = shapely.buffer(eroded[left], distance * PAST, join_style="mitre", mitre_limit=MITRE_LIMIT)
    cores[left] = robust(shapely.intersection, np.asarray(dilated, dtype=object), parts[left])
    whole = left[areas[left] - shapely.area(cores[left]) < NOISE_M2]
    cores[whole] = parts[whole]
    return cores


def _gap_counts(parts: Objects, cores: Objects, gap_areas: Floats) -> Indices:
    counts = np.zeros(len(parts), dtype=np.int64)
    some = np.flatnonzero(gap_areas >= NOISE_M2)
    pieces, owners = parts_of(robust(shapely.difference, parts[some], cores[some]))
    np.add.at(counts, some[owners], shapely.area(pieces) >= NOISE_M2)
    return counts


def _eroded(shapes: Objects, distances: Floats, join_style: Literal["mitre", "round"]) -> Objects:
    """Erode shapes, without the false pieces that GEOS leaves of parts up to 1 % too narrow.

    Offset outlines that have passed each other can look like an outline again; a true piece has a point as
    far from the outline as was eroded.
    """
    result = np.array(
        shapely.buffer(shapes, -distances, join_style=join_style, mitre_limit=MITRE_LIMIT), dtype=object
    )
    pieces, owners = parts_of(result)
    doubtful = np.flatnonzero(shapely.area(pieces) < DOUBTFUL * distances[owners] ** 2)
    outlines = shapely.boundary(shapes[owners[doubtful]])
    false = doubtful[_depths(pieces[doubtful], outlines) < distances[owners[doubtful]] * (1 - ROUNDING)]
    for owner in np.unique(owners[false]):
        kept = np.setdiff1d(np.flatnonzero(owners == owner), false)
        result[owner] = shapely.MultiPolygon(pieces[kept].tolist())
    return result


def _depths(pieces: Objects, outlines: Objects) -> Floats:
    """Give how far the farthest vertex, or the centroid, of each piece lies from its outline."""
    depths = np.asarray(shapely.distance(shapely.centroid(pieces), outlines), dtype=np.float64)
    points, owners = shapely.get_coordinates(pieces, return_index=True)
    np.maximum.at(depths, owners, shapely.distance(shapely.points(points), outlines[owners]))
    return depths


def greatest_width_m(polygons: Objects) -> Floats:
    """Give the diameter of the largest inscribed circle of each polygon, in metres, to 0.05 %.

    It is twice the distance at which an erosion just leaves nothing, found by halving between bounds that
    hold for every polygon. The inscribed circle of GEOS searches a grid of cells and gives up on slivers, up
    to an eighth too small.
    """
    shapes = np.asarray(polygons, dtype=object)
    areas = np.asarray(shapely.area(shapes), dtype=np.float64)
    solid = areas > 0
    shapes, areas = shapes[solid], areas[solid]
    low, high = areas / shapely.length(shapes) / 100, np.sqrt(areas / np.pi)
    for _ in range(HALVINGS):
        middle = np.sqrt(low * high)
        gone = shapely.is_empty(_eroded(shapes, middle, "round"))
        low, high = np.where(gone, low, middle), np.where(gone, middle, high)
    widths = np.zeros(len(solid))
    widths[solid] = 2 * np.sqrt(low * high)
    return widths


@dataclass(frozen=True)
class Overlay:
    """Every pair of a subject and another shape that share ground.

    Attributes
    ----------
    subjects, others : arrays of int, shape (n,)
        Positions in the two arrays, sorted by subject, then other.
    areas_m2 : array of float64
    geometries : array of polygons and multipolygons
        The shared ground.
    """

    subjects: Indices
    others: Indices
    areas_m2: Floats
    geometries: Objects


def overlay(subjects: Objects, others: Objects) -> Overlay:
    """Intersect every subject with every other shape that it shares ground with.

    Subjects wholly inside an other shape need no intersection and are found first by prepared containment;
    only pairs on a boundary are cut. One thread: prepared geometries are not safe to share.

    Parameters
    ----------
    subjects, others : arrays of valid polygons and multipolygons
        In one metre grid; missing ones share nothing.

    Raises
    ------
    Refused
        GEOS cannot cut a pair because one of the two is invalid.
    """
    one, two = np.asarray(subjects, dtype=object), np.asarray(others, dtype=object)
    shapely.prepare(two)
    second, first = shapely.STRtree(one).query(two)
    inside = np.asarray(shapely.contains_properly(two[second], one[first]), dtype=bool)
    geometries = polygons_of(one[first])
    geometries[~inside] = robust(shapely.intersection, one[first[~inside]], two[second[~inside]])
    areas = np.asarray(shapely.area(geometries), dtype=np.float64)
    order = np.lexsort((second, first))
    order = order[areas[order] > 0]
    return Overlay(first[order], second[order], areas[order], geometries[order])


def intersection_area(one: Objects, other: Objects) -> Floats:
    """Give the shared area of each pair of two arrays of the same shape, in square metres."""
    first, second = np.broadcast_arrays(np.asarray(one, dtype=object), np.asarray(other, dtype=object))
    shared = robust(shapely.intersection, first.ravel(), second.ravel())
    return np.asarray(shapely.area(shared), dtype=np.float64).reshape(first.shape)


def intersection_with_union(subject: BaseGeometry, cover: Objects) -> BaseGeometry:
    """Give the part of a subject that lies on the union of a cover (ground covered twice counts once)."""
    return _against_union(shapely.intersection, subject, cover)


def difference_from_union(subject: BaseGeometry, cover: Objects) -> BaseGeometry:
    """Give the part of a subject that the union of a cover leaves open.

    Parameters
    ----------
    subject : shapely polygon or multipolygon
    cover : array of valid polygons
        In the same metre grid.

    Returns
    -------
    shapely polygon or multipolygon
        Empty when the subject is covered.
    """
    return _against_union(shapely.difference, subject, cover)


def _against_union(operation: Callable[..., Objects], subject: BaseGeometry, cover: Objects) -> BaseGeometry:
    shapes, _ = parts_of(cover)
    near = shapes[shapely.STRtree(shapes).query(subject)] if len(shapes) else shapes
    pair = (np.array([shape], dtype=object) for shape in (subject, union(near)))
    left: BaseGeometry = robust(operation, *pair)[0]
    return left
