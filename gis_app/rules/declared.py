"""Whether rules ask for what there is: the check, its inputs, layers, fields, facts and tables.

What is wrong is refused by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue, FeatureType, Rule, RuleSet
from gis_app.language import Message, Refused
from gis_app.rules.checks import CHECKS
from gis_app.rules.engine import EVERY_LAYER

CLASS_FIELD = "class_field"
KEYS = frozenset(
    {"layer", "fact", "fields", "optional_fields", "where", "optional", "coverage", "gap_free", CLASS_FIELD}
)
"""What an input may say of a layer or a fact."""


def accept_rules(catalogue: Catalogue) -> None:
    """Hold every rule against the checks and the catalogue.

    Raises
    ------
    Refused
        A rule names something that does not exist; file, line, rule and key are named.
    """
    for rules in catalogue.rule_sets.values():
        for rule in rules.rules:
            for name, word, fault in _faults(rule, catalogue):
                values = {
                    "file": str(rules.path),
                    "line": _line(rules, rule, name, word),
                    "rule": rule.id,
                    "cause": fault,
                }
                raise Refused(Message("rules.rule_wrong", values))


def _faults(rule: Rule, catalogue: Catalogue) -> Iterator[tuple[str, str, Message]]:
    """Key under which something is wrong, the word that is, and why."""
    check = CHECKS.get(rule.check)
    if check is None:
        yield (
            "check",
            rule.check,
            Message("rules.unknown_check", {"check": rule.check, "known": sorted(CHECKS)}),
        )
        return
    for name in check.needs:
        if name not in rule.inputs:
            yield "", "inputs", Message("rules.input_missing", {"check": rule.check, "input": name})
    for name, given in rule.inputs.items():
        if name not in (*check.needs, *check.may):
            yield name, name, Message("rules.unknown_input", {"check": rule.check, "input": name})
        elif isinstance(given, Mapping) and name not in check.words:
            yield from ((name, *fault) for fault in _input_faults(name, given, catalogue))
        elif name in check.names:
            yield from ((name, *fault) for fault in _name_faults(given, check.names[name], rule, catalogue))


def _name_faults(given: object, of: str, rule: Rule, catalogue: Catalogue) -> Iterator[tuple[str, Message]]:
    """A literal that names a table, layers, or a field of another input."""
    if of == "table":
        if given not in catalogue.tables:
            yield str(given), Message("rules.unknown_table", {"table": given})
    elif of == "layers":
        for layer in given if isinstance(given, list) else [given]:
            if layer not in catalogue.feature_types:
                yield str(layer), Message("rules.unknown_layer", {"layer": layer})
    elif isinstance(rule.inputs.get(of), Mapping) and given not in rule.inputs[of].get("fields", ()):
        yield str(given), Message("rules.field_not_asked", {"field": given, "input": of})


def _input_faults(name: str, given: Mapping[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, Message]]:
    for key in given:
        if key not in KEYS:
            yield key, Message("rules.unknown_key", {"input": name, "key": key, "known": sorted(KEYS)})
    if "fact" not in given and "layer" not in given:
        yield name, Message("rules.input_of_nothing", {"input": name})
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
            yield (
                str(column),
                Message("rules.unknown_field", {"layer": kind.id, "field": column, "input": name}),
            )
    for column, wanted in given.get("where", {}).items():
        declared = kind.field(column)
        for word in wanted if isinstance(wanted, list) else [wanted]:
            if declared is not None and declared.values and word not in declared.values:
                yield (
                    str(word),
                    Message("rules.unknown_word", {"word": word, "field": column, "known": declared.values}),
                )


def _has(kind: FeatureType, column: str) -> bool:
    return bool(kind.class_field) if column == CLASS_FIELD else kind.field(column) is not None


def _line(rules: RuleSet, rule: Rule, name: str, word: str) -> int:
    """Line of ``word`` in the rule's record, best where the key ``name`` is.

    Else the line of the record's id.
    """
    lines = Path(rules.path).read_text(encoding="utf-8").splitlines()
    start = next((i for i, line in enumerate(lines) if line.replace(" ", "") == f'id="{rule.id}"'), 0)
    end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("[[rule]]")), len(lines))
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    found = [i for i in range(start, end) if whole.search(lines[i])]
    return (
        next((i for i in found if lines[i].split("=")[0].strip() == name), found[0] if found else start) + 1
    )
