"""Project files against GDAL's own validator, where ``make conformance`` has laid it down."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.project_file.conformance import edited, errors, validator


def test_the_validator_is_clean_and_can_object(tmp_path: Path) -> None:
    module = validator()
    if module is None:
        pytest.skip("make conformance fetches the validator")
    path = tmp_path / "p.gpkg"
    edited(path)
    assert errors(module, path) == []
    with sqlite3.connect(path) as plain:
        plain.execute("DROP TRIGGER rtree_supply_parcel_geom_insert")
    plain.close()
    assert errors(module, path) != []
