"""One delivered table on its way into the project.

What it was recognised as, on what basis, and what was noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.catalogue import Catalogue, FeatureType, SchemeProposal, propose, recognise
from gis_app.catalogue.scheme import SCHEMES
from gis_app.formats import Excluded, Table
from gis_app.geometry.area import AreaUnitGuess, detect_area_unit
from gis_app.language import Message, Refused
from gis_app.session.answers import FileAnswer
from gis_app.session.columns import Columns, map_columns
from gis_app.session.georeference import Placed
from gis_app.session.options import Options

DIMENSION = {"point": 0, "line": 1, "polygon": 2}

UNRECOGNISED = "unrecognised"


@dataclass(frozen=True)
class Scheme:
    """The code list that a table's codes are written in; ``id`` None while undecided."""

    id: str | None
    basis: str = ""
    proposals: tuple[SchemeProposal, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """A table with its shapes placed and its columns mapped.

    ``kind_basis``: ``option``, ``answers``, or the words by which it was recognised; ``excluded`` adds to
    the table's own what does not fit the feature type's geometry; ``area_units`` are detected for area
    columns, by field id.
    """

    table: Table
    kind: FeatureType | None
    kind_basis: str
    columns: Columns
    placed: Placed
    scheme: Scheme
    excluded: tuple[Excluded, ...]
    answer: FileAnswer | None
    area_units: dict[str, AreaUnitGuess] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    @property
    def geometry(self) -> NDArray[Any] | None:
        """Shapes (n,) in the project's reference system."""
        return self.placed.geometry


def kind_of(
    table: Table, options: Options, answer: FileAnswer | None, catalogue: Catalogue
) -> tuple[FeatureType | None, str]:
    """The feature type: by option, else by the folder's answers, else recognised by name and fields.

    None when nothing fits.

    Raises
    ------
    Refused
        The option names no feature type of the catalogue.
    """
    said = options.feature_type.of(table.path)
    if said is not None:
        if said not in catalogue.feature_types:
            raise Refused(
                Message(
                    "session.feature_type_choose", {"given": said, "known": sorted(catalogue.feature_types)}
                )
            )
        return catalogue.feature_types[said], "option"
    if answer is not None and answer.feature_type and not answer.proposed:
        return catalogue.feature_types[answer.feature_type], "answers"
    found = recognise(catalogue.feature_types, _names(table), list(table.columns), table.geometry_type)
    if not found:
        return None, ""
    return catalogue.feature_types[found[0].feature_type], ", ".join(found[0].basis)


def _names(table: Table) -> str:
    stem = table.path.stem
    return stem if stem == table.name else f"{table.name} {stem}"


def fitting(table: Table, kind: FeatureType | None) -> tuple[Table, tuple[Excluded, ...]]:
    """The rows whose shapes the feature type can take, and the others with the reason."""
    if kind is None or kind.geometry not in DIMENSION or table.geometry is None:
        return table, ()
    fits = shapely.get_dimensions(table.geometry) == DIMENSION[kind.geometry]
    if fits.all():
        return table, ()
    out = table.source_ids[~fits]
    reason = Message("session.excluded_geometry", {"geometry": Message(f"session.geometry_{kind.geometry}")})
    return table.rows(fits), (Excluded(reason, tuple(int(i) for i in out), len(out)),)


def scheme_of(
    table: Table,
    columns: Columns,
    kind: FeatureType | None,
    options: Options,
    answer: FileAnswer | None,
    catalogue: Catalogue,
) -> Scheme:
    """The code list: by option, else by answers, else proposed from codes and names together.

    A proposal is taken when nearly all names agree; otherwise it is shown and nothing is assumed.

    Raises
    ------
    Refused
        The scheme named does not exist.
    """
    known = [scheme for scheme in SCHEMES if scheme in catalogue.code_lists]
    if kind is None or not kind.class_field or kind.class_field not in columns.values:
        return Scheme(None)
    said, basis = options.scheme.of(table.path), "option"
    if said is None and answer is not None and answer.scheme and not answer.proposed:
        said, basis = answer.scheme, "answers"
    if said is not None:
        if said not in known:
            raise Refused(Message("session.scheme_choose", {"given": said, "known": known}))
        return Scheme(said, basis)
    codes = [_text(value) for value in columns.values[kind.class_field]]
    name_field = kind.class_field.replace("code", "name")
    names = [
        _text(value) for value in columns.values.get(name_field, np.full(len(codes), None, dtype=object))
    ]
    found = propose(catalogue.code_lists, codes, names)
    if found and found[0].settled:
        return Scheme(found[0].scheme, "codes_and_names", found)
    return Scheme(None, "", found)


def _text(value: object) -> str | None:
    return None if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)


def area_units(
    columns: Columns, kind: FeatureType | None, areas_m2: NDArray[np.float64] | None
) -> dict[str, AreaUnitGuess]:
    """The unit of each area column, detected by its ratio to the drawn area; by field id."""
    if kind is None or areas_m2 is None or not len(areas_m2):
        return {}
    found = {}
    for declared in kind.fields:
        if declared.unit in ("m2", "ha", "mu") and declared.id in columns.values and "area" in declared.id:
            values = np.asarray(columns.values[declared.id], dtype=np.float64)
            if np.isfinite(values).any():
                found[declared.id] = detect_area_unit(values, areas_m2)
    return found


def noted(columns: Columns, file: str, kind: FeatureType | None) -> Sequence[Message]:
    """Sentences on values that are there and cannot be read."""
    return [
        Message(
            "session.values_unreadable", {"file": file, "field": columns.delivered[field], "count": count}
        )
        for field, count in columns.unreadable.items()
    ]


def mapped(table: Table, kind: FeatureType | None) -> Columns:
    """The table's columns under their field ids."""
    return map_columns(table.columns, kind)
