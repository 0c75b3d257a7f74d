"""What an edit is given: each argument declared by name and kind, and read from plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue, FactDeclaration
from gis_app.catalogue.catalogue import own_style
from gis_app.catalogue.source import Source
from gis_app.edits.error import refuse
from gis_app.language import Words
from gis_app.model import Layer, Project, empty_layer
from gis_app.model.duplicate import is_duplicate, shown_layer

FARTHEST_M = 1e9
"""No projected grid has a coordinate beyond it."""
LARGEST = 1e15
"""No length, area or angle is beyond it."""
_FIDS = range(2**63)
_SHOWN = 80


@dataclass(frozen=True)
class Argument:
    """One argument.

    Parameters
    ----------
    name : str
        As it is given.
    kind : str
        ``layer`` (id of a feature type that is there), ``made_layer`` (made if absent), ``fid``, ``fids``,
        ``point`` ([x, y] in the project's reference system), ``line`` (a list of points, GeoJSON or WKT),
        ``geometry`` (GeoJSON, WKT or a shapely geometry), ``outline`` (that, or coordinates as a list or
        as pasted text), ``number``, ``numbers``, ``text``, ``texts``, ``flag``,
        ``date``, ``fact`` (id of a declared one), ``values`` (field → value), ``styles`` (id → text of its
        TOML file, or null) or ``any``.
    required : bool
        Without it the edit cannot be; otherwise the function's own default holds.
    into : str
        Name of the function's parameter, where it differs.
    choices : tuple of str
        The only texts it may be.
    default : object
        What stands in its place where it is not given; read like it.
    """

    name: str
    kind: str
    required: bool = True
    into: str = ""
    choices: tuple[str, ...] = ()
    default: object = None


@dataclass(frozen=True)
class NamedStyle:
    """The look of layers: what they are called, and the text of the style's TOML file, None for none."""

    title: Words
    toml: str | None


def read(
    declared: Sequence[Argument], given: Mapping[str, object], project: Project, catalogue: Catalogue
) -> dict[str, Any]:
    """The parameters of an edit's function.

    Raises
    ------
    EditError
        An argument is missing, unknown, or not of its kind.
    """
    known = {argument.name: argument for argument in declared}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise refuse("unknown_argument", names=unknown, known=sorted(known))
    given = {
        **{a.name: a.default for a in declared if a.default is not None},
        **{name: value for name, value in given.items() if value is not None},
    }
    missing = [name for name, argument in known.items() if argument.required and given.get(name) is None]
    if missing:
        raise refuse("missing_argument", names=missing)
    return {
        argument.into or name: _read(argument, given[name], project, catalogue)
        for name, argument in known.items()
        if given.get(name) is not None
    }


def _read(argument: Argument, value: object, project: Project, catalogue: Catalogue) -> object:
    if argument.kind in ("layer", "made_layer"):
        return _layer(value, project, catalogue, made=argument.kind == "made_layer")
    if argument.kind == "fact":
        return _fact(value, catalogue)
    if argument.kind == "styles" and isinstance(value, Mapping):
        return {str(id): _style(str(id), text, project, catalogue) for id, text in value.items()}
    if argument.choices and value not in argument.choices:
        raise refuse("not_a_choice", name=argument.name, choices=list(argument.choices))
    try:
        return _READERS[argument.kind](value)
    except _UNREADABLE as error:
        raise refuse("bad_argument", name=argument.name, kind=argument.kind, given=shown(value)) from error


def shown(value: object) -> str:
    """The beginning of what was given, for a sentence."""
    try:
        return str(value)[:_SHOWN]
    except (RecursionError, ValueError):  # nested too deeply; a number of too many digits
        return type(value).__name__


def _layer(value: object, project: Project, catalogue: Catalogue, *, made: bool) -> Layer:
    if isinstance(value, Layer):
        return value
    found = project.layers.get(str(value)) or project.of_type(str(value))
    if found is not None:
        return found
    kind = catalogue.feature_types.get(str(value))
    if kind is None:
        raise refuse("unknown_layer", layer=str(value))
    if not made:
        raise refuse("no_layer", layer=str(value))
    return empty_layer(kind, project.crs)


def _fact(value: object, catalogue: Catalogue) -> FactDeclaration:
    found = catalogue.facts.get(str(value))
    if found is None:
        raise refuse("unknown_fact", fact=str(value), known=sorted(catalogue.facts))
    return found


def _style(id: str, text: object, project: Project, catalogue: Catalogue) -> NamedStyle:
    kinds = [kind for kind in catalogue.feature_types.values() if kind.style == id]
    duplicate = shown_layer(project, id) if is_duplicate(id) else None
    kinds += [] if duplicate is None else [duplicate.feature_type]
    if not kinds or not (text is None or isinstance(text, str)):
        known = sorted({kind.style for kind in catalogue.feature_types.values()})
        raise refuse("unknown_style", style=id, known=known)
    if text is not None:
        own_style(Source(Path(f"{id}.toml"), text, ""), kinds)  # refuses with line and key
    return NamedStyle(Words(**kinds[0].title), text)


def _fid(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value or int(value) not in _FIDS:
        raise TypeError(value)
    return int(value)


def _fids(value: Any) -> tuple[int, ...]:
    found = tuple(dict.fromkeys(_fid(item) for item in value))
    if not found:
        raise ValueError(value)
    return found


def _number(value: Any) -> float:
    if isinstance(value, bool | str) or not abs(value) <= LARGEST:
        raise TypeError(value)
    return float(value)


def _point(value: Any) -> tuple[float, float]:
    if isinstance(value, Mapping):
        value = value["coordinates"]
    if isinstance(value, shapely.Point):
        value = (value.x, value.y)
    x, y = _number(value[0]), _number(value[1])
    if max(abs(x), abs(y)) > FARTHEST_M:
        raise ValueError(value)
    return x, y


def _geometry(value: Any) -> BaseGeometry:
    if isinstance(value, BaseGeometry):
        found = value
    elif isinstance(value, str):
        found = shapely.from_wkt(value)
    else:
        found = shape_of(value)
    if found.is_empty or not all(abs(bound) <= FARTHEST_M for bound in found.bounds):
        raise ValueError(value)
    return shapely.force_2d(found)


def _line(value: Any) -> BaseGeometry:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return shapely.LineString([_point(point) for point in value])
    found = _geometry(value)
    if found.geom_type not in ("LineString", "MultiLineString"):
        raise TypeError(value)
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


_UNREADABLE = (
    *(TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, RecursionError),
    NotImplementedError,  # curves
    ShapelyError,
)
_READERS: Mapping[str, Callable[[Any], object]] = {
    "fid": _fid,
    "fids": _fids,
    "point": _point,
    "points": lambda value: [_point(point) for point in value],
    "line": _line,
    "geometry": _geometry,
    "number": _number,
    "numbers": lambda value: [_number(item) for item in value],
    "text": _text,
    "texts": lambda value: [_text(item) for item in value],
    "flag": _flag,
    "values": lambda value: dict(value.items()),
    "outline": lambda value: value if isinstance(value, str | list | tuple) else _geometry(value),
    "date": lambda value: value if isinstance(value, date) else date.fromisoformat(value),
    "any": lambda value: value,
}
