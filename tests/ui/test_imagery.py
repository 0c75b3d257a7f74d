"""Images under the map: the newest is shown, the old picture stays; it is faded, hidden, trouble is said."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gis_app.geometry.alignment import ControlPoint
from gis_app.render.view import View
from gis_app.session.imagery import Image, images_of
from gis_app.session.sample import folder as sample
from gis_app.ui.imagery import Imagery
from tests.formats import images
from tests.ui.screens import until

CRS = "4546"
SIZE = (600, 400)


@pytest.fixture
def imagery(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imagery]:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    made = Imagery()
    yield made
    made.close()


def over(column: float, row: float, scale: float = 0.5, rotation: float = 0.0) -> View:
    """A view with a pixel of the test image in its middle; 0.5 shows one pixel of it as one."""
    centre = (images.WEST + column * images.STEP_M, images.NORTH - row * images.STEP_M)
    return View(centre, scale, SIZE, rotation_deg=rotation)


def painted(imagery: Imagery, view: View) -> QImage:
    picture = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(QColor("#FF00FF"))
    painter = QPainter(picture)
    imagery.paint(painter, QRect(0, 0, *SIZE), view)
    painter.end()
    return picture


def shown(imagery: Imagery, *added: Image, view: View) -> None:
    imagery.set_images(added, CRS)
    imagery.begin()
    imagery.want(view)
    until(lambda: imagery.shown(), "an image")
    until(imagery.is_complete, "its pieces")


def test_pixel_for_pixel(imagery: Imagery, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(1000, 1000))
    shown(imagery, Image(path), view=over(500, 400))
    seen = painted(imagery, over(500, 400))
    for x, y in ((0, 0), (300, 200), (599, 399), (17, 321)):
        column, row = 500 - 300 + x, 400 - 200 + y
        chequer = (column // 16 + row // 16) % 2 * 200
        assert seen.pixelColor(x, y) == QColor(column % 256, row % 256, chequer), (x, y)


def test_turned_view(imagery: Imagery, tmp_path: Path) -> None:
    """Turned by 90° counter-clockwise, what lies to the east is up."""
    path = images.tiff(tmp_path / "a.tif", images.slope(1000, 1000))
    view = over(500.5, 400.5, rotation=90.0)
    shown(imagery, Image(path), view=view)
    seen = painted(imagery, view)
    for x, y in ((300, 200), (420, 100), (60, 380)):
        east, south = 200 - y, x - 300
        colour = seen.pixelColor(x, y)
        column, row = (500 + east) % 256, (400 + south) % 256
        assert abs(colour.red() - column) <= 3 and abs(colour.green() - row) <= 3


def test_old_picture_stays_until_the_new_one_is_there(imagery: Imagery, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", np.full((3, 1000, 1000), 90, np.uint8))
    shown(imagery, Image(path), view=over(500, 400))
    far = over(500, 400, scale=0.41)
    imagery.want(far)
    assert not imagery.is_complete()
    seen = painted(imagery, far)
    assert all(seen.pixelColor(x, y) == QColor(90, 90, 90) for x, y in ((5, 5), (300, 200), (590, 390)))


def test_fading_and_hiding(imagery: Imagery, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", np.full((3, 1000, 1000), 100, np.uint8))
    view = over(500, 400)
    shown(imagery, Image(path, opacity=0.5), view=view)
    half = painted(imagery, view).pixelColor(300, 200)
    assert abs(half.red() - 177) <= 2 and abs(half.green() - 50) <= 2
    imagery.set_opacity(str(path), 0.0)
    assert painted(imagery, view).pixelColor(300, 200) == QColor("#FF00FF")
    imagery.set_opacity(str(path), 1.0)
    imagery.set_shown(str(path), False)
    assert painted(imagery, view).pixelColor(300, 200) == QColor("#FF00FF") and imagery.shown() == []


def test_two_dates_one_shown_each_by_itself(imagery: Imagery, tmp_path: Path) -> None:
    first = Image(
        images.tiff(tmp_path / "a.tif", np.full((3, 900, 900), 10, np.uint8)), date=date(2026, 10, 1)
    )
    second = Image(
        images.tiff(tmp_path / "b.tif", np.full((3, 900, 900), 20, np.uint8)), date=date(2026, 11, 1)
    )
    view = over(400, 400)
    shown(imagery, second, first, view=view)
    assert [state.image for state in imagery.shown()] == [second]
    imagery.set_shown(first.id, True)
    until(lambda: len(imagery.shown()) == 2, "both")
    until(imagery.is_complete, "both")
    assert painted(imagery, view).pixelColor(9, 9) == QColor(10, 10, 10), "the later in the list is on top"
    picture = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    imagery.paint(painter, QRect(0, 0, *SIZE), view, only=second.id)
    painter.end()
    assert picture.pixelColor(9, 9) == QColor(20, 20, 20), "for a swipe, one by itself"


def test_aligned_image(imagery: Imagery, tmp_path: Path) -> None:
    bands = np.zeros((3, 400, 400), np.uint8)
    bands[0, :200], bands[1, 200:] = 200, 200
    path = images.tiff(tmp_path / "scan.tif", bands, crs=None, placed=False)
    x, y = over(0, 0).centre
    points = (ControlPoint(0, 0, x, y), ControlPoint(400, 400, x + 400, y - 400))
    view = View((x + 200, y - 200), 1.0, SIZE)
    shown(imagery, Image(path, points=points), view=view)
    seen = painted(imagery, view)
    assert seen.pixelColor(300, 100) == QColor(200, 0, 0) and seen.pixelColor(300, 300) == QColor(0, 200, 0)


def test_trouble_is_said_and_the_rest_goes_on(imagery: Imagery, tmp_path: Path) -> None:
    good = Image(images.tiff(tmp_path / "a.tif", images.slope(400, 400)))
    gone = Image(tmp_path / "gone.tif", date=date(2026, 1, 1))
    imagery.set_images([good, gone], CRS)
    imagery.begin()
    imagery.set_shown(good.id, True)
    until(lambda: imagery.states[gone.id].trouble is not None and imagery.shown(), "both answers")
    assert imagery.states[gone.id].trouble.id == "formats.absent"
    assert [state.image for state in imagery.shown()] == [good]


def test_nothing_is_read_before_the_map_stands(imagery: Imagery, tmp_path: Path) -> None:
    imagery.set_images([Image(images.tiff(tmp_path / "a.tif", images.slope(64, 64)))], CRS)
    imagery.want(over(0, 0))
    QApplication.processEvents()
    assert imagery.pids == [] and imagery.shown() == []


def test_known_again_it_stays_as_it_was_shown(imagery: Imagery, tmp_path: Path) -> None:
    first, second = (
        Image(images.tiff(tmp_path / name, images.slope(400, 400)), date=date(2026, 10 + place, 1))
        for place, name in enumerate(("a.tif", "b.tif"))
    )
    view = over(200, 200)
    shown(imagery, first, second, view=view)
    imagery.set_shown(second.id, False)
    imagery.set_shown(first.id, True)
    imagery.set_opacity(first.id, 0.4)
    until(imagery.is_complete, "the first")
    read: list[Any] = []
    imagery._reader.painted.connect(lambda piece, _picture: read.append(piece))
    imagery.set_images([first, second], CRS)
    assert [(state.image, state.opacity) for state in imagery.shown()] == [(first, 0.4)]
    assert imagery.is_complete() and read == [], "nothing is read again"
    imagery.set_images([second], CRS)
    assert imagery.shown() == [] and list(imagery.states) == [second.id]


# -- the panel ----------------------------------------------------------------


@pytest.fixture
def park_window(
    empty_window: Any, sample_park: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The window with a copy of the sample's image, so that what is added changes no sample."""
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    folder = tmp_path / "park"
    folder.mkdir()
    for path in (sample() / "2026-11" / "park.toml", *(sample() / "2026-11").glob("*.tif")):
        shutil.copy(path, folder / path.name)
    intake = replace(
        sample_park.opened.intake,
        answers=replace(sample_park.opened.intake.answers, images=images_of(folder)),
    )
    opened = replace(sample_park.opened, path=folder, intake=intake)
    empty_window.desk._take(replace(sample_park, path=folder, opened=opened))
    QApplication.processEvents()
    yield empty_window
    empty_window.imagery.close_processes()


