"""Which columns of a layer rules read: what their inputs declare, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from gis_app.catalogue import Catalogue, FeatureType
from gis_app.model import GEOMETRY
from gis_app.rules.engine import EVERY_LAYER, PROPOSAL_FIELD

CLASS_FIELD = "class_field"


def columns_read(kind: FeatureType, catalogue: Catalogue) -> frozenset[str]:
    """Give the columns that any rule reads of a layer of this type; empty where none reads it."""
    found: set[str] = set()
    for rules in catalogue.rule_sets.values():
        for given in (given for rule in rules.rules for given in rule.inputs.values()):
            if isinstance(given, Mapping) and given.get("layer") in (kind.id, EVERY_LAYER):
                named = (*given.get("fields", ()), *given.get("optional_fields", ()), *given.get("where", ()))
                found |= {kind.class_field if name == CLASS_FIELD else name for name in named}
                found |= {GEOMETRY, PROPOSAL_FIELD}
    return frozenset(found - {""})
