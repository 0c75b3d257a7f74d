"""A table taken apart for the way between two processes, and put together again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis_app.formats.table import Column, Excluded, Table, booleans, objects, shapes
from gis_app.language import Message

_NO_BOOLEAN = -1


def message_data(message: Message) -> dict[str, Any]:
    """Give a message as JSON values.

    Parameters
    ----------
    message : Message
        The message; its values are texts, numbers, messages, or lists of these.

    Returns
    -------
    dict
        What `message_from` takes.
    """
    return {"id": message.id, "values": {key: _value_data(value) for key, value in message.values.items()}}


def message_from(data: Mapping[str, Any]) -> Message:
    """Give the message that `message_data` described.

    Parameters
    ----------
    data : Mapping
        From `message_data`.

    Returns
    -------
    Message
        An equal message.
    """
    return Message(data["id"], {key: _value_from(value) for key, value in data["values"].items()})


def _value_data(value: object) -> Any:
    if isinstance(value, Message):
        return message_data(value)
    if isinstance(value, (list, tuple)):
        return [_value_data(each) for each in value]
    return value if value is None or isinstance(value, (int, float)) else str(value)


def _value_from(value: Any) -> object:
    if isinstance(value, dict):
        return message_from(value)
    return [_value_from(each) for each in value] if isinstance(value, list) else value


def pack(table: Table, key: str) -> tuple[dict[str, Any], dict[str, Column]]:
    """Take a table apart for the way between two processes.

    Parameters
    ----------
    table : Table
        The table.
    key : str
        Begins the name of every array.

    Returns
    -------
    tuple[dict, dict[str, NDArray]]
        JSON values, and arrays of numbers, text or bytes.
    """
    arrays: dict[str, Column] = {f"{key}.ids": table.source_ids}
    if table.geometry is not None:
        arrays[f"{key}.geometry"] = objects(shapely.to_wkb(table.geometry))
    for place, (name, values) in enumerate(table.columns.items()):
        arrays[f"{key}.{place}"] = _packed(values, table.types[name])
    data = {
        "path": str(table.path),
        "name": table.name,
        "files": [[str(path), digest] for path, digest in table.files],
        "columns": list(table.columns),
        "types": [table.types[name] for name in table.columns],
        "has_geometry": table.geometry is not None,
        "geometry_type": table.geometry_type,
        "encoding": table.encoding,
        "encoding_basis": table.encoding_basis,
        "crs_wkt": table.crs_wkt,
        "declared_count": table.declared_count,
        "excluded": [
            [message_data(each.reason), list(each.source_ids), each.count] for each in table.excluded
        ],
        "problems": [message_data(message) for message in table.problems],
        "reader": table.reader,
    }
    return data, arrays


def unpack(data: Mapping[str, Any], arrays: Mapping[str, Column], key: str) -> Table:
    """Put together a table that `pack` took apart.

    Parameters
    ----------
    data : Mapping
        JSON values from `pack`.
    arrays : Mapping[str, NDArray]
        Arrays from `pack`.
    key : str
        The key given to `pack`.

    Returns
    -------
    Table
        An equal table.
    """
    types = dict(zip(data["columns"], data["types"], strict=True))
    columns = {
        name: _unpacked(arrays[f"{key}.{place}"], types[name]) for place, name in enumerate(data["columns"])
    }
    return Table(
        path=Path(data["path"]),
        name=data["name"],
        files=tuple((Path(path), digest) for path, digest in data["files"]),
        columns=columns,
        types=types,
        geometry=shapes(arrays[f"{key}.geometry"]) if data["has_geometry"] else None,
        geometry_type=data["geometry_type"],
        source_ids=arrays[f"{key}.ids"],
        encoding=data["encoding"],
        encoding_basis=data["encoding_basis"],
        crs_wkt=data["crs_wkt"],
        declared_count=data["declared_count"],
        excluded=tuple(
            Excluded(message_from(reason), tuple(ids), count) for reason, ids, count in data["excluded"]
        ),
        problems=tuple(message_from(message) for message in data["problems"]),
        reader=data["reader"],
    )


def _packed(values: Column, kind: str) -> Column:
    if kind == "date":
        return np.array([np.datetime64(value or "NaT", "D") for value in values], dtype="datetime64[D]")
    if kind == "datetime":
        return objects(None if value is None else value.isoformat() for value in values)
    if kind == "boolean":
        return np.array([_NO_BOOLEAN if value is None else int(value) for value in values], dtype=np.int8)
    if kind == "other":
        return objects(None if value is None else json.dumps(value, ensure_ascii=True) for value in values)
    return values


def _unpacked(values: Column, kind: str) -> Column:
    if kind == "date":
        return values.astype(object)
    if kind == "datetime":
        return objects(None if value is None else datetime.fromisoformat(value) for value in values)
    if kind == "boolean":
        return booleans([None if value == _NO_BOOLEAN else bool(value) for value in values.tolist()])
    if kind == "other":
        return objects(None if value is None else json.loads(value) for value in values)
    return values
