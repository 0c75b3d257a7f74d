"""What a layer's source vouches for: where, until when, and that nothing is left out there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Completeness:
    """The ground and the day for which a source says that nothing is missing.

    Attributes
    ----------
    area
        Polygon in the project's reference system (``complete_within``), or None when nobody stated it.
    as_of
        Day until which a ledger is complete (``complete_as_of``), or None.
    source, source_date
        Who says so, and of which state of the data.
    confirmed_empty
        Somebody vouches that there is no such feature in ``area``. Without it an empty layer proves nothing.
    proposed
        Only a guess of the program; it never counts.
    lapsed
        It was stated for another delivery than the one read (the file's digest differs); it does not count.
    """

    area: BaseGeometry | None = None
    as_of: date | None = None
    source: str = ""
    source_date: date | None = None
    confirmed_empty: bool = False
    proposed: bool = False
    lapsed: bool = False

    @property
    def counts(self) -> bool:
        """Whether a rule may rely on it: stated by a person, for this very delivery."""
        return not self.proposed and not self.lapsed
