"""The sample's ortho images show its own layers, two dates that differ in a few plots; its photographs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.formats.grid import Pixels
from gis_app.formats.image import Image
from gis_app.model import Project
from gis_app.session.attachments import attachments
from gis_app.session.imagery import images_of
from tests.sample.test_sample import PERIODS, SAMPLE, layer

STEP_M = 2.5


@cache
def image(period: str) -> Image:
    told = images_of(SAMPLE / "demo_park" / period)[-1]
    return Image(told.path, "4546", Path("nowhere"))


def seen(period: str, shape: BaseGeometry) -> NDArray[Any]:
    """Pixels (n, 3) whose middle lies in a shape, a pixel away from its edge."""
    x0, y0, x1, y1 = (round(each / STEP_M) * STEP_M for each in shape.bounds)
    size = max(1, round((y1 - y0) / STEP_M)), max(1, round((x1 - x0) / STEP_M))
    pixels: Pixels = image(period).ground((x0, y0, x1, y1), size)
    column, row = np.meshgrid(np.arange(size[1]), np.arange(size[0]))
    x, y = x0 + (column + 0.5) * STEP_M, y1 - (row + 0.5) * STEP_M
    inside = shapely.contains_xy(shape.buffer(-STEP_M * 1.5), x, y)
    return pixels[inside][:, :3].astype(float)


@pytest.mark.parametrize("period", PERIODS)
def test_placed_dated_and_small(period: str) -> None:
    *earlier, told = images_of(SAMPLE / "demo_park" / period)
    assert len(earlier) == PERIODS.index(period) and all(each.path.is_file() for each in earlier)
    assert told.date is not None and f"{told.date:%Y-%m}" == period and "虚构" in told.name + told.source
    assert told.path.stat().st_size < 3e6
    found = image(period)
    assert not found.needs_overview
    west, south, east, north = found.bounds("4546")
    blocks = shapely.union_all(layer("park_boundary", period).geometry.to_numpy())
    assert shapely.box(west, south, east, north).contains(blocks.buffer(300))
    assert (found.ground((west, south, east, north), (40, 50))[..., 3] == 255).all()


def test_it_shows_the_layers() -> None:
    """Water is bluer than red and dark, woods are dark green, streets are grey."""
    ground = layer("survey_polygon")
    box = shapely.box(*image("2026-11").bounds("4546")).buffer(-50)

    def mean(code: str, inner: float = 0.0) -> NDArray[Any]:
        shapes = ground[(code == ground.DLBM) & ground.within(box)].geometry
        largest = shapes.iloc[np.argsort(-shapes.area.to_numpy())[:6]]
        return np.concatenate([seen("2026-11", shape.buffer(-inner)) for shape in largest]).mean(axis=0)

    river, woods, street = mean("1101"), mean("0301"), mean("1003", 2.0)
    assert river[2] > river[0] and river.mean() < 110
    assert woods[1] > woods[0] + 8 and woods[1] > woods[2] + 8 and woods.mean() < 90
    assert np.ptp(street) < 22 and 90 < street.mean() < 150


def test_two_dates_differ_in_a_few_plots() -> None:
    plots = layer("supply_parcel").geometry
    changed = []
    for shape in plots:
        before, after = seen("2026-10", shape), seen("2026-11", shape)
        changed.append(float((np.abs(before - after).mean(axis=1) > 30).mean()))
    assert 2 <= sum(share > 0.15 for share in changed) <= 12
    assert sum(share < 0.05 for share in changed) > 20


def test_photographs() -> None:
    entries = attachments(SAMPLE / "demo_park" / "2026-11", Project())
    assert 10 <= len(entries) <= 14 and all(entry.is_picture and "虚构" in entry.title for entry in entries)
    assert sum(entry.path.stat().st_size for entry in entries if entry.path is not None) < 400e3
    owners = [entry.key for entry in entries]
    assert set(owners) <= set(layer("supply_parcel").ZDBH) and len(set(owners)) < len(owners), "pairs"
    recognised = layer("supply_parcel").set_index("ZDBH").RDSWH.dropna().index
    assert set(owners) <= set(recognised)
    folder = SAMPLE / "demo_park" / "2026-11" / "attachments"
    assert sorted(folder.iterdir()) == sorted(e.path for e in entries if e.path is not None)
