"""How a measured value, a unit, a state and a two-language text are written in a document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gis_app.documents.markup import Html, tag
from gis_app.language import Message, say
from gis_app.render.state_mark import RING_DASH, SIZE, STATE_MARKS, Points

DASH = "—"
MINUS = "\u2212"
UNITS = frozenset(
    {"m", "m2", "ha", "mu", "wan", "mm", "percent", "m3_d", "deg", "count", "day", "month", "year"}
)
DECIMALS = {"ha": 4, "m2": 2, "m": 2, "mu": 2, "wan": 2, "percent": 2, "mm": 1}
CONFIDENCES = {"V": "read", "V'": "quoted", "C": "computed", "M": "practice", "U": "unset"}
"""How surely a clause is known → name of the words for it; the letters themselves are never shown."""


@dataclass(frozen=True)
class Words:
    """The texts of one language."""

    language: str

    def __call__(self, name: str, **values: object) -> str:
        """Say the message ``documents.<name>``."""
        return say(Message(f"documents.{name}", values), self.language)

    def pick(self, value: object) -> str:
        """Give a text in this language: a plain one, or one of ``{zh, en}`` (else the other)."""
        if isinstance(value, Mapping):
            chosen = value.get(self.language) or next((text for text in value.values() if text), "")
            return str(chosen)
        if isinstance(value, bool):
            return self("yes" if value else "no")
        if isinstance(value, float):
            return figure(value)
        if isinstance(value, (list, tuple)):
            return self("comma").join(self.pick(part) for part in value)
        return "" if value is None else str(value)

    def unit(self, unit: object) -> str:
        """Give the sign of a unit; an unknown one as it stands."""
        return self(f"unit_{unit}") if unit in UNITS else self.pick(unit)

    def measured(self, value: object, unit: object = None) -> str:
        """Give a figure with its unit, a dash for one that is not known."""
        if value is None or value == "":
            return DASH
        shown = (
            figure(value, str(unit))
            if isinstance(value, (int, float)) and not isinstance(value, bool)
            else ""
        )
        return " ".join(part for part in (shown or self.pick(value), self.unit(unit)) if part)

    def confidence(self, mark: object) -> str:
        """Give the words for how surely the clause behind a rule is known."""
        name = CONFIDENCES.get(str(mark))
        return self(f"confidence_{name}") if name else DASH


def figure(value: float | int, unit: str = "") -> str:
    """Write a number with the decimals of its unit; one that would round to nothing keeps three digits.

    Hectares have four decimals, other areas, lengths and shares two; the minus is U+2212.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return DASH
    if isinstance(value, int) and unit not in {"ha", "m2"}:
        shown = str(value)
    else:
        places = DECIMALS.get(unit, 4 if not unit else 2)
        shown = f"{value:.{places}f}"
        if value and float(shown) == 0:
            shown = f"{value:.3g}"
        if unit not in DECIMALS and "." in shown:
            shown = shown.rstrip("0").rstrip(".")
    return shown.replace("-", MINUS)


def day(value: object) -> str:
    """Write a date as ISO 8601, whatever form it came in."""
    return value.isoformat() if isinstance(value, date) else str(value or DASH)


def mark(state: str, size: str) -> Html:
    """Draw a state's shape; ``size`` is a class of the style sheet. The word stands beside it."""
    shape = STATE_MARKS[state]
    middle = f"{SIZE / 2:g}"
    fill = (
        {"fill": shape.colour}
        if shape.filled
        else {"fill": "none", "stroke": shape.colour, "stroke_width": "1.5"}
    )
    if shape.radius is None:
        outline = tag("polygon", points=_points(shape.outline), **fill)
    else:
        dash = {} if shape.filled else {"stroke_dasharray": " ".join(f"{part:g}" for part in RING_DASH)}
        outline = tag("circle", cx=middle, cy=middle, r=f"{shape.radius:g}", **fill, **dash)
    ink = "#FFFFFF" if shape.filled else shape.colour
    inner = (tag("polyline", points=_points(stroke), fill="none", stroke=ink) for stroke in shape.strokes)
    lines = tag("g", *inner, stroke_width="1.9", stroke_linecap="round", stroke_linejoin="round")
    box = f"0 0 {SIZE:g} {SIZE:g}"
    return tag("svg", outline, lines, class_=f"mark {size}", viewBox=box, aria_hidden="true")


def state_chip(words: Words, state: str) -> Html:
    """Shape and word of one state."""
    known = state if state in STATE_MARKS else "cannot_tell"
    return tag("span", mark(known, "row"), words(f"state_{known}"), class_=f"chip {known}")


def place(evidence: Any, crs: object) -> tuple[float, float, str] | None:
    """Give the middle of a GeoJSON-like geometry's bounds and its reference system, or None."""
    points = list(_positions(evidence))
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, str(crs or ""))


def _points(points: Points) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _positions(part: Any) -> Any:
    if isinstance(part, Mapping):
        yield from _positions(part.get("coordinates") or part.get("geometries") or [])
    elif isinstance(part, (list, tuple)):
        if len(part) >= 2 and all(isinstance(number, (int, float)) for number in part):
            yield float(part[0]), float(part[1])
        else:
            for inner in part:
                yield from _positions(inner)
