"""A duplicate: a layer shown once more, with a name, a place and a style of its own; it has no features."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gis_app.model.layer import Layer
    from gis_app.model.project import Project

TABLE = "style"
"""The project's own table of styles: by id its TOML under ``toml``; of a duplicate also name and place."""
MARK = "#"


@dataclass(frozen=True)
class Duplicate:
    """One more look at a layer.

    Attributes
    ----------
    id
        ``<layer>#<number>``; that of its style too.
    name
        As a person calls it, in whatever language.
    above
        Id of what lies just below it on the map; empty for nothing.
    """

    id: str
    name: str
    above: str

    @property
    def layer(self) -> str:
        """Id of the layer whose features it shows."""
        return layer_id(self.id)


def layer_id(id: str) -> str:
    """Id of the layer that is shown under an id: a layer's, a duplicate's, that of a proposal's blocks."""
    return id.split("/")[0].split(MARK)[0]


def is_duplicate(id: str) -> bool:
    """Whether an id is a duplicate's."""
    return MARK in id


def duplicates(project: Project) -> dict[str, Duplicate]:
    """All duplicates by id, in the order in which they were made; none of a layer that is gone."""
    entered = project.entries.get(TABLE, {})
    return {
        id: Duplicate(id, str(entered[id]["name"]), str(entered[id]["above"]))
        for id in sorted(filter(is_duplicate, entered), key=_number)
        if layer_id(id) in project.layers
    }


def _number(id: str) -> tuple[int, str]:
    return int(id.rpartition(MARK)[2]), id


def shown_layer(project: Project, id: str) -> Layer | None:
    """Give the layer that is shown under an id; a duplicate as a layer with the same table; None for none."""
    layer = project.layers.get(layer_id(id))
    if layer is None or not is_duplicate(id):
        return layer
    duplicate = duplicates(project).get(id)
    if duplicate is None:
        return None
    made = copy(layer)
    title = dict.fromkeys(layer.feature_type.title, duplicate.name)
    made.id, made.feature_type = id, replace(layer.feature_type, style=id, title=title)
    return made


def in_order(project: Project) -> list[str]:
    """Ids of layers and duplicates from the bottom of the map up."""
    lying: dict[str, list[str]] = {}
    for one in duplicates(project).values():
        lying.setdefault(one.above, []).append(one.id)
    found: list[str] = []

    def lay(id: str) -> None:
        if id not in found:
            found.append(id)
            for upper in reversed(lying.get(id, ())):
                lay(upper)

    for id in (*lying.get("", ()), *project.layers):
        lay(id)
    for one in duplicates(project).values():  # what it lay on is gone
        if one.id not in found:
            found.insert(found.index(one.layer) + 1, one.id)
    return found
