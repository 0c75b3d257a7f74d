"""What a coordinate system is: reading one, its code, its datum, its grid."""

from __future__ import annotations

import re
from functools import lru_cache

import pyproj
from pyproj.exceptions import CRSError

from gis_app.language import Message, Refused

WEB_MERCATOR_CODES = {3857, 900913, 3785, 102100, 102113}
TRANSVERSE = "Transverse Mercator"
WEB_MERCATOR_METHODS = {"Popular Visualisation Pseudo Mercator", "Mercator (1SP) (Spherical)"}
CGCS2000_NAMES = {
    "china 2000",
    "china geodetic coordinate system 2000",
    "cgcs2000",
    "cgcs 2000",
    "china 2000 geodetic",
    "china2000",
}
WGS84_NAMES = {
    "wgs 1984",
    "wgs 84",
    "wgs84",
    "world geodetic system 1984",
    "world geodetic system 1984 ensemble",
}
ON_EQUATOR = {"scale factor at natural origin": 1.0, "latitude of natural origin": 0.0, "false northing": 0.0}
PARAMETER_TOLERANCE = 1e-9


def parse_crs(value: object) -> pyproj.CRS:
    """Read a CRS from an EPSG number, ``"EPSG:4546"``, a PROJ string or WKT of any dialect.

    Raises
    ------
    Refused
        Nothing names it, or it is not a CRS.
    """
    if isinstance(value, pyproj.CRS):
        return value
    text = str(value).strip()
    if not text or value is None or isinstance(value, bool):
        raise Refused(Message("geometry.crs_missing"))
    try:
        return _parsed(text)
    except CRSError as error:
        raise Refused(Message("geometry.crs_unknown", {"given": text[:80]})) from error


@lru_cache(maxsize=256)
def _parsed(text: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(int(text) if text.isdigit() else text)


def horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """Give the horizontal CRS inside a bound or compound one."""
    if crs.is_bound and crs.source_crs is not None:
        return horizontal(crs.source_crs)
    if crs.is_compound and crs.sub_crs_list:
        return horizontal(crs.sub_crs_list[0])
    return crs


def is_web_mercator(crs: object) -> bool:
    """Say whether it is one of the Mercators of web maps (3857, 900913, 3785)."""
    return _is_web_mercator(horizontal(parse_crs(crs)))


@lru_cache(maxsize=256)
def _is_web_mercator(known: pyproj.CRS) -> bool:
    conversion = known.coordinate_operation
    if conversion is not None and conversion.method_name == TRANSVERSE:  # told without a look for its code
        return False
    return (conversion is not None and conversion.method_name in WEB_MERCATOR_METHODS) or (
        known.to_epsg() in WEB_MERCATOR_CODES
    )


def is_metre_grid(crs: object) -> bool:
    """Say whether areas may be taken in it: projected, both axes in metres, not a Web Mercator."""
    known = horizontal(parse_crs(crs))
    if not known.is_projected or is_web_mercator(known):
        return False
    return all(abs(axis.unit_conversion_factor - 1) < PARAMETER_TOLERANCE for axis in known.axis_info[:2])


def _datum_name(crs: pyproj.CRS) -> str:
    datum = horizontal(crs).datum
    name = "" if datum is None else re.sub(r"[\s_]+", " ", datum.name.lower()).strip()
    return name.removeprefix("d ")


def is_cgcs2000(crs: object) -> bool:
    """Say whether its datum is CGCS2000, under the name of EPSG, of ESRI or of Chinese programs."""
    return _datum_name(parse_crs(crs)) in CGCS2000_NAMES


def is_wgs84(crs: object) -> bool:
    """Say whether its datum is WGS 84."""
    return _datum_name(parse_crs(crs)) in WGS84_NAMES


def epsg_of(crs: object) -> int | None:
    """Give the EPSG code, also for ESRI WKT and for CGCS2000 grids under a private name.

    Returns
    -------
    int or None
        None where no code has this datum and these projection parameters.
    """
    return _epsg_of(horizontal(parse_crs(crs)))


@lru_cache(maxsize=256)
def _epsg_of(known: pyproj.CRS) -> int | None:
    code = known.to_epsg()
    return code if code is not None else _cgcs2000_code(known)


def _cgcs2000_code(crs: pyproj.CRS) -> int | None:
    """Find the code of a CGCS2000 CRS by its numbers; names are whatever the writing program liked."""
    if not is_cgcs2000(crs):
        return None
    if crs.is_geographic:
        return 4490
    numbers = grid_parameters(crs)
    if numbers is None:
        return None
    meridian, easting = numbers
    return _gauss_kruger_codes().get((round(meridian, 6), round(easting, 3)))


def grid_parameters(crs: object) -> tuple[float, float] | None:
    """Give central meridian (degrees) and false easting (metres) of a Gauss-Krüger grid.

    Returns
    -------
    tuple or None
        None unless it is a transverse Mercator of scale 1 on the equator without false northing, in metres.
    """
    known = horizontal(parse_crs(crs))
    conversion = known.coordinate_operation
    if not is_metre_grid(known) or conversion is None:
        return None
    if not re.search("transverse mercator|gauss", conversion.method_name.lower()):
        return None
    found = {parameter.name.lower().replace("_", " "): parameter.value for parameter in conversion.params}
    if any(
        abs(float(found.get(name, want)) - want) > PARAMETER_TOLERANCE for name, want in ON_EQUATOR.items()
    ):
        return None
    meridian, easting = found.get("longitude of natural origin"), found.get("false easting", 0.0)
    return None if meridian is None else (float(meridian), float(easting))


@lru_cache(maxsize=1)
def _gauss_kruger_codes() -> dict[tuple[float, float], int]:
    """Give every CGCS2000 grid code by meridian and false easting; 3-degree goes before 6-degree."""
    six = {(6.0 * z - 3, z * 1e6 + 5e5): 4491 + z - 13 for z in range(13, 24)}
    six |= {(75.0 + 6 * k, 5e5): 4502 + k for k in range(11)}
    three = {(3.0 * z, z * 1e6 + 5e5): 4513 + z - 25 for z in range(25, 46)}
    return six | three | {(75.0 + 3 * k, 5e5): 4534 + k for k in range(21)}


def name_of(crs: object) -> str:
    """Give the CRS's own name."""
    return parse_crs(crs).name


def describe(crs: object) -> str:
    """Give code and name, ``"EPSG:4546 CGCS2000 / 3-degree Gauss-Kruger CM 111E"``, or the name alone."""
    code = epsg_of(crs)
    return name_of(crs) if code is None else f"EPSG:{code} {parse_crs(code).name}"


def same_crs(one: object, other: object) -> bool:
    """Say whether two CRS give the same coordinates in traditional GIS order (east, north)."""
    first, second = parse_crs(one), parse_crs(other)
    codes = epsg_of(first), epsg_of(second)
    if None not in codes:
        return codes[0] == codes[1]
    return bool(first.equals(second, ignore_axis_order=True))
