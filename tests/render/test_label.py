"""Names: along their line, turned, fixed, and none over another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF

from gis_app.render.along import SHARPEST_DEG, letters
from gis_app.render.font import font
from gis_app.render.label import labels, paint_labels, place
from gis_app.render.painter import application, picture
from gis_app.render.scene import Scene, SceneLayer, View
from gis_app.render.shape import columns
from gis_app.render.symbol import LabelStyle, Symbol

VIEW = View((0.0, 0.0), 1.0, (400, 300))


@pytest.fixture(scope="module", autouse=True)
def qt() -> None:
    application()


def named(kind: str, shapes: list[shapely.Geometry], texts: list[str], *styles: LabelStyle) -> SceneLayer:
    geometry = np.array([*shapes, None], dtype=object)[:-1]
    symbols = tuple(Symbol({"en": "x"}, label=style) for style in styles)
    numbers = np.minimum(np.arange(len(shapes)), len(symbols) - 1)
    fids = np.arange(len(shapes), dtype=np.int64)
    return SceneLayer("a", {"en": "a"}, columns(kind, geometry), fids, symbols, numbers, tuple(texts))  # type: ignore[arg-type]


def line(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, dtype=float)


@pytest.mark.parametrize("text", ["滨河大道", "Innovation Avenue"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_name_reads_from_left_to_right(text: str, backwards: bool) -> None:
    along = line((0, 0), (200, 40), (400, 40))
    rows = list(letters(text, along[::-1] if backwards else along, font(14.0)))
    assert rows
    for row in rows:
        assert [letter.text for letter in row] == list(text)
        assert all(after.x > before.x for before, after in itertools.pairwise(row))
        assert all(abs(letter.angle_deg) < 45 for letter in row)
        for letter in row:
            assert shapely.LineString(along).distance(shapely.Point(letter.x, letter.y)) < 3.0


def test_a_chinese_name_on_a_steep_line_stands_upright_from_the_top() -> None:
    for along in (line((0, 0), (20, 300)), line((20, 300), (0, 0))):
        row = next(iter(letters("创业大道", along, font(14.0))))
        assert all(after.y > before.y for before, after in itertools.pairwise(row))
        assert all(abs(letter.angle_deg) < 10 for letter in row)
    latin = next(iter(letters("Park Road", line((0, 0), (1, 300)), font(14.0))))
    assert all(abs(abs(letter.angle_deg) - 90) < 5 for letter in latin)


def test_too_short_or_too_bent_a_line_has_no_name() -> None:
    assert not list(letters("滨河大道", line((0, 0), (30, 0)), font(14.0)))
    zigzag = line(*[(12.0 * step, 12.0 * (step % 2)) for step in range(20)])
    for row in letters("滨河大道东段", zigzag, font(14.0)):
        turns = np.diff([letter.angle_deg for letter in row])
        assert np.abs(turns).max() <= SHARPEST_DEG


def test_letters_along_a_line_take_no_other_name_away() -> None:
    style = LabelStyle(4.0, along=True)
    road = named("line", [shapely.LineString([(-190, 100), (190, 100)])], ["滨河大道"], style)
    point = named("point", [shapely.Point(0, 100)], ["企业"], LabelStyle(3.0, priority=5))
    placed = paint_labels(_painter(), Scene((road, point), VIEW))
    assert {one.label.text for one in placed} == {"滨河大道", "企业"}
    (along,) = (one for one in placed if one.letters)
    (other,) = (one for one in placed if not one.letters)
    assert len(along.letters) == 4
    assert not any(letter.box.intersects(other.box) for letter in along.letters)


def _painter():  # type: ignore[no-untyped-def]
    from PySide6.QtGui import QImage, QPainter

    _painter.image = QImage(400, 300, QImage.Format.Format_ARGB32)  # type: ignore[attr-defined]
    _painter.image.fill(0xFFFFFFFF)  # type: ignore[attr-defined]
    return QPainter(_painter.image)  # type: ignore[attr-defined]


def test_a_fixed_name_is_written_whatever_stands_there() -> None:
    fixed = LabelStyle(3.0, fixed=True)
    layer = named("point", [shapely.Point(0, 0)] * 3, ["12.30 m", "12.30 m", "x"], fixed)
    placed = place(labels(Scene((layer,), VIEW)), VIEW, [QRectF(0, 0, 400, 300)])
    assert [one.label.text for one in placed] == ["12.30 m", "12.30 m", "x"]
    free = named("point", [shapely.Point(0, 0)], ["x"], LabelStyle(3.0))
    assert not place(labels(Scene((free,), VIEW)), VIEW, [QRectF(0, 0, 400, 300)])


def ink(layer: SceneLayer) -> np.ndarray:
    image = picture(Scene((layer,), VIEW))
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(300, -1, 4)[:, :400]
    return np.argwhere(pixels[:, :, 0] < 128)


def test_a_turned_name() -> None:
    text = "一一一一一一一一"  # a stroke, so that its direction shows
    flat = ink(named("point", [shapely.Point(0, 0)], [text], LabelStyle(5.0, "#000000", "", fixed=True)))
    risen = LabelStyle(5.0, "#000000", "", fixed=True, angle_deg=90.0)
    upright = ink(named("point", [shapely.Point(0, 0)], [text], risen))
    assert np.ptp(flat[:, 1]) > 5 * np.ptp(flat[:, 0])
    assert np.ptp(upright[:, 0]) > 5 * np.ptp(upright[:, 1])
    assert abs(np.ptp(flat[:, 1]) - np.ptp(upright[:, 0])) <= 3
    lifted = LabelStyle(5.0, "#000000", "", fixed=True, angle_deg=90.0, shift_mm=(0.0, 10.0))
    moved = ink(named("point", [shapely.Point(0, 0)], [text], lifted))
    # up, as the name is turned, is to the left of the sheet
    assert upright[:, 1].mean() - moved[:, 1].mean() == pytest.approx(10.0 * VIEW.mm_px, abs=2)


def test_a_name_out_of_scale_with_its_symbol() -> None:
    layer = named("point", [shapely.Point(0, 0)], ["x"], LabelStyle(3.0))
    far = Symbol({"en": "x"}, label=LabelStyle(3.0), max_denominator=VIEW.denominator)
    from dataclasses import replace

    assert labels(Scene((layer,), VIEW))
    assert not labels(Scene((replace(layer, symbols=(far,)),), VIEW))
