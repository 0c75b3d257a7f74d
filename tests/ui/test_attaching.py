"""Files are attached on the card and in the list, by the window's one door; what is wrong is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from gis_app.project_file import ProjectFile
from gis_app.session.attaching import attach
from gis_app.session.new_project import new_project
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.session import Session
from tests.cli.command import geojson, square
from tests.render.parks import catalogue
from tests.ui.screens import until

FIRST = 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with a contract that is missing and a photograph that was altered."""
    path, folder = tmp_path / "p.gpkg", tmp_path / "delivered"
    folder.mkdir()
    rows = [(square(200 * n, 0), {"parcel_no": f"P{n}"}) for n in range(4)]
    geojson(folder / "supply_parcel.geojson", rows)
    intake = open_path(folder, Options(workers=0), catalogue()).intake
    assert intake is not None
    new_project(path, intake, Options(), catalogue(), "a")
    with ProjectFile.open(path, catalogue=catalogue()) as file:
        session = Session(file, catalogue(), "a")
        for name in ("contract.pdf", "photo.jpg"):
            (tmp_path / name).write_bytes(name.encode())
            attach(session, path, tmp_path / name, ("supply_parcel", str(FIRST)))
    kept = tmp_path / "p.files" / "attachments"
    (kept / "contract.pdf").unlink()
    (kept / "photo.jpg").write_bytes(b"other.jpg")
    return path


@pytest.fixture
def window(empty_window: Any, path: Path) -> Iterator[Any]:
    said: list[Any] = []
    empty_window.desk.noticed.connect(lambda _state, message: said.append(message))
    empty_window.said = said
    empty_window.desk.open(path)
    until(lambda: empty_window.desk.park is not None, "park")
    empty_window.desk.seen()
    until(lambda: empty_window.desk.park.standing == "judged", "judged")
    idle(empty_window)
    yield empty_window


def idle(window: Any) -> None:
    """No work is under way, nor any that it has begun at its end: a card is filled anew when judged."""
    until(lambda: not window.desk.workers.jobs, "work")
    QApplication.processEvents()
    until(lambda: not window.desk.workers.jobs, "work that followed")


def stored(window: Any, count: int) -> dict[str, Any]:
    entries = window.desk.park.project.entries
    until(lambda: len(entries.get("attachment", {})) == count, "step")
    return dict(entries["attachment"])


def test_what_is_missing_or_altered_is_named_on_opening(window: Any) -> None:
    (told,) = [message for message in window.said if message.id == "ui.attachments_troubled"]
    assert told.values["count"] == 2 and window.map.notice.said[1] is told
    assert sum("attachment" in note.id for note in window.desk.park.opened.notes) == 2
    window.show_attachments()
    idle(window)
    rows = [window.attachments.table.item(place, 0).text() for place in range(2)]
    assert any("contract.pdf" in row for row in rows) and any("SHA-256" in row for row in rows)
    assert "2" in window.attachments.says.text()
    window.attachments.close()


def test_dropped_on_the_card_undone_and_taken_off(window: Any, tmp_path: Path) -> None:
    photo = tmp_path / "IMG.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:05 10:20:30"
    Image.fromarray(np.full((90, 120, 3), 200, np.uint8)).save(photo, exif=exif)
    window.desk.choose_features([("supply_parcel", FIRST + 1)])
    idle(window)
    card, data = window.map.card, QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    card.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    idle(window)
    form = card.form
    assert form.isVisible() and form.day.text() == "2026-11-05" and form.kind.currentData() == "photo"
    form.day.setText("5.11.")
    form.enter()
    assert form.says.isVisible() and "5.11." in form.says.text()
    form.day.setText("2026-11-05")
    form.title_.setText("北侧")
    form.document.setText("函1号")
    form.enter()
    entry = stored(window, 3)["attachments/IMG.jpg"]
    assert (entry["table"], entry["id"], entry["title"]) == ("supply_parcel", str(FIRST + 1), "北侧")
    idle(window)
    until(lambda: bool(card.papers), "papers")
    assert [paper.title for paper in card.papers] == ["北侧"] and card.pictures.isVisible()
    window.toolbox.bench.undo()
    stored(window, 2)
    idle(window)
    assert card.papers == () and not card.pictures.isVisible()
    window.toolbox.bench.redo()
    stored(window, 3)
    idle(window)
    off = card.menu(card.papers[0]).actions()[1]
    assert off.isEnabled()
    off.trigger()
    stored(window, 2)
    idle(window)
    window.close()
    with ProjectFile.open(tmp_path / "p.gpkg", catalogue=catalogue()) as file:
        assert len(file.load().entries["attachment"]) == 2


def test_a_folder_takes_none_and_says_why(empty_window: Any, sample_park: Any, tmp_path: Path) -> None:
    said: list[Any] = []
    empty_window.desk.noticed.connect(lambda _state, message: said.append(message.id))
    empty_window.desk._take(sample_park)
    layer = empty_window.desk.park.project.layers["supply_parcel"]
    empty_window.desk.choose_features([("supply_parcel", int(layer.fids[0]))])
    idle(empty_window)
    (tmp_path / "a.jpg").write_bytes(b"1")
    empty_window.map.card.attach([tmp_path / "a.jpg"])
    assert said[-1] == "ui.attach_needs_project" and empty_window.map.card.form is None


def test_a_fact_and_its_scan_are_one_step(window: Any, tmp_path: Path) -> None:
    scan = tmp_path / "批复.pdf"
    scan.write_bytes(b"%PDF-1")
    window.actions_.run("facts")
    form = window.facts
    keys = [fact["key"] for fact in form.rows]
    form.table.setCurrentCell(keys.index("approved_area_ha"), 0)
    given = (("value", "12.5"), ("document", "函1号"), ("document_date", "2022-03-01"))
    for name, text in given:
        form.fields[name].setText(text)
    form.take_scan(scan)
    form.enter()
    entry = stored(window, 3)["attachments/批复.pdf"]
    assert (entry["table"], entry["id"], entry["date"]) == ("fact", "/approved_area_ha", "2022-03-01")
    project = window.desk.park.project
    assert project.facts["/approved_area_ha"].attachment == "批复.pdf"
    window.desk.park.session.undo()
    assert "/approved_area_ha" not in project.facts and len(project.entries["attachment"]) == 2
    form.close()
