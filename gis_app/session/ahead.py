"""Readers of a folder started before anything is imported that could tell what lies in it."""

from __future__ import annotations

from pathlib import Path

import tomli

from gis_app.formats.ahead import prepare
from gis_app.session.settings import load

ANSWERS = "park.toml"


def start_readers(path: Path) -> None:
    """Start what reads ``path``; whatever it then gives is asked for, and checked, by the intake."""
    prepare(path, load()[0].workers, said_encodings(path))


def said_encodings(folder: Path) -> dict[str, str]:
    """Encodings that a folder's answers give its files, by their path in it; none where that cannot be told.

    The answers themselves are read, and refused where they are wrong, when the folder is opened.
    """
    try:
        told = tomli.loads((folder / ANSWERS).read_text(encoding="utf-8-sig")).get("file")
    except (OSError, ValueError):
        return {}
    files = [entry for entry in told if isinstance(entry, dict)] if isinstance(told, list) else []
    pairs = [(entry.get("path"), entry.get("encoding")) for entry in files]
    return {path: name for path, name in pairs if isinstance(path, str) and isinstance(name, str) and name}
