"""The project file, a GeoPackage that is also the edit journal: open, commit, verify, back up; no GDAL."""

from gis_app.project_file.file import ProjectFile
from gis_app.project_file.journal import Entry
from gis_app.project_file.lock import Owner, read_owner
from gis_app.project_file.place import warning
from gis_app.project_file.schema import is_project_file

__all__ = ["Entry", "Owner", "ProjectFile", "is_project_file", "read_owner", "warning"]
