"""The project file, a GeoPackage that is also the edit journal: open, commit, verify, back up; no GDAL."""

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
