"""Annotations as they are drawn: texts, arrows, rings, leaders, and dimensions that tell what they measure.

Figures are planar, in the project's reference system, and found anew from the geometry with each drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.language import Message, say
from gis_app.render.shape import columns, split_kinds
from gis_app.render.styling import numbers_of
from gis_app.render.symbol import LabelStyle, Symbol

if TYPE_CHECKING:  # a process that only draws loads neither tables nor the catalogue
    from gis_app.catalogue import Style, StyleRule
    from gis_app.model import Layer
    from gis_app.render.scene import SceneLayer

# values of the field ``kind``
TEXT = "文字"
ARROW = "箭头"
RING = "圈注"
LEADER = "引线"
LENGTH = "长度"
AREA = "面积"
ANGLE = "角度"
KM_FROM_M, HA_FROM_M2 = 10_000.0, 10_000.0
"""From here on a length is told in kilometres, an area in hectares."""
M2_OF_MU = 10_000.0 / 15.0
ARC_SHARE, ARC_STEP_DEG = 0.35, 6.0
"""An angle's arc lies at this share of its shorter leg, and has a corner every so many degrees."""
TURN_STEP_DEG = 1.0
"""Ends of lines are turned in such steps: those that look alike are drawn together."""
CHINESE_FROM = "\u2e80"
"""Letters from here on are as wide as high."""
LATIN_WIDTH = 0.56
"""Width of a letter that is not Chinese, in its size."""
PLAIN = LabelStyle(3.0, halo="#FFFFFF")


@dataclass(frozen=True)
class Piece:
    """One thing to be drawn of a feature: a geometry, how, and what is written at it."""

    fid: int
    geometry: Any
    symbol: Symbol
    text: str = ""


@dataclass(frozen=True)
class _Feature:
    fid: int
    geometry: Any
    text: str
    size_mm: float
    turn_deg: float
    colour: str


def annotation_layers(
    layer: Layer, style: Style, language: str, opacity: float = 1.0
) -> tuple[SceneLayer, ...]:
    """Turn annotations into scene layers, areas lowest, ends of lines and writing on top.

    Parameters
    ----------
    layer
        In the project's reference system, metres; features of an unknown kind are drawn as texts.
    style
        Its rules give each kind stroke, end and writing; a feature may have size, turn and colour of its own.
    language
        Of units.
    """
    from gis_app.render.scene import SceneLayer

    pieces = list(_pieces(layer, style, language))
    made: list[SceneLayer] = []
    geometry = np.array([*(piece.geometry for piece in pieces), None], dtype=object)[:-1]
    symbols = tuple(dict.fromkeys(_key(piece.symbol) for piece in pieces))
    known = {key: number for number, key in enumerate(symbols)}
    of_key = {_key(piece.symbol): piece.symbol for piece in pieces}
    for kind, chosen in split_kinds(geometry).items() if len(pieces) else ():
        own = [pieces[place] for place in np.flatnonzero(chosen)]
        numbers = sorted({known[_key(piece.symbol)] for piece in own})
        made.append(
            SceneLayer(
                layer.id,
                layer.feature_type.title,
                columns(kind, geometry[chosen]),
                np.array([piece.fid for piece in own], dtype=np.int64),
                tuple(of_key[symbols[number]] for number in numbers),
                np.array([numbers.index(known[_key(piece.symbol)]) for piece in own], dtype=np.int64),
                tuple(piece.text for piece in own) if any(piece.text for piece in own) else (),
                opacity=opacity * style.opacity,
            )
        )
    return tuple(made)


def length_text(length_m: float, language: str) -> str:
    """Write a length: metres with centimetres, from ten kilometres on kilometres."""
    if length_m < KM_FROM_M:
        return say(Message("render.length_m", {"length_m": length_m}), language)
    return say(Message("render.length_km", {"length_km": length_m / 1000.0}), language)


def area_text(area_m2: float, language: str) -> str:
    """Write an area: square metres, from one hectare on hectares with mu beside them."""
    if area_m2 < HA_FROM_M2:
        return say(Message("render.area_m2", {"area_m2": area_m2}), language)
    values = {"area_ha": area_m2 / HA_FROM_M2, "area_mu": area_m2 / M2_OF_MU}
    return say(Message("render.area_ha", values), language)


