"""A layer as a table to look through: filter, order and sums over columns, never a row at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.model import GEOMETRY, Layer

Places = NDArray[np.int64]
"""Places of rows in the layer's table."""
Bounds = tuple[float, float, float, float]
OWN_COLUMNS = (GEOMETRY, "parkplan_source_id")
AREA_UNITS = {"m2": 1.0, "ha": 10_000.0, "mu": 10_000.0 / 15.0, "km2": 1_000_000.0}
"""Square metres in one of each unit."""
CHUNK = 20_000
KEY_BYTES = 48
"""How much of a text its order is decided by."""
DIGITS = re.compile(r"\d+")
NUMBER = re.compile(r"[-−+]?\d*\.?\d*$")
MAGNITUDES = 13
BREAK = "\n"
"""What nobody types into a filter."""


@dataclass(frozen=True)
class Filter:
    """Which rows are wanted; all that is given must hold.

    ``text`` is looked for in texts and dates anywhere and in numbers at their beginning, in ``column`` or in
    every column; ``only`` are feature ids, ``bounds`` ground in project coordinates.
    """

    text: str = ""
    column: str = ""
    only: tuple[int, ...] | None = None
    bounds: Bounds | None = None

    def __bool__(self) -> bool:
        return bool(self.text.strip()) or self.only is not None or self.bounds is not None


@dataclass(frozen=True)
class Summary:
    """Sums over rows; ``share`` is of the layer's whole drawn area, between 0 and 1."""

    count: int
    of: int
    area_m2: float | None = None
    share: float | None = None
    column: str = ""
    filled: int = 0
    total: float | None = None
    mean: float | None = None
    least: float | None = None
    most: float | None = None
    total_m2: float | None = None
    total_share: float | None = None


@dataclass
class Rows:
    """The columns of a layer as they lie in memory; rows that come or go later are not among them."""

    layer: Layer
    fids: Places = field(init=False, repr=False)
    columns: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        read = self.layer.table.read
        if read is not None:
            self.fids = read.fids
            self.columns = {name: read.column(name) for name in read.names if name not in OWN_COLUMNS}
            return
        frame = self.layer.frame
        self.fids = frame.index.to_numpy(dtype=np.int64)
        self.columns = {str(name): frame[name].array for name in frame.columns if name not in OWN_COLUMNS}

    def __len__(self) -> int:
        return len(self.fids)

    def places(self, fids: Sequence[int] | Places) -> Places:
        """Give the places of features that are there, in the order of ``fids``."""
        if not len(fids):
            return np.empty(0, dtype=np.int64)
        wanted = np.asarray(fids, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.fids, wanted), max(0, len(self) - 1))
        return np.asarray(found[self.fids[found] == wanted], dtype=np.int64) if len(self) else found[:0]

    def filtered(self, wanted: Filter, step: Callable[[], None] = lambda: None) -> Places:
        """Give the places of the wanted rows in the order of the table.

        ``step`` is called again and again; what it raises ends the work.
        """
        kept = np.ones(len(self), dtype=bool)
        for fids in self._chosen(wanted):
            among = np.zeros(len(self), dtype=bool)
            among[self.places(fids)] = True
            kept &= among
        needle = wanted.text.strip()
        if needle:
            kept &= self._holding(needle, wanted.column, step)
        return np.flatnonzero(kept)

    def _chosen(self, wanted: Filter) -> Iterator[Sequence[int] | Places]:
        if wanted.only is not None:
            yield wanted.only
        if wanted.bounds is not None:
            yield self.layer.near(wanted.bounds)

    def _holding(self, needle: str, column: str, step: Callable[[], None]) -> NDArray[np.bool_]:
        found = np.zeros(len(self), dtype=bool)
        for name in [column] if column in self.columns else self.columns:
            values = self.columns[name]
            if values.dtype.kind in "iuf":
                step()
                found |= begins(np.asarray(values), needle)
                continue
            for start in range(0, len(self), CHUNK):
                step()
                piece = slice(start, start + CHUNK)
                found[piece] |= holds(np.asarray(values[piece], dtype=object), needle)
        return found

    def ordered(
        self, places: Places, column: str, descending: bool = False, step: Callable[[], None] = lambda: None
    ) -> Places:
        """Give the places in the order of a column's values; what is not entered always comes last."""
        values = self.columns[column]
        if values.dtype.kind in "iuf":
            keys = np.asarray(values)[places]
            missing = np.isnan(keys) if keys.dtype.kind == "f" else np.zeros(len(keys), dtype=bool)
        else:
            keys, missing = text_keys(values, places, step)
        entered = np.flatnonzero(~missing)
        order = np.argsort(keys[entered], kind="stable")
        if descending:  # equal ones stay in their order
            order = len(entered) - 1 - np.argsort(keys[entered][::-1], kind="stable")[::-1]
        return np.asarray(np.concatenate([places[entered[order]], places[missing]]), dtype=np.int64)

    def summary(self, places: Places, column: str = "") -> Summary:
        """Sum up rows: how many, their drawn area, and a column of numbers."""
        area_m2, share = self._drawn(places)
        made = Summary(len(places), len(self), area_m2, share, column)
        values = self.columns.get(column)
        if values is None or values.dtype.kind not in "iuf":
            return made
        whole = np.asarray(values, dtype=np.float64)
        entered = whole[places]
        entered = entered[~np.isnan(entered)]
        if not len(entered):
            return made
        total, all_m2 = float(entered.sum()), float(np.nansum(whole))
        declared = self.layer.feature_type.field(column)
        in_m2 = AREA_UNITS.get(declared.unit) if declared is not None else None
        return replace(
            made,
            filled=len(entered),
            total=total,
            mean=total / len(entered),
            least=float(entered.min()),
            most=float(entered.max()),
            total_m2=None if in_m2 is None else total * in_m2,
            total_share=total / all_m2 if in_m2 is not None and all_m2 else None,
        )

    def looked_through(
        self,
        wanted: Filter,
        order: tuple[str, bool] | None,
        summed: str = "",
        step: Callable[[], None] = lambda: None,
    ) -> tuple[Places | None, Summary]:
        """Give the wanted places in order, None for all as they are; and their sums.

        ``order`` is a column and whether it falls, ``summed`` the column of numbers to sum up.
        """
        places = self.filtered(wanted, step) if wanted or order else None
        if order is not None and places is not None:
            places = self.ordered(places, order[0], order[1], step)
        step()
        return places, self.summary(np.arange(len(self)) if places is None else places, summed)

    def _drawn(self, places: Places) -> tuple[float | None, float | None]:
        shapes = self.layer.geometry
        if not len(shapes) or len(shapes) != len(self):
            return None, None
        areas_m2 = shapely.area(shapes)
        all_m2 = float(np.nansum(areas_m2))
        if all_m2 <= 0:
            return None, None
        own_m2 = float(np.nansum(areas_m2[places]))
        return own_m2, own_m2 / all_m2


