"""A review's result with every part a report can show, and the same with one text in every place."""

from __future__ import annotations

from typing import Any


def finding(rule: str, state: str, text: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "rule": rule,
        "state": state,
        "kind": "veto",
        "layer": "permanent_basic_farmland",
        "fids": [17],
        "title": {"zh": text, "en": text},
        "message": {"zh": text, "en": text},
        "measured": 1000.0,
        "limit": 0.0,
        "unit": "m2",
        "comparator": "<=",
        "margin": -1000.0,
        "clause": "3.2",
        "document": text,
        "confidence": "V'",
        "evidence": {
            "type": "Polygon",
            "coordinates": [[[512000, 3078000], [512002, 3078000], [512002, 3078500]]],
        },
        "evidence_crs": "EPSG:4546",
    }
    return {**base, **more}


def outcome(text: str = "甲") -> dict[str, Any]:
    """Everything that comes from data says ``text``."""
    findings = [
        finding("E05", "pass", text, measured=0.0, margin=0.0),
        finding("E09", "cannot_tell", text, measured=None, limit=None, margin=None, evidence=None),
        finding(
            "E03",
            "fail",
            text,
            measured=12.5,
            margin=-12.5,
            cases=[{"plot": text, "unit": text}],
            remarks=[text],
        ),
        finding("E01", "fail", text, fids=list(range(40))),
        finding("E21", "not_applicable", text),
        finding("C07", "cannot_tell", text, kind="condition", confidence="U", measured=None, limit=None),
        finding("C08", "fail", text, kind="condition", confidence="M"),
        finding("I01", "pass", text, kind="information", unit=None),
    ]
    deciding = [{"rule": "E01"}, {"rule": "E03"}]
    return {
        "schema": "parkplan/review/1",
        "project": text,
        "as_of": "2026-11-30",
        "crs": text,
        "period": text,
        "inputs": [{"path": text, "sha256": "ab" * 32}],
        "rule_sets": [{"id": text, "version": text, "sha256": "cd" * 32}],
        "versions": {"parkplan": text},
        "counts": {"pass": 1, "fail": 2, "cannot_tell": 1, "not_applicable": 1},
        "findings": findings,
        "proposals": [
            {"id": "A", "name": text, "verdict": "fails", "deciding": deciding, "findings": findings}
        ],
        "to_supply": [{"missing": text, "rules": ["E09"], "veto": True, "unit": text, "requirement": text}],
    }


def facts(text: str = "甲") -> list[dict[str, Any]]:
    return [
        {
            "title": {"zh": text},
            "value": 1186.42,
            "unit": "ha",
            "document": text,
            "document_date": None,
            "attachment": text,
        }
    ]
