"""A folder that tells no reference system in metres is asked for one, and opened in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog

from tests.ui.screens import until


@pytest.fixture
def lonlat(tmp_path: Path) -> Path:
    corners = [[111.10, 27.80], [111.12, 27.80], [111.12, 27.82], [111.10, 27.82], [111.10, 27.80]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    feature = {"type": "Feature", "properties": {"地块编号": "01"}, "geometry": shape}
    (tmp_path / "供地宗地.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False), encoding="utf-8"
    )
    return tmp_path


def asked(window: Any) -> list[QInputDialog]:
    return [box for box in window.findChildren(QInputDialog) if box.isVisible()]


def answer(window: Any, text: str) -> None:
    until(lambda: bool(asked(window)), "question")
    box = asked(window)[0]
    box.setTextValue(text)
    box.accept()
    QApplication.processEvents()


def test_a_system_that_is_named_opens_the_folder_and_is_kept(empty_window: Any, lonlat: Path) -> None:
    window = empty_window
    before = (lonlat / "供地宗地.geojson").read_bytes()
    window.desk.open(lonlat)
    until(lambda: bool(asked(window)), "question")
    assert "EPSG" in asked(window)[0].labelText() and "--crs" not in asked(window)[0].labelText()
    answer(window, "4546")
    until(lambda: window.desk.park is not None, "park")
    assert window.desk.park.project.crs.to_epsg() == 4546
    assert (lonlat / "供地宗地.geojson").read_bytes() == before
    until(lambda: window.desk.job is None, "judged")
    window.desk.open(lonlat)
    until(lambda: window.desk.job is None, "opened again")
    assert not asked(window)


def test_a_system_that_does_not_do_is_asked_for_again(empty_window: Any, lonlat: Path) -> None:
    window = empty_window
    window.desk.open(lonlat)
    answer(window, "4326")
    until(lambda: bool(asked(window)), "question again")
    assert window.desk.park is None
    asked(window)[0].reject()


def test_a_layer_of_no_known_type_is_drawn_and_listed(empty_window: Any, lonlat: Path) -> None:
    window = empty_window
    plain = (lonlat / "供地宗地.geojson").rename(lonlat / "abc.geojson")
    plain.write_text(plain.read_text(encoding="utf-8").replace("地块编号", "ZONE"), encoding="utf-8")
    window.desk.open(lonlat)
    answer(window, "4546")
    until(lambda: window.desk.park is not None and window.desk.job is None, "park")
    until(lambda: not window.desk.workers.jobs, "scene")
    (id,) = window.desk.park.project.layers
    assert id.startswith("unrecognised:")
    until(lambda: bool(window.desk.park.scene.get(id)), "picture")
    assert window.desk.park.style_of(id).id == "unrecognised"
