"""A rule set: rules as data; what a check measures is not known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from gis_app.catalogue.record import Record, named_like_file, only_once
from gis_app.catalogue.source import Source
from gis_app.catalogue.table import MARKS

KINDS = ("veto", "condition", "information")
SCOPES = ("feature", "neighbour", "layer", "park", "proposal")
COMPARATORS = ("<", "<=", "=", ">=", ">", "in")


@dataclass(frozen=True)
class Rule:
    """One rule.

    Parameters
    ----------
    id : str
        Its name, unique in the whole catalogue.
    title : Mapping[str, str]
        ``zh`` and ``en``.
    kind : str
        ``veto``, ``condition`` or ``information``.
    scope : str
        ``feature``, ``neighbour``, ``layer``, ``park`` or ``proposal``: when it runs.
    check : str
        The way of measuring.
    inputs : Mapping
        What the check is given, by the names it asks for.
    comparator, limit, unit, tolerance
        What the measured value is held against, in ``unit``; an unset limit is None and cannot be judged.
    document, clause : str
        Where the rule stands.
    valid_from, valid_to : date or None
        The first and the last day on which it holds.
    confidence : str
        V read in the original, V' in a copy, C computed, M not re-read, U uncertain.
    note : Mapping[str, str]
        A remark in both languages; empty when there is none.
    """

    id: str
    title: Mapping[str, str]
    kind: str
    scope: str
    check: str
    inputs: Mapping[str, Any]
    comparator: str | None = None
    limit: float | int | str | bool | None = None
    unit: str = ""
    tolerance: float | None = None
    document: str = ""
    clause: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    confidence: str = "U"
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleSet:
    """The rules of one ``layers/rules/<id>.toml``; ``profile`` says for whom they hold."""

    id: str
    title: Mapping[str, str]
    profile: str
    rules: tuple[Rule, ...]
    path: Path = field(default=Path(), compare=False)
    digest: str = field(default="", compare=False)


def rule_set(source: Source) -> RuleSet:
    """Read a rule set.

    Raises
    ------
    gis_app.language.Refused
        Something in the file is wrong; file, line and key are named.
    """
    record = Record(source, source.toml())
    head = record.table("rule_set", required=True)
    assert head is not None  # required
    id = head.text("id")
    named_like_file(head, id)
    title, profile = head.words("title"), head.text("profile")
    head.finish()
    items = record.tables("rule")
    rules = tuple(_rule(item) for item in items)
    only_once(items, [rule.id for rule in rules])
    record.finish()
    return RuleSet(id, title, profile, rules, source.path, source.digest)


def _rule(record: Record) -> Rule:
    made = Rule(
        id=record.text("id"),
        title=record.words("title"),
        kind=record.choice("kind", KINDS),
        scope=record.choice("scope", SCOPES),
        check=record.text("check"),
        inputs=_inputs(record),
        comparator=record.choice("comparator", COMPARATORS, "") or None,
        limit=record.scalar("limit"),
        unit=record.text("unit", ""),
        tolerance=record.number("tolerance", least=0.0),
        document=record.text("document", ""),
        clause=record.text("clause", ""),
        valid_from=record.day("valid_from"),
        valid_to=record.day("valid_to"),
        confidence=record.choice("confidence", MARKS),
        note=record.words("note", required=False),
    )
    if made.limit is not None and made.comparator is None:
        record.refuse("limit", "limit_without_comparator")
    if made.valid_from and made.valid_to and made.valid_to < made.valid_from:
        record.refuse("valid_to", "ends_before_start")
    record.finish()
    return made


def _inputs(record: Record) -> Mapping[str, Any]:
    inner = record.table("inputs")
    if inner is None:
        return {}
    given = inner.rest()
    for name, value in given.items():
        if not isinstance(value, (dict, list, str, int, float)):
            inner.refuse(name, "not_an_input")
    return given
