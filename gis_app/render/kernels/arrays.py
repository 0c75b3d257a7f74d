"""The kinds of arrays that kernels take, and the columns of a table of paints.

A pixel is a premultiplied 0xAARRGGBB. Samples of lines are 64 bits a pixel, eight rows of eight, seen as
words (h, w) or bytes (h, w, 8). A transform (a, b, c, d, e, f) means
x_px = a x + b y + c, y_px = d x + e y + f.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Areas = NDArray[np.float32]
Ids = NDArray[np.int64]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]
Pixels = NDArray[np.uint32]
Words = NDArray[np.uint64]
Samples = NDArray[np.uint8]

FILL, ALPHA, ANGLE, SPACING, WIDTH, DASH, GAP, ANCHOR_X, ANCHOR_Y, LINED = range(10)
SAMPLES = 8
"""Samples of a pixel in each direction."""
JOINED_HALF = 0.75
"""Half of a line's width (pixels) from which a gap where two pieces meet would be seen."""
