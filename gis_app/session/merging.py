"""Deliveries of one feature type become one layer, unless they cover the same ground."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.overlap import intersection_area
from gis_app.language import Message, Refused
from gis_app.model import Completeness
from gis_app.session.delivery import Delivery

SAME_GROUND = 0.01
"""Two deliveries of which more than this share of the smaller lies on the other are the same ground twice."""


def refuse_same_ground(deliveries: Sequence[Delivery]) -> None:
    """Hold deliveries of one feature type against each other.

    Raises
    ------
    Refused
        Two of them cover the same ground and nobody said which holds: adding them up would count it twice.
    """
    for one, other in combinations(deliveries, 2):
        if _share(one, other) > SAME_GROUND:
            kind = one.kind
            raise Refused(
                Message(
                    "session.same_ground",
                    {
                        "first": one.table.path.name,
                        "second": other.table.path.name,
                        "feature_type": "" if kind is None else kind.id,
                        "percent": 100 * _share(one, other),
                    },
                )
            )


def _share(one: Delivery, other: Delivery) -> float:
    a, b = one.geometry, other.geometry
    if a is None or b is None or not len(a) or not len(b):
        return 0.0
    if shapely.get_dimensions(a).max() < 2 or shapely.get_dimensions(b).max() < 2:
        same = set(shapely.to_wkb(shapely.normalize(a))) & set(shapely.to_wkb(shapely.normalize(b)))
        return len(same) / min(len(a), len(b))
    smaller_m2 = min(float(shapely.area(a).sum()), float(shapely.area(b).sum()))
    return _common_m2(a, b) / smaller_m2 if smaller_m2 > 0 else 0.0


def _common_m2(a: NDArray[np.object_], b: NDArray[np.object_]) -> float:
    valid_a, valid_b = a[shapely.is_valid(a)], b[shapely.is_valid(b)]
    left, right = shapely.STRtree(valid_b).query(valid_a, predicate="intersects")
    return float(np.sum(intersection_area(valid_a[left], valid_b[right]))) if len(left) else 0.0


def completeness_of(deliveries: Sequence[Delivery]) -> Completeness:
    """What the sources of one layer vouch for together: grounds add up, the earliest day holds, and one guess spoils it."""
    stated = [_stated(delivery) for delivery in deliveries]
    if any(each is None for each in stated):
        return Completeness()
    known = [each for each in stated if each is not None]
    areas = [each.area for each in known if each.area is not None]
    days = [each.as_of for each in known if each.as_of is not None]
    return Completeness(
        shapely.union_all(areas) if areas else None,
        min(days) if len(days) == len(known) else None,
        known[0].source,
        known[0].source_date,
        all(each.confirmed_empty for each in known),
        any(each.proposed for each in known),
        any(each.lapsed for each in known),
    )


def _stated(delivery: Delivery) -> Completeness | None:
    answer = delivery.answer
    if answer is None or (answer.complete_within is None and answer.complete_as_of is None):
        return None
    main = dict(delivery.table.files).get(delivery.table.path, delivery.table.files[0][1])
    return Completeness(
        answer.complete_within,
        answer.complete_as_of,
        answer.source,
        answer.source_date,
        answer.confirmed_empty,
        answer.proposed,
        bool(answer.sha256) and answer.sha256 != main,
    )
