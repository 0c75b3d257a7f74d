"""What the findings point at, numbered as on the map, in the table and in the conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

MARKED = ("fail", "cannot_tell")
"""States whose evidence is marked, in this order."""
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class Mark:
    """One piece of evidence, in the language of the sheet; its ground in the project's reference system."""

    number: int
    rule: str
    state: str
    title: str
    text: str
    ground: BaseGeometry

    @property
    def sign(self) -> str:
        """The number in a circle, in brackets above 20."""
        return CIRCLED[self.number - 1] if self.number <= len(CIRCLED) else f"({self.number})"


def findings_of(review: Mapping[str, Any], proposal: str) -> list[Mapping[str, Any]]:
    """Give the findings of a proposal; none when it was not reviewed."""
    return [
        finding
        for reviewed in review["proposals"]
        if reviewed["id"] == proposal
        for finding in reviewed["findings"]
    ]


def marks(findings: Sequence[Mapping[str, Any]], rules: Sequence[str], language: str) -> list[Mark]:
    """Number the evidence that findings of these rules have, what fails before what cannot be told."""
    return list(_numbered([finding for finding in findings if finding["rule"] in rules], language))


def _numbered(findings: Sequence[Mapping[str, Any]], language: str) -> Iterator[Mark]:
    number = 0
    for state in MARKED:
        for finding in findings:
            if finding["state"] == state and finding["evidence"] is not None:
                number += 1
                title, text = finding["title"][language], finding["message"][language]
                yield Mark(number, finding["rule"], state, title, text, shape(finding["evidence"]))
