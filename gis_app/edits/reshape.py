"""Reshape a feature along a line; neighbours take what it gives and give what it takes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.draw_feature import difference, intersection, without_slivers
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.polygons import Objects, array_of, union
from gis_app.geometry.split import faces
from gis_app.geometry.weave import NEAR_M, weave
from gis_app.model import Changeset, Layer, Project


def reshape(project: Project, layer: Layer, fid: int, line: BaseGeometry) -> Changeset:
    """The step that lets the boundary of a feature run along a line that leaves and meets it again.

    Ground that the line closes in outside is taken, the smaller piece that it cuts off inside is given up. On
    a coverage neighbours are cut, and what is given up goes to the neighbour with the longest common edge.
    A line feature takes the course of ``line`` between the first and the last place where they meet.

    Raises
    ------
    EditError
        The line does not meet the feature twice, or the result would be invalid or overlap.
    """
    draft = Draft(project, layer)
    shape = draft.shape(fid)
    if shape.geom_type == "LineString":
        draft.put(fid, _line_along(draft, shape, line))
    elif shape.geom_type in ("Polygon", "MultiPolygon"):
        _reshape_polygon(draft, fid, shape, line)
    else:
        raise refuse("not_for_this", layer=title(layer), given=shape.geom_type)
    area = draft.shapes[fid].area - shape.area
    return draft.done("reshape", feature=labels(layer, [fid])[0], change_m2=float(area))


def _reshape_polygon(draft: Draft, fid: int, shape: BaseGeometry, line: BaseGeometry) -> None:
    found = faces(shape, [line])
    inside = shapely.intersects(shape, shapely.point_on_surface(found))
    holes = shapely.intersects(_filled(shape), shapely.point_on_surface(found)) & ~inside
    taken = [face for face in found[~inside & ~holes] if _borders(face, line)]
    kept, lost = _kept_and_lost(shape, found[inside])
    if not taken and not lost:
        raise refuse("does_not_meet", layer=title(draft.layer), feature=labels(draft.layer, [fid])[0])
    around = draft.neighbours(_bounds([shape, *taken]), [fid]) if draft.coverage else {}
    # faces and neighbours get their common vertices before they are joined, or joining leaves needles
    pieces = dict(enumerate([*kept, *taken, *lost], start=-len(kept + taken + lost)))
    woven = weave(pieces, around, {fid: shape})
    ready = [woven[n] for n in pieces]
    draft.put(fid, union(array_of(ready[: len(kept + taken)])))
    beside = {**around, **{n: one for n, one in woven.items() if n in around}}
    _give(draft, ready[len(kept + taken) :], beside)
    _take(draft, ready[len(kept) : len(kept + taken)], beside)


def _bounds(shapes: list[BaseGeometry]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = shapely.total_bounds(array_of(shapes)).tolist()
    return x0, y0, x1, y1


def _filled(shape: BaseGeometry) -> BaseGeometry:
    return shapely.multipolygons([shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)])


def _borders(face: BaseGeometry, line: BaseGeometry) -> bool:
    return bool(
        shapely.length(shapely.intersection(shapely.boundary(face), shapely.buffer(line, NEAR_M))) > NEAR_M
    )


def _kept_and_lost(shape: BaseGeometry, pieces: Objects) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The largest piece of every part stays."""
    kept, lost = [], []
    for part in shapely.get_parts(shape):
        mine = [p for p in pieces if shapely.intersects(part, shapely.point_on_surface(p))]
        mine.sort(key=lambda piece: -piece.area)
        kept += mine[:1]
        lost += mine[1:]
    return kept, lost


def _give(draft: Draft, lost: Iterable[BaseGeometry], around: dict[int, BaseGeometry]) -> None:
    """Ground given up goes to the neighbour with the longest common edge, or lies open."""
    for piece in lost:
        shared = {
            fid: float(shapely.length(shapely.intersection(shapely.boundary(piece), shapely.boundary(one))))
            for fid, one in around.items()
            if shapely.intersects(piece, one)
        }
        best = max(shared, key=lambda fid: shared[fid], default=None)
        if best is not None and shared[best] > NEAR_M:
            around[best] = without_slivers(union(array_of([around[best], piece])))
            draft.put(best, around[best])


def _take(draft: Draft, taken: list[BaseGeometry], around: dict[int, BaseGeometry]) -> None:
    for fid, one in around.items():
        left = one
        for piece in taken:
            if not without_slivers(intersection(left, piece)).is_empty:
                left = without_slivers(difference(left, piece))
        if left.is_empty:
            raise refuse("swallows", layer=title(draft.layer), feature=labels(draft.layer, [fid])[0])
        if left is not one:
            draft.put(fid, left)


def _line_along(draft: Draft, shape: BaseGeometry, line: BaseGeometry) -> BaseGeometry:
    own, course = (shapely.LineString(shapely.get_coordinates(one)) for one in (shape, line))
    meets = shapely.get_coordinates(shapely.intersection(own, course))
    places = sorted({own.project(shapely.Point(point)) for point in meets})
    if len(places) < 2:
        raise refuse("does_not_meet", layer=title(draft.layer), feature=draft.layer.feature_type.id)
    first, last = places[0], places[-1]
    start, end = (course.project(own.interpolate(place)) for place in (first, last))
    head, between, tail = (
        shapely.get_coordinates(substring(one, *ends))
        for one, ends in ((own, (0.0, first)), (course, (start, end)), (own, (last, own.length)))
    )
    return shapely.LineString(np.vstack((head[:-1], between, tail[1:])))


EDIT = Edit("reshape", reshape, (LAYER, FID, Argument("line", "line")))
