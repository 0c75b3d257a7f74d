"""Who draws: kernels when they are there, processes before, names always; nothing waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import shapely
from PySide6.QtGui import QImage

from gis_app.render import compiling, studio
from gis_app.render.scene import SceneLayer, scene_layer
from gis_app.render.studio import FEW_NAMES, PLAIN, READY, Studio
from gis_app.render.symbol import LabelStyle, Symbol
from gis_app.render.tile import Job
from gis_app.render.view import fit

VIEW = fit((0.0, 0.0, 100.0, 100.0), (200, 200), 0.0)


@pytest.fixture
def made() -> Iterator[list[Studio]]:
    studios: list[Studio] = []
    yield studios
    for one in studios:
        one.close()


def named(count: int, colour: str = "#ff0000") -> SceneLayer:
    boxes = [
        shapely.box(i % 50 * 2, i // 50 % 50 * 2, i % 50 * 2 + 2, i // 50 % 50 * 2 + 2) for i in range(count)
    ]
    (layer,) = scene_layer("x", boxes, Symbol(fill=colour, label=LabelStyle(2.0)))
    return replace(layer, labels=tuple(f"地块{i}" for i in range(count)))


def drawn(qtbot: Any, one: Studio, *jobs: Job) -> dict[Job, QImage]:
    found: dict[Job, QImage] = {}

    def take(job: Job, image: QImage, complete: bool) -> None:
        if complete:
            found[job] = image

    one.painted.connect(take)
    one.want(jobs)
    qtbot.waitUntil(lambda: set(found) == set(jobs), timeout=60_000)
    one.painted.disconnect(take)
    return found


def test_names_of_a_large_and_a_small_layer_are_painted_together(qtbot: Any, made: list[Studio]) -> None:
    one = Studio(1)
    made.append(one)
    assert one.wait()
    one.add(1, named(FEW_NAMES + 1))
    one.add(2, named(4))
    tile, names = Job(VIEW, (1, 2)), Job(VIEW, (1, 2), names=True)
    found = drawn(qtbot, one, tile, names)
    assert found[tile].pixelColor(100, 100).name() == "#ff0000"
    assert not found[names].isNull()


def test_kernels_and_painter_give_the_same(qtbot: Any, made: list[Studio]) -> None:
    pictures = []
    for compiled in (True, False):
        one = Studio(1, compiled=compiled)
        made.append(one)
        assert one.wait() is compiled
        assert one.state == (READY if compiled else PLAIN)
        one.add(1, named(9))
        pictures.append(drawn(qtbot, one, Job(VIEW, (1,)))[Job(VIEW, (1,))])
    assert all(
        pictures[0].pixelColor(x, y) == pictures[1].pixelColor(x, y)
        for x in (1, 19, 50)
        for y in (199, 150, 3)
    )


def test_without_kernels_everything_is_painted_all_the_same(
    qtbot: Any, made: list[Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "is_compiled", lambda: True)
    monkeypatch.setattr(studio.compiling, "load", lambda: None)
    one = Studio(1)
    made.append(one)
    one.add(1, named(9))
    one.load_kernels()
    assert drawn(qtbot, one, Job(VIEW, (1,)))[Job(VIEW, (1,))].pixelColor(5, 198).name() == "#ff0000"
    assert not one.wait()
    assert one.state == PLAIN


def test_what_cannot_be_drawn_stays_empty_and_is_logged(
    qtbot: Any, made: list[Studio], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from gis_app.render import raster

    def fail(*given: object) -> bool:
        raise ValueError("broken")

    one = Studio(0)
    made.append(one)
    assert one.wait()
    one.add(1, named(3))
    monkeypatch.setattr(raster, "draw", fail)
    assert drawn(qtbot, one, Job(VIEW, (1,)))[Job(VIEW, (1,))].pixelColor(2, 198).alpha() == 0
    assert "could not be drawn" in caplog.text
    monkeypatch.undo()
    other = Job(VIEW.at_denominator(2000.0), (1,))
    assert not drawn(qtbot, one, other)[other].isNull()  # the thread goes on
