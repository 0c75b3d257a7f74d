"""Geometries as the bytes they were read as; shapely's objects are made of those that somebody asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ids = NDArray[np.int64]

NONE, POINT, LINE, POLYGON = -1, 0, 1, 2
"""What a geometry is drawn as, by its dimension; missing, empty and not finite ones as nothing."""
KERNELS = "gis_app.geometry.kernels"
"""Compiled code that reads faster; whoever loads it sees to it that it is compiled."""
_EMPTY_BYTES = 9  # a geometry of so few holds no coordinate
_SINGLE, _MULTI = (1, 2, 3), (4, 5, 6)


@dataclass(frozen=True)
class Ragged:
    """Coordinates and offsets of many geometries (n,), whatever kinds are among them.

    Attributes
    ----------
    kind
        (n,), ``NONE``, ``POINT``, ``LINE`` or ``POLYGON``.
    bounds
        (n, 4), NaN where there is nothing.
    coords
        (c, 2); shells run counter-clockwise and holes against them, whichever way they were stored.
    rings
        (r + 1,): ring (line, point) i has the coordinates ``rings[i]:rings[i + 1]``.
    parts
        (p + 1,): part (polygon with its holes) i has the rings ``parts[i]:parts[i + 1]``.
    features
        (n + 1,): feature i has the parts ``features[i]:features[i + 1]``.
    """

    kind: NDArray[np.int8]
    bounds: NDArray[np.float64]
    coords: NDArray[np.float64]
    rings: Ids
    parts: Ids
    features: Ids


class Packed:
    """Geometries (n,) as WKB in one buffer.

    Parameters
    ----------
    data : array of uint8
        Little-endian WKB, one after the other or with anything between.
    starts, lengths : array of int64, shape (n,)
        Where each lies; length 0 for a missing one.
    """

    def __init__(self, data: Bytes, starts: Ids, lengths: Ids) -> None:
        self._data, self._starts, self._lengths = data, starts, lengths

    def __len__(self) -> int:
        """Number of geometries."""
        return len(self._starts)

    def __getitem__(self, chosen: Any) -> Packed:
        """Some of them, by a mask or by places."""
        return Packed(self._data, self._starts[chosen], self._lengths[chosen])

    def shapes(self, places: Ids | None = None) -> NDArray[Any]:
        """Shapely geometries of all, or of those at ``places``; None where there is none.

        Raises
        ------
        shapely.errors.ShapelyError
            One is not WKB.
        """
        starts = self._starts if places is None else self._starts[places]
        lengths = self._lengths if places is None else self._lengths[places]
        whole = self._data.data
        pieces = [
            bytes(whole[start : start + length]) if length else None
            for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
        ]
        return np.asarray(shapely.from_wkb(np.array([*pieces, None], dtype=object)[:-1]), dtype=object)

    @cached_property
    def ragged(self) -> Ragged | None:
        """Coordinates and offsets; None where it holds what has none: mixtures, curves, empty parts."""
        kernels = sys.modules.get(KERNELS)
        if kernels is not None:
            return _by_kernel(kernels.read, self._data, self._starts, self._lengths)
        try:
            return plain(self._data, self._starts, self._lengths)
        except (_Unusual, IndexError):
            return None

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Bounds (n, 4), NaN where there is nothing."""
        ragged = self.ragged
        return np.asarray(shapely.bounds(self.shapes())) if ragged is None else ragged.bounds

    def followed_by(self, pieces: Sequence[bytes | None]) -> Packed:
        """These, and more behind them given as WKB."""
        if not pieces:
            return self
        more = packed(pieces)
        data = np.concatenate((self._data, more._data))
        starts = np.concatenate((self._starts, more._starts + len(self._data)))
        return Packed(data, starts, np.concatenate((self._lengths, more._lengths)))

    def replaced(self, places: Ids, pieces: Sequence[bytes | None]) -> Packed:
        """These with others, given as WKB, at ``places``."""
        both = self.followed_by(pieces)
        order = np.arange(len(self))
        order[places] = np.arange(len(self), len(both))
        return both[order]