def angle_text(angle_deg: float, language: str) -> str:
    """Write an angle in degrees and minutes."""
    minutes = round(angle_deg * 60.0)
    return say(Message("render.angle", {"degrees": minutes // 60, "minutes": minutes % 60}), language)


def angle_deg(points: NDArray[np.float64]) -> float:
    """Give the angle (0 to 180) at the second of three points (3, 2)."""
    legs = points[[0, 2]] - points[1]
    turn = np.arctan2(legs[:, 1], legs[:, 0])
    between = abs(float(np.degrees(turn[1] - turn[0]))) % 360.0
    return min(between, 360.0 - between)


def _pieces(layer: Layer, style: Style, language: str) -> Iterator[Piece]:
    rules = {str(value): rule for rule in style.rules for value in rule.where.get("kind", ())}
    usual = rules.get(TEXT) or style.rules[0]
    kinds = _texts(layer, "kind")
    for kind, feature in zip(kinds, _features(layer), strict=True):
        if feature.geometry is not None and not feature.geometry.is_empty:
            drawn = DRAWN.get(kind, _text)
            yield from drawn(feature, _Look(rules.get(kind, usual), feature), language)


def _features(layer: Layer) -> Iterator[_Feature]:
    sizes, turns = numbers_of(layer, "size_mm"), numbers_of(layer, "rotation_deg")
    for place, (fid, geometry, text, colour) in enumerate(
        zip(layer.fids.tolist(), layer.geometry, _texts(layer, "text"), _texts(layer, "colour"), strict=True)
    ):
        size = float(sizes[place]) if 0.5 <= sizes[place] <= 50.0 else 0.0
        turn = float(turns[place]) if np.isfinite(turns[place]) else 0.0
        own = colour if len(colour) == 7 and colour[0] == "#" and _is_hex(colour[1:]) else ""
        yield _Feature(fid, geometry, text, size, turn, own)


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


def _texts(layer: Layer, field: str) -> list[str]:
    if not layer.has(field):
        return [""] * len(layer.fids)
    values = layer.rows(None, [field])[field]
    return ["" if value is None or value != value else str(value).strip() for value in values.tolist()]


class _Look:
    """A rule's parts as one feature wears them."""

    def __init__(self, rule: StyleRule, feature: _Feature) -> None:
        colour: dict[str, Any] = {"colour": feature.colour} if feature.colour else {}
        scales = (rule.min_denominator, rule.max_denominator)
        limits: dict[str, Any] = {"min_denominator": scales[0], "max_denominator": scales[1]}
        outline = replace(rule.outline, **colour) if rule.outline is not None else None
        # without a title: what says itself what it is needs no legend
        self.stroke = Symbol(outline=outline, casing=rule.casing, **limits)
        self.marker = replace(rule.marker, **colour) if rule.marker is not None else None
        label = rule.label
        written = PLAIN
        if label is not None:
            written = LabelStyle(
                label.size_mm, label.colour, label.halo, label.smallest_scale, label.priority, label.bold
            )
        if feature.size_mm:
            written = replace(written, size_mm=feature.size_mm)
        self.label = replace(written, **colour, fixed=True)
        self.limits = limits

    def end(self, turn_deg: float) -> Symbol:
        """Give the sign at the end of a line that runs in a direction."""
        turn = round(turn_deg / TURN_STEP_DEG) * TURN_STEP_DEG % 360.0
        marker = replace(self.marker, angle_deg=turn) if self.marker is not None else None
        return Symbol(marker=marker, **self.limits)

    def writing(self, turn_deg: float = 0.0, shift_mm: tuple[float, float] = (0.0, 0.0)) -> Symbol:
        """Give what only writes."""
        return Symbol(label=replace(self.label, angle_deg=turn_deg, shift_mm=shift_mm), **self.limits)

    @property
    def above(self) -> tuple[float, float]:
        """Where writing stands that stands over a line."""
        return (0.0, self.label.size_mm * 0.75)

    def behind(self, text: str, turn_deg: float) -> tuple[float, float]:
        """Where writing stands that follows a line's end, which runs in a direction."""
        turn, size = np.deg2rad(turn_deg), self.label.size_mm
        right, up = float(np.cos(turn)), float(np.sin(turn))
        half = size * sum(1.0 if letter >= CHINESE_FROM else LATIN_WIDTH for letter in text) / 2.0
        reach = min(half / max(abs(right), 1e-6), size * 0.6 / max(abs(up), 1e-6)) + size * 0.3
        return (round(right * reach, 2), round(up * reach, 2))


def _text(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    point = shapely.point_on_surface(feature.geometry)
    yield Piece(feature.fid, point, look.writing(feature.turn_deg), feature.text)


def _arrow(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    points = _points(feature.geometry)
    yield Piece(feature.fid, shapely.LineString(points), look.stroke)
    yield Piece(feature.fid, shapely.Point(points[-1]), look.end(_turn(points[-2], points[-1])))
    if feature.text:
        away = look.behind(feature.text, _turn(points[1], points[0]))
        yield Piece(feature.fid, shapely.Point(points[0]), look.writing(0.0, away), feature.text)


def _ring(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    yield Piece(feature.fid, feature.geometry, look.stroke)
    if feature.text:
        west, _, east, north = feature.geometry.bounds
        top = shapely.Point((west + east) / 2.0, north)
        yield Piece(feature.fid, top, look.writing(0.0, look.above), feature.text)


def _leader(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    points = _points(feature.geometry)
    yield Piece(feature.fid, shapely.LineString(points), look.stroke)
    yield Piece(feature.fid, shapely.Point(points[0]), look.end(0.0))
    away = look.behind(feature.text, _turn(points[-2], points[-1]))
    yield Piece(feature.fid, shapely.Point(points[-1]), look.writing(0.0, away), feature.text)


def _length(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    points = _points(feature.geometry)
    line = shapely.LineString(points)
    yield Piece(feature.fid, line, look.stroke)
    for here, inner in ((points[0], points[1]), (points[-1], points[-2])):
        yield Piece(feature.fid, shapely.Point(here), look.end(_turn(inner, here)))
    text = _both(feature.text, length_text(line.length, language))
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    around = [_at(line, share) for share in (0.45, 0.55)]
    turn = _turn(*around)
    turn = round(turn if -90.0 < turn <= 90.0 else turn - 180.0, 1)
    yield Piece(feature.fid, middle, look.writing(turn, look.above), text)


def _area(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    yield Piece(feature.fid, feature.geometry, look.stroke)
    text = _both(feature.text, area_text(feature.geometry.area, language))
    yield Piece(feature.fid, shapely.point_on_surface(feature.geometry), look.writing(), text)


def _angle(feature: _Feature, look: _Look, language: str) -> Iterator[Piece]:
    points = _points(feature.geometry)
    yield Piece(feature.fid, shapely.LineString(points), look.stroke)
    if len(points) < 3:
        return
    arc = _arc(points[:3])
    yield Piece(feature.fid, shapely.LineString(arc), look.stroke)
    for here, inner in ((arc[0], arc[1]), (arc[-1], arc[-2])):
        yield Piece(feature.fid, shapely.Point(here), look.end(_turn(inner, here)))
    text = _both(feature.text, angle_text(angle_deg(points[:3]), language))
    outwards = points[1] + (arc[len(arc) // 2] - points[1]) * 1.5
    yield Piece(feature.fid, shapely.Point(outwards), look.writing(), text)


DRAWN: Mapping[str, Callable[[_Feature, _Look, str], Iterator[Piece]]] = {
    TEXT: _text,
    ARROW: _arrow,
    RING: _ring,
    LEADER: _leader,
    LENGTH: _length,
    AREA: _area,
    ANGLE: _angle,
}


def _points(geometry: Any) -> NDArray[np.float64]:
    """Corners of a line, at least two, none after its like."""
    points = np.asarray(shapely.get_coordinates(geometry))
    kept = np.concatenate([[True], (np.diff(points, axis=0) != 0.0).any(axis=1)])
    points = points[kept]
    return points if len(points) > 1 else np.vstack([points, points + 1e-6])


def _turn(here: NDArray[np.float64], there: NDArray[np.float64]) -> float:
    return float(np.degrees(np.arctan2(*(np.asarray(there) - np.asarray(here))[::-1])))


def _at(line: Any, share: float) -> NDArray[np.float64]:
    return np.asarray(
        shapely.get_coordinates(shapely.line_interpolate_point(line, share, normalized=True))[0]
    )


def _arc(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of the arc between two legs, the shorter way round."""
    legs = points[[0, 2]] - points[1]
    radius = float(np.hypot(legs[:, 0], legs[:, 1]).min()) * ARC_SHARE
    first, last = np.arctan2(legs[:, 1], legs[:, 0])
    sweep = (last - first + np.pi) % (2.0 * np.pi) - np.pi
    count = max(int(abs(np.degrees(sweep)) / ARC_STEP_DEG), 2) + 1
    turns = first + np.linspace(0.0, sweep, count)
    return np.asarray(points[1] + radius * np.stack([np.cos(turns), np.sin(turns)], axis=1))


def _both(text: str, figure: str) -> str:
    return f"{text} {figure}" if text else figure


def _key(symbol: Symbol) -> tuple[object, ...]:
    """What makes symbols alike; none of them has a title."""
    return (
        symbol.outline,
        symbol.casing,
        symbol.marker,
        symbol.label,
        symbol.min_denominator,
        symbol.max_denominator,
    )
