"""Deliveries of one feature type become one layer, unless they cover the same ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.overlap import intersection_area
from gis_app.language import Message, Refused
from gis_app.model import Completeness
from gis_app.session.answers import Answers, FileAnswer
from gis_app.session.delivery import UNRECOGNISED, Delivery

SAME_GROUND = 0.01
"""Two deliveries of which more than this share of the smaller lies on the other are the same ground twice."""


def layer_id(delivery: Delivery) -> str:
    """The layer that a delivery becomes, or a part of."""
    table = delivery.table
    return delivery.kind.id if delivery.kind is not None else f"{UNRECOGNISED}:{table.path.stem}:{table.name}"


def judged(answer: FileAnswer | None, answers: Answers) -> bool:
    """Whether a file is of the park's own period; one of another period is not judged."""
    period = answer.period if answer is not None and not answer.proposed else ""
    return not period or not answers.period or period == answers.period


def set_aside(deliveries: Sequence[Delivery], answers: Answers) -> dict[int, Message]:
    """Deliveries, by position, that do not become a layer, and why.

    Those of another period; parts of a whole that is itself delivered in the park's period, since the
    whole has their ground already; and tables without shapes of a feature type that other files bring with
    shapes.
    """
    found: dict[int, Message] = {}
    for position, delivery in enumerate(deliveries):
        if not judged(delivery.answer, answers):
            period = "" if delivery.answer is None else delivery.answer.period
            values = {"file": delivery.table.path.name, "period": period, "park": answers.period}
            found[position] = Message("session.other_period", values)
    here = {d.table.path.resolve(): d for i, d in enumerate(deliveries) if i not in found}
    placed = {layer_id(d) for d in here.values() if d.geometry is not None}
    for position, delivery in enumerate(deliveries):
        whole = _whole(delivery, here, answers)
        if position not in found and whole is not None:
            values = {"file": delivery.table.path.name, "whole": whole.table.path.name}
            found[position] = Message("session.part_of_whole", values)
        elif position not in found and delivery.geometry is None and layer_id(delivery) in placed:
            found[position] = Message("session.table_beside_shapes", {"file": delivery.table.path.name})
    return found


def _whole(part: Delivery, here: Mapping[Path, Delivery], answers: Answers) -> Delivery | None:
    """The delivery that a part lies in by the folder's answers.

    None for a ring of files that are parts of each other.
    """
    seen, at = [part], part
    while at.answer is not None and at.answer.part_of and not at.answer.proposed:
        above = here.get((answers.folder / at.answer.part_of).resolve())
        if above is None or layer_id(above) != layer_id(part):
            break
        if any(above is each for each in seen):
            return None
        seen.append(above)
        at = above
    return None if at is part else at


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
    """What the sources of one layer vouch for together.

    Grounds add up, the earliest day holds, and one guess spoils it.
    """
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
    return Completeness(
        answer.complete_within,
        answer.complete_as_of,
        answer.source,
        answer.source_date,
        answer.confirmed_empty,
        answer.proposed,
        bool(answer.sha256) and answer.sha256 != delivery.table.digest,
    )