def packed(pieces: Sequence[bytes | None]) -> Packed:
    """Geometries given as WKB, None for a missing one."""
    lengths = np.array([0 if piece is None else len(piece) for piece in pieces], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    data = np.frombuffer(b"".join(piece for piece in pieces if piece is not None), dtype=np.uint8)
    return Packed(data, starts, lengths)


class _Unusual(Exception):
    """A geometry that is no point, line or polygon, single or many, with something in every part."""


@dataclass
class _Walk:
    """One step further in all geometries at once: where each is, and what it still has to give."""

    at: Ids
    feature: Ids
    single: NDArray[np.int64]
    step_bytes: NDArray[np.int64]
    parts_left: Ids
    rings_left: Ids
    end: Ids


def _by_kernel(read: Callable[..., bool], data: Bytes, starts: Ids, lengths: Ids) -> Ragged | None:
    count, room = len(starts), int(lengths.sum())
    kind, bounds = np.empty(count, dtype=np.int8), np.empty((count, 4))
    # as much as there can be at most: what is not filled takes no memory
    coords = np.empty((room // 16 + 1, 2))
    rings, parts = np.empty((2, room // 20 + 2), dtype=np.int64)
    features = np.empty(count + 1, dtype=np.int64)
    if not data.flags.writeable:  # the kernel is compiled for arrays that are
        data = data.copy()
    if not read(data, starts, lengths, kind, bounds, coords, rings, parts, features):
        return None
    parts = parts[: features[-1] + 1]
    rings = rings[: parts[-1] + 1]
    return Ragged(kind, bounds, coords[: rings[-1]], rings, parts, features)


def plain(data: Bytes, starts: Ids, lengths: Ids) -> Ragged:
    """The same as the kernel, by numpy alone."""
    there = np.flatnonzero(lengths > _EMPTY_BYTES)
    kinds, walk = _begun(data, starts, lengths, there)
    kind = np.full(len(starts), NONE, dtype=np.int8)
    kind[there] = kinds
    found: list[tuple[Ids, Ids, Ids, NDArray[np.int64], NDArray[np.bool_]]] = []
    while len(walk.at):
        found.append(_step(data, walk))
        walk = _going_on(walk)
    feature, at, count, step_bytes, opens = (
        np.concatenate(column) if column else np.empty(0, dtype=np.int64)
        for column in (zip(*found, strict=True) if found else ((),) * 5)
    )
    if len(found) > 1:
        order = np.argsort(feature, kind="stable")
        feature, at, count, step_bytes, opens = (
            column[order] for column in (feature, at, count, step_bytes, opens)
        )
    is_shell = opens.astype(bool)
    coords, rings = _coordinates(data, at, count, step_bytes), _offsets(count)
    parts = np.append(np.flatnonzero(is_shell), len(at)).astype(np.int64)
    features = _offsets(np.bincount(feature[is_shell], minlength=len(starts)))
    areal = np.flatnonzero(kind[feature] == POLYGON)
    _turn(coords, rings, areal, is_shell[areal])
    bounds = _bounds(coords, rings[parts[features]])
    unusable = ~np.isfinite(bounds).all(axis=1)
    kind[unusable], bounds[unusable] = NONE, np.nan
    return Ragged(kind, bounds, coords, rings, parts, features)


def _turn(coords: NDArray[np.float64], rings: Ids, some: Ids, is_shell: NDArray[np.bool_]) -> None:
    """Let shells run counter-clockwise and holes against them."""
    if not len(some):
        return
    x, y = (coords[:, axis] - np.repeat(coords[rings[:-1], axis], np.diff(rings)) for axis in (0, 1))
    crossed = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    crossed[rings[1:] - 1] = 0.0  # from one ring to the next there is no edge
    turned = some[(np.add.reduceat(crossed, rings[:-1])[some] > 0.0) != is_shell]
    count = rings[turned + 1] - rings[turned]
    ends = np.cumsum(count)
    along = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - count, count)
    coords[np.repeat(rings[turned], count) + along] = coords[np.repeat(rings[turned + 1] - 1, count) - along]


def _bounds(coords: NDArray[np.float64], starts: Ids) -> NDArray[np.float64]:
    found = np.full((len(starts) - 1, 4), np.nan)
    full = np.flatnonzero(starts[1:] > starts[:-1])
    if len(full):
        for axis in (0, 1):
            values = np.ascontiguousarray(coords[:, axis])
            found[full, axis] = np.minimum.reduceat(values, starts[full])
            found[full, axis + 2] = np.maximum.reduceat(values, starts[full])
    return found


def _begun(data: Bytes, starts: Ids, lengths: Ids, there: Ids) -> tuple[NDArray[np.int8], _Walk]:
    at = starts[there]
    code, step_bytes = _heads(data, at)
    if not np.isin(code, (*_SINGLE, *_MULTI)).all():
        raise _Unusual
    many = code > 3
    single = np.where(many, code - 3, code)
    parts = np.ones(len(at), dtype=np.int64)
    parts[many] = _words(data)[at[many] + 5]
    none, end = np.zeros_like(parts), at + lengths[there]
    walk = _Walk(np.where(many, at + 9, at), there, single, step_bytes, parts, none, end)
    return (single - 1).astype(np.int8), walk


def _step(data: Bytes, walk: _Walk) -> tuple[Ids, Ids, Ids, Ids, NDArray[np.bool_]]:
    """The next ring of each: of which, where and how many its coordinates are, how long, if a part opens."""
    opens = walk.rings_left == 0
    part = np.flatnonzero(opens)
    code, _ = _heads(data, walk.at[part])
    if (code != walk.single[part]).any():
        raise _Unusual
    is_polygon = code == 3
    walk.at[part] += np.where(is_polygon, 9, 5)
    walk.rings_left[part] = 1
    polygons = part[is_polygon]
    walk.rings_left[polygons] = _words(data)[walk.at[polygons] - 4]
    walk.parts_left[part] -= 1
    is_point = walk.single == 1
    count = np.ones(len(walk.at), dtype=np.int64)
    count[~is_point] = _words(data)[walk.at[~is_point]]
    if (walk.rings_left == 0).any() or (count == 0).any():
        raise _Unusual
    coordinates = np.where(is_point, walk.at, walk.at + 4)
    walk.at = coordinates + count * walk.step_bytes
    walk.rings_left -= 1
    return walk.feature, coordinates, count, walk.step_bytes, opens


def _going_on(walk: _Walk) -> _Walk:
    """Those that have something left."""
    left = (walk.rings_left > 0) | (walk.parts_left > 0)
    if (walk.at[~left] != walk.end[~left]).any():
        raise _Unusual  # something follows it, or some of it is missing
    if left.all():
        return walk
    return _Walk(*(getattr(walk, name)[left] for name in _Walk.__dataclass_fields__))


def _heads(data: Bytes, at: Ids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Type and bytes a coordinate of the geometries whose heads begin at ``at``."""
    if (data[at] != 1).any():
        raise _Unusual  # big-endian: nobody writes it
    code = _words(data)[at + 1].astype(np.int64)
    return code % 1000, np.array([16, 24, 24, 32], dtype=np.int64)[np.minimum(code // 1000, 3)]


def _words(data: Bytes) -> NDArray[np.uint32]:
    """The 32-bit number that begins at each byte, without a copy."""
    return np.ndarray((max(len(data) - 3, 0),), "<u4", data, strides=(1,))


def _coordinates(data: Bytes, at: Ids, count: Ids, step_bytes: NDArray[np.int64]) -> NDArray[np.float64]:
    if not len(at):
        return np.empty((0, 2))
    ends = np.cumsum(count)
    first = np.repeat(at - (ends - count) * step_bytes, count)
    if (step_bytes == 16).all():
        first += np.arange(0, int(ends[-1]) * 16, 16)
    else:
        first += np.arange(int(ends[-1])) * np.repeat(step_bytes, count)
    # a coordinate as one number of 16 bytes, at whichever byte it begins
    pairs = np.ndarray((len(data) - 15,), "<c16", data, strides=(1,))[first]
    return np.asarray(pairs.view(np.float64).reshape(-1, 2))


def _offsets(counts: NDArray[Any]) -> Ids:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
