"""One owner, readers beside it, and what is left after a kill."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile, lock
from tests.project_file.park import CATALOGUE, new, parcels, step

ROOT = Path(__file__).parents[2]
EDITOR = """
import sys
from pathlib import Path
from gis_app.model import Record
from gis_app.project_file import ProjectFile
from tests.project_file.park import CATALOGUE, step
import shapely
file = ProjectFile.open(Path(sys.argv[1]), catalogue=CATALOGUE)
print("open", flush=True)
start = file.state_seq
frame = file.load().layers["supply_parcel"].frame
count, shape = frame.loc[1, "count"], frame.loc[1, "geometry"]
for number in range(10_000):
    new = shapely.box(0, 0, 1, 1 + start + number)
    row = {"count": int(count), "geometry": shape}, {"count": start + number, "geometry": new}
    file.commit(step(Record("supply_parcel", 1, *row)), actor="a", op_id=f"{start}-{number}")
    print(f"{start}-{number}", flush=True)
    count, shape = start + number, new
"""


def editor(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None and child.stdout.readline() == "open\n"
    return child


def kills(path: Path, times: int, seed: int) -> None:
    rng = random.Random(seed)
    new(path, parcels()).close()
    acknowledged: list[str] = []
    for _ in range(times):
        child = editor(path)
        time.sleep(rng.uniform(0.0, 0.12))
        child.send_signal(signal.SIGKILL)
        assert child.stdout is not None
        lines = child.stdout.read().split("\n")
        acknowledged += lines[:-1]
        child.wait()
        began = time.monotonic()
        with ProjectFile.open(path, catalogue=CATALOGUE) as file:
            assert time.monotonic() - began < 5
            assert file.findings == []
            assert [op for op in acknowledged if file.seq_of(op) is None] == []
            last = max(int(entry.seq) for entry in file.journal())
            frame = file.load().layers["supply_parcel"].frame
            if last > 2:
                assert frame.loc[1, "count"] == file.changeset(last).records[0].after["count"]
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.verify() == []
    assert len(acknowledged) > times
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


def test_no_acknowledged_edit_is_lost(tmp_path: Path) -> None:
    kills(tmp_path / "p.gpkg", 20, 1)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_no_acknowledged_edit_is_lost_in_200_kills(tmp_path: Path) -> None:
    kills(tmp_path / "p.gpkg", 200, 2)


def test_second_opener_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    child = editor(path)
    try:
        with pytest.raises(Refused) as caught:
            ProjectFile.open(path, catalogue=CATALOGUE)
        assert caught.value.message.id == "project_file.in_use_by"
        assert caught.value.message.values["pid"] == child.pid and caught.value.message.values["since"]
        with ProjectFile.open(path, catalogue=CATALOGUE, read_only=True) as reader:
            assert reader.owner is not None and reader.owner.pid == child.pid
            seq = reader.state_seq
            time.sleep(0.1)
            assert reader.state_seq == seq and len(list(reader.journal())) == seq
            assert reader.load().layers["supply_parcel"].has("count")
            with pytest.raises(Refused, match="read-only"):
                reader.commit(step(Record("bookmark", "b", None, {})), actor="a")
    finally:
        child.kill()
        child.wait()
    began = time.monotonic()
    ProjectFile.open(path, catalogue=CATALOGUE).close()
    assert time.monotonic() - began < 5
    assert [p.name for p in tmp_path.iterdir()] == ["p.gpkg"]


def test_lock_with_a_fake_system(tmp_path: Path) -> None:
    project = tmp_path / "p.gpkg"
    held = lock.OwnerLock(project, hold=lambda file: True)
    assert lock.read_owner(project) == held.owner and held.owner.pid == os.getpid()
    with pytest.raises(Refused, match=held.owner.host):
        lock.OwnerLock(project, hold=lambda file: False)
    assert json.loads(held.path.read_bytes())["pid"] == os.getpid()
    held.release()
    held.release()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refused) as caught:
        lock.OwnerLock(project, hold=lambda file: False)
    assert caught.value.message.id == "project_file.in_use"
    calls: list[int] = []

    def removed_once(file: int) -> bool:
        calls.append(file)
        if len(calls) == 1:
            lock.lock_path(project).unlink()
        return True

    lock.OwnerLock(project, hold=removed_once).release()
    assert len(calls) == 2
