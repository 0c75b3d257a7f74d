"""Some rows of a table, to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_app.model.columns import GEOMETRY
from gis_app.model.table import Fids, Row, Table

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd


class Part(Table):
    """Some rows of a table, answered by it: nothing is copied before it is asked for; never changed."""

    def __init__(self, of: Table, fids: Iterable[int]) -> None:
        super().__init__(of._whole)
        self._of = of
        self._some = np.sort(np.fromiter(fids, dtype=np.int64))

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame of their own, that does not know its reference system."""
        from gis_app.model.layer import feature_frame

        columns = {str(name): self.column(str(name)) for name in self.columns if name != GEOMETRY}
        shapes = self.column(GEOMETRY) if self.spatial else None
        return feature_frame(self._some, columns, shapes, None)

    @property
    def read(self) -> None:
        """Nothing is answered from what was read: it has all rows."""
        return None

    @property
    def packed(self) -> None:
        """They are few: objects are made of them."""
        return None

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._some)

    @property
    def fids(self) -> Fids:
        """Their ids."""
        return self._some

    def has(self, fids: Iterable[int]) -> NDArray[np.bool_]:
        """Which of the ids are among them."""
        return np.isin(np.fromiter(fids, dtype=np.int64), self._some)

    def column(self, name: str, fids: Iterable[int] | None = None) -> NDArray[Any]:
        """One column of these rows, or of some of them."""
        return self._of.column(name, self._some.tolist() if fids is None else fids)

    def row(self, fid: int) -> dict[str, Any]:
        """One whole row."""
        return self._of.row(fid)

    def near(self, bounds: tuple[float, float, float, float]) -> Fids:
        """Ids of those whose bounds meet ``bounds``."""
        found = self._of.near(bounds)
        return found[np.isin(found, self._some)]

    def branch(self) -> Table:
        """A table of these rows alone."""
        return Table(self.frame)

    def write(self, columns: tuple[str, ...], rows: Mapping[int, Row]) -> None:
        """Raise TypeError: a part is only looked at."""
        raise TypeError("a part of a table is not changed")

    def add(self, rows: Mapping[int, Row]) -> None:
        """Raise TypeError: a part is only looked at."""
        raise TypeError("a part of a table is not changed")

    def drop(self, fids: Iterable[int]) -> None:
        """Raise TypeError: a part is only looked at."""
        raise TypeError("a part of a table is not changed")
