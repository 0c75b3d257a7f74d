"""Plots of the supply ledger as the rules on idle land read them.

State on the day, recognition, and whether the case is closed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gis_app.language import Message
from gis_app.rules.idle import FIELDS, IdleState, idle_state
from gis_app.rules.rows import Rows

CASE_FIELDS = (
    "recognition_no",
    "recognition_date",
    "on_cleanup_list",
    "disposal_mode",
    "cleared_no",
    "cleared_date",
    "parcel_no",
    "right_holder",
    "responsible_unit",
    "deadline",
)
"""Fields that say what became of a case and who is to act."""


ON_START = "actual_start"
"""How the table of ways of disposal marks those that end with the start of work."""

LOW_EFFICIENCY = "低效"
"""How the clean-up list marks plots that are used, and used badly."""

WORK_BEGUN = frozenset({"building", "finished", "stopped_recently", "stopped_not_idle"})
"""States in which work has actually started and the plot is not idle again."""


@dataclass(frozen=True)
class Plot:
    """One plot on the as-of date.

    ``recognised``: an idle-land recognition is on record; ``listed``: it is on the clean-up list;
    ``closed``: cleared with number and date, and, where the way of disposal only ends with the start of
    work, work has started.
    """

    fid: int
    row: Mapping[str, Any]
    state: IdleState
    recognised: bool
    listed: bool
    closed: bool

    @property
    def open_case(self) -> bool:
        """Recognised or listed, and not closed."""
        return (self.recognised or self.listed) and not self.closed

    @property
    def only_inefficient(self) -> bool:
        """On the list as land of low efficiency, and idle neither by recognition nor by its dates."""
        listed_as = _text(self.row.get("list_kind"))
        return self.listed and listed_as == LOW_EFFICIENCY and not (self.recognised or self.state.idle)

    @property
    def suspected(self) -> bool:
        """Idle by computation only; nothing on record, nothing closed."""
        return self.state.idle and not (self.recognised or self.listed or self.closed)

    def named(self) -> Message:
        """Number, unit and deadline of the plot."""
        return Message(
            "rules.plot",
            {name: self.row.get(name) for name in ("parcel_no", "responsible_unit", "deadline")}
            | {"fid": self.fid},
        )

    def case(self) -> dict[str, str]:
        """The plot as texts, for lists."""
        names = (
            "parcel_no",
            "right_holder",
            "responsible_unit",
            "deadline",
            "recognition_no",
            "disposal_mode",
        )
        texts = {name: _text(self.row.get(name)) for name in names}
        return {"fid": str(self.fid), **texts, "kind": self.state.kind, "since": _text(self.state.since)}


def plots(rows: Rows, as_of: date, modes: Iterable[Mapping[str, str]]) -> Iterator[Plot]:
    """The plots among ``rows`` as they stand on ``as_of``.

    ``modes`` is the table of ways of disposal; some are not closed before work has actually started.
    """
    late_closing = ends_with_start(modes)
    for position, fid in enumerate(rows.fids):
        row = {name: _value(values[position]) for name, values in rows.columns.items()}
        state = idle_state({name: row.get(name) for name in FIELDS}, as_of)
        recognised_on = row.get("recognition_date")
        recognised = bool(_text(row.get("recognition_no"))) and (
            recognised_on is None or recognised_on <= as_of
        )
        yield Plot(
            int(fid),
            row,
            state,
            recognised,
            bool(row.get("on_cleanup_list")),
            _closed(row, state, as_of, late_closing),
        )


def ends_with_start(modes: Iterable[Mapping[str, str]]) -> set[str]:
    """Codes and names of the ways of disposal that are not closed before work has actually started."""
    return {row[name] for row in modes if row["closes_on"] == ON_START for name in ("code", "name")}


def _closed(row: Mapping[str, Any], state: IdleState, as_of: date, late_closing: set[str]) -> bool:
    cleared_on = row.get("cleared_date")
    if not _text(row.get("cleared_no")) or cleared_on is None or cleared_on > as_of:
        return False
    return state.kind in WORK_BEGUN or _text(row.get("disposal_mode")) not in late_closing


def _value(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
