"""The journal: every step in order, each record hashed together with the one before it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apsw

from gis_app.language import Message
from gis_app.model import Step
from gis_app.project_file.codec import Codec, dump, pack
from gis_app.project_file.digest import Tally

GENESIS = bytes(32)
CREATE, MIGRATE, IMPORT, EDIT = "create", "migrate", "import", "edit"
UNDO, REDO = "undo", "redo"
FOREIGN, FOREIGN_FINAL = "foreign", "foreign_final"
STEPS = frozenset({IMPORT, EDIT, UNDO, REDO, FOREIGN})
"""Kinds that can be reversed: all but making and migrating the file, and taking in what another program
wrote where nobody knows what was there before."""

_FIELDS = "seq, op_id, group_id, actor, wall_time, kind, text_id, text_values, undoes, tables"


@dataclass(frozen=True)
class Entry:
    """One record without its body.

    ``undoes`` is the record that this one reverses; an undo reverses a step, a redo (``kind``) an undo.
    ``tables`` gives number of rows and digest of every table the step touched, as they were after it;
    ``wall_time`` is UTC, ISO 8601, and only told, never used for order.
    """

    seq: int
    op_id: str | None
    group_id: str
    actor: str
    wall_time: str
    kind: str
    text: Message
    undoes: int | None
    tables: Mapping[str, Tally]
    hash: str

    @property
    def step(self) -> Step | None:
        """The step for the history, None for what cannot be undone."""
        return Step(self.seq, self.text, self.undoes) if self.kind in STEPS else None


@dataclass(frozen=True)
class Unwritten:
    """What a record says before it has its place in the chain."""

    kind: str
    text: Message
    actor: str
    body: object
    tables: Mapping[str, Tally]
    op_id: str | None = None
    undoes: int | None = None


def head(connection: apsw.Connection) -> tuple[int, bytes]:
    """Sequence and hash of the last record."""
    row = connection.execute("SELECT seq, hash FROM parkplan_journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, GENESIS) if row is None else (int(row[0]), bytes(row[1]))


def kind_of(connection: apsw.Connection, seq: int) -> str | None:
    """Kind of a record, None when there is none of this sequence."""
    row = connection.execute("SELECT kind FROM parkplan_journal WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else str(row[0])


def append(connection: apsw.Connection, codec: Codec, unwritten: Unwritten) -> int:
    """Write a record at the end, inside the transaction of what it tells of; its sequence."""
    last, previous = head(connection)
    tables = {table: tally.as_json() for table, tally in sorted(unwritten.tables.items())}
    fields = (
        last + 1,
        unwritten.op_id,
        unwritten.op_id or str(uuid.uuid4()),
        unwritten.actor,
        datetime.now(UTC).isoformat(timespec="milliseconds"),
        unwritten.kind,
        unwritten.text.id,
        dump(codec.encode(dict(unwritten.text.values))),
        unwritten.undoes,
        dump(tables),
    )
    body = pack(unwritten.body)
    own = record_hash(fields, body, previous)
    connection.execute(
        f"INSERT INTO parkplan_journal ({_FIELDS}, body, prev_hash, hash) VALUES ({','.join('?' * 13)})",
        (*fields, body, previous, own),
    )
    put_head(connection, last + 1, own)
    return last + 1


def put_head(connection: apsw.Connection, seq: int, own: bytes) -> None:
    """Remember the last record apart from the journal, so that its loss is noticed."""
    connection.execute("INSERT OR REPLACE INTO parkplan_head VALUES (1, ?, ?)", (seq, own))


def record_hash(fields: tuple[Any, ...], body: bytes, previous: bytes) -> bytes:
    """SHA-256 over the canonical bytes of a record and the hash before it."""
    canonical = dump([*fields, hashlib.sha256(body).hexdigest()])
    return hashlib.sha256(canonical.encode() + previous).digest()


def entries(connection: apsw.Connection, codec: Codec) -> Iterator[Entry]:
    """All records in order."""
    for row in connection.execute(f"SELECT {_FIELDS}, hash FROM parkplan_journal ORDER BY seq"):
        seq, op_id, group_id, actor, wall_time, kind, text_id, text_values, undoes, tables, own = row
        if not isinstance(own, bytes):
            raise ValueError(f"hash of record {seq}")
        text = Message(text_id, dict(codec.decode(json.loads(text_values))))
        tallies = _tallies(tables)
        yield Entry(seq, op_id, group_id, actor, wall_time, kind, text, undoes, tallies, own.hex())


def body_of(connection: apsw.Connection, seq: int) -> tuple[Message, bytes]:
    """Text and packed body of a record; KeyError when there is none of this sequence."""
    row = connection.execute(
        "SELECT text_id, text_values, body FROM parkplan_journal WHERE seq = ?", (seq,)
    ).fetchone()
    if row is None:
        raise KeyError(seq)
    return Message(row[0], json.loads(row[1])), bytes(row[2])


def first_break(connection: apsw.Connection) -> Message | None:
    """The first record that was altered, moved or lost; None when the chain holds."""
    broken, last, own = follow(connection)
    if broken is None:
        try:
            known = connection.execute("SELECT seq, hash FROM parkplan_head").fetchall()
        except apsw.SQLError:  # the table is gone
            known = []
        if known != [(last, own)]:
            broken = last + 1
    if broken is None:
        broken = _before_the_first(connection)
    return None if broken is None else Message("project_file.journal_altered", {"seq": broken})


def _before_the_first(connection: apsw.Connection) -> int | None:
    """A record that was put where none can be."""
    row = connection.execute("SELECT max(seq) FROM parkplan_journal WHERE seq < 1").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def follow(connection: apsw.Connection) -> tuple[int | None, int, bytes]:
    """The first record that does not fit, None when all do; sequence and hash of the last one that does."""
    expected, previous = 1, GENESIS
    statement = f"SELECT {_FIELDS}, body, prev_hash, hash FROM parkplan_journal WHERE seq > 0 ORDER BY seq"
    try:
        for row in connection.execute(statement):
            fields, body, before, own = row[:10], row[10], row[11], row[12]
            if row[0] != expected or before != previous or not isinstance(body, bytes):
                return expected, expected - 1, previous
            if own != record_hash(fields, body, previous):
                return expected, expected - 1, previous
            expected, previous = expected + 1, own
    except (apsw.Error, UnicodeDecodeError, ValueError, TypeError):
        return expected, expected - 1, previous
    return None, expected - 1, previous


def tallies(connection: apsw.Connection) -> dict[str, Tally]:
    """Rows and digest of every table as the last record that touched it says."""
    found: dict[str, Tally] = {}
    for (tables,) in connection.execute("SELECT tables FROM parkplan_journal ORDER BY seq"):
        found.update(_tallies(tables))
    return found


def _tallies(tables: str) -> dict[str, Tally]:
    return {table: Tally.from_json(value) for table, value in dict(json.loads(tables)).items()}
