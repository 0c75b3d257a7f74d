"""GeoJSON: parsed and judged against RFC 7946 feature by feature, without a library in between."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.formats import encoding
from gis_app.formats.fields import infer
from gis_app.formats.geojson_writing import prepare, write
from gis_app.formats.kinds import Format, Options
from gis_app.formats.shapes import GEOMETRY_TYPES, Wrong, shape_of
from gis_app.formats.source import Source, refuse
from gis_app.formats.table import Excluded, Table, objects
from gis_app.formats.usable import excluded, sift
from gis_app.language import Message

_CRS84 = "OGC:CRS84"
_FOREIGN = ("features", "geometries", "coordinates")  # what section 7.1 forbids in a feature


def read(source: Source, options: Options) -> list[Table]:
    """Read a GeoJSON text.

    Parameters
    ----------
    source : Source
        A copy of the file.
    options : Options
        Encoding stated; the standard knows UTF-8 only.

    Returns
    -------
    list[Table]
        One table.

    Raises
    ------
    Refused
        It is not JSON, with the position, or not GeoJSON.
    """
    text, name, basis, problems = _text(source, options)
    document, doubled = _parsed(text, source.path)
    features = _features(document, source.path)
    if features and document is not features[0] and "bbox" in document and not _is_box(document["bbox"]):
        problems.append(Message("formats.json_bbox", {"count": 1}))
    properties, geometry, ids, out = _judged(features, problems)
    if doubled:
        example, count = next(iter(doubled)), sum(doubled.values())
        problems.append(Message("formats.json_twice", {"key": example, "count": count}))
    columns, types, noticed = infer(properties)
    located = not len(geometry) or any(each is not None for each in geometry)
    crs, said = _crs(document)
    table = Table(
        path=source.path,
        name=source.path.stem,
        files=source.files,
        columns=columns,
        types=types,
        geometry=geometry if located else None,
        geometry_type=None,
        source_ids=ids,
        encoding=name,
        encoding_basis=basis,
        crs_wkt=crs if located else None,
        declared_count=len(features),
        excluded=tuple(out),
        problems=(*problems, *noticed, *(said if located else [])),
        reader="parkplan",
    )
    return [sift(table)]


def _text(source: Source, options: Options) -> tuple[str, str, str, list[Message]]:
    content = source.content(source.path.suffix.lower()).removeprefix(b"\xef\xbb\xbf")
    stated = options.encoding
    if stated and encoding.known(stated) is None:
        raise refuse("encoding_unknown", source.path, encoding=stated)
    tried = (
        [(encoding.known(stated) or "", "stated")]
        if stated
        else [("UTF-8", "format"), ("GB18030", "gb18030")]
    )
    for name, basis in tried:
        try:
            text = content.decode(encoding.codec(name))
        except UnicodeDecodeError:
            continue
        noted = [] if name == "UTF-8" else [Message("formats.json_not_utf8", {"encoding": name})]
        return text, name, basis, noted
    raise refuse("text_undecodable", source.path, encoding=stated or "UTF-8")


def _parsed(text: str, path: Path) -> tuple[Any, Counter[str]]:
    doubled: Counter[str] = Counter()

    def as_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            doubled.update(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return made

    try:
        return json.loads(text, object_pairs_hook=as_dict), doubled
    except json.JSONDecodeError as error:
        raise refuse("json_broken", path, line=error.lineno, column=error.colno, cause=error.msg) from error
    except RecursionError as error:
        raise refuse("json_too_deep", path) from error
    except ValueError as error:  # a number of thousands of digits
        raise refuse("json_number", path, cause=str(error)) from error


def _features(document: Any, path: Path) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        if not isinstance(document.get("features"), list):
            raise refuse("json_features", path)
        return list(document["features"])
    if kind == "Feature":
        return [document]
    if isinstance(kind, str) and kind in GEOMETRY_TYPES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    if kind == "Topology":
        raise refuse("is_topojson", path)
    raise refuse("not_geojson", path, type=kind[:60] if isinstance(kind, str) else None)


def _judged(
    features: list[Any], problems: list[Message]
) -> tuple[list[dict[str, Any]], NDArray[Any], NDArray[np.int64], list[Excluded]]:
    """Give attributes, shapes and positions of the features that are right, and the others by reason."""
    kept: list[tuple[int, dict[str, Any], Any]] = []
    wrong: dict[tuple[str, str], list[int]] = {}
    notes: Counter[str] = Counter()
    with_id = any(isinstance(each, dict) and "id" in each for each in features)
    for place, feature in enumerate(features):
        try:
            kept.append((place, _attributes(feature, notes, with_id), _shape(feature, notes)))
        except Wrong as error:
            wrong.setdefault((error.reason, error.detail), []).append(place)
    problems.extend(Message(f"formats.json_{note}", {"count": count}) for note, count in notes.items())
    out = [
        excluded(reason, np.array(places, dtype=np.int64), detail=detail)
        for (reason, detail), places in wrong.items()
    ]
    ids = np.array([place for place, _, _ in kept], dtype=np.int64)
    return [each for _, each, _ in kept], objects(shape for _, _, shape in kept), ids, out


def _attributes(feature: Any, notes: Counter[str], with_id: bool) -> dict[str, Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Wrong("json_not_feature", _short(feature.get("type") if isinstance(feature, dict) else feature))
    if "geometry" not in feature:
        raise Wrong("json_no_geometry")
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise Wrong("json_properties")
    if "properties" not in feature:
        notes["no_properties"] += 1
    if any(member in feature for member in _FOREIGN):
        notes["foreign_member"] += 1
    notes.update(["bbox"] * sum(not _is_box(each) for each in _boxes(feature)))
    identity = feature.get("id")
    if isinstance(identity, (bool, dict, list)):
        notes["id"] += 1
    found = dict(properties or {})
    if with_id and "id" not in found:
        found = {"id": identity, **found}
    return found


def _shape(feature: dict[str, Any], notes: Counter[str]) -> Any:
    geometry = feature["geometry"]
    return None if geometry is None else shape_of(geometry, notes)


def _boxes(feature: dict[str, Any]) -> list[Any]:
    owners = (feature, feature["geometry"])
    return [each["bbox"] for each in owners if isinstance(each, dict) and "bbox" in each]


def _is_box(box: Any) -> bool:
    return isinstance(box, list) and len(box) in (4, 6) and all(type(each) in (int, float) for each in box)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:40]


def _crs(document: Any) -> tuple[str | None, list[Message]]:
    """Give the reference system: RFC 7946's, or that of the older member ``crs``."""
    import pyproj

    member = document.get("crs") if isinstance(document, dict) else None
    if member is None:
        return pyproj.CRS(_CRS84).to_wkt(), []
    inner = member.get("properties") if isinstance(member, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    try:
        found = pyproj.CRS.from_user_input(name)
    except (pyproj.exceptions.CRSError, TypeError):
        return None, [Message("formats.json_crs_unknown", {"crs": _short(name if name else member)})]
    if found == pyproj.CRS(_CRS84):
        return found.to_wkt(), []
    return found.to_wkt(), [Message("formats.json_crs", {"crs": str(name)})]


FORMAT = Format(
    id="geojson",
    title=Message("formats.geojson"),
    extensions=(".geojson", ".json"),
    members=(),  # one file alone
    read=read,
    write=write,
    prepare=prepare,
)
