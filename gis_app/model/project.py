"""The open park: its layers in one projected reference system, its facts, its proposals, its as-of date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gis_app.model.changeset import OWN_TABLES, Changeset, Record, Row
from gis_app.model.fact import PARK, Fact
from gis_app.model.layer import GEOMETRY, Layer

PROPERTIES = ("name", "crs", "as_of", "period", "missing_files")
"""Keys of the table ``project``."""


@dataclass(frozen=True)
class Proposal:
    """An adjustment or expansion of the park; its blocks are features of the layer ``proposal_block``."""

    id: str
    name: str = ""
    confirmed: bool = True


@dataclass
class Project:
    """Layers, facts and proposals of one park at one as-of date.

    ``crs`` is the one reference system of every layer. ``as_of`` is the day for which everything is judged
    (核查时点); it is a property of the data and never taken from the clock. Only ``apply`` changes a project.
    """

    crs: CRS | None = None
    name: str = ""
    as_of: date | None = None
    period: str = ""
    layers: dict[str, Layer] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    missing_files: tuple[str, ...] = ()
    next_fid: int = 1

    def fact(self, key: str, owner: str = PARK) -> Fact | None:
        """The fact of the park or of a proposal, None when nobody entered it."""
        return self.facts.get(f"{owner}/{key}")

    def of_type(self, feature_type: str) -> Layer | None:
        """The layer of a feature type, None when nothing of it was delivered."""
        return next((layer for layer in self.layers.values() if layer.feature_type.id == feature_type), None)

    def apply(self, changeset: Changeset) -> None:
        """Put a changeset into effect: the only code that replaces records.

        Columns are written by one call per table and set of columns. A record that does not fit (unknown
        table, missing or already present id, one id twice, a row of a layer that comes or goes) raises
        ValueError before anything is changed.
        """
        by_table: dict[str, list[Record]] = defaultdict(list)
        for record in changeset.records:
            by_table[record.table].append(record)
        self._fits(changeset, by_table)
        for layer in changeset.departures:
            del self.layers[layer.id]
        for layer in changeset.arrivals:
            self.layers[layer.id] = layer
            self._take_fids(layer.frame.index)
        for table, records in by_table.items():
            if table in OWN_TABLES:
                for record in records:
                    self._apply_own(record)
            else:
                self._apply_rows(self.layers[table], records)

    def _fits(self, changeset: Changeset, by_table: Mapping[str, list[Record]]) -> None:
        leaving = {layer.id for layer in changeset.departures}
        arriving = [layer.id for layer in changeset.arrivals]
        staying = self.layers.keys() - leaving
        if leaving - self.layers.keys() or staying & set(arriving) or len(set(arriving)) < len(arriving):
            raise ValueError(f"layers that leave {sorted(leaving)} or arrive {arriving} do not fit")
        for table, records in by_table.items():
            if len({str(record.id) for record in records}) < len(records):
                raise ValueError(f"one id twice in table {table!r}")
            if table in OWN_TABLES:
                self._own_fit(table, records, staying)
            elif table not in staying or table in arriving:
                raise ValueError(f"unknown table {table!r}")
            else:
                _rows_fit(self.layers[table].frame, records)

    def _own_fit(self, table: str, records: Iterable[Record], staying: Collection[str]) -> None:
        known: Mapping[str, Collection[str]] = {
            "project": PROPERTIES,
            "fact": self.facts.keys(),
            "proposal": self.proposals.keys(),
            "layer": staying,
        }
        for record in records:
            there = str(record.id) in known.get(table, ())
            kept = table in ("project", "layer")
            if (
                table not in known
                or there != (kept or record.before is not None)
                or (table == "layer" and record.after is None)
            ):
                raise ValueError(f"record {record.id!r} does not fit table {table!r}")

    def _take_fids(self, fids: Iterable[int]) -> None:
        self.next_fid = max(self.next_fid, max((int(fid) for fid in fids), default=0) + 1)

    def _apply_own(self, record: Record) -> None:
        after = record.after
        if record.table == "project":
            _set_project(self, str(record.id), None if after is None else after["value"])
        elif record.table == "fact":
            _set_entry(self.facts, str(record.id), None if after is None else Fact(**cast(Any, dict(after))))
        elif record.table == "proposal":
            _set_entry(
                self.proposals, str(record.id), None if after is None else Proposal(**cast(Any, dict(after)))
            )
        else:
            layer = self.layers[str(record.id)]
            self.layers[layer.id] = replace(layer, **cast(Any, dict(after or {})))

    def _apply_rows(self, layer: Layer, records: list[Record]) -> None:
        gone = [record.id for record in records if record.after is None]
        new = [record for record in records if record.before is None and record.after is not None]
        updates: dict[tuple[str, ...], list[Record]] = defaultdict(list)
        for record in records:
            if record.before is not None and record.after is not None:
                updates[tuple(record.after)].append(record)
        for columns, group in updates.items():
            _write(layer.frame, columns, group)
        if gone:
            layer.frame = layer.frame.drop(index=cast(Any, gone))
        if new:
            layer.frame = _with_new(layer.frame, new)
            self._take_fids(int(record.id) for record in new)
        layer.mark_changed(int(record.id) for record in records)


def _rows_fit(frame: pd.DataFrame, records: Iterable[Record]) -> None:
    there, columns = set(frame.index.tolist()), set(frame.columns)
    for record in records:
        if (int(record.id) in there) != (record.before is not None):
            raise ValueError(f"row {record.id!r} does not fit table {record.table!r}")
        if record.after is not None and not columns.issuperset(record.after):
            raise ValueError(f"row {record.id!r} has columns that table {record.table!r} does not have")


def _write(frame: pd.DataFrame, columns: tuple[str, ...], records: list[Record]) -> None:
    fids = [int(record.id) for record in records]
    for column in columns:
        values = _column([cast(Row, record.after)[column] for record in records], frame[column])
        if values.dtype == object and frame[column].dtype != object:
            frame[column] = frame[column].astype(object)
        frame.loc[cast(Any, fids), column] = values


def _column(values: list[object], like: pd.Series[Any]) -> Any:
    """Values in the type of a column; as objects where a whole number is missing."""
    if like.name == GEOMETRY:
        return gpd.array.from_shapely(np.array([*values, None], dtype=object)[:-1], crs=cast(Any, like).crs)
    whole = all(isinstance(value, (int, np.integer)) for value in values)
    if like.dtype.kind == "f" or (like.dtype.kind in "iu" and whole):
        return np.array(values, dtype=cast("np.dtype[Any]", like.dtype))
    return np.array([*values, None], dtype=object)[:-1]


def _with_new(frame: pd.DataFrame, records: list[Record]) -> pd.DataFrame:
    index = pd.Index([int(record.id) for record in records], dtype=np.int64, name=frame.index.name)
    added = {
        str(column): pd.Series(
            _column([cast(Row, r.after).get(column) for r in records], frame[column]), index=index
        )
        for column in frame.columns
    }
    return pd.concat([frame, type(frame)(added, index=index)])


def _set_entry(entries: dict[str, Any], key: str, value: object | None) -> None:
    if value is None:
        del entries[key]
    else:
        entries[key] = value


def _set_project(project: Project, key: str, value: object) -> None:
    if key == "crs":
        project.crs = None if value is None else CRS.from_user_input(value)
    elif key in {"name", "period"}:
        setattr(project, key, "" if value is None else str(value))
    elif key == "as_of":
        project.as_of = cast("date | None", value)
    else:
        project.missing_files = tuple(cast("Iterable[str]", value or ()))
