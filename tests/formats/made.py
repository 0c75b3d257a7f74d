"""Files made byte by byte, right and wrong, and tables of any content; nothing here uses what it tests."""

import json
import struct
from pathlib import Path

import numpy as np
import shapely

from gis_app.formats import Table

SQUARE = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (0.0, 0.0)]
POINT, POLYGON = 1, 5


def shape_record(kind, coordinates):
    """Content of one record: a point, a polygon of one ring, or nothing."""
    if coordinates is None:
        return struct.pack("<i", 0)
    if kind == POINT:
        return struct.pack("<idd", POINT, *coordinates)
    xs, ys = zip(*coordinates, strict=True)
    box = struct.pack("<4d", min(xs), min(ys), max(xs), max(ys))
    points = b"".join(struct.pack("<dd", *each) for each in coordinates)
    return struct.pack("<i", POLYGON) + box + struct.pack("<iii", 1, len(coordinates), 0) + points


def _header(kind, size):
    return struct.pack(">i5ii", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack("<ii8d", 1000, kind, *[0.0] * 8)


def dbf(rows, fields=(("NAME", "C", 20, 0),), language=0, declared=None, deleted=()):
    """A .dbf of byte cells."""
    widths = [width for _, _, width, _ in fields]
    lead = struct.pack("<4BIHH17xB2x", 3, 126, 1, 1, len(rows) if declared is None else declared,
                       33 + 32 * len(fields), 1 + sum(widths), language)  # fmt: skip
    for name, kind, width, decimals in fields:
        encoded = name if isinstance(name, bytes) else name.encode("ascii")
        lead += struct.pack("<11sc4xBB14x", encoded, kind.encode(), width, decimals)
    body = b""
    for place, row in enumerate(rows):
        body += b"*" if place in deleted else b" "
        body += b"".join(cell.ljust(width)[:width] for cell, width in zip(row, widths, strict=True))
    return lead + b"\r" + body + b"\x1a"


def shapefile(path, shapes, rows=None, kind=POLYGON, cpg=None, **options):
    """Write a shapefile; shapes are coordinate lists or None."""
    rows = [[b"x"] for _ in shapes] if rows is None else rows
    shp, shx, at = b"", b"", 100
    for number, each in enumerate(shapes, 1):
        content = shape_record(kind, each)
        shx += struct.pack(">ii", at // 2, len(content) // 2)
        shp += struct.pack(">ii", number, len(content) // 2) + content
        at = 100 + len(shp)
    path = Path(path)
    path.write_bytes(_header(kind, 100 + len(shp)) + shp)
    path.with_suffix(".shx").write_bytes(_header(kind, 100 + len(shx)) + shx)
    path.with_suffix(".dbf").write_bytes(dbf(rows, **options))
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def text_file(path, cells, cpg=None, language=0, name="NAME"):
    """Write a shapefile of points that carry texts given as bytes."""
    width = max([20, *map(len, cells)])
    fields = ((name, "C", width, 0),)
    points = [(float(place), 0.0) for place in range(len(cells))]
    return shapefile(path, points, [[c] for c in cells], POINT, cpg, fields=fields, language=language)


def feature(geometry, properties=None, **members):
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": properties or {}, "geometry": geometry, **members}


def collection(path, features, **members):
    """Write a GeoJSON text."""
    document = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def table(columns, types, geometry=None, name="layer", crs="EPSG:4546"):
    """A table as a caller would make it."""
    count = len(next(iter(columns.values()))) if columns else len(geometry)
    shapes = None
    if geometry is not None:
        shapes = np.empty(count, dtype=object)
        shapes[:] = list(geometry)
    made = {}
    for key, values in columns.items():
        made[key] = np.empty(count, dtype=object)
        made[key][:] = list(values)
    return Table(Path("made"), name, (), made, types, shapes, None, np.arange(count, dtype=np.int64), "UTF-8",
                 "format", crs if geometry is not None else None, count)  # fmt: skip


def squares(count):
    """So many unit squares side by side."""
    return [shapely.box(place, 0, place + 1, 1) for place in range(count)]


def listing(folder):
    """Bytes and modification time of everything in a folder, with the folder's own time."""
    found = {
        each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in folder.iterdir() if each.is_file()
    }
    return found, folder.stat().st_mtime_ns
