"""How one feature looks: one rule of a style, its class colour found; no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis_app.catalogue.style import Hatch, Line, Marker

Title = Mapping[str, str]


@dataclass(frozen=True)
class LabelStyle:
    """How a name is written.

    ``smallest_scale`` is the largest denominator at which it is shown (0: always); ``priority`` decides who
    gives way (the higher stays); ``boxed`` puts it on a white plate with a thin frame; ``along`` lets it
    follow the line that it names; ``angle_deg`` turns it, counter-clockwise; ``fixed``: it is written at its
    place, whatever else stands there; ``shift_mm`` moves it to the right and up, as it is turned.
    """

    size_mm: float
    colour: str = "#1B2330"
    halo: str = "#FFFFFF"
    smallest_scale: float = 0.0
    priority: int = 0
    bold: bool = False
    boxed: bool = False
    along: bool = False
    angle_deg: float = 0.0
    fixed: bool = False
    shift_mm: tuple[float, float] = (0.0, 0.0)

    def shown_at(self, denominator: float) -> bool:
        """Whether it is written on a map of 1∶denominator."""
        return not self.smallest_scale or denominator <= self.smallest_scale


@dataclass(frozen=True)
class Symbol:
    """How features look, and what a legend calls them.

    Attributes
    ----------
    title
        {zh, en}; codes come with their number.
    fill
        ``#RRGGBB``, empty for none; ``opacity`` is the fill's. Colours of lines may be ``#AARRGGBB``.
    code
        The class code behind a class colour; empty otherwise.
    offset_mm
        How far a line's strokes lie beside it, to its left (to its right where negative); areas ignore it.
    min_denominator, max_denominator
        Drawn at 1∶denominator from the one to below the other; 0 for no bound (OGC 05-077r4, 10.2).
    """

    title: Title = field(default_factory=dict)
    fill: str = ""
    opacity: float = 1.0
    hatch: Hatch | None = None
    outline: Line | None = None
    casing: Line | None = None
    marker: Marker | None = None
    label: LabelStyle | None = None
    code: str = ""
    offset_mm: float = 0.0
    min_denominator: float = 0.0
    max_denominator: float = 0.0

    @property
    def reach_mm(self) -> float:
        """How far it is drawn beyond its geometry."""
        widths = [stroke.width_mm for stroke in (self.outline, self.casing) if stroke is not None]
        return max([*widths, self.marker.size_mm if self.marker is not None else 0.0]) + abs(self.offset_mm)

    def shown_at(self, denominator: float) -> bool:
        """Whether it is drawn on a map of 1∶denominator."""
        below = not self.max_denominator or denominator < self.max_denominator
        return denominator >= self.min_denominator and below

    def named_at(self, denominator: float) -> bool:
        """Whether it is drawn with a name on a map of 1∶denominator."""
        return self.label is not None and self.label.shown_at(denominator) and self.shown_at(denominator)


def is_visible(symbol: Symbol, kind: str) -> bool:
    """Whether the symbol draws anything but a name."""
    if kind == "point":
        return symbol.marker is not None
    return symbol.outline is not None or (kind == "polygon" and bool(symbol.fill or symbol.hatch))
