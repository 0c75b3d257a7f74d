"""Make invalid polygons valid by their structure; the step says the area before and after."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.polygons import array_of
from gis_app.geometry.validity import repair
from gis_app.model import Changeset, Layer, Project


def fix_invalid(project: Project, layer: Layer, fids: Sequence[int] = ()) -> Changeset:
    """The step that repairs features, or all that are invalid when none is named.

    Raises
    ------
    EditError
        None of them is invalid, or the result would overlap on a coverage.
    """
    draft = Draft(project, layer)
    chosen = [*fids] or layer.fids.tolist()
    shapes = array_of(map(draft.shape, chosen))
    mended = repair(shapes)
    changed = [n for n in range(len(chosen)) if mended.geometry[n] is not shapes[n]]
    if not changed:
        raise refuse("all_valid", layer=title(layer))
    for n in changed:
        draft.put(chosen[n], mended.geometry[n])
    return draft.done(
        "fix_invalid",
        features=labels(layer, [chosen[n] for n in changed]),
        before_m2=float(mended.area_before_m2[changed].sum()),
        after_m2=float(mended.area_after_m2[changed].sum()),
    )


EDIT = Edit("fix_invalid", fix_invalid, (LAYER, Argument("fids", "fids", required=False)))
