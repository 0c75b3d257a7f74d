"""Merge features into one of them; attributes as the layer's file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.draw_feature import without_slivers
from gis_app.edits.edit import LAYER, VALUES, Edit
from gis_app.edits.error import refuse
from gis_app.edits.inherit import merged_values
from gis_app.edits.naming import labels, title
from gis_app.edits.values import read_values
from gis_app.geometry.polygons import array_of, union
from gis_app.model import Changeset, Layer, Project


def merge(
    project: Project,
    layer: Layer,
    fids: Sequence[int],
    keep: int | None = None,
    values: Mapping[str, object] | None = None,
    apart: bool = False,
) -> Changeset:
    """The step that makes one feature of several; ``keep`` (the first when left out) is the one that stays.

    Raises
    ------
    EditError
        Fewer than two features, ``keep`` is none of them, they do not touch along an edge (unless ``apart``),
        or an attribute must be given in ``values``.
    """
    draft = Draft(project, layer)
    kept = fids[0] if keep is None else keep
    if len(fids) < 2 or kept not in fids:
        raise refuse("merge_what")
    shapes = {fid: draft.shape(fid) for fid in fids}
    whole = _whole(draft, shapes)
    if not apart and len(shapely.get_parts(whole)) > max(len(shapely.get_parts(s)) for s in shapes.values()):
        raise refuse("do_not_touch", layer=title(layer), features=labels(layer, fids))
    names = labels(layer, fids)
    draft.drop(fid for fid in fids if fid != kept)
    draft.put(kept, whole)
    draft.set(kept, merged_values(project, layer, shapes, kept, read_values(layer, values or {})))
    return draft.done("merge", features=names, kept=labels(layer, [kept])[0])


def _whole(draft: Draft, shapes: Mapping[int, BaseGeometry]) -> BaseGeometry:
    array = array_of(shapes.values())
    match draft.layer.feature_type.geometry, array[0].geom_type:
        case _, "Polygon" | "MultiPolygon":
            return without_slivers(union(array))
        case _, "LineString" | "MultiLineString":
            return shapely.line_merge(shapely.union_all(array))
    raise refuse("not_for_points", layer=title(draft.layer))


EDIT = Edit(
    "merge",
    merge,
    (
        LAYER,
        Argument("fids", "fids"),
        Argument("keep", "fid", required=False),
        VALUES,
        Argument("apart", "flag", required=False),
    ),
)
