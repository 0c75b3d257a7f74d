"""The installed command, as a process: its streams, its exit code, what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gis_app
from gis_app.cli import commands
from tests.cli.command import SAMPLE, geojson, parkplan, square

PROGRAM = Path(sys.executable).with_name("parkplan.exe" if sys.platform == "win32" else "parkplan")


def run(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    typed = [str(PROGRAM), *map(str, arguments)]
    return subprocess.run(typed, capture_output=True, timeout=60, check=False, env=env)


def test_version_and_help() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (
        0,
        f"parkplan {gis_app.__version__}{os.linesep}",
        b"",
    )
    assert run("--help").returncode == 0


def test_version_loads_neither_arrays_nor_a_window() -> None:
    code = "import sys; from gis_app.cli import main; main(['--version']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "PySide6", "shapely", "pandas", "argparse"}


def test_json_is_utf8_without_a_language_in_the_environment() -> None:
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    done = run("info", SAMPLE / "储备地块.shp", "--format", "json", env={**bare, "LC_ALL": "C"})
    assert done.returncode == 0, done.stderr.decode()
    (layer,) = json.loads(done.stdout.decode("utf-8"))["layers"]
    assert layer["name"] == "储备地块" and layer["count"] == 12
    assert b"\r" not in done.stdout and done.stderr.decode("utf-8").count("\n") == 1


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path: Path) -> None:
    path = geojson(tmp_path / "supply_parcel.geojson", [(square(0, 0), {"parcel_no": "1"})])
    (temporary := tmp_path / "temporary").mkdir()
    done = run("check", path, env={**os.environ, "TMPDIR": str(temporary)})
    assert done.returncode in (0, 3), done.stderr.decode()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe closes otherwise there")
def test_a_reader_that_goes_away_gets_no_traceback() -> None:
    with subprocess.Popen(
        [str(PROGRAM), "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(30)
    assert b"Traceback" not in said and b"Error" not in said


def test_a_fault_of_the_program_is_not_the_code_of_a_failing_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise LookupError("nothing there")

    monkeypatch.setattr(commands, "COMMANDS", {**commands.COMMANDS, "schema": broken})
    ran = parkplan("schema")
    assert ran.code == 2 and "nothing there" in ran.err


def test_the_sample_leaves_results_reports_and_maps(tmp_path: Path) -> None:
    ran = parkplan("run-sample", "--out", tmp_path / "出", "--language", "en")
    assert ran.code == 0, ran.err
    assert ran.out.count("✔ 方案二: meets") == 1 and ran.out.count("✘ 方案二: fails") == 1
    left = {path.name for path in (tmp_path / "出").iterdir()}
    for period in ("2026-10", "2026-11"):
        assert {f"findings-{period}.json", f"review-{period}.json", f"report-{period}.html"} <= left
        assert (tmp_path / "出" / f"map-{period}.png").read_bytes().startswith(b"\x89PNG")
    assert all(name in ran.out for name in left)
    (taken := tmp_path / "taken").write_text("x", encoding="utf-8")
    refused = parkplan("run-sample", "--out", taken, "--language", "en")
    assert refused.code == 2 and "taken" in refused.err and taken.read_text(encoding="utf-8") == "x"