def begun(window: Any) -> Any:
    window.map.painted.emit(0.1)
    panel = window.imagery
    until(lambda: panel.imagery is not None and panel.imagery.shown(), "the image")
    return panel


def test_panel_tells_day_and_fades(park_window: Any) -> None:
    panel = begun(park_window)
    older, only = panel._rows.values()
    assert older.day.text() == "2026-10-18" and not older.fade.isVisibleTo(panel)
    assert only.day.text() == "2026-11-16" and only.name.text().startswith("正射影像")
    only.fade.setValue(30)
    assert panel.imagery.shown()[0].opacity == pytest.approx(0.3)
    assert [entry.text for entry in panel.legend_entries()] == ["2026-11-16 正射影像（虚构）"]
    only.eye.click()
    assert panel.imagery.shown() == [] and panel.legend_entries() == []
    assert not only.fade.isVisibleTo(panel)
    assert park_window.map.canvas.underlay == panel.imagery.paint


def test_panel_adds_and_removes(park_window: Any, tmp_path: Path) -> None:
    panel = begun(park_window)
    path = images.tiff(tmp_path / "new.tif", images.slope(64, 64))
    panel.add(path)
    until(lambda: str(path) in [state.image.id for state in panel.imagery.shown()], "the new one")
    assert [image.path for image in images_of(tmp_path / "park")][2:] == [path]
    panel.remove(panel.imagery.states[str(path)])
    assert len(images_of(tmp_path / "park")) == 2 and path.exists()


