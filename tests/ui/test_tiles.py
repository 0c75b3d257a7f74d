"""Tiles from the network in the window: asked for only when somebody wants them, failures are said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit

from gis_app.render.imagery import ImageReader
from gis_app.render.view import View
from gis_app.session.imagery import Image
from gis_app.session.tile_source import TileSource, sources
from gis_app.ui.imagery import Imagery
from gis_app.ui.tiles_form import TilesForm
from tests.formats.tile_server import Server, serving, tile
from tests.ui.screens import until

X, Y = 512_000.0, 3_080_000.0
AROUND = (X - 10_000.0, Y - 10_000.0, X + 10_000.0, Y + 10_000.0)
VIEW = View((X, Y), 0.5, (400, 300))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def imagery(qapp: Any, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imagery]:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    made = Imagery(reader=ImageReader(tmp_path / "cache"))
    source = TileSource("试", server.template, "k")
    made.set_images([Image(Path(source.host), "试", tiles=source)], "4546", AROUND)
    made.want(VIEW)
    made.begin()
    yield made
    made.close()


def colour(imagery: Imagery) -> tuple[int, int, int]:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    imagery.paint(painter, QRect(0, 0, 400, 300), VIEW)
    painter.end()
    return picture.pixelColor(200, 150).toTuple()[:3]


def test_nothing_is_asked_for_before_it_is_shown(imagery: Imagery, server: Server) -> None:
    assert imagery.shown() == [] and imagery.pids == [] and server.asked == []
    (state,) = imagery.states.values()
    imagery.set_shown(state.image.id, True)
    until(imagery.is_complete, "tiles")
    assert server.asked and colour(imagery) == (10, 200, 30)
    assert len(imagery.pids) == 1, "the reader of files was not started for it"


def test_a_failure_is_said_and_ends_when_the_service_answers(
    imagery: Imagery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.status = 500
    (state,) = imagery.states.values()
    imagery.set_shown(state.image.id, True)
    until(lambda: state.partly is not None, "failure")
    assert state.partly is not None and state.partly.id == "formats.tiles_status" and state.trouble is None
    assert colour(imagery) == (255, 255, 255)
    server.status, server.body = 200, tile((200, 10, 10))
    imagery._web.close()  # a new reader does not rest  # type: ignore[union-attr]
    imagery._web = None
    state.is_opened, state.bounds = False, None
    imagery.begin()
    until(imagery.is_complete, "tiles")
    assert state.partly is None and colour(imagery) == (200, 10, 10)


def test_the_form(window: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    form = TilesForm(window.desk, window)
    assert form.key.echoMode() == QLineEdit.EchoMode.Password
    assert form.network.currentData() == "none" and not form.network.isEnabled(), "a folder is read-only"
    form.keep()
    assert sources() == () and "密钥" in form.says.text()
    form.key.setText("0123456789abcdef")
    form.keep()
    (kept,) = sources()
    assert (
        kept.key == "0123456789abcdef" and kept.grid == "cgcs2000" and form.which.currentData().id == kept.id
    )
    window.imagery.fill()
    assert not any(state.image.tiles for state in window.imagery.imagery.states.values()), "not allowed here"
    window.desk.park.project.network = "own_key"
    try:
        window.imagery.fill()
        (state,) = [one for one in window.imagery.imagery.states.values() if one.image.tiles]
        assert not state.is_shown
        row = window.imagery._rows[state.image.id]
        assert "不得用于公示" in row.said.text()
        assert "不得用于公示" in window.imagery._named(state.image)
    finally:
        window.desk.park.project.network = "none"
    form.drop()
    assert sources() == ()
    form.close()
