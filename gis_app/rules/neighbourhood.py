"""What one rule may see: its declared rows, facts and figures, and nothing else of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyproj import CRS

from gis_app.catalogue import Catalogue
from gis_app.catalogue.rule_set import Rule
from gis_app.geometry.coverage import Overlaps
from gis_app.model import Fact, Source
from gis_app.rules.rows import Rows
from gis_app.rules.shared import Shared


@dataclass(frozen=True)
class Neighbourhood:
    """The inputs of one run of one rule, by the names under which the rule declares them.

    ``facts`` hold only those that were entered; ``values`` are figures and words written in the rule itself.
    """

    rule: Rule
    as_of: date | None
    crs: CRS | None
    catalogue: Catalogue
    rows: Mapping[str, Rows]
    facts: Mapping[str, Fact]
    values: Mapping[str, Any]
    shared: Shared

    @property
    def tolerance(self) -> float:
        """The rule's tolerance in its unit; 0 when none is written."""
        return float(self.rule.tolerance or 0.0)

    def number(self, name: str) -> float | None:
        """A figure given to the rule as a fact or as a literal; None when it is not there."""
        if name in self.facts:
            return float(self.facts[name].value)  # type: ignore[arg-type]
        value = self.values.get(name)
        return None if value is None else float(value)

    def overlaps(self, rows: Rows) -> Overlaps:
        """Overlapping pairs within a layer, computed once for all rules that ask."""
        return self.shared.overlaps(rows)

    def sources(self, layer: str) -> tuple[Source, ...]:
        """Where a layer came from; empty when it is not there."""
        return self.shared.sources(layer)
