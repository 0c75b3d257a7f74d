"""Tiles from a service: fetched once, placed rightly, and refused by name when the answer is no tile."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_app.formats import tile_service
from gis_app.formats.image import Image
from gis_app.geometry.crs import operation
from gis_app.language import Refused
from tests.formats.tile_server import Server, serving, tile

X, Y = 512_000.0, 3_080_000.0
BOUNDS = (X, Y, X + 400.0, Y + 400.0)
AROUND = (X - 10_000.0, Y - 10_000.0, X + 10_000.0, Y + 10_000.0)
SHAPE = (200, 200)
IN_FLIGHT_S = 0.3
"""What was asked for beside a tile that failed has come in by then."""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def image(server: Server, cache: Path, grid: str = "web_mercator", **told: Any) -> Image:
    service = {
        **{"template": server.template, "key": "secret", "grid": grid, "zooms": [1, 18], "id": "one"},
        **{"around": AROUND, "subdomains": []},
    }
    return Image(Path("service"), "4546", cache, service=service | told)


def test_fetched_once_and_kept(server: Server, tmp_path: Path) -> None:
    made = image(server, tmp_path)
    pixels = made.ground(BOUNDS, SHAPE)
    assert (pixels.reshape(-1, 4) == (10, 200, 30, 255)).all()
    assert server.asked and all("tk=secret" in path for path in server.asked)
    assert server.agents == {"ParkPlan"}
    count = len(server.asked)
    made.ground(BOUNDS, SHAPE)
    image(server, tmp_path).ground(BOUNDS, SHAPE)
    assert len(server.asked) == count, "what is kept is not fetched again"
    assert "secret" not in " ".join(str(path) for path in tmp_path.rglob("*"))
    assert made.bounds("4546") == AROUND


@pytest.mark.parametrize("grid", ["web_mercator", "cgcs2000"])
def test_it_asks_for_the_tiles_that_the_ground_lies_in(server: Server, tmp_path: Path, grid: str) -> None:
    image(server, tmp_path, grid).ground(BOUNDS, SHAPE)
    lon, lat = (
        float(v[0]) for v in operation("4546", "EPSG:4490").points(np.array([X + 200]), np.array([Y + 200]))
    )
    asked = {tuple(int(part) for part in path.split("?")[0].split("/")[1:]) for path in server.asked}
    zoom = next(iter(asked))[0]
    column = (lon + 180.0) / 360.0 * 2**zoom
    if grid == "cgcs2000":
        row = (90.0 - lat) / 360.0 * 2**zoom
    else:
        sine = np.sin(np.radians(lat))
        row = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * 2**zoom
    assert (zoom, int(column), int(row)) in asked and len(asked) <= 16


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, b"", "formats.tiles_key"),
        (500, b"", "formats.tiles_status"),
        (302, b"", "formats.tiles_status"),
        (200, b"<html>no key</html>", "formats.tiles_no_picture"),
        (200, b"\x89PNG" + b"0" * (3 << 20), "formats.tiles_too_big"),
    ],
)
def test_an_answer_that_is_no_tile(
    server: Server, tmp_path: Path, status: int, body: bytes, told: str
) -> None:
    server.status, server.body = status, body
    made = image(server, tmp_path)
    with pytest.raises(Refused) as refused:
        made.ground(BOUNDS, SHAPE)
    assert refused.value.message.id == told and "secret" not in str(refused.value)
    time.sleep(IN_FLIGHT_S)
    asked = len(server.asked)
    assert not any("elsewhere" in path for path in server.asked), "no redirection is followed"
    server.status, server.body = 200, tile((1, 2, 3))
    with pytest.raises(Refused):
        made.ground(BOUNDS, SHAPE)
    assert len(server.asked) == asked, "after a failure it is left alone for a while"


@pytest.mark.parametrize("status", [404, 204])
def test_a_hole_is_no_failure(server: Server, tmp_path: Path, status: int) -> None:
    server.status, server.body = status, b""
    assert not image(server, tmp_path).ground(BOUNDS, SHAPE).any()


@pytest.mark.parametrize("body", [b"\x89PNG broken", tile((1, 2, 3), 128), tile((1, 2, 3), 512)])
def test_a_tile_that_is_damaged_is_a_hole(server: Server, tmp_path: Path, body: bytes) -> None:
    server.body = body
    assert not image(server, tmp_path).ground(BOUNDS, SHAPE).any()


def test_one_that_does_not_answer(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_service, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(tile_service, "PICTURE_S", 1.0)
    server.waits.clear()
    begun = time.monotonic()
    with pytest.raises(Refused) as refused:
        image(server, tmp_path).ground(BOUNDS, SHAPE)
    assert refused.value.message.id == "formats.tiles_unreachable" and time.monotonic() - begun < 5.0


@pytest.mark.parametrize(
    "template", ["file:///etc/{z}{x}{y}", "ftp://a/{z}/{x}/{y}", "/vsicurl/{z}{x}{y}", ""]
)
def test_an_address_that_is_none(server: Server, tmp_path: Path, template: str) -> None:
    with pytest.raises(Refused) as refused:
        image(server, tmp_path, template=template)
    assert refused.value.message.id == "formats.tiles_address"


def test_the_oldest_make_room(tmp_path: Path) -> None:
    for age in range(5):
        path = tmp_path / f"{age}.tile"
        path.write_bytes(b"0" * 100)
        os.utime(path, (1000.0 - age, 1000.0 - age))
    tile_service.make_room(tmp_path, 250)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.tile", "1.tile"]
