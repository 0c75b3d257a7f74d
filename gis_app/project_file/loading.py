"""From the tables to a project in memory, and from a journal record to its changeset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apsw
from pyproj import CRS

from gis_app.language import Message
from gis_app.model import Changeset, Columns, Fact, Layer, Project, Proposal, Record
from gis_app.model.project import ENTRY_TABLES
from gis_app.project_file import bulk, feature_table, journal
from gis_app.project_file.codec import Codec, unpack
from gis_app.project_file.feature_table import LayerRecord, Rows
from gis_app.project_file.history_body import departed_rows
from gis_app.project_file.schema import own_table
from gis_app.worker import Crew


def load(connection: apsw.Connection, codec: Codec, path: Path | None = None) -> Project:
    """Everything that the model holds; the rows of a layer come ordered by fid.

    Very many rows are read by another process, from the file at ``path``; None for all of them here.
    """
    settings = {id: body["value"] for id, body in entries(connection, codec, "project").items()}
    crs = None if settings.get("crs") is None else CRS.from_user_input(settings["crs"])
    project = Project(
        crs=crs,
        name=settings.get("name") or "",
        as_of=settings.get("as_of"),
        period=settings.get("period") or "",
        facts={id: Fact(**body) for id, body in entries(connection, codec, "fact").items()},
        proposals={id: Proposal(**body) for id, body in entries(connection, codec, "proposal").items()},
        missing_files=tuple(settings.get("missing_files") or ()),
        network=settings.get("network") or "none",
        ordered=bool(settings.get("ordered")),
        next_fid=settings.get("next_fid") or 1,
        entries={table: dict(entries(connection, codec, table)) for table in sorted(ENTRY_TABLES)},
    )
    with Crew() as crew:
        for record in layer_records(connection, codec):
            columns = None
            if path is not None and bulk.is_large(connection, record):
                columns = bulk.read(connection, path, record, crs, crew)
            if columns is None:
                columns = feature_table.to_columns(record, feature_table.read(connection, record), crs)
            project.layers[record.id] = _layer(record, columns, codec)
    project.order_layers(settings.get("layer_order") or ())
    return project


def layer_records(connection: apsw.Connection, codec: Codec) -> list[LayerRecord]:
    """What is known of each layer beside its rows, in the order in which they came."""
    found: list[Any] = connection.execute("SELECT id, body FROM parkplan_layer ORDER BY rowid").fetchall()
    return [LayerRecord.parse(id, json.loads(body), codec) for id, body in found]


def changeset(connection: apsw.Connection, codec: Codec, seq: int) -> Changeset:
    """The changeset of a journal record; KeyError when there is none of this sequence.

    A layer that arrived comes with the rows that its table has now, or with none when it has left since: to
    undo an arrival takes only its id. A layer that left comes with all rows it had.
    """
    text, packed = journal.body_of(connection, seq)
    body = unpack(packed)
    crs = load_crs(connection, codec)
    present = {record.id: record for record in layer_records(connection, codec)}
    return Changeset(
        Message(text.id, codec.decode(dict(text.values))),
        tuple(_record(item, codec) for item in body.get("records", ())),
        tuple(_arrival(connection, codec, item, present, crs) for item in body.get("arrivals", ())),
        tuple(_departure(codec, item, crs) for item in body.get("departures", ())),
    )


def load_crs(connection: apsw.Connection, codec: Codec) -> CRS | None:
    """The project's reference system."""
    value = entries(connection, codec, "project").get("crs", {}).get("value")
    return None if value is None else CRS.from_user_input(value)


def entries(connection: apsw.Connection, codec: Codec, table: str) -> dict[str, dict[str, Any]]:
    """What is entered in one of the project's own tables, by id."""
    found = connection.execute(f"SELECT id, body FROM {own_table(table)} ORDER BY rowid")
    return {id: codec.decode(json.loads(body)) for id, body in found}


def _layer(record: LayerRecord, columns: Columns, codec: Codec) -> Layer:
    return Layer(
        record.id,
        codec.feature_type(record.feature_type),
        columns,
        record.completeness,
        record.scheme,
        record.sources,
        record.unlocked,
    )


def _record(item: list[Any], codec: Codec) -> Record:
    table, id, before, after = item
    return Record(table, codec.decode(id), codec.decode(before), codec.decode(after))


def _arrival(
    connection: apsw.Connection,
    codec: Codec,
    item: dict[str, Any],
    present: dict[str, LayerRecord],
    crs: CRS | None,
) -> Layer:
    record = present.get(item["layer"]) or LayerRecord.parse(item["layer"], item["body"], codec)
    rows: Rows = feature_table.read(connection, record) if record.id in present else {}
    return _layer(record, feature_table.to_columns(record, rows, crs), codec)


def _departure(codec: Codec, item: dict[str, Any], crs: CRS | None) -> Layer:
    record = LayerRecord.parse(item["layer"], item["body"], codec)
    return _layer(record, feature_table.to_columns(record, departed_rows(item), crs), codec)
