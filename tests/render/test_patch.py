"""After an edit: what is drawn is what a layer that was sorted anew would draw."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage

from gis_app.model import Layer
from gis_app.render import painter
from gis_app.render.patch import patched
from gis_app.render.scene import Scene, SceneLayer, bounds_of, scene_layers
from gis_app.render.view import fit
from tests.render.parks import catalogue, sample


@pytest.fixture
def parcels() -> Layer:
    layer = sample().of_type("supply_parcel")
    assert layer is not None
    return layer


def drawn(layers: object) -> QImage:
    return painter.picture(Scene(tuple(layers), fit(bounds_of(list(layers)), (600, 400))))


def styled(part: Layer) -> tuple[SceneLayer, ...]:
    return scene_layers(part, catalogue())


def moved(layer: Layer, fid: int, away_m: float) -> Layer:
    frame = layer.frame.copy()
    frame.loc[fid, "geometry"] = shapely.transform(frame.loc[fid, "geometry"], lambda xy: xy + away_m)
    return Layer(layer.id, layer.feature_type, frame, scheme=layer.scheme)


def test_a_moved_feature_is_drawn_where_it_is_now(parcels: Layer) -> None:
    before = scene_layers(parcels, catalogue())
    fid = int(parcels.fids[0])
    after = moved(parcels, fid, 3.0)
    one, other = drawn(patched(before, after, [fid], styled)), drawn(scene_layers(after, catalogue()))
    pixels = [np.frombuffer(image.constBits(), np.uint8).astype(int) for image in (one, other)]
    assert (np.abs(pixels[0] - pixels[1]) > 32).mean() < 0.001


def test_coordinates_are_not_sorted_again(parcels: Layer) -> None:
    before = scene_layers(parcels, catalogue())
    fid = int(before[0].fids[0])
    after = patched(before, moved(parcels, fid, 3.0), [fid], styled)
    assert after[0].shapes is before[0].shapes
    assert after[0].symbol_of[0] == -1
    assert sum(int((layer.symbol_of >= 0).sum()) for layer in after) == sum(
        int((layer.symbol_of >= 0).sum()) for layer in before
    )


def test_a_removed_feature_is_gone_and_a_new_one_is_there(parcels: Layer) -> None:
    before = scene_layers(parcels, catalogue())
    first, second = (int(fid) for fid in parcels.fids[:2])
    frame = parcels.frame.drop(index=first)
    new = int(parcels.fids.max()) + 1
    frame.loc[new] = parcels.frame.loc[second]
    now = Layer(parcels.id, parcels.feature_type, frame, scheme=parcels.scheme)
    after = patched(before, now, [first, new], styled)
    shown = {int(fid) for layer in after for fid in layer.fids[layer.symbol_of >= 0]}
    assert new in shown
    assert first not in shown
    assert second in shown
