"""Whether a supplied plot is idle on a given day.

The decision of 闲置土地处置办法 (国土资源部令第53号, articles 2, 8, 14, 30).

Days are counted as 民法典 articles 201 and 202 have it: the first day does not count, a year ends on the
same calendar day and, where there is none, at the month's end. A year is full from the day after.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

DEVELOPED_LIMIT = Fraction(1, 3)
INVESTED_LIMIT = Fraction(1, 4)
BY_GOVERNMENT = "政府原因"
HALTED = frozenset({"S8", "停建停产"})
"""Code and name of the status of a plot where work or production has come to a halt."""

Kind = Literal[
    "not_supplied",
    "finished",
    "not_due",
    "not_started_1y",
    "not_started_2y",
    "stopped",
    "stopped_recently",
    "building",
    "stopped_not_idle",
    "unknown",
]

IDLE: frozenset[Kind] = frozenset({"not_started_1y", "not_started_2y", "stopped"})

FIELDS = (
    "supply_date",
    "handover_date",
    "agreed_start_date",
    "supplementary_start_date",
    "actual_start_date",
    "finish_date",
    "permit_no",
    "foundation_done",
    "due_area_m2",
    "developed_area_m2",
    "total_investment_wan",
    "invested_wan",
    "suspended_date",
    "idle_cause",
    "status",
)
"""Fields of the ledger that the decision reads."""

SUPPLIED = (
    "supply_date",
    "handover_date",
    "agreed_start_date",
    "supplementary_start_date",
    "actual_start_date",
)
"""Dates that only a supplied plot can have."""


@dataclass(frozen=True)
class IdleState:
    """What the ledger says of a plot on the day.

    ``since`` is the day from which the year counts (agreed start, or stop of work), ``unknown`` the fields
    without which nobody can tell.
    """

    kind: Kind
    since: date | None = None
    by_government: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Idle by computation; in law only after it was recognised."""
        return self.kind in IDLE


def add_years(day: date, years: int) -> date:
    """The same calendar day years later, at the month's end where it does not exist."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def years_full(since: date, years: int, as_of: date) -> bool:
    """Whether so many years are full on ``as_of``: the last day must be over."""
    return as_of > add_years(since, years)


def idle_state(plot: Mapping[str, object], as_of: date) -> IdleState:
    """Decide one plot.

    Parameters
    ----------
    plot
        The ledger's fields (``FIELDS``); areas in ㎡, amounts in 万元 without land price and taxes; None
        where nothing is entered.
    as_of
        The day to be judged for.
    """
    finish = _day(plot, "finish_date")
    if all(_day(plot, name) is None for name in SUPPLIED):
        return IdleState("not_supplied")
    if finish is not None and finish <= as_of:
        return IdleState("finished")
    started = _started(plot, as_of)
    if started is None:
        return IdleState(
            "unknown", unknown=_blank(plot, ("actual_start_date", "permit_no", "foundation_done"))
        )
    return _stopped(plot, as_of) if started else _not_started(plot, as_of)


def _started(plot: Mapping[str, object], as_of: date) -> bool | None:
    """Work has begun in law: permit obtained and foundation work done as the order defines.

    A fence is not enough.
    """
    start = _day(plot, "actual_start_date")
    if start is None or start > as_of:
        return False
    done = plot.get("foundation_done")
    permit = str(plot.get("permit_no") or "").strip()
    if done is None:
        return None
    return bool(done) and bool(permit)


def _not_started(plot: Mapping[str, object], as_of: date) -> IdleState:
    since = clock_start(plot)
    by_government = plot.get("idle_cause") == BY_GOVERNMENT
    if since is None:
        return IdleState("unknown", unknown=_blank(plot, ("agreed_start_date", "handover_date")))
    if years_full(since, 2, as_of):
        return IdleState("not_started_2y", since, by_government)
    if years_full(since, 1, as_of):
        return IdleState("not_started_1y", since, by_government)
    return IdleState("not_due", since, by_government)


def clock_start(plot: Mapping[str, object]) -> date | None:
    """The day from which the years count.

    The newly agreed start, the agreed start, else one year after handover.
    """
    agreed = _day(plot, "supplementary_start_date") or _day(plot, "agreed_start_date")
    handover = _day(plot, "handover_date")
    if agreed is not None:
        return agreed
    return None if handover is None else add_years(handover, 1)


def _stopped(plot: Mapping[str, object], as_of: date) -> IdleState:
    stop = _day(plot, "suspended_date")
    by_government = plot.get("idle_cause") == BY_GOVERNMENT
    if stop is None and str(plot.get("status") or "").strip() in HALTED:
        return IdleState("unknown", None, by_government, ("suspended_date",))
    if stop is None or stop > as_of:
        return IdleState("building")
    if not years_full(stop, 1, as_of):
        return IdleState("stopped_recently", stop, by_government)
    developed = _share(plot, "developed_area_m2", "due_area_m2")
    invested = _share(plot, "invested_wan", "total_investment_wan")
    if (developed is not None and developed < DEVELOPED_LIMIT) or (
        invested is not None and invested < INVESTED_LIMIT
    ):
        return IdleState("stopped", stop, by_government)
    if developed is None or invested is None:
        wanted = ("developed_area_m2", "due_area_m2", "invested_wan", "total_investment_wan")
        return IdleState("unknown", stop, by_government, _blank(plot, wanted))
    return IdleState("stopped_not_idle", stop, by_government)


def _share(plot: Mapping[str, object], part: str, whole: str) -> Fraction | None:
    """An exact share: one third is one third and not 0.33."""
    parts, wholes = plot.get(part), plot.get(whole)
    if parts is None or wholes is None:
        return None
    divisor = Fraction(str(wholes))
    return Fraction(str(parts)) / divisor if divisor > 0 else None


def _day(plot: Mapping[str, object], field: str) -> date | None:
    value = plot.get(field)
    return value if isinstance(value, date) else None


def _blank(plot: Mapping[str, object], fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field for field in fields if plot.get(field) in (None, ""))
