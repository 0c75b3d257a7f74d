"""What a check declares of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


@dataclass(frozen=True)
class Check:
    """One way of measuring.

    ``needs`` are the inputs that a rule must give it by name, ``may`` those that it can do without;
    ``run`` yields at least one observation. ``names`` says of literal inputs what they name: a ``table``,
    ``layers``, or a field of the input of that name. ``words`` are literal inputs that are tables of words.
    """

    needs: tuple[str, ...]
    run: Callable[[Neighbourhood], Iterable[Observation]]
    may: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
