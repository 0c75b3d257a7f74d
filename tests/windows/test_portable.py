"""The portable folder for Windows, built from a made-up Python and made-up wheels without a network."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
WINDOWS_ONLY = "platform_system == 'Windows'"


def load(path: Path) -> ModuleType:
    """Import a program that lies in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


portable = load(ROOT / "windows" / "build_portable.py")


def wheel(
    folder: Path,
    name: str,
    tag: str = "py3-none-any",
    needs: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> Path:
    """Write a wheel with one module, a licence, and further files."""
    folder.mkdir(exist_ok=True)
    path, info = folder / f"{name}-1.0-{tag}.whl", f"{name}-1.0.dist-info"
    required = "".join(f"Requires-Dist: {need}\n" for need in needs)
    texts = {
        f"{name}.py": f"NAME = {name!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nLicense: MIT\n{required}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/licenses/LICENSE": "MIT",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in texts.items() | dict.fromkeys(more, "").items():
            archive.writestr(place, text)
    return path


def lock_of(*wheels: Path, markers: dict[str, str] | None = None) -> str:
    """Write the lock of some wheels."""
    lines = []
    for path in wheels:
        name = path.name.split("-")[0]
        marker = f" ; {markers[name]}" if markers and name in markers else ""
        value = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{name}==1.0{marker} \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{value}\n")
    return "".join(lines)


def embed(folder: Path, names: tuple[str, ...] = ("python.exe", "pythonw.exe", "python311._pth")) -> Path:
    """Write the archive of a Python that is none."""
    path = folder / "嵌入 python.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (*names, "LICENSE.txt"):
            archive.writestr(name, "python311.zip\r\n.\r\n#import site\r\n")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small working copy whose program needs two packages, one of them only through another."""
    wheels = tmp_path / "wheels"
    made = [
        wheel(wheels, "alpha", "cp311-cp311-win_amd64", (f"beta>=1; {WINDOWS_ONLY}", "gone; extra == 'x'")),
        wheel(wheels, "beta", more=("beta-1.0.data/scripts/beta.exe", "beta-1.0.data/purelib/beta_more.py")),
        wheel(wheels, "tester"),
        wheel(wheels, "onlylinux"),
    ]
    root = tmp_path / "工作 区"
    (root / "gis_app").mkdir(parents=True)
    (root / "gis_app" / "__init__.py").write_text('__version__ = "9.8"\n')
    (root / "gis_app" / "cli.py").write_text("def main():\n    return 7\n")
    (root / "sample_shapefiles" / "园区").mkdir(parents=True)
    (root / "sample_shapefiles" / "园区" / "park.toml").write_text("x = 1\n")
    (root / "sample_shapefiles" / "make.py").write_text("")
    for name in ("LICENSE", "README.md"):
        (root / name).write_text(name)
    (root / "requirements.lock").write_text(
        lock_of(*made, markers={"beta": "sys_platform == 'win32'", "onlylinux": "sys_platform == 'linux'"})
    )
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "parkplan"\nversion = "9.8"\nlicense = "Apache-2.0"\n'
        'dependencies = ["alpha>=0.5", "onlylinux; sys_platform == \'linux\'"]\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["gis_app"]\n'
    )
    return root


def test_the_folder_holds_what_it_lists(root: Path, tmp_path: Path) -> None:
    archive = portable.build(embed(tmp_path), tmp_path / "出 口", root, tmp_path / "wheels")
    folder = archive.with_suffix("")
    assert folder.name == "ParkPlan-9.8-windows"
    lines = (folder / "MANIFEST.txt").read_text("utf-8").splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert listed == {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in there.items()
        if name != "MANIFEST.txt"
    }
    prefix = "Lib/site-packages/"
    site = {name.removeprefix(prefix) for name in there if name.startswith(prefix)}
    assert {"alpha.py", "beta.py", "beta_more.py", "gis_app/cli.py"} <= site
    assert not [name for name in site if name.startswith(("tester", "onlylinux")) or "scripts" in name]
    beside = {"python.exe", "parkplan.cmd", "ParkPlan.bat", "start.py", "LICENCES.txt", "ParkPlan-LICENSE"}
    assert beside | {"sample_shapefiles/园区/park.toml"} <= there.keys()
    assert "sample_shapefiles/make.py" not in there
    licences = (folder / "LICENCES.txt").read_text("utf-8")
    assert "alpha 1.0: MIT (Lib/site-packages/alpha-1.0.dist-info/licenses/LICENSE)" in licences
    with zipfile.ZipFile(archive) as packed:
        assert {f"{folder.name}/{name}" for name in there} == set(packed.namelist())
        assert packed.testzip() is None


def test_the_interpreter_finds_the_packages_and_nothing_else(root: Path, tmp_path: Path) -> None:
    archive = portable.build(embed(tmp_path), tmp_path / "out", root, tmp_path / "wheels")
    path = archive.with_suffix("") / "python311._pth"
    assert path.read_bytes() == b"python311.zip\r\n.\r\nLib\\site-packages\r\n"


def test_the_entry_script_runs_the_command(root: Path, tmp_path: Path) -> None:
    archive = portable.build(embed(tmp_path), tmp_path / "中文 路径", root, tmp_path / "wheels")
    folder = archive.with_suffix("")
    site = str(folder / "Lib" / "site-packages")
    done = subprocess.run([sys.executable, folder / "start.py"], env={"PYTHONPATH": site}, timeout=60)
    assert done.returncode == 7
    for name, program in (("parkplan.cmd", "python.exe"), ("ParkPlan.bat", "pythonw.exe")):
        script = (folder / name).read_bytes()
        script.decode("ascii")  # cmd reads it in whatever code page the machine has
        assert script.count(b"\n") == script.count(b"\r\n")
        assert f'"%~dp0{program}" -X utf8 "%~dp0start.py" %*'.encode() in script
        assert (folder / program).exists()
    command = (folder / "parkplan.cmd").read_text("ascii")
    assert "chcp 65001" in command and "exit /b %PARKPLAN_CODE%" in command


def test_the_same_input_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    first, second = (
        portable.build(embed(tmp_path), tmp_path / name, root, tmp_path / "wheels") for name in ("a", "b")
    )
    assert first.read_bytes() == second.read_bytes()


def test_a_wheel_that_is_not_the_locked_one_is_refused(root: Path, tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", "beta", more=("beta_evil.py",))
    with pytest.raises(portable.Unfit, match=r"(?i)hash"):
        portable.build(embed(tmp_path), tmp_path / "out", root, tmp_path / "wheels")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_needed_and_not_locked_is_named(root: Path, tmp_path: Path) -> None:
    lock = root / "requirements.lock"
    lock.write_text(lock.read_text().replace("beta==1.0", "betty==1.0"))
    with pytest.raises(portable.Unfit, match=r"not in requirements\.lock for Windows: beta"):
        portable.build(embed(tmp_path), tmp_path / "out", root, tmp_path / "wheels")


def test_an_entry_without_hash_is_refused() -> None:
    with pytest.raises(portable.Unfit, match=r"alpha==1\.0 has no hash"):
        portable.pins("alpha==1.0\n", portable.windows("3.11"))


@pytest.mark.parametrize("place", ["../../outside.py", "start.pth"])
def test_a_wheel_that_reaches_out_is_refused(tmp_path: Path, place: str) -> None:
    path = wheel(tmp_path, "gamma", more=(place,))
    with pytest.raises(portable.Unfit, match="gamma"):
        portable.unpack_wheel(path, tmp_path / "a" / "site")


@pytest.mark.parametrize("names", [(), ("python.exe",), ("python311._pth",)])
def test_another_archive_is_no_python(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(portable.Unfit, match="is not an embeddable Python"):
        portable.unpack_python(embed(tmp_path, names), tmp_path / "stage")


def test_a_missing_archive_is_said(tmp_path: Path) -> None:
    program = [sys.executable, ROOT / "windows" / "build_portable.py", "--out", tmp_path]
    for given, said in (("", "PYTHON_EMBED="), ("/nowhere/python.zip", "/nowhere/python.zip")):
        command = [*program, "--embed", given]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "part", ["Chinese system locale", "sharing violation", "MANIFEST.txt", "\\\\server\\share"]
)
def test_the_checklist_names_what_only_a_person_can_try(part: str) -> None:
    assert part in (ROOT / "windows" / "CHECKLIST.md").read_text("utf-8")
