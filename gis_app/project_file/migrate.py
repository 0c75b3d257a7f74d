"""Steps from every older schema to the present one; a project is backed up before the first of them."""

from __future__ import annotations

from collections.abc import Callable

import apsw

from gis_app.language import Message
from gis_app.project_file import geopackage, journal, schema
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import transaction

ACTOR = "ParkPlan"


def _head_and_drafts(connection: apsw.Connection) -> None:
    """0 → 1: the last record is remembered apart from the journal; drafts and rule sets get their tables."""
    for name in ("parkplan_head", "parkplan_draft", "parkplan_judged_with"):
        connection.execute(schema.TABLES[name])
        geopackage.register_own(connection, name)
    journal.put_head(connection, *journal.head(connection))


def _outside_and_styles(connection: apsw.Connection) -> None:
    """1 → 2: files that the project was read from and is written to; styles of its own."""
    for name in ("parkplan_outside", "parkplan_style"):
        connection.execute(schema.TABLES[name])
        geopackage.register_own(connection, name)


STEPS: tuple[Callable[[apsw.Connection], None], ...] = (_head_and_drafts, _outside_and_styles)
"""``STEPS[n]`` brings schema ``n`` to ``n + 1``."""


def migrate(connection: apsw.Connection, codec: Codec) -> None:
    """Bring a project to the present schema, each step in a transaction with its own journal record."""
    version = schema.version_of(connection)
    for number in range(version or 0, schema.SCHEMA_VERSION):
        with transaction(connection):
            STEPS[number](connection)
            connection.execute("UPDATE parkplan_schema SET version = ?", (number + 1,))
            text = Message("project_file.migrated", {"old": number, "new": number + 1})
            journal.append(connection, codec, journal.Unwritten(journal.MIGRATE, text, ACTOR, {}, {}))
