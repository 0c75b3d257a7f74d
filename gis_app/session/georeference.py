"""In what a file is, and how it comes to the project's reference system.

Nothing is assumed, what is used is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.formats import Table
from gis_app.geometry.crs import (
    ZoneProposal,
    check_plausible,
    describe,
    is_cgcs2000,
    is_metre_grid,
    operation,
    parse_crs,
    propose_zone,
    same_crs,
    transform,
)
from gis_app.language import Message, Refused

ONLY_DOUBTFUL = frozenset({"geometry.outside_use", "geometry.outside_crs"})
"""What may be a local grid under a borrowed name: said, and no verdict rests on it.

All else cannot be read at all.
"""


@dataclass(frozen=True)
class SourceCrs:
    """The reference system that a file's numbers are taken to be in.

    ``basis``: ``option``, ``answers`` or ``file``; ``declared`` is what the file itself says, None when it
    says nothing.
    """

    crs: CRS
    basis: str
    declared: CRS | None = None

    @property
    def text(self) -> str:
        """Code and name."""
        return describe(self.crs)


@dataclass(frozen=True)
class Placed:
    """A table's shapes in the project's reference system, and the operation that brought them there."""

    geometry: NDArray[Any] | None
    source: SourceCrs | None
    operation: str
    notes: tuple[Message, ...] = ()
    doubtful: bool = False

    @property
    def cgcs2000(self) -> bool | None:
        """Whether the delivery is of the CGCS2000 family.

        None where nobody knows, or the numbers speak against it.
        """
        return None if self.source is None or self.doubtful else is_cgcs2000(self.source.crs)


def bounds_of(geometry: NDArray[Any]) -> tuple[float, float, float, float] | None:
    """xmin, ymin, xmax, ymax of all shapes; None for none."""
    if not len(geometry):
        return None
    xmin, ymin, xmax, ymax = (float(value) for value in shapely.total_bounds(geometry))
    return None if np.isnan(xmin) else (xmin, ymin, xmax, ymax)


def source_crs(table: Table, option: str | None, answer: str) -> SourceCrs | None:
    """What the file is in: by option, else by the folder's answers, else by its own word.

    None when nobody says it.
    """
    declared = parse_crs(table.crs_wkt) if table.crs_wkt else None
    if option:
        return SourceCrs(parse_crs(option), "option", declared)
    if answer:
        return SourceCrs(parse_crs(answer), "answers", declared)
    return None if declared is None else SourceCrs(declared, "file", declared)


def place(table: Table, source: SourceCrs | None, target: CRS | None) -> Placed:
    """Bring a table's shapes into the project's reference system.

    With no ``target`` they stay where they are.

    Raises
    ------
    Refused
        Nobody says what the file is in; the numbers cannot be in it; no operation with known parameters
        leads to the project's reference system.
    """
    if table.geometry is None:
        return Placed(None, source, "")
    bounds = bounds_of(table.geometry)
    if source is None:
        if target is None or bounds is None:
            return Placed(table.geometry, None, "")
        raise Refused(
            Message(
                "session.crs_unknown",
                {"file": table.path.name, "proposals": proposals(bounds), "x": bounds[0], "y": bounds[1]},
            )
        )
    doubt = None if bounds is None else check_plausible(source.crs, bounds)
    values = {"file": table.path.name, "crs": source.text, "cause": doubt}
    if doubt is not None and doubt.id not in ONLY_DOUBTFUL:
        raise Refused(Message("session.crs_implausible", values))
    doubts = () if doubt is None else (Message("session.crs_doubtful", values),)
    if target is None:
        return Placed(table.geometry, source, "", doubts, bool(doubts))
    try:
        way = operation(source.crs, target, bounds)
        moved = transform(table.geometry, way)
    except Refused as refused:
        raise Refused(
            Message("session.crs_no_way", {"file": table.path.name, "cause": refused.message})
        ) from refused
    return Placed(moved, source, way.name, (*doubts, *_overridden(table, source)), bool(doubts))


def _overridden(table: Table, source: SourceCrs) -> tuple[Message, ...]:
    """A note where a person said otherwise than the file."""
    if source.declared is None or same_crs(source.declared, source.crs):
        return ()
    values = {"file": table.path.name, "declared": describe(source.declared), "crs": source.text}
    return (Message("session.crs_overridden", values),)


def proposals(bounds: tuple[float, float, float, float]) -> list[Message]:
    """What the numbers suggest, each as a sentence part."""
    found: list[ZoneProposal] = propose_zone(*bounds)
    return [proposal.basis for proposal in found[:4]] or [Message("session.crs_no_proposal")]


def common_grid(sources: Sequence[SourceCrs | None]) -> CRS | None:
    """The metre grid that all files share; None when they do not."""
    grids = [source.crs for source in sources if source is not None and is_metre_grid(source.crs)]
    if not grids or len(grids) != len(sources) or any(grid != grids[0] for grid in grids):
        return None
    return grids[0]


def project_grid(text: str) -> CRS:
    """The project's reference system.

    Raises
    ------
    Refused
        It is no projected system in metres, so no official area could be measured in it.
    """
    crs = parse_crs(text)
    if not is_metre_grid(crs):
        raise Refused(Message("session.crs_not_metric", {"crs": describe(crs)}))
    return crs
