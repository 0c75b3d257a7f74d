"""An image laid onto the ground by points found in both: least squares, with what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_app.language import Message, Refused

Floats = NDArray[np.float64]
Kind = Literal["similarity", "affine"]
_UNKNOWNS = {"similarity": 4, "affine": 6}
_LEAST_SPREAD = 1e-6


@dataclass(frozen=True)
class ControlPoint:
    """A place found in the image and on the ground.

    Attributes
    ----------
    column, row
        In the image, pixels from its top left corner.
    x, y
        In the project's reference system, metres.
    """

    column: float
    row: float
    x: float
    y: float


@dataclass(frozen=True)
class Alignment:
    """How pixels lie on the ground.

    Attributes
    ----------
    kind
        ``similarity`` turns, shifts and enlarges; ``affine`` also shears and enlarges each way by itself.
    affine
        ``a b c d e f``: x = a·column + b·row + c, y = d·column + e·row + f.
    residuals_m
        For each point how far it comes to lie from where it should, metres.
    spare
        Measured coordinates beyond those needed; where it is 0, the residuals prove nothing.
    """

    kind: Kind
    affine: tuple[float, float, float, float, float, float]
    residuals_m: tuple[float, ...]
    spare: int

    @property
    def rms_m(self) -> float | None:
        """Root mean square error of a point, metres; None without spare coordinates.

        √(Σ v² / (spare / 2)): residuals of points against the points to spare.
        """
        if self.spare <= 0:
            return None
        return float(np.sqrt(2.0 * np.sum(np.square(self.residuals_m)) / self.spare))

    @property
    def pixel_m(self) -> float:
        """Side of a pixel on the ground, metres: the root of its area."""
        a, b, _, d, e, _ = self.affine
        return float(np.sqrt(abs(a * e - b * d)))


def align(points: Sequence[ControlPoint], kind: Kind | None = None) -> Alignment:
    """Lay an image onto the ground.

    Parameters
    ----------
    points
        Two or more for a similarity, three or more for an affine.
    kind
        A similarity up to three points and an affine from four on when not given.

    Raises
    ------
    Refused
        The points are too few, or lie in one place or on one line.
    """
    kind = kind or ("affine" if len(points) > 3 else "similarity")
    least = _UNKNOWNS[kind] // 2
    if len(points) < least:
        raise Refused(Message("geometry.alignment_few", {"count": len(points), "least": least}))
    pixels = np.array([(point.column, point.row) for point in points], dtype=np.float64)
    ground = np.array([(point.x, point.y) for point in points], dtype=np.float64)
    if not (np.isfinite(pixels).all() and np.isfinite(ground).all()):
        raise Refused(Message("geometry.alignment_numbers"))
    middle, origin = pixels.mean(axis=0), ground.mean(axis=0)
    from_, to = pixels - middle, ground - origin
    for spread in (_spread(from_), _spread(to)):
        if spread[0] <= _LEAST_SPREAD or (kind == "affine" and spread[1] <= _LEAST_SPREAD * spread[0]):
            raise Refused(Message("geometry.alignment_line"))
    turn = _similarity(from_, to) if kind == "similarity" else np.linalg.lstsq(from_, to, rcond=None)[0].T
    shift = origin - turn @ middle
    residuals = np.hypot(*(pixels @ turn.T + shift - ground).T)
    affine = (turn[0, 0], turn[0, 1], shift[0], turn[1, 0], turn[1, 1], shift[1])
    a, b, c, d, e, f = (float(value) for value in affine)
    spare = 2 * len(points) - _UNKNOWNS[kind]
    return Alignment(kind, (a, b, c, d, e, f), tuple(float(value) for value in residuals), spare)


def _similarity(from_: Floats, to: Floats) -> Floats:
    """Rows of an image run down, the ground's north up: x = p·c + q·r, y = q·c − p·r (centred)."""
    column, row = from_.T
    design = np.concatenate([np.column_stack([column, row]), np.column_stack([-row, column])])
    (p, q), *_ = np.linalg.lstsq(design, np.concatenate([to[:, 0], to[:, 1]]), rcond=None)
    return np.array([[p, q], [q, -p]])


def _spread(centred: Floats) -> Floats:
    """Give the extents of points along their two own directions, the larger first."""
    values = np.linalg.svd(centred, compute_uv=False)
    return np.asarray(np.pad(values, (0, 2 - len(values))))
