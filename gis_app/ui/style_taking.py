"""Between a rule of a style and the controls of its parts: what they show, and what they make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gis_app.catalogue.style import Hatch, Label, Line, Marker, StyleRule
from gis_app.ui.style_parts import PARTS, Part


def shown(rule: StyleRule, id: str) -> dict[str, Any] | None:
    """Give a part of a rule by the names of its controls; None where it is not there."""
    if id == "fill":
        return {"colour": rule.fill, "opacity": rule.opacity} if rule.fill else None
    if id in ("offset", "scale", "strength"):
        return {measure.id: getattr(rule, measure.id) for measure in PARTS[id]}
    part = getattr(rule, id)
    if part is None:
        return None
    values = {measure.id: getattr(part, measure.id, None) for measure in PARTS[id]}
    if id == "hatch":
        values["angle"] = part.angle_deg
    if id == "label":
        values["halo"] = part.halo or "#ffffff"
    return values


def changed(rule: StyleRule, part: Part) -> StyleRule:
    """Give a rule with one part as its controls have it."""
    id = part.id
    if not part.on:
        return _with(rule, id, "" if id == "fill" else None)
    if id == "fill":
        return replace(rule, fill=part["colour"] or "#9db7d6", opacity=part["opacity"])
    if id in ("offset", "scale", "strength"):
        for measure in PARTS[id]:
            rule = _with(rule, measure.id, part[measure.id])
        return rule
    if id in ("outline", "casing"):
        dash = part["dash"] if id == "outline" else (rule.casing.dash if rule.casing is not None else ())
        return _with(rule, id, Line(part["colour"], part["width_mm"], dash))
    if id == "hatch":
        dash = rule.hatch.dash if rule.hatch is not None else ()
        made = Hatch(part["angle"], part["spacing_mm"], part["colour"], part["width_mm"], dash)
        return replace(rule, hatch=made)
    if id == "marker":
        turn = rule.marker.angle_deg if rule.marker is not None else 0.0
        return replace(rule, marker=Marker(part["shape"], part["size_mm"], part["colour"], turn))
    return replace(rule, label=_label(rule, part))


def _with(rule: StyleRule, id: str, value: Any) -> StyleRule:
    named: dict[str, Any] = {id: value}
    return replace(rule, **named)


def _label(rule: StyleRule, part: Part) -> Label | None:
    field = part["field"]
    if not field:
        return None
    return Label(
        field,
        part["size_mm"],
        part["colour"],
        part["halo"],
        part["smallest_scale"],
        part["along"],
        rule.label.priority if rule.label is not None else 0,
        part["bold"],
    )


NEW: Mapping[str, dict[str, Any]] = {
    "fill": {"colour": "#9db7d6", "opacity": 1.0},
    "hatch": {"colour": "#404040", "angle": 45.0, "spacing_mm": 2.0, "width_mm": 0.15},
    "outline": {"colour": "#404040", "width_mm": 0.25, "dash": ()},
    "casing": {"colour": "#ffffff", "width_mm": 0.8},
    "marker": {"colour": "#1a5276", "shape": "circle", "size_mm": 2.5},
    "label": {
        "field": "",
        "size_mm": 2.4,
        "colour": "#1b2330",
        "halo": "#ffffff",
        "smallest_scale": 10000.0,
        "along": False,
        "bold": False,
    },
}
"""What a part begins with when it is switched on."""
