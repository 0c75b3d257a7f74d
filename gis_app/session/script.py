"""Edits from a file, one a line, through the window's own door; each acknowledged once it is durable."""

from __future__ import annotations

import codecs
import json
import math
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from gis_app.language import Message, Refused
from gis_app.session.session import Session

UNDO, REDO = "undo", "redo"
LONGEST_ID = 200
LONGEST_CAUSE = 300

Tell = Callable[[str, Message], None]
"""Told the ``op_id`` (or the line's number) of an edit that cannot be, and the sentence."""


@dataclass(frozen=True)
class Line:
    """One edit of a script."""

    op_id: str
    edit: str
    arguments: Mapping[str, object]


@dataclass
class Done:
    """How many edits were performed, were journalled already, and could not be."""

    performed: int = 0
    known: int = 0
    refused: int = 0


class Acknowledgements:
    """A file to which the ``op_id`` of every durable edit is appended, and is itself durable at once.

    Use as a context manager.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Acknowledgements:
        if self._path is not None:
            torn = _ends_within_a_line(self._path)
            self._file = self._path.open("ab")
            if torn:  # whoever wrote last was ended within it; the next one begins a line of its own
                self._file.write(b"\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, op_id: str) -> None:
        """Append one, flushed and synchronised."""
        if self._file is not None:
            self._file.write(f"{op_id}\n".encode())
            self._file.flush()
            if stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):  # a pipe knows nothing of it
                os.fsync(self._file.fileno())


def _ends_within_a_line(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"


def run_script(
    session: Session, script: Path, acknowledged: Acknowledgements, tell: Tell, *, strict: bool = False
) -> Done:
    """Perform the edits of a script in their order.

    An ``op_id`` that is journalled already is acknowledged and not repeated. An edit that cannot be is told
    and stops nothing, unless ``strict``: then it is raised.

    Raises
    ------
    Refused
        With ``strict``, the first edit that cannot be.
    OSError
        The script cannot be read, or the acknowledgement not be written.
    """
    done = Done()
    for number, raw in _lines(script):
        name = str(number)
        try:
            given = _decode(raw, number)
            name = op_id = _identity(given, number)
            if session.has_op(op_id):
                done.known += 1
            else:
                _perform(session, _line(op_id, given, number))
                done.performed += 1
            acknowledged.add(op_id)
        except Refused as refused:
            done.refused += 1
            tell(name, refused.message)
            if strict:
                raise
    return done


def _lines(script: Path) -> Iterator[tuple[int, bytes]]:
    with script.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            text = raw.removeprefix(codecs.BOM_UTF8).strip()
            if text:
                yield number, text


def _decode(raw: bytes, number: int) -> dict[str, Any]:
    try:
        given: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:  # not UTF-8, no JSON, nested too deeply
        raise _refused(number, str(error)) from error
    if not isinstance(given, dict):
        raise _refused(number, "{…}")
    return given


def _identity(given: Mapping[str, Any], number: int) -> str:
    """The ``op_id``: one line of text, as it will stand in the file of acknowledgements."""
    op_id = given.get("op_id")
    if not isinstance(op_id, str) or op_id.strip() != op_id or not 0 < len(op_id) <= LONGEST_ID:
        raise _refused(number, "op_id")
    if not op_id.isprintable():
        raise _refused(number, "op_id")
    return op_id


def _line(op_id: str, given: Mapping[str, Any], number: int) -> Line:
    edit, arguments = given.get("edit"), given.get("args", {})
    if not isinstance(edit, str):
        raise _refused(number, "edit")
    if not isinstance(arguments, dict):
        raise _refused(number, "args")
    if not _is_json(arguments):
        raise _refused(number, "NaN, Infinity")
    return Line(op_id, edit, arguments)


def _is_json(value: object) -> bool:
    """Whether all numbers are numbers: Python reads NaN and Infinity, and 1e999 as the latter."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, float) and not math.isfinite(one):
            return False
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
    return True


def _refused(number: int, cause: str) -> Refused:
    return Refused(Message("session.script_line", {"line": number, "cause": cause}))


def _perform(session: Session, line: Line) -> None:
    try:
        done = _performed(session, line)
    except Refused:
        raise
    except Exception as error:
        if session.has_op(line.op_id):  # stored, and not seen: the next run takes it up from the file
            raise
        cause = f"{type(error).__name__}: {error}"[:LONGEST_CAUSE]
        raise Refused(Message("session.edit_broke_off", {"edit": line.edit, "cause": cause})) from error
    if not done:
        raise Refused(Message("session.nothing_changes"))


def _performed(session: Session, line: Line) -> bool:
    if line.edit not in (UNDO, REDO):
        return session.edit(line.edit, line.arguments, line.op_id) is not None
    if line.arguments:
        raise Refused(Message("session.no_arguments", {"edit": line.edit}))
    step = session.undo(line.op_id) if line.edit == UNDO else session.redo(line.op_id)
    if step is None:
        raise Refused(Message(f"session.nothing_to_{line.edit}"))
    return True
