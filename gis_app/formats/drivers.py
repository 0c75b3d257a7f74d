"""GDAL with nothing but the drivers that are wanted; the one place where its two bindings are imported."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.formats.table import Table, is_missing

WANTED = frozenset({"ESRI Shapefile", "GPKG", "GeoJSON", "TopoJSON"})

# Every other driver of the two libraries that takes vector data; one that reads addresses, other files' names
# or programs out of a file must not meet the files of strangers. Each library remarks on names it lacks.
_UNWANTED = {
    "pyogrio": (
        "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,CSV,"
        "GML,GPX,LIBKML,KML,GeoJSONSeq,ESRIJSON,OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,FlatGeobuf,GeoRSS,"
        "VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,Elasticsearch,Carto,"
        "AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,JSONFG,MiraMonVector,"
        "ADBC,AVCBin,AVCE00,AIVector,HTTP,VRT"
    ),
    "fiona": (
        "AVCBin,AVCE00,AmigoCloud,CAD,CSV,CSW,Carto,DGN,DXF,EDIGEO,ESRIJSON,Elasticsearch,FlatGeobuf,"
        "GML,GPSBabel,GPX,GTFS,GeoJSONSeq,GeoRSS,Geoconcept,JML,JSONFG,KML,LVBAG,MVT,MapInfo File,"
        "MapML,Memory,MiraMonVector,NGW,OAPIF,ODS,OGR_GMT,OGR_VRT,OSM,OpenFileGDB,PGDUMP,PLSCENES,"
        "PMTiles,S57,SQLite,SVG,SXF,Selafin,TIGER,UK .NTF,VDV,VFK,VRT,WAsP,WFS,XLSX"
    ),
}


@dataclass(frozen=True)
class Raw:
    """One layer as a library gives it: names, GDAL's types, values, ids, WKB, declared count."""

    names: list[str]
    types: list[str]
    values: list[NDArray[Any]]
    fids: NDArray[np.int64]
    wkb: NDArray[Any] | None
    geometry_type: str | None
    notes: list[str]


class Unopened(Exception):
    """The library refused the file; says what it said."""


def restrict(reader: str) -> None:
    """Leave only the wanted drivers to a library that is imported from now on in this process.

    Parameters
    ----------
    reader : str
        ``pyogrio`` or ``fiona``.
    """
    os.environ["GDAL_SKIP"] = _UNWANTED[reader]


def load() -> None:
    """Import the first reader, without what it would take in and does not need for reading."""
    restrict("pyogrio")
    hidden = "pyproj" not in sys.modules
    if hidden:
        sys.modules["pyproj"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("pyogrio.raw")
    finally:
        if hidden:
            del sys.modules["pyproj"]


def present() -> frozenset[str]:
    """Give the names of the vector drivers that the first reader has in this process.

    Returns
    -------
    frozenset[str]
        In a reader process, `WANTED`.
    """
    restrict("pyogrio")
    import pyogrio

    return frozenset(pyogrio.list_drivers())


def layers(path: Path, reader: str) -> list[str]:
    """List the layers of a file.

    Parameters
    ----------
    path : Path
        A private copy.
    reader : str
        ``pyogrio`` or ``fiona``.

    Returns
    -------
    list[str]
        Their names.

    Raises
    ------
    Unopened
        The library refused.
    """
    restrict(reader)
    if reader == "fiona":
        return _fiona_layers(path)
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        except (RuntimeError, ValueError) as error:
            raise Unopened(str(error)) from error


def read_layer(path: Path, layer: str | None, reader: str, *, attributes: bool = True) -> Raw:
    """Read a layer.

    Parameters
    ----------
    path : Path
        A private copy.
    layer : str, optional
        Its name; the first one when not given.
    reader : str
        ``pyogrio`` or ``fiona``.
    attributes : bool
        Whether fields are wanted too.

    Returns
    -------
    Raw
        What the library gave.

    Raises
    ------
    Unopened
        The library refused.
    """
    restrict(reader)
    if reader == "fiona":
        from gis_app.formats.second_reader import read_layer as read_second

        return read_second(path, layer, attributes=attributes)
    from pyogrio import raw

    columns: list[str] | None = None if attributes else []
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always")
        try:
            meta, fids, wkb, values = raw.read(
                path, layer=layer, columns=columns, return_fids=True, datetime_as_string=True
            )
        except (RuntimeError, ValueError, TypeError) as error:
            raise Unopened(str(error)) from error
    types = [
        kind if sub in ("OFSTNone", "OFSTInt16", "OFSTFloat32") else sub
        for kind, sub in zip(meta["ogr_types"], meta["ogr_subtypes"], strict=True)
    ]
    notes = sorted({str(each.message).splitlines()[0] for each in noticed})
    names = [str(name) for name in meta["fields"]]
    return Raw(names, types, list(values), np.asarray(fids, np.int64), wkb, meta["geometry_type"], notes)


def _fiona_layers(path: Path) -> list[str]:
    from gis_app.formats.second_reader import layers as second_layers

    return second_layers(path)


def write_layer(
    path: Path, geometry: NDArray[Any] | None, kind: str, driver: str, *, table: Table | None = None
) -> None:
    """Write a layer where nothing is yet.

    Parameters
    ----------
    path : Path
        The file.
    geometry : NDArray[object], optional
        Shapes; ``None`` for a table without geometry.
    kind : str
        Geometry type of the layer, ``Unknown`` for any.
    driver : str
        GDAL's name of the format.
    table : Table, optional
        Gives layer name, fields and reference system; without it there are none.

    Raises
    ------
    OSError
        The library could not write.
    """
    restrict("pyogrio")
    import pyogrio
    from pyogrio import raw

    names = [] if table is None else list(table.columns)
    data = [] if table is None else [_field_data(table.columns[name], table.types[name]) for name in names]
    options: dict[str, Any] = {} if table is None else {"layer": table.name}
    if geometry is None:
        options["dataset_metadata"] = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            raw.write(
                path,
                geometry=None if geometry is None else shapely.to_wkb(geometry),
                field_data=[values for values, _ in data],
                fields=names,
                field_mask=[mask for _, mask in data],
                geometry_type=None if geometry is None else kind,
                crs=None if table is None or geometry is None else table.crs_wkt,
                driver=driver,
                encoding="UTF-8",
                gdal_tz_offsets=_zones(table),
                **options,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as error:
            raise OSError(str(error)) from error


def _zones(table: Table | None) -> dict[str, NDArray[np.int64]]:
    """Tell GDAL which times are in UTC (100) and which say nothing of a zone (0)."""
    if table is None:
        return {}
    return {
        name: np.array([100 if value is not None and value.tzinfo else 0 for value in values], dtype=np.int64)
        for name, values in table.columns.items()
        if table.types[name] == "datetime"
    }


def _field_data(values: NDArray[Any], kind: str) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Give a field's values in the type that says what GDAL shall make of them, and which are missing."""
    missing = is_missing(values)
    wanted = {"integer": "int64", "date": "datetime64[D]", "datetime": "datetime64[ms]", "boolean": "bool"}
    if kind not in wanted:
        return values, None
    filled = values.copy()
    filled[missing] = {"date": np.datetime64("1970-01-01"), "datetime": datetime(1970, 1, 1)}.get(kind, 0)
    if kind == "datetime":
        filled = np.array([value.replace(tzinfo=None) for value in filled.tolist()], dtype=object)
    return filled.astype(wanted[kind]), missing
