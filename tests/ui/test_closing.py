"""A window closes only after the last step is stored, however slow the disk is; nothing of it is lost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication

from gis_app.project_file import ProjectFile
from gis_app.session.office import read_catalogue
from gis_app.session.settings import Settings
from tests.ui.park_file import sample_file
from tests.ui.screens import until

DELAY_S = 0.4
LAYER = "reserve_parcel"


@pytest.mark.parametrize("gestures", [1, 3])
def test_it_waits_for_the_last_commit(
    empty_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gestures: int
) -> None:
    path = sample_file(tmp_path / "park.gpkg")
    window = empty_window
    window.desk.open(path)
    until(lambda: window.desk.park is not None and not window.desk.workers.jobs, "the project")
    window.show_task("edit")
    window.desk.choose_layer(LAYER)
    fids = window.desk.park.project.layers[LAYER].fids.tolist()[:gestures]
    commit, begun, returned = ProjectFile.commit, [], []

    def slow(stored: ProjectFile, *given: Any, **named: Any) -> int:
        begun.append(time.monotonic())
        time.sleep(DELAY_S)
        seq = commit(stored, *given, **named)
        returned.append(time.monotonic())
        return seq

    monkeypatch.setattr(ProjectFile, "commit", slow)
    for fid in fids:
        given = {"layer": LAYER, "fid": fid, "values": {"parcel_no": f"最后{fid}"}}
        assert window.toolbox.bench.ask("set_attributes", given)
    asked = time.monotonic()
    assert len(returned) == 0
    closing = QCloseEvent()
    QApplication.sendEvent(window, closing)
    accepted = time.monotonic()
    assert closing.isAccepted()
    assert len(returned) == len(begun) == gestures
    assert returned[-1] <= accepted and accepted - asked > DELAY_S / 2
    with ProjectFile.open(path, catalogue=read_catalogue(Settings())) as again:
        layer = again.load().layers[LAYER]
        assert [layer.table.row(fid)["parcel_no"] for fid in fids] == [f"最后{fid}" for fid in fids]
        assert again.left_by is None and again.findings == []
