"""Names of features, written out when somebody asks for them: most are never shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from gis_app.render.told import text

Values = Callable[[], NDArray[Any]]
Places = NDArray[np.int64]


class Names(Sequence[str]):
    """Names (n,); empty for what has none.

    Parameters
    ----------
    values
        Gives the column (m,) in which they stand.
    places
        (n,) where in it; −1 for no name.
    """

    def __init__(self, values: Values, places: Places) -> None:
        self.values, self.places = values, places

    def __len__(self) -> int:
        """Number of features."""
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Names: ...
    def __getitem__(self, at: int | slice) -> str | Names:
        """Write one out, or give some."""
        if isinstance(at, slice):
            return Names(self.values, self.places[at])
        return next(iter(Names(self.values, self.places[at : at + 1 or None])))

    def __iter__(self) -> Iterator[str]:
        """Write all of them out."""
        if (self.places < 0).all():
            yield from [""] * len(self)
            return
        # as plain values: the text of numpy's own may differ
        for value, place in zip(self.values()[self.places].tolist(), self.places.tolist(), strict=True):
            yield "" if place < 0 else text(value)


def picked(names: Sequence[str], places: Places) -> Sequence[str]:
    """Give those at ``places`` (k,), empty ones for −1, without writing them out."""
    if not names:
        return ()
    if isinstance(names, Names):
        return Names(names.values, np.where(places < 0, -1, names.places[places]))
    return tuple("" if place < 0 else names[place] for place in places.tolist())


def kept(names: Sequence[str], wanted: NDArray[np.bool_]) -> Sequence[str]:
    """Give the same with empty ones where they are not ``wanted`` (n,)."""
    return names if wanted.all() else picked(names, np.where(wanted, np.arange(len(wanted)), -1))


def laid_over(parts: Sequence[tuple[Sequence[str], NDArray[np.bool_]]]) -> Sequence[str]:
    """Give the names of several, each where it holds (n,); they hold nowhere together."""
    if not parts:
        return ()
    column = parts[0][0]
    if isinstance(column, Names) and all(
        isinstance(names, Names) and names.values is column.values for names, _ in parts
    ):
        places = np.full(len(column), -1)
        for names, holds in parts:
            if isinstance(names, Names):
                places[holds] = names.places[holds]
        return Names(column.values, places)
    written = [""] * len(column)
    for names, holds in parts:
        for place in np.flatnonzero(holds).tolist():
            written[place] = names[place]
    return tuple(written)
