"""A style: how the features of one type look, as rules drawn one over the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gis_app.catalogue.filter import Filter, parse
from gis_app.catalogue.record import Record, named_like_file
from gis_app.catalogue.source import Source
from gis_app.language import Message, Refused

CLASS = "class"
"""The fill that takes the colour of the feature's code from its code list."""

ANY = "*"
"""As a wanted value: the field holds something. An empty text: it holds nothing."""

SHAPES = ("circle", "square", "triangle", "diamond", "star", "cross", "arrow")

KINDS = ("rules", "single", "categorised", "graduated")
METHODS = ("", "quantiles", "equal", "natural", "own")

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
    """A point symbol; its size on paper, turned counter-clockwise by ``angle_deg``.

    An arrow points to the right and has its tip at the point.
    """

    shape: str
    size_mm: float
    colour: str
    angle_deg: float = 0.0


@dataclass(frozen=True)
class Label:
    """Text from a field; not drawn on maps smaller than 1 : ``smallest_scale`` (0: always drawn).

    Where two would meet the one of higher ``priority`` stays; ``along`` lets it follow its line.
    """

    field: str
    size_mm: float
    colour: str
    halo: str
    smallest_scale: float
    along: bool = False
    priority: int = 0
    bold: bool = False


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
    filter : Filter or None
        A further condition.
    range : (float, float) or None
        Values of the style's field above the first up to the second; the lowest range begins with its first.
    otherwise : bool
        For the features that no other rule fits.
    offset_mm : float
        How far a line's strokes lie to its left, on paper; to its right where negative.
    min_denominator, max_denominator : float
        Drawn at 1∶denominator from the one to below the other; 0 for no bound.
    strength : float
        Opacity (0 to 1) of all that the rule draws, names left out.
    """

    title: Mapping[str, str]
    where: Mapping[str, tuple[Wanted, ...]] = dataclasses.field(default_factory=dict)
    codes: tuple[str, ...] = ()
    fill: str = ""
    opacity: float = 1.0
    hatch: Hatch | None = None
    outline: Line | None = None
    casing: Line | None = None
    marker: Marker | None = None
    label: Label | None = None
    filter: Filter | None = None
    range: tuple[float, float] | None = None
    otherwise: bool = False
    offset_mm: float = 0.0
    min_denominator: float = 0.0
    max_denominator: float = 0.0
    strength: float = 1.0


@dataclass(frozen=True)
class Style:
    """The rules of one ``styles/<id>.toml``; every rule that fits a feature is drawn, later ones on top.

    Parameters
    ----------
    kind : str
        How the rules came about: ``rules`` one by one, ``single`` one for all, ``categorised`` one for each
        value of ``field``, ``graduated`` one for each range of its numbers.
    method, ramp : str
        How the ranges were found, and the colours they were given; for whoever makes them anew.
    filter : Filter or None
        Only features for which it holds are drawn.
    order_by : str
        The field by whose values features are drawn, the largest on top; a minus before it turns the order.
    opacity : float
        Of the whole layer, 0 to 1.
    """

    id: str
    rules: tuple[StyleRule, ...]
    kind: str = "rules"
    field: str = ""
    method: str = ""
    ramp: str = ""
    filter: Filter | None = None
    order_by: str = ""
    opacity: float = 1.0
    path: Path = dataclasses.field(default=Path(), compare=False)
    digest: str = dataclasses.field(default="", compare=False)


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
    made = Style(
        id=id,
        rules=tuple(_rule(item) for item in record.tables("rule")),
        kind=head.choice("kind", KINDS, "rules"),
        field=head.text("field", ""),
        method=head.choice("method", METHODS, ""),
        ramp=head.text("ramp", ""),
        filter=_filter(head),
        order_by=head.text("order_by", ""),
        opacity=head.measure("opacity", 1.0, most=1.0),
        path=source.path,
        digest=source.digest,
    )
    head.finish()
    if not made.rules:
        record.refuse("rule", "missing_key")
    record.finish()
    _agrees(source, made)
    return made


def _agrees(source: Source, made: Style) -> None:
    """Refuse rules that do not fit the kind of the style."""
    if made.kind == "single" and len(made.rules) > 1:
        source.refuse(("rule", 1), Message("catalogue.single_rule", {}))
    if made.kind in ("categorised", "graduated") and not made.field:
        source.refuse(("style", "kind"), Message("catalogue.kind_needs_field", {"kind": made.kind}))
    for index, rule in enumerate(made.rules):
        if rule.range is not None and not made.field:
            source.refuse(("rule", index, "range"), Message("catalogue.range_needs_field", {}))


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
        filter=_filter(record),
        range=_range(record),
        otherwise=record.flag("otherwise", False),
        offset_mm=record.number("offset_mm", 0.0, least=-50.0, most=50.0) or 0.0,
        min_denominator=record.measure("min_denominator", 0.0),
        max_denominator=record.measure("max_denominator", 0.0),
        strength=record.measure("strength", 1.0, most=1.0),
    )
    if not any((made.fill, made.hatch, made.outline, made.casing, made.marker, made.label)):
        record.refuse("", "draws_nothing")
    if made.otherwise and (made.where or made.codes or made.filter or made.range):
        record.refuse("otherwise", "otherwise_alone")
    if made.max_denominator and made.min_denominator >= made.max_denominator:
        record.refuse("max_denominator", "empty_scale_range")
    record.finish()
    return made


def _filter(record: Record) -> Filter | None:
    text = record.text("filter", "")
    if not text.strip():
        return None
    try:
        return parse(text)
    except Refused as refused:
        record.refuse("filter", "not_a_filter", reason=refused.message)


def _range(record: Record) -> tuple[float, float] | None:
    given = record.pair("range")
    if given is not None and not given[0] <= given[1]:
        record.refuse("range", "range_backwards")
    return given


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
    made = Marker(
        record.choice("shape", SHAPES),
        record.measure("size_mm"),
        record.colour("colour"),
        record.number("angle_deg", 0.0, least=-360.0, most=360.0) or 0.0,
    )
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
        record.flag("along", False),
        round(record.number("priority", 0.0, least=-100.0, most=100.0) or 0.0),
        record.flag("bold", False),
    )
    record.finish()
    return made
