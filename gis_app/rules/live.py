"""What an edit that is not made yet would change: rules about features and neighbours, near it alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.catalogue.rule_set import Rule
from gis_app.model import GEOMETRY, Changeset, Layer, Project, View
from gis_app.rules.engine import judge
from gis_app.rules.finding import Finding

SCOPES = ("feature", "neighbour")
"""What can be judged by looking at the place alone; everything wider is judged anew after the edit."""
NEAR_M = 5.0
"""How far around the edit neighbours are looked at."""
ORDER = ("fail", "cannot_tell", "pass", "not_applicable")


@dataclass(frozen=True)
class Change:
    """A rule whose state near the edit would be another one.

    ``before`` and ``after`` are states, ``finding`` the worst of what the rule would find.
    """

    rule: Rule
    before: str
    after: str
    finding: Finding


def changes(project: Project, changeset: Changeset, catalogue: Catalogue) -> list[Change]:
    """Give the rules that an edit would bring into another state where it is made, the worst first.

    Parameters
    ----------
    project
        As it is; it is not touched.
    changeset
        What the edit would be.
    """
    seen = View(project, changeset)
    found: list[Change] = []
    for id in dict.fromkeys(record.table for record in changeset.records):
        if id in project.layers and len(project.layers[id].geometry):
            around = _around(changeset, project.layers[id])
            if around is not None:
                before = _worst(project, id, around, catalogue)
                after = _worst(seen, id, around, catalogue)
                found += [
                    Change(finding.rule, before[rule].state, finding.state, finding)
                    for rule, finding in after.items()
                    if rule in before and before[rule].state != finding.state
                ]
    return sorted(found, key=lambda change: ORDER.index(change.after))


def _around(changeset: Changeset, layer: Layer) -> tuple[float, float, float, float] | None:
    """Bounds of what is changed, before and after, widened; None where nothing of it has a place."""
    records = [record for record in changeset.records if record.table == layer.id]
    shapes = [
        shape
        for record in records
        for row in (record.before, record.after)
        if row is not None and isinstance(shape := row.get(GEOMETRY), BaseGeometry)
    ]
    there = [int(record.id) for record in records if layer.table.has([int(record.id)])[0]]
    shapes += [shape for shape in layer.rows(there, [GEOMETRY])[GEOMETRY] if shape is not None]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    return (west - NEAR_M, south - NEAR_M, east + NEAR_M, north + NEAR_M)


def _worst(
    project: Project, id: str, around: tuple[float, float, float, float], catalogue: Catalogue
) -> dict[str, Finding]:
    """Rule → the worst it finds in the part of a layer."""
    layer = project.layers[id]
    part = replace(project, layers={id: layer.part(layer.near(around))})
    worst: dict[str, Finding] = {}
    for finding in judge(part, catalogue, SCOPES):
        known = worst.get(finding.rule.id)
        if known is None or ORDER.index(finding.state) < ORDER.index(known.state):
            worst[finding.rule.id] = finding
    return worst
