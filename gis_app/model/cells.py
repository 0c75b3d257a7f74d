"""Cells of a table's columns: values in the type of a column, and back as plain arrays."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd

GEOMETRY = "geometry"
"""The column that holds shapely geometries in the project's reference system."""


def fitting(values: Sequence[object], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Values as an array in the type of a column; as objects where a whole number is missing."""
    if dtype.kind == "f":
        return np.array([np.nan if value is None else value for value in values], dtype=dtype)
    if dtype.kind in "iu" and all(isinstance(value, (int, np.integer)) for value in values):
        return np.array(values, dtype=dtype)
    return objects([scalar(value) for value in values])


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


def scalar(value: Any) -> Any:
    """A cell as plain Python; numbers that are missing stay NaN, everything else that is missing is None."""
    pandas = sys.modules.get("pandas")  # what it has for missing is only there when it is
    if value is None or (pandas is not None and (value is pandas.NaT or value is pandas.NA)):
        return None
    return value.item() if isinstance(value, np.generic) else value
