"""The project file under the window: held by another, changed by another program, changed on its share."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from gis_app.language import Message, Refused
from gis_app.model import PARK
from gis_app.project_file import ProjectFile, place
from gis_app.session.custody import trouble
from gis_app.session.office import read_catalogue
from gis_app.session.settings import Settings
from tests.project_file.test_foreign import other_program
from tests.ui.screens import until

ROOT = Path(__file__).parents[2]
RENAMED = "UPDATE supply_parcel SET parcel_no = 'QGIS' WHERE fid = {fid}"
HOLDER = """
import sys
from pathlib import Path
from gis_app.project_file import ProjectFile
from gis_app.session.office import read_catalogue
from gis_app.session.settings import Settings
with ProjectFile.open(Path(sys.argv[1]), catalogue=read_catalogue(Settings())):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project file of the sample's parcels, read once."""
    from gis_app.session.intake import take_in
    from gis_app.session.new_project import new_project
    from gis_app.session.options import Options
    from gis_app.session.sample import folder

    catalogue, options = read_catalogue(Settings()), Options(workers=0)
    source = folder() / "2026-11" / "供地宗地.shp"
    path = tmp_path_factory.mktemp("made") / "p.gpkg"
    return new_project(path, take_in([source], options, catalogue), options, catalogue, "a").path


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    with ProjectFile.open(made, catalogue=read_catalogue(Settings())) as stored:
        stored.copy_to(tmp_path / "p.gpkg")
    return tmp_path / "p.gpkg"


@pytest.fixture
def holder(project: Path) -> Iterator[Any]:
    """Another program that has the project open until its input is closed."""
    own = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(project)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert own.stdout is not None and own.stdout.readline() == "open\n"
    yield own
    own.kill()
    own.wait()


def opened(window: Any, path: Path) -> None:
    window.desk.open(path)
    until(lambda: window.desk.park is not None and window.desk.park.path == path, "open")
    until(lambda: not window.desk.workers.jobs, "judged")
    until(lambda: window.desk.read_only or window.desk.park.writer is not None, "writer")


def reopened(window: Any, answer: str) -> None:
    before = window.desk.park.session
    window.custody.answer(answer)
    until(lambda: window.desk.park.session not in (None, before) and not window.desk.workers.jobs, answer)


def first(window: Any) -> int:
    return int(window.desk.park.project.layers["supply_parcel"].fids[0])


def parcel(window: Any, fid: int) -> object:
    layer = window.desk.park.project.layers["supply_parcel"]
    return layer.rows([fid], ["parcel_no"])["parcel_no"][0]


def test_a_second_window_reads_says_who_and_becomes_the_writer(
    empty_window: Any, project: Path, holder: Any
) -> None:
    window = empty_window
    opened(window, project)
    bar = window.map.lasting
    assert window.windowTitle().endswith("[只读]") and bar.isVisible()
    owner = window.desk.park.stored.owner
    assert owner.pid == holder.pid and str(holder.pid) in bar.text.text() and owner.since in bar.text.text()
    assert "project" not in window.met() and not bar.buttons["write"].isEnabled()
    holder.communicate("")
    window.custody.look_again()
    assert bar.buttons["write"].isEnabled()
    reopened(window, "write")
    assert not bar.isVisible() and "[" not in window.windowTitle() and "project" in window.met()
    assert not window.desk.park.stored.read_only


def test_what_another_program_changes_meanwhile_is_told_and_taken_in(
    empty_window: Any, project: Path
) -> None:
    window = empty_window
    opened(window, project)
    fid, bar = first(window), window.map.lasting
    assert not bar.isVisible() and window.desk.park.writer is not None
    other_program(project, RENAMED.format(fid=fid))
    window.custody.look_again()
    until(bar.isVisible, "bar")
    assert list(bar.buttons) == ["differences", "take_in", "put_back", "copy"] and "1" in bar.text.text()
    assert parcel(window, fid) != "QGIS"
    window.custody.answer("differences")
    until(lambda: window.custody.list is not None and window.custody.list.isVisible(), "list")
    assert window.custody.list.tree.topLevelItem(0).childCount() == 1
    reopened(window, "take_in")
    assert parcel(window, fid) == "QGIS" and not bar.isVisible()
    assert window.desk.can_undo and window.desk.park.stored is not None
    text = window.desk.park.history[-1][2]
    assert text.id == "project_file.foreign_step"


def test_what_another_program_changed_before_is_put_back(empty_window: Any, project: Path) -> None:
    with ProjectFile.open(project, catalogue=read_catalogue(Settings())) as stored:
        stored.backup()
    fid = 1
    other_program(project, RENAMED.format(fid=fid))
    window = empty_window
    opened(window, project)
    bar = window.map.lasting
    assert bar.isVisible() and parcel(window, fid) == "QGIS"
    reopened(window, "put_back")
    assert parcel(window, fid) != "QGIS" and not bar.isVisible()


