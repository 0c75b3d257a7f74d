"""Coordinates as people type and paste them, read in every way that the numbers allow, the likeliest first.

Nothing is taken silently: each reading names its zone and which number it takes for the east. In survey X
points north and Y east, in most programs it is the other way round; the size of the numbers decides, and
where it does not, both readings are given.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyproj

from gis_app.geometry.operations import Operation, operation
from gis_app.geometry.systems import epsg_of, is_cgcs2000, same_crs
from gis_app.geometry.zones import (
    LATITUDES_DEG,
    LONGITUDES_DEG,
    NORTHINGS_M,
    PLAIN_EASTINGS_M,
    propose_zone,
)
from gis_app.language import Message, Refused

SHIFTED = re.compile(r"gcj|bd-?\s?09|火星|高德|百度|腾讯|baidu|amap|gaode|map\.qq", re.IGNORECASE)
"""Systems and services whose coordinates are shifted by some hundred metres."""
EAST = ("e", "东经", "东", "经度", "lon", "lng", "longitude", "横坐标", "east", "easting")
NORTH = ("n", "北纬", "北", "纬度", "lat", "latitude", "纵坐标", "north", "northing")
EITHER = ("x", "y")
"""North and east in survey, east and north elsewhere: these words alone decide nothing."""
SIGNS = str.maketrans("″”“秒′’‘分º度", "\"\"\"\"''''°°")
MOST = 4
"""Readings that are given."""
HIGHEST_M, LARGEST_NUMBER = 9000.0, 100_000.0
"""What is lower may be a height, or the number of a point."""
FAR_M = 100_000.0
"""A reading so far from the park is only given where there is no nearer one."""

_WORDS = "|".join(sorted((*EAST, *NORTH, *EITHER), key=len, reverse=True))
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_HYPHENS = re.compile(r"(?<![\d.])(\d{1,3})-(\d{1,2})-(\d{1,2}(?:\.\d+)?)(?![\d-])")
_VALUE = re.compile(
    rf"(?:(?<![a-z])(?P<before>{_WORDS})\s*[=:]?\s*|(?<![a-z\d.]))"
    r"(?P<degrees>\d+(?:\.\d+)?)(?![\d.])"
    r"(?:\s*(?P<sign>[°d:])\s*"
    r"(?:(?P<minutes>\d+(?:\.\d+)?)\s*['m:]?\s*(?:(?P<seconds>\d+(?:\.\d+)?)(?![\d.]|\s*[°d:])\s*(?:\"|''|s)?)?)?)?"
    r"(?(before)|(?:\s*(?P<after>[nesw])(?![a-z\d]))?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """One reading of what was typed.

    Attributes
    ----------
    x, y
        In the project's reference system, metres.
    epsg
        What the numbers were taken to be in; None for a project's own system without a code.
    basis
        Why: zone prefix, central meridian, degrees.
    order
        Which number was taken for what.
    both_orders
        The other order is possible too.
    away_m
        How far it lies from the park's middle, None without one.
    """

    x: float
    y: float
    epsg: int | None
    basis: Message
    order: Message
    both_orders: bool = False
    away_m: float | None = None


@dataclass(frozen=True)
class _Number:
    value: float
    word: str = ""
    degrees: bool = False


def read_place(
    text: str, crs: pyproj.CRS | None, near: tuple[float, float] | None = None
) -> tuple[Place, ...]:
    """Read a pair of coordinates.

    Parameters
    ----------
    text
        Grid coordinates of any CGCS2000 zone, 3 or 6 degrees, with or without its number in front; or
        longitude and latitude in degrees, or in degrees, minutes and seconds. Words for the axes, the name
        of a point before and a height after are allowed.
    crs
        The project's reference system, a projected grid in metres.
    near
        The park's middle in it, metres: of several meridians the one that brings the place there comes first.

    Returns
    -------
    tuple of Place
        At least one, the likeliest first.

    Raises
    ------
    Refused
        There are no two numbers in it, no Chinese system has such numbers, the text names a shifted system
        (GCJ-02, BD-09), or the project has no reference system.
    """
    if crs is None:
        raise Refused(Message("session.place_no_system"))
    if SHIFTED.search(text):
        raise Refused(Message("session.place_shifted"))
    first, second = _pair(text)
    orders = [
        (east, north, first_east)
        for east, north, first_east in ((first, second, True), (second, first, False))
        if east.word not in NORTH and north.word not in EAST
    ]
    if first.word in EITHER or not first.word:  # as survey has it: X, the first, is north
        orders = orders[::-1]
    found = [place for order in orders for place in _readings(*order, crs, near)]
    if not found:
        raise Refused(Message("session.place_nowhere", {"first": first.value, "second": second.value}))
    return _chosen(found, near)


def lonlat(place: tuple[float, float], crs: pyproj.CRS) -> tuple[float, float] | None:
    """Give longitude and latitude (degrees, of the grid's own datum) of a place in a grid (metres).

    Returns
    -------
    tuple or None
        None where the place lies outside the grid.
    """
    step = _degrees_of(crs)
    lon, lat = step.points(np.array([place[0]]), np.array([place[1]]))
    return (float(lon[0]), float(lat[0])) if np.isfinite(lon[0]) and np.isfinite(lat[0]) else None


@lru_cache(maxsize=8)
def _degrees_of(crs: pyproj.CRS) -> Operation:
    return operation(crs, crs if crs.geodetic_crs is None else crs.geodetic_crs)


def _chosen(found: list[Place], near: tuple[float, float] | None) -> tuple[Place, ...]:
    """The nearest first; what is far away only where it is the only reading, or the only one of its order."""
    if near is not None:
        found = [replace(place, away_m=math.dist((place.x, place.y), near)) for place in found]
        found.sort(key=lambda place: place.away_m or 0.0)
    orders: dict[str, list[Place]] = {}
    for place in found:
        orders.setdefault(place.order.id, []).append(place)
    chosen = []
    for places in orders.values():
        close = [place for place in places if place.away_m is not None and place.away_m < FAR_M]
        alone = places if len(orders) == 1 else places[:1]
        chosen += (close or alone)[: MOST // len(orders)]
    return tuple(replace(place, both_orders=len(orders) > 1) for place in chosen)


def _readings(
    east: _Number, north: _Number, first_east: bool, crs: pyproj.CRS, near: tuple[float, float] | None
) -> Iterator[Place]:
    """Every system in which the numbers can be, for one order of them."""
    e, n = east.value, north.value
    in_degrees = east.degrees or north.degrees or (_within(e, LONGITUDES_DEG) and _within(n, LATITUDES_DEG))
    order = _order(first_east, in_degrees, east, north)
    if in_degrees:
        if _within(e, LONGITUDES_DEG) and _within(n, LATITUDES_DEG):
            yield from _carried(e, n, 4490, Message("session.place_degrees"), order, crs)
        return
    if not is_cgcs2000(crs) and _within(n, NORTHINGS_M) and _within(e, PLAIN_EASTINGS_M):
        yield Place(e, n, epsg_of(crs), Message("session.place_own", {"name": crs.name}), order)
        return
    for proposal in propose_zone(e, n, e, n, None if near is None else lonlat(near, crs)):
        if not proposal.swapped_axes and proposal.role == "source":
            yield from _carried(e, n, proposal.epsg, proposal.basis, order, crs)


def _carried(
    e: float, n: float, epsg: int, basis: Message, order: Message, crs: pyproj.CRS
) -> Iterator[Place]:
    if same_crs(epsg, crs):
        yield Place(e, n, epsg, basis, order)
        return
    x, y = operation(epsg, crs).points(np.array([e]), np.array([n]))
    if np.isfinite(x[0]) and np.isfinite(y[0]):
        yield Place(float(x[0]), float(y[0]), epsg, basis, order)


def _order(first_east: bool, in_degrees: bool, east: _Number, north: _Number) -> Message:
    kind = "lonlat" if in_degrees else "grid"
    values = {"east": east.word.upper() or "", "north": north.word.upper() or ""}
    return Message(f"session.place_{kind}_{'east' if first_east else 'north'}_first", values)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


# --- from text to two numbers


def _pair(text: str) -> tuple[_Number, _Number]:
    numbers = _whole(list(_numbers(text)))
    if len(numbers) != 2:
        raise Refused(Message("session.place_no_pair", {"given": text.strip()[:60]}))
    return numbers[0], numbers[1]


def _numbers(text: str) -> Iterator[_Number]:
    plain = unicodedata.normalize("NFKC", text.translate(SIGNS))
    plain = _THOUSANDS.sub(lambda found: _joined(found[0]), plain)
    plain = _HYPHENS.sub(r"\1°\2'\3" + '"', plain)
    for found in _VALUE.finditer(plain):
        minutes, seconds = (float(found[part] or 0.0) for part in ("minutes", "seconds"))
        word = (found["before"] or found["after"] or "").lower()
        if minutes >= 60.0 or seconds >= 60.0 or word in ("s", "w"):
            raise Refused(Message("session.place_no_pair", {"given": text.strip()[:60]}))
        value = float(found["degrees"]) + minutes / 60.0 + seconds / 3600.0
        yield _Number(value, word, found["sign"] is not None)


def _joined(text: str) -> str:
    """Take commas out of a number that is long enough for a grid; else they part two numbers."""
    digits = text.replace(",", "")
    return digits if len(digits) >= 6 else text


def _whole(numbers: list[_Number]) -> list[_Number]:
    """Put degrees, minutes and seconds together; leave the number of a point and a height out."""
    plain = not any(number.degrees for number in numbers)
    if plain and len(numbers) in (4, 6) and all(number.value < 180.0 for number in numbers):
        each = len(numbers) // 2
        parts = [numbers[:each], numbers[each:]]
        if all(part.value < 60.0 for half in parts for part in half[1:]):
            return [_sexagesimal(half) for half in parts]
    if plain and len(numbers) > 2:
        large = [number for number in numbers if number.value >= LARGEST_NUMBER]
        small = [number for number in numbers if number.value < LARGEST_NUMBER]
        if len(large) == 2 and all(number.value < HIGHEST_M for number in small):
            return large
    return numbers


def _sexagesimal(parts: list[_Number]) -> _Number:
    value = sum(part.value / 60.0**place for place, part in enumerate(parts))
    return _Number(value, parts[0].word, degrees=True)
