"""Which features can be used: the reasons against a geometry, the same for every format."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.formats.table import Excluded, Table, geometry_type_of
from gis_app.language import Message

LARGEST_COORDINATE = 1e9  # in metres or degrees; the earth's girth is 4e7 m, a zone's false easting below 1e8

_NAMED = 1000  # so many ids are named at most; the count is always whole


def excluded(reason: str, source_ids: NDArray[Any], **values: object) -> Excluded:
    """Count features out.

    Parameters
    ----------
    reason : str
        The message id without its domain.
    source_ids : NDArray[int64]
        Their ids.
    **values : object
        Further values of the sentence.

    Returns
    -------
    Excluded
        With all of the count and the first thousand ids.
    """
    ids = tuple(int(each) for each in source_ids[:_NAMED])
    return Excluded(Message(f"formats.{reason}", values), ids, len(source_ids))


def sift(table: Table, *, empty_points_are_nan: bool = False) -> Table:
    """Leave out every feature whose geometry cannot be used, and drop Z and M.

    Parameters
    ----------
    table : Table
        As read; geometries may be missing, empty, with Z or M, not finite.
    empty_points_are_nan : bool
        The format knows no empty point, so one read as empty had coordinates that are no numbers.

    Returns
    -------
    Table
        The usable rows, with the others counted by reason. A table without geometry is returned as it is.
    """
    if table.geometry is None:
        return table
    geometry = table.geometry
    missing = shapely.is_missing(geometry)
    empty = shapely.is_empty(geometry)
    not_finite, too_large = _bad_coordinates(geometry)
    if empty_points_are_nan:
        lost = empty & (shapely.get_type_id(geometry) == shapely.GeometryType.POINT)
        not_finite, empty = not_finite | lost, empty & ~lost
    reasons = {
        "null_geometry": missing,
        "empty_geometry": empty & ~not_finite,
        "not_finite": not_finite,
        "too_large": too_large & ~not_finite,
    }
    out = [excluded(reason, table.source_ids[mask]) for reason, mask in reasons.items() if mask.any()]
    kept = table.rows(~np.logical_or.reduce(list(reasons.values())))
    assert kept.geometry is not None
    problems = _flattened(kept.geometry)
    flat = shapely.force_2d(kept.geometry)
    return replace(
        kept,
        geometry=flat,
        geometry_type=geometry_type_of(flat) or table.geometry_type,
        excluded=(*table.excluded, *out),
        problems=(*table.problems, *problems),
    )


def _bad_coordinates(geometry: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    finite = np.isfinite(coordinates).all(axis=1)
    large = (np.abs(coordinates) > LARGEST_COORDINATE).any(axis=1)
    return _any(owner[~finite], len(geometry)), _any(owner[large], len(geometry))


def _any(owners: NDArray[Any], count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[owners] = True
    return mask


def _flattened(geometry: NDArray[Any]) -> list[Message]:
    with_z = int(np.count_nonzero(shapely.has_z(geometry)))
    with_m = int(np.count_nonzero(shapely.has_m(geometry)))
    found = {"z_dropped": with_z, "m_dropped": with_m}
    return [Message(f"formats.{name}", {"count": count}) for name, count in found.items() if count]
