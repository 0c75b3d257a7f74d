"""The way from one coordinate system to another, never a ballpark one, and carrying shapes along it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.crs import ProjectedCRS
from pyproj.exceptions import ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]  # documented, not marked as exported
from pyproj.transformer import AreaOfInterest, Transformer, TransformerGroup

from gis_app.geometry.systems import describe, epsg_of, horizontal, is_cgcs2000, is_wgs84, parse_crs, same_crs
from gis_app.language import Message, Refused

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]
SAMPLES_PER_AXIS = 5

# The same input must give the same coordinates with and without internet: no grid is ever fetched.
set_network_enabled(False)


@dataclass(frozen=True)
class Operation:
    """The way from one CRS to another, coordinates in the order east, north (lon, lat).

    Attributes
    ----------
    steps : tuple of pyproj Transformers
        Applied one after the other; none where source and target are the same.
    name : str
        Name of the operation, to be printed with the result.
    accuracy_m : float or None
        Stated accuracy in metres, 0 for an exact conversion, None where nobody states one.
    assumed_equal : bool
        CGCS2000 and WGS 84 were taken as one (both are realisations of the ITRF; they part by decimetres).
    """

    steps: tuple[Transformer, ...]
    name: str
    accuracy_m: float | None
    assumed_equal: bool = False

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Carry coordinates; what lies outside comes back infinite."""
        for step in self.steps:
            x, y = step.transform(x, y)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def operation(source: object, target: object, bounds: Sequence[float] | None = None) -> Operation:
    """Find the best operation between two CRS, never a ballpark one.

    Parameters
    ----------
    source, target : pyproj.CRS, int or str
    bounds : (xmin, ymin, xmax, ymax), optional
        Where the data lies, in `source`: chooses among operations that hold in different regions.

    Raises
    ------
    Refused
        Only a ballpark operation is known, as from Xian 1980 or Beijing 1954 to CGCS2000, whose parameters
        are not public.
    """
    start, end = horizontal(parse_crs(source)), horizontal(parse_crs(target))
    if same_crs(start, end):
        return Operation((), "none", 0.0)
    pair = (is_cgcs2000(start), is_wgs84(start)), (is_cgcs2000(end), is_wgs84(end))
    if pair in (((True, False), (False, True)), ((False, True), (True, False))):
        steps = tuple(step for step in (_to_base(start, False), _to_base(end, True)) if step is not None)
        return Operation(steps, "CGCS2000 = WGS 84 (null transformation)", 1.0, assumed_equal=True)
    best = _best(_coded(start), _coded(end), bounds)
    if best is None:
        raise Refused(Message("geometry.no_operation", {"source": describe(start), "target": describe(end)}))
    accuracy = float(best.accuracy)
    return Operation((best,), best.description, accuracy if accuracy >= 0 else None)


def _coded(crs: pyproj.CRS) -> pyproj.CRS:
    """Put the registered CRS, or at least the registered datum, for a private name: PROJ goes by it."""
    code = epsg_of(crs)
    if code is not None:
        return parse_crs(code)
    if is_cgcs2000(crs) and crs.coordinate_operation is not None:
        return ProjectedCRS(crs.coordinate_operation, crs.name, geodetic_crs=parse_crs(4490))
    return crs


@lru_cache(maxsize=64)
def _to_base(crs: pyproj.CRS, inverse: bool) -> Transformer | None:
    """Give the step between a CRS and its own longitude and latitude."""
    base = crs.geodetic_crs
    if crs.is_geographic or base is None:
        return None
    ends = (base, crs) if inverse else (crs, base)
    return Transformer.from_crs(*ends, always_xy=True)


def _best(source: pyproj.CRS, target: pyproj.CRS, bounds: Sequence[float] | None) -> Transformer | None:
    with warnings.catch_warnings():
        # A better operation may want a grid that is not installed; the result names the one used.
        warnings.simplefilter("ignore", UserWarning)
        interest = _interest(source, bounds)
        try:
            group = TransformerGroup(source, target, True, interest, allow_ballpark=False)
        except ProjError:
            return None
    return group.transformers[0] if group.transformers else None


def _interest(crs: pyproj.CRS, bounds: Sequence[float] | None) -> AreaOfInterest | None:
    degrees = None if bounds is None else lonlat_bounds(crs, bounds)
    return None if degrees is None else AreaOfInterest(*degrees)


def lonlat_bounds(crs: object, bounds: Sequence[float]) -> tuple[float, float, float, float] | None:
    """Give bounds in longitude and latitude of the CRS's own datum; None where they lie outside the CRS."""
    known = horizontal(parse_crs(crs))
    xs, ys = (np.linspace(bounds[k], bounds[k + 2], SAMPLES_PER_AXIS) for k in (0, 1))
    x, y = (part.ravel() for part in np.meshgrid(xs, ys))
    step = _to_base(known, inverse=False)
    lon, lat = (x, y) if step is None else step.transform(x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    return float(np.min(lon)), float(np.min(lat)), float(np.max(lon)), float(np.max(lat))


def to_lonlat(geometry: Objects, crs: object) -> Objects:
    """Carry shapes to longitude and latitude of the CRS's own datum.

    Raises
    ------
    Refused
        A coordinate lies outside the CRS.
    """
    step = _to_base(horizontal(parse_crs(crs)), inverse=False)
    return transform(geometry, Operation(() if step is None else (step,), "to longitude and latitude", 0.0))


def transform(geometry: Objects, operation: Operation, segment: float | None = None) -> Objects:
    """Carry shapes along an operation.

    Parameters
    ----------
    geometry : array of shapely geometries, shape (n,)
        In the operation's source CRS, traditional GIS order.
    operation : Operation
    segment : float, optional
        Longest edge to leave straight, in units of the source: longer ones get vertices first, so that a
        long boundary shared by two deliveries bends alike.

    Returns
    -------
    array of shapely geometries
        Same shape; missing geometries stay missing; the array itself when there is nothing to do.

    Raises
    ------
    Refused
        A coordinate has no place in the target (infinite or not a number).
    """
    shapes = np.asarray(geometry, dtype=object)
    if not operation.steps:
        return shapes
    if segment is not None:
        shapes = np.asarray(shapely.segmentize(shapes, segment), dtype=object)

    def carried(points: Floats) -> Floats:
        result = np.column_stack(operation.points(points[:, 0], points[:, 1]))
        wrong = ~np.isfinite(result).all(axis=1)
        if wrong.any():
            x, y = points[wrong][0]
            values = {"operation": operation.name, "x": float(x), "y": float(y), "count": int(wrong.sum())}
            raise Refused(Message("geometry.outside_target", values))
        return result

    return np.asarray(shapely.transform(shapes, carried), dtype=object)
