"""Shapefile: geometry through GDAL, attributes by our own reading of the ``.dbf``."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.formats import dbf, drivers, encoding, ogr
from gis_app.formats.kinds import Format, Options
from gis_app.formats.shapefile_writing import prepare, write
from gis_app.formats.source import Source, refuse
from gis_app.formats.table import Excluded, Table, shapes
from gis_app.formats.usable import excluded, sift
from gis_app.language import Message

_HEADER = 100
_RECORD_HEADER = 8
_NULL, _MULTIPATCH = 0, 31
_MEMBERS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_TYPES = {1: "Point", 3: "LineString", 5: "Polygon", 8: "MultiPoint"}


@dataclass(frozen=True)
class _Index:
    """Shape type of the file, and of every record that the ``.shx`` names."""

    shape_type: int
    record_types: NDArray[np.int32]
    problems: tuple[Message, ...]


def read(source: Source, options: Options) -> list[Table]:
    """Read a shapefile.

    Parameters
    ----------
    source : Source
        Copies of its members.
    options : Options
        Encoding stated, library.

    Returns
    -------
    list[Table]
        One table.

    Raises
    ------
    Refused
        A member is missing or cut short, or it is no shapefile.
    """
    for extension in (".shx", ".dbf"):
        if extension not in source.copies:
            raise refuse("member_absent", source.path, member=source.path.stem + extension)
    index = _index(source)
    sheet = dbf.parse(source.content(".dbf"), _member(source, ".dbf"))
    decision = _encoding(source, sheet, options)
    wkb, notes = _shapes(source, index, options.reader)
    positions, out = _sorted_out(index, sheet, wkb)
    columns, types, noticed = dbf.columns(dbf.pick(sheet, positions), decision.name)
    problems = [*index.problems, *decision.problems, *_counts(index, sheet), *noticed, *notes]
    table = Table(
        path=source.path,
        name=source.path.stem,
        files=source.files,
        columns=columns,
        types=types,
        geometry=wkb[positions],
        geometry_type=_TYPES.get(index.shape_type % 10),
        source_ids=positions,
        encoding=decision.name,
        encoding_basis=decision.basis,
        crs_wkt=_crs(source),
        declared_count=max(len(index.record_types), sheet.declared),
        excluded=tuple(out),
        problems=tuple(problems),
        reader=options.reader,
    )
    return [sift(table, empty_points_are_nan=True)]


def _member(source: Source, extension: str) -> Path:
    return next(path for path, _ in source.files if path.suffix.lower() == extension)


def _index(source: Source) -> _Index:
    shp, shx = source.content(".shp"), source.content(".shx")
    if len(shp) < _HEADER:
        raise refuse("truncated", source.path, declared=_HEADER, found=len(shp))
    if len(shx) < _HEADER or shx[:4] != shp[:4]:
        raise refuse("shx_broken", _member(source, ".shx"))
    entries = (
        np.frombuffer(shx, ">u4", (len(shx) - _HEADER) // 8 * 2, _HEADER).astype(np.int64).reshape(-1, 2)
    )
    starts, lengths = entries[:, 0] * 2, entries[:, 1] * 2
    ends = starts + _RECORD_HEADER + lengths
    # some writers count the record's own header into its length
    if len(starts) and (
        ends.max() > len(shp) + _RECORD_HEADER or starts.max() + _RECORD_HEADER + 4 > len(shp)
    ):
        raise refuse("truncated", source.path, declared=int(ends.max()), found=len(shp))
    declared_shp, declared_shx = (struct.unpack_from(">I", each, 24)[0] * 2 for each in (shp, shx))
    problems = []
    if declared_shp > len(shp):
        values = {"declared": declared_shp, "found": len(shp)}
        problems.append(Message("formats.shp_length", values))
    if declared_shx > len(shx):
        missing = (declared_shx - _HEADER) // 8 - len(starts)
        raise refuse("truncated_index", _member(source, ".shx"), missing=missing)
    shape_type = struct.unpack_from("<i", shp, 32)[0]
    if shape_type == _MULTIPATCH:
        raise refuse("multipatch", source.path)
    octets = np.frombuffer(shp, np.uint8)
    types = octets[(starts + _RECORD_HEADER)[:, None] + np.arange(4)].view("<i4").ravel()
    return _Index(shape_type, types, tuple(problems))


def _encoding(source: Source, sheet: dbf.Sheet, options: Options) -> encoding.Encoding:
    if options.encoding and encoding.known(options.encoding) is None:
        raise refuse("encoding_unknown", source.path, encoding=options.encoding)
    decision = dbf.decide_encoding(sheet, stated=options.encoding, cpg=source.content(".cpg"))
    if options.encoding and decision.basis != "stated":
        raise refuse("encoding_wrong", source.path, encoding=options.encoding, fits=decision.name)
    return decision


def _shapes(source: Source, index: _Index, reader: str) -> tuple[NDArray[np.object_], list[Message]]:
    """Read the geometry of every record, ``None`` where there is none."""
    geometry = np.full(len(index.record_types), None, dtype=object)
    # without its .dbf the library sees every record, those marked as deleted among them
    source.copies[".dbf"].rename(source.copies[".dbf"].with_suffix(".attributes"))
    raw = drivers.read_layer(source.copies[".shp"], None, reader, attributes=False)
    if raw.wkb is not None and len(raw.fids):
        geometry[raw.fids] = shapes(raw.wkb)
    return geometry, ogr.remarks(raw, source)


def _sorted_out(
    index: _Index, sheet: dbf.Sheet, geometry: NDArray[np.object_]
) -> tuple[NDArray[np.int64], list[Excluded]]:
    """Give the records that have attributes and a readable shape, and the others with their reasons."""
    count, rows = len(index.record_types), len(sheet.records)
    ids = np.arange(max(count, sheet.declared), dtype=np.int64)
    both = min(count, rows)
    deleted = np.zeros(len(ids), dtype=bool)
    deleted[:both] = sheet.deleted[:both]
    kinds = np.full(len(ids), _NULL, dtype=np.int64)
    kinds[:count] = index.record_types
    lost = np.zeros(len(ids), dtype=bool)
    lost[:count] = shapely.is_missing(geometry) & (index.record_types != _NULL)
    reasons = {
        "no_attributes": (ids >= rows) & (ids < count),
        "no_shape": ids >= count,
        "deleted": deleted,
        "multipatch_feature": (kinds == _MULTIPATCH) & ~deleted,
        "corrupt": lost & (kinds != _MULTIPATCH) & ~deleted & (ids < rows),
    }
    out = [excluded(reason, ids[mask]) for reason, mask in reasons.items() if mask.any()]
    return ids[~np.logical_or.reduce(list(reasons.values()))], out


def _counts(index: _Index, sheet: dbf.Sheet) -> list[Message]:
    counts = {"shapes": len(index.record_types), "declared": sheet.declared, "rows": len(sheet.records)}
    return [] if len(set(counts.values())) == 1 else [Message("formats.counts_differ", counts)]


def _crs(source: Source) -> str | None:
    text = source.content(".prj").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").strip("\0 \r\n\t")
    return text or None


FORMAT = Format(
    id="shapefile",
    title=Message("formats.shapefile"),
    extensions=(".shp",),
    members=_MEMBERS,
    read=read,
    write=write,
    prepare=prepare,
)
