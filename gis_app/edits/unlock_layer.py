"""Unlock a statutory layer for a reason."""

from __future__ import annotations

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import title
from gis_app.language import Message
from gis_app.model import Changeset, Layer, Project, Record


def unlock_layer(project: Project, layer: Layer, reason: str) -> Changeset:
    """The step after which a statutory result may be changed; its reason is journalled.

    Raises
    ------
    EditError
        No reason is given, or the layer is not locked.
    """
    if not reason.strip():
        raise refuse("no_reason", layer=title(layer))
    if not layer.locked:
        raise refuse("not_locked", layer=title(layer))
    return lock_step("unlock_layer", layer, reason.strip())


def lock_step(verb: str, layer: Layer, reason: str) -> Changeset:
    """The step ``edits.<verb>`` that sets why a layer is unlocked."""
    record = Record("layer", layer.id, {"unlocked": layer.unlocked}, {"unlocked": reason})
    return Changeset(Message(f"edits.{verb}", {"layer": title(layer), "reason": reason}), (record,))


EDIT = Edit("unlock_layer", unlock_layer, (LAYER, Argument("reason", "text")))
