"""The disk refuses: a plain sentence, nothing lost, the original intact."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest
import shapely

from gis_app import formats
from gis_app.formats.replace import System
from gis_app.language import Refused, say
from gis_app.model import Project, Record
from gis_app.project_file import ProjectFile
from gis_app.session.export import as_table, export_layer
from gis_app.session.writer import Writer
from tests.project_file.park import CATALOGUE, arrival, new, parcels, requests, same, step
from tests.torture.disk import Disk

EDIT = step(Record("supply_parcel", 1, {"count": -2}, {"count": 9}))
ROOT = Path(__file__).parents[2]


def sentence(refused: Refused) -> str:
    """It must be one in both languages, and name no class of Python."""
    said = [say(refused.message, language) for language in ("zh", "en")]
    assert all(said) and "Error" not in "".join(said)
    return refused.message.id


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    ) if shutil.which("mount") else None  # fmt: skip
    if mounted is None or mounted.returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_the_disk_is_full(small_disk: Path, tmp_path: Path) -> None:
    path = small_disk / "p.gpkg"
    with new(path, parcels()) as file:
        before = file.load()
        with pytest.raises(Refused) as caught:
            file.commit(arrival(requests(60_000)), actor="a")
        assert sentence(caught.value) == "project_file.disk_full"
        same(before, file.load())
        with pytest.raises(Refused) as caught:
            for _ in range(8):
                file.backup()
                file.commit(arrival(requests(2_000)), actor="a")
                file.commit(file.changeset(file.state_seq).inverse(), actor="a", undoes=file.state_seq)
        assert sentence(caught.value) == "project_file.disk_full"
    for left in (small_disk / "p.backups").iterdir():
        left.unlink()
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.findings == [] and file.verify() == []
        loaded = file.load()
        loaded.layers.pop("enterprise_request", None)
        same(before, loaded)
        file.commit(EDIT, actor="a")
        assert file.verify() == []


def test_a_set_on_a_full_disk_stays_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    target = small_disk / "set.shp"
    with new(tmp_path / "p.gpkg", parcels(5)) as file:
        project = file.load()
        export_layer(file, project, "supply_parcel", target, workers=0)
        whole = {path.name: path.read_bytes() for path in small_disk.iterdir() if path.is_file()}
        many = Project(crs=project.crs, layers={"supply_parcel": parcels(20_000)})
        with pytest.raises(Refused) as caught:
            export_layer(file, many, "supply_parcel", target, overwrite=True, workers=0)
        assert sentence(caught.value) == "formats.disk_full"
        assert {path.name: path.read_bytes() for path in small_disk.iterdir() if path.is_file()} == whole
        assert file.outside.unfinished() == []
        export_layer(file, project, "supply_parcel", target, overwrite=True, workers=0)


LIMITED = """
import resource, sys
from pathlib import Path
from gis_app.language import Refused
from gis_app.project_file import ProjectFile
from tests.project_file.park import CATALOGUE, arrival, requests
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = ProjectFile.open(Path(sys.argv[1]), catalogue=CATALOGUE)
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50_000, size + 50_000))
try:
    file.commit(arrival(requests(20_000)), actor="a", op_id="too much")
except Refused as refused:
    print(refused.message.id)
