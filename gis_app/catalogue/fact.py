"""What facts there are: figures and document numbers that no geometry holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gis_app.catalogue.record import Record, only_once
from gis_app.catalogue.source import Source

SCOPES = ("park", "proposal")
FACT_TYPES = ("text", "integer", "number", "date", "boolean")


@dataclass(frozen=True)
class FactDeclaration:
    """A fact that a park or a proposal may have; ``document`` says that it needs one to count."""

    id: str
    title: Mapping[str, str]
    scope: str
    type: str
    unit: str
    document: bool
    note: Mapping[str, str]


def fact_declarations(source: Source) -> tuple[FactDeclaration, ...]:
    """Read a file of ``[[fact]]``.

    Raises
    ------
    gis_app.language.Refused
        Something in the file is wrong; file, line and key are named.
    """
    record = Record(source, source.toml())
    facts = record.tables("fact")
    read = tuple(_fact(item) for item in facts)
    only_once(facts, [item.id for item in read])
    record.finish()
    return read


def _fact(record: Record) -> FactDeclaration:
    made = FactDeclaration(
        id=record.text("id"),
        title=record.words("title"),
        scope=record.choice("scope", SCOPES),
        type=record.choice("type", FACT_TYPES),
        unit=record.text("unit", ""),
        document=record.flag("document"),
        note=record.words("note", required=False),
    )
    record.finish()
    return made
