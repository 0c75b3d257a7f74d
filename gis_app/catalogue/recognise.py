"""Which feature type a delivery looks like, by its name and its fields; a proposal, never a decision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gis_app.catalogue.feature_type import FeatureType

NAME_WEIGHT = 0.5
FIELD_WEIGHT = 0.4
KNOWN_WEIGHT = 0.1
LITTLE_EVIDENCE, ENOUGH_EVIDENCE = 3, 4
"""So many identifying fields are full evidence, the fewer where the type has no more."""

LEAST = 0.15
"""What scores less is not worth showing."""

LONG_KEYWORD = 12.0
GEOMETRY_WORD = re.compile(r"(?:multi)?(?:point|polygon|linestring)|linearring")
KINDS = {
    "point": "point",
    "multipoint": "point",
    "linestring": "line",
    "multilinestring": "line",
    "linearring": "line",
    "polygon": "polygon",
    "multipolygon": "polygon",
}


@dataclass(frozen=True)
class Recognition:
    """One proposal.

    Parameters
    ----------
    feature_type : str
        Its id.
    score : float
        0 to 1, to rank by.
    basis : tuple of str
        The keyword found in the name and the delivered fields that identify the type.
    """

    feature_type: str
    score: float
    basis: tuple[str, ...]


def recognise(
    types: Mapping[str, FeatureType], name: str, field_names: Sequence[str], geometry_type: str | None
) -> list[Recognition]:
    """Rank the feature types a delivered layer may be.

    Parameters
    ----------
    types : Mapping
        The catalogue's feature types.
    name : str
        Name of layer or file, without suffix.
    field_names : Sequence of str
        As delivered.
    geometry_type : str or None
        As delivered, ``MultiPolygon``; None for a table. Types of another geometry are not proposed.

    Returns
    -------
    list of Recognition
        Best first; empty when nothing speaks for any.
    """
    kind = _kind(geometry_type)
    found = [_score(item, name, field_names) for item in types.values() if _fits(item, kind)]
    return sorted(
        (item for item in found if item.score >= LEAST), key=lambda item: (-item.score, item.feature_type)
    )


def _kind(geometry_type: str | None) -> str:
    """Give point, line, polygon; ``none`` for a table, ``any`` for mixed or unknown geometry."""
    if geometry_type is None:
        return "none"
    found = GEOMETRY_WORD.search(geometry_type.casefold())
    return KINDS[found[0]] if found else "any"


def _fits(item: FeatureType, kind: str) -> bool:
    # a ledger without geometry may be the table of any type
    return kind in ("none", "any", item.geometry) or item.geometry == "any"


def _score(item: FeatureType, name: str, field_names: Sequence[str]) -> Recognition:
    keyword, by_name = _by_name(item.keywords, name)
    meant = {delivered: item.field_for(delivered) for delivered in field_names}
    evidence = {
        found.id: delivered for delivered, found in meant.items() if found is not None and found.evidence
    }
    possible = sum(item.evidence for item in item.fields)
    by_fields = min(1.0, len(evidence) / min(ENOUGH_EVIDENCE, max(possible, LITTLE_EVIDENCE)))
    known = sum(found is not None for found in meant.values()) / max(len(meant), 1)
    counted = known if keyword or evidence else 0.0
    score = NAME_WEIGHT * by_name + FIELD_WEIGHT * by_fields + KNOWN_WEIGHT * counted
    basis = (*((keyword,) if keyword else ()), *evidence.values())
    return Recognition(item.id, round(score, 4), basis)


def _by_name(keywords: Iterable[str], name: str) -> tuple[str, float]:
    """Give the best keyword in a name and its weight, 0 to 1.

    The longer word says more, and of two words the last is what the name is about (开发区供地).
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    best = ("", 0.0)
    for keyword in keywords:
        end = _end(keyword.casefold(), plain)
        if end:
            width = sum(1 if letter.isascii() else 2 for letter in keyword)
            weight = 0.7 + 0.15 * min(1.0, width / LONG_KEYWORD) + 0.15 * end / len(plain)
            best = max(best, (keyword, weight), key=lambda pair: pair[1])
    return best


def _end(keyword: str, name: str) -> int:
    """Give where a keyword ends last in a name, 0 when it is not there.

    A Latin keyword is a word of its own, perhaps in the plural: KG does not stand in BACKGROUND.
    """
    pattern = re.escape(keyword)
    if keyword.isascii():
        pattern = rf"(?<![a-z]){pattern}s?(?![a-z])"
    return max((found.end() for found in re.finditer(pattern, name)), default=0)
