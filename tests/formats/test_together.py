"""Small files are read by one job; one that fails takes none with it, and what is not wanted is ended."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from gis_app.formats import Request, Table, read_many, reader, reading
from gis_app.language import Refused
from gis_app.session.sample import folder
from gis_app.worker import Crew, Job, Limits, WorkerFault


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Some of the sample's files, by themselves."""
    found = [path for path in sorted((folder() / "2026-11").glob("*.shp"))][:4]
    for main in found:
        for member in main.parent.glob(f"{main.stem}.*"):
            shutil.copy(member, tmp_path)
    return [tmp_path / main.name for main in found]


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The file names of every job, in the order in which the jobs began."""
    told: list[list[str]] = []
    own = Crew.run

    def run(crew: Crew, job: Job, **options: Any) -> Any:
        told.append([Path(file["path"]).name for file in job.request["files"]])
        return own(crew, job, **options)

    monkeypatch.setattr(Crew, "run", run)
    return told


def same(one: Table, other: Table) -> bool:
    columns = all(
        one.columns[name].dtype == other.columns[name].dtype
        and np.array_equal(one.columns[name].astype(str), other.columns[name].astype(str))
        for name in one.columns
    )
    return columns and list(one.columns) == list(other.columns) and one.files == other.files


def test_small_files_are_read_by_one_job(files: list[Path], jobs: list[list[str]]) -> None:
    together = read_many([Request(path) for path in files])
    assert jobs == [[path.name for path in files]]
    for path, tables in zip(files, together, strict=True):
        (alone,) = read_many([Request(path)])
        assert isinstance(tables, list) and isinstance(alone, list)
        assert [table.path.name for table in tables] == [path.name]
        assert all(same(one, other) for one, other in zip(tables, alone, strict=True))


def test_a_file_with_limits_of_its_own_is_read_alone(files: list[Path], jobs: list[list[str]]) -> None:
    requests = [Request(path) for path in files]
    requests[1] = Request(files[1], limits=Limits(60.0))
    assert all(isinstance(result, list) for result in read_many(requests, workers=1))
    assert [files[1].name] in jobs and len(jobs) == 3


def test_large_files_are_not_read_together(
    files: list[Path], jobs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "TOGETHER_BYTES", 1)
    assert all(isinstance(result, list) for result in read_many([Request(path) for path in files]))
    assert sorted(jobs) == sorted([path.name] for path in files)


def test_one_that_ends_the_process_takes_none_with_it(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, bad = Crew.run, files[2].name

    def run(crew: Crew, job: Job, **options: Any) -> Any:
        if any(file["path"].endswith(bad) for file in job.request["files"]):
            raise WorkerFault("crashed", "planted")
        return own(crew, job, **options)

    monkeypatch.setattr(Crew, "run", run)
    results = read_many([Request(path) for path in files])
    assert [isinstance(result, Refused) for result in results] == [False, False, True, False]
    assert isinstance(results[2], Refused) and bad in str(results[2])


def test_a_broken_file_among_sound_ones_is_refused_alone(files: list[Path]) -> None:
    files[1].write_bytes(b"\0\0\x27\x0a" + bytes(20))
    results = read_many([Request(path) for path in [*files, files[0].with_name("没有.shp")]])
    assert [isinstance(result, Refused) for result in results] == [False, True, False, False, True]


class Unwanted(Exception):
    pass


def test_what_is_no_longer_wanted_ends_the_processes_at_once(files: list[Path]) -> None:
    before, started_s = set(psutil.Process().children()), time.monotonic()
    beats: list[float] = []

    def beat() -> None:
        beats.append(time.monotonic())
        if len(beats) > 2:
            raise Unwanted

    with pytest.raises(Unwanted):
        read_many([Request(path) for path in files], beat=beat)
    assert time.monotonic() - started_s < 20.0
    assert not [child for child in psutil.Process().children() if child not in before]


def told(path: Path, encoding: str | None, place: Path) -> tuple[Any, Any]:
    place.mkdir()
    asked = {"files": [{"path": str(path), "encoding": encoding}], "reader": "pyogrio"}
    return reader.read(asked, {}, place)


@pytest.fixture
def ahead(
    files: list[Path], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The files' folder read ahead, in this process and without limits."""
    monkeypatch.setattr(reader, "confine", lambda limits: None)
    reader._ahead.clear()
    request = {"path": str(files[0].parent), "encodings": {files[1].name: "GB18030"}}
    reader.get_ready(json.dumps(request), tmp_path_factory.mktemp("ahead"))
    yield
    reader._ahead.clear()


def test_what_was_read_ahead_is_what_would_be_read(files: list[Path], ahead: None, tmp_path: Path) -> None:
    assert set(reader._ahead) == set(files)
    for number, path in enumerate(files):
        stated = "GB18030" if number == 1 else None
        early, early_arrays = told(path, stated, tmp_path / f"a{number}")
        assert path not in reader._ahead  # it is given once
        late, late_arrays = told(path, stated, tmp_path / f"b{number}")
        assert early == late and early_arrays.keys() == late_arrays.keys()
        for name in late_arrays:
            assert repr(early_arrays[name].tolist()) == repr(late_arrays[name].tolist())


def test_a_file_that_changed_since_is_read_again(files: list[Path], ahead: None, tmp_path: Path) -> None:
    files[0].with_suffix(".dbf").unlink()
    data, _ = told(files[0], None, tmp_path / "a")
    assert "refused" in data["files"][0]


def test_another_encoding_than_was_thought_is_read_again(
    files: list[Path], ahead: None, tmp_path: Path
) -> None:
    data, _ = told(files[0], "没有", tmp_path / "a")
    assert "refused" in data["files"][0]


def test_what_is_read_ahead_has_an_end(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "confine", lambda limits: None)
    monkeypatch.setattr(reader, "AHEAD_BYTES", 10)
    reader._ahead.clear()
    reader.get_ready(json.dumps({"path": str(files[0].parent), "encodings": {}}), tmp_path)
    assert not reader._ahead
