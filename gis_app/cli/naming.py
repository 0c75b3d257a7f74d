"""A feature as it is named on the command line: LAYER/NUMBER."""

from __future__ import annotations

from gis_app.language import Message, Refused
from gis_app.model import Project
from gis_app.session.find import NAMED_BY


def feature_key(project: Project, given: str) -> tuple[str, str]:
    """Give layer id and fid of the feature with this number, name or fid, the fid as it was typed.

    Raises
    ------
    Refused
        There is no such layer, or several features have this number.
    """
    layer_id, slash, number = given.partition("/")
    layer = project.layers.get(layer_id) or project.of_type(layer_id)
    if not slash or layer is None:
        raise Refused(Message("cli.attach_to", {"given": given, "known": list(project.layers)}))
    for column in NAMED_BY:
        if layer.has(column):
            values = layer.rows(None, [column])[column]
            found = [int(fid) for fid, value in zip(layer.fids, values, strict=True) if str(value) == number]
            if len(found) == 1:
                return layer.id, str(found[0])
            if found:
                told = {"given": given, "count": len(found), "fids": [str(fid) for fid in found[:9]]}
                raise Refused(Message("cli.attach_several", told))
    return layer.id, number


def feature(project: Project, given: str) -> tuple[str, int]:
    """Give layer id and fid of a feature that is there; ``--feature`` as typed.

    Raises
    ------
    Refused
        There is none, or several have this number.
    """
    layer_id, slash, _number = given.partition("/")
    if not slash or (layer_id not in project.layers and project.of_type(layer_id) is None):
        raise Refused(Message("cli.which_feature", {"given": given, "known": list(project.layers)}))
    id, key = feature_key(project, given)
    if not key.isdecimal() or not project.layers[id].table.has([int(key)]).all():
        raise Refused(Message("cli.which_feature", {"given": given, "known": list(project.layers)}))
    return id, int(key)
