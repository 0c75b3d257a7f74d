"""A project on a network or synchronised place: a local copy is worked on and put back whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gis_app.language import Message, Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile, place, published
from tests.project_file.park import CATALOGUE, new, parcels, same, step

EDIT = step(Record("supply_parcel", 1, {"count": -2}, {"count": 9}))


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that counts as a network place, with one project in it."""
    folder = tmp_path / "share"
    folder.mkdir()
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    new(folder / "p.gpkg", parcels()).close()

    def warning(path: Path) -> Message | None:
        return Message("project_file.network_place") if folder in path.absolute().parents else None

    monkeypatch.setattr(place, "warning", warning)
    return folder / "p.gpkg"


def opened(path: Path) -> ProjectFile:
    return ProjectFile.open(path, catalogue=CATALOGUE)


def crashed(path: Path) -> None:
    """An edit whose program ended without closing."""
    file = opened(path)
    file.commit(EDIT, actor="a", op_id="lost?")
    file._connection.close()
    assert file._lock is not None
    file._lock.release()


def test_work_is_put_back_whole_on_closing(share: Path) -> None:
    before = share.read_bytes()
    with opened(share) as file:
        assert [note.id for note in file.notes] == ["project_file.working_copy"]
        file.commit(EDIT, actor="a")
        assert share.read_bytes() == before and not share.with_name("p.gpkg-wal").exists()
        expected = file.load()
        assert file.publish() and not file.publish()
        assert share.read_bytes() != before
    assert [each.name for each in share.parent.iterdir()] == ["p.gpkg"]
    with opened(share) as file:
        same(expected, file.load())
        assert file.verify() == [] and len(file.notes) == 1


def test_a_new_project_there_is_worked_on_in_a_copy(share: Path) -> None:
    with new(share.with_name("q.gpkg"), parcels()) as file:
        assert not share.with_name("q.gpkg-wal").exists() and file.notes
        expected = file.load()
    with opened(share.with_name("q.gpkg")) as file:
        same(expected, file.load())


def test_what_was_not_put_back_is_gone_on_with(share: Path) -> None:
    crashed(share)
    with ProjectFile.open(share, catalogue=CATALOGUE, read_only=True) as reader:
        assert [note.id for note in reader.notes] == ["project_file.work_waiting"]
        assert not reader.has_op("lost?")
    with opened(share) as file:
        assert [note.id for note in file.notes] == ["project_file.working_copy", "project_file.work_resumed"]
        assert file.has_op("lost?")
    with ProjectFile.open(share, catalogue=CATALOGUE, read_only=True) as reader:
        assert reader.has_op("lost?") and reader.notes == []


def test_changed_by_another_is_not_overwritten_unasked(share: Path, tmp_path: Path) -> None:
    with opened(share) as file:
        shutil.copy(share, tmp_path / "theirs.gpkg")
    with opened(tmp_path / "theirs.gpkg") as theirs:
        theirs.commit(step(Record("supply_parcel", 2, {"count": -1}, {"count": 5})), actor="b")
    crashed(share)
    shutil.copy(tmp_path / "theirs.gpkg", share)
    whole = share.read_bytes()
    file = opened(share)
    assert [note.id for note in file.notes][1:] == ["project_file.publish_conflict"]
    assert file.has_op("lost?")
    for end in (file.publish, file.close):
        with pytest.raises(Refused, match="was not overwritten"):
            end()
    assert share.read_bytes() == whole
    file = opened(share)
    assert file.publish(over_others=True)
    file.close()
    assert share.read_bytes() != whole
    (kept,) = (published.folder_of(share) / "p.backups").iterdir()
    assert kept.read_bytes() == whole
    with opened(share) as file:
        assert file.has_op("lost?") and file.verify() == []


def test_mine_can_be_put_aside(share: Path, tmp_path: Path) -> None:
    with opened(share) as file:
        shutil.copy(share, tmp_path / "theirs.gpkg")
    with opened(tmp_path / "theirs.gpkg") as theirs:
        theirs.commit(step(Record("supply_parcel", 2, {"count": -1}, {"count": 5})), actor="b", op_id="b")
    crashed(share)
    shutil.copy(tmp_path / "theirs.gpkg", share)
    kept = published.set_aside(share)
    assert kept is not None
    with opened(share) as file:
        assert file.has_op("b") and not file.has_op("lost?")
    with opened(kept) as mine:
        assert mine.has_op("lost?")


@pytest.mark.parametrize("ended", ["replace", "remember"])
def test_ended_in_the_middle_of_publishing(share: Path, monkeypatch: pytest.MonkeyPatch, ended: str) -> None:
    whole = share.read_bytes()
    file = opened(share)
    file.commit(EDIT, actor="a", op_id="mine")
    replace = published.os.replace
    calls: list[Path] = []

    def stop(source: Path, target: Path) -> None:
        if Path(target) == share:
            if ended == "remember":
                replace(source, target)
            raise KeyboardInterrupt
        calls.append(target)
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(published.os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            file.close()
    assert (share.read_bytes() == whole) == (ended == "replace")
    with opened(share) as file:
        assert file.has_op("mine") and not any("conflict" in note.id for note in file.notes)
    with ProjectFile.open(share, catalogue=CATALOGUE, read_only=True) as reader:
        assert reader.has_op("mine") and reader.verify() == []
