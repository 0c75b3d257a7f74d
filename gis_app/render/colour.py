"""Colours as text and as pixels; no Qt."""

from __future__ import annotations

import numpy as np


def opaque(colour: str) -> np.uint32:
    """Give ``#RRGGBB`` or ``#AARRGGBB`` as a pixel 0xFFRRGGBB."""
    return np.uint32(0xFF000000 | int(colour[-6:], 16))


def share(colour: str) -> float:
    """Give how much a colour covers, 0 to 1: what ``#AARRGGBB`` says, 1 for ``#RRGGBB``."""
    return int(colour[1:3], 16) / 255.0 if len(colour) == 9 else 1.0
