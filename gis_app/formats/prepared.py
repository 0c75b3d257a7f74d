"""A table made into what a format can hold, each loss in a sentence, before anything is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from gis_app.formats.names import fitted
from gis_app.formats.table import Column, Table, booleans, integers, is_missing, objects
from gis_app.language import Message, Refused


@dataclass(frozen=True)
class Prepared:
    """What will be written.

    Parameters
    ----------
    table : Table
        What reading it back must give.
    losses : tuple[Message, ...]
        What is not kept.
    names : Mapping[str, str]
        The field names written, by those of the original.
    """

    table: Table
    losses: tuple[Message, ...]
    names: Mapping[str, str]


def normal(table: Table) -> Table:
    """Give every column the array its type asks for, and no geometry that is empty.

    Parameters
    ----------
    table : Table
        As a caller made it: missing values may be ``None`` or NaN, integers may come as floats.

    Returns
    -------
    Table
        As reading would give it.
    """
    columns = {name: _normal(values, table.types[name]) for name, values in table.columns.items()}
    geometry = table.geometry
    if geometry is not None:
        flat = shapely.force_2d(np.asarray(geometry, dtype=object))
        geometry = objects(
            None if empty else each for each, empty in zip(flat, shapely.is_empty(flat), strict=True)
        )
    return replace(table, columns=columns, geometry=geometry)


def _normal(values: Column, kind: str) -> Column:
    listed = [None if _is_none(value) else value for value in np.asarray(values).tolist()]
    if kind == "integer":
        return integers(None if value is None else int(value) for value in listed)
    if kind == "number":
        return np.array([np.nan if value is None else float(value) for value in listed], dtype=np.float64)
    if kind == "boolean":
        return booleans(None if value is None else bool(value) for value in listed)
    return objects(listed)


def _is_none(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ == "NaTType"


def rename(table: Table, fit: Callable[[str, int], str], taken: tuple[str, ...] = ()) -> Prepared:
    """Give the fields names that fit.

    Parameters
    ----------
    table : Table
        The table.
    fit : Callable[[str, int], str]
        As in `gis_app.formats.names.fitted`.
    taken : tuple[str, ...]
        Names that may not be used.

    Returns
    -------
    Prepared
        With one loss for each name that changed.
    """
    names = fitted(table.columns, fit, taken)
    renamed = replace(
        table,
        columns={names[name]: values for name, values in table.columns.items()},
        types={names[name]: table.types[name] for name in table.columns},
    )
    losses = [
        Message("formats.loss_name", {"field": old, "name": new}) for old, new in names.items() if old != new
    ]
    return Prepared(renamed, tuple(losses), names)


def revise(
    prepared: Prepared,
    kinds: tuple[str, ...],
    change: Callable[[Any], Any],
    loss: str,
    becomes: str | None = None,
) -> Prepared:
    """Change the values of all columns of some types, and say in how many rows they became others.

    Parameters
    ----------
    prepared : Prepared
        So far.
    kinds : tuple[str, ...]
        Types of the columns looked at.
    change : Callable
        Gives the new value for one that is there.
    loss : str
        Message id without its domain, said with field and count.
    becomes : str, optional
        The columns' new type; every value there counts as changed then.

    Returns
    -------
    Prepared
        With one more loss for each column that changed.
    """
    table = prepared.table
    columns, types, losses = dict(table.columns), dict(table.types), list(prepared.losses)
    for name in [each for each in columns if types[each] in kinds]:
        before = columns[name]
        missing = is_missing(before)
        after = objects(
            None if gone else change(value) for value, gone in zip(before.tolist(), missing, strict=True)
        )
        changed = sum(
            not gone and (becomes is not None or new != old)
            for new, old, gone in zip(after, before.tolist(), missing, strict=True)
        )
        types[name] = becomes or types[name]
        columns[name] = _normal(after, types[name])
        if changed:
            losses.append(Message(f"formats.{loss}", {"field": name, "count": changed}))
    return replace(prepared, table=replace(table, columns=columns, types=types), losses=tuple(losses))


def plain_text(prepared: Prepared) -> Prepared:
    """Take out of texts what no format keeps: zero characters and halves of characters.

    Parameters
    ----------
    prepared : Prepared
        So far; values of no plain type become JSON texts.

    Returns
    -------
    Prepared
        With the losses.
    """
    as_text = revise(prepared, ("other",), _as_text, "loss_other", becomes="text")
    return revise(as_text, ("text",), _plain, "loss_characters")


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _plain(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def finite(prepared: Prepared) -> Prepared:
    """Take infinite numbers for missing ones.

    Parameters
    ----------
    prepared : Prepared
        So far.

    Returns
    -------
    Prepared
        With the losses.
    """
    return revise(prepared, ("number",), lambda value: value if np.isfinite(value) else None, "loss_infinite")


def nulls(prepared: Prepared, before: Table) -> Prepared:
    """Say that features without geometry are written, and will be left out by whoever reads them.

    Parameters
    ----------
    prepared : Prepared
        So far.
    before : Table
        What was to be written.

    Returns
    -------
    Prepared
        Perhaps with one more loss.
    """
    geometry = prepared.table.geometry
    if geometry is None or before.geometry is None:
        return prepared
    count = int(np.count_nonzero(shapely.is_missing(geometry)))
    with_z = int(np.count_nonzero(shapely.has_z(before.geometry)))
    found = {"loss_null_geometry": count, "loss_z": with_z}
    said = [Message(f"formats.{name}", {"count": number}) for name, number in found.items() if number]
    return replace(prepared, losses=(*prepared.losses, *said))


def need_crs(table: Table) -> str:
    """Give the reference system that is to be written.

    Parameters
    ----------
    table : Table
        With geometry.

    Returns
    -------
    str
        As WKT, or as a name that PROJ knows.

    Raises
    ------
    Refused
        There is none: a set without one could not be read without asking.
    """
    if not table.crs_wkt:
        raise Refused(Message("formats.write_no_crs", {"layer": table.name}))
    return table.crs_wkt
