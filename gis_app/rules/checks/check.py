"""What a check declares of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


@dataclass(frozen=True)
class Check:
    """One way of measuring.

    ``needs`` are the inputs that a rule must give it by name; ``run`` yields at least one observation.
    """

    needs: tuple[str, ...]
    run: Callable[[Neighbourhood], Iterable[Observation]]
