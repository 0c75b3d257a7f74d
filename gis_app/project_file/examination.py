"""A large file is held against its journal by a process of its own, while the work begins.

Nothing is written before the structure is known to be sound; a row that another program changed is never
written over, whether it was found already or not.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import apsw
from numpy.typing import NDArray

from gis_app.language import Message
from gis_app.project_file import verify
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import connect
from gis_app.worker import Crew, Job, Limits, WorkerFault

LARGE_BYTES = 64 << 20
"""Files from this size on are examined beside the work."""
_TIME_S = 3600.0


class Examination:
    """Structure and rows of a file while they are looked at; ``end`` gives it up."""

    def __init__(self, path: Path, codec: Codec) -> None:
        self._path, self._codec = path, codec
        self._ended = threading.Event()
        self._structure: Future[list[Message]] = Future()
        self._rows: Future[list[Message]] = Future()
        # a daemon: a program that ends without closing the file does not wait for it
        self._thread = threading.Thread(target=self._work, name="examination", daemon=True)

    def begin(self) -> None:
        """Start it where it is not started yet."""
        if self._thread.ident is None:
            self._thread.start()

    @property
    def over(self) -> bool:
        """Whether all is known."""
        return self._rows.done()

    def damage(self) -> list[Message]:
        """Damage of the structure; waits until it is known."""
        self.begin()
        return self._structure.result()

    def altered(self) -> list[Message]:
        """Rows that are not as the journal says; waits until it is known."""
        self.begin()
        return self._rows.result()

    def end(self) -> None:
        """Give it up, and wait for the end of its process."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _work(self) -> None:
        for part, future in (("structure", self._structure), ("rows", self._rows)):
            try:
                future.set_result(self._found(part))
            except Exception as error:  # belongs to whoever asks
                future.set_exception(error)

    def _found(self, part: str) -> list[Message]:
        if self._ended.is_set():
            return []
        request = {"file": str(self._path), "part": part}
        limits = Limits(_TIME_S, Limits.for_size(self._path.stat().st_size).memory_bytes)
        try:
            with Crew(self._beat) as crew:
                told = crew.run(Job(__name__, "examine", request, limits=limits, alone=True)).value
        except _Ended:
            return []
        except WorkerFault:  # then here, which takes as long and keeps the others waiting
            return list(_found(self._path, part, self._codec))
        return [Message(id, values) for id, values in told]

    def _beat(self) -> None:
        if self._ended.is_set():
            raise _Ended


class _Ended(Exception):
    """Nobody waits for the result any more."""


def examine(
    request: Mapping[str, Any], _arrays: Mapping[str, NDArray[Any]], _folder: Path
) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Do it in a process of its own; the messages as id and values."""
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(10)
    found = _found(Path(request["file"]), request["part"], Codec())
    return [[message.id, dict(message.values)] for message in found], {}


def _found(path: Path, part: str, codec: Codec) -> Iterator[Message]:
    connection = connect(path, read_only=True)
    try:
        connection.execute("BEGIN")
        look: Callable[[], Iterator[Message]] = {
            "structure": lambda: verify.structure(connection, quick=True),
            "rows": lambda: verify.rows(connection, codec),
        }[part]
        yield from look()
    except apsw.Error as error:
        yield Message("project_file.structure", {"cause": str(error)})
    finally:
        connection.close()
