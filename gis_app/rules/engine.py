"""The engine: gives each rule what it declared, and turns what its check saw into findings."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue import Catalogue, FeatureType
from gis_app.catalogue.rule_set import Rule
from gis_app.language import Message, Words
from gis_app.model import PARK, Fact, Layer, Project
from gis_app.rules.checks import CHECKS
from gis_app.rules.finding import Finding, Missing, Observation
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows
from gis_app.rules.shared import Shared

EVERY_LAYER = "*"
PROPOSAL_FIELD = "proposal"

Progress = Callable[[int, int, str], None]
"""Told (done, of, rule id) after each rule."""


@dataclass
class _Inputs:
    rows: dict[str, Rows] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)


def judge_project(project: Project, catalogue: Catalogue, progress: Progress | None = None) -> list[Finding]:
    """Judge everything but proposals by every rule of the catalogue.

    Parameters
    ----------
    project
        Layers in one projected reference system.
    progress
        Told after each rule.

    Returns
    -------
    list of Finding
        At least one per rule and layer it reads; a rule without its inputs gives one that cannot tell.
    """
    rules = [rule for rule in _in_force(catalogue, project) if rule.scope != "proposal"]
    return _judge(rules, project, catalogue, None, progress)


def judge(project: Project, catalogue: Catalogue, scopes: Collection[str]) -> list[Finding]:
    """Judge a project, or a part of one, by the rules of some scopes."""
    rules = [rule for rule in _in_force(catalogue, project) if rule.scope in scopes]
    return _judge(rules, project, catalogue, None, None)


def judge_proposal(
    project: Project, catalogue: Catalogue, proposal: str, progress: Progress | None = None
) -> list[Finding]:
    """Judge one proposal by the rule sets that judge proposals, the park's own veto items among them."""
    sets = [
        rules
        for rules in catalogue.rule_sets.values()
        if any(rule.scope == "proposal" for rule in rules.rules)
    ]
    chosen = {rule.id for rules in sets for rule in rules.rules}
    rules = [rule for rule in _in_force(catalogue, project) if rule.id in chosen]
    return _judge(rules, project, catalogue, proposal, progress)


def _in_force(catalogue: Catalogue, project: Project) -> Iterator[Rule]:
    """Rules that are valid on the as-of date; without one, all of them.

    A veto item that came into force later stays: what stood in its place is not in the catalogue, and
    leaving it out would read as a pass.
    """
    day = project.as_of
    for rules in catalogue.rule_sets.values():
        for rule in rules.rules:
            ended = day is not None and rule.valid_to is not None and rule.valid_to < day
            if not ended and (rule.kind == "veto" or not _early(rule, project)):
                yield rule


def _early(rule: Rule, project: Project) -> bool:
    return project.as_of is not None and rule.valid_from is not None and rule.valid_from > project.as_of


def _not_yet_in_force(rule: Rule, project: Project) -> Observation:
    text = Message("rules.not_yet_in_force", {"since": rule.valid_from, "as_of": project.as_of})
    return Observation("cannot_tell", text, missing=(Missing("value", "project.as_of", text),))


def _judge(
    rules: list[Rule], project: Project, catalogue: Catalogue, proposal: str | None, progress: Progress | None
) -> list[Finding]:
    shared = Shared(project)
    findings: list[Finding] = []
    for done, rule in enumerate(rules, start=1):
        if _early(rule, project):
            findings.append(Finding(rule, _not_yet_in_force(rule, project), proposal))
            continue
        for inputs in _inputs_of(rule, project, catalogue, shared, proposal):
            seen = _observe(rule, inputs, project, catalogue, shared)
            findings += [Finding(rule, observation, proposal) for observation in seen]
        if progress is not None:
            progress(done, len(rules), rule.id)
    return findings


def _observe(
    rule: Rule, inputs: _Inputs, project: Project, catalogue: Catalogue, shared: Shared
) -> Iterable[Observation]:
    if inputs.missing:
        named = [missing.text for missing in inputs.missing]
        layer = next((rows.layer for rows in inputs.rows.values()), None)
        return [
            Observation(
                "cannot_tell", Message("rules.missing", {"what": named}), layer, missing=tuple(inputs.missing)
            )
        ]
    neighbourhood = Neighbourhood(
        rule, project.as_of, project.crs, catalogue, inputs.rows, inputs.facts, inputs.values, shared
    )
    return list(CHECKS[rule.check].run(neighbourhood))


