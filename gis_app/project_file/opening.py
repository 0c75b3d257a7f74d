"""From a path to a connection that may be used: what is there, is it ours, is it whole."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import apsw

from gis_app.language import Message, Refused
from gis_app.project_file import backup, migrate, schema, verify
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import connect, journal_mode
from gis_app.project_file.examination import LARGE_BYTES
from gis_app.project_file.failure import refusing
from gis_app.project_file.lock import Owner


def require_ours(path: Path) -> None:
    """Refuse, without touching it, what is no project file of a version that we know."""
    if not path.is_file():
        raise Refused(Message("project_file.no_file", {"file": str(path)}))
    # asked of the system, not tried: to open and close a live project drops the locks that SQLite holds on it
    if not os.access(path, os.R_OK):
        raise Refused(Message("project_file.no_permission", {"file": path.name, "folder": str(path.parent)}))
    with refusing(path):
        try:
            connection = connect(path, immutable=True)
            try:
                version = schema.version_of(connection)
            finally:
                connection.close()
        except apsw.Error:
            if _interrupted(path):  # the main file alone says little until the log beside it is taken in
                return
            raise
    if version is None and not _interrupted(path):
        raise Refused(Message("project_file.not_a_project", {"file": path.name}))
    if version is not None and version > schema.SCHEMA_VERSION:
        raise Refused(_newer(path, version))


def for_writing(path: Path, codec: Codec, known_as: Path | None = None) -> apsw.Connection:
    """A connection in WAL mode, recovered, of the present schema, structurally sound.

    ``known_as`` is where the project is for people, where ``path`` is a working copy.
    """
    connection = connect(path)
    try:
        version = _require_version(connection, path)
        if not is_large(path):
            _require_sound(connection, path)
        journal_mode(connection, "wal")
        if version < schema.SCHEMA_VERSION:
            backup.make(connection, path)
            migrate.migrate(connection, codec, known_as or path)
        return connection
    except BaseException:
        connection.close()
        raise


def for_reading(path: Path, *, sound: bool = True) -> apsw.Connection:
    """A connection inside a read transaction: what it sees stays as it is now.

    Structural damage is refused unless ``sound`` is False: then somebody wants to know where it is.
    """
    connection = connect(path, read_only=True)
    try:
        connection.execute("BEGIN")
        if _require_version(connection, path) < schema.SCHEMA_VERSION:
            raise Refused(Message("project_file.old_schema", {"file": path.name}))
        if sound and not is_large(path):
            _require_sound(connection, path)
        return connection
    except BaseException:
        connection.close()
        raise


def is_large(path: Path) -> bool:
    """Whether a file is so large that it is examined beside the work."""
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size + (log.stat().st_size if log.exists() else 0) > LARGE_BYTES


def left_open(left_by: Owner | None, path: Path) -> list[Message]:
    """What is said where the program ended unexpectedly the last time."""
    if left_by is None:
        return []
    return [Message("project_file.ended_badly", {"file": path.name, **asdict(left_by)})]


def who_has_it(owner: Owner, path: Path, seq: int) -> list[Message]:
    """What a reader is told where somebody has the project open."""
    return [Message("project_file.read_beside", {"file": path.name, "seq": seq, **asdict(owner)})]


def _require_version(connection: apsw.Connection, path: Path) -> int:
    version = schema.version_of(connection)
    if version is None:
        raise Refused(Message("project_file.not_a_project", {"file": path.name}))
    if version > schema.SCHEMA_VERSION:
        raise Refused(_newer(path, version))
    return version


def _newer(path: Path, version: int) -> Message:
    return Message(
        "project_file.newer", {"file": path.name, "version": version, "known": schema.SCHEMA_VERSION}
    )


def damaged(path: Path, cause: Message) -> Message:
    """What is said of a file whose structure is not sound."""
    newest = next(iter(backup.backups(path)), None)
    id = "project_file.damaged" if newest is None else "project_file.damaged_backup"
    return Message(id, {"file": path.name, "cause": cause, "backup": str(newest)})


def _require_sound(connection: apsw.Connection, path: Path) -> None:
    found = next(verify.structure(connection, quick=True), None)
    if found is not None:
        raise Refused(damaged(path, found))


def _interrupted(path: Path) -> bool:
    return any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
