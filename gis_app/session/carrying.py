"""A project on its way to the process that judges it: pieces of columns, and no more of them than are read.

Shapes go as WKB. Everything is cut into pieces so small that whoever packs or unpacks one holds nobody up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.catalogue import Catalogue, FeatureType
from gis_app.indicators.reads import patterns_read
from gis_app.model import (
    GEOMETRY,
    OWN_TABLES,
    Changeset,
    Columns,
    Completeness,
    Layer,
    Project,
    Record,
    Source,
)
from gis_app.model.project import ENTRY_TABLES
from gis_app.rules.reads import columns_read
from gis_app.session.columns import SOURCE_ID

PIECE = 4_000
"""Rows in one piece."""
MOST_RECORDS = 2_000
"""A step of more records is carried as the layers that it leaves."""

Values = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Head:
    """What is known of a layer beside its rows."""

    id: str
    feature_type: FeatureType
    completeness: Completeness
    scheme: str | None
    sources: tuple[Source, ...]
    unlocked: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """Some rows of the layer whose head came last."""

    fids: NDArray[np.int64]
    values: Values


class Reading:
    """What of each layer is read when a project is judged by the rules of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def reads(self, kind: FeatureType, column: str) -> bool:
        """Whether anybody reads a column of a layer of this type."""
        key = (kind.id, kind.class_field)
        if key not in self._known:
            read = columns_read(kind, self._catalogue) | patterns_read(kind.id)
            self._known[key] = read | {SOURCE_ID}
        return any(fnmatchcase(column, pattern) for pattern in self._known[key])

    def row(self, kind: FeatureType, row: Mapping[str, object] | None) -> Mapping[str, object] | None:
        """Give of a row what is read."""
        return None if row is None else {name: row[name] for name in row if self.reads(kind, name)}


def pieces(project: Project, reading: Reading) -> Iterator[Project | Head | Piece]:
    """Take a project apart: itself without layers, then of each layer its head and its rows."""
    yield replace(project, layers={}, entries={})  # what people noted is not judged
    for layer in project.layers.values():
        kind = layer.feature_type
        names = tuple(str(name) for name in layer.table.columns if reading.reads(kind, str(name)))
        yield Head(layer.id, kind, layer.completeness, layer.scheme, layer.sources, layer.unlocked, names)
        fids, columns = layer.fids, layer.rows(None, names)
        for start in range(0, max(len(fids), 1), PIECE):
            part = slice(start, start + PIECE)
            values = {name: column[part] for name, column in columns.items()}
            if GEOMETRY in values:
                values[GEOMETRY] = shapely.to_wkb(values[GEOMETRY])
            yield Piece(fids[part], values)


@dataclass
class Assembly:
    """A project put together from its pieces."""

    project: Project = field(default_factory=Project)
    _head: Head | None = None
    _pieces: list[Piece] = field(default_factory=list)

    def take(self, part: Project | Head | Piece) -> None:
        """Take the next part."""
        if isinstance(part, Piece):
            if GEOMETRY in part.values:
                part.values[GEOMETRY] = shapely.from_wkb(part.values[GEOMETRY])
            self._pieces.append(part)
            return
        self.end_layer()
        if isinstance(part, Project):
            self.project = part
        else:
            self._head = part

    def end_layer(self) -> None:
        """All rows of the last layer are there."""
        head, came, self._head, self._pieces = self._head, self._pieces, None, []
        if head is None:
            return
        fids = np.concatenate([piece.fids for piece in came])
        values = {name: np.concatenate([piece.values[name] for piece in came]) for name in head.columns}
        shapes = values.pop(GEOMETRY, None)
        columns = Columns(fids, values, shapes, self.project.crs)
        made = Layer(
            head.id, head.feature_type, columns, head.completeness, head.scheme, head.sources, head.unlocked
        )
        self.project.layers[head.id] = made


def is_small(step: Changeset) -> bool:
    """Whether a step can be carried by itself: no layer comes or goes, and few records change."""
    return not step.arrivals and not step.departures and len(step.records) <= MOST_RECORDS


def carried(step: Changeset, project: Project, reading: Reading) -> Changeset:
    """Give of a step what is read."""
    return Changeset(
        step.text, tuple(filter(None, (_of(record, project, reading) for record in step.records)))
    )


def _of(record: Record, project: Project, reading: Reading) -> Record | None:
    if record.table in OWN_TABLES:
        return None if record.table in ENTRY_TABLES else record
    kind = project.layers[record.table].feature_type
    made = Record(record.table, record.id, reading.row(kind, record.before), reading.row(kind, record.after))
    return None if made.before == {} and made.after == {} else made
