"""What a person chose once for every project: language, the office's folder, recent projects, workers."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from gis_app.language import Message, Refused
from gis_app.worker.folders import user_config_dir

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
        "theme": {"enum": ["light", "dark", None]},
        "office_folder": {"type": ["string", "null"], "minLength": 1},
        "recent": {"type": "array", "maxItems": RECENT_MAX, "items": {"type": "string", "minLength": 1}},
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
        ``"light"`` or ``"dark"``; None follows the desktop.
    """

    language: str = "zh"
    office_folder: Path | None = None
    recent: tuple[Path, ...] = field(default=())
    workers: int | None = None
    theme: str | None = None

    def opened(self, project: Path) -> Settings:
        """Give the settings with ``project`` as the newest of the recent ones."""
        others = tuple(path for path in self.recent if path != project)
        return replace(self, recent=(project, *others)[:RECENT_MAX])


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
        _replace(path, text)
    except OSError as error:
        values = {"path": path, "reason": error.strerror}
        raise Refused(Message("session.settings_unwritable", values)) from error


def _plain(settings: Settings) -> dict[str, Any]:
    plain = {"schema": SCHEMA_ID} | asdict(settings)
    plain["office_folder"] = str(settings.office_folder) if settings.office_folder else None
    plain["recent"] = [str(path) for path in settings.recent]
    _check(plain)
    return plain


def _parsed(text: str) -> Settings:
    from jsonschema import ValidationError

    plain = json.loads(text)
    try:
        _check(plain)
    except ValidationError as error:
        raise ValueError(f"{error.json_path}: {error.message}") from error
    del plain["schema"]
    folder = plain.get("office_folder")
    recent = tuple(Path(path) for path in plain.get("recent", ()))
    return Settings(**plain | {"office_folder": Path(folder) if folder else None, "recent": recent})


def _set_aside(path: Path, error: Exception) -> Message:
    aside = path.with_name(f"{path.stem}.broken{path.suffix}")
    values = {"path": path, "aside": aside, "reason": str(error)}
    try:
        os.replace(path, aside)
    except OSError:
        return Message("session.settings_broken_left", values)
    return Message("session.settings_broken", values)


def _check(plain: object) -> None:
    # the window waits for settings, and where there are none yet nothing need be held against a schema
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(SCHEMA).iter_errors(plain))
    if error is not None:
        raise error


def _replace(path: Path, text: str) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
