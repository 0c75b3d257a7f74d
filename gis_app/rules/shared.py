"""What is computed once per run for all rules that ask.

Validity, overlapping pairs, whole layers as arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.coverage import Overlaps, overlaps
from gis_app.model import Layer, Project, Source
from gis_app.rules.rows import Rows

OVERLAP_NOISE_M2 = 1e-4
"""Below this an intersection is rounding of coordinates of the order of 10⁶ m along edges of kilometres."""


class Shared:
    """Results shared by the rules of one run, by layer id. Nothing here outlives the run."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._valid: dict[str, NDArray[np.bool_]] = {}
        self._overlaps: dict[str, Overlaps] = {}

    def valid(self, layer: Layer) -> NDArray[np.bool_]:
        """Whether each feature's shape is valid (n,)."""
        if layer.id not in self._valid:
            self._valid[layer.id] = np.asarray(shapely.is_valid(layer.geometry), dtype=bool)
        return self._valid[layer.id]

    def overlaps(self, rows: Rows) -> Overlaps:
        """Overlapping pairs among the valid rows of a whole layer; indices are positions in ``rows``."""
        if rows.layer not in self._overlaps:
            shapes: NDArray[Any] = rows.geometry.copy()
            shapes[~rows.valid] = None
            self._overlaps[rows.layer] = overlaps(shapes, OVERLAP_NOISE_M2)
        return self._overlaps[rows.layer]

    def sources(self, layer: str) -> tuple[Source, ...]:
        """Where a layer came from."""
        found = self.project.of_type(layer)
        return () if found is None else found.sources
