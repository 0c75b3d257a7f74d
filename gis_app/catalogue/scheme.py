"""Which scheme a column of codes is in: decided by codes and names together, never by the field's name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gis_app.catalogue.code_list import CodeList
from gis_app.catalogue.parsed import written

SCHEMES = ("landuse_2023", "landuse_2020", "survey3", "gb50137", "tdt1029")
ENOUGH = 0.98
"""Below this share of agreeing names a person is asked."""

PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class SchemeProposal:
    """One scheme and how well a column fits it.

    Parameters
    ----------
    scheme : str
        Id of the code list.
    agreement : float or None
        Share of the rows with code and name whose name is the one the scheme gives that code; None without
        names.
    known : float
        Share of the rows with a code whose code the scheme has.
    rows : int
        Rows with a code.
    settled : bool
        Names agree in at least 98 % and better than in any other scheme; otherwise a person is asked.
    """

    scheme: str
    agreement: float | None
    known: float
    rows: int
    settled: bool = False


def propose(
    lists: Mapping[str, CodeList], codes: Sequence[object], names: Sequence[object] | None = None
) -> tuple[SchemeProposal, ...]:
    """Rank the schemes by how well a column of codes and the column of names beside it fit them.

    Parameters
    ----------
    lists : Mapping
        The code lists of the catalogue; those of ``SCHEMES`` are tried.
    codes, names : Sequence
        The two columns as delivered, row by row; None and blanks are left out.

    Returns
    -------
    tuple of SchemeProposal
        Best first; empty when no row has a code.
    """
    beside = names if names is not None else [None] * len(codes)
    pairs = Counter(
        (written(code), written(name)) for code, name in zip(codes, beside, strict=True) if written(code)
    )
    fits = [_fit(lists[scheme], pairs) for scheme in SCHEMES if scheme in lists] if pairs else []
    ranked = sorted(fits, key=_rank, reverse=True)
    if len(ranked) > 1 and _settles(ranked[0], ranked[1]):
        best = ranked[0]
        ranked[0] = SchemeProposal(best.scheme, best.agreement, best.known, best.rows, settled=True)
    return tuple(ranked)


def plain(name: str) -> str:
    """Give a class name without blanks, brackets and punctuation."""
    return PUNCTUATION.sub("", unicodedata.normalize("NFKC", name))


def _fit(codes: CodeList, pairs: Counter[tuple[str, str]]) -> SchemeProposal:
    rows = known = named = agreeing = 0
    for (code, name), count in pairs.items():
        match = codes.find(code)
        found = match.code if match.state == "known" else None
        rows += count
        known += count if found is not None else 0
        if name:
            named += count
            own = {plain(word) for word in (found.name, *found.other_names)} if found is not None else set()
            agreeing += count if plain(name) in own else 0
    return SchemeProposal(codes.id, agreeing / named if named else None, known / rows, rows)


def _rank(fit: SchemeProposal) -> tuple[float, float]:
    return (-1.0 if fit.agreement is None else fit.agreement, fit.known)


def _settles(best: SchemeProposal, second: SchemeProposal) -> bool:
    return (
        best.agreement is not None
        and best.agreement >= ENOUGH
        and (second.agreement is None or best.agreement > second.agreement)
    )