def _inputs_of(
    rule: Rule, project: Project, catalogue: Catalogue, shared: Shared, proposal: str | None
) -> Iterator[_Inputs]:
    """The resolved inputs; a rule about every layer of a kind gives one set per layer."""
    wild = next((name for name, given in rule.inputs.items() if _layer_of(given) == EVERY_LAYER), None)
    if wild is None:
        yield _resolve(rule, rule.inputs, project, catalogue, shared, proposal)
        return
    for layer in project.layers.values():
        if _fits(layer, rule.inputs[wild]):
            named = {**rule.inputs, wild: {**rule.inputs[wild], "layer": layer.id}}
            yield _resolve(rule, named, project, catalogue, shared, proposal)


def _layer_of(given: object) -> object:
    return given.get("layer") if isinstance(given, Mapping) else None


def _fits(layer: Layer, wanted: Mapping[str, Any]) -> bool:
    kind = layer.feature_type
    if not len(layer.geometry):
        return False
    if wanted.get("class_field") and not _in_scheme(kind):
        return False
    return all((not wanted.get(name)) or bool(getattr(kind, name)) for name in ("coverage", "gap_free"))


def _in_scheme(kind: FeatureType) -> bool:
    """Whether the class field is written in a land-use scheme, and not in a list or words of its own."""
    declared = kind.field(kind.class_field) if kind.class_field else None
    return declared is not None and not declared.codes and not declared.values


def _resolve(
    rule: Rule,
    given: Mapping[str, Any],
    project: Project,
    catalogue: Catalogue,
    shared: Shared,
    proposal: str | None,
) -> _Inputs:
    inputs = _Inputs()
    for name, value in given.items():
        if isinstance(value, Mapping) and "layer" in value:
            _resolve_rows(inputs, name, value, project, catalogue, shared, proposal)
        elif isinstance(value, Mapping) and "fact" in value:
            _resolve_fact(inputs, rule, name, value, project, catalogue, proposal)
        else:
            inputs.values[name] = value
    if rule.limit is None and rule.comparator is not None:
        inputs.missing.append(Missing("limit", rule.id, Message("rules.limit_unset", {})))
    return inputs


def _resolve_rows(
    inputs: _Inputs,
    name: str,
    wanted: Mapping[str, Any],
    project: Project,
    catalogue: Catalogue,
    shared: Shared,
    proposal: str | None,
) -> None:
    layer = project.layers.get(wanted["layer"]) or project.of_type(wanted["layer"])
    kind = catalogue.feature_types[wanted["layer"]] if layer is None else layer.feature_type
    if layer is None:
        if not wanted.get("optional"):
            inputs.missing.append(_missing_layer(kind.id, kind.title))
        return
    fields = [kind.class_field if column == "class_field" else column for column in wanted.get("fields", ())]
    where = dict(wanted.get("where", {}))
    if proposal is not None and kind.field(PROPOSAL_FIELD) is not None:
        where[PROPOSAL_FIELD] = [proposal]
    absent = [column for column in [*fields, *where] if column and not layer.has(column)]
    optional = set(wanted.get("optional_fields", ()))
    for column in absent:
        if column not in optional:
            inputs.missing.append(_missing_field(kind, str(column)))
    if any(column not in optional for column in absent):
        return
    inputs.missing += _odd_words(layer, where)
    if PROPOSAL_FIELD in where and proposal is not None:
        inputs.missing += _unsettled(layer, project, proposal)
    present = [column for column in [*fields, *optional] if column and layer.has(column)]
    inputs.rows[name] = _rows(layer, present, where, shared)


def _odd_words(layer: Layer, where: Mapping[str, Any]) -> Iterator[Missing]:
    """Values that a selection would drop silently: blank, or a word that the field does not know."""
    for column in where:
        declared = layer.feature_type.field(column)
        if declared is None or not declared.values:
            continue
        odd = {value for value in layer.rows(None, [column])[column] if value not in declared.values}
        if odd:
            words = sorted("—" if word is None else str(word) for word in odd)
            values = {
                "layer": Words(**layer.feature_type.title),
                "field": Words(**declared.title),
                "words": words,
            }
            yield Missing("value", f"{layer.feature_type.id}.{column}", Message("rules.odd_words", values))


