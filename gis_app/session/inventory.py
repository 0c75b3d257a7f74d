"""What an open project is made of, as data, before anything is judged: deliveries, layers, declared facts."""

from __future__ import annotations

from typing import Any

from gis_app.catalogue import Catalogue
from gis_app.model import PARK, Project
from gis_app.session.describe import both, crs_code, plain
from gis_app.session.open_path import Opened


def delivered(opened: Opened) -> dict[str, Any]:
    """What was delivered: the part of every result that is known before anything is judged."""
    project, intake = opened.project, opened.intake
    return {
        "project": project.name,
        "crs": crs_code(project.crs),
        "as_of": None if project.as_of is None else project.as_of.isoformat(),
        "period": project.period or None,
        "inputs": _inputs(opened),
        "layers": [_layer_source(project, layer) for layer in project.layers],
        "refused": [] if intake is None else [both(refused.message) for refused in intake.refused],
        "missing_files": list(project.missing_files),
    }


def _inputs(opened: Opened) -> list[dict[str, str]]:
    if opened.intake is not None:
        return [
            {"path": str(path), "sha256": digest}
            for delivery in opened.intake.deliveries
            for path, digest in delivery.table.files
        ]
    return [
        {"path": source.path, "sha256": source.sha256}
        for layer in opened.project.layers.values()
        for source in layer.sources
    ]


def _layer_source(project: Project, layer_id: str) -> dict[str, Any]:
    layer = project.layers[layer_id]
    stated = layer.completeness
    return {
        "layer": layer.id,
        "count": len(layer),
        "scheme": layer.scheme,
        "complete": stated.counts and stated.area is not None,
        "complete_as_of": None if stated.as_of is None else stated.as_of.isoformat(),
        "sources": [plain(vars(source)) for source in layer.sources],
    }


def facts_of(project: Project, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every declared fact with what was entered, for the park and for each proposal."""
    rows = []
    for declared in catalogue.facts.values():
        for owner in [PARK] if declared.scope == "park" else list(project.proposals):
            fact = project.fact(declared.id, owner)
            given = {"value": None, "document": "", "document_date": None, "attachment": ""}
            if fact is not None:
                given = {name: getattr(fact, name) for name in given}
            rows.append(
                plain(
                    {
                        "owner": owner or None,
                        "key": declared.id,
                        "title": dict(declared.title),
                        "unit": declared.unit or None,
                        **given,
                        "document_needed": declared.document,
                    }
                )
            )
    return rows
