"""A small park to store, and its feature types."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import shapely
from pandas.testing import assert_frame_equal
from pyproj import CRS

from gis_app.catalogue.feature_type import FeatureType, Field
from gis_app.language import Message
from gis_app.model import (
    Changeset,
    Completeness,
    Fact,
    Layer,
    Project,
    Proposal,
    Record,
    Source,
    feature_frame,
)
from gis_app.project_file import ProjectFile

CRS_4546 = CRS.from_epsg(4546)


def kind(id: str, geometry: str, *fields: tuple[str, str]) -> FeatureType:
    made = tuple(Field(name, {"zh": name, "en": name}, type) for name, type in fields)
    return FeatureType(id, {"zh": id, "en": id}, geometry, "registered", False, False, "", (id,), id, made)


PARCEL = kind(
    "supply_parcel", "polygon", ("parcel_no", "text"), ("supply_date", "date"), ("idle_cause", "text")
)
REQUEST = kind("enterprise_request", "none", ("request_no", "text"))
CATALOGUE: Any = SimpleNamespace(
    feature_types={one.id: one for one in (PARCEL, REQUEST)}, styles={}, code_lists={}
)


def parcels(n: int = 5, first: int = 1, id: str = "supply_parcel") -> Layer:
    x = 500000.0 + 20.0 * np.arange(n)
    shapes = shapely.box(x, 3000000.0, x + 10.123456789, 3000010.1)
    columns = {
        "parcel_no": np.array([f"宗{i}'\";--" for i in range(n)], dtype=object),
        "area_m2": np.linspace(0, 1, n) / 3,
        "count": np.arange(n, dtype=np.int64) - 2,
        "supply_date": np.array(
            [date(2020, 1, 1 + i % 28) if i % 2 else None for i in range(n)], dtype=object
        ),
        "clean": np.array([True, False, None] * n, dtype=object)[:n],
        "无值": np.array([None] * n, dtype=object),
    }
    frame = feature_frame(np.arange(first, first + n), columns, shapes, CRS_4546)
    complete = Completeness(shapely.box(0, 0, 9, 9), date(2026, 11, 30), "县局", date(2026, 10, 1))
    source = Source("供地.shp", "ab" * 32, "供地", source_date=date(2026, 1, 2), unreadable=(("empty", 2),))
    return Layer(id, PARCEL, frame, complete, "survey3", (source,))


def requests(n: int = 3) -> Layer:
    frame = feature_frame(np.arange(900, 900 + n), {"request_no": [f"r{i}" for i in range(n)]}, None, None)
    return Layer("enterprise_request", REQUEST, frame)


def project() -> Project:
    fact = Fact("", "approved_area_ha", 1186.42, "湘园区办", date(2022, 3, 1))
    made = Project(CRS_4546, "澜溪", date(2026, 11, 30), "2026-11", missing_files=("缺.shp",))
    made.facts[fact.id] = fact
    made.proposals["A"] = Proposal("A", "方案一")
    return made


def step(*records: Record, text: str = "test.edit") -> Changeset:
    return Changeset(Message(text, {"n": len(records)}), tuple(records))


def arrival(*layers: Layer) -> Changeset:
    return Changeset(Message("test.import"), arrivals=layers)


def new(path: Path, *layers: Layer) -> ProjectFile:
    file = ProjectFile.create(path, project(), actor="张工")
    if layers:
        file.commit(arrival(*layers), actor="张工")
    return file


def reopened(file: ProjectFile) -> ProjectFile:
    file.close()
    return ProjectFile.open(file.path, catalogue=CATALOGUE)


def same(one: Project, other: Project) -> None:
    """Equal in everything that is stored; rows are compared by fid."""
    for name in ("name", "as_of", "period", "facts", "proposals", "missing_files", "crs"):
        assert getattr(one, name) == getattr(other, name), name
    assert list(one.layers) == list(other.layers)
    for id, layer in one.layers.items():
        twin = other.layers[id]
        assert (layer.feature_type, layer.scheme, layer.sources) == (
            twin.feature_type,
            twin.scheme,
            twin.sources,
        )
        assert layer.completeness == twin.completeness
        assert_frame_equal(layer.frame.sort_index(), twin.frame.sort_index(), check_like=True)
        assert (
            list(shapely.to_wkb(layer.frame.sort_index().get("geometry")))
            == list(shapely.to_wkb(twin.frame.sort_index().get("geometry")))
            if "geometry" in layer.frame
            else True
        )
