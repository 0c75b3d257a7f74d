"""File formats, one a file: how each is read and written, what it loses; no meaning of fields or layers."""

from gis_app.formats.install import recover
from gis_app.formats.kinds import Format, format_of, formats, is_supported
from gis_app.formats.later import later
from gis_app.formats.reading import Request, is_project_file, prepare, read, read_many
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
