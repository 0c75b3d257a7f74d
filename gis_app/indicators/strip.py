"""The eight figures a park is opened with, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gis_app.indicators import (
    approved_area,
    approved_not_supplied,
    control_lines,
    idle_land,
    sewage_treatment,
    supplied_and_built,
    tax_per_mu,
    vacant_factory,
)
from gis_app.indicators.figure import Figure, Findings
from gis_app.model import Project

Indicator = Callable[[Project, Findings], Figure]

EIGHT = (
    approved_area,
    supplied_and_built,
    approved_not_supplied,
    idle_land,
    vacant_factory,
    tax_per_mu,
    sewage_treatment,
    control_lines,
)
STRIP: Mapping[str, Indicator] = {module.ID: module.figure for module in EIGHT}


def strip(project: Project, of_park: Findings, of_proposal: Findings) -> tuple[Figure, ...]:
    """Compute all eight.

    Parameters
    ----------
    of_park, of_proposal
        Findings as data: of the whole project, and of the proposal that is looked at (empty for none).
    """
    return tuple(
        indicator(project, of_proposal if id == control_lines.ID else of_park)
        for id, indicator in STRIP.items()
    )
