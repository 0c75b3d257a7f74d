"""The set-up: what is pinned, what make offers, what the wheel carries, and a clean clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gis_app.language import LANGUAGES

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = [entry.strip() for entry in LOCK.replace("\\\n", " ").splitlines() if entry.strip()]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TARGETS = (
    *("run", "test", "test-long", "check", "bench", "bench-load", "bench-peers", "torture", "conformance"),
    *("portable-windows", "lock"),
)


def test_every_pin_is_exact_and_has_hashes() -> None:
    for entry in ENTRIES:
        requirement, *hashes = re.split(r"\s+--hash=", entry)
        assert re.match(r"[a-z0-9._-]+==[^*\s]+( ;.*)?$", requirement), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value.strip()) for value in hashes), requirement


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK and "--index" not in LOCK and "--find-links" not in LOCK


def test_the_lock_has_what_the_project_asks_for() -> None:
    pinned = {canonicalize_name(Requirement(entry.split("--hash")[0]).name) for entry in ENTRIES}
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert {canonicalize_name(Requirement(text).name) for text in asked} <= pinned


def test_the_release_of_qt_that_loses_references_is_kept_out() -> None:
    versions = [Requirement(entry.split("--hash")[0]) for entry in ENTRIES if entry.startswith("pyside6")]
    assert versions and not any("6.12.0" in str(version.specifier) for version in versions)
    [asked] = [Requirement(text) for text in PROJECT["dependencies"] if text.startswith("PySide6")]
    assert "6.12.0" not in asked.specifier and "6.11.3" in asked.specifier


@pytest.mark.parametrize("target", TARGETS)
def test_make_offers_the_target(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def recipe(folder: Path, target: str) -> str:
    """Say what make would do in a folder that has nothing but the Makefile and its sources."""
    done = subprocess.run(["make", "-n", target], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("target", ["run", "test"])
def test_a_target_sets_up_what_is_missing_and_only_that(tmp_path: Path, target: str) -> None:
    names = ("Makefile", "requirements.lock", "pyproject.toml", "hatch_build.py")
    for name in names:
        shutil.copy(ROOT / name, tmp_path)
    for name in ("setup", "gis_app/language/po"):
        shutil.copytree(ROOT / name, tmp_path / name)
    steps = ("setup/environment.sh", "setup/system.sh", "hatch_build.py")
    said = recipe(tmp_path, target)
    assert all(step in said for step in steps)
    (tmp_path / ".venv").mkdir()
    for number, stamp in enumerate((".ready", ".system", ".catalogues"), start=1):
        (tmp_path / ".venv" / stamp).touch()
        os.utime(tmp_path / ".venv" / stamp, (4e9 + number, 4e9 + number))
    said = recipe(tmp_path, target)
    assert "environment.sh" not in said and "python hatch_build.py" not in said
    os.utime(tmp_path / "requirements.lock", (5e9, 5e9))
    assert "environment.sh" in recipe(tmp_path, target)


def test_no_fit_python_is_said_in_one_sentence(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "setup", tmp_path / "setup")
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", "setup/environment.sh"],
        cwd=tmp_path,
        env=os.environ | {"PYTHON": str(old)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and "needs Python 3.11 or newer" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not (tmp_path / ".venv").exists()


def system(tmp_path: Path, *, ids: str) -> subprocess.CompletedProcess[str]:
    """Run the system part where every library and font is missing and apt is made up."""
    shutil.copytree(ROOT / "setup", tmp_path / "setup")
    programs = {
        ".venv/bin/python": "awk 'NF {print $2}' | tr '\\n' ' '",
        "bin/fc-list": "exit 0",
        "bin/id": f"echo {ids}",
        "bin/apt-get": 'echo "$*" >>apt.log',
        "bin/sudo": "exit 1",
    }
    for name, code in programs.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{code}\n")
        path.chmod(0o755)
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "setup/system.sh"],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="apt is a thing of Linux")
def test_missing_libraries_are_named_where_apt_is_not_permitted(tmp_path: Path) -> None:
    done = system(tmp_path, ids="1000")
    assert done.returncode == 3 and not (tmp_path / "apt.log").exists()
    [sentence] = done.stderr.splitlines()
    for package in ("libgl1", "libegl1", "libxcb-cursor0", "fonts-noto-cjk"):
        assert package in sentence
    assert "apt-get install" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="apt is a thing of Linux")
def test_missing_libraries_are_installed_where_apt_is_permitted(tmp_path: Path) -> None:
    done = system(tmp_path, ids="0")
    asked = (tmp_path / "apt.log").read_text()
    assert "install" in asked and "libxkbcommon0" in asked and "fonts-noto-cjk" in asked
    assert done.returncode == 3, "still missing: the made-up apt installs nothing"


def test_ci_runs_both_parts_and_fails_on_either(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    for check, test in ((0, 0), (1, 0), (0, 1)):
        rules = f"check:\n\techo A >>log; exit {check}\ntest:\n\techo B >>log; exit {test}\n"
        (tmp_path / "Makefile").write_text(rules)
        (tmp_path / "log").write_text("")
        done = subprocess.run([tmp_path / ".ci" / "run"], capture_output=True, timeout=60)
        assert (done.returncode == 0) == (check == test == 0)
        assert (tmp_path / "log").read_text() == "A\nB\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program's wheel from a copy of the working tree, without a network."""
    source, out = tmp_path_factory.mktemp("source") / "parkplan", tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns(".*", "__pycache__", "mo", "tests", "out", "dist")
    shutil.copytree(ROOT, source, ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", out, source], check=True, capture_output=True, timeout=120)
    [path] = out.glob("*.whl")
    return path


def test_the_wheel_carries_texts_layers_and_styles(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("layers", "styles", "sample_shapefiles/demo_park"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert {f"gis_app/_data/{path.relative_to(ROOT).as_posix()}" for path in files} <= names
    domains = {path.stem.rsplit(".", 1)[0] for path in (ROOT / "gis_app/language/po").glob("*.po")}
    for language in LANGUAGES:
        assert {f"gis_app/language/mo/{language}/LC_MESSAGES/{domain}.mo" for domain in domains} <= names
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "gis_app").rglob("*.py")} <= names
    assert not [name for name in names if not re.match(r"gis_app/|parkplan-[\d.]+\.dist-info/", name)]


def test_the_wheel_speaks_and_finds_its_data_where_it_is_unpacked(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from gis_app.language import Message, say\n"
        "from gis_app.worker.folders import program_data_dir\n"
        "print(say(Message('language.yes'), 'zh'), program_data_dir())\n"
    )
    command = [sys.executable, "-X", "utf8", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60)
    assert done.stdout.split() == ["是", str(tmp_path / "gis_app" / "_data")], done.stderr


@pytest.mark.long
@pytest.mark.parametrize("target", ["run", "check"])
def test_a_clean_clone_sets_itself_up(tmp_path: Path, target: str) -> None:
    clone = tmp_path / "克隆 clone"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True, timeout=300)
    ours = ("PYTEST", "VIRTUAL", "PARKPLAN", "MAKE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        ["make", target], cwd=clone, env=environment, stdin=subprocess.DEVNULL, text=True, timeout=1500
    )
    assert done.returncode == 0
    status = ["git", "status", "--porcelain"]
    assert subprocess.run(status, cwd=clone, capture_output=True, text=True).stdout == ""
