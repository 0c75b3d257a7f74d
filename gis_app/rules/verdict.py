"""The word of a verdict, from the tree of its findings: only veto items decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gis_app.rules.finding import Finding, State

Word = Literal["meets", "fails", "cannot_tell"]


@dataclass(frozen=True)
class Verdict:
    """What follows for one proposal.

    ``deciding`` lists every finding that makes the word, worst margin first; it is empty when all veto
    items pass. ``to_explain`` and ``limits_unset`` count conditions, which are listed beside the word and
    never change it.
    """

    word: Word
    deciding: tuple[Finding, ...]
    to_explain: int
    limits_unset: int


def word(veto_states: Iterable[State]) -> Word:
    """Any veto item fails: fails; else any cannot tell: cannot tell; else meets.

    No veto item at all, or none that applies, proves nothing: cannot tell.
    """
    states = set(veto_states)
    if "fail" in states:
        return "fails"
    if "cannot_tell" in states or "pass" not in states:
        return "cannot_tell"
    return "meets"


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Derive the word from the findings of one proposal."""
    vetoes = [finding for finding in findings if finding.rule.kind == "veto"]
    conditions = [finding for finding in findings if finding.rule.kind == "condition"]
    decided = word(finding.state for finding in vetoes)
    wanted: State | None = {"fails": "fail", "cannot_tell": "cannot_tell", "meets": None}[decided]
    deciding = sorted((finding for finding in vetoes if finding.state == wanted), key=_worst_first)
    unset = sum(any(missing.kind == "limit" for missing in finding.seen.missing) for finding in conditions)
    explain = sum(finding.state in ("fail", "cannot_tell") for finding in conditions) - unset
    return Verdict(decided, tuple(deciding), explain, unset)


def _worst_first(finding: Finding) -> tuple[float, str]:
    return (finding.margin if finding.margin is not None else 0.0, finding.rule.id)
