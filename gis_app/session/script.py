"""Edits from a file, one a line, through the window's own door; each acknowledged once it is durable."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from gis_app.language import Message, Refused
from gis_app.session.session import Session

UNDO, REDO = "undo", "redo"

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
        self._file: TextIO | None = None

    def __enter__(self) -> Acknowledgements:
        if self._path is not None:
            self._file = self._path.open("a", encoding="utf-8", newline="\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, op_id: str) -> None:
        """Append one, flushed and synchronised."""
        if self._file is not None:
            self._file.write(f"{op_id}\n")
            self._file.flush()
            os.fsync(self._file.fileno())


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
    for number, text in _lines(script):
        name = str(number)
        try:
            line = _parse(text, number)
            name = line.op_id
            if session.has_op(line.op_id):
                done.known += 1
            else:
                _perform(session, line)
                done.performed += 1
            acknowledged.add(line.op_id)
        except Refused as refused:
            done.refused += 1
            tell(name, refused.message)
            if strict:
                raise
    return done


def _lines(script: Path) -> Iterator[tuple[int, str]]:
    with script.open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield number, text


def _parse(text: str, number: int) -> Line:
    try:
        given: Any = json.loads(text)
        op_id, edit, arguments = given["op_id"], given["edit"], given.get("args", {})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(Message("session.script_line", {"line": number, "cause": str(error)})) from error
    if not isinstance(op_id, str) or not op_id.strip() or not isinstance(edit, str):
        raise Refused(Message("session.script_line", {"line": number, "cause": "op_id, edit"}))
    if not isinstance(arguments, dict):
        raise Refused(Message("session.script_line", {"line": number, "cause": "args"}))
    return Line(op_id, edit, arguments)


def _perform(session: Session, line: Line) -> None:
    if line.edit in (UNDO, REDO):
        step = session.undo(line.op_id) if line.edit == UNDO else session.redo(line.op_id)
        if step is None:
            raise Refused(Message(f"session.nothing_to_{line.edit}"))
    elif session.edit(line.edit, line.arguments, line.op_id) is None:
        raise Refused(Message("session.nothing_changes"))
