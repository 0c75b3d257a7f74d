"""Cells of a table's columns: values in the type of a column, and back as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from gis_app.model.columns import GEOMETRY

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd


def values_like(values: Sequence[object], like: pd.Series[Any]) -> Any:
    """Values in the type of a column; as objects where a whole number is missing."""
    if like.name == GEOMETRY:
        import geopandas as gpd

        return gpd.array.from_shapely(objects(values), crs=cast(Any, like).crs)
    if like.dtype.kind == "f":
        blank = [np.nan if value is None else value for value in values]
        return np.array(blank, dtype=cast("np.dtype[Any]", like.dtype))
    if like.dtype.kind in "iu" and all(isinstance(value, (int, np.integer)) for value in values):
        return np.array(values, dtype=cast("np.dtype[Any]", like.dtype))
    return objects(values)


def plain(column: pd.Series[Any]) -> NDArray[Any]:
    """The column as an array; missing values of text, dates and booleans are None, of floats NaN."""
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    values = column.to_numpy(dtype=object)
    if column.name == GEOMETRY:  # holds shapes and None, nothing else
        return np.asarray(values)
    missing = column.isna().to_numpy()
    if missing.any():
        values = values.copy()
        values[missing] = None
    return np.asarray(values)


def objects(values: Sequence[object]) -> NDArray[np.object_]:
    """Values as an array (n,) of objects."""
    made = np.empty(len(values), dtype=object)
    made[:] = values if len(values) else []
    return made


def picked(column: pd.Series[Any], places: NDArray[np.int64]) -> NDArray[Any]:
    """A few values of a column, as ``plain`` would give them; nothing is done to the others."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return np.asarray(column.to_numpy()[places])
    return objects([scalar(value) for value in column.to_numpy(dtype=object)[places].tolist()])


def unboxed(values: Sequence[object], like: pd.Series[Any]) -> NDArray[Any]:
    """Values as ``plain`` would give them from the column."""
    made = values_like(values, like)
    if isinstance(made, np.ndarray) and made.dtype != object:
        return made
    return objects([scalar(value) for value in made])


def scalar(value: Any) -> Any:
    """A cell as plain Python; numbers that are missing stay NaN, everything else that is missing is None."""
    import pandas as pd

    if value is None or value is pd.NaT or value is pd.NA:
        return None
    return value.item() if isinstance(value, np.generic) else value
