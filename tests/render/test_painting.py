"""Painting: colours where they belong, nothing over anything, the sample park as a picture."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPdfWriter

from gis_app.catalogue.style import Hatch, Line, Marker
from gis_app.language import Refused
from gis_app.model import Project
from gis_app.render import font, map_picture, painter
from gis_app.render.label import Label, labels, place
from gis_app.render.legend import entries
from gis_app.render.map_picture import Evidence, crs_text
from gis_app.render.map_scene import groups, map_layers
from gis_app.render.path import path
from gis_app.render.scene import Scene, scene_layer
from gis_app.render.symbol import LabelStyle, Symbol
from gis_app.render.view import fit
from gis_app.render.writing import Writing
from tests.render.parks import SAMPLE, catalogue, sample, small

HOLED = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(3, 3), (7, 3), (7, 7), (3, 7)]])
RED = QColor("#ff0000").rgb()
WHITE = QColor("#ffffff").rgb()


@pytest.fixture(autouse=True)
def _application() -> None:
    painter.application()


def drawn(shapes: list[object], symbol: Symbol, **view: object) -> QImage:
    return painter.picture(
        Scene(scene_layer("x", shapes, symbol), fit((0, 0, 10, 10), (200, 200), margin=0.0))
    )


def test_a_path_is_what_was_given() -> None:
    points = np.array([[0, 0], [4, 0], [4, 4], [0, 0], [9, 9], [8, 9.5]])
    made = path(points, np.array([0, 4]))
    assert [(made.elementAt(i).x, made.elementAt(i).y) for i in range(6)] == [
        tuple(point) for point in points.tolist()
    ]
    assert path(np.empty((0, 2)), np.empty(0, dtype=int)).isEmpty()


@pytest.mark.parametrize("shape", [HOLED, HOLED.reverse()])
def test_holes_stay_open(shape: shapely.Polygon) -> None:
    image = drawn([shape], Symbol(fill="#ff0000"))
    assert image.pixel(30, 100) == RED
    assert image.pixel(100, 100) == WHITE


def test_overlapping_neighbours_do_not_cancel_each_other() -> None:
    image = drawn([shapely.box(0, 0, 6, 10), shapely.box(4, 0, 10, 10)], Symbol(fill="#ff0000"))
    assert image.pixel(100, 100) == RED


def test_north_is_up() -> None:
    image = drawn([shapely.box(0, 8, 10, 10)], Symbol(fill="#ff0000"))
    assert image.pixel(100, 10) == RED
    assert image.pixel(100, 190) == WHITE


def test_casing_lies_under_its_line_and_hatch_within() -> None:
    line = shapely.LineString([(0, 5), (10, 5)])
    image = drawn([line], Symbol(outline=Line("#ff0000", 2.0), casing=Line("#0000ff", 6.0)))
    assert image.pixel(100, 100) == RED
    assert image.pixel(100, 108) == QColor("#0000ff").rgb()
    hatched = drawn([shapely.box(2, 2, 8, 8)], Symbol(hatch=Hatch(45, 2.0, "#ff0000", 0.5)))
    inside = [hatched.pixel(x, 100) != WHITE for x in range(45, 155)]
    assert 0 < sum(inside) < len(inside)
    assert all(hatched.pixel(x, 20) == WHITE for x in range(200))


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "diamond", "star", "cross"])
def test_markers_stand_on_their_point(shape: str) -> None:
    image = drawn([shapely.Point(5, 5)], Symbol(marker=Marker(shape, 10.0, "#ff0000")))
    assert image.pixel(100, 100) == RED


def test_names_do_not_meet_and_the_more_important_stays() -> None:
    view = fit((0, 0, 10, 10), (300, 300))
    wanted = [Label(f"名称{i}", (150.0 + i % 5, 150.0), LabelStyle(3.0, priority=-i)) for i in range(30)]
    placed = place(wanted, view, [QRectF(0, 0, 300, 60)])
    assert 1 < len(placed) < 30
    assert placed[0].label is wanted[0]
    for one in placed:
        assert one.box.top() >= 60
        assert not any(one.box.intersects(other.box) for other in placed if other is not one)


def test_a_plate_goes_aside_rather_than_away() -> None:
    view = fit((0, 0, 10, 10), (600, 600))
    blocked = QRectF(200, 200, 200, 200)
    placed = place([Label("方案一", (300.0, 300.0), LabelStyle(3.0, boxed=True))], view, [blocked])
    assert len(placed) == 1
    assert not placed[0].box.intersects(blocked)


def test_a_name_is_drawn_once_a_layer() -> None:
    boxes = [shapely.box(0, 0, 2, 2), shapely.box(3, 3, 9, 9)]
    made = scene_layer("x", boxes, Symbol(label=LabelStyle(3.0)))[0]
    named = type(made)(**{**made.__dict__, "labels": ("甲", "甲")})
    found = labels(Scene((named,), fit((0, 0, 10, 10), (200, 200))))
    assert len(found) == 1
    assert found[0].anchor[0] > 100


def test_a_missing_character_is_named(tmp_path: Path) -> None:
    project = small("园区\U0010fffd")
    with pytest.raises(Refused, match=r"U\+10FFFD"):
        map_picture.map_picture(project, catalogue(), [], tmp_path / "map.png", "zh", (600, 400))
    assert not list(tmp_path.iterdir())


def test_usual_and_rare_characters_are_there() -> None:
    assert font.missing_characters(["面生用土工厂𠮷㎡公顷①"]) == ""


def test_without_a_font_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "FAMILIES", ("No Such Family",))
    font.family.cache_clear()
    with pytest.raises(Refused, match="No Such Family"):
        font.family()
    font.family.cache_clear()


def test_nothing_to_draw_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        map_picture.map_picture(Project(name="空"), catalogue(), [], tmp_path / "map.png", "zh")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match=r"map\.png"):
        map_picture.map_picture(small(), catalogue(), [], tmp_path / "file" / "map.png", "zh", (600, 400))


def test_legend_has_what_is_in_view_and_nothing_else() -> None:
    project = small()
    layers = map_layers(project, catalogue(), [], "zh")
    near = Scene(layers, fit((511000, 3078000, 511800, 3078600), (400, 400)))
    lines, classes = entries(near, "zh")
    assert {"园区原核准范围", "永久基本农田", "扩入"} <= {entry.text for entry in lines}
    assert [entry.text.split()[0] for entry in classes] == sorted(entry.text.split()[0] for entry in classes)
    assert entries(near.seen_from(fit((0, 0, 1, 1), (400, 400))), "zh") == ([], [])


def test_evidence_is_numbered_by_kind() -> None:
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), shapely.Polygon(), shapely.box(5, 5, 6, 6)]
    made = groups(
        [Evidence(shape, title, "说明") for shape, title in zip(boxes, "甲甲丙乙", strict=True)], "zh"
    )
    assert [(group.number, group.title, len(group.places)) for group in made] == [
        (1, "甲（2 处）", 2),
        (2, "乙", 1),
    ]


def test_a_name_of_24_characters_is_not_cut(tmp_path: Path) -> None:
    name = "某某省某某市某某县某某高新技术产业开发区扩区示例"
    assert len(name) == 24
    written = Writing(2400 / map_picture.WIDTH_MM)
    room = map_picture.WIDTH_MM - 2 * (map_picture.FRAME_MM + map_picture.GAP_MM)
    title = written.width_mm(f"{name}三条控制线与核查疑点套合图", 7.4, bold=True)
    assert room / title > 0.7


def test_chinese_zones_are_written_by_their_meridian() -> None:
    assert "中央经线 111°" in crs_text(small().crs, "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture(language: str, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "map.png"
    strip = shapely.box(511000, 3078000, 511002, 3078500)
    map_picture.map_picture(
        small(), catalogue(), [Evidence(strip, "甲", "1000.00 ㎡")], out, language, (1200, 800)
    )
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1200, 800)
    assert image.dotsPerMeterX() == pytest.approx(1200 / 0.3048, abs=1)
    assert [one.name for one in out.parent.iterdir()] == ["map.png"]
    colours = {QColor(image.pixel(x, y)).name() for x in range(0, 1200, 2) for y in range(0, 800, 2)}
    assert "#ffe600" in colours


def test_the_same_park_gives_the_same_picture(tmp_path: Path) -> None:
    """The edges of letters may differ by a shade: Qt draws a letter anew or from its cache."""
    pixels = []
    for name in ("a.png", "b.png"):
        map_picture.map_picture(small(), catalogue(), [], tmp_path / name, "zh", (900, 600))
        image = QImage(str(tmp_path / name)).convertToFormat(QImage.Format.Format_RGB32)
        pixels.append(np.frombuffer(image.constBits(), dtype=np.uint8).astype(int))
    assert np.abs(pixels[0] - pixels[1]).max() <= 3


def test_any_paint_device(tmp_path: Path) -> None:
    writer = QPdfWriter(str(tmp_path / "map.pdf"))
    paints = QPainter(writer)
    map_picture.paint_map(paints, small(), catalogue(), [], "zh", (1200, 800))
    paints.end()
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(not (SAMPLE / "park.toml").exists(), reason="the sample park has not been made")
def test_the_sample_park(tmp_path: Path) -> None:
    project = sample()
    start = time.perf_counter()
    scene = Scene(
        map_layers(project, catalogue(), [], "zh"), fit((509000, 3076500, 516500, 3082500), (1920, 1080))
    )
    image = painter.picture(scene)
    assert time.perf_counter() - start < 10
    assert len(scene.layers) > 8
    assert {"扩入", "城镇开发边界", "永久基本农田", "园区原核准范围"} <= {
        entry.text for entry in entries(scene, "zh")[0]
    }
    assert len({image.pixel(x, y) for x in range(0, 1920, 7) for y in range(0, 1080, 7)}) > 50
