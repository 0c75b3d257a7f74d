"""What became of ground: two coverages laid over each other, every square metre counted once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.coverage import overlaps
from gis_app.geometry.polygons import Objects, array_of, robust, union

Labels = NDArray[np.object_]


@dataclass(frozen=True)
class Transfer:
    """Areas by class before × class after, in m².

    Attributes
    ----------
    cells : mapping of (before, after) to float
    out : mapping of before to float
        Ground that is not in the second state.
    into : mapping of after to float
        Ground that was not in the first state.
    before, after : mappings of class to float
        Totals; a row with its ``out`` adds up to ``before``, a column with its ``into`` to ``after``.
    doubled_m2 : tuple of two floats
        Ground that features of one state share; it is counted once, for the first of them.
    """

    cells: dict[tuple[str, str], float]
    out: dict[str, float]
    into: dict[str, float]
    before: dict[str, float]
    after: dict[str, float]
    doubled_m2: tuple[float, float]


def transfer(before: Objects, use_before: Labels, after: Objects, use_after: Labels) -> Transfer:
    """Lay two states over each other.

    Parameters
    ----------
    before, after : arrays of valid polygons, missing ones passed over
        In one metre grid.
    use_before, use_after : arrays of str
        Class of each.
    """
    one, doubled_one = _apart(before)
    other, doubled_other = _apart(after)
    pairs = shapely.STRtree(other).query(one, predicate="intersects")
    shared = robust(shapely.intersection, one[pairs[0]], other[pairs[1]])
    areas = np.asarray(shapely.area(shared), dtype=np.float64)
    cells: dict[tuple[str, str], float] = defaultdict(float)
    for i, j, area in zip(*pairs, areas.tolist(), strict=True):
        if area > 0:
            cells[str(use_before[i]), str(use_after[j])] += area
    return Transfer(
        dict(cells),
        _by_use(use_before, _left(one, pairs[0], shared)),
        _by_use(use_after, _left(other, pairs[1], shared)),
        _by_use(use_before, shapely.area(one)),
        _by_use(use_after, shapely.area(other)),
        (doubled_one, doubled_other),
    )


def _apart(shapes: Objects) -> tuple[Objects, float]:
    """The shapes without ground that an earlier one has too, and how much that was."""
    made = np.array(shapes, dtype=object)
    made[shapely.is_missing(made) | ~shapely.is_valid(made)] = shapely.Polygon()
    found = overlaps(made)
    for first, second in found.pairs.tolist():
        made[second] = robust(shapely.difference, made[[second]], made[[first]])[0]
    return made, float(np.nansum(shapely.area(shapes)) - shapely.area(made).sum())


def _left(shapes: Objects, owners: NDArray[np.int64], shared: Objects) -> NDArray[np.float64]:
    """Area of each shape outside what it shares; measured on the shape that is left, not by taking away."""
    left = np.zeros(len(shapes))
    order = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(len(shapes) + 1))
    whole, covered = shapely.area(shapes), np.bincount(owners, shapely.area(shared), minlength=len(shapes))
    # what agrees to a square millimetre a metre of outline has nothing left but rounding
    doubtful = np.flatnonzero(np.abs(whole - covered) > 1e-3 * shapely.length(shapes) * 1e-3)
    for place in doubtful.tolist():
        mine = shared[order[starts[place] : starts[place + 1]]]
        rest = shapes[[place]] if not len(mine) else robust(
            shapely.difference, shapes[[place]], array_of([union(mine)])
        )  # fmt: skip
        left[place] = float(rest[0].area)
    return left


def _by_use(uses: Labels, areas: NDArray[np.float64]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for use, area in zip(uses.tolist(), np.asarray(areas).tolist(), strict=True):
        if area > 0:
            found[str(use)] += area
    return dict(found)
