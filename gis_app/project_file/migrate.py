"""Steps from every older schema to the present one; a project is backed up before the first of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import apsw

from gis_app.language import Message
from gis_app.model import Changeset, Record
from gis_app.project_file import geopackage, journal, schema
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import transaction
from gis_app.project_file.digest import Tally
from gis_app.project_file.writing import Writing

ACTOR = "ParkPlan"
Made = tuple[object, Mapping[str, Tally]]
"""What the journal keeps of a step: its body, and the tables that it touched."""
_NOTHING: Made = ({}, {})


def _head_and_drafts(connection: apsw.Connection, codec: Codec, path: Path) -> Made:
    """0 → 1: the last record is remembered apart from the journal; drafts and rule sets get their tables."""
    for name in ("parkplan_head", "parkplan_draft", "parkplan_judged_with"):
        connection.execute(schema.TABLES[name])
        geopackage.register_own(connection, name)
    journal.put_head(connection, *journal.head(connection))
    return _NOTHING


def _outside_and_styles(connection: apsw.Connection, codec: Codec, path: Path) -> Made:
    """1 → 2: files that the project was read from and is written to; styles of its own."""
    for name in ("parkplan_outside", "parkplan_style"):
        connection.execute(schema.TABLES[name])
        geopackage.register_own(connection, name)
    return _NOTHING


def _styles_from_beside(connection: apsw.Connection, codec: Codec, path: Path) -> Made:
    """2 → 3: styles lay beside the project in ``NAME.styles``; the files stay, and are not read any more."""
    files = sorted(path.with_name(f"{path.stem}.styles").glob("*.toml"))
    found = {file.stem: file.read_text(encoding="utf-8", errors="replace") for file in files}
    there = {id for (id,) in connection.execute("SELECT id FROM parkplan_style")}
    records = [Record("style", id, None, {"toml": text}) for id, text in found.items() if id not in there]
    if not records:
        return _NOTHING
    writing = Writing(connection, codec, journal.tallies(connection))
    body = writing.perform(Changeset(Message("project_file.styles_taken"), tuple(records)))
    return body, {table: writing.tallies[table] for table in writing.touched}


STEPS: tuple[Callable[[apsw.Connection, Codec, Path], Made], ...] = (
    _head_and_drafts,
    _outside_and_styles,
    _styles_from_beside,
)
"""``STEPS[n]`` brings schema ``n`` to ``n + 1``."""


def migrate(connection: apsw.Connection, codec: Codec, path: Path) -> None:
    """Bring a project to the present schema, each step in a transaction with its own journal record.

    Parameters
    ----------
    path
        Where the project is for people; what is worked on may be a copy.
    """
    version = schema.version_of(connection)
    for number in range(version or 0, schema.SCHEMA_VERSION):
        with transaction(connection):
            body, tables = STEPS[number](connection, codec, path)
            connection.execute("UPDATE parkplan_schema SET version = ?", (number + 1,))
            text = Message("project_file.migrated", {"old": number, "new": number + 1})
            journal.append(connection, codec, journal.Unwritten(journal.MIGRATE, text, ACTOR, body, tables))