def test_without_a_backup_nothing_is_put_back_and_it_is_said(empty_window: Any, project: Path) -> None:
    other_program(project, RENAMED.format(fid=1))
    window = empty_window
    opened(window, project)
    for copy in project.with_name("p.backups").glob("*.gpkg"):
        copy.unlink()
    said: list[tuple[str, str]] = []
    window.desk.noticed.connect(lambda state, message: said.append((state, message.id)))
    window.custody.answer("put_back")
    until(lambda: ("fail", "project_file.foreign_unknown") in said, "notice")
    assert window.map.notice.isVisible()
    assert window.map.lasting.isVisible() and window.map.lasting.buttons["take_in"].isEnabled()


@pytest.fixture
def share(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project in a folder that counts as a network place."""
    folder = tmp_path / "share"
    folder.mkdir()
    shutil.copy(project, folder / "p.gpkg")
    known = place.warning

    def warning(path: Path, *, mounts: str | None = None) -> Message | None:
        inside = folder in path.absolute().parents
        return Message("project_file.network_place") if inside else known(path, mounts=mounts)

    monkeypatch.setattr(place, "warning", warning)
    return folder / "p.gpkg"


def fact(window: Any) -> None:
    window.desk.enter_fact("approved_area_ha", "12.5", PARK, "文〔2026〕1号", "2026-01-01", "")


def changed_by_another(share: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.gpkg"
    shutil.copy(share, theirs)
    other_program(theirs, RENAMED.format(fid=2))
    with ProjectFile.open(theirs, catalogue=read_catalogue(Settings())) as stored:
        stored.take_in_foreign_edits(actor="b")
    shutil.copy(theirs, share)


@pytest.mark.parametrize("answer", ["over", "theirs"])
def test_a_conflict_on_the_share_is_settled_by_a_person(
    empty_window: Any, share: Path, tmp_path: Path, answer: str
) -> None:
    window = empty_window
    opened(window, share)
    changed_by_another(share, tmp_path)  # before there is anything that could be published unasked
    fact(window)
    whole = share.read_bytes()
    window.custody.look_again()
    bar = window.map.lasting
    until(bar.isVisible, "bar")
    assert window.custody.trouble.kind == "conflict" and share.read_bytes() == whole
    window.custody.answer("differences")
    until(lambda: window.custody.list is not None and window.custody.list.isVisible(), "list")
    assert window.custody.list.tree.topLevelItem(0).childCount() == 1
    if answer == "over":
        window.custody.answer("over")
        until(lambda: not bar.isVisible(), "published")
        assert share.read_bytes() != whole and parcel(window, 2) != "QGIS"
    else:
        reopened(window, "theirs")
        assert parcel(window, 2) == "QGIS" and share.read_bytes() == whole and not bar.isVisible()
        assert (PARK, "approved_area_ha") not in window.desk.park.project.facts


def test_a_conflict_that_the_writer_met_first_is_shown_too(
    empty_window: Any, share: Path, tmp_path: Path
) -> None:
    window = empty_window
    opened(window, share)
    changed_by_another(share, tmp_path)
    fact(window)
    with pytest.raises(Refused):
        window.desk.park.writer.ask(lambda stored: stored.publish()).result()
    window.custody.look_again()
    until(window.map.lasting.isVisible, "bar")
    assert window.custody.trouble.kind == "conflict"
    window.custody.answer("over")  # or closing would ask
    until(lambda: not window.map.lasting.isVisible(), "published")


def test_closing_asks_before_work_stays_on_this_machine(
    empty_window: Any, share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = empty_window
    opened(window, share)
    changed_by_another(share, tmp_path)  # before there is anything that could be published unasked
    fact(window)
    whole = share.read_bytes()
    asked: list[str] = []

    def refuse(box: QMessageBox) -> int:
        asked.append(box.text())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", refuse)
    window.close()
    assert window.isVisible() and len(asked) == 1 and "p.gpkg" in asked[0]
    monkeypatch.setattr("gis_app.ui.leaving.decide", lambda *_given, **_named: "keep")
    monkeypatch.setattr("gis_app.ui.custody.Custody._decide", lambda *_given: True)
    window.close()
    assert not window.isVisible() and share.read_bytes() == whole


def test_the_state_that_is_seen_is_saved_as_another_project(
    empty_window: Any, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = empty_window
    opened(window, project)
    target = tmp_path / "q.gpkg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given, **_named: (str(target), ""))
    window.actions_.run("save_project")
    until(lambda: window.map.notice.isVisible(), "said")
    with ProjectFile.open(target, catalogue=read_catalogue(Settings())) as stored:
        assert trouble(stored) is None and "supply_parcel" in stored.load().layers


def test_a_new_project_is_made_of_a_folder(
    empty_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gis_app.session.sample import folder

    source, target = tmp_path / "in", tmp_path / "new.gpkg"
    source.mkdir()
    for part in (folder() / "2026-11").glob("供地宗地.*"):
        shutil.copy(part, source)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given, **_named: str(source))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given, **_named: (str(target), ""))
    window = empty_window
    window.actions_.run("new_project")
    until(lambda: window.desk.park is not None and window.desk.park.path == target, "made")
    until(lambda: not window.desk.workers.jobs, "judged")
    assert len(window.desk.park.project.layers["supply_parcel"]) == 40
    window.actions_.run("save")
    assert window.map.notice.said[1].id == "ui.save_all_stored" and "已保存" in window.map.notice.text.text()
    QApplication.processEvents()
