"""A layer's columns as the indicators read them: numbers with NaN, texts with "", days with None."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.geometry.area import planar_area_m2
from gis_app.language import Message, Words
from gis_app.model import Layer, Project


def numbers(layer: Layer, column: str) -> NDArray[np.float64]:
    """Give a column (n,) as numbers; NaN where nothing is entered or the layer has no such column."""
    if not layer.has(column):
        return np.full(len(layer.fids), np.nan)
    values = layer.rows(None, [column])[column]
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)


def texts(layer: Layer, column: str) -> list[str]:
    """Give a column as stripped texts; empty where nothing is entered or there is no such column."""
    if not layer.has(column):
        return [""] * len(layer.fids)
    return ["" if value is None else str(value).strip() for value in layer.rows(None, [column])[column]]


def days(layer: Layer, column: str) -> list[date | None]:
    """Give a column as days; None where nothing is entered or there is no such column."""
    if not layer.has(column):
        return [None] * len(layer.fids)
    values: NDArray[Any] = layer.rows(None, [column])[column]
    return [value if isinstance(value, date) else None for value in values]


def chosen(layer: Layer, which: NDArray[np.bool_]) -> tuple[int, ...]:
    """Give the ids of the chosen features."""
    return tuple(int(fid) for fid in layer.fids[which])


def registered_m2(layer: Layer, project: Project) -> NDArray[np.float64]:
    """Give registered areas (n,) in m², the drawn area where none is registered."""
    registered = numbers(layer, "registered_area_m2")
    return np.where(np.isnan(registered), planar_area_m2(layer.geometry, project.crs), registered)


def missing_layer(title: object) -> Message:
    """Say that a layer was not delivered."""
    return Message("indicators.missing_layer", {"layer": title})


def missing_fields(layer: Layer, names: tuple[str, ...]) -> Message | None:
    """Say which of the fields the delivery did not bring, None when all are there."""
    declared = [layer.feature_type.field(name) for name in names if not layer.has(name)]
    titles = [Words(**found.title) for found in declared if found is not None]
    if not titles:
        return None
    values = {"layer": Words(**layer.feature_type.title), "fields": titles}
    return Message("indicators.missing_fields", values)
