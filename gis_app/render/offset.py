"""Lines moved to their side, for strokes that lie beside what they stand for; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.render.gather import Gathered
from gis_app.render.symbol import Symbol

MITRE = 3.0
"""A corner reaches no further than so many times the offset."""


def displaced(found: Gathered, symbols: Sequence[Symbol], mm_px: float) -> Gathered:
    """Give gathered lines with those moved whose symbol has an offset; ``mm_px`` is pixels per millimetre.

    A line that has nothing on that side, as a small bend has, is left out.
    """
    offsets = np.zeros(len(found.numbers))
    for number, symbol in enumerate(symbols):
        chosen = found.features_of(number)
        offsets[chosen.start : chosen.stop] = symbol.offset_mm * mm_px
    if not offsets.any():
        return found
    owner = np.repeat(np.arange(len(offsets)), np.diff(found.features))
    pieces: list[NDArray[np.float64]] = []
    owners: list[int] = []
    for ring, feature in enumerate(owner.tolist()):
        points = found.points[found.rings[ring] : found.rings[ring + 1]]
        for moved in [points] if not offsets[feature] else beside(points, float(offsets[feature])):
            pieces.append(moved)
            owners.append(feature)
    rings = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.int64)
    features = np.searchsorted(np.array(owners, dtype=np.int64), np.arange(len(offsets) + 1))
    points = np.concatenate(pieces) if pieces else np.empty((0, 2))
    return replace(found, points=points, rings=rings, features=features.astype(np.int64))


def beside(points: NDArray[np.float64], offset_px: float) -> list[NDArray[np.float64]]:
    """Give the line (pixels, y downwards) at a distance to its left; to its right where negative."""
    if len(points) < 2 or (points == points[0]).all():
        return []
    # what lies to the left on the ground lies to the right where y runs downwards
    moved = shapely.offset_curve(
        shapely.LineString(points), -offset_px, join_style="mitre", mitre_limit=MITRE
    )
    return [
        np.asarray(shapely.get_coordinates(part)) for part in shapely.get_parts(moved) if not part.is_empty
    ]
