"""Remove a layer with all its features."""

from __future__ import annotations

from gis_app.edits.draft import require_open
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.naming import title
from gis_app.language import Message
from gis_app.model import Changeset, Layer, Project, Record
from gis_app.model.duplicate import TABLE, duplicates


def remove_layer(project: Project, layer: Layer) -> Changeset:
    """The step that takes a layer away; undone, it comes back to its place.

    Raises
    ------
    EditError
        It is a statutory result and locked.
    """
    require_open(layer)
    order = tuple(project.layers)
    rest = tuple(id for id in order if id != layer.id)
    text = Message("edits.remove_layer", {"layer": title(layer), "count": len(layer)})
    records = [Record("project", "layer_order", {"value": order}, {"value": rest})]
    for id in (one.id for one in duplicates(project).values() if one.layer == layer.id):
        records.append(Record(TABLE, id, dict(project.entries[TABLE][id]), None))
    return Changeset(text, tuple(records), departures=(layer,))


EDIT = Edit("remove_layer", remove_layer, (LAYER,))
