"""What every test run needs first: compiled message catalogues, and settings of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hatch_build import compile_catalogues  # noqa: E402
from tests import display  # noqa: E402

if "PARKPLAN_SCREEN" in os.environ:  # `make test` asks for it where the window is driven on a screen
    display.start()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# the kernels are compiled once for all runs, and not once for each test's own folders
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "build" / "kernels"))


def pytest_configure() -> None:
    """Compile before any test module imports gis_app."""
    compile_catalogues(ROOT)


@pytest.fixture(scope="session", autouse=True)
def one_application(qapp: object) -> None:
    """Make the application that windows need before the renderer makes one that can only draw."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the tests out of the settings of whoever runs them."""
    home = tmp_path_factory.getbasetemp() / "parkplan-home"
    monkeypatch.setenv("PARKPLAN_HOME", str(home))
    return home
