"""Areas and their units: the official planar figure, the ellipsoidal one beside it, and exact 亩."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis_app.geometry.crs import is_metre_grid, is_web_mercator, name_of, parse_crs, to_lonlat
from gis_app.language import Message, Refused

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]
Number = int | float | Decimal | Fraction | np.floating | np.integer

MU_PER_M2 = Decimal("0.0015")  # 1 亩 = 2000/3 ㎡; ÷ 666.67 differs by 5 ppm
HA_PER_M2 = Decimal("0.0001")
UNIT_RATIOS = {"m2": 1.0, "ha": 1e-4, "mu": 0.0015}
UNIT_TOLERANCE = 0.02
MIXED_TOLERANCE = 0.2  # units lie a factor 6.7 or more apart, so a value this near to another unit is in it

# Between two vertices this far apart a straight line of a 3-degree grid and a geodesic part by 0.005 mm.
SEGMENT_M = 100.0
SEGMENT_DEG = 0.0005
MOST_SEGMENTS = 20_000


def planar_area_m2(geometry: Objects, crs: object) -> Floats:
    """Give the official area: planar, in the declared projected zone.

    Parameters
    ----------
    geometry : array of shapely geometries, shape (n,)
        In `crs`; missing and non-polygon geometries have area 0.
    crs : pyproj.CRS, int or str
        The CRS the figures are official in.

    Returns
    -------
    array of float64, shape (n,)
        Square metres.

    Raises
    ------
    Refused
        The CRS is geographic, a Web Mercator, or not in metres.
    """
    known = parse_crs(crs)
    if is_web_mercator(known):
        raise Refused(Message("geometry.area_in_web_mercator", {"crs": name_of(known)}))
    if known.is_geographic:
        raise Refused(Message("geometry.area_in_degrees", {"crs": name_of(known)}))
    if not is_metre_grid(known):
        raise Refused(Message("geometry.area_not_in_metres", {"crs": name_of(known)}))
    return _area(np.asarray(geometry, dtype=object))


def ellipsoidal_area_m2(geometry: Objects, crs: object) -> Floats:
    """Give the area on the ellipsoid of `crs`.

    The edges meant are the straight lines of `crs` itself (of the grid for a projected CRS, of the
    longitude-latitude plane for a geographic one), not geodesics from vertex to vertex. They are densified
    and carried into an equal-area projection of the ellipsoid, which agrees with the exact area of the
    curved polygon within 1e-7 of it for parcels of any size up to a province.

    Parameters
    ----------
    geometry : array of shapely geometries, shape (n,)
        In `crs`, any projected or geographic one.
    crs : pyproj.CRS, int or str

    Returns
    -------
    array of float64, shape (n,)
        Square metres, 0 for missing and non-polygon geometries.

    Raises
    ------
    Refused
        The CRS is neither projected nor geographic, or has no ellipsoid, or a coordinate lies outside it.
    """
    known = parse_crs(crs)
    shapes = np.asarray(geometry, dtype=object)
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    result = np.zeros(shapes.shape)
    if not polygonal.any():
        return result
    chosen = shapely.force_2d(shapes[polygonal])
    step = SEGMENT_DEG if known.is_geographic else SEGMENT_M / known.axis_info[0].unit_conversion_factor
    steps = np.maximum(step, shapely.length(chosen) / MOST_SEGMENTS)
    degrees = to_lonlat(shapely.segmentize(chosen, steps), known)
    result[polygonal] = _area(_equal_area(degrees, known))
    return result


def _equal_area(degrees: Objects, crs: pyproj.CRS) -> Objects:
    """Carry lon/lat shapes into an equal-area projection of the CRS's ellipsoid around their middle."""
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        raise Refused(Message("geometry.crs_without_ellipsoid", {"crs": name_of(crs)}))
    west, south, east, north = shapely.total_bounds(degrees)
    projection = pyproj.Proj(
        proj="laea",
        lat_0=(south + north) / 2,
        lon_0=(west + east) / 2,
        a=ellipsoid.semi_major_metre,
        b=ellipsoid.semi_minor_metre,
    )

    def forward(points: Floats) -> Floats:
        return np.column_stack(projection(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(degrees, forward), dtype=object)


def _area(shapes: Objects) -> Floats:
    return np.nan_to_num(np.asarray(shapely.area(shapes), dtype=np.float64))


def exact(value: Number) -> Decimal:
    """Give a figure as the decimal a person would read: a float as its shortest text, not its binary tail."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(str(float(value)))


def to_mu(area_m2: Number) -> Decimal:
    """Give square metres in 亩, exactly × 0.0015."""
    return exact(area_m2) * MU_PER_M2


def to_ha(area_m2: Number) -> Decimal:
    """Give square metres in hectares, exactly × 0.0001."""
    return exact(area_m2) * HA_PER_M2


def round_half_up(value: Number, decimals: int) -> Decimal:
    """Round half away from zero, as printed tables do (四舍五入).

    A float is taken at its shortest text: 0.145 becomes 0.15 although its binary value lies below.
    """
    return exact(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class AreaUnitGuess:
    """What unit an area column is in.

    Attributes
    ----------
    unit : str or None
        ``"m2"``, ``"ha"``, ``"mu"``, or None where the median fits none within 2 %.
    ratio : float
        Median of attribute over geometry area in m²; nan without a usable pair.
    spread : float
        Width of the middle 90 % of the ratios, as a share of the median.
    mixed : bool
        Some values fit another unit than the column.
    """

    unit: str | None
    ratio: float
    spread: float
    mixed: bool


def detect_area_unit(attribute_values: Sequence[float] | Floats, geometry_area_m2: Floats) -> AreaUnitGuess:
    """Propose the unit of an area column from its median ratio to the geometry.

    Parameters
    ----------
    attribute_values : array of float, shape (n,)
        Delivered figures; nan and non-positive ones are passed over.
    geometry_area_m2 : array of float, shape (n,)
        Planar areas of the same features.
    """
    values = np.asarray(attribute_values, dtype=np.float64)
    areas = np.asarray(geometry_area_m2, dtype=np.float64)
    usable = np.isfinite(values) & np.isfinite(areas) & (values > 0) & (areas > 0)
    if not usable.any():
        return AreaUnitGuess(None, float("nan"), float("nan"), mixed=False)
    ratios = values[usable] / areas[usable]
    ordered = np.sort(ratios)
    # numpy's own median imports masked arrays, which takes longer than all the rest
    median = float((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)
    low, high = np.quantile(ratios, (0.05, 0.95))
    unit = next((name for name, r in UNIT_RATIOS.items() if abs(median / r - 1) <= UNIT_TOLERANCE), None)
    fitting = [bool((np.abs(ratios / r - 1) <= MIXED_TOLERANCE).any()) for r in UNIT_RATIOS.values()]
    return AreaUnitGuess(unit, median, float((high - low) / median), mixed=sum(fitting) > 1)
