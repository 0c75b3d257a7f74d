"""Files outside the project that it was read from or is written to, and what they were the last time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import apsw

from gis_app.project_file.failure import refusing

READ, WRITING, WRITTEN = "read", "writing", "written"


class Outside:
    """What an open project file knows of the files of others.

    A file that is being written is noted durably before the first change and as written after the last, so
    that the next opening finds what was interrupted; its members' digests tell whether another program
    changed it since.
    """

    def __init__(self, connection: apsw.Connection, path: Path, require_writable: Callable[[], None]) -> None:
        self._connection = connection
        self._path = path
        self.require_writable = require_writable

    def members(self, file: Path) -> dict[str, str] | None:
        """SHA-256 by name of the members of a set as the project last saw it, None where it never did."""
        row = self._connection.execute(
            "SELECT members FROM parkplan_outside WHERE path = ?", (_key(file),)
        ).fetchone()
        return None if row is None or row[0] is None else cast("dict[str, str]", json.loads(row[0]))

    def unfinished(self) -> list[Path]:
        """Main files whose writing was begun and not ended."""
        with refusing(self._path):
            rows = self._connection.execute(
                "SELECT path FROM parkplan_outside WHERE state = ? ORDER BY path", (WRITING,)
            )
            return [Path(path) for (path,) in rows]

    def note_read(self, sets: Iterable[tuple[Path, Mapping[str, str]]]) -> None:
        """Remember what was imported."""
        for file, members in sets:
            self._put(file, READ, members)

    def begin(self, file: Path) -> None:
        """Note durably that a set is about to be written."""
        self._put(file, WRITING, self.members(file))

    def end(self, file: Path, members: Mapping[str, str] | None) -> None:
        """Note that a set is written, and what it is now; None where nothing was written."""
        self._put(file, WRITTEN, self.members(file) if members is None else members)

    def _put(self, file: Path, state: str, members: Mapping[str, str] | None) -> None:
        self.require_writable()
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        known = None if members is None else json.dumps(dict(members), ensure_ascii=False)
        with refusing(self._path):
            self._connection.execute(
                "INSERT OR REPLACE INTO parkplan_outside VALUES (?,?,?,?)", (_key(file), state, now, known)
            )


def _key(file: Path) -> str:
    return file.absolute().as_posix()
