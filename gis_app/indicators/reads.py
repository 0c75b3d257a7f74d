"""Which columns of a layer the indicators read: what each declares as ``READS``, patterns of names."""

from __future__ import annotations

from gis_app.indicators import deadlines
from gis_app.indicators.strip import EIGHT


def patterns_read(feature_type: str) -> frozenset[str]:
    """Give the patterns of the columns that any indicator reads of a layer of this type."""
    declared = [getattr(module, "READS", {}) for module in (*EIGHT, deadlines)]
    return frozenset(pattern for reads in declared for pattern in reads.get(feature_type, ()))
