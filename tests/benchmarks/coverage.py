"""A made coverage of many parcels: the same at every call, neighbours share their vertices, ten classes."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.catalogue.style import Line
from gis_app.render.scene import SceneLayer
from gis_app.render.shape import Shapes, columns
from gis_app.render.symbol import Symbol

ORIGIN = (500_000.0, 3_000_000.0)
CELL_M = 60.0
ACROSS, UP = 4, 3
"""Segments of a parcel's edges: with them a parcel has 14 vertices."""
COLOURS = (
    "#FFFF00", "#E6E6A0", "#BB9674", "#CC3D5C", "#8A6BD1",
    "#4FA3A5", "#33CC33", "#9ACD32", "#D9A0C8", "#87B9E0",
)  # fmt: skip
OUTLINE = Line("#39424E", 0.2)


def rings(count: int, seed: int = 7) -> NDArray[np.float64]:
    """Closed rings (n, 15, 2) of parcels on a distorted grid, metres; ``n`` is ``count`` or a little more."""
    wide = round((count * 16 / 9) ** 0.5)
    high = -(-count // wide)
    random = np.random.default_rng(seed)
    nodes = _jitter(random, (high * UP + 1, wide * ACROSS + 1))
    row, column = (index.ravel() for index in np.mgrid[0:high, 0:wide])
    steps = [(0, i) for i in range(ACROSS)] + [(j, ACROSS) for j in range(UP)]
    steps += [(UP, i) for i in range(ACROSS, 0, -1)] + [(j, 0) for j in range(UP, -1, -1)]
    down = np.array([step[0] for step in steps])
    along = np.array([step[1] for step in steps])
    return nodes[row[:, None] * UP + down, column[:, None] * ACROSS + along]


def _jitter(random: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    j, i = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64)
    away = random.uniform(-0.3, 0.3, (*shape, 2))
    # a slow wave makes large and small parcels out of the even grid
    x = i / ACROSS + 0.6 * np.sin(i / 37.0 + j / 53.0) + away[..., 0] / ACROSS
    y = j / UP + 0.6 * np.sin(j / 41.0 - i / 61.0) + away[..., 1] / UP
    return np.stack([x, y], axis=-1) * CELL_M + ORIGIN


def geometry(count: int, seed: int = 7) -> NDArray[np.object_]:
    """The parcels as shapely polygons (n,)."""
    return np.asarray(shapely.polygons(rings(count, seed)))


def classes(count: int, seed: int = 7) -> NDArray[np.int64]:
    """A class from 0 to 9 for each of ``count`` parcels."""
    return np.random.default_rng(seed + 1).integers(0, len(COLOURS), count)


def layer(count: int, seed: int = 7, id: str = "parcels") -> SceneLayer:
    """The parcels as a scene layer: ten fills, one outline, antialiased."""
    made = rings(count, seed)
    number, points = made.shape[:2]
    each = np.arange(number + 1, dtype=np.int64)
    # a shell runs clockwise on the ground, as in the layers of a project
    coords = np.ascontiguousarray(made.reshape(-1, 2))
    shapes = Shapes("polygon", coords, each * points, each, each)
    symbols = tuple(Symbol(fill=colour, outline=OUTLINE) for colour in COLOURS)
    fids = np.arange(1, number + 1, dtype=np.int64)
    return SceneLayer(id, {}, shapes, fids, symbols, classes(number, seed), coverage=True)


def layer_of(geometry: NDArray[np.object_], classes: NDArray[np.int64]) -> SceneLayer:
    """Parcels as a scene layer in the way in which a project's layer becomes one."""
    symbols = tuple(Symbol(fill=colour, outline=OUTLINE) for colour in COLOURS)
    fids = np.arange(1, len(geometry) + 1, dtype=np.int64)
    return SceneLayer("parcels", {}, columns("polygon", geometry), fids, symbols, classes, coverage=True)
