"""Letters along a line: each stands where the line is, turned as it runs there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

CHINESE_FROM = "\u2e80"
SHARES = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Where on the line the middle of a name is tried."""
SHARPEST_DEG = 30.0
"""Two neighbouring letters are turned against each other by no more."""
SPACED = 1.25
"""Chinese letters stand so much further apart than in a sentence, as names of roads and rivers do."""
STEEP_DEG = 50.0
"""On a line steeper than this Chinese letters stand upright, one below the other."""


@dataclass(frozen=True)
class Letter:
    """One letter: its middle in pixels, its turn clockwise, and the box that it has to itself."""

    text: str
    x: float
    y: float
    angle_deg: float
    box: QRectF


def letters(text: str, line: NDArray[np.float64], written: QFont) -> Iterator[tuple[Letter, ...]]:
    """Give the places of a name along a line, pixels (n, 2), best first; none where it is too short or bent.

    A name reads from the left to the right; a Chinese one on a steep line from the top down.
    """
    metrics = QFontMetricsF(written)
    chinese = any(letter >= CHINESE_FROM for letter in text)
    widths = np.array([metrics.horizontalAdvance(letter) for letter in text]) * (SPACED if chinese else 1.0)
    steps = np.hypot(*np.diff(line, axis=0).T)
    run = np.concatenate([[0.0], np.cumsum(steps)])
    if run[-1] < widths.sum() or not len(text):
        return
    for share in SHARES:
        start = run[-1] * share - widths.sum() / 2.0
        if start < 0 or start + widths.sum() > run[-1]:
            continue
        row = _row(text, line, run, start, widths, metrics.height(), chinese)
        if row is not None:
            yield row


def _row(
    text: str,
    line: NDArray[np.float64],
    run: NDArray[np.float64],
    start: float,
    widths: NDArray[np.float64],
    height: float,
    chinese: bool,
) -> tuple[Letter, ...] | None:
    after = start + np.cumsum(widths)
    ends = [_at(line, run, places) for places in (after - widths, after)]
    whole = ends[1][-1] - ends[0][0]
    steep = chinese and abs(whole[1]) > np.tan(np.deg2rad(STEEP_DEG)) * abs(whole[0])
    if whole[1] < 0 if steep else whole[0] < 0:  # the other way round
        return _row(text, line[::-1], run[-1] - run[::-1], run[-1] - after[-1], widths, height, chinese)
    turns = np.degrees(np.arctan2(*(ends[1] - ends[0]).T[::-1]))
    if len(turns) > 1 and np.abs((np.diff(turns) + 180.0) % 360.0 - 180.0).max() > SHARPEST_DEG:
        return None
    middles = (ends[0] + ends[1]) / 2.0
    size = height * 0.86
    return tuple(
        Letter(
            letter,
            float(x),
            float(y),
            float(turn - 90.0 if steep else turn),
            QRectF(float(x) - size / 2.0, float(y) - size / 2.0, size, size),
        )
        for letter, (x, y), turn in zip(text, middles, turns, strict=True)
    )


def _at(
    line: NDArray[np.float64], run: NDArray[np.float64], places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points (k, 2) at distances along a line."""
    return np.stack([np.interp(places, run, line[:, axis]) for axis in (0, 1)], axis=1)
