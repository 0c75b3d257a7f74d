"""The line of sums below the attribute table, in the units of those who read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gis_app.ui.look import Look
from gis_app.ui.parts import number

if TYPE_CHECKING:
    from gis_app.session.rows import Summary

MU_M2 = 10_000.0 / 15.0


def sums(look: Look, summary: Summary, title: str, chosen: int) -> Iterator[str]:
    """Give the sums in words: rows, areas in mu and hectares with their share, a column's sum and mean."""
    yield look.text("sum_rows", count=summary.count, of=summary.of)
    if chosen:
        yield look.text("sum_chosen", count=chosen)
    if summary.area_m2 is not None:
        yield look.text("sum_drawn", **areas(summary.area_m2, summary.share))
    if summary.total is None:
        return
    figures = {"total": number(summary.total), "mean": number(summary.mean), "filled": summary.filled}
    yield look.text("sum_column", title=title, **figures)
    if summary.total_m2 is not None:
        yield look.text("sum_stated", **areas(summary.total_m2, summary.total_share))


def areas(area_m2: float, share: float | None) -> dict[str, str]:
    """Write an area in mu and hectares and its share in percent."""
    percent = number(None if share is None else share * 100, 1)
    return {"mu": number(area_m2 / MU_M2), "ha": number(area_m2 / 10_000), "percent": percent}
