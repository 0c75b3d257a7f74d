"""What was judged, as data.

The results of ``parkplan check`` and ``parkplan review``, and what is still to be supplied.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas
import numpy
import pyproj
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

import gis_app
from gis_app.catalogue import Catalogue
from gis_app.language import Message
from gis_app.model import Project
from gis_app.rules import STATES, Finding, Verdict, verdict
from gis_app.rules.engine import Progress, judge_project, judge_proposal
from gis_app.session.columns import SOURCE_ID
from gis_app.session.describe import both, crs_code
from gis_app.session.inventory import delivered, facts_of
from gis_app.session.open_path import Opened
from gis_app.session.schema import CHECK, REVIEW

__all__ = ["checked", "exit_code", "facts_of", "finding_data", "reviewed", "to_supply", "versions"]

COORDINATE_DECIMALS = 4
"""Evidence is written to 0.1 mm."""


def checked(opened: Opened, catalogue: Catalogue, progress: Progress | None = None) -> dict[str, Any]:
    """Judge the project by every rule that is not about a proposal."""
    project = opened.project
    findings = judge_project(project, catalogue, progress)
    return {
        **_head(CHECK, opened, catalogue, findings),
        "findings": [finding_data(f, project) for f in findings],
    }


def reviewed(
    opened: Opened, catalogue: Catalogue, wanted: str | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Judge the project's proposals, or one of them by id or name."""
    project = opened.project
    chosen = [p for p in project.proposals.values() if wanted is None or wanted in (p.id, p.name)]
    judged = [(p, judge_proposal(project, catalogue, p.id, progress)) for p in chosen]
    findings = [finding for _, found in judged for finding in found]
    return {
        **_head(REVIEW, opened, catalogue, findings),
        "proposals": [
            {"id": p.id, "name": p.name, **_verdict(verdict(found), project),
             "findings": [finding_data(finding, project) for finding in found]}
            for p, found in judged
        ],
    }  # fmt: skip


def _verdict(given: Verdict, project: Project) -> dict[str, Any]:
    return {
        "verdict": given.word,
        "deciding": [_deciding(finding, project) for finding in given.deciding],
        "conditions": {"to_explain": given.to_explain, "limits_unset": given.limits_unset},
    }


def _deciding(finding: Finding, project: Project) -> dict[str, Any]:
    whole = finding_data(finding, project)
    names = (
        "rule",
        "title",
        "state",
        "message",
        "measured",
        "limit",
        "unit",
        "margin",
        "document",
        "clause",
        "layer",
        "fids",
    )
    return {**{name: whole[name] for name in names}, "cases": whole["cases"]}


def _head(schema: str, opened: Opened, catalogue: Catalogue, findings: Sequence[Finding]) -> dict[str, Any]:
    counts = Counter(finding.state for finding in findings)
    return {
        "schema": schema,
        **delivered(opened),
        "rule_sets": [
            {"id": rules.id, "title": dict(rules.title), "profile": rules.profile, "sha256": rules.digest}
            for rules in catalogue.rule_sets.values()
        ],
        "versions": versions(),
        "counts": {state: counts.get(state, 0) for state in STATES},
        "to_supply": to_supply(findings, catalogue),
        "notes": [both(note) for note in opened.notes],
    }


def versions() -> dict[str, str]:
    """The program and the libraries that the figures depend on."""
    return {
        "parkplan": gis_app.__version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "geopandas": geopandas.__version__,
        "shapely": shapely.__version__,
        "geos": shapely.geos_version_string,
        "pyproj": pyproj.__version__,
        "proj": pyproj.proj_version_str,
    }


