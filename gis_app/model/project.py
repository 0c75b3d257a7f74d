"""The open park: its layers in one projected reference system, its facts, its proposals, its as-of date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from pyproj import CRS

from gis_app.model.changeset import OWN_TABLES, Changeset, Record, Row
from gis_app.model.fact import PARK, Fact
from gis_app.model.layer import NUMBER_FORMS, Layer

PROPERTIES = ("name", "crs", "as_of", "period", "missing_files", "layer_order", "ordered", "network")
"""Keys of the table ``project``."""

ENTRY_TABLES = OWN_TABLES - {"project", "proposal", "layer", "fact"}
"""Tables whose records have no type of their own: notes, decisions, attachments, styles, sheets."""


@dataclass(frozen=True)
class Proposal:
    """An adjustment or expansion of the park; its blocks are features of the layer ``proposal_block``.

    ``copied_from`` is the id of the variant it started from, empty where it started from none.
    """

    id: str
    name: str = ""
    confirmed: bool = True
    copied_from: str = ""


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
    network: str = "none"
    """Whether tiles may be fetched with the user's own key: ``none``, ``own_key``, ``restricted``."""
    ordered: bool = False
    """Whether somebody gave the layers their order; else they stand as they came."""
    next_fid: int = 1
    entries: dict[str, dict[str, Row]] = field(default_factory=dict)
    """Records of the tables that are kept as they were entered (``ENTRY_TABLES``), by table and id."""

    def fact(self, key: str, owner: str = PARK) -> Fact | None:
        """The fact of the park or of a proposal, None when nobody entered it."""
        return self.facts.get(f"{owner}/{key}")

    def of_type(self, feature_type: str) -> Layer | None:
        """The layer of a feature type, None when nothing of it was delivered."""
        return next((layer for layer in self.layers.values() if layer.feature_type.id == feature_type), None)

    def order_layers(self, ids: Sequence[str]) -> None:
        """Bring the layers into an order; those that it does not name follow as they were."""
        named = [id for id in ids if id in self.layers]
        rest = [id for id in self.layers if id not in named]
        self.layers = {id: self.layers[id] for id in (*named, *rest)}

    def still(self) -> Project:
        """The project as it is now, for whoever works on it beside the one thread that changes it.

        No table is copied; what is applied to the project later does not reach it.
        """
        return replace(
            self,
            layers={id: layer.still() for id, layer in self.layers.items()},
            facts=dict(self.facts),
            proposals=dict(self.proposals),
        )

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
            self._take_fids(layer.fids.tolist())
        for table, records in by_table.items():
            if table in OWN_TABLES:
                for record in records:
                    self._apply_own(record)
            else:
                self._apply_rows(self.layers[table], records)
        if any(record.id == "crs" for record in by_table.get("project", ())):
            carried = {layer.id for layer in changeset.departures}
            for layer in changeset.arrivals:
                if layer.id in carried:
                    layer.retag(self.crs)

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
                _rows_fit(self.layers[table], records)

    def _own_fit(self, table: str, records: Iterable[Record], staying: Collection[str]) -> None:
        known: Mapping[str, Collection[str]] = {
            "project": PROPERTIES,
            "fact": self.facts.keys(),
            "proposal": self.proposals.keys(),
            "layer": staying,
            **{name: self.entries.get(name, {}).keys() for name in ENTRY_TABLES},
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
        elif record.table in ENTRY_TABLES:
            entries = self.entries.setdefault(record.table, {})
            kept = None if after is None else {**entries.get(str(record.id), {}), **after}
            _set_entry(entries, str(record.id), kept)
        else:
            layer = copy(self.layers[str(record.id)])  # with its table: what is said beside rows copies none
            for name, value in (after or {}).items():
                setattr(layer, name, value)
            self.layers[layer.id] = layer

    def _apply_rows(self, layer: Layer, records: list[Record]) -> None:
        table = layer.table
        table.add_columns(_forms(layer, records))
        updates: dict[tuple[str, ...], dict[int, Row]] = defaultdict(dict)
        for record in records:
            if record.before is not None and record.after is not None:
                updates[tuple(record.after)][int(record.id)] = record.after
        for columns, rows in updates.items():
            table.write(columns, rows)
        table.drop(int(record.id) for record in records if record.after is None)
        new = {int(r.id): r.after for r in records if r.before is None and r.after is not None}
        if new:
            table.add(new)
            self._take_fids(new)


def _rows_fit(layer: Layer, records: Sequence[Record]) -> None:
    there = layer.table.has(int(record.id) for record in records)
    columns, kind = set(layer.table.columns), layer.feature_type
    for record, is_there in zip(records, there.tolist(), strict=True):
        if is_there != (record.before is not None):
            raise ValueError(f"row {record.id!r} does not fit table {record.table!r}")
        new = [] if record.after is None else [name for name in record.after if name not in columns]
        if any(kind.field(name) is None for name in new):
            raise ValueError(f"row {record.id!r} has columns that table {record.table!r} does not have")


def _forms(layer: Layer, records: Iterable[Record]) -> dict[str, str]:
    """Fields of the type that a step fills for the first time, each with the dtype of its column."""
    columns = layer.table.columns
    named = {name: None for record in records for name in record.after or () if name not in columns}
    return {name: NUMBER_FORMS.get(_type_of(layer, name), "object") for name in named}


def _type_of(layer: Layer, name: str) -> str:
    declared = layer.feature_type.field(name)
    return "text" if declared is None else declared.type


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
    elif key == "network":
        project.network = str(value or "none")
    elif key == "layer_order":
        project.order_layers(cast("Sequence[str]", value or ()))
    elif key == "ordered":
        project.ordered = bool(value)
    elif key == "as_of":
        project.as_of = cast("date | None", value)
    else:
        project.missing_files = tuple(cast("Iterable[str]", value or ()))
