"""A sheet's layout as data: ``styles/layouts/<id>.toml``, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gis_app.catalogue.record import Record, named_like_file, only_once
from gis_app.catalogue.source import Source

MM_PER_PT = 25.4 / 72.0
Box = tuple[float, float, float, float]
BOXES = ("frame", "title", "subtitle", "map", "side", "table", "title_block", "foot")
LINES = ("frame", "neat", "table")


@dataclass(frozen=True)
class MapLayer:
    """Which feature type is drawn, and how.

    Attributes
    ----------
    first
        Feature types, of which the first that was delivered is taken.
    opacity
        Of the whole layer.
    names
        Priority of its names, 0 for none.
    names_where
        Field and the values one of which a feature must hold to be named; empty for all.
    names_only
        Nothing but the names is drawn.
    dissolve
        Neighbours that look alike are drawn as one.
    narrow
        Roads as an overview needs them: styles are made for larger scales.
    as_styled
        Drawn and named just as its style says.
    """

    first: tuple[str, ...]
    opacity: float = 1.0
    names: int = 0
    names_where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names_only: bool = False
    dissolve: bool = False
    narrow: bool = False
    as_styled: bool = False


@dataclass(frozen=True)
class Column:
    """One column of the table; ``width`` is its share."""

    id: str
    title: Mapping[str, str]
    width: float


@dataclass(frozen=True)
class Layout:
    """A sheet: boxes in mm from the top left of the paper, widths of lines in mm, letters in pt."""

    id: str
    title: Mapping[str, str]
    number: int
    of: int
    page_mm: tuple[float, float]
    boxes: Mapping[str, Box]
    lines: Mapping[str, float]
    titles_pt: tuple[float, ...]
    letters_pt: Mapping[str, float]
    map: Mapping[str, float]
    layers: tuple[MapLayer, ...]
    rules: tuple[str, ...]
    table: Mapping[str, float]
    columns: tuple[Column, ...]
    path: Path = field(default=Path(), compare=False)

    def letter_mm(self, name: str) -> float:
        """Give a size of letters in mm."""
        return self.letters_pt[name] * MM_PER_PT


def layout(source: Source) -> Layout:
    """Read the layout of a sheet.

    Raises
    ------
    gis_app.language.Refused
        Something in the file is wrong; file, line and key are named.
    """
    record = Record(source, source.toml())
    head = record.table("layout", required=True)
    letters = record.table("letters", required=True)
    on_map = record.table("map", required=True)
    table = record.table("table", required=True)
    assert head is not None and letters is not None and on_map is not None and table is not None
    named_like_file(head, head_id := head.text("id"))
    columns = record.tables("column")
    made = Layout(
        id=head_id,
        title=head.words("title"),
        number=round(head.measure("number", 0.0)),
        of=round(head.measure("of", 0.0)),
        page_mm=_pair(head, "page_mm"),
        boxes=_boxes(record),
        lines=_measures(record, "lines", LINES),
        titles_pt=letters.numbers("titles"),
        letters_pt={name: letters.measure(name) for name in ("head", "row", "small")},
        map={name: on_map.measure(name) for name in ("margin", "tag_pt", "name_pt", "grid_mm")},
        layers=tuple(_layer(layer) for layer in record.tables("layer")),
        rules=table.texts("rules"),
        table={name: table.measure(name) for name in ("least_row", "least_head")},
        columns=tuple(_column(column) for column in columns),
        path=source.path,
    )
    only_once(columns, [column.id for column in made.columns])
    for read in (head, letters, on_map, table, record):
        read.finish()
    return made


def _pair(record: Record, key: str) -> tuple[float, float]:
    values = record.numbers(key)
    if len(values) != 2:
        record.refuse(key, "missing_key")
    return (values[0], values[1])


def _boxes(record: Record) -> dict[str, Box]:
    table = record.table("boxes", required=True)
    assert table is not None  # required
    boxes = {}
    for name in BOXES:
        values = table.numbers(name)
        if len(values) != 4:
            table.refuse(name, "missing_key")
        boxes[name] = (values[0], values[1], values[2], values[3])
    table.finish()
    return boxes


def _measures(record: Record, key: str, names: tuple[str, ...]) -> dict[str, float]:
    table = record.table(key, required=True)
    assert table is not None  # required
    values = {name: table.measure(name) for name in names}
    table.finish()
    return values


def _layer(record: Record) -> MapLayer:
    made = MapLayer(
        record.texts("first", required=True),
        record.measure("opacity", 1.0, most=1.0),
        round(record.measure("names", 0.0)),
        _where(record.table("names_where")),
        record.flag("names_only", False),
        record.flag("dissolve", False),
        record.flag("narrow", False),
        record.flag("as_styled", False),
    )
    record.finish()
    return made


def _where(record: Record | None) -> dict[str, tuple[str, ...]]:
    given = {} if record is None else record.rest()
    for name, values in given.items():
        if record is not None and not (isinstance(values, list) and all(isinstance(v, str) for v in values)):
            record.refuse(name, "not_a_wish")
    return {name: tuple(values) for name, values in given.items()}


def _column(record: Record) -> Column:
    made = Column(record.text("id"), record.words("title"), record.measure("width"))
    record.finish()
    return made
