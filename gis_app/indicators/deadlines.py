"""Open cases with a deadline: overdue on the as-of date, or due within its month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gis_app.indicators.column import days, texts
from gis_app.model import Layer, Project

DONE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "enterprise_request": ("state", ("已办结",)),
    "improvement_project": ("status", ("已完成", "暂缓")),
}
"""Field and words by which a case of a feature type is no longer waited for."""
LEDGER = "supply_parcel"
READS = {
    "enterprise_request": ("state", "deadline", "*_no"),
    "improvement_project": ("status", "deadline", "*_no"),
    LEDGER: ("deadline", "on_cleanup_list", "*_no"),
}


@dataclass(frozen=True)
class Due:
    """One open case: its layer, feature and deadline."""

    layer: str
    fid: int
    deadline: date
    name: str


def deadlines(project: Project) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
    """Give overdue cases, and those due by the end of the as-of date's month; none without an as-of date."""
    as_of = project.as_of
    if as_of is None:
        return (), ()
    cases = sorted(
        (due for layer in project.layers.values() for due in _open(layer)),
        key=lambda due: (due.deadline, due.fid),
    )
    month = (as_of.year, as_of.month)
    overdue = tuple(due for due in cases if due.deadline < as_of)
    return overdue, tuple(
        due for due in cases if due.deadline >= as_of and (due.deadline.year, due.deadline.month) == month
    )


def _open(layer: Layer) -> Iterator[Due]:
    kind = layer.feature_type.id
    if kind != LEDGER and kind not in DONE:
        return
    names = texts(
        layer, next((name for name in ("parcel_no", "request_no", "project_no") if layer.has(name)), "")
    )
    for fid, deadline, is_open, name in zip(
        layer.fids, days(layer, "deadline"), _waiting(layer), names, strict=True
    ):
        if deadline is not None and is_open:
            yield Due(layer.id, int(fid), deadline, name)


def _waiting(layer: Layer) -> list[bool]:
    """Whether each record is waited for; a plot is a case once it is recognised or on the clean-up list."""
    kind = layer.feature_type.id
    if kind != LEDGER:
        field, words = DONE[kind]
        return [word not in words for word in texts(layer, field)]
    cases = zip(
        texts(layer, "recognition_no"),
        texts(layer, "on_cleanup_list"),
        texts(layer, "cleared_no"),
        strict=True,
    )
    return [bool(recognised or listed == "True") and not cleared for recognised, listed, cleared in cases]
