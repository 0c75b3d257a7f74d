"""What SQLite and the system say when something is wrong with the file, turned into a sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from gis_app.language import Message, Refused

_SENTENCES: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.FullError, "project_file.disk_full"),
    (apsw.ReadOnlyError, "project_file.read_only_place"),
    (apsw.NotADBError, "project_file.not_a_database"),
    (apsw.CorruptError, "project_file.damaged"),
    (apsw.BusyError, "project_file.busy"),
    (apsw.LockedError, "project_file.busy"),
    (apsw.CantOpenError, "project_file.cannot_open"),
    (apsw.PermissionsError, "project_file.no_permission"),
    (apsw.AuthError, "project_file.no_permission"),
    (apsw.TooBigError, "project_file.too_big"),
    (apsw.IOError, "project_file.io"),
)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Raise ``Refused`` with a sentence naming ``path`` in place of an error of SQLite or of the system."""
    try:
        yield
    except apsw.Error as error:
        raise Refused(_sentence(error, path)) from error
    except OSError as error:
        raise Refused(_system_sentence(error, path)) from error
    except UnicodeEncodeError as error:  # half a surrogate pair, which no file can hold
        raise Refused(Message("project_file.bad_text", {"file": path.name})) from error
    except UnicodeDecodeError as error:  # a text cell that is no longer UTF-8
        raise Refused(Message("project_file.damaged", {"file": path.name, "cause": str(error)})) from error


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Raise ``Refused`` where something stored cannot be decoded."""
    try:
        yield
    except (ValueError, TypeError, KeyError, ShapelyError, CRSError) as error:
        raise Refused(Message("project_file.damaged", {"file": path.name, "cause": str(error)})) from error


def _sentence(error: apsw.Error, path: Path) -> Message:
    known = next((id for kind, id in _SENTENCES if isinstance(error, kind)), "project_file.failed")
    return Message(known, {"file": path.name, "folder": str(path.parent), "cause": str(error)})


def _system_sentence(error: OSError, path: Path) -> Message:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        id = "project_file.disk_full"
    elif error.errno == errno.EROFS:
        id = "project_file.read_only_place"
    elif error.errno in (errno.EACCES, errno.EPERM):
        id = "project_file.no_permission"
    elif error.errno == errno.ENOENT:
        id = "project_file.cannot_open"
    else:
        id = "project_file.io"
    cause = error.strerror or str(error)
    return Message(id, {"file": path.name, "folder": str(path.parent), "cause": cause})
