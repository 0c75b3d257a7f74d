"""The features of a layer by fid: columns, and the few rows that came or went since they were last whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.packed import Packed
from gis_app.model.cells import fitting, objects
from gis_app.model.columns import GEOMETRY, Columns, Later
from gis_app.model.index import FeatureIndex

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd
    from pyproj import CRS

Row = Mapping[str, object]
Fids = NDArray[np.int64]

_MOST_LATE = 2_000


class Table:
    """Rows by fid, in the order of the fids.

    Adding one row to 100 000 rows of 60 columns copies them (50 ms). So rows that come and go are kept beside
    them and folded in when somebody asks for the whole ``frame``, or when they have become many; everything
    else answers without.
    """

    def __init__(self, whole: pd.DataFrame | Columns) -> None:
        self._whole = whole if isinstance(whole, Columns) else Columns.of_frame(whole)
        self._gone: set[int] = set()
        self._late: dict[int, dict[str, object]] = {}
        self._index: FeatureIndex | None = None
        self._shared = False

    def branch(self) -> Table:
        """Another table that starts from this one; nothing is copied, and what it takes stays its own.

        It is looked at and dropped before this one changes.
        """
        other = Table(self._whole)
        other._gone, other._late = set(self._gone), dict(self._late)
        other._index = self._index.branch() if self._index is not None else None
        other._shared = True
        return other

    def still(self) -> Table:
        """A branch that also stays as it is whatever this table takes."""
        other = self.branch()
        other._whole = self._whole.branch()
        return other

    @property
    def frame(self) -> pd.DataFrame:
        """The whole table; an index named ``fid``, ascending."""
        if self._gone or self._late:
            self._fold()
        return self._whole.frame()

    @property
    def read(self) -> Columns | None:
        """The columns, while nothing came or went since they were last whole."""
        return self._whole if not self._gone and not self._late else None

    @property
    def packed(self) -> Packed | None:
        """The geometries as bytes, in the order of ``fids``; None where they are there as objects."""
        shapes = self._whole.geometries if self.read is not None else None
        return None if shapes is None else shapes.packed

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._whole.names

    @property
    def spatial(self) -> bool:
        """Whether there is a geometry column."""
        return GEOMETRY in self.columns

    def dtype(self, name: str) -> np.dtype[Any]:
        """The numpy dtype of a column; KeyError where there is none of the name."""
        return self._whole.dtype(name)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._whole) - len(self._gone) + len(self._late)

    @property
    def fids(self) -> Fids:
        """All ids."""
        if not self._gone and not self._late:
            return self._whole.fids
        return self._merged(self._whole.fids, np.fromiter(self._late, dtype=np.int64, count=len(self._late)))

    def has(self, fids: Iterable[int]) -> NDArray[np.bool_]:
        """Which of the ids are there."""
        wanted = np.fromiter(fids, dtype=np.int64)
        found = self._places(wanted) >= 0
        if self._gone or self._late:
            for place, fid in enumerate(wanted.tolist()):
                found[place] = fid in self._late or (bool(found[place]) and fid not in self._gone)
        return found

    def column(self, name: str, fids: Iterable[int] | None = None) -> NDArray[Any]:
        """One column of some rows, or of all of them; None or NaN where nothing is entered.

        Raises
        ------
        KeyError
            There is no such column or row.
        """
        if fids is None:
            base = self._whole.column(name)
            if not self._gone and not self._late:
                return base
            return self._merged(base, fitting([row.get(name) for row in self._late.values()], base.dtype))
        wanted = np.fromiter(fids, dtype=np.int64)
        places = self._places(wanted)
        if self._gone or self._late:
            beside = [fid in self._late or fid in self._gone for fid in wanted.tolist()]
            if any(beside):
                return self._mixed(name, wanted, places, beside)
        if (places < 0).any():
            raise KeyError(wanted[places < 0].tolist())
        return self._whole.column(name, places)

    def later(self, name: str) -> Later:
        """A column of all rows as it is now, made when it is asked for; KeyError where there is none."""
        if self.read is not None:
            return self.read.later(name)
        values = self.column(name)
        return lambda: values

    def row(self, fid: int) -> dict[str, Any]:
        """One whole row; KeyError where there is none."""
        if fid in self._late:
            return dict(self._late[fid])
        place = int(self._places(np.array([fid]))[0])
        if place < 0 or fid in self._gone:
            raise KeyError(fid)
        return self._whole.row(place)

    def near(self, bounds: tuple[float, float, float, float]) -> Fids:
        """Ids of rows whose bounds meet ``bounds``."""
        if not self.spatial:
            return np.empty(0, dtype=np.int64)
        if self._index is None:
            self._index = FeatureIndex(self.fids, self._bounds())
        elif self._index.worn and not self._shared:
            self._index = self._index.renewed()
        return self._index.near(bounds)

    def write(self, columns: tuple[str, ...], rows: Mapping[int, Row]) -> None:
        """Give rows that are there new values in some columns, one write a column."""
        base = [fid for fid in rows if fid not in self._late]
        if self._shared:
            self._late.update({fid: self.row(fid) for fid in base})
            self._gone.update(base)
            base = []
        for fid in rows:
            if fid in self._late:
                self._late[fid] = {**self._late[fid], **rows[fid]}
        if base:
            places = self._places(np.array(base, dtype=np.int64))
            for column in columns:
                self._whole.write(column, places, [rows[fid][column] for fid in base])
        if self._index is not None and GEOMETRY in columns:
            self._index.put(rows, objects([rows[fid][GEOMETRY] for fid in rows]))

    def add(self, rows: Mapping[int, Row]) -> None:
        """Take in rows that are not there yet."""
        self._late.update({fid: dict(row) for fid, row in rows.items()})
        if self._index is not None:
            self._index.put(rows, objects([row.get(GEOMETRY) for row in rows.values()]))
        self._fold_if_many()

    def drop(self, fids: Iterable[int]) -> None:
        """Remove rows."""
        gone = list(fids)
        for fid in gone:
            if self._late.pop(fid, None) is None:
                self._gone.add(fid)
        if self._index is not None:
            self._index.drop(gone)
        self._fold_if_many()

    def add_columns(self, forms: Mapping[str, str]) -> None:
        """Give the table more columns, each with its dtype; blank in every row."""
        if forms:
            if self._shared:  # the columns are those of the table branched from too
                self._whole = self._whole.branch()
            self._whole.add(forms)

    def retag(self, crs: CRS) -> None:
        """Say in which reference system the coordinates are."""
        self._whole.retag(crs)

    def _bounds(self) -> NDArray[np.float64]:
        shapes = self._whole.geometries
        if self.read is not None and shapes is not None:
            return shapes.bounds()
        return np.asarray(shapely.bounds(self.column(GEOMETRY))).reshape(-1, 4)

    def _places(self, fids: Fids) -> NDArray[np.int64]:
        """Positions in the columns, −1 where an id is not in it."""
        base = self._whole.fids
        if not self._whole.ascending:
            order = np.argsort(base, kind="stable")
            found = order[np.minimum(np.searchsorted(base, fids, sorter=order), len(base) - 1)]
            return np.where(base[found] == fids, found, -1)
        places = np.searchsorted(base, fids)
        inside = places < len(base)
        inside[inside] = base[places[inside]] == fids[inside]
        return np.where(inside, places, -1)

    def _merged(self, base: NDArray[Any], late: NDArray[Any]) -> NDArray[Any]:
        """A column without what is gone and with what came, in the order of the ids."""
        if self._gone:
            kept = np.ones(len(base), dtype=bool)
            places = self._places(np.fromiter(self._gone, dtype=np.int64, count=len(self._gone)))
            kept[places] = False
            base = base[kept]
        whole = np.concatenate((base, late)) if len(late) else base
        order = self._order()
        return whole if order is None else whole[order]

    def _order(self) -> NDArray[np.int64] | None:
        """How the kept rows and the late ones must be sorted; None when they are already."""
        base = self._whole.fids
        late = np.fromiter(self._late, dtype=np.int64, count=len(self._late))
        if len(late) == 0 or (_ascending(late) and (len(base) == 0 or late[0] > base[-1])):
            return None
        kept = base
        if self._gone:
            kept = base[~np.isin(base, np.fromiter(self._gone, dtype=np.int64, count=len(self._gone)))]
        return np.argsort(np.concatenate((kept, late)), kind="stable")

    def _mixed(self, name: str, wanted: Fids, places: NDArray[np.int64], beside: list[bool]) -> NDArray[Any]:
        for fid, place, late in zip(wanted.tolist(), places.tolist(), beside, strict=True):
            if (late and fid not in self._late) or (not late and place < 0):
                raise KeyError([fid])
        base = iter(self._whole.column(name, places[~np.array(beside)]).tolist())
        values = [
            self._late[fid].get(name) if late else next(base)
            for fid, late in zip(wanted.tolist(), beside, strict=True)
        ]
        return fitting(values, self.dtype(name))

    def _fold_if_many(self) -> None:
        if not self._shared and len(self._late) + len(self._gone) > _MOST_LATE:
            self._fold()

    def _fold(self) -> None:
        gone = self._places(np.fromiter(self._gone, dtype=np.int64, count=len(self._gone)))
        self._whole = self._whole.taken(gone, self._late, self._order())
        self._gone, self._late, self._shared = set(), {}, False


def _ascending(values: Fids) -> bool:
    return bool((values[1:] > values[:-1]).all())
