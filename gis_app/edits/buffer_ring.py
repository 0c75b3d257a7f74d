"""Draw the ring around a feature."""

from __future__ import annotations

from collections.abc import Mapping

import shapely

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft, shape_of
from gis_app.edits.draw_feature import CUT, NEW, clear, difference, without_slivers
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels
from gis_app.edits.values import read_values
from gis_app.model import Changeset, Layer, Project


def buffer_ring(
    project: Project,
    layer: Layer,
    fid: int,
    distance_m: float,
    into: Layer | None = None,
    inner_m: float = 0.0,
    attributes: Mapping[str, object] | None = None,
    cut: str = NEW,
) -> Changeset:
    """The step that draws the ground around a feature, from ``inner_m`` to ``distance_m`` outside.

    Parameters
    ----------
    into
        The layer that takes it; the feature's own when left out.

    Raises
    ------
    EditError
        As ``draw_feature``, or the distances leave no ring.
    """
    if not 0 <= inner_m < distance_m:
        raise refuse("ring_distances")
    found = shape_of(layer, fid)
    inside = shapely.buffer(found, inner_m) if inner_m else found
    draft = Draft(project, into or layer)
    ring = difference(shapely.buffer(found, distance_m), inside) if found.area or inner_m else (
        shapely.buffer(found, distance_m)
    )  # fmt: skip
    values = read_values(draft.layer, attributes or {})
    draft.add(clear(draft, without_slivers(ring), cut), values)
    return draft.done("buffer_ring", feature=labels(layer, [fid])[0], distance_m=distance_m)


EDIT = Edit(
    "buffer_ring",
    buffer_ring,
    (
        LAYER,
        FID,
        Argument("distance_m", "number"),
        Argument("inner_m", "number", required=False),
        Argument("into", "made_layer", required=False),
        Argument("attributes", "values", required=False),
        CUT,
    ),
)
