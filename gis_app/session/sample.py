"""The sample park: where it lies, and both its periods judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue, program_place
from gis_app.language import Message, Refused
from gis_app.session.intake import Progress
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options

PERIODS = ("2026-10", "2026-11")


def folder() -> Path:
    """The sample park's folder, beside the program's own data.

    Raises
    ------
    Refused
        It was not installed.
    """
    path = program_place() / "sample_shapefiles" / "demo_park"
    if not path.is_dir():
        raise Refused(Message("session.no_sample", {"path": str(path)}))
    return path


def opened(catalogue: Catalogue, period: str, progress: Progress | None = None) -> Opened:
    """One period of the sample park, opened."""
    return open_path(folder() / period, Options(), catalogue, progress)


@dataclass(frozen=True)
class Judged:
    """One period: what was opened, its findings and its verdicts."""

    opened: Opened
    check: dict[str, Any]
    review: dict[str, Any]


def judge(catalogue: Catalogue, progress: Progress | None = None) -> dict[str, Judged]:
    """Check both periods and review every proposal; results by period."""
    from gis_app.session.outcome import checked, reviewed  # the window opens the sample and judges it later

    results = {}
    for period in PERIODS:
        park = opened(catalogue, period, progress)
        results[period] = Judged(park, checked(park, catalogue), reviewed(park, catalogue))
    return results
