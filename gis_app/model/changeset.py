"""What one step changes: records before and after, by table and id, with a text; it knows its inverse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_app.language import Message

if TYPE_CHECKING:
    from gis_app.model.layer import Layer

Row = Mapping[str, object]
"""Column → value. Geometry is a shapely geometry under ``geometry``, in the project's reference system."""

OWN_TABLES = frozenset(
    {
        "project",  # name, crs, as_of, period …: one record a key
        "proposal",
        "layer",
        "fact",
        "period",
        "attachment",
        "exception_note",
        "decision",
        "sheet",
        "bookmark",
        "style",
    }
)
"""The project's own tables; every other table of a record is a layer's id."""


@dataclass(frozen=True)
class Record:
    """One record before and after: None before = it is new, None after = it is gone.

    An update carries only the columns that change, the same ones before and after.
    """

    table: str
    id: int | str
    before: Row | None
    after: Row | None

    def inverse(self) -> Record:
        """The record that undoes this one."""
        return Record(self.table, self.id, self.after, self.before)


@dataclass(frozen=True)
class Changeset:
    """One named step.

    ``arrivals`` are whole layers that an import brings and ``departures`` the ids of layers that leave;
    the journal keeps their feature ids and one digest instead of every row a second time.
    """

    text: Message
    records: tuple[Record, ...] = ()
    arrivals: tuple[Layer, ...] = ()
    departures: tuple[Layer, ...] = ()

    def inverse(self) -> Changeset:
        """The changeset that undoes this one; applying both in turn leaves the project as it was."""
        return Changeset(
            undo_text(self.text),
            tuple(record.inverse() for record in reversed(self.records)),
            self.departures,
            self.arrivals,
        )

    def __bool__(self) -> bool:
        return bool(self.records or self.arrivals or self.departures)


def undo_text(text: Message) -> Message:
    """What a step is called that undoes another; an undo undone is a redo of what it had undone."""
    known = {"model.undo": "model.redo", "model.redo": "model.undo"}.get(text.id)
    step = text if known is None else text.values["step"]
    return Message(known or "model.undo", {"step": step})
