"""What a person chose once for every project: language, the office's folder, recent projects, workers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gis_app.language import Message, Refused
from gis_app.session.fits import fits
from gis_app.session.write_whole import write_whole
from gis_app.worker.folders import user_config_dir

if TYPE_CHECKING:
    from jsonschema import ValidationError

SCHEMA_ID = "parkplan/settings/1"
RECENT_MAX = 20
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["schema"],
    "additionalProperties": False,
    "properties": {
        "schema": {"const": SCHEMA_ID},
        "language": {"enum": ["zh", "en"]},
        "theme": {"enum": ["light", "dark", "contrast", None]},
        "scale": {"type": "integer", "minimum": 100, "maximum": 200},
        "keys": {"type": "object", "additionalProperties": {"type": "string"}},
        "layout": {"type": "object", "additionalProperties": {"type": "string"}},
        "office_folder": {"type": ["string", "null"], "minLength": 1},
        "recent": {"type": "array", "maxItems": RECENT_MAX, "items": {"type": "string", "minLength": 1}},
        "pinned": {"type": "array", "items": {"type": "string", "minLength": 1}},
        "workers": {"type": ["integer", "null"], "minimum": 0, "maximum": 256},
    },
}


@dataclass(frozen=True)
class Settings:
    """The settings of one person.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``, for windows and printed text.
    office_folder : Path or None
        A folder with the office's own layers, styles and rule sets; it may be read-only.
    recent : tuple of Path
        Projects opened last, the newest first, at most ``RECENT_MAX``.
    workers : int or None
        How many processes may work beside the first; 0 for none, None for as many as the machine bears.
    theme : str or None
        ``"light"``, ``"dark"`` or ``"contrast"``; None follows the desktop.
    pinned : tuple of Path
        Those of the recent projects that stand first and are never dropped for newer ones.
    scale : int
        How large everything is shown, in percent of what the desktop asks for.
    keys : Mapping[str, str]
        Keys chosen instead of an action's own, by its id; an empty text takes them away.
    layout : Mapping[str, str]
        How the window was laid out when it was closed last; only the window can read it.
    """

    language: str = "zh"
    office_folder: Path | None = None
    recent: tuple[Path, ...] = field(default=())
    workers: int | None = None
    theme: str | None = None
    pinned: tuple[Path, ...] = field(default=())
    scale: int = 100
    keys: Mapping[str, str] = field(default_factory=dict)
    layout: Mapping[str, str] = field(default_factory=dict)

    def opened(self, project: Path) -> Settings:
        """Give the settings with ``project`` as the newest of the recent ones."""
        others = [path for path in self.recent if path != project]
        while len(others) >= RECENT_MAX:
            loose = [path for path in others if path not in self.pinned] or others
            others.remove(loose[-1])
        return replace(self, recent=(project, *others))


def settings_path() -> Path:
    """Give the path of the person's settings file."""
    return user_config_dir() / "settings.json"


def load(path: Path | None = None) -> tuple[Settings, Message | None]:
    """Read the settings.

    A file that cannot be used is set aside beside itself as ``settings.broken.json``, and the defaults hold.

    Returns
    -------
    Settings
        What the file says, or the defaults.
    Message or None
        What was wrong with the file and where it is now; None when it was sound or there was none.
    """
    path = path or settings_path()
    try:
        return _parsed(path.read_text(encoding="utf-8")), None
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        values = {"path": path, "reason": error.strerror}
        return Settings(), Message("session.settings_unreadable", values)
    except (ValueError, RecursionError) as error:
        return Settings(), _set_aside(path, error)


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings whole or not at all.

    Raises
    ------
    Refused
        The folder or the file cannot be written; the old file is then untouched.
    """
    path = path or settings_path()
    text = json.dumps(_plain(settings), ensure_ascii=False, indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        values = {"path": path, "reason": error.strerror}
        raise Refused(Message("session.settings_unwritable", values)) from error


def _plain(settings: Settings) -> dict[str, Any]:
    plain = {"schema": SCHEMA_ID} | asdict(settings)
    plain["office_folder"] = str(settings.office_folder) if settings.office_folder else None
    for name in ("recent", "pinned"):
        plain[name] = [str(path) for path in plain[name]]
    error = _fault(plain)
    if error is not None:
        raise error
    return plain


def _parsed(text: str) -> Settings:
    plain = json.loads(text)
    error = _fault(plain)
    if error is not None:
        raise ValueError(f"{error.json_path}: {error.message}")
    del plain["schema"]
    folder = plain.get("office_folder")
    paths = {name: tuple(Path(path) for path in plain.get(name, ())) for name in ("recent", "pinned")}
    return Settings(**plain | {"office_folder": Path(folder) if folder else None} | paths)


def _set_aside(path: Path, error: Exception) -> Message:
    aside = path.with_name(f"{path.stem}.broken{path.suffix}")
    values = {"path": path, "aside": aside, "reason": str(error)}
    try:
        os.replace(path, aside)
    except OSError:
        return Message("session.settings_broken_left", values)
    return Message("session.settings_broken", values)


def _fault(plain: object) -> ValidationError | None:
    """What is wrong with settings, None when nothing is."""
    if fits(plain, SCHEMA):
        return None
    # the window waits for settings, and only what does not fit needs to be explained
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error: ValidationError | None = best_match(Draft202012Validator(SCHEMA).iter_errors(plain))
    return error
