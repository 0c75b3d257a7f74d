"""The schema of every printed result; a result that does not fit its schema is a fault of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERSION = 1
INFO = f"parkplan/info/{VERSION}"
CHECK = f"parkplan/check/{VERSION}"
REVIEW = f"parkplan/review/{VERSION}"
DIFF = f"parkplan/diff/{VERSION}"

STATE = {"enum": ["pass", "fail", "cannot_tell", "not_applicable"]}
TEXT = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}
NUMBER_OR_NULL = {"type": ["number", "null"]}
TEXT_OR_NULL = {"type": ["string", "null"]}
COUNT = {"type": "integer", "minimum": 0}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
FIDS = {"type": "array", "items": {"type": "integer"}}


def _texts(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(of)}


def _record(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": {**required, **(optional or {})},
    }


MISSING = _record({"kind": {"type": "string"}, "what": {"type": "string"}, "text": TEXT})

FINDING = _record(
    {
        "rule": {"type": "string"},
        "title": TEXT,
        "kind": {"enum": ["veto", "condition", "information"]},
        "check": {"type": "string"},
        "scope": {"enum": ["feature", "neighbour", "layer", "park", "proposal"]},
        "state": STATE,
        "layer": TEXT_OR_NULL,
        "fids": FIDS,
        "source_ids": {"type": "array", "items": {"type": ["integer", "null"]}},
        "message": TEXT,
        "remarks": _texts(TEXT),
        "measured": NUMBER_OR_NULL,
        "limit": NUMBER_OR_NULL,
        "unit": TEXT_OR_NULL,
        "margin": NUMBER_OR_NULL,
        "tolerance": NUMBER_OR_NULL,
        "clause": TEXT_OR_NULL,
        "document": TEXT_OR_NULL,
        "confidence": {"enum": ["V", "V'", "C", "M", "U"]},
        "evidence": {"oneOf": [{"type": "null"}, {"type": "object", "required": ["type"]}]},
        "evidence_crs": TEXT_OR_NULL,
        "evidence_area_m2": NUMBER_OR_NULL,
        "missing": _texts(MISSING),
        "cases": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
        "fix": {"type": ["object", "null"]},
        "proposal": TEXT_OR_NULL,
        "without_attachment": {"type": "array", "items": {"type": "string"}},
    }
)

_DECIDING_NAMES = (
    "rule", "title", "state", "message", "measured", "limit", "unit", "margin", "document", "clause", "layer",
    "fids", "cases",
)  # fmt: skip
DECIDING = _record({name: FINDING["properties"][name] for name in _DECIDING_NAMES})

SUPPLY = _record(
    {
        "kind": {"type": "string"},
        "what": {"type": "string"},
        "missing": TEXT,
        "rules": {"type": "array", "items": {"type": "string"}},
        "veto": {"type": "boolean"},
        "requirement": TEXT,
    }
)

_HEAD = {
    "project": {"type": "string"},
    "crs": TEXT_OR_NULL,
    "as_of": TEXT_OR_NULL,
    "period": TEXT_OR_NULL,
    "inputs": _texts(_record({"path": {"type": "string"}, "sha256": SHA256})),
    "layers": {"type": "array", "items": {"type": "object"}},
    "refused": _texts(TEXT),
    "missing_files": {"type": "array", "items": {"type": "string"}},
    "rule_sets": _texts(
        _record({"id": {"type": "string"}, "title": TEXT, "profile": {"type": "string"}, "sha256": SHA256})
    ),
    "versions": {"type": "object", "additionalProperties": {"type": "string"}},
    "counts": _record({state: COUNT for state in STATE["enum"]}),
    "to_supply": _texts(SUPPLY),
    "notes": _texts(TEXT),
}

PROPOSAL = _record(
    {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "verdict": {"enum": ["meets", "fails", "cannot_tell"]},
        "deciding": _texts(DECIDING),
        "conditions": _record({"to_explain": COUNT, "limits_unset": COUNT}),
        "findings": _texts(FINDING),
    }
)

FIELD = _record(
    {
        "name": {"type": "string"},
        "type": {"type": "string"},
        "unit": TEXT_OR_NULL,
        "field": TEXT_OR_NULL,
        "sample": {"type": "array", "maxItems": 5, "items": {"type": "string"}},
    }
)

LAYER = _record(
    {
        "name": {"type": "string"},
        "path": TEXT_OR_NULL,
        "files": _texts(_record({"path": {"type": "string"}, "sha256": SHA256})),
        "sha256": {"oneOf": [{"type": "null"}, SHA256]},
        "feature_type": TEXT_OR_NULL,
        "feature_type_basis": TEXT_OR_NULL,
        "count": COUNT,
        "declared_count": {"type": "integer"},
        "excluded": _texts(
            _record({"reason": {"type": "string"}, "reason_zh": {"type": "string"}, "count": COUNT})
        ),
        "geometry_type": TEXT_OR_NULL,
        "encoding": TEXT_OR_NULL,
        "encoding_basis": TEXT_OR_NULL,
        "crs": TEXT_OR_NULL,
        "crs_basis": TEXT_OR_NULL,
        "operation": TEXT_OR_NULL,
        "crs_proposals": _texts(TEXT),
        "extent": {
            "oneOf": [
                {"type": "null"},
                {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
            ]
        },
        "planar_area_m2": NUMBER_OR_NULL,
        "planar_area_mu": NUMBER_OR_NULL,
        "ellipsoidal_area_m2": NUMBER_OR_NULL,
        "scheme": TEXT_OR_NULL,
        "scheme_basis": TEXT_OR_NULL,
        "scheme_proposals": _texts(
            _record({"scheme": {"type": "string"}, "agreement": NUMBER_OR_NULL, "known": {"type": "number"}})
        ),
        "attribute_areas": _texts(
            _record(
                {
                    "field": {"type": "string"},
                    "unit": TEXT_OR_NULL,
                    "sum": {"type": "number"},
                    "ratio": NUMBER_OR_NULL,
                    "spread": NUMBER_OR_NULL,
                    "mixed": {"type": "boolean"},
                }
            )
        ),
        "fields": _texts(FIELD),
        "notes": _texts(TEXT),
    }
)

_NAMED = {"label": {"type": "string"}}
_PAIR = {"before_fid": {"type": "integer"}, "after_fid": {"type": "integer"}, **_NAMED}
_NUMBERS = {"type": "object", "additionalProperties": {"type": "number"}}
_FEATURE = _record({"fid": {"type": "integer"}, **_NAMED, "area_m2": NUMBER_OR_NULL})
_COUNT_OR_NULL = {"type": ["integer", "null"], "minimum": 0}

TRANSFER = _record(
    {
        "unit": {"const": "mu"},
        "rows": _texts(
            _record({"use": {"type": "string"}, "cells": _NUMBERS, "out": {"type": "number"},
                     "total": {"type": "number"}})
        ),
        "columns": _texts(
            _record({"use": {"type": "string"}, "into": {"type": "number"}, "total": {"type": "number"}})
        ),
        "counted_once_m2": _record({"before": {"type": "number"}, "after": {"type": "number"}}),
    }
)  # fmt: skip

LAYER_DIFFERENCE = _record(
    {
        "layer": {"type": "string"},
        "title": TEXT,
        "before_count": _COUNT_OR_NULL,
        "after_count": _COUNT_OR_NULL,
        "added": _texts(_FEATURE),
        "removed": _texts(_FEATURE),
        "boundary_moved": _texts(_record({**_PAIR, "gained_m2": NUMBER_OR_NULL, "lost_m2": NUMBER_OR_NULL})),
        "use_changed": _texts(_record({**_PAIR, "from": {"type": "string"}, "to": {"type": "string"}})),
        "attribute_changed": _texts(
            _record({**_PAIR, "fields": _texts(_record({"field": {"type": "string"}, "from": {}, "to": {}}))})
        ),
        "transfer": {"oneOf": [{"type": "null"}, TRANSFER]},
    }
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"parkplan/results/{VERSION}",
    "oneOf": [
        _record(
            {
                "schema": {"const": INFO},
                "project_crs": TEXT_OR_NULL,
                "layers": _texts(LAYER),
                "missing": {"type": "array", "items": {"type": "string"}},
                "refused": _texts(TEXT),
                "notes": _texts(TEXT),
            }
        ),
        _record({"schema": {"const": CHECK}, **_HEAD, "findings": _texts(FINDING)}),
        _record({"schema": {"const": REVIEW}, **_HEAD, "proposals": _texts(PROPOSAL)}),
        _record(
            {
                "schema": {"const": DIFF},
                "before": {"type": "string"},
                "after": {"type": "string"},
                "crs": TEXT_OR_NULL,
                "same_project": {"type": "boolean"},
                "layers": _texts(LAYER_DIFFERENCE),
                "refused": _texts(TEXT),
                "notes": _texts(TEXT),
            }
        ),
    ],
}
"""The versioned schema of what ``info``, ``check``, ``review`` and ``diff`` print with ``--format json``."""


def validate(result: Mapping[str, Any]) -> None:
    """Hold a result against the schema.

    Raises
    ------
    jsonschema.ValidationError
        It does not fit.
    """
    import jsonschema  # the window shows results and prints none

    kind = next(each for each in SCHEMA["oneOf"] if each["properties"]["schema"]["const"] == result["schema"])
    jsonschema.Draft202012Validator(kind).validate(result)
