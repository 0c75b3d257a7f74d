"""Draw a feature; on a coverage it gives way to its neighbours, or cuts them when that is asked for."""

from __future__ import annotations

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.edits.inherit import clipped_values
from gis_app.edits.naming import labels, title
from gis_app.edits.values import read_values
from gis_app.geometry.polygons import array_of, parts_of, robust, union
from gis_app.geometry.weave import NEAR_M, weave
from gis_app.model import Changeset, Layer, Project

NEW, NEIGHBOURS, NONE = "new", "neighbours", "none"
CUT = Argument("cut", "text", required=False, choices=(NEW, NEIGHBOURS, NONE))


def draw_feature(
    project: Project,
    layer: Layer,
    geometry: BaseGeometry,
    attributes: Mapping[str, object] | None = None,
    cut: str = NEW,
) -> Changeset:
    """The step that adds one feature.

    Parameters
    ----------
    geometry
        In the project's reference system.
    attributes
        Field → value.
    cut
        What is cut where it lies over features of a coverage: the ``new`` one, its ``neighbours``, or
        ``none``, which refuses.

    Raises
    ------
    EditError
        The layer is locked, the shape is of another kind or invalid, or nothing of it is left.
    """
    draft = Draft(project, layer)
    values = read_values(layer, attributes or {})
    shape = clear(draft, geometry, cut)
    draft.add(shape, values)
    return draft.done("draw_feature", area_m2=float(shape.area), length_m=float(shape.length))


def clear(draft: Draft, shape: BaseGeometry, cut: str, beside: tuple[int, ...] = ()) -> BaseGeometry:
    """What of a shape may be drawn on a coverage; with ``neighbours`` they are cut in the draft.

    ``beside`` are features that it does not give way to. A shape for any other layer comes back as it is.

    Raises
    ------
    EditError
        The shape is not valid, nothing of it is left, or it would swallow a neighbour.
    """
    if not draft.coverage or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return shape
    if not shape.is_valid:
        reason = str(shapely.is_valid_reason(shape))
        raise refuse("invalid", layer=title(draft.layer), feature="+", reason=reason)
    around = {fid: one for fid, one in draft.neighbours(shape.bounds, beside).items() if one.is_valid}
    shape = weave({-1: shape}, around, {})[-1]
    over = _lain_over(shape, around)
    if not over:
        return shape
    if cut == NONE:
        raise refuse("overlaps", layer=title(draft.layer), features=labels(draft.layer, over))
    if cut == NEIGHBOURS:
        for fid, neighbour in over.items():
            _cut(draft, fid, neighbour, shape)
        return shape
    left = without_slivers(difference(shape, union(array_of(over.values()))))
    if left.is_empty:
        raise refuse("covered", layer=title(draft.layer), features=labels(draft.layer, over))
    return left


def _lain_over(shape: BaseGeometry, around: Mapping[int, BaseGeometry]) -> dict[int, BaseGeometry]:
    found: dict[int, BaseGeometry] = {}
    for fid, one in around.items():
        if shapely.intersects(shape, one):
            shared = intersection(shape, one)
            if shared.area > 0 and not without_slivers(shared).is_empty:
                found[fid] = one
    return found


def _cut(draft: Draft, fid: int, neighbour: BaseGeometry, shape: BaseGeometry) -> None:
    left = without_slivers(difference(neighbour, shape))
    if left.is_empty:
        raise refuse("swallows", layer=title(draft.layer), feature=labels(draft.layer, [fid])[0])
    draft.put(fid, left)
    draft.set(fid, clipped_values(draft.project, draft.layer, fid, neighbour, left))


def difference(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Ground of ``one`` that is not of ``other``; polygons only."""
    return _overlay(shapely.difference, one, other)


def intersection(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Ground of both; polygons only."""
    return _overlay(shapely.intersection, one, other)


def _overlay(operation: object, one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    pair = (array_of([shape]) for shape in (one, other))
    found: BaseGeometry = robust(operation, *pair)[0]  # type: ignore[arg-type]
    return found


def without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """The polygon without parts and holes narrower than 1 mm all along; empty where nothing is left."""
    kept = []
    for part in parts_of(shape)[0]:
        if part.area > NEAR_M * part.length:
            rings = [ring for ring in part.interiors if shapely.Polygon(ring).area > NEAR_M * ring.length]
            kept.append(part if len(rings) == len(part.interiors) else shapely.Polygon(part.exterior, rings))
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


EDIT = Edit(
    "draw_feature",
    draw_feature,
    (
        Argument("layer", "made_layer"),
        Argument("geometry", "geometry"),
        Argument("attributes", "values", required=False),
        CUT,
    ),
)
