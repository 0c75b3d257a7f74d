"""Running sketches: what is being drawn and is not yet a step, kept so that it survives the program's end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from gis_app.project_file.codec import Codec, dump
from gis_app.project_file.failure import refusing, understood


@dataclass(frozen=True)
class Draft:
    """One sketch as it was last written.

    ``saved_at`` is UTC, ISO 8601; ``body`` is what the tool gave, geometries included.
    """

    id: str
    saved_at: str
    body: Mapping[str, object]


class Drafts:
    """The sketches of an open project file.

    A draft is written beside the journal and changes no row of the project. It stays until its step is
    stored (``ProjectFile.commit`` with ``draft``) or somebody drops it.
    """

    def __init__(
        self, connection: apsw.Connection, codec: Codec, path: Path, require_writable: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._codec = codec
        self._path = path
        self.require_writable = require_writable

    def all(self) -> list[Draft]:
        """Every draft, oldest first; ``Refused`` where one cannot be understood."""
        with refusing(self._path), understood(self._path):
            rows = self._connection.execute(
                "SELECT id, wall_time, body FROM parkplan_draft ORDER BY wall_time, id"
            )
            return [Draft(id, time, self._codec.decode(json.loads(body))) for id, time, body in rows]

    def put(self, id: str, body: Mapping[str, object]) -> None:
        """Write a sketch, in place of what was kept of it; it survives the end of the program at once."""
        self.require_writable()
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (id, now, dump(self._codec.encode(dict(body))))
        with refusing(self._path):
            self._connection.execute("INSERT OR REPLACE INTO parkplan_draft VALUES (?,?,?)", row)

    def drop(self, id: str) -> None:
        """Forget a sketch; one that is not there does no harm."""
        self.require_writable()
        with refusing(self._path):
            remove(self._connection, id)


def remove(connection: apsw.Connection, id: str) -> None:
    """Remove a draft, in the transaction of the step that it became."""
    connection.execute("DELETE FROM parkplan_draft WHERE id = ?", (id,))
