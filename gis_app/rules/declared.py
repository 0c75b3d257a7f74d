"""Whether rules ask for what there is: the check, its inputs, layers, fields, facts and tables; what is wrong is refused by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue, FeatureType, Rule, RuleSet
from gis_app.language import Message, Refused
from gis_app.rules.checks import CHECKS
from gis_app.rules.engine import EVERY_LAYER

CLASS_FIELD = "class_field"


def accept_rules(catalogue: Catalogue) -> None:
    """Hold every rule against the checks and the catalogue.

    Raises
    ------
    Refused
        A rule names something that does not exist; file, line, rule and key are named.
    """
    for rules in catalogue.rule_sets.values():
        for rule in rules.rules:
            for word, fault in _faults(rule, catalogue):
                values = {"file": str(rules.path), "line": _line(rules, rule, word), "rule": rule.id, "cause": fault}
                raise Refused(Message("rules.rule_wrong", values))


def _faults(rule: Rule, catalogue: Catalogue) -> Iterator[tuple[str, Message]]:
    check = CHECKS.get(rule.check)
    if check is None:
        yield rule.check, Message("rules.unknown_check", {"check": rule.check, "known": sorted(CHECKS)})
        return
    for name in check.needs:
        if name not in rule.inputs:
            yield "inputs", Message("rules.input_missing", {"check": rule.check, "input": name})
    for name, given in rule.inputs.items():
        if isinstance(given, Mapping):
            yield from _input_faults(name, given, catalogue)


def _input_faults(name: str, given: Mapping[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, Message]]:
    if "fact" in given and given["fact"] not in catalogue.facts:
        yield str(given["fact"]), Message("rules.unknown_fact", {"fact": given["fact"]})
    layer = given.get("layer", EVERY_LAYER)
    if layer == EVERY_LAYER:
        return
    kind = catalogue.feature_types.get(layer)
    if kind is None:
        yield str(layer), Message("rules.unknown_layer", {"layer": layer})
        return
    for column in (*given.get("fields", ()), *given.get("optional_fields", ()), *given.get("where", {})):
        if not _has(kind, column):
            yield str(column), Message("rules.unknown_field", {"layer": kind.id, "field": column, "input": name})


def _has(kind: FeatureType, column: str) -> bool:
    return bool(kind.class_field) if column == CLASS_FIELD else kind.field(column) is not None


def _line(rules: RuleSet, rule: Rule, word: str) -> int:
    """Line of ``word`` in the rule's record, else of the record's id."""
    lines = Path(rules.path).read_text(encoding="utf-8").splitlines()
    start = next((i for i, line in enumerate(lines) if line.replace(" ", "") == f'id="{rule.id}"'), 0)
    end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("[[rule]]")), len(lines))
    return next((i for i in range(start, end) if word in lines[i]), start) + 1
