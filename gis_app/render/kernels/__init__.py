"""Compiled drawing: areas by exact coverage, lines by 64 samples a pixel; only arrays and numbers, no Qt.

Kernels are compiled once, for the types that stand beside them, and kept in ``NUMBA_CACHE_DIR``; an array
that may not be written is of another type and refused. What the arrays mean: `arrays`.
"""

from gis_app.render.kernels.arrays import (
    ALPHA,
    ANCHOR_X,
    ANCHOR_Y,
    ANGLE,
    DASH,
    FILL,
    GAP,
    LINED,
    SAMPLES,
    SPACING,
    WIDTH,
)
from gis_app.render.kernels.filling import areas, signs
from gis_app.render.kernels.laying import lay, over
from gis_app.render.kernels.stroking import STAMPED_HALF, lines, stamps

__all__ = [
    "ALPHA", "ANCHOR_X", "ANCHOR_Y", "ANGLE", "DASH", "FILL", "GAP", "LINED", "SAMPLES", "SPACING",
    "STAMPED_HALF", "WIDTH", "areas", "lay", "lines", "over", "signs", "stamps",
]  # fmt: skip