def finding_data(finding: Finding, project: Project) -> dict[str, Any]:
    """One finding as data."""
    rule, seen = finding.rule, finding.seen
    crs = crs_code(project.crs) if seen.evidence is not None else None
    return {
        "rule": rule.id,
        "title": dict(rule.title),
        "kind": rule.kind,
        "check": rule.check,
        "scope": rule.scope,
        "state": finding.state,
        "layer": seen.layer,
        "fids": list(seen.fids),
        "source_ids": _source_ids(seen.layer, seen.fids, project),
        "message": both(seen.message),
        "remarks": [both(remark) for remark in seen.remarks],
        "measured": seen.measured,
        "limit": finding.limit,
        "unit": rule.unit or None,
        "margin": finding.margin,
        "tolerance": rule.tolerance,
        "clause": rule.clause or None,
        "document": rule.document or None,
        "confidence": rule.confidence,
        "evidence": None if seen.evidence is None or seen.evidence.is_empty else _geometry(seen.evidence),
        "evidence_crs": crs,
        "evidence_area_m2": None if seen.evidence is None else float(seen.evidence.area),
        "missing": [{"kind": m.kind, "what": m.what, "text": both(m.text)} for m in seen.missing],
        "cases": [dict(case) for case in seen.cases],
        "fix": None if seen.fix is None else dict(seen.fix),
        "proposal": finding.proposal,
        "without_attachment": _without_attachment(finding, project),
    }


def _source_ids(layer_id: str | None, fids: Sequence[int], project: Project) -> list[int | None]:
    """Ids in the delivered file, in the order of the fids."""
    layer = project.layers.get(layer_id or "")
    if layer is None or not layer.has(SOURCE_ID):
        return []
    there = layer.table.has(fids)
    known = iter(
        layer.rows([fid for fid, is_there in zip(fids, there, strict=True) if is_there], [SOURCE_ID])[
            SOURCE_ID
        ]
    )
    given = [next(known) if is_there else None for is_there in there.tolist()]
    return [None if value is None or value != value else int(value) for value in given]


def _geometry(shape: BaseGeometry) -> Mapping[str, Any]:
    rounded = shapely.transform(shape, lambda points: points.round(COORDINATE_DECIMALS))
    return dict(mapping(rounded))


def _without_attachment(finding: Finding, project: Project) -> list[str]:
    """Facts that counted although their document's scan is not there."""
    given = [
        value["fact"]
        for value in finding.rule.inputs.values()
        if isinstance(value, Mapping) and "fact" in value
    ]
    facts = [project.fact(key, finding.proposal or "") or project.fact(key) for key in given]
    return sorted(
        {fact.key for fact in facts if fact is not None and fact.documented and not fact.attachment}
    )


def to_supply(findings: Sequence[Finding], catalogue: Catalogue) -> list[dict[str, Any]]:
    """The list of what is still to be supplied (待补资料清单).

    Each missing thing once, with the rules that wait for it.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for finding in findings:
        for missing in finding.seen.missing:
            row = rows.setdefault(
                (missing.kind, missing.what),
                {"kind": missing.kind, "what": missing.what, "missing": both(missing.text),
                 "rules": [], "veto": False,
                 "requirement": _requirement(missing.what, catalogue)},
            )  # fmt: skip
            if finding.rule.id not in row["rules"]:
                row["rules"].append(finding.rule.id)
            row["veto"] = row["veto"] or finding.rule.kind == "veto"
    return sorted(rows.values(), key=lambda row: (not row["veto"], -len(row["rules"]), row["what"]))


def _requirement(what: str, catalogue: Catalogue) -> dict[str, str]:
    """Legal status that the missing layer must have, in both languages; empty for facts."""
    kind = catalogue.feature_types.get(what.split(".")[0])
    if kind is None:
        return {"zh": "", "en": ""}
    return both(Message(f"session.require_{kind.legal_status}"))


def exit_code(result: Mapping[str, Any]) -> int:
    """2 an input could not be used; 1 something fails.

    3 a veto item (review), or a rule that had its layer (check), cannot tell.
    """
    if result["refused"]:
        return 2
    findings = result.get("findings") or [
        f for proposal in result.get("proposals", ()) for f in proposal["findings"]
    ]
    if any(finding["state"] == "fail" for finding in findings):
        return 1
    unsure = [finding for finding in findings if finding["state"] == "cannot_tell"]
    if "proposals" in result:
        return 3 if any(finding["kind"] == "veto" for finding in unsure) else 0
    had_layer = [f for f in unsure if all(missing["kind"] != "layer" for missing in f["missing"])]
    return 3 if had_layer else 0