def test_aligned_by_clicks(park_window: Any, tmp_path: Path) -> None:
    """A scan without coordinates: two places clicked in it and on the map lay it there, and that is kept."""
    from gis_app.ui.imagery_align import AlignForm

    bands = np.zeros((3, 300, 400), np.uint8)
    bands[0, :, 200:] = 180
    path = images.tiff(tmp_path / "scan.tif", bands, crs=None, placed=False)
    panel = begun(park_window)
    panel.add(path)
    until(lambda: panel.imagery.states[str(path)].trouble is not None, "the refusal")
    assert panel.imagery.states[str(path)].trouble.id == "formats.image_not_placed"
    panel.align(panel.imagery.states[str(path)])
    (form,) = park_window.findChildren(AlignForm)
    until(lambda: form.raw.imagery.shown(), "the raw image")
    assert not form.keeps.isEnabled()
    canvas = park_window.map.canvas
    x, y = 512_000.0, 3_078_000.0
    for column, row in ((0.0, 0.0), (400.0, 300.0), (400.0, 0.0)):
        form.raw.clicked.emit(column, -row)
        assert form.waiting == (column, row)
        east, north = x + column * 0.5 + (0.3 if row == 300.0 else 0.0), y - row * 0.5
        canvas.zoom_to((east - 50, north - 50, east + 50, north + 50), 0.0)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert canvas.tool is None, "a click on the map is a click again"
    assert len(form.points()) == 3 and form.alignment().spare == 2
    assert 0 < max(form.alignment().residuals_m) < 1.0
    assert float(form.table.item(0, 4).text()) > 0
    form.table.selectRow(1)
    form.drop()
    assert form.alignment().pixel_m == pytest.approx(0.5, rel=0.01)
    form.keep()
    until(lambda: str(path) in [state.image.id for state in panel.imagery.shown()], "the aligned image")
    kept = images_of(tmp_path / "park")[-1]
    assert kept.path == path and len(kept.points) == 2 and kept.kind == "similarity"
    found = next(state for state in panel.imagery.shown() if state.image.id == str(path)).bounds
    assert found == pytest.approx((x, y - 150, x + 200, y), abs=1.0)
    assert [p.name for p in tmp_path.iterdir() if "scan" in p.name] == ["scan.tif"]
