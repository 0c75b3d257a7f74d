"""Views of a project that a person comes back to by name, kept beside the person's settings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gis_app.language import Message, Refused
from gis_app.session.write_whole import write_whole
from gis_app.worker.folders import user_config_dir

SCHEMA_ID = "parkplan/bookmarks/1"
MOST = 100
"""Bookmarks of one project."""


@dataclass(frozen=True)
class Bookmark:
    """A named view.

    Attributes
    ----------
    name
        As the person wrote it, one of a kind in its project.
    x, y
        The view's middle in the project's reference system, metres.
    denominator
        Of the scale, 1∶denominator.
    rotation_deg
        How far the map is turned.
    """

    name: str
    x: float
    y: float
    denominator: float
    rotation_deg: float = 0.0


def bookmarks_path() -> Path:
    """Give the path of the file."""
    return user_config_dir() / "bookmarks.json"


def load(project: Path) -> tuple[Bookmark, ...]:
    """Give the bookmarks of a project, in the order in which they were made.

    Raises
    ------
    Refused
        The file is there and cannot be read, or is not what it should be; it is left as it is.
    """
    found: tuple[Bookmark, ...] = _all().get(_key(project), ())
    return found


def save(project: Path, bookmarks: Sequence[Bookmark]) -> None:
    """Keep these bookmarks of a project instead of those before; the file is replaced whole or not at all.

    Raises
    ------
    Refused
        The file cannot be read or written.
    """
    every = {**_all(), _key(project): tuple(bookmarks)[:MOST]}
    plain = {key: [asdict(each) for each in kept] for key, kept in every.items() if kept}
    text = json.dumps({"schema": SCHEMA_ID, "projects": plain}, ensure_ascii=False, indent=2) + "\n"
    path = bookmarks_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        values = {"path": path, "reason": error.strerror}
        raise Refused(Message("session.bookmarks_unwritable", values)) from error


def added(bookmarks: Sequence[Bookmark], new: Bookmark) -> tuple[Bookmark, ...]:
    """Give the bookmarks with a new one at the end; one of the same name is replaced where it stands."""
    if any(each.name == new.name for each in bookmarks):
        return tuple(new if each.name == new.name else each for each in bookmarks)
    return (*bookmarks, new)


def renamed(bookmarks: Sequence[Bookmark], old: str, new: str) -> tuple[Bookmark, ...]:
    """Give the bookmarks with another name for one; a name that is taken or empty changes nothing."""
    name = new.strip()
    if not name or any(each.name == name for each in bookmarks):
        return tuple(bookmarks)
    return tuple(replace(each, name=name) if each.name == old else each for each in bookmarks)


def without(bookmarks: Sequence[Bookmark], name: str) -> tuple[Bookmark, ...]:
    """Give the bookmarks without one."""
    return tuple(each for each in bookmarks if each.name != name)


def _key(project: Path) -> str:
    return project.resolve().as_posix()


def _all() -> dict[str, tuple[Bookmark, ...]]:
    path = bookmarks_path()
    try:
        plain: Any = json.loads(path.read_text(encoding="utf-8"))
        if plain["schema"] != SCHEMA_ID:
            raise ValueError(plain["schema"])
        return {str(key): tuple(_parsed(each) for each in kept) for key, kept in plain["projects"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(
            Message("session.bookmarks_unreadable", {"path": path, "reason": str(error)})
        ) from error


def _parsed(plain: dict[str, Any]) -> Bookmark:
    made = Bookmark(**plain)
    numbers = (made.x, made.y, made.denominator, made.rotation_deg)
    if not isinstance(made.name, str) or not all(isinstance(number, int | float) for number in numbers):
        raise ValueError(plain)
    return made
