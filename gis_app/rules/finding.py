"""What a check saw (an observation), and what that means under a rule (a finding)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from gis_app.catalogue.rule_set import Rule
from gis_app.language import Message

State = Literal["pass", "fail", "cannot_tell", "not_applicable"]
STATES: tuple[State, ...] = ("pass", "fail", "cannot_tell", "not_applicable")

MissingKind = Literal["layer", "field", "value", "fact", "document", "limit", "completeness", "geometry"]


@dataclass(frozen=True)
class Missing:
    """One thing that is needed before a rule can tell.

    ``what`` names it in the catalogue's ids: a feature type, ``feature_type.field``, a fact, or the rule
    whose limit is unset.
    """

    kind: MissingKind
    what: str
    text: Message


@dataclass(frozen=True)
class Observation:
    """What a check saw, before it is put under its rule.

    ``measured`` is in the rule's unit, ``limit`` too, where it follows from the case and not from the
    rule; ``evidence`` in the project's reference system; ``cases`` are the plots or records that a finding
    names one by one (field id → text); ``fix`` is an edit as data, ``{"edit": …, "args": {…}}``.
    """

    state: State
    message: Message
    layer: str | None = None
    fids: tuple[int, ...] = ()
    measured: float | None = None
    limit: float | None = None
    evidence: BaseGeometry | None = None
    missing: tuple[Missing, ...] = ()
    cases: tuple[Mapping[str, str], ...] = ()
    fix: Mapping[str, object] | None = None
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Finding:
    """An observation under its rule, for the park or for one proposal."""

    rule: Rule
    seen: Observation
    proposal: str | None = None

    @property
    def state(self) -> State:
        """One of ``STATES``."""
        return self.seen.state

    @property
    def limit(self) -> float | None:
        """The limit that holds here, in the rule's unit; None while it is unset."""
        given = self.rule.limit if self.seen.limit is None else self.seen.limit
        return float(given) if isinstance(given, (int, float)) else None

    @property
    def margin(self) -> float | None:
        """How far the measured value lies on the good side of the limit (negative.

        Beyond it), in the rule's unit.

        Where the limit follows from the case, the rule has no comparator and the state says which side is
        the good one.
        """
        if self.seen.measured is None or self.limit is None:
            return None
        distance = self.limit - self.seen.measured
        if self.rule.comparator is None:
            return -abs(distance) if self.state == "fail" else abs(distance)
        return -distance if self.rule.comparator.startswith(">") else distance

    @property
    def had_its_layers(self) -> bool:
        """Whether every layer that the rule reads was delivered."""
        return all(missing.kind != "layer" for missing in self.seen.missing)
