"""Changesets for projects at hand: what hypothesis may do to a small park."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st
from pyproj import CRS

from gis_app.catalogue import FeatureType, load
from gis_app.language import Message
from gis_app.model import (
    GEOMETRY,
    Changeset,
    Completeness,
    Fact,
    Layer,
    Project,
    Proposal,
    Record,
    feature_frame,
)

GRID = CRS.from_epsg(4546)
TEXT = Message("edits.set_fact", {"fact": "x", "value": "y"})
COLUMNS = ("parcel_no", "area_m2", "agreed_start_date", "on_cleanup_list", "parkplan_source_id")

texts = st.none() | st.sampled_from(["", "GD-1", "地块一"])
numbers = st.just(float("nan")) | st.floats(-1e6, 1e6, allow_nan=False)
days = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
flags = st.none() | st.booleans()
corners = st.integers(0, 500).map(float)
boxes = st.tuples(corners, corners).map(lambda at: shapely.box(*at, at[0] + 7, at[1] + 7))
values = {
    "parcel_no": texts,
    "area_m2": numbers,
    "agreed_start_date": days,
    "on_cleanup_list": flags,
    "parkplan_source_id": st.integers(0, 99),
    GEOMETRY: boxes,
}
rows = st.fixed_dictionaries(values)
KIND: FeatureType = load().feature_types["supply_parcel"]
PLAIN: FeatureType = load().feature_types["enterprise_request"]


def layer(id: str, fids: list[int], of: list[Mapping[str, Any]], geometry: bool = True) -> Layer:
    columns: dict[str, Any] = {name: [row[name] for row in of] for name in COLUMNS}
    columns["area_m2"] = np.array(columns["area_m2"], dtype=np.float64)
    columns["parkplan_source_id"] = np.array(columns["parkplan_source_id"], dtype=np.int64)
    shapes = [row[GEOMETRY] for row in of] if geometry else None
    return Layer(id, KIND if geometry else PLAIN, feature_frame(fids, columns, shapes, GRID))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A park with one layer of shapes and one table."""
    first = draw(st.lists(rows, min_size=1, max_size=5))
    second = draw(st.lists(rows, max_size=3))
    count = len(first)
    made = {
        "supply_parcel": layer("supply_parcel", list(range(1, count + 1)), first),
        "requests": layer(
            "requests", list(range(count + 1, count + len(second) + 1)), second, geometry=False
        ),
    }
    facts = {fact.id: fact for fact in draw(st.lists(fact_values, max_size=2, unique_by=lambda f: f.id))}
    park = Project(GRID, "示例", date(2026, 11, 30), "2026-11", made, facts, {"A": Proposal("A", "方案一")})
    park.next_fid = count + len(second) + 1
    return park


fact_values = st.builds(
    Fact,
    st.sampled_from(["", "A"]),
    st.sampled_from(["out_ha", "approved_area_ha"]),
    st.floats(0, 9),
    document_date=days,
)


@st.composite
def changesets(draw: st.DrawFn, park: Project) -> Changeset:
    """Any step that fits a project."""
    records: list[Record] = []
    next_fid = park.next_fid
    left = draw(st.booleans())
    for one in park.layers.values():
        if left and one.id == "requests":
            continue
        names = [*COLUMNS, GEOMETRY] if one.id == "supply_parcel" else [*COLUMNS]
        for fid in one.fids.tolist():
            before = {name: one.frame.loc[fid, name] for name in names}
            match draw(st.sampled_from(["keep", "update", "delete"])):
                case "update":
                    chosen = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
                    after = {name: draw(values[name]) for name in chosen}
                    records.append(Record(one.id, fid, {name: before[name] for name in chosen}, after))
                case "delete":
                    records.append(Record(one.id, fid, before, None))
        for _ in range(draw(st.integers(0, 2))):
            records.append(Record(one.id, next_fid, None, {name: draw(values[name]) for name in names}))
            next_fid += 1
    records += draw(own_records(park))
    arrivals = ()
    if draw(st.booleans()):
        brought = draw(st.lists(rows, max_size=2))
        arrivals = (layer("plan", list(range(next_fid, next_fid + len(brought))), brought),)
    departures = (park.layers["requests"],) if left else ()
    return Changeset(TEXT, tuple(draw(st.permutations(records))), arrivals, departures)


@st.composite
def own_records(draw: st.DrawFn, park: Project) -> list[Record]:
    """Records of the project's own tables."""
    records = []
    for key, given in (
        ("name", texts.map(lambda t: t or "")),
        ("as_of", days),
        ("crs", st.just("EPSG:4547")),
    ):
        if draw(st.booleans()):
            before = park.crs.to_string() if key == "crs" and park.crs is not None else getattr(park, key)
            records.append(Record("project", key, {"value": before}, {"value": draw(given)}))
    if draw(st.booleans()):
        fact = draw(fact_values)
        old = park.facts.get(fact.id)
        after = None if old is not None and draw(st.booleans()) else vars(fact)
        if old is not None or after is not None:
            records.append(Record("fact", fact.id, None if old is None else vars(old), after))
    for name in ("A", "B"):
        if draw(st.booleans()):
            there = park.proposals.get(name)
            before, after = (None, vars(Proposal(name, "新方案"))) if there is None else (vars(there), None)
            records.append(Record("proposal", name, before, after))
    if draw(st.booleans()):
        stated = {
            "completeness": Completeness(shapely.box(0, 0, 9, 9), date(2026, 1, 1)),
            "scheme": "survey3",
        }
        now = park.layers["supply_parcel"]
        records.append(
            Record("layer", now.id, {"completeness": now.completeness, "scheme": now.scheme}, stated)
        )
    return records


def content(park: Project) -> dict[str, Any]:
    """What a project says, to be compared; the next feature id is not undone."""
    return {
        "crs": park.crs,
        "head": (park.name, park.as_of, park.period, park.missing_files),
        "facts": dict(park.facts),
        "proposals": dict(park.proposals),
        "layers": {
            id: (one.feature_type.id, one.completeness, one.scheme) for id, one in park.layers.items()
        },
        "rows": {id: table(one.frame) for id, one in park.layers.items()},
        "types": {id: dict(one.frame.dtypes.astype(str)) for id, one in park.layers.items()},
        "classes": {id: type(one.frame).__name__ for id, one in park.layers.items()},
    }


def table(frame: pd.DataFrame) -> dict[int, tuple[Any, ...]]:
    """Rows by feature id; missing values are None, shapes their WKB."""
    return {
        int(fid): tuple(plain(row[name]) for name in sorted(frame.columns))
        for fid, row in zip(frame.index, frame.to_dict("records"), strict=True)
    }


def plain(value: Any) -> Any:
    if isinstance(value, shapely.Geometry):
        return value.wkb_hex
    return None if value is None or value != value else value
