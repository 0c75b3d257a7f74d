"""A style: how the features of one type look, as rules drawn one over the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gis_app.catalogue.record import Record, named_like_file
from gis_app.catalogue.source import Source

CLASS = "class"
"""The fill that takes the colour of the feature's code from its code list."""

ANY = "*"
"""As a wanted value: the field holds something. An empty text: it holds nothing."""

SHAPES = ("circle", "square", "triangle", "diamond", "star", "cross")

Wanted = str | float | int | bool


@dataclass(frozen=True)
class Line:
    """A stroke; lengths on paper in mm, ``dash`` as lengths of strokes and gaps."""

    colour: str
    width_mm: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Hatch:
    """Parallel lines; ``angle_deg`` counter-clockwise from the horizontal, spacing on paper.

    ``dash`` as for a line: strokes as long as wide are dots, which stand staggered.
    """

    angle_deg: float
    spacing_mm: float
    colour: str
    width_mm: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Marker:
    """A point symbol; its size on paper."""

    shape: str
    size_mm: float
    colour: str


@dataclass(frozen=True)
class Label:
    """Text from a field; not drawn on maps smaller than 1 : ``smallest_scale`` (0: always drawn)."""

    field: str
    size_mm: float
    colour: str
    halo: str
    smallest_scale: float


@dataclass(frozen=True)
class StyleRule:
    """One way of drawing, and the features it is for.

    Parameters
    ----------
    title : Mapping[str, str]
        What the legend says.
    where : Mapping[str, tuple]
        Field and the values one of which it must hold; ``*`` is anything, an empty text nothing.
    codes : tuple of str
        Codes of the class field one of which the feature's code is or stands below; empty for every code.
    fill : str
        ``#rrggbb``, ``class``, or empty for none; ``opacity`` (0 to 1) is the fill's.
    """

    title: Mapping[str, str]
    where: Mapping[str, tuple[Wanted, ...]]
    codes: tuple[str, ...]
    fill: str
    opacity: float
    hatch: Hatch | None
    outline: Line | None
    casing: Line | None
    marker: Marker | None
    label: Label | None


@dataclass(frozen=True)
class Style:
    """The rules of one ``styles/<id>.toml``; every rule that fits a feature is drawn, later ones on top."""

    id: str
    rules: tuple[StyleRule, ...]
    path: Path = field(default=Path(), compare=False)
    digest: str = field(default="", compare=False)


def style(source: Source) -> Style:
    """Read a style.

    Raises
    ------
    gis_app.language.Refused
        Something in the file is wrong; file, line and key are named.
    """
    record = Record(source, source.toml())
    head = record.table("style", required=True)
    assert head is not None  # required
    id = head.text("id")
    named_like_file(head, id)
    head.finish()
    rules = tuple(_rule(item) for item in record.tables("rule"))
    if not rules:
        record.refuse("rule", "missing_key")
    record.finish()
    return Style(id, rules, source.path, source.digest)


def _rule(record: Record) -> StyleRule:
    made = StyleRule(
        title=record.words("title"),
        where=_where(record.table("where")),
        codes=record.texts("codes"),
        fill=record.colour("fill", also=(CLASS,), default=""),
        opacity=record.measure("opacity", 1.0, most=1.0),
        hatch=_hatch(record.table("hatch")),
        outline=_line(record.table("outline")),
        casing=_line(record.table("casing")),
        marker=_marker(record.table("marker")),
        label=_label(record.table("label")),
    )
    if not any((made.fill, made.hatch, made.outline, made.casing, made.marker, made.label)):
        record.refuse("", "draws_nothing")
    record.finish()
    return made


def _where(record: Record | None) -> Mapping[str, tuple[Wanted, ...]]:
    if record is None:
        return {}
    wanted = {
        name: tuple(value) if isinstance(value, list) else (value,) for name, value in record.rest().items()
    }
    for name, values in wanted.items():
        if not values or not all(isinstance(value, (str, int, float, bool)) for value in values):
            record.refuse(name, "not_a_wish")
    return wanted


def _line(record: Record | None) -> Line | None:
    if record is None:
        return None
    made = Line(record.colour("colour"), record.measure("width_mm"), record.numbers("dash"))
    record.finish()
    return made


def _hatch(record: Record | None) -> Hatch | None:
    if record is None:
        return None
    angle = record.number("angle_deg", required=True, least=-360.0, most=360.0)
    spacing = record.number("spacing_mm", required=True, least=0.1)
    colour, width = record.colour("colour"), record.measure("width_mm")
    made = Hatch(angle or 0.0, spacing or 0.0, colour, width, record.numbers("dash"))
    record.finish()
    return made


def _marker(record: Record | None) -> Marker | None:
    if record is None:
        return None
    made = Marker(record.choice("shape", SHAPES), record.measure("size_mm"), record.colour("colour"))
    record.finish()
    return made


def _label(record: Record | None) -> Label | None:
    if record is None:
        return None
    made = Label(
        record.text("field"),
        record.measure("size_mm"),
        record.colour("colour", default="#000000"),
        record.colour("halo", default=""),
        record.measure("smallest_scale", 0.0),
    )
    record.finish()
    return made
