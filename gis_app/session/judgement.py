"""Everything that is judged of an open park at once, as of one step of its journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis_app.catalogue import Catalogue
from gis_app.model import Project
from gis_app.session.office import accept
from gis_app.session.open_path import Opened

if TYPE_CHECKING:  # what judges is imported when there is something to judge
    from gis_app.indicators import Figure
    from gis_app.indicators.deadlines import Due

Progress = Callable[[int, int, str], None]
"""Told (done, of, rule id) after each rule."""


@dataclass(frozen=True)
class Judgement:
    """What was judged.

    Attributes
    ----------
    check, review
        Results as ``parkplan check`` and ``parkplan review`` print them.
    figures
        The eight figures for each proposal id; under ``""`` where there is none.
    due
        Open cases that are overdue, and those due within the month.
    seq
        The journal sequence that it is for; 0 for what has no journal.
    """

    check: Mapping[str, Any]
    review: Mapping[str, Any]
    figures: Mapping[str, tuple[Figure, ...]]
    due: tuple[tuple[Due, ...], tuple[Due, ...]] = ((), ())
    seq: int = 0


def judge(opened: Opened, catalogue: Catalogue, seq: int, progress: Progress) -> Judgement:
    """Judge a park by all rules, and compute its figures.

    Raises
    ------
    Refused
        The office's rules cannot be used.
    """
    from gis_app.indicators.deadlines import deadlines
    from gis_app.session.outcome import checked, reviewed

    accept(catalogue)
    check = checked(opened, catalogue, progress)
    review = reviewed(opened, catalogue, None, progress)
    project = opened.project
    return Judgement(check, review, figures_of(project, check, review), deadlines(project), seq)


def figures_of(
    project: Project, check: Mapping[str, Any], review: Mapping[str, Any]
) -> dict[str, tuple[Figure, ...]]:
    """Compute the eight figures for each proposal, or once where there is none."""
    from gis_app.indicators import strip

    of_park = check["findings"]
    found = {item["id"]: strip(project, of_park, item["findings"]) for item in review["proposals"]}
    return found or {"": strip(project, of_park, ())}
