"""Numbers into classes: equal intervals, quantiles, natural breaks; no Qt.

Classes are told by their bounds (k + 1,): a value belongs to the class whose upper bound is the first that is
not below it; the first class begins with its lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_CLASSES = 32
MOST_EXACT = 3000
"""Different values up to which natural breaks are exact; of more, groups of neighbours are classed."""


def classify(values: Floats, method: str, count: int) -> Floats:
    """Find the bounds of at most ``count`` classes.

    Parameters
    ----------
    values
        (n,); those that are not finite are left out.
    method
        A key of ``METHODS``.
    count
        Classes, 1 to ``MOST_CLASSES``; there are fewer where there are fewer different values.

    Returns
    -------
    NDArray
        Ascending bounds (k + 1,); empty where there is no value.
    """
    finite = np.sort(np.asarray(values, dtype=np.float64)[np.isfinite(values)])
    if not len(finite):
        return np.empty(0)
    return METHODS[method](finite, min(max(count, 1), MOST_CLASSES))


def class_of(values: Floats, bounds: Floats) -> NDArray[np.int64]:
    """Give the number of each value's class (n,); −1 outside and where there is no value."""
    if len(bounds) < 2:
        return np.full(len(values), -1, dtype=np.int64)
    found = np.maximum(np.searchsorted(bounds, values, side="left") - 1, 0)
    inside = (values >= bounds[0]) & (values <= bounds[-1])
    return np.where(inside, found, -1)


def equal_intervals(ordered: Floats, count: int) -> Floats:
    """Bounds at equal distances from the least to the greatest value."""
    if ordered[0] == ordered[-1]:
        return ordered[[0, -1]]
    return np.linspace(ordered[0], ordered[-1], count + 1)


def quantiles(ordered: Floats, count: int) -> Floats:
    """Bounds between classes of as many values each, as far as values that are equal allow."""
    upper = ordered[np.ceil(np.arange(1, count + 1) * len(ordered) / count).astype(np.int64) - 1]
    return _bounds(ordered[0], upper)


def natural_breaks(ordered: Floats, count: int) -> Floats:
    """Bounds for which the squared deviations from the class means are least in all (Fisher 1958, Jenks)."""
    distinct, weights = np.unique(ordered, return_counts=True)
    if len(distinct) <= count:
        return _bounds(distinct[0], distinct)
    last = np.arange(len(distinct))
    means, counts = distinct, weights.astype(np.float64)
    if len(distinct) > MOST_EXACT:
        last, means, counts = _grouped(distinct, counts)
    ends = _partition(means, counts, count)
    return _bounds(distinct[0], distinct[last[ends]])


METHODS: Mapping[str, Callable[[Floats, int], Floats]] = {
    "quantiles": quantiles,
    "equal": equal_intervals,
    "natural": natural_breaks,
}


def _bounds(least: float, upper: Floats) -> Floats:
    """Bounds without empty classes; a first class of one value has that value as both of its bounds."""
    return np.concatenate([[least], np.unique(upper)])


def _grouped(distinct: Floats, counts: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Join neighbours on an even grid, for values too many to try every break between them."""
    span = (distinct - distinct[0]) / (distinct[-1] - distinct[0])
    by_size = np.floor(span * (MOST_EXACT // 2)).astype(np.int64)
    by_rank = np.arange(len(distinct)) * (MOST_EXACT // 2) // len(distinct)
    starts = np.flatnonzero(np.diff(by_size, prepend=-1) | np.diff(by_rank, prepend=-1))
    totals = np.add.reduceat(counts, starts)
    means = np.add.reduceat(distinct * counts, starts) / totals
    return np.append(starts[1:], len(distinct)) - 1, means, totals


def _partition(values: Floats, weights: Floats, count: int) -> NDArray[np.int64]:
    """Where each class ends (count,): dynamic programming over sorted values (n,), exact.

    ``least[i]`` is the least sum of squares for the values up to i in as many classes as were added so far.
    """
    centred = values - np.average(values, weights=weights)
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    first = np.concatenate([[0.0], np.cumsum(weights * centred)])
    second = np.concatenate([[0.0], np.cumsum(weights * centred**2)])

    def squares(begin: NDArray[np.int64], end: int) -> Floats:
        total = first[end] - first[begin]
        return np.asarray(second[end] - second[begin] - total**2 / (mass[end] - mass[begin]))

    n = len(values)
    least = np.array([np.inf, *(float(squares(np.array([0]), end)[0]) for end in range(1, n + 1))])
    begins = np.zeros((count, n + 1), dtype=np.int64)
    for classes in range(1, count):
        now = np.full(n + 1, np.inf)
        low = classes
        for end in range(classes + 1, n + 1):
            # the best break never moves back when a value is added
            tried = np.arange(low, end)
            sums = least[tried] + squares(tried, end)
            best = int(np.argmin(sums))
            now[end], low = sums[best], low + best
            begins[classes, end] = low
        least = now
    ends = [n]
    for classes in range(count - 1, 0, -1):
        ends.append(int(begins[classes, ends[-1]]))
    return np.array(ends[::-1], dtype=np.int64) - 1
