"""Writes one delivery: shapefile or GeoJSON, the same bytes every time, and the folder's park.toml."""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
import tomli_w
from frame import EPSG
from shapely import Geometry

DBF_DATE = bytes((126, 10, 31))
LANGUAGE_BYTE_GBK = 0x4D
LETTER_O = {"Point": "Point", "LineString": "LineString"}


@dataclass
class Delivery:
    """One file as a department hands it in; geometries are in map coordinates."""

    stem: str
    feature_type: str
    geometry: list[Geometry]
    columns: dict[str, list[Any]]
    source: str
    source_date: date
    encoding: str = "UTF-8"
    language_byte_only: bool = False
    geojson: bool = False
    scheme: str | None = None
    complete_within: list[float] | str | None = None
    ledger: bool = False
    epsg: int = EPSG
    file: str = field(init=False)

    def __post_init__(self) -> None:
        self.file = self.stem + (".geojson" if self.geojson else ".shp")


def array(values: list[Any]) -> tuple[np.ndarray, np.ndarray | None]:
    """Values as the array that GDAL's field type follows from, with its mask of missing values."""
    known = [value for value in values if value is not None]
    missing = np.array([value is None for value in values])
    if known and all(isinstance(value, date) for value in known):
        return np.array([np.datetime64(value or "NaT") for value in values], dtype="datetime64[D]"), None
    if known and all(isinstance(value, int) for value in known):
        return np.array([value or 0 for value in values], dtype="int32"), missing
    if known and all(isinstance(value, int | float) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype="float64"), None
    return np.array(values, dtype=object), None


def write_shapefile(folder: Path, item: Delivery) -> None:
    """Write the shapefile set; the date in the table's header is fixed, GDAL would write today's."""
    path = folder / item.file
    data, masks = zip(*[array(values) for values in item.columns.values()], strict=True)
    kinds = {shape.geom_type.removeprefix("Multi") for shape in item.geometry}
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(np.array(item.geometry, dtype=object)),
        list(data),
        list(item.columns),
        field_mask=list(masks),
        geometry_type=kinds.pop(),
        crs=f"EPSG:{item.epsg}",
        encoding=item.encoding,
        driver="ESRI Shapefile",
        promote_to_multi=False,
        RESIZE="YES",
    )
    table = path.with_suffix(".dbf")
    raw = bytearray(table.read_bytes())
    raw[1:4] = DBF_DATE
    if item.language_byte_only:
        raw[29] = LANGUAGE_BYTE_GBK
        path.with_suffix(".cpg").unlink(missing_ok=True)
    else:
        path.with_suffix(".cpg").write_text(item.encoding, encoding="ascii")
    table.write_bytes(bytes(raw))


def write_geojson(folder: Path, item: Delivery) -> None:
    """Write GeoJSON with the named CRS of its 2008 form, one feature a line."""
    names = list(item.columns)
    rows = []
    for i, shape in enumerate(item.geometry):
        values = {name: plain(item.columns[name][i]) for name in names}
        geometry = json.loads(shapely.to_geojson(shape))
        rows.append(
            json.dumps({"type": "Feature", "properties": values, "geometry": geometry}, ensure_ascii=False)
        )
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{item.epsg}"}}
    head = f'{{"type": "FeatureCollection", "name": "{item.stem}", "crs": {json.dumps(crs)}, "features": [\n'
    (folder / item.file).write_text(head + ",\n".join(rows) + "\n]}\n", encoding="utf-8")


def plain(value: Any) -> Any:
    """A value that JSON can hold."""
    return value.isoformat() if isinstance(value, date) else value


def write(folder: Path, items: list[Delivery]) -> None:
    """Write all deliveries of one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for item in items:
        (write_geojson if item.geojson else write_shapefile)(folder, item)


def digest(path: Path) -> str:
    """SHA-256 of a delivery: the file's own, or for a shapefile that of its members' digests by suffix."""
    members = sorted(path.parent.glob(f"{glob.escape(path.stem)}.*"))
    if len(members) == 1:
        return hashlib.sha256(members[0].read_bytes()).hexdigest()
    told = sorted(f"{m.suffix.lower()}:{hashlib.sha256(m.read_bytes()).hexdigest()}" for m in members)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def answers(folder: Path, item: Delivery, as_of: date) -> dict[str, Any]:
    """What a person would have answered about one file: an entry of park.toml."""
    told: dict[str, Any] = {"path": item.file, "feature_type": item.feature_type, "period": f"{as_of:%Y-%m}"}
    told |= {"source": item.source, "source_date": item.source_date, "encoding": item.encoding}
    if item.geojson:
        told["source_crs"] = item.epsg
    if item.scheme:
        told["scheme"] = item.scheme
    if item.complete_within is not None:
        told["complete_within"] = item.complete_within
        told["sha256"] = digest(folder / item.file)
    if item.ledger:
        told["complete_as_of"] = as_of
    return told


def write_answers(
    folder: Path,
    items: list[Delivery],
    as_of: date,
    name: str,
    facts: dict[str, Any],
    proposals: list[dict[str, Any]],
    epsg: int = EPSG,
    images: Sequence[dict[str, Any]] = (),
) -> None:
    """Write park.toml beside the files."""
    park = {"name": name, "crs": epsg, "as_of": as_of, "period": f"{as_of:%Y-%m}"}
    text = tomli_w.dumps(
        {
            "schema": "parkplan/park/1",
            "park": park,
            "facts": facts,
            "proposal": proposals,
            "file": [answers(folder, item, as_of) for item in items],
        }
    )
    text += "".join(f"\n[[image]]\n{tomli_w.dumps(image)}" for image in images)
    (folder / "park.toml").write_text("# 虚构示例 (fictional sample)\n" + text, encoding="utf-8")


def table(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows as columns; the columns of the first row, in its order, then what later rows add."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}
