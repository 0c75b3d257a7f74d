"""The layer tree before anything is in it: its groups, what is visible at first, what is counted by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gis_app.ui.desk import Desk

GROUPS: Mapping[str, tuple[str, ...]] = {
    "notes": ("annotation",),
    "scope": ("proposal_block", "park_boundary", "other_park"),
    "lines": (
        "permanent_basic_farmland",
        "ecological_red_line",
        "urban_development_boundary",
        "exclusion_zone",
    ),
    "land": ("supply_parcel", "reserve_parcel", "approval_batch", "plan_parcel", "survey_polygon"),
    "works": (
        "standard_factory",
        "road",
        "street_lamp",
        "sewage_facility",
        "sewer_pipe",
        "manhole",
        "improvement_project",
    ),
    "firms": ("enterprise", "enterprise_request"),
    "names": ("village", "landmark"),
}
"""Groups from the top of the tree down, and the feature types in each, topmost first."""
FOLDED = ("works", "firms", "names")
SHOWN = frozenset(
    {
        "annotation",
        "park_boundary",
        "permanent_basic_farmland",
        "ecological_red_line",
        "urban_development_boundary",
        "supply_parcel",
        "survey_polygon",
        "plan_parcel",
        "road",
        "village",
        "enterprise",
    }
)
"""What is visible when a park is opened, besides the chosen proposal."""


def grouped(desk: Desk) -> dict[str, tuple[str, ...]]:
    """Give the groups with the feature types in each; in the last one the ids of what fits in none."""
    park = desk.park
    known = {kind for kinds in GROUPS.values() for kind in kinds}
    layers = {} if park is None else park.project.layers
    rest = tuple(id for id, layer in layers.items() if layer.feature_type.id not in known)
    return {**GROUPS, "other": rest}


def findings_by_layer(desk: Desk) -> Counter[str]:
    """Count what fails, by the layer it fails in; a proposal's own also at its blocks."""
    counts: Counter[str] = Counter()
    park = desk.park
    if park is None:
        return counts
    for finding in park.findings(desk.proposal):
        if finding["state"] == "fail":
            if finding["proposal"]:
                counts[f"proposal_block/{finding['proposal']}"] += 1
            if finding["layer"] and not (finding["proposal"] and finding["layer"] == "proposal_block"):
                counts[finding["layer"]] += 1
    return counts
