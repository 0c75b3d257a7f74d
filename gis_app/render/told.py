"""What a layer's columns say, as their different values: a style asks once for each, not for each feature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # a map is shown before tables are imported
    from gis_app.model import Layer


class Told:
    """The columns of a layer while it is styled, each looked through once."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self._columns: dict[str, tuple[list[object], NDArray[np.intp]]] = {}

    def answers(self, column: str, answer: Callable[[object], object]) -> NDArray[Any]:
        """Ask once for each different value, None for what is missing; the answers for the features (n,)."""
        if not column or not self.layer.has(column):
            return np.full(len(self.layer), answer(None))
        if column not in self._columns:
            self._columns[column] = distinct(self.layer.rows(None, [column])[column])
        values, which = self._columns[column]
        return np.asarray([answer(value) for value in values or [None]])[which]


def text(value: object) -> str:
    """What is written for a value; empty for what is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def distinct(values: NDArray[Any]) -> tuple[list[object], NDArray[np.intp]]:
    """Give the different values, None for what is missing, and which of them each (n,) is."""
    if values.dtype.kind in "iuf":
        found, which = np.unique(values, return_inverse=True)
        return [None if value != value else value for value in found.tolist()], which
    listed = values.tolist()
    place = {value: number for number, value in enumerate(dict.fromkeys(listed))}
    which = np.fromiter(map(place.__getitem__, listed), dtype=np.intp, count=len(listed))
    return [None if value is None or value != value else value for value in place], which
