"""Bring the layers into another order."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import title
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record
from gis_app.model.duplicate import TABLE, duplicates


def order_layers(project: Project, layers: Sequence[str]) -> Changeset:
    """The step after which layers and duplicates stand in this order, from the bottom of the map up.

    Those that are not named follow as they were. From then on the order is one that somebody gave.

    Raises
    ------
    EditError
        One of them is not there.
    """
    held, rows = duplicates(project), list(dict.fromkeys(layers))
    unknown = [id for id in rows if id not in project.layers and id not in held]
    if unknown:
        raise refuse("no_layer", layer=unknown[0])
    before = tuple(project.layers)
    after = (*(id for id in rows if id in before), *(id for id in before if id not in rows))
    names = [title(project.layers[id]) for id in after[:3]]
    records = []
    if after != before:
        records.append(Record("project", "layer_order", {"value": before}, {"value": after}))
    if not project.ordered:
        records.append(Record("project", "ordered", {"value": False}, {"value": True}))
    for id, below in zip(rows, ("", *rows), strict=False):
        if id in held and held[id].above != below:
            records.append(Record(TABLE, id, {"above": held[id].above}, {"above": below}))
    return Changeset(Message("edits.order_layers", {"layers": names}), tuple(records))


EDIT = Edit("order_layers", order_layers, (Argument("layers", "texts"),))
