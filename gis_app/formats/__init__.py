"""File formats, one a file: how each is read and written, what it loses; no meaning of fields or layers."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gis_app.formats.ahead import prepare
    from gis_app.formats.install import recover
    from gis_app.formats.kinds import Format, format_of, formats, is_supported
    from gis_app.formats.not_yet import later
    from gis_app.formats.reading import Request, is_project_file, read, read_many
    from gis_app.formats.source import not_an_address
    from gis_app.formats.table import Excluded, Table
    from gis_app.formats.writing import Written, losses, write

__all__ = [
    "Excluded",
    "Format",
    "Request",
    "Table",
    "Written",
    "format_of",
    "formats",
    "is_project_file",
    "is_supported",
    "later",
    "losses",
    "not_an_address",
    "prepare",
    "read",
    "read_many",
    "recover",
    "write",
]

_HOMES = {
    "ahead": ("prepare",),
    "install": ("recover",),
    "kinds": ("Format", "format_of", "formats", "is_supported"),
    "not_yet": ("later",),
    "reading": ("Request", "is_project_file", "read", "read_many"),
    "source": ("not_an_address",),
    "table": ("Excluded", "Table"),
    "writing": ("Written", "losses", "write"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: a reader process starts without what writes."""
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"gis_app.formats.{home}"), name)
