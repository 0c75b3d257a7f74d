"""What an indicator gives: amounts with units, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gis_app.language import Message

Findings = Sequence[Mapping[str, Any]]
"""Findings as data, as ``parkplan check`` and ``parkplan review`` give them."""


@dataclass(frozen=True)
class Amount:
    """One value in its unit (id), with so many decimals when it is written; ``word`` stands before it."""

    value: float
    unit: str
    decimals: int = 2
    word: Message | None = None


@dataclass(frozen=True)
class Figure:
    """One named figure.

    Attributes
    ----------
    amounts
        What is shown, the main one first; empty when nothing could be computed (and then ``why`` says why).
    state
        Where the figure is judged: ``pass``, ``fail``, ``cannot_tell`` or ``not_applicable``.
    remark
        A quiet addition: a share, a year, a count.
    basis
        How it is computed and from what.
    layer, fids
        The list behind the figure: a layer's id and which of its features.
    checks
        The checks whose findings are behind the figure.
    """

    id: str
    amounts: tuple[Amount, ...] = ()
    state: str | None = None
    remark: Message | None = None
    why: Message | None = None
    basis: Message | None = None
    layer: str | None = None
    fids: tuple[int, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The main amount, None when it could not be computed."""
        return self.amounts[0].value if self.amounts else None

    @property
    def unit(self) -> str | None:
        """The main amount's unit."""
        return self.amounts[0].unit if self.amounts else None
