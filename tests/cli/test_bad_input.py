"""Bad input: a sentence that names file and cause in both languages, exit 2, nothing written, no hang."""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gis_app.cli.window import has_display
from tests.cli.command import GRID, ROOT, SAMPLE, Ran, geojson, here, parkplan, square, tree

LONGEST_S = 10.0
HAN = range(0x4E00, 0xA000)
SOUND = SAMPLE / "储备地块.shp"


def shapefile(folder: Path, name: str = "储备地块") -> Path:
    """A sound shapefile in a folder."""
    for end in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        shutil.copy2(SOUND.with_suffix(end), folder / f"{name}{end}")
    return folder / f"{name}.shp"


def cut(folder: Path) -> Path:
    path = shapefile(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def without(end: str) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = shapefile(folder)
        path.with_suffix(end).unlink()
        return path

    return made


def holding(name: str, content: bytes) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return made


def coordinates(value: float) -> Callable[[Path], Path]:
    """Every ordinate of every shape is the value."""

    def made(folder: Path) -> Path:
        path = shapefile(folder)
        content = bytearray(path.read_bytes())
        at = 100
        while at < len(content):
            (words,) = struct.unpack_from(">i", content, at + 4)
            parts, points = struct.unpack_from("<ii", content, at + 8 + 36)
            first = at + 8 + 44 + 4 * parts
            for ordinate in range(2 * points):
                struct.pack_into("<d", content, first + 8 * ordinate, value)
            at += 8 + 2 * words
        path.write_bytes(content)
        return path

    return made


def geodatabase(folder: Path) -> Path:
    (folder / "控制线.gdb").mkdir()
    (folder / "控制线.gdb" / "a00000001.gdbtable").write_bytes(b"x")
    return folder / "控制线.gdb"


def twice(folder: Path) -> Path:
    for name, shift in (("供地宗地2025", 0.0), ("供地宗地2026", 20.0)):
        geojson(folder / f"{name}.geojson", [(square(shift, 0), {"parcel_no": "1"})])
    return folder


def answered(text: str) -> Callable[[Path], Path]:
    """A folder with a park.toml."""

    def made(folder: Path) -> Path:
        shapefile(folder)
        (folder / "park.toml").write_text(f'schema = "parkplan/park/1"\n{text}\n', encoding="utf-8")
        return folder

    return made


def without_crs(folder: Path) -> Path:
    return geojson(folder / "supply_parcel.geojson", [(square(0, 0), {"parcel_no": "1"})], crs=None)


def unnamed_crs(folder: Path) -> Path:
    path = shapefile(folder)
    path.with_suffix(".prj").unlink()
    return path


def project_in_a_lock(folder: Path) -> Path:
    (folder / "假.gpkg").write_bytes(b"SQLite format 3\0" + b"x" * 2000)
    return folder / "假.gpkg"


VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
    b"</OGRVRTLayer></OGRVRTDataSource>"
)


@dataclass(frozen=True)
class Case:
    """What is given, and words that the sentence must hold, in either language."""

    made: Callable[[Path], Path]
    named: tuple[str, ...]
    options: tuple[str, ...] = ()
    command: str = "check"


