"""TopoJSON: read only, through GDAL; every object of the topology is a layer."""

from __future__ import annotations

import json

from gis_app.formats import drivers, ogr
from gis_app.formats.kinds import Format, Options
from gis_app.formats.source import Source, refuse
from gis_app.formats.table import Table, shapes
from gis_app.formats.usable import sift
from gis_app.language import Message


def read(source: Source, options: Options) -> list[Table]:
    """Read a topology.

    Parameters
    ----------
    source : Source
        A copy of the file.
    options : Options
        Which library.

    Returns
    -------
    list[Table]
        One table an object.

    Raises
    ------
    Refused
        It is no topology.
    """
    try:
        document = json.loads(source.content(".topojson").decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refuse("topojson_broken", source.path, cause=str(error)) from error
    if not isinstance(document, dict) or document.get("type") != "Topology":
        raise refuse("not_topojson", source.path)
    declared = {name: _declared(each) for name, each in document.get("objects", {}).items()}
    copy = source.copies[".topojson"]
    return [
        _table(source, name, declared, drivers.read_layer(copy, name, options.reader), options)
        for name in drivers.layers(copy, options.reader)
    ]


def _declared(each: object) -> int:
    inner = each.get("geometries") if isinstance(each, dict) else None
    return len(inner) if isinstance(inner, list) else 1


def _table(source: Source, name: str, declared: dict[str, int], raw: drivers.Raw, options: Options) -> Table:
    columns, types, problems = ogr.columns(raw, source)
    count = declared.get(name, len(raw.fids))
    if count != len(raw.fids):
        problems.append(Message("formats.count_declared", {"declared": count, "found": len(raw.fids)}))
    table = Table(
        path=source.path,
        name=name,
        files=source.files,
        columns=columns,
        types=types,
        geometry=None if raw.wkb is None else shapes(raw.wkb),
        geometry_type=raw.geometry_type,
        source_ids=raw.fids,
        encoding="UTF-8",
        encoding_basis="format",
        crs_wkt=None,
        declared_count=max(count, len(raw.fids)),
        problems=tuple(problems),
        reader=options.reader,
    )
    return sift(table)


FORMAT = Format(
    id="topojson",
    title=Message("formats.topojson"),
    extensions=(".topojson",),
    members=(".topojson",),
    read=read,
    write=None,
    prepare=None,
)
