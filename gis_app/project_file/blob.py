"""Geometry as GeoPackage binary (OGC 12-128r19, clause 2.1.3): header with envelope, then ISO WKB."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_EMPTY_BIT = 0x10
_ENVELOPE_SIZES = (0, 32, 48, 48, 64)
_HEADER = np.dtype(
    [("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs_id", "<i4"), ("envelope", "<f8", 4)]
)
_SHORT = 8

Bounds = tuple[float, float, float, float]


def encode(geometry: Sequence[Any] | NDArray[Any], srs_id: int) -> list[bytes | None]:
    """Geometries (n,) as blobs; None stays None.

    Every geometry that is not empty carries its envelope (minx, maxx, miny, maxy); little-endian throughout.
    """
    shapes = np.asarray(geometry, dtype=object)
    if len(shapes) == 0:
        return []
    bounds = shapely.bounds(shapes)
    headers = np.zeros(len(shapes), dtype=_HEADER)
    headers["magic"], headers["flags"], headers["srs_id"] = b"GP", 3, srs_id
    headers["envelope"] = bounds[:, [0, 2, 1, 3]]
    empty = shapely.is_empty(shapes)
    headers["flags"][empty] = _EMPTY_BIT | 1
    raw, size = headers.tobytes(), _HEADER.itemsize
    wkb = shapely.to_wkb(shapes, flavor="iso", byte_order=1)
    lengths = np.where(empty, _SHORT, size).tolist()
    return [
        None if body is None else raw[at : at + length] + body
        for at, length, body in zip(range(0, len(raw), size), lengths, wkb, strict=True)
    ]


def decode(blobs: Sequence[bytes | None]) -> NDArray[Any]:
    """Geometries (n,) of blobs, None where there is none; ValueError where one is not GeoPackage binary."""
    wkb = np.array([None if blob is None else blob[header_size(blob) :] for blob in blobs], dtype=object)
    return np.asarray(shapely.from_wkb(wkb), dtype=object)


def header_size(blob: bytes) -> int:
    """Number of bytes before the WKB; ValueError where it is not standard GeoPackage binary."""
    code = (blob[3] >> 1) & 7 if len(blob) >= _SHORT and blob[:2] == b"GP" else 7
    if code >= len(_ENVELOPE_SIZES):
        raise ValueError("not GeoPackage binary")
    return _SHORT + _ENVELOPE_SIZES[code]


def srs_of(blob: bytes) -> int:
    """The ``srs_id`` in the header."""
    return int(struct.unpack_from("<i" if blob[3] & 1 else ">i", blob, 4)[0])


def bounds_of(blob: bytes | None) -> Bounds | None:
    """Bounds (minx, maxx, miny, maxy); None for no or an empty geometry.

    Other programs leave the envelope out for points; then the WKB is read.
    """
    if not isinstance(blob, bytes) or is_empty(blob):
        return None
    if header_size(blob) >= _SHORT + 32:
        minx, maxx, miny, maxy = struct.unpack_from("<4d" if blob[3] & 1 else ">4d", blob, _SHORT)
        return minx, maxx, miny, maxy
    x0, y0, x1, y1 = shapely.bounds(shapely.from_wkb(blob[header_size(blob) :]))
    return float(x0), float(x1), float(y0), float(y1)


def is_empty(blob: bytes) -> bool:
    """Whether the header says that the geometry is empty."""
    return bool(blob[3] & _EMPTY_BIT)
