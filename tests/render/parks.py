"""Parks to draw: the sample as files read plainly, and a small one made here."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gis_app.catalogue import Catalogue, load
from gis_app.model import Layer, Project, Proposal, feature_frame

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_shapefiles" / "demo_park" / "2026-11"
SCHEMES = {"survey_polygon": "survey3", "plan_parcel": "landuse_2023", "supply_parcel": "landuse_2023"}


@cache
def catalogue() -> Catalogue:
    return load()


def sample() -> Project:
    """The sample park, its files read without any of the program's own reading."""
    answers = tomllib.loads((SAMPLE / "park.toml").read_text(encoding="utf-8"))
    park = answers["park"]
    project = Project(CRS.from_epsg(4546), park["name"], park["as_of"], park["period"])
    for proposal in answers.get("proposal", []):
        project.proposals[proposal["id"]] = Proposal(proposal["id"], proposal.get("name", ""))
    for entry in answers["file"]:
        path = SAMPLE / entry["path"]
        if path.suffix.lower() in {".shp", ".geojson", ".gpkg"} and path.exists():
            read = gpd.read_file(path, **({"encoding": entry["encoding"]} if "encoding" in entry else {}))
            layer = _layer(entry["feature_type"], read, project)
            project.layers.setdefault(layer.id, layer)
    return project


def _layer(kind_id: str, read: Any, project: Project) -> Layer:
    kind = catalogue().feature_types[kind_id]
    known = {name.upper(): field.id for field in kind.fields for name in field.names}
    columns = {
        known[name.upper()]: read[name].astype(object).where(read[name].notna(), None).tolist()
        for name in read.columns
        if name.upper() in known
    }
    fids = np.arange(len(read)) + project.next_fid
    project.next_fid += len(read)
    shapes = read.geometry if read.crs is None else read.geometry.to_crs(4546)
    return Layer(
        kind_id,
        kind,
        feature_frame(fids, columns, shapes.to_numpy(), project.crs),
        scheme=SCHEMES.get(kind_id),
    )


def layer(kind_id: str, geometry: list[Any], scheme: str | None = None, **columns: list[Any]) -> Layer:
    """A layer of one feature type, fids from 1."""
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    frame = feature_frame(np.arange(1, len(geometry) + 1), columns, shapes, CRS.from_epsg(4546))
    return Layer(kind_id, catalogue().feature_types[kind_id], frame, scheme=scheme)


def small(name: str = "澜溪经济开发区（虚构示例）") -> Project:
    """Twelve parcels of 200 m in a boundary, a farmland strip, one block."""
    x0, y0 = 511000.0, 3078000.0
    cells = [
        shapely.box(x0 + 200 * i, y0 + 200 * j, x0 + 200 * i + 200, y0 + 200 * j + 200)
        for j in range(3)
        for i in range(4)
    ]
    codes = ["0101", "0301", "0601", "0701", "0101", "0301", "0601", "0701", "1006", "1101", "05H1", "0101"]
    project = Project(CRS.from_epsg(4546), name, date(2026, 11, 30), "2026-11")
    made = [
        layer("survey_polygon", cells, "survey3", class_code=codes),
        layer("park_boundary", [shapely.box(x0 + 200, y0, x0 + 800, y0 + 600)], block_name=["区块一"]),
        layer("permanent_basic_farmland", [shapely.box(x0 - 40, y0, x0 + 2, y0 + 500)]),
        layer(
            "proposal_block",
            [shapely.box(x0, y0, x0 + 200, y0 + 600)],
            proposal=["A"],
            change_type=["扩入"],
            name=["一"],
        ),
    ]
    project.layers = {one.id: one for one in made}
    project.proposals = {"A": Proposal("A", "方案一")}
    return project
