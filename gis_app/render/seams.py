"""Where the features of a layer meet: found once from their coordinates, drawn once for both sides; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis_app.render.shape import Shapes

Places = NDArray[np.int32]


@dataclass(frozen=True)
class Seams:
    """Parts of rings along which the same neighbour, or none, lies on the other side: runs.

    Attributes
    ----------
    runs_of
        (r + 1,): ring i has the runs ``runs_of[i]:runs_of[i + 1]``.
    starts
        The coordinate at which each run begins; it ends where the next of its ring does.
    others
        The feature beyond each run, −1 where none is known.
    """

    runs_of: Places
    starts: Places
    others: Places

    @property
    def nbytes(self) -> int:
        """Memory that it takes, bytes."""
        return self.runs_of.nbytes + self.starts.nbytes + self.others.nbytes


def find(shapes: Shapes) -> Seams:
    """Find the seams of polygons by the compiled kernels; a second for a million, on any thread."""
    from gis_app.render.kernels import seams as kernels

    coords, rings = shapes.coords, shapes.rings
    other, runs_of = np.empty(len(coords), np.int32), np.empty(len(rings), np.int32)
    count = kernels.find(coords, coords.view(np.uint64), rings, shapes.shells, other, runs_of)
    starts, others = np.empty(count, np.int32), np.empty(count, np.int32)
    kernels.write(rings, other, starts, others)
    return Seams(runs_of, starts, others)
