"""Vertices that move: in every feature of the layer that has them, so that what is shared stays shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft, shape_of
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.polygons import array_of
from gis_app.geometry.weave import NEAR_M, edges_of, on_grid, points_of, with_vertices
from gis_app.model import Changeset, Layer, Project

Point = tuple[float, float]
Floats = NDArray[np.float64]
Move = Callable[[Floats], Floats]

ABOUT = Argument("about", "point", required=False)
TOGETHER = Argument("together", "flag", required=False)


def holders(draft: Draft, points: Floats, fids: Iterable[int] | None) -> dict[int, BaseGeometry]:
    """Features that have a vertex or an edge within 1 mm of one of the points (n, 2).

    A feature that has only an edge there gets the vertex first, and with it the other vertices of neighbours
    on that edge: they would be torn off when it bends. ``fids`` limits them.
    """
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    around = draft.neighbours((x0, y0, x1, y1))
    chosen = around if fids is None else {fid: draft.shape(fid) for fid in fids}
    vertices = points[:, 0] + 1j * points[:, 1]
    marks = points_of(vertices)
    found = {}
    for fid, shape in chosen.items():
        line = shape if shape.geom_type in ("Point", "MultiPoint") else _lines(shape)
        near = shapely.dwithin(line, marks, NEAR_M)
        if near.any():
            found[fid] = _with_junctions(with_vertices(shape, vertices[near]), points, around, fid)
    return found


def _with_junctions(
    shape: BaseGeometry, points: Floats, around: dict[int, BaseGeometry], fid: int
) -> BaseGeometry:
    """The shape with vertices of others inserted into the edges that begin or end in one of the points."""
    starts, ends = edges_of([shape])
    marks = points[:, 0] + 1j * points[:, 1]
    moving = _near(starts, marks) | _near(ends, marks)
    others = array_of(one for other, one in around.items() if other != fid)
    corners = np.unique(shapely.get_coordinates(others), axis=0)
    both = np.concatenate((starts[moving], ends[moving]))
    if not len(both) or not len(corners):
        return shape
    low = np.array([both.real.min(), both.imag.min()]) - NEAR_M
    high = np.array([both.real.max(), both.imag.max()]) + NEAR_M
    corners = corners[((corners >= low) & (corners <= high)).all(axis=1)]
    still = starts[~moving], ends[~moving]
    return with_vertices(shape, corners[:, 0] + 1j * corners[:, 1], still)


def _near(given: NDArray[np.complex128], marks: NDArray[np.complex128]) -> NDArray[np.bool_]:
    found = np.zeros(len(given), dtype=bool)
    tree = shapely.STRtree(points_of(marks))
    found[tree.query(points_of(given), predicate="dwithin", distance=NEAR_M)[0]] = True
    return found


def relocate(draft: Draft, points: Floats, move: Move, fids: Iterable[int] | None = None) -> list[int]:
    """Move the vertices within 1 mm of ``points`` (n, 2), wherever they are; the ids of those moved."""
    targets = on_grid(move(points))
    tree = shapely.STRtree(points_of(points[:, 0] + 1j * points[:, 1]))
    moved = []
    for fid, shape in holders(draft, points, fids).items():
        made = shapely.transform(shape, lambda given: _placed(given, tree, targets))
        if not shapely.equals_exact(made, draft.shape(fid), 0.0):
            draft.put(fid, made)
            moved.append(fid)
    return moved


def _placed(given: Floats, tree: shapely.STRtree, targets: Floats) -> Floats:
    asked, met = tree.query_nearest(shapely.points(given), max_distance=NEAR_M, all_matches=False)
    made = given.copy()
    made[asked] = targets[met]
    return made


def _lines(shape: BaseGeometry) -> BaseGeometry:
    return shapely.boundary(shape) if shape.geom_type in ("Polygon", "MultiPolygon") else shape


def moved(
    project: Project,
    layer: Layer,
    fids: Sequence[int],
    way: Move,
    together: bool | None,
    verb: str,
    **values: object,
) -> Changeset:
    """The step that moves whole features; ``together`` (on a coverage when left out) with what is shared.

    Raises
    ------
    EditError
        Nothing moves, the result would be invalid, or features of a coverage would overlap.
    """
    draft = Draft(project, layer)
    shapes = [draft.shape(fid) for fid in fids]
    if draft.coverage if together is None else together:
        relocate(draft, _with_corners_of_neighbours(draft, fids), way)
    else:
        for fid, shape in zip(fids, shapes, strict=True):
            draft.put(fid, shapely.transform(shape, way))
    if not draft.shapes:
        raise refuse("nothing_moves", layer=title(layer))
    return draft.done(verb, features=labels(layer, fids), **values)


def centre(layer: Layer, fids: Sequence[int], about: Point | None) -> Floats:
    """A point that is given, or else the middle of the features' bounds."""
    if about is not None:
        return np.array(about)
    x0, y0, x1, y1 = shapely.total_bounds(array_of(shape_of(layer, fid) for fid in fids))
    return np.array([(x0 + x1) / 2, (y0 + y1) / 2])


def _with_corners_of_neighbours(draft: Draft, fids: Sequence[int]) -> Floats:
    """All vertices of features, and those of neighbours that lie on their edges."""
    points = []
    for fid in fids:
        shape = draft.shape(fid)
        around = array_of(draft.neighbours(shape.bounds, [fid]).values())
        beside = shapely.get_coordinates(around)
        points.append(shapely.get_coordinates(with_vertices(shape, beside[:, 0] + 1j * beside[:, 1])))
    return np.unique(np.concatenate(points), axis=0)
