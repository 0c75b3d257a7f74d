"""Small deliveries: GeoJSON files in a metre grid, and the answers beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from gis_app.catalogue import Catalogue, load
from gis_app.session.intake import Intake, take_in
from gis_app.session.options import Options, PerFile

X, Y = 480_000.0, 3_150_000.0
HEAD = 'schema = "parkplan/park/1"\n'
HERE = Options(workers=0)
"""Read in this process: the reader's children are tested where they are made."""


@cache
def catalogue() -> Catalogue:
    return load()


def box(x: float, y: float, width: float = 100, height: float = 100) -> shapely.Polygon:
    return shapely.box(X + x, Y + y, X + x + width, Y + y + height)


def deliver(path: Path, rows: Sequence[Mapping[str, Any]], crs: int | None = 4546) -> Path:
    """A GeoJSON file; each row its columns, the shape under ``shape``."""
    features = [
        {
            "type": "Feature",
            "geometry": None if row.get("shape") is None else json.loads(shapely.to_geojson(row["shape"])),
            "properties": {name: value for name, value in row.items() if name != "shape"},
        }
        for row in rows
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs is not None:
        whole["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def parcels(path: Path, *at: float, crs: int | None = 4546, **columns: Any) -> Path:
    """Supply parcels of a hectare each, side by side from the places given."""
    rows = [{"宗地编号": f"GD-{x:.0f}", "供地日期": "2024-03-01", **columns, "shape": box(x, 0)} for x in at]
    return deliver(path, rows, crs)


def answer(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "park.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def taken(*paths: Path, **options: Any) -> Intake:
    return take_in(paths, Options(**{"workers": 0, **options}), catalogue())


def everywhere(value: str) -> PerFile:
    return PerFile(value)
