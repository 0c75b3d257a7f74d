"""Kernels come from a cache or are compiled into it by a child; where that fails the painter draws."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gis_app.render import (
    compiling,
    raster,  # noqa: F401  # from the cache of all tests, before a test takes it away
)

BROKEN = "import sys; sys.stderr.write('no compiler here'); sys.exit(3)"
LEAVES_A_FILE = "import os, pathlib; pathlib.Path(os.environ['NUMBA_CACHE_DIR'], 'compiled-here').touch()"


@pytest.fixture(autouse=True)
def _source_is_read_again() -> Iterator[None]:
    compiling._stamp_name.cache_clear()
    yield
    compiling._stamp_name.cache_clear()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, which is not there yet."""
    folder = tmp_path / "cache" / "kernels"
    monkeypatch.setenv(compiling.CACHE_VARIABLE, str(folder))
    monkeypatch.delenv(compiling.OFF_VARIABLE, raising=False)
    return folder


def test_what_is_compiled_is_the_kernels(cache: Path) -> None:
    """What the child runs is good Python that imports them, whatever the folder it starts in."""
    command = [sys.executable, "-P", "-c", compiling._COMPILE + "; print(gis_app.render.kernels.__file__)"]
    home = Path(__file__).parents[2]
    warm = {"NUMBA_CACHE_DIR": str(home / "build" / "kernels"), "PATH": "", "HOME": str(home)}
    done = subprocess.run(
        [*command, compiling._ROOT], cwd="/", env=warm, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == compiling._SOURCES


def test_without_a_cache_a_child_compiles_and_leaves_a_stamp(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "_COMPILE", LEAVES_A_FILE)
    assert not compiling.is_compiled() and not cache.exists()
    loaded = compiling.load()
    assert loaded is not None and loaded.__name__ == "gis_app.render.raster"
    assert (cache / "compiled-here").exists(), "the child was told the folder"
    assert compiling.is_compiled()


def test_with_a_cache_no_child_is_started(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_COMPILE", LEAVES_A_FILE)
    compiling.load()
    (cache / "compiled-here").unlink()
    assert compiling.load() is not None
    assert not (cache / "compiled-here").exists()


def test_another_source_is_compiled_anew(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compiling, "_COMPILE", LEAVES_A_FILE)
    compiling.load()
    (tmp_path / "filling.py").write_text("# newer\n", encoding="utf-8")
    monkeypatch.setattr(compiling, "_SOURCES", tmp_path)
    compiling._stamp_name.cache_clear()
    assert not compiling.is_compiled()


def test_a_child_that_fails_is_logged_and_leaves_no_stamp(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiling, "_COMPILE", BROKEN)
    with caplog.at_level(logging.WARNING):
        assert compiling.load() is None
    assert "no compiler here" in caplog.text
    assert not compiling.is_compiled()


def test_a_child_that_does_not_end_is_given_up(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiling, "_COMPILE", "import time; time.sleep(60)")
    monkeypatch.setattr(compiling, "MOST_S", 0.5)
    with caplog.at_level(logging.WARNING):
        assert compiling.load() is None
    assert "timed out" in caplog.text
    assert not compiling.is_compiled()


def test_a_folder_that_cannot_be_made(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cache.parent.parent.mkdir(exist_ok=True)
    cache.parent.write_text("a file stands where the folder would", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert compiling.load() is None
    assert "plain painter" in caplog.text


def test_a_person_may_do_without(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_COMPILE", LEAVES_A_FILE)
    monkeypatch.setenv(compiling.OFF_VARIABLE, "1")
    assert not compiling.is_wanted()
    assert compiling.load() is None
    assert not cache.exists(), "nothing was compiled either"


def test_the_cache_is_the_persons_where_the_system_says_nothing(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, tmp_path: Path
) -> None:
    monkeypatch.delenv(compiling.CACHE_VARIABLE)
    monkeypatch.setattr(compiling, "program_data_dir", lambda: tmp_path)
    assert own_folders in compiling.folder().parents
    beside = tmp_path / "build" / "kernels"
    beside.mkdir(parents=True)
    (beside / compiling._stamp_name()).touch()
    assert compiling.folder() == beside, "filled for this machine"


@pytest.mark.long
def test_the_kernels_really_compile_into_an_empty_cache(cache: Path) -> None:
    assert compiling.load() is not None and compiling.is_compiled()
    assert list(cache.rglob("filling.areas-*.nbc")), "machine code"


def test_a_canvas_without_kernels_still_draws(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setenv(compiling.OFF_VARIABLE, "1")
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtGui import QImage

    from gis_app.render.studio import PLAIN, Studio
    from gis_app.render.tile import Job
    from gis_app.render.view import fit
    from tests.benchmarks import coverage

    layer = coverage.layer(40)
    assert layer.bounds is not None
    job, pictures, loop = Job(fit(layer.bounds, (80, 60)), (1,)), [], QEventLoop()
    studio = Studio(0)
    studio.painted.connect(lambda _job, image, done: (pictures.append(image), loop.quit()) if done else None)
    studio.add(1, layer)
    studio.want([job])
    QTimer.singleShot(10_000, loop.quit)
    loop.exec()
    assert studio.state == PLAIN and not studio.wait()
    studio.close()
    image: QImage = pictures[-1]
    pixels = np.frombuffer(image.constBits(), np.uint32)
    assert len(np.unique(pixels)) > 10
