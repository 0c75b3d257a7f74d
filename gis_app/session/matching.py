"""Which feature of one state is which of another: by id within a project, else by shape, key and ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.polygons import array_of, robust
from gis_app.model import Layer

LEAST_SHARE = 0.5
"""Of the larger of two features: with less common ground they are not the same one."""

Pairs = list[tuple[int, int]]
Shapes = NDArray[Any]


def by_id(before: Layer, after: Layer) -> Pairs:
    """Features of one project at two moments; ids are for ever."""
    return [(fid, fid) for fid in sorted(set(before.fids.tolist()) & set(after.fids.tolist()))]


def by_likeness(before: Layer, after: Layer, shapes: Shapes) -> Pairs:
    """Features of two deliveries: the same shape, else the same key, else most of the same ground.

    ``shapes`` are those of ``after`` in the reference system of ``before``.
    """
    one = dict(zip(before.fids.tolist(), before.geometry, strict=False))
    other = dict(zip(after.fids.tolist(), shapes, strict=False))
    left, right = list(before.fids.tolist()), list(after.fids.tolist())
    pairs: Pairs = []
    for found in (_same_shape, _same_key, _same_ground):
        new = found(before, after, left, right, one, other)
        pairs += new
        taken = {a for a, _ in new}, {b for _, b in new}
        left = [fid for fid in left if fid not in taken[0]]
        right = [fid for fid in right if fid not in taken[1]]
    return sorted(pairs)


def _same_shape(
    before: Layer, after: Layer, left: list[int], right: list[int], one: dict[int, Any], other: dict[int, Any]
) -> Pairs:
    keys = [
        {
            fid: None if shapes.get(fid) is None else shapely.to_wkb(shapely.normalize(shapes[fid]))
            for fid in fids
        }
        for shapes, fids in ((one, left), (other, right))
    ]
    return _unique(keys[0].items(), keys[1].items())


def _same_key(
    before: Layer, after: Layer, left: list[int], right: list[int], one: dict[int, Any], other: dict[int, Any]
) -> Pairs:
    """The first field that says who a feature is and is filled and different in all that are left."""
    for field in before.feature_type.fields:
        if (field.on_split != "keep" and one) or field.type != "text":
            continue
        if not (before.has(field.id) and after.has(field.id)):
            continue
        columns = [
            layer.rows(fids, [field.id])[field.id].tolist()
            for layer, fids in ((before, left), (after, right))
        ]
        pairs = _unique(zip(left, columns[0], strict=True), zip(right, columns[1], strict=True))
        if one:
            pairs = [(a, b) for a, b in pairs if _meet(one.get(a), other.get(b))]
        if pairs:
            return pairs
    return []


def _meet(one: Any, other: Any) -> bool:
    return one is not None and other is not None and bool(shapely.dwithin(one, other, 1.0))


def _same_ground(
    before: Layer, after: Layer, left: list[int], right: list[int], one: dict[int, Any], other: dict[int, Any]
) -> Pairs:
    a = [fid for fid in left if one.get(fid) is not None and one[fid].area and one[fid].is_valid]
    b = [fid for fid in right if other.get(fid) is not None and other[fid].area and other[fid].is_valid]
    if not a or not b:
        return []
    first, second = (array_of(shapes) for shapes in (
        [one[fid] for fid in a], [other[fid] for fid in b]
    ))  # fmt: skip
    i, j = shapely.STRtree(second).query(first, predicate="intersects")
    shared = shapely.area(robust(shapely.intersection, first[i], second[j]))
    share = shared / np.maximum(shapely.area(first)[i], shapely.area(second)[j])
    pairs: Pairs = []
    used: tuple[set[int], set[int]] = (set(), set())
    for place in np.argsort(-share, kind="stable").tolist():
        x, y = a[i[place]], b[j[place]]
        if share[place] >= LEAST_SHARE and x not in used[0] and y not in used[1]:
            pairs.append((x, y))
            used[0].add(x)
            used[1].add(y)
    return pairs


def _unique(one: Iterable[tuple[int, Hashable]], other: Iterable[tuple[int, Hashable]]) -> Pairs:
    """Ids whose value is filled and occurs once on either side."""
    sides = [list(one), list(other)]
    counts = [Counter(value for _, value in side) for side in sides]
    known = {value: fid for fid, value in sides[1] if value is not None and counts[1][value] == 1}
    return [(fid, known[value]) for fid, value in sides[0] if counts[0][value] == 1 and value in known]
