"""A layer's columns: plain arrays, each made when it is first asked for; the frame likewise."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_app.geometry.packed import Packed
from gis_app.model.cells import GEOMETRY, fitting, objects, plain, scalar
from gis_app.model.geometries import Geometries, Places

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd
    from pyproj import CRS

Later = Callable[[], NDArray[Any]]
"""Makes the values of a column, all of them."""

__all__ = ["GEOMETRY", "Columns", "Later"]


class Columns:
    """The rows of a table by column.

    Parameters
    ----------
    fids : array of int64, shape (n,)
    values : Mapping[str, NDArray or Callable]
        Column id → values (n,), or what makes them. Numbers stay as they are, everything else becomes objects
        with None for missing.
    geometry : array of shapely geometries, shape (n,), Packed or None
        In ``crs``; None for a type without geometry. Of packed ones only those that are asked for become
        objects.
    """

    def __init__(
        self,
        fids: NDArray[np.int64],
        values: Mapping[str, Sequence[Any] | NDArray[Any] | Later],
        geometry: NDArray[Any] | Packed | None,
        crs: CRS | None,
    ) -> None:
        self.fids = np.asarray(fids, dtype=np.int64)
        self.crs = crs
        self._values: dict[str, NDArray[Any] | Later] = {
            name: _Once(column) if callable(column) else _plain(column) for name, column in values.items()
        }
        self._shapes = None if geometry is None else Geometries(geometry)
        self._lent: set[str] = set()
        """Columns whose arrays somebody else holds too: copied before they are written."""
        self._frame: pd.DataFrame | None = None
        self._making = threading.RLock()

    @classmethod
    def of_frame(cls, frame: pd.DataFrame) -> Columns:
        """The columns of a frame; what it holds is looked at when it is asked for."""
        values = {str(name): partial(plain, frame[name]) for name in frame.columns if name != GEOMETRY}
        shapes, crs = None, None
        if GEOMETRY in frame.columns:
            shapes, crs = plain(frame[GEOMETRY]), getattr(frame[GEOMETRY], "crs", None)
        made = cls(frame.index.to_numpy(dtype=np.int64), values, shapes, crs)
        made._lent.update(values)
        if made._shapes is not None:
            made._shapes = made._shapes.branch()
        made._frame = frame
        return made

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.fids)

    @cached_property
    def ascending(self) -> bool:
        """Whether the ids are sorted."""
        return bool((self.fids[1:] > self.fids[:-1]).all())

    @property
    def names(self) -> list[str]:
        """Names of the columns, geometry last."""
        return [*self._values, *([] if self._shapes is None else [GEOMETRY])]

    @property
    def geometries(self) -> Geometries | None:
        """The geometries, None for a table without."""
        return self._shapes

    def dtype(self, name: str) -> np.dtype[Any]:
        """The numpy dtype of a column."""
        return np.dtype(object) if name == GEOMETRY else self._made(name).dtype

    def column(self, name: str, places: Places | None = None) -> NDArray[Any]:
        """One column of all rows, or of those at ``places``; KeyError where there is none of the name."""
        if name == GEOMETRY and self._shapes is not None:
            return self._shapes.whole() if places is None else self._shapes.some(places)
        values = self._made(name)
        return values if places is None else values[places]

    def later(self, name: str) -> Later:
        """A column as it is now, made when it is asked for and once for all; KeyError where there is none."""
        with self._making:
            values = self._values[name]
            self._lent.add(name)
            return values if callable(values) else lambda: values

    def row(self, place: int) -> dict[str, Any]:
        """One whole row as plain values."""
        at = np.array([place], dtype=np.int64)
        return {name: scalar(self.column(name, at)[0]) for name in self.names}

    def frame(self) -> pd.DataFrame:
        """The same as a frame, made once."""
        with self._making:
            if self._frame is None:
                from gis_app.model.layer import feature_frame

                shapes = None if self._shapes is None else self._shapes.whole()
                own = {name: self._made(name) for name in self._values}
                self._frame = feature_frame(self.fids, own, shapes, self.crs)
                self._lend()  # what a frame shows stays as it is
            return self._frame

    def retag(self, crs: CRS) -> None:
        """Say in which reference system the coordinates are."""
        self.crs, self._frame = crs, None

    def branch(self) -> Columns:
        """Other columns that start from these; no array is copied before one of the two writes it."""
        with self._making:
            other = Columns(self.fids, {}, None, self.crs)
            other._values, other._frame = dict(self._values), self._frame
            self._lend()
            other._lent = set(self._lent)
            other._shapes = None if self._shapes is None else self._shapes.branch()
            return other

    def write(self, name: str, places: Places, values: Sequence[object]) -> None:
        """Replace the values at ``places`` of a column."""
        with self._making:
            self._frame = None
            if name == GEOMETRY and self._shapes is not None:
                self._shapes.put(places, objects(values))
                return
            array = self._made(name)
            new = fitting(values, array.dtype)
            if new.dtype != array.dtype:
                array = array.astype(object)
            elif name in self._lent:
                array = array.copy()
            array[places] = new
            self._values[name] = array
            self._lent.discard(name)

    def add(self, forms: Mapping[str, str]) -> None:
        """More columns, each with its dtype; blank in every row."""
        with self._making:
            self._frame = None
            for name, form in forms.items():
                blank = np.nan if form == "float64" else None
                self._values[name] = np.full(len(self), blank, dtype=form)

    def taken(self, gone: Places, late: Mapping[int, Mapping[str, object]], order: Places | None) -> Columns:
        """The rows but those at the places ``gone``, then ``late`` ones by fid, in an order."""
        kept = np.delete(np.arange(len(self), dtype=np.int64), gone)
        fids = np.concatenate((self.fids[kept], np.fromiter(late, dtype=np.int64, count=len(late))))
        made = Columns(fids if order is None else fids[order], {}, None, self.crs)
        for name in self._values:
            base = self._made(name)
            new = fitting([row.get(name) for row in late.values()], base.dtype)
            whole = np.concatenate((base[kept], new))
            made._values[name] = whole if order is None else whole[order]
        if self._shapes is not None:
            shapes = objects([row.get(GEOMETRY) for row in late.values()])
            made._shapes = self._shapes.taken(kept, shapes, order)
        return made

    def _made(self, name: str) -> NDArray[Any]:
        found = self._values[name]
        if callable(found):
            with self._making:
                found = self._values[name]
                if callable(found):
                    found = self._values[name] = found()
        return found

    def _lend(self, names: Iterable[str] | None = None) -> None:
        self._lent.update(self._values if names is None else names)
        if self._shapes is not None:
            self._shapes.branch()  # from now on it copies before it writes


class _Once:
    """A column that is made once, whoever asks for it first."""

    def __init__(self, make: Later) -> None:
        self._make: Later | None = make
        self._made: NDArray[Any] | None = None
        self._making = threading.RLock()

    def __call__(self) -> NDArray[Any]:
        with self._making:
            if self._made is None:
                assert self._make is not None
                self._made, self._make = _plain(self._make()), None
            return self._made


def _plain(values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(values) if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    if array.dtype.kind in "iuf":
        return array
    objects = array.astype(object)
    missing = np.array([value is None or value != value for value in objects.tolist()], dtype=bool)
    objects[missing] = None
    return objects