CASES = {
    "empty folder": Case(lambda folder: folder, ("given",)),
    "truncated shp": Case(cut, ("储备地块.shp",)),
    "missing shx": Case(without(".shx"), ("储备地块", ".shx")),
    "missing dbf": Case(without(".dbf"), ("储备地块", ".dbf")),
    "text named shp": Case(holding("图.shp", "只是文字".encode()), ("图.shp",)),
    "nothing named shp": Case(holding("图.shp", b""), ("图.shp",)),
    "vrt named shp": Case(holding("图.shp", VRT), ("图.shp", "VRT")),
    "nan": Case(coordinates(math.nan), ("储备地块.shp",)),
    "inf": Case(coordinates(math.inf), ("储备地块.shp",)),
    "1e300": Case(coordinates(1e300), ("储备地块.shp",)),
    "broken geojson": Case(
        holding("图.geojson", b'{"type": "FeatureCollection", "features": ['), ("图.geojson",)
    ),
    "broken geopackage": Case(project_in_a_lock, ("假.gpkg",)),
    "dxf": Case(holding("图.dxf", b"0\nSECTION"), ("图.dxf", "CAD")),
    "txt": Case(holding("界址点.txt", "[属性描述]".encode()), ("界址点.txt", "GeoJSON")),
    "xlsx": Case(holding("台账.xlsx", b"PK"), ("台账.xlsx", "GeoJSON")),
    "zip": Case(holding("全部.zip", b"PK"), ("全部.zip", "GeoJSON")),
    "gdb": Case(geodatabase, ("控制线.gdb", "GeoJSON")),
    "path that is not there": Case(lambda folder: folder / "没有" / "图.shp", ("图.shp",)),
    "a path too long": Case(lambda folder: folder / ("长" * 200), ("长",)),
    "not a utf-8 name": Case(lambda folder: folder / os.fsdecode(b"\xff\xfe.shp"), (".shp",)),
    "same ground twice": Case(twice, ("供地宗地2025.geojson", "供地宗地2026.geojson")),
    "no crs": Case(unnamed_crs, ("储备地块.shp", "--source-crs"), ("--crs", str(GRID))),
    "geojson in degrees that are none": Case(without_crs, ("supply_parcel.geojson", "--source-crs")),
    "unknown epsg": Case(shapefile, ("999999",), ("--crs", "999999")),
    "no epsg": Case(shapefile, ("here",), ("--crs", "here")),
    "crs in degrees": Case(shapefile, ("4490",), ("--crs", "4490")),
    "unknown source epsg": Case(shapefile, ("999999",), ("--source-crs", "999999")),
    "unknown feature type": Case(
        shapefile, ("suply_parcel", "supply_parcel"), ("--as", "储备地块=suply_parcel")
    ),
    "unknown scheme": Case(shapefile, ("survey4", "survey3"), ("--scheme", "survey4")),
    "unknown encoding": Case(shapefile, ("储备地块", "klingon"), ("--encoding", "klingon")),
    "wrong encoding": Case(shapefile, ("储备地块", "ascii"), ("--encoding", "ascii")),
    "no day": Case(shapefile, ("--as-of", "tomorrow"), ("--as-of", "tomorrow")),
    "empty option": Case(shapefile, ("--as", "储备地块="), ("--as", "储备地块=")),
    "toml that is none": Case(answered("[park"), ("park.toml",)),
    "unknown key": Case(answered('[park]\nnam = "x"'), ("park.toml", "nam", "3")),
    "unknown fact": Case(
        answered("[facts.aproved_area_ha]\nvalue = 1"), ("park.toml", "aproved_area_ha", "2")
    ),
    "fact of another type": Case(
        answered('[facts.approved_area_ha]\nvalue = "x"'), ("park.toml", "approved_area_ha")
    ),
    "unknown type in answers": Case(
        answered('[[file]]\npath = "储备地块.shp"\nfeature_type = "reserve"'), ("park.toml", "reserve", "4")
    ),
    "path outside": Case(answered('[[file]]\npath = "../x.shp"'), ("park.toml", "../x.shp", "3")),
    "no completeness": Case(
        answered('[[file]]\npath = "储备地块.shp"\ncomplete_within = [1, 2, 3]'), ("complete_within",)
    ),
    "the same file twice": Case(
        answered('[[file]]\npath = "储备地块.shp"\n' * 2), ("park.toml", "储备地块.shp")
    ),
    "unknown crs in answers": Case(answered("[park]\ncrs = 999999"), ("999999",)),
    "review without proposals": Case(shapefile, ("储备地块.shp",), command="review"),
    "converting what is broken": Case(cut, ("储备地块.shp",), command="convert"),
    "a project of what is broken": Case(cut, ("储备地块.shp",), command="new"),
}


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for the input; neither it nor the folder for temporary files may be written to."""
    folder, temporary = tmp_path / "given", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    assert tree(temporary) == {}
    tempfile.tempdir = None


def typed(case: Case, path: Path) -> list[object]:
    output = path.parent / "out"
    return {
        "new": [output.with_suffix(".gpkg"), path],
        "convert": [path, output.with_suffix(".geojson")],
    }.get(case.command, [path])


def refused(ran: Ran, language: str, named: tuple[str, ...]) -> None:
    """Held: exit 2, no result, a sentence in the language with the words."""
    assert ran.code == 2, ran
    assert not ran.out and "Traceback" not in ran.err
    assert all(word in ran.err for word in named), ran.err
    sentence = ran.err
    for word in ("储备地块", "没有", *named):
        sentence = sentence.replace(word, "")
    chinese = any(ord(ch) in HAN for ch in sentence)
    assert chinese == (language == "zh"), ran.err


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_a_sentence(name: str, given: Path) -> None:
    case = CASES[name]
    path = case.made(given)
    before = tree(given)
    started = time.monotonic()
    apart = parkplan(case.command, *typed(case, path), *case.options, "--language", "en")
    assert time.monotonic() - started < LONGEST_S
    refused(apart, "en", case.named)
    refused(here(case.command, *typed(case, path), *case.options, "--language", "zh"), "zh", case.named)
    assert tree(given) == before


@pytest.mark.parametrize(
    "path", ["-", "/vsicurl/http://127.0.0.1:9/a.shp", "http://127.0.0.1:9/a.shp", "/vsizip/a.zip/a.shp"]
)
@pytest.mark.parametrize("command", ["info", "check", "review", "convert", "new", "log"])
def test_an_address_is_no_path(path: str, command: str, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(given)
    arguments = {"convert": [path, "out.geojson"], "new": ["out.gpkg", path]}.get(command, [path])
    for language in ("zh", "en"):
        refused(parkplan(command, *arguments, "--language", language), language, (Path(path).name,))
    assert tree(given) == {}


@pytest.mark.parametrize("folder", ["rules", "types"])
def test_a_typo_in_an_office_file_is_named_by_file_and_line(
    folder: str, given: Path, tmp_path: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, home = tmp_path / "office", tmp_path / "home"
    source = {"rules": "layers/rules/land_use.toml", "types": "layers/reserve_parcel.toml"}[folder]
    wrong = {"rules": ('scope = "', 'scope = "x'), "types": ("[[field]]", "[[feild]]")}[folder]
    target = office / source.replace("land_use", "of_the_office")
    target.parent.mkdir(parents=True)
    text = (ROOT / source).read_text(encoding="utf-8").replace('id = "land_use"', 'id = "of_the_office"', 1)
    target.write_text(text.replace(*wrong, 1), encoding="utf-8")
    (home / "config").mkdir(parents=True)
    settings = {"schema": "parkplan/settings/1", "office_folder": str(office)}
    (home / "config" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    monkeypatch.setenv("PARKPLAN_HOME", str(home))
    path = shapefile(given)
    line = text.split(wrong[0])[0].count("\n") + 1
    for language in ("zh", "en"):
        ran = here("check", path, "--language", language)
        refused(ran, language, (target.name,))
        assert {"zh": f"第 {line} 行", "en": f"line {line}"}[language] in ran.err, ran.err


def test_broken_settings_are_said_and_the_defaults_hold(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home" / "config").mkdir(parents=True)
    (tmp_path / "home" / "config" / "settings.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    ran = here("info", shapefile(given), "--language", "en")
    assert ran.code == 0 and "settings.json" in ran.err


def test_a_folder_with_one_bad_file_is_judged_for_the_rest_and_ends_in_2(given: Path) -> None:
    shapefile(given)
    shapefile(given, "标准厂房").with_suffix(".shx").unlink()
    ran = here("check", given, "--format", "json", "--language", "en")
    assert ran.code == 2 and "标准厂房" in ran.err
    assert len(ran.data["refused"]) == 1 and [layer["layer"] for layer in ran.data["layers"]] == [
        "reserve_parcel"
    ]


def test_a_file_that_the_answers_name_and_that_is_absent_is_a_missing_layer(given: Path) -> None:
    answered('[[file]]\npath = "永久基本农田.shp"\nfeature_type = "permanent_basic_farmland"')(given)
    ran = here("check", given, "--format", "json")
    assert ran.code != 2 and ran.data["missing_files"] == ["永久基本农田.shp"]


PLACES = {
    "a folder that is none": lambda folder: folder / "没有" / "out",
    "a file as folder": lambda folder: folder / "储备地块.dbf" / "out",
    "a folder of that name": lambda folder: folder / "taken",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", ["new", "convert"])
def test_a_place_that_cannot_be_written(place: str, command: str, given: Path) -> None:
    path = shapefile(given)
    end = ".gpkg" if command == "new" else ".geojson"
    (given / f"taken{end}").mkdir()
    target = PLACES[place](given).with_suffix(end)
    before = tree(given)
    for language in ("zh", "en"):
        arguments = [target, path] if command == "new" else [path, target]
        refused(here(command, *arguments, "--language", language), language, (target.name,))
    assert tree(given) == before


def outside(command: list[str], arguments: list[object], language: str) -> Ran:
    """The command in a process of its own, behind a command that takes something away from it."""
    program = [sys.executable, "-c", "import sys; from gis_app.cli import main; sys.exit(main())"]
    typed = [*command, *program, *map(str, arguments), "--language", language, "--workers", "0"]
    done = subprocess.run(typed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("command", ["new", "convert"])
def test_no_permission_to_write(command: str, given: Path) -> None:
    behind: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and setpriv is not installed")
        behind = ["setpriv", "--bounding-set=-dac_override"]
    path = shapefile(given)
    locked = given / "只读"
    locked.mkdir()
    locked.chmod(0o555)
    target = locked / ("out.gpkg" if command == "new" else "out.geojson")
    try:
        for language in ("zh", "en"):
            arguments = [command, target, path] if command == "new" else [command, path, target]
            refused(outside(behind, arguments, language), language, (target.name, locked.name))
        assert tree(locked) == {}
    finally:
        locked.chmod(0o755)


@pytest.fixture
def little_room(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") is not None and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if not mounted or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("command", ["new", "convert"])
def test_disk_full(command: str, given: Path, little_room: Path) -> None:
    path = given / "路灯.shp"
    for end in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        shutil.copy2((SAMPLE / "路灯.shp").with_suffix(end), path.with_suffix(end))
    target = little_room / ("out.gpkg" if command == "new" else "out.geojson")
    for language in ("zh", "en"):
        arguments = [target, path] if command == "new" else [path, target]
        ran = here(command, *arguments, "--language", language)
        refused(ran, language, (target.name,))
        assert "disk" in ran.err or "磁盘" in ran.err
    assert tree(little_room) == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek", "x"],
        ["check"],
        ["check", "x", "--format", "xml"],
        ["review", "x", "--workers", "-1"],
        ["--frobnicate"],
    ],
    ids=" ".join,
)
def test_what_the_grammar_does_not_know(arguments: list[str]) -> None:
    ran = parkplan(*arguments)
    assert ran.code == 2 and not ran.out and "usage: parkplan" in ran.err


@pytest.mark.parametrize("arguments", [[], ["."]], ids=["nothing", "a folder"])
def test_no_window_where_nobody_could_see_it(arguments: list[str]) -> None:
    ran = parkplan(*arguments)
    assert ran.code == 2 and not ran.out and "parkplan check" in ran.err


def test_a_window_is_for_what_exists() -> None:
    ran = parkplan("nonsense")
    assert ran.code == 2 and "nonsense" in ran.err


@pytest.mark.parametrize(
    ("system", "environment", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_where_a_window_can_be_seen(system: str, environment: dict[str, str], seen: bool) -> None:
    assert has_display(system, environment) is seen
