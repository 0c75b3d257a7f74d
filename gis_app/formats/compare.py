"""Whether what was read back is what was meant: count, geometry, attributes, reference system."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.formats.table import Column, Table, is_missing, objects
from gis_app.language import Message


def differences(meant: Table, found: Table) -> list[Message]:
    """Compare what was read back with what was to be written.

    Parameters
    ----------
    meant : Table
        Prepared for the format; rows without geometry are expected to be left out by the reader.
    found : Table
        As read.

    Returns
    -------
    list[Message]
        One sentence a difference; none where all is as meant.
    """
    wanted = meant if meant.geometry is None else meant.rows(~shapely.is_missing(meant.geometry))
    if found.declared_count != len(meant) or len(found) != len(wanted):
        return [Message("formats.differs_count", {"wanted": len(meant), "found": len(found)})]
    if len(meant) and list(found.columns) != list(meant.columns):
        names = {"wanted": ", ".join(meant.columns), "found": ", ".join(found.columns)}
        return [Message("formats.differs_fields", names)]
    said = []
    for name in found.columns:
        count = _unlike(wanted.columns[name], found.columns[name])
        if count:
            said.append(Message("formats.differs_values", {"field": name, "count": count}))
    return [*said, *_geometry(wanted, found), *_crs(wanted, found)]


def _unlike(wanted: Column, found: Column) -> int:
    gone, lost = is_missing(wanted), is_missing(found)
    both = ~gone & ~lost
    unequal = sum(bool(a != b) for a, b in zip(wanted[both].tolist(), found[both].tolist(), strict=True))
    return int(np.count_nonzero(gone != lost)) + unequal


def _geometry(wanted: Table, found: Table) -> list[Message]:
    if wanted.geometry is None or found.geometry is None or not len(wanted):
        same = (wanted.geometry is None) == (found.geometry is None) or not len(wanted)
        return [] if same else [Message("formats.differs_geometry", {"count": len(wanted), "ids": ""})]
    first, second = canonical(wanted.geometry), canonical(found.geometry)
    unequal = np.flatnonzero(
        [a != b for a, b in zip(shapely.to_wkb(first), shapely.to_wkb(second), strict=True)]
    )
    if not len(unequal):
        return []
    ids = ", ".join(str(each) for each in wanted.source_ids[unequal[:10]])
    return [Message("formats.differs_geometry", {"count": len(unequal), "ids": ids})]


def canonical(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give shapes a form in which equal ones have equal bytes.

    Parameters
    ----------
    geometry : NDArray[object]
        Shapes; one that has a single part counts as that part.

    Returns
    -------
    NDArray[object]
        With parts, rings and starting points in a fixed order.
    """
    single = objects(
        each.geoms[0] if each.geom_type.startswith("Multi") and len(each.geoms) == 1 else each
        for each in geometry
    )
    ordered: NDArray[np.object_] = shapely.normalize(single)
    return ordered


def _crs(wanted: Table, found: Table) -> list[Message]:
    if wanted.geometry is None or found.geometry is None or same_crs(wanted.crs_wkt, found.crs_wkt):
        return []
    return [Message("formats.differs_crs", {"wanted": _name(wanted.crs_wkt), "found": _name(found.crs_wkt)})]


def same_crs(first: str | None, second: str | None) -> bool:
    """Tell whether two texts mean one reference system, whatever dialect and names they use.

    Parameters
    ----------
    first, second : str, optional
        As WKT, or as a name that PROJ knows.

    Returns
    -------
    bool
        True also where both are missing.
    """
    import pyproj

    if not first or not second:
        return not first and not second
    one, other = pyproj.CRS(first), pyproj.CRS(second)
    if one.equals(other, ignore_axis_order=True):
        return True
    if one.to_epsg() is not None and one.to_epsg() == other.to_epsg():
        return True
    return one.to_wkt("WKT1_ESRI") == other.to_wkt("WKT1_ESRI")


def _name(text: str | None) -> str:
    import pyproj

    return pyproj.CRS(text).name if text else "-"
