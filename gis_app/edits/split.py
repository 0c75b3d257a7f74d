"""Split a feature by a line; its attributes go to the pieces as the layer's file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import FID, LAYER, VALUES, Edit
from gis_app.edits.error import refuse
from gis_app.edits.inherit import split_values
from gis_app.edits.naming import labels, title
from gis_app.edits.values import read_values
from gis_app.geometry.split import pieces_by_line, strips
from gis_app.model import Changeset, Layer, Project

Values = Mapping[str, object] | None
ANGLE = Argument("angle_deg", "number", required=False)


def split(project: Project, layer: Layer, fid: int, line: BaseGeometry, values: Values = None) -> Changeset:
    """The step that cuts a polygon or a line along a line; the largest piece stays the feature.

    Raises
    ------
    EditError
        The line does not cut it, or an attribute must be given in ``values``.
    """
    draft = Draft(project, layer)
    shape = draft.shape(fid)
    if shape.geom_type in ("Point", "MultiPoint"):
        raise refuse("not_for_points", layer=title(layer))
    return divided(draft, fid, pieces_by_line(shape, line), values)


def divided(draft: Draft, fid: int, pieces: Sequence[BaseGeometry], values: Values) -> Changeset:
    """The step that puts pieces in the place of a feature; the first stays the feature.

    Raises
    ------
    EditError
        There is only one piece, or an attribute must be given in ``values``.
    """
    layer, name = draft.layer, labels(draft.layer, [fid])[0]
    if len(pieces) < 2:
        raise refuse("not_cut", layer=title(layer), feature=name)
    draft.put(fid, pieces[0])
    made = {fid: pieces[0], **{draft.add(piece, {}): piece for piece in pieces[1:]}}
    given = read_values(layer, values or {})
    for piece, row in split_values(draft.project, layer, fid, made, fid, given).items():
        draft.set(piece, row)
    return draft.done("split", feature=name, count=len(pieces))


def cut_by(
    draft: Draft, fid: int, lines: Sequence[shapely.LineString], angle_deg: float, values: Values
) -> Changeset:
    """The step that cuts a polygon by parallel lines; the last piece, to the left of all, stays the feature.

    Raises
    ------
    EditError
        The lines do not cut it, or an attribute must be given in ``values``.
    """
    pieces = strips(draft.shape(fid), lines, angle_deg)
    return divided(draft, fid, pieces[::-1], values)


EDIT = Edit("split", split, (LAYER, FID, Argument("line", "line"), VALUES))
