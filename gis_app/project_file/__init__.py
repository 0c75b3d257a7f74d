"""The project file, a GeoPackage that is also the edit journal: open, commit, verify, back up; no GDAL."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gis_app.project_file.draft import Draft
    from gis_app.project_file.file import ProjectFile
    from gis_app.project_file.foreign import ForeignEdits
    from gis_app.project_file.journal import Entry
    from gis_app.project_file.lock import Owner, is_held, read_owner
    from gis_app.project_file.place import warning
    from gis_app.project_file.schema import is_project_file

__all__ = [
    "Draft",
    "Entry",
    "ForeignEdits",
    "Owner",
    "ProjectFile",
    "is_held",
    "is_project_file",
    "read_owner",
    "warning",
]
_PLACES = {
    "Draft": "draft",
    "Entry": "journal",
    "ForeignEdits": "foreign",
    "Owner": "lock",
    "ProjectFile": "file",
    "is_held": "lock",
    "is_project_file": "schema",
    "read_owner": "lock",
    "warning": "place",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: the reader process wants none of it."""
    if name in _PLACES:
        return getattr(importlib.import_module(f"gis_app.project_file.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
