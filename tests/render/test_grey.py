"""On a black-and-white copy the grounds that decide are still told apart: by their patterns, not colours."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from gis_app.render.map_scene import evidence_layers
from gis_app.render.painter import application, picture
from gis_app.render.scene import Scene, fit, scene_layers
from tests.render import parks

X0, Y0, SIDE = 511_000.0, 3_078_000.0, 400.0
GROUND = shapely.box(X0, Y0, X0 + SIDE, Y0 + SIDE)
KINDS = ("扩入", "调入", "调出")
NAMES = (*KINDS, "permanent_basic_farmland", "ecological_red_line", "evidence")
PX = 256
ALIKE = 0.8
"""Above this correlation of their spectra two patterns are one to the eye."""


def pattern(name: str) -> NDArray[np.float64]:
    """The middle of a ground, as grey as a copier makes it (ITU-R BT.601)."""
    if name == "evidence":
        layers: Any = evidence_layers([GROUND], "zh")
    elif name in KINDS:
        layers = scene_layers(parks.layer("proposal_block", [GROUND], change_type=[name]), parks.catalogue())
    else:
        layers = scene_layers(parks.layer(name, [GROUND]), parks.catalogue())
    application()
    view = fit(GROUND.bounds, (PX * 2, PX * 2), 0.0)
    image = picture(Scene(tuple(layers), view))
    from PySide6.QtGui import QImage

    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    blue, green, red, _ = np.moveaxis(
        np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4).astype(float),
        2,
        0,
    )
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    half = PX // 2
    return np.asarray(grey[half : half + PX, half : half + PX])


def spectrum(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strength of each wave in the pattern, without its tone; a shift of the pattern changes nothing."""
    strength = np.abs(np.fft.rfft2(grey - grey.mean()))
    length = float(np.linalg.norm(strength))
    return np.asarray(strength / length if length > PX else np.zeros_like(strength))


@pytest.mark.parametrize(("one", "other"), tuple(combinations(NAMES, 2)))
def test_in_grey_no_two_grounds_have_one_pattern(one: str, other: str) -> None:
    patterns = pattern(one), pattern(other)
    alike = float((spectrum(patterns[0]) * spectrum(patterns[1])).sum())
    assert alike < ALIKE, f"{one} and {other}: {alike:.2f}"


@pytest.mark.parametrize("name", NAMES[:-1])
def test_each_pattern_survives_the_copier(name: str) -> None:
    grey = pattern(name)
    assert grey.max() - grey.min() > 60.0, "ink and paper are too near each other"
