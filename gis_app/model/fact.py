"""A figure or document number that no geometry holds, with the document it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PARK = ""
"""The owner of the facts of the park itself; the facts of a proposal are owned by its id."""

Value = float | int | str | bool | date


@dataclass(frozen=True)
class Fact:
    """One fact of the park (``owner`` empty) or of a proposal (``owner`` is its id).

    ``value`` is in the unit that the fact's declaration names.
    """

    owner: str
    key: str
    value: Value
    document: str = ""
    document_date: date | None = None
    attachment: str = ""
    proposed: bool = False

    @property
    def id(self) -> str:
        """Key of the record in the table ``fact``."""
        return f"{self.owner}/{self.key}"

    @property
    def documented(self) -> bool:
        """Number and date of its document are there; the scan may still be missing."""
        return bool(self.document.strip()) and self.document_date is not None and not self.proposed
