"""A project file made of the sample park once, and copies of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import SAMPLE, geojson, here, square


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made of the sample park; never to be changed."""
    path = tmp_path_factory.mktemp("made") / "园区.gpkg"
    ran = here("new", path, SAMPLE, "--language", "en")
    assert ran.code == 0, ran.err
    return path


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A project of one's own in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copytree(made.with_suffix(".files"), folder / f"{made.stem}.files")
    return shutil.copy2(made, folder / made.name)


@pytest.fixture(scope="session")
def made_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two layers; never to be changed."""
    folder = tmp_path_factory.mktemp("small")
    geojson(folder / "park_boundary.geojson", [(square(0, 0, 900), {"block_no": "1"})])
    rows = [(square(200 * n, 0), {"parcel_no": f"P{n}", "due_area_m2": 10_000.0}) for n in range(4)]
    geojson(folder / "supply_parcel.geojson", rows)
    ran = here("new", folder / "小.gpkg", folder)
    assert ran.code == 0, ran.err
    return folder / "小.gpkg"


@pytest.fixture
def small(made_small: Path, tmp_path: Path) -> Path:
    """A small project of one's own in a folder of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    return shutil.copy2(made_small, folder / made_small.name)


@pytest.fixture
def sample_without(tmp_path: Path) -> Callable[[str], Path]:
    """Give a copy of the sample park whose answers lack one block of ``park.toml``."""

    def copy(head: str) -> Path:
        folder = tmp_path / "sample"
        shutil.copytree(SAMPLE, folder)
        blocks = (folder / "park.toml").read_text(encoding="utf-8").split("\n\n")
        kept = [block for block in blocks if not block.startswith(head)]
        assert len(kept) < len(blocks)
        (folder / "park.toml").write_text("\n\n".join(kept), encoding="utf-8")
        return folder

    return copy