file.close()
"""


def test_no_file_may_grow(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() in ("project_file.disk_full", "project_file.io")
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert not file.has_op("too much") and file.verify() == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_folder_that_cannot_be_written(small_disk: Path) -> None:
    path = small_disk / "p.gpkg"
    new(path, parcels()).close()
    whole = path.read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for attempt in (
        lambda: ProjectFile.open(path, catalogue=CATALOGUE),
        lambda: new(small_disk / "q.gpkg"),
        lambda: formats.write(small_disk / "a.shp", _table(), workers=0),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert sentence(caught.value).rpartition(".")[2] in ("read_only_place", "read_only")
    with ProjectFile.open(path, catalogue=CATALOGUE, read_only=True) as file:
        assert file.verify() == [] and path.read_bytes() == whole


class FailingDisk(Disk):
    """Its n-th sync fails, and every later one."""

    fails_at = 10**9
    syncs = 0


def failing(disk: FailingDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.torture import disk as disks

    def sync(self: disks._File, flags: int) -> None:
        disk.syncs += 1
        if disk.syncs >= disk.fails_at:
            raise apsw.IOError("disk I/O error")
        apsw.VFSFile.xSync(self, flags)

    monkeypatch.setattr(disks._File, "xSync", sync)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_sync_that_fails_is_final(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    from gis_app.project_file import connection as connections

    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    configure = connections.configure

    def exclusive(connection: apsw.Connection) -> None:
        configure(connection)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()

    disk = FailingDisk(f"failing-{uuid.uuid4()}")
    failing(disk, monkeypatch)
    acknowledged: list[str] = []
    refusals: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(connections, "configure", exclusive)
        try:
            file = ProjectFile.open(path, catalogue=CATALOGUE)
            disk.fails_at = disk.syncs + nth
            for number in range(-2, 3):
                changes = step(Record("supply_parcel", 1, {"count": number}, {"count": number + 1}))
                try:
                    file.commit(changes, actor="a", op_id=f"op{number}")
                    acknowledged.append(f"op{number}")
                except Refused as refused:
                    refusals.append(sentence(refused))
            file.close()
        finally:
            disk.leave()
    assert refusals[0] == "project_file.io"
    assert set(refusals[1:]) <= {"project_file.reopen"}  # it is not tried again blindly
    assert len(refusals) + len(acknowledged) == 5
    with ProjectFile.open(path, catalogue=CATALOGUE) as again:
        assert all(again.has_op(op_id) for op_id in acknowledged)
        assert again.verify() == [] and again.findings == []


def test_the_writer_says_what_the_disk_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = new(tmp_path / "p.gpkg", parcels())

    def fail(*_: object, **__: object) -> None:
        raise apsw.IOError("disk I/O error")

    writer = Writer(file, "a")
    monkeypatch.setattr("gis_app.project_file.file.Writing.perform", fail)
    with pytest.raises(Refused, match="The disk failed"):
        writer.perform(EDIT).result()
    with pytest.raises(Refused, match="open it again"):
        writer.perform(EDIT).result()
    monkeypatch.undo()
    writer.close()
    with ProjectFile.open(file.path, catalogue=CATALOGUE) as again:
        again.commit(EDIT, actor="a")
        assert again.verify() == []


def _table() -> formats.Table:
    layer = parcels(3)
    return as_table(layer, Project(crs=layer.frame.crs), Path("a.shp"))


def _broken(step_name: str, nth: int) -> System:
    """A system whose n-th call of one kind fails, once."""
    counted = {"calls": 0}

    def count() -> None:
        counted["calls"] += 1
        if counted["calls"] == nth:
            raise OSError(5, os.strerror(5))

    class Broken(System):
        def replace(self, source: Path, target: Path) -> None:
            if step_name == "replace":
                count()
            super().replace(source, target)

        def sync(self, path: Path) -> None:
            if step_name == "sync":
                count()
            super().sync(path)

        def keep(self, source: Path, target: Path) -> None:
            if step_name == "keep":
                count()
            super().keep(source, target)

    return Broken()


@pytest.mark.parametrize("step_name", ["replace", "sync", "keep"])
@pytest.mark.parametrize("nth", [1, 2, 4, 6])
def test_an_export_that_fails_leaves_one_whole_set(tmp_path: Path, step_name: str, nth: int) -> None:
    target = tmp_path / "set.shp"
    table = _table()
    formats.write(target, table, workers=0)
    old = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    moved = replace(table, geometry=np.array([shapely.box(n, 0, n + 1, 1) for n in range(3)], dtype=object))
    try:
        formats.write(target, moved, workers=0, overwrite=True, system=_broken(step_name, nth))
    except Refused as refused:
        sentence(refused)
    formats.recover(tmp_path)
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    formats.write(tmp_path / "other.shp", moved, workers=0)
    new_shp = (tmp_path / "other.shp").read_bytes()
    assert found.keys() == old.keys()
    assert found == old or found["set.shp"] == new_shp
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".parkplan-writing-")]
