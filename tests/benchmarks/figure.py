"""One figure, and the calibration that tells a slow program from a slow machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

#: Seconds that ``calibration`` takes on the machine on which millisecond limits are stated.
REFERENCE_S = 0.14


@dataclass(frozen=True)
class Figure:
    """Something measured.

    Parameters
    ----------
    name : str
        What was done, and on how much.
    seconds : float
        Median of several runs.
    versus : str
        What ``ratio`` compares with: ``"calibration"``, or another way of doing the same.
    ratio : float
        ``seconds`` divided by the seconds of ``versus``.
    limit : float or None
        The largest ``ratio`` that is good enough; None for a figure without a promise.
    """

    name: str
    seconds: float
    versus: str
    ratio: float
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.limit is None or self.ratio <= self.limit


def median_s(work: Callable[[], object], times: int = 5) -> float:
    """Give the median of some runs in seconds, after one that does not count."""
    work()
    return statistics.median(_once(work) for _ in range(times))


def calibration_s() -> float:
    """Give the seconds of a fixed piece of work: half of it in the interpreter, half in numpy."""
    return median_s(_calibration)


def within(name: str, work: Callable[[], object], limit_s: float, times: int = 5) -> Figure:
    """Measure work against a limit in seconds that scales with the calibration of the machine."""
    seconds, machine = median_s(work, times), calibration_s()
    return Figure(name, seconds, "calibration", seconds / machine, limit_s / REFERENCE_S)


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _calibration() -> float:
    total = 0
    for number in range(1_000_000):
        total += number * number % 7
    values = np.arange(500_000, dtype=np.float64)
    for _ in range(10):
        values = np.sqrt(values * 1.0001 + 1.0)
        values = np.sort(values[::-1])
    return total + float(values.sum())
