"""One SQLite connection with every setting read back, and the functions that GeoPackage triggers call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from gis_app.language import Message, Refused
from gis_app.project_file import blob

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a file in WAL mode when two connections checkpoint (fixed in 3.51.3)."""

BUSY_MS = 5000
_PRAGMAS: dict[str, int] = {
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "busy_timeout": BUSY_MS,
    "recursive_triggers": 1,
}
_SWITCHES = {
    "defensive": (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
    "dqs_dml": (apsw.SQLITE_DBCONFIG_DQS_DML, 0),  # else an unknown "column" is taken as a text
    "dqs_ddl": (apsw.SQLITE_DBCONFIG_DQS_DDL, 0),
}
_FULL = 2


def connect(
    path: Path, *, read_only: bool = False, immutable: bool = False, create: bool = False
) -> apsw.Connection:
    """Open ``path`` with all settings but the journal mode; ``Refused`` where one is not got.

    ``immutable`` reads the main file alone and leaves nothing beside it.
    """
    if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < OLDEST_SQLITE:
        raise Refused(Message("project_file.old_sqlite", {"version": apsw.sqlite_lib_version()}))
    flags = apsw.SQLITE_OPEN_URI
    flags |= apsw.SQLITE_OPEN_READONLY if read_only or immutable else apsw.SQLITE_OPEN_READWRITE
    flags |= apsw.SQLITE_OPEN_CREATE if create else 0
    connection = apsw.Connection(_uri(path, immutable), flags=flags)
    try:
        configure(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def configure(connection: apsw.Connection) -> None:
    """Set and read back everything that a connection of ours needs."""
    for name, (switch, wanted) in _SWITCHES.items():
        _require(name, wanted, connection.config(switch, wanted))
    pragmas = dict(_PRAGMAS, synchronous=_FULL)
    if sys.platform == "darwin":
        pragmas |= {"fullfsync": 1, "checkpoint_fullfsync": 1}
    for name, wanted in pragmas.items():
        connection.execute(f"PRAGMA {name} = {wanted}").fetchall()
        got = connection.execute(f"PRAGMA {name}").fetchone()
        # a build that cannot map files answers mmap_size with no row: it does not map
        _require(name, wanted, wanted if got is None and name == "mmap_size" else got and got[0])
    for function, answer in _FUNCTIONS.items():
        connection.create_scalar_function(
            function, answer, 1, deterministic=True, flags=apsw.SQLITE_INNOCUOUS
        )


def journal_mode(connection: apsw.Connection, mode: str) -> None:
    """Switch the journal mode; ``Refused`` when SQLite did not do it."""
    row = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
    _require("journal_mode", mode, row and row[0])


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT; on any error nothing has happened."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def quoted(name: str) -> str:
    """A name as an SQL identifier that can be nothing else."""
    return '"' + name.replace('"', '""') + '"'


def _uri(path: Path, immutable: bool) -> str:
    place = quote(path.absolute().as_posix())
    return f"file://{'' if place.startswith('/') else '/'}{place}" + ("?immutable=1" if immutable else "")


def _require(name: str, wanted: object, got: object) -> None:
    if got != wanted:
        raise Refused(Message("project_file.setting", {"name": name, "wanted": wanted, "got": str(got)}))


def _corner(position: int) -> Callable[..., float | None]:
    def corner(*values: Any) -> float | None:
        bounds = blob.bounds_of(values[0])
        return None if bounds is None else bounds[position]

    return corner


def _is_empty(*values: Any) -> int | None:
    return int(blob.is_empty(values[0])) if isinstance(values[0], bytes) else None


_FUNCTIONS: dict[str, Callable[..., float | int | None]] = {
    "ST_MinX": _corner(0),
    "ST_MaxX": _corner(1),
    "ST_MinY": _corner(2),
    "ST_MaxY": _corner(3),
    "ST_IsEmpty": _is_empty,
}
