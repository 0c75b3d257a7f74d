"""Built-in help: pages made from what rules, fields and facts declare, and short texts of ``layers/help``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from gis_app.catalogue import Catalogue, FeatureType, Field, program_place
from gis_app.catalogue.rule_set import Rule
from gis_app.language import Message, say
from gis_app.language.translation import SEPARATORS

PARTS = ("checks", "fields", "window")
CONFIDENCES = {"V": "read", "V'": "quoted", "C": "computed", "M": "practice", "U": "unset"}
COMPARED = {"<=": "≤", ">=": "≥", "=": "=", "<": "<", ">": ">", "in": "∈"}


@dataclass(frozen=True)
class Page:
    """One page: its topic, title, and lines of a heading (may be empty) with a text; topics to go on to."""

    topic: str
    title: str
    lines: tuple[tuple[str, str], ...]
    further: tuple[tuple[str, str], ...] = ()


@cache
def texts(part: str, place: Path | None = None) -> Mapping[str, Any]:
    """Read one of ``layers/help``: ``checks``, ``fields`` or ``window``; each text in ``zh`` and ``en``."""
    path = (place or program_place()) / "layers" / "help" / f"{part}.toml"
    return tomli.loads(path.read_text(encoding="utf-8"))


class Help:
    """Makes pages in one language.

    Parameters
    ----------
    catalogue : Catalogue or None
        Where it is missing only the window is explained.
    unit : Callable
        Gives the word of a unit's id.
    """

    def __init__(
        self, catalogue: Catalogue | None, language: str, unit: Callable[[str], str] = lambda id: id
    ) -> None:
        self.catalogue, self.language, self._unit = catalogue, language, unit

    def page(self, topic: str) -> Page | None:
        """Give the page of a topic: ``rule:E02``, ``field:supply_parcel.parcel_no``, ``window:map``."""
        kind, _, name = topic.partition(":")
        if kind == "window":
            known = texts("window").get(name)
            return None if known is None else Page(topic, self._of(known["title"]), (("", self._of(known)),))
        if self.catalogue is None:
            return None
        match kind:
            case "rule":
                return self._rule(topic, self._rules().get(name))
            case "field":
                return self._field(topic, *name.partition(".")[::2])
            case "layer":
                return self._layer(topic, self.catalogue.feature_types.get(name))
            case "fact":
                return self._fact(topic, name)
        return None

    def topics(self) -> Iterator[tuple[str, str]]:
        """Give every topic with its title, as a table of contents."""
        for name, known in texts("window").items():
            yield f"window:{name}", self._of(known["title"])
        if self.catalogue is None:
            return
        for rule in self._rules().values():
            yield f"rule:{rule.id}", f"{rule.id} {self._of(rule.title)}"
        for kind in self.catalogue.feature_types.values():
            yield f"layer:{kind.id}", self._of(kind.title)
        for fact in self.catalogue.facts.values():
            yield f"fact:{fact.id}", self._of(fact.title)

    def _rules(self) -> dict[str, Rule]:
        sets = self.catalogue.rule_sets.values() if self.catalogue is not None else ()
        return {rule.id: rule for rules in sets for rule in rules.rules}

    def _of(self, both: Mapping[str, str]) -> str:
        return both.get(self.language) or next(iter(both.values()), "")

    def _text(self, id: str, **values: object) -> str:
        return say(Message(f"session.help_{id}", values), self.language)

    # --- rules

    def _rule(self, topic: str, rule: Rule | None) -> Page | None:
        if rule is None:
            return None
        lines = [("", self._text(f"kind_{rule.kind}"))]
        measured = texts("checks").get(rule.check)
        if measured is not None:
            lines.append((self._text("measured"), self._of(measured)))
        lines.append((self._text("limit"), self._limit(rule)))
        if rule.document:
            lines.append((self._text("document"), " · ".join(t for t in (rule.document, rule.clause) if t)))
        if rule.valid_from or rule.valid_to:
            lines.append(
                (self._text("valid"), f"{rule.valid_from or ''} – {rule.valid_to or ''}".strip(" –"))
            )
        lines.append((self._text("confidence"), self._text(f"confidence_{CONFIDENCES[rule.confidence]}")))
        inputs = list(self._inputs(rule))
        lines.append((self._text("inputs"), "\n".join(text for text, _topic in inputs)))
        if rule.note:
            lines.append((self._text("note"), self._of(rule.note)))
        further = tuple(dict.fromkeys((topic, text) for text, topic in inputs if topic))
        return Page(topic, f"{rule.id} {self._of(rule.title)}", tuple(lines), further)

    def _limit(self, rule: Rule) -> str:
        if rule.comparator is None or rule.limit is None:
            return self._text("limit_unset")
        limit = f"{rule.limit:g}" if isinstance(rule.limit, float) else str(rule.limit)
        return f"{COMPARED[rule.comparator]} {limit} {self._unit(rule.unit)}".strip()

    def _inputs(self, rule: Rule) -> Iterator[tuple[str, str]]:
        """Give what a rule asks for, in words, each with its topic."""
        assert self.catalogue is not None
        for name, given in rule.inputs.items():
            if isinstance(given, list) and set(given) <= set(self.catalogue.feature_types):
                yield from (self._layer_input(id, {}) for id in given)
            if not isinstance(given, Mapping):
                continue
            fact = self.catalogue.facts.get(str(given.get("fact", "")))
            if "layer" in given:
                yield self._layer_input(str(given["layer"]), given)
            if fact is not None:
                optional = self._text("optional") if given.get("optional") else ""
                yield f"{self._of(fact.title)}{optional}", f"fact:{fact.id}"
            if "table" in given:
                yield self._text("table", table=given["table"], name=name), ""

    def _layer_input(self, id: str, given: Mapping[str, Any]) -> tuple[str, str]:
        assert self.catalogue is not None
        kind = self.catalogue.feature_types.get(id)
        if kind is None:
            return self._text("every_layer"), ""
        where = given.get("where")
        narrowed = SEPARATORS[self.language]
        words = [
            narrowed.join(str(word) for word in (value if isinstance(value, list) else [value]))
            for value in (where.values() if isinstance(where, Mapping) else ())
        ]
        return self._of(kind.title) + (f" ({'; '.join(words)})" if words else ""), f"layer:{id}"

    # --- fields, layers, facts

    def _field(self, topic: str, layer: str, name: str) -> Page | None:
        kind = self.catalogue.feature_types.get(layer) if self.catalogue is not None else None
        declared = kind.field(name) if kind is not None else None
        if kind is None or declared is None:
            return None
        lines = [("", self._of(remark))] if (remark := texts("fields").get(layer, {}).get(name)) else []
        lines += [(self._text("type"), self._type(declared))]
        if declared.values:
            lines.append((self._text("values"), " ".join(declared.values)))
        if declared.codes:
            lines.append((self._text("codes"), declared.codes))
        if declared.aliases:
            lines.append((self._text("aliases"), " ".join(declared.aliases)))
        if declared.required:
            lines.append(("", self._text("required")))
        further = ((f"layer:{layer}", self._of(kind.title)),)
        return Page(topic, self._of(declared.title), tuple(lines), further)

    def _type(self, declared: Field) -> str:
        unit = self._unit(declared.unit)
        return f"{self._text(f'type_{declared.type}')} {unit}".strip()

    def _layer(self, topic: str, kind: FeatureType | None) -> Page | None:
        if kind is None:
            return None
        lines = [("", self._text(f"status_{kind.legal_status}"))]
        lines += [(self._of(field.title), self._type(field)) for field in kind.fields]
        used = [rule for rule in self._rules().values() if kind.id in str(rule.inputs)]
        further = tuple((f"rule:{rule.id}", f"{rule.id} {self._of(rule.title)}") for rule in used)
        return Page(topic, self._of(kind.title), tuple(lines), further)

    def _fact(self, topic: str, name: str) -> Page | None:
        fact = self.catalogue.facts.get(name) if self.catalogue is not None else None
        if fact is None:
            return None
        lines = [("", self._of(fact.note))] if fact.note else []
        lines.append(
            (self._text("type"), f"{self._text(f'type_{fact.type}')} {self._unit(fact.unit)}".strip())
        )
        if fact.document:
            lines.append(("", self._text("needs_document")))
        return Page(topic, self._of(fact.title), tuple(lines))
