"""A saved view of the map: what is visible in which order, how it looks, and which ground is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue, Style
from gis_app.catalogue.source import Source
from gis_app.catalogue.style import style as read_style
from gis_app.catalogue.style_writing import style_toml
from gis_app.language import Message, Refused
from gis_app.session.styles import own_styles, with_style, write_text
from gis_app.worker.folders import user_config_dir

SCHEMA_ID = "parkplan/map_views/1"
MOST_VIEWS = 200
_IDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["schema", "projects"],
    "additionalProperties": False,
    "properties": {
        "schema": {"const": SCHEMA_ID},
        "projects": {
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "maxItems": MOST_VIEWS,
                "items": {
                    "type": "object",
                    "required": ["name", "visible", "order", "bounds"],
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string", "minLength": 1, "maxLength": 80},
                        "visible": _IDS,
                        "order": _IDS,
                        "bounds": {
                            "type": "array",
                            "minItems": 4,
                            "maxItems": 4,
                            "items": {"type": "number"},
                        },
                        "styles": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
            },
        },
    },
}


@dataclass(frozen=True)
class MapView:
    """One saved view.

    Parameters
    ----------
    visible, order
        Ids of the layer tree: those that are shown, and all from the bottom of the map up.
    bounds
        Ground in the project's reference system, metres.
    styles
        TOML text of each style that is not the program's own, by id.
    """

    name: str
    visible: tuple[str, ...]
    order: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    styles: Mapping[str, str] = field(default_factory=dict)


def taken(
    name: str,
    visible: Sequence[str],
    order: Sequence[str],
    bounds: tuple[float, float, float, float],
    catalogue: Catalogue,
) -> MapView:
    """Take a view of the map as it is now."""
    own = {id: style_toml(catalogue.styles[id]) for id in sorted(own_styles(catalogue))}
    return MapView(name.strip(), tuple(visible), tuple(order), bounds, own)


def styled(view: MapView, catalogue: Catalogue, plain: Catalogue) -> Catalogue:
    """Give a catalogue with the styles of a view; where it has none of an id, that of ``plain`` holds.

    Raises
    ------
    Refused
        A style of the view cannot be read.
    """
    made = catalogue
    for id in (own_styles(catalogue) - set(view.styles)) & plain.styles.keys():  # no duplicate
        made = with_style(made, plain.styles[id])
    for id, text in view.styles.items():
        if id in made.styles:
            made = with_style(made, _style(id, text))
    return made


def _style(id: str, text: str) -> Style:
    return read_style(Source(Path(f"{id}.toml"), text, ""))


def views_path() -> Path:
    """Give the path of the person's file of views."""
    return user_config_dir() / "map_views.json"


def load_views(project: Path, file: Path | None = None) -> tuple[MapView, ...]:
    """Give the saved views of a project, in the order in which they were saved.

    Raises
    ------
    Refused
        The file of views cannot be read; nothing in it was changed.
    """
    return tuple(_view(item) for item in _all(file or views_path()).get(_key(project), ()))


def save_view(project: Path, view: MapView, file: Path | None = None) -> None:
    """Save a view; one of the same name is replaced.

    Raises
    ------
    Refused
        It has no name, there are too many, or the file cannot be read or written.
    """
    file = file or views_path()
    if not view.name:
        raise Refused(Message("session.view_unnamed"))
    every = _all(file)
    others = [item for item in every.get(_key(project), ()) if item["name"] != view.name]
    if len(others) >= MOST_VIEWS:
        raise Refused(Message("session.too_many_views", {"most": MOST_VIEWS}))
    own = {
        "name": view.name,
        "visible": list(view.visible),
        "order": list(view.order),
        "bounds": list(view.bounds),
        "styles": dict(view.styles),
    }
    _store(file, every | {_key(project): [*others, own]})


def delete_view(project: Path, name: str, file: Path | None = None) -> None:
    """Delete a view; one that is not there is no error.

    Raises
    ------
    Refused
        The file cannot be read or written.
    """
    file = file or views_path()
    every = _all(file)
    left = [item for item in every.get(_key(project), ()) if item["name"] != name]
    _store(file, every | {_key(project): left})


def _key(project: Path) -> str:
    return str(project.resolve())


def _view(item: Mapping[str, Any]) -> MapView:
    west, south, east, north = item["bounds"]
    return MapView(
        item["name"],
        tuple(item["visible"]),
        tuple(item["order"]),
        (float(west), float(south), float(east), float(north)),
        item.get("styles", {}),
    )


def _all(file: Path) -> dict[str, list[dict[str, Any]]]:
    from jsonschema import Draft202012Validator, ValidationError

    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator(SCHEMA).validate(plain)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        reason = error.message if isinstance(error, ValidationError) else str(error)
        raise Refused(Message("session.views_unreadable", {"path": str(file), "reason": reason})) from error
    return dict(plain["projects"])


def _store(file: Path, projects: Mapping[str, list[dict[str, Any]]]) -> None:
    plain = {"schema": SCHEMA_ID, "projects": {key: views for key, views in projects.items() if views}}
    write_text(file, json.dumps(plain, ensure_ascii=False, indent=2) + "\n")