def holds(values: NDArray[Any], needle: str) -> NDArray[np.bool_]:
    """Whether texts and dates (n,) hold what was typed, whatever its case."""
    texts = [value if value.__class__ is str else _written(value) for value in values.tolist()]
    whole, wanted = BREAK.join(texts), needle
    if needle.casefold() != needle.upper():  # something in it has a case
        whole, wanted = whole.casefold(), needle.casefold()
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)
    if not len(ends) or len(whole) != ends[-1] - 1:  # a few letters get longer, and nothing is where it was
        folded = (text.casefold() for text in texts)
        return np.fromiter((needle.casefold() in text for text in folded), dtype=bool, count=len(texts))
    found = np.zeros(len(texts), dtype=bool)
    found[np.searchsorted(ends, _places_in(whole, wanted), side="right")] = True
    return found


def _places_in(whole: str, wanted: str) -> list[int]:
    places, place = [], whole.find(wanted)
    while place >= 0:
        places.append(place)
        place = whole.find(wanted, place + 1)
    return places


@lru_cache(maxsize=20_000)
def _written(value: object) -> str:
    """Write a date or a flag as it is looked for; nothing entered is an empty text."""
    return "" if value is None or value != value else str(value)


def begins(values: NDArray[Any], needle: str) -> NDArray[np.bool_]:
    """Whether numbers (n,), as they are written, begin with what was typed; never where it is no number."""
    text = needle.replace("−", "-").replace(",", "")
    digits = text.lstrip("+-")
    if not NUMBER.match(text) or not digits.strip("."):
        return np.zeros(len(values), dtype=bool)
    decimals = len(digits.partition(".")[2])
    typed = int(digits.replace(".", "") or "0")
    sign = -1.0 if text.startswith("-") else 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        # a hair more, so that 0.29 times 100 is 29 and not 28
        written = values.astype(np.float64) * sign * 10.0**decimals * (1 + 1e-12) + 1e-9
        found = np.floor(written) == typed
        # with a point typed there is no more to come before it
        for magnitude in range(1, MAGNITUDES if "." not in digits and typed else 1):
            found |= np.floor(written / 10.0**magnitude) == typed
        return np.asarray(found)


def text_keys(
    values: Any, places: Places, step: Callable[[], None]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Give bytes (n,) that sort as texts do, numbers in them by value, and which are not entered."""
    keys = np.zeros(len(places), dtype=f"S{KEY_BYTES}")
    missing = np.zeros(len(places), dtype=bool)
    for start in range(0, len(places), CHUNK):
        step()
        piece = places[start : start + CHUNK]
        given = np.asarray(values[piece], dtype=object).tolist()
        texts = [None if value is None or value != value else str(value) for value in given]
        missing[start : start + CHUNK] = [not text for text in texts]
        keys[start : start + CHUNK] = [_key(text) for text in texts]
    return keys, missing


def _key(text: str | None) -> bytes:
    padded = DIGITS.sub(lambda found: found[0].zfill(9), text or "")
    return padded.casefold().encode("utf-8")[:KEY_BYTES]
