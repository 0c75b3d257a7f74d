"""The features of a layer by fid: a frame, and the few rows that came or went since it was last whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from gis_app.model.cells import objects, picked, plain, scalar, unboxed, values_like
from gis_app.model.columns import GEOMETRY, Columns
from gis_app.model.index import FeatureIndex

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd

Row = Mapping[str, object]
Fids = NDArray[np.int64]

_MOST_LATE = 2_000


class Table:
    """Rows by fid, in the order of the fids.

    Adding one row to a frame of 100 000 rows and 60 columns copies it (50 ms). So rows that come and go are
    kept beside it and folded in when somebody asks for the whole ``frame``, or when they have become many;
    everything else answers without.
    """

    def __init__(self, frame: pd.DataFrame | Columns) -> None:
        self._whole = frame
        self._gone: set[int] = set()
        self._late: dict[int, dict[str, object]] = {}
        self._index: FeatureIndex | None = None
        self._shared = False

    def branch(self) -> Table:
        """Another table that starts from this one; no frame is copied, and what it takes stays its own."""
        other = Table(self._whole)
        other._gone, other._late = set(self._gone), dict(self._late)
        other._index = self._index.branch() if self._index is not None else None
        other._shared = True
        return other

    @property
    def frame(self) -> pd.DataFrame:
        """The whole table; an index named ``fid``, ascending."""
        if self._gone or self._late:
            self._fold()
        return self._frame

    @property
    def _frame(self) -> pd.DataFrame:
        """The rows as they were when it was last whole, as a frame."""
        return self._whole.frame() if isinstance(self._whole, Columns) else self._whole

    @_frame.setter
    def _frame(self, frame: pd.DataFrame) -> None:
        self._whole = frame

    @property
    def read(self) -> Columns | None:
        """The columns as they were read, while nothing came or went since."""
        whole = self._whole
        return whole if isinstance(whole, Columns) and not self._gone and not self._late else None

    @property
    def columns(self) -> pd.Index[Any] | list[str]:
        """Names of the columns."""
        return self._whole.names if isinstance(self._whole, Columns) else self._whole.columns

    @property
    def spatial(self) -> bool:
        """Whether there is a geometry column."""
        return GEOMETRY in self.columns

    def dtype(self, name: str) -> np.dtype[Any]:
        """The numpy dtype of a column; objects where it is of another kind."""
        found = self._frame[name].dtype
        return found if isinstance(found, np.dtype) else np.dtype(object)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._whole) - len(self._gone) + len(self._late)

    @property
    def fids(self) -> Fids:
        """All ids."""
        if not self._gone and not self._late:
            return self._base_fids
        return self._merged(self._base_fids, np.fromiter(self._late, dtype=np.int64, count=len(self._late)))

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
        read = self.read
        if read is not None:
            return self._of_read(read.column(name), fids)
        series = self._frame[name]
        if fids is None:
            if not self._gone and not self._late:
                return plain(series)
            late = [row.get(name) for row in self._late.values()]
            return self._merged(plain(series), unboxed(late, series))
        wanted = np.fromiter(fids, dtype=np.int64)
        places = self._places(wanted)
        beside = [fid in self._late or fid in self._gone for fid in wanted.tolist()]
        if not any(beside):
            if (places < 0).any():
                raise KeyError(wanted[places < 0].tolist())
            return picked(series, places)
        return self._mixed(series, name, wanted, places, beside)

    def _of_read(self, values: NDArray[Any], fids: Iterable[int] | None) -> NDArray[Any]:
        if fids is None:
            return values
        wanted = np.fromiter(fids, dtype=np.int64)
        places = self._places(wanted)
        if (places < 0).any():
            raise KeyError(wanted[places < 0].tolist())
        return values[places]

    def row(self, fid: int) -> dict[str, Any]:
        """One whole row; KeyError where there is none."""
        if fid in self._late:
            return dict(self._late[fid])
        place = int(self._places(np.array([fid]))[0])
        if place < 0 or fid in self._gone:
            raise KeyError(fid)
        return {str(name): scalar(value) for name, value in self._frame.iloc[place].items()}

    def near(self, bounds: tuple[float, float, float, float]) -> Fids:
        """Ids of rows whose bounds meet ``bounds``."""
        if not self.spatial:
            return np.empty(0, dtype=np.int64)
        if self._index is None or (self._index.worn and not self._shared):
            self._index = FeatureIndex(self.fids, self.column(GEOMETRY))
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
            self._write_base(columns, base, rows)
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
        import pandas as pd

        if forms:
            # a shallow copy shares all data, and leaves the frame of a table branched from as it is
            self._frame = self._frame.copy(deep=False)
        for name, form in forms.items():
            blank = np.full(len(self._frame), np.nan if form == "float64" else None, dtype=form)
            self._frame[name] = pd.Series(blank, index=self._frame.index)
        if forms and self.spatial:
            order = [*(name for name in self._frame.columns if name != GEOMETRY), GEOMETRY]
            self._frame = self._frame[order]

    def _write_base(self, columns: tuple[str, ...], base: Sequence[int], rows: Mapping[int, Row]) -> None:
        self._whole = frame = self._frame  # what was read is not what is there any more
        places = self._places(np.array(base, dtype=np.int64))
        for column in columns:
            values = values_like([rows[fid][column] for fid in base], frame[column])
            if values.dtype == object and frame[column].dtype != object:
                frame[column] = frame[column].astype(object)
            frame.iloc[places, cast(int, frame.columns.get_loc(column))] = values

    @property
    def _sorted(self) -> bool:
        """Whether the ids are ascending; asked often, told without looking again."""
        whole = self._whole
        return whole.ascending if isinstance(whole, Columns) else whole.index.is_monotonic_increasing

    @property
    def _base_fids(self) -> Fids:
        if isinstance(self._whole, Columns):
            return self._whole.fids
        return self._whole.index.to_numpy(dtype=np.int64)

    def _places(self, fids: Fids) -> NDArray[np.int64]:
        """Positions in the frame, −1 where an id is not in it."""
        base = self._base_fids
        if not self._sorted:
            index = self._frame.index
            return np.asarray(index.get_indexer(cast(Any, fids)), dtype=np.int64)
        places = np.searchsorted(base, fids)
        inside = places < len(base)
        inside[inside] = base[places[inside]] == fids[inside]
        return np.where(inside, places, -1)

    def _merged(self, base: NDArray[Any], late: NDArray[Any]) -> NDArray[Any]:
        """A column of the frame without what is gone and with what came, in the order of the ids."""
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
        base = self._base_fids
        late = np.fromiter(self._late, dtype=np.int64, count=len(self._late))
        if len(late) == 0 or (_ascending(late) and (len(base) == 0 or late[0] > base[-1])):
            return None
        kept = base
        if self._gone:
            kept = base[~np.isin(base, np.fromiter(self._gone, dtype=np.int64, count=len(self._gone)))]
        return np.argsort(np.concatenate((kept, late)), kind="stable")

    def _mixed(
        self, series: pd.Series[Any], name: str, wanted: Fids, places: NDArray[np.int64], beside: list[bool]
    ) -> NDArray[Any]:
        for fid, place, late in zip(wanted.tolist(), places.tolist(), beside, strict=True):
            if (late and fid not in self._late) or (not late and place < 0):
                raise KeyError([fid])
        kept = ~np.array(beside)
        base = iter(picked(series, places[kept]).tolist())
        values = [
            self._late[fid].get(name) if late else next(base)
            for fid, late in zip(wanted.tolist(), beside, strict=True)
        ]
        return unboxed(values, series)

    def _fold_if_many(self) -> None:
        if not self._shared and len(self._late) + len(self._gone) > _MOST_LATE:
            self._fold()

    def _fold(self) -> None:
        frame, order = self._frame, self._order()
        if self._gone:
            frame = frame.drop(index=cast(Any, list(self._gone)))
        if self._late:
            frame = _with_new(frame, self._late)
        if order is not None:
            frame = frame.iloc[order]
        self._frame, self._gone, self._late, self._shared = frame, set(), {}, False


def _ascending(values: Fids) -> bool:
    return bool((values[1:] > values[:-1]).all())


def _with_new(frame: pd.DataFrame, rows: Mapping[int, Row]) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(list(rows), dtype=np.int64, name=frame.index.name)
    added = {
        str(column): pd.Series(
            values_like([row.get(str(column)) for row in rows.values()], frame[column]), index=index
        )
        for column in frame.columns
    }
    return pd.concat([frame, type(frame)(added, index=index)])
