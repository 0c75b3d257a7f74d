"""Everything but the window, the pack, the sheets and the renderer runs where Qt is not installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import gis_app

PACKAGE = Path(gis_app.__file__).parent
ROOT = PACKAGE.parent
WITH_QT = {"ui", "pack", "sheets", "render"}
SAMPLE = ROOT / "sample_shapefiles" / "demo_park" / "2026-11"
BLOCK = """
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(f"{name} is not installed here", name=name)
sys.meta_path.insert(0, NoQt())
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter that has no Qt; workers stay in it."""
    command = [sys.executable, "-X", "utf8", "-c", BLOCK + code, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    kept = {"env": environment, "stdin": subprocess.DEVNULL, "timeout": 280}
    return subprocess.run(command, capture_output=True, encoding="utf-8", **kept)


def modules() -> list[str]:
    """Name every module that must do without Qt."""
    places = [path.relative_to(ROOT).with_suffix("").parts for path in PACKAGE.rglob("*.py")]
    names = (parts[:-1] if parts[-1] == "__init__" else parts for parts in places)
    return sorted(".".join(parts) for parts in names if len(parts) < 2 or parts[1] not in WITH_QT)


def test_qt_is_really_blocked() -> None:
    done = run("import PySide6")
    assert done.returncode != 0 and "PySide6 is not installed here" in done.stderr


def test_every_module_without_qt_is_imported() -> None:
    code = "import importlib, sys\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\n"
    code += "print(*sorted(m for m in sys.modules if m.startswith('PySide6')))"
    done = run(code, *modules())
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


COMMAND = "from gis_app.cli import main\nsys.exit(main())"


def test_the_command_says_its_version() -> None:
    done = run(COMMAND, "--version")
    assert done.returncode == 0 and gis_app.__version__ in done.stdout, done.stderr


def test_the_sample_is_judged() -> None:
    done = run(COMMAND, "review", str(SAMPLE), "--format", "json")
    assert done.returncode in (0, 1, 3), done.stderr
    verdicts = {one["verdict"] for one in json.loads(done.stdout)["proposals"]}
    assert verdicts == {"meets", "fails", "cannot_tell"}