def _unsettled(layer: Layer, project: Project, proposal: str) -> Iterator[Missing]:
    """Why the blocks at hand may not be the proposal.

    It is only a guess, has no blocks, or some block is nobody's or lost.
    """
    title, what = Words(**layer.feature_type.title), f"{layer.feature_type.id}.{PROPOSAL_FIELD}"
    names = layer.rows(None, [PROPOSAL_FIELD])[PROPOSAL_FIELD]
    known = project.proposals.get(proposal)
    blank = [int(fid) for fid, name in zip(layer.fids, names, strict=True) if not str(name or "").strip()]
    if known is not None and not known.confirmed:
        yield Missing("value", what, Message("rules.proposal_unconfirmed", {"proposal": proposal}))
    if proposal not in names:
        yield Missing(
            "value", what, Message("rules.proposal_without_blocks", {"layer": title, "proposal": proposal})
        )
    if blank:
        yield Missing("value", what, Message("rules.blocks_of_nobody", {"layer": title, "fids": blank[:10]}))
    if left_out := _left_out(layer):
        yield Missing(
            "geometry",
            layer.feature_type.id,
            Message("rules.records_left_out", {"layer": title, "count": left_out}),
        )


def _left_out(layer: Layer, columns: Iterable[str] = ()) -> int:
    """Records that the delivered files declare and that could not be used.

    And values of ``columns`` that nobody can read.
    """
    wanted = set(columns)
    lost = sum(max(0, source.declared_count - source.used_count) for source in layer.sources)
    return lost + sum(
        count for source in layer.sources for field, count in source.unreadable if field in wanted
    )


def _rows(layer: Layer, columns: list[str], where: Mapping[str, Any], shared: Shared) -> Rows:
    chosen: NDArray[np.bool_] = np.ones(len(layer), dtype=bool)
    for column, wanted in where.items():
        values = layer.rows(None, [column])[column]
        allowed = set(wanted) if isinstance(wanted, list) else {wanted}
        chosen &= np.fromiter((value in allowed for value in values), dtype=bool, count=len(values))
    has_geometry = bool(len(layer.geometry))
    return Rows(
        layer.id,
        layer.feature_type,
        layer.fids[chosen],
        layer.geometry[chosen] if has_geometry else layer.geometry,
        shared.valid(layer)[chosen] if has_geometry else np.empty(0, dtype=bool),
        {column: values[chosen] for column, values in layer.rows(None, columns).items()},
        layer.completeness,
        layer.scheme,
        len(layer) == 0,
        _left_out(layer, [*columns, *where]),
    )


def _resolve_fact(
    inputs: _Inputs,
    rule: Rule,
    name: str,
    wanted: Mapping[str, Any],
    project: Project,
    catalogue: Catalogue,
    proposal: str | None,
) -> None:
    declared = catalogue.facts[wanted["fact"]]
    owner = proposal if declared.scope == "proposal" and proposal is not None else PARK
    fact = project.fact(declared.id, owner)
    title = Words(**declared.title)
    if fact is None or fact.proposed or (isinstance(fact.value, float) and not math.isfinite(fact.value)):
        if not wanted.get("optional"):
            inputs.missing.append(
                Missing("fact", declared.id, Message("rules.missing_fact", {"fact": title}))
            )
    elif rule.kind == "veto" and declared.document and not fact.documented:
        inputs.missing.append(
            Missing("document", declared.id, Message("rules.missing_document", {"fact": title}))
        )
    else:
        inputs.facts[name] = fact


def _missing_layer(kind: str, title: Mapping[str, str]) -> Missing:
    return Missing("layer", kind, Message("rules.missing_layer", {"layer": Words(**title)}))


def _missing_field(kind: Any, column: str) -> Missing:
    declared = kind.field(column)
    title = Words(**declared.title) if declared is not None else Words(column, column)
    layer = Words(**kind.title)
    return Missing(
        "field", f"{kind.id}.{column}", Message("rules.missing_field", {"layer": layer, "field": title})
    )
