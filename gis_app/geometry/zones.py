"""What coordinates give away about their zone and axis order, and whether a declared CRS can be true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gis_app.geometry.operations import lonlat_bounds
from gis_app.geometry.systems import describe, grid_parameters, horizontal, is_cgcs2000, parse_crs
from gis_app.language import Message

Bounds = tuple[float, float, float, float]

# Mainland and islands of China: no grid number or degree of a Chinese delivery lies outside these.
NORTHINGS_M = (300_000.0, 6_000_000.0)
PLAIN_EASTINGS_M = (150_000.0, 850_000.0)
LONGITUDES_DEG = (72.0, 137.0)
LATITUDES_DEG = (3.0, 54.5)
SIX_DEGREE_ZONES = range(13, 24)
THREE_DEGREE_ZONES = range(25, 46)
MERIDIANS_DEG = range(75, 136, 3)
MILLION = 1_000_000
FALSE_EASTING_M = 500_000.0
HALF_ZONE_DEG = 1.5
PAST_ZONE_DEG = 0.25  # a park may reach over the border of its zone
EQUATOR_RADIUS_M = 6_378_137.0
METRES_PER_DEGREE = 111_000.0
USE_MARGIN_DEG = 0.5


@dataclass(frozen=True)
class ZoneProposal:
    """One CRS that the numbers allow.

    Attributes
    ----------
    epsg : int
    basis : Message
        Why it is proposed.
    swapped_axes : bool
        The first coordinate is the northing or latitude.
    role : str
        ``"source"``: what the numbers are in; ``"project"``: the grid to transform to, for data in degrees.
    certain : bool
        No other CGCS2000 grid fits the numbers (that the datum is CGCS2000 is not in the numbers).
    """

    epsg: int
    basis: Message
    swapped_axes: bool
    role: Literal["source", "project"] = "source"
    certain: bool = False


def propose_zone(
    xmin: float, ymin: float, xmax: float, ymax: float, near: tuple[float, float] | None = None
) -> list[ZoneProposal]:
    """Propose the CGCS2000 grid that coordinates are in; proposals are asked about, never applied.

    A prefix 13–23 names a 6-degree zone, 25–45 a 3-degree zone. Without prefix every central meridian fits
    and all are returned, nearest to `near` first. Degrees give EPSG:4490 as the source and the 3-degree grid
    of their centre as the project's.

    Parameters
    ----------
    xmin, ymin, xmax, ymax : float
        Bounds as delivered, first coordinate x.
    near : (longitude, latitude), optional
        A place the data should be near, in degrees, such as the seat of the county.

    Returns
    -------
    list of ZoneProposal
        Best first; empty when the numbers fit no Chinese system.
    """
    given: Bounds = (xmin, ymin, xmax, ymax)
    if not all(math.isfinite(number) for number in given):
        return []
    for bounds, swapped in ((given, False), (_swapped(given), True)):
        proposals = _degrees(bounds, swapped) or _prefixed(bounds, swapped) or _plain(bounds, swapped, near)
        if proposals:
            return proposals
    return []


def _swapped(bounds: Bounds) -> Bounds:
    return bounds[1], bounds[0], bounds[3], bounds[2]


def _within(low: float, high: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= low <= high <= limits[1]


def _degrees(bounds: Bounds, swapped: bool) -> list[ZoneProposal]:
    west, south, east, north = bounds
    if not (_within(west, east, LONGITUDES_DEG) and _within(south, north, LATITUDES_DEG)):
        return []
    longitude = (west + east) / 2
    meridian = min(MERIDIANS_DEG, key=lambda m: abs(m - longitude))
    values = {"longitude": longitude, "meridian": meridian}
    return [
        ZoneProposal(4490, Message("geometry.zone_degrees", values), swapped, "source"),
        ZoneProposal(_plain_code(meridian), Message("geometry.zone_of_centre", values), swapped, "project"),
    ]


def _plain_code(meridian: int) -> int:
    return 4534 + (meridian - 75) // 3


def _prefix(bounds: Bounds) -> int | None:
    """Give the zone prefix that both eastings carry, with a plausible easting behind it."""
    west, _, east, _ = bounds
    zone = int(west // MILLION)
    plain = _within(west - zone * MILLION, east - zone * MILLION, PLAIN_EASTINGS_M)
    return zone if plain and zone in (*SIX_DEGREE_ZONES, *THREE_DEGREE_ZONES) else None


def _prefixed(bounds: Bounds, swapped: bool) -> list[ZoneProposal]:
    zone = _prefix(bounds)
    if zone is None or not _within(bounds[1], bounds[3], NORTHINGS_M):
        return []
    values = {"prefix": zone}
    if zone in SIX_DEGREE_ZONES:
        code, basis = 4491 + zone - 13, Message("geometry.zone_six_prefix", values)
    else:
        code, basis = 4513 + zone - 25, Message("geometry.zone_three_prefix", values)
    return [ZoneProposal(code, basis, swapped, certain=True)]


def _plain(bounds: Bounds, swapped: bool, near: tuple[float, float] | None) -> list[ZoneProposal]:
    west, south, east, north = bounds
    if not (_within(west, east, PLAIN_EASTINGS_M) and _within(south, north, NORTHINGS_M)):
        return []
    degree_m = _degree_of_longitude_m(south, north)
    reach = max(abs(west - FALSE_EASTING_M), abs(east - FALSE_EASTING_M)) / degree_m
    three = reach <= HALF_ZONE_DEG + PAST_ZONE_DEG
    codes = {m: _plain_code(m) for m in MERIDIANS_DEG} if three else {75 + 6 * k: 4502 + k for k in range(11)}
    offset = ((west + east) / 2 - FALSE_EASTING_M) / degree_m
    meridians = sorted(codes, key=lambda m: (0.0 if near is None else abs(m + offset - near[0]), m))
    kind = "geometry.zone_no_prefix" if three else "geometry.zone_no_prefix_six"
    return [ZoneProposal(codes[m], Message(kind, {"meridian": m}), swapped) for m in meridians]


def _degree_of_longitude_m(south_m: float, north_m: float) -> float:
    latitude = math.radians((south_m + north_m) / 2 / METRES_PER_DEGREE)
    return math.radians(1) * EQUATOR_RADIUS_M * math.cos(latitude)


def check_plausible(crs: object, bounds: Sequence[float]) -> Message | None:
    """Say what is wrong between a declared CRS and the numbers under it.

    Parameters
    ----------
    crs : pyproj.CRS, int or str
        As declared.
    bounds : (xmin, ymin, xmax, ymax)
        Of the data, in that CRS, traditional GIS order.

    Returns
    -------
    Message or None
        None when nothing speaks against it. A grid without zone prefix under a wrong central meridian cannot
        be seen in the numbers unless it leaves the CRS's area of use.
    """
    known = horizontal(parse_crs(crs))
    xmin, ymin, xmax, ymax = (float(number) for number in bounds)
    given: Bounds = (xmin, ymin, xmax, ymax)
    values: dict[str, object] = {"crs": describe(known), "xmin": xmin, "ymin": ymin}
    values |= {"xmax": xmax, "ymax": ymax}
    if not all(math.isfinite(number) for number in given):
        return Message("geometry.bounds_not_finite", values)
    if known.is_geographic:
        return _wrong_degrees(given, values, chinese=is_cgcs2000(known)) or _outside_use(known, given, values)
    if max(abs(xmin), abs(xmax)) <= 180 and max(abs(ymin), abs(ymax)) <= 90:
        return Message("geometry.degrees_in_grid", values)
    grid = grid_parameters(known)
    prefixed = grid is not None and grid[1] % MILLION == FALSE_EASTING_M
    wrong = _wrong_prefix(given, grid[1], values) if grid is not None and prefixed else None
    return wrong or _outside_use(known, given, values)


def _wrong_degrees(bounds: Bounds, values: dict[str, object], chinese: bool) -> Message | None:
    xmin, ymin, xmax, ymax = bounds
    if not (_within(xmin, xmax, (-180.0, 360.0)) and _within(ymin, ymax, (-90.0, 90.0))):
        swapped = _within(ymin, ymax, (-180.0, 180.0)) and _within(xmin, xmax, (-90.0, 90.0))
        return Message("geometry.axes_swapped" if swapped else "geometry.grid_in_degrees", values)
    if chinese and _within(xmin, xmax, LATITUDES_DEG) and _within(ymin, ymax, LONGITUDES_DEG):
        return Message("geometry.axes_swapped", values)
    return None


def _wrong_prefix(bounds: Bounds, false_easting: float, values: dict[str, object]) -> Message | None:
    """Compare the zone prefix of the declared grid (0 for none) with that of the eastings."""
    declared = int(false_easting // MILLION)
    if _within(bounds[0], bounds[2], NORTHINGS_M):
        turned = _swapped(bounds)
        if _prefix(turned) is not None or _within(turned[0], turned[2], PLAIN_EASTINGS_M):
            return Message("geometry.axes_swapped", values)
    found = _prefix(bounds)
    plain = _within(bounds[0], bounds[2], PLAIN_EASTINGS_M)
    if (found is None and not plain) or declared == (found or 0):
        return None
    numbers = values | {"declared": declared, "found": found}
    if not declared:
        return Message("geometry.prefix_unexpected", numbers)
    return Message("geometry.prefix_missing" if found is None else "geometry.prefix_other", numbers)


def _outside_use(crs: object, bounds: Bounds, values: dict[str, object]) -> Message | None:
    """Say when the centre of the data lies outside the CRS's area of use, a small margin allowed."""
    known = parse_crs(crs)
    area = known.area_of_use
    degrees = lonlat_bounds(known, bounds)
    if degrees is None:
        return Message("geometry.outside_crs", values)
    if area is None or area.west > area.east:
        return None
    longitude, latitude = (degrees[0] + degrees[2]) / 2, (degrees[1] + degrees[3]) / 2
    beside = max(area.west - longitude, longitude - area.east, area.south - latitude, latitude - area.north)
    if beside <= USE_MARGIN_DEG:
        return None
    values |= {"longitude": longitude, "latitude": latitude, "use": area.name}
    return Message("geometry.outside_use", values)
