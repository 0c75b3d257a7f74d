"""What a would-be changeset does, in a few lines: areas by class, and the rules that would change state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.edits.naming import label
from gis_app.geometry.area import to_mu
from gis_app.model import Changeset, Layer, Project
from gis_app.rules.live import changes
from gis_app.ui.look import Look

if TYPE_CHECKING:
    from gis_app.ui.editing.bench import Bench

MOST_CLASSES = 4
MOST_RULES = 4
MOST_SHAPES = 200


def lines(changeset: Changeset, project: Project, catalogue: Catalogue, look: Look) -> list[str]:
    """Give the lines of the strip beside the pointer."""
    language = look.language
    found = []
    for id, areas_m2 in _area_m2(changeset, project).items():
        layer = project.layers[id]
        named = sorted(areas_m2.items(), key=lambda item: -abs(item[1]))[:MOST_CLASSES]
        for name, change_m2 in named:
            title = f"{layer.feature_type.title[language]} {name}".strip()
            found.append(
                look.text("live_area", title=title, change_mu=float(to_mu(change_m2)), change_m2=change_m2)
            )
    for change in changes(project, changeset, catalogue)[:MOST_RULES]:
        rule, text = change.rule, look.say(change.finding.seen.message)
        states = {name: look.text(f"state_{name}") for name in (change.before, change.after)}
        found.append(
            look.text(
                "live_rule",
                rule=f"{rule.id} {look.of(rule.title)}",
                before=states[change.before],
                after=states[change.after],
                text=text,
            )
        )
    if found:
        found.append(look.text("live_wider"))
    return found


def told(bench: Bench, changeset: Changeset) -> list[str]:
    """Give the lines of a would-be changeset in the open park."""
    assert bench.park is not None
    return lines(changeset, bench.park.project, bench.park.catalogue, bench.desk.look)


def shapes(changeset: Changeset) -> list[BaseGeometry]:
    """Give the shapes that features would have, at most ``MOST_SHAPES``."""
    found = [record.after.get("geometry") for record in changeset.records if record.after is not None]
    found += [shape for layer in changeset.arrivals for shape in layer.geometry.tolist()]
    return [shape for shape in found if isinstance(shape, BaseGeometry)][:MOST_SHAPES]


def only_new(changeset: Changeset) -> Changeset:
    """Give the part of a changeset that is about features that were not there before."""
    return replace(changeset, records=tuple(one for one in changeset.records if one.before is None))


def losses(changeset: Changeset, project: Project, look: Look) -> list[str]:
    """Say which features that are there lose or win ground, the greatest loss first."""
    change_m2: dict[tuple[str, int], float] = {}
    for record in changeset.records:
        before, after = (row.get("geometry") if row else None for row in (record.before, record.after))
        if isinstance(before, BaseGeometry) and isinstance(after, BaseGeometry):
            change_m2[(record.table, int(record.id))] = after.area - before.area
    named = sorted(change_m2.items(), key=lambda item: item[1])
    return [
        look.text("live_loss", name=label(project.layers[id], fid), change_m2=m2, change_mu=float(to_mu(m2)))
        for (id, fid), m2 in named[:MOST_CLASSES]
        if abs(m2) >= 0.005
    ]


def _area_m2(changeset: Changeset, project: Project) -> dict[str, dict[str, float]]:
    """Change of area by layer and class, m² planar; what stays the same is left out."""
    found: dict[str, dict[str, float]] = {}
    for record in changeset.records:
        layer = project.layers.get(record.table)
        if layer is None or layer.feature_type.geometry not in ("polygon", "any"):
            continue
        areas_m2 = found.setdefault(record.table, {})
        for row, sign in ((record.before, -1.0), (record.after, 1.0)):
            shape = None if row is None else row.get("geometry")
            if isinstance(shape, BaseGeometry):
                name = _class_of(layer, int(record.id), row or {})
                areas_m2[name] = areas_m2.get(name, 0.0) + sign * shape.area
    kept = {id: {n: m2 for n, m2 in areas.items() if abs(m2) >= 0.005} for id, areas in found.items()}
    return {id: areas for id, areas in kept.items() if areas}


def _class_of(layer: Layer, fid: int, row: Mapping[str, Any]) -> str:
    column = layer.feature_type.class_field
    if not column or not layer.has(column):
        return ""
    if column in row:
        value = row[column]
    else:
        value = layer.table.row(fid).get(column) if layer.table.has([fid])[0] else None
    return "" if value is None or value != value else str(value)
