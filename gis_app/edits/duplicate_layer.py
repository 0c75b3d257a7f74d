"""Show a layer once more, with a name, a place and a style of its own."""

from __future__ import annotations

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import title
from gis_app.language import Message
from gis_app.model import Changeset, Layer, Project, Record
from gis_app.model.duplicate import MARK, TABLE, duplicates, is_duplicate, layer_id

MOST_LETTERS = 80


def duplicate_layer(project: Project, layer: Layer, name: str) -> Changeset:
    """The step after which a layer is shown twice: the duplicate lies on it and looks as it does now.

    Raises
    ------
    EditError
        The name is empty or too long.
    """
    name = named(name)
    entered = project.entries.get(TABLE, {})
    there = [one for one in entered if is_duplicate(one) and layer_id(one) == layer.id]
    number = 1 + max((int(one.rpartition(MARK)[2]) for one in there), default=1)
    own = entered.get(layer.feature_type.style, {}).get("toml")
    values = {"name": name, "above": layer.id, "toml": restyled(own, f"{layer.id}{MARK}{number}")}
    text = Message("edits.duplicate_layer", {"layer": title(layer), "name": name})
    return Changeset(text, (Record(TABLE, f"{layer.id}{MARK}{number}", None, values),))


def restyled(toml: object, id: str) -> str | None:
    """Give the text of a style's file as that of another id; None for none."""
    import tomli
    import tomli_w

    if not isinstance(toml, str):
        return None
    plain = tomli.loads(toml)
    return tomli_w.dumps({**plain, "style": {**plain["style"], "id": id}})


def named(name: str) -> str:
    """Give a name without blanks around it.

    Raises
    ------
    EditError
        It is empty, too long, or has signs that are not printed.
    """
    name = name.strip()
    if not name or len(name) > MOST_LETTERS or not name.isprintable():
        raise refuse("bad_duplicate_name", most=MOST_LETTERS)
    return name


def known(project: Project, id: str) -> str:
    """Give the id of a duplicate that is there.

    Raises
    ------
    EditError
        There is none of this id.
    """
    if id not in duplicates(project):
        raise refuse("no_duplicate", id=id)
    return id


EDIT = Edit("duplicate_layer", duplicate_layer, (LAYER, Argument("name", "text")))
