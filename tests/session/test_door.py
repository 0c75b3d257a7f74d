"""The one door: recovered, read beside whoever has it open, named in a sentence."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gis_app.language import Message, Refused
from gis_app.project_file import ProjectFile, is_held, read_owner
from gis_app.session.door import open_for_looking, open_for_work, project_file
from tests.project_file.old import OLD
from tests.project_file.park import CATALOGUE, new, parcels
from tests.project_file.test_owner import editor


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new(tmp_path / "p.gpkg", parcels()).close()
    return tmp_path / "p.gpkg"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Somebody else who has it open and edits."""
    child = editor(path)
    yield child
    child.kill()
    child.wait()


def test_a_second_opening_is_read_only_and_says_so(path: Path, other: subprocess.Popen[str]) -> None:
    stored = open_for_work(path, CATALOGUE)
    assert stored.read_only
    (note,) = stored.notes
    assert note.id == "project_file.read_beside"
    assert (note.values["pid"], note.values["seq"]) == (other.pid, stored.state_seq)
    assert note.values["user"] and note.values["host"] and note.values["since"]
    stored.close()
    told: list[Message] = []
    with project_file(path, CATALOGUE, tell=told.append) as looking:
        assert looking.read_only and looking.state_seq >= 2
        assert looking.load().layers
    assert [each.id for each in told] == ["project_file.read_beside"]
    with pytest.raises(Refused, match="has been open by"), project_file(path, CATALOGUE, writing=True):
        pytest.fail("two owners")


def test_free_after_a_kill_and_recovered(path: Path) -> None:
    child = editor(path)
    assert child.stdout is not None and child.stdout.readline()  # the first edit is stored
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert path.with_name("p.gpkg-wal").exists() and read_owner(path) is not None and not is_held(path)
    began = time.monotonic()
    with project_file(path, CATALOGUE) as stored:  # even a command that only reads finds it whole
        assert stored.state_seq > 2 and stored.verify() == []
        assert [note.id for note in stored.notes] == ["project_file.ended_badly"]
        assert stored.left_by is not None and stored.left_by.pid == child.pid
    assert time.monotonic() - began < 5
    assert [each.name for each in path.parent.iterdir()] == ["p.gpkg"]


def test_looking_changes_no_byte(path: Path) -> None:
    before = path.read_bytes(), path.stat().st_mtime_ns
    with open_for_looking(path, CATALOGUE) as stored:
        assert stored.read_only and stored.owner is None and stored.notes == []
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in path.parent.iterdir()] == ["p.gpkg"]


def test_a_lock_file_that_nobody_holds_says_nothing(path: Path) -> None:
    path.with_name("p.gpkg.lock").write_text('{"user":"x","host":"y","pid":1,"since":"z"}')
    assert read_owner(path) is not None and not is_held(path)
    with open_for_looking(path, CATALOGUE) as stored:
        assert stored.owner is None
    with ProjectFile.open(path, catalogue=CATALOGUE) as stored:
        assert is_held(path) and stored.owner is not None and stored.owner.pid == os.getpid()
    assert not is_held(path)


def test_looking_at_an_old_schema_brings_it_up_to_date(tmp_path: Path) -> None:
    shutil.copy(OLD, tmp_path / "old.gpkg")
    with project_file(tmp_path / "old.gpkg", CATALOGUE) as stored:
        assert stored.load().layers
    with ProjectFile.open(tmp_path / "old.gpkg", catalogue=CATALOGUE, read_only=True) as stored:
        assert stored.verify() == []


def test_writing_begins_with_a_backup(path: Path) -> None:
    for _ in range(2):
        with project_file(path, CATALOGUE, writing=True):
            continue
    assert len(list(path.with_name("p.backups").iterdir())) == 1


def test_many_look_while_one_opens(path: Path) -> None:
    """Asking whether it is held must not keep anybody out."""
    asking = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from gis_app.project_file import is_held\n"
            "while True: is_held(Path(sys.argv[1]))",
            str(path),
        ]
    )
    try:
        for _ in range(30):
            ProjectFile.open(path, catalogue=CATALOGUE).close()
    finally:
        asking.kill()
        asking.wait()
