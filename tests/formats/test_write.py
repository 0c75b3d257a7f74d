"""What is written reads back as it was, or the difference was said before; the target is always whole."""

import errno
import os
import signal
import string
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import apsw
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_app.formats import formats, losses, read, recover, write
from gis_app.formats.compare import canonical
from gis_app.formats.replace import System
from gis_app.language import LANGUAGES, Refused, say
from tests.formats.made import squares, table

ROOT = Path(__file__).resolve().parents[2]
WRITABLE = [each for each in formats() if each.write]
EXTENSIONS = [each.extensions[0] for each in WRITABLE]
CRS = "EPSG:4546"

_HAN = "地类编码面积权属单位名称坐落说明园区批准文号㐂𠮷"
_WORDS = st.text(
    st.sampled_from(_HAN + string.ascii_letters + string.digits + " _-'\"{}<>&\n\t\0é€"), max_size=30
)
_LONG = st.text(st.sampled_from(_HAN), min_size=80, max_size=140)
_NAMES = st.text(st.sampled_from(_HAN[:-2] + "ABCabc_1"), min_size=1, max_size=20)
_TIMES = st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(
    [None, UTC, timezone(timedelta(hours=8))]))  # fmt: skip
_VALUES = {
    "text": _WORDS | _LONG,
    "integer": st.integers(-(2**53), 2**53) | st.integers(-9999, 9999),
    "number": st.floats(allow_nan=False) | st.floats(-1e6, 1e6).map(lambda x: round(x, 3)),
    "date": st.dates(date(1600, 1, 1), date(2400, 1, 1)),
    "datetime": _TIMES,
    "boolean": st.booleans(),
}


@st.composite
def _tables(draw):
    count = draw(st.integers(1, 5))
    names = draw(st.lists(_NAMES, min_size=1, max_size=4, unique=True))
    types = {name: draw(st.sampled_from(sorted(_VALUES))) for name in names}
    columns = {
        name: draw(st.lists(st.none() | _VALUES[kind], min_size=count, max_size=count))
        for name, kind in types.items()
    }
    kind = draw(st.sampled_from(["point", "line", "polygon", "multi"]))
    numbers = draw(st.lists(st.floats(1, 1e6), min_size=count, max_size=count))
    shapes = [_shape(kind, place, size) for place, size in enumerate(numbers)]
    return table(columns, types, shapes)


def _shape(kind, place, size):
    x = 4e5 + 3e6 * place
    match kind:
        case "point":
            return shapely.Point(x, size)
        case "line":
            return shapely.LineString([(x, 0), (x + size, size), (x, 2 * size)])
        case "polygon":
            return shapely.box(x, 0, x + size, size).difference(
                shapely.box(x + size / 4, size / 4, x + size / 2, size / 2)
            )
    return shapely.MultiPolygon([shapely.box(x, 0, x + size, 1), shapely.box(x, 2, x + size, 3)])


def _plain(value):
    return None if value is None or value != value else value


@pytest.mark.parametrize("extension", EXTENSIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_table=_tables(), encoding=st.sampled_from(["UTF-8", "GBK"]))
def test_any_table_comes_back_or_the_difference_was_said(tmp_path_factory, extension, given_table, encoding):
    path = tmp_path_factory.mktemp("out") / f"出图{extension}"
    said = losses(given_table, _id(extension), encoding)
    for message in said:
        for language in LANGUAGES:
            assert say(message, language)
    written = write(path, given_table, encoding=encoding, workers=0)
    assert written.losses == said
    (found,) = read(path, workers=0)
    named = {each.values.get("field") for each in said}
    assert len(found) == len(given_table)
    assert all(shapely.equals_exact(canonical(found.geometry), canonical(given_table.geometry), 0))
    for old, new in written.names.items():
        if old in named or new in named:
            continue
        assert old == new
        assert [_plain(v) for v in found.columns[new].tolist()] == given_table.columns[old].tolist()


def _id(extension):
    return next(each.id for each in WRITABLE if extension in each.extensions)


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_field_names_of_1_to_20_characters(tmp_path, encoding):
    whole = "地类编码图斑面积权属单位名称坐落说明批准"
    names = [whole[:count] for count in range(1, 21)]
    given_table = table({name: [name] for name in names}, dict.fromkeys(names, "text"), squares(1))
    written = write(tmp_path / "a.shp", given_table, encoding=encoding, workers=0)
    (found,) = read(tmp_path / "a.shp", workers=0)
    assert list(found.columns) == list(written.names.values())
    assert {new: found.columns[new][0] for new in found.columns} == {
        new: old for old, new in written.names.items()
    }
    codec = encoding.lower()
    assert all(len(name.encode(codec)) <= 10 for name in found.columns)
    assert len({name.lower() for name in found.columns}) == 20
    assert all(old == new for old, new in written.names.items() if len(old.encode(codec)) <= 10)
    assert (tmp_path / "a.cpg").read_text() == encoding
    assert (tmp_path / "a.prj").read_text().startswith("PROJCS")


def test_what_another_library_reads_is_the_same(tmp_path):
    import pyogrio

    given_table = table(
        {"名称": ["甲", None], "面积": [12.345, 1e300], "数": [7, -3], "日期": [date(2026, 11, 30), None]},
        {"名称": "text", "面积": "number", "数": "integer", "日期": "date"},
        squares(2),
    )
    for name, encoding in (("a.shp", "GBK"), ("b.shp", "UTF-8"), ("a.gpkg", "UTF-8"), ("a.geojson", "UTF-8")):
        write(tmp_path / name, given_table, encoding=encoding, workers=0)
        frame = pyogrio.read_dataframe(tmp_path / name)
        assert frame["名称"].tolist()[0] == "甲"
        assert frame["面积"].tolist() == [12.345, 1e300]
        assert frame["数"].tolist() == [7, -3]
        assert str(frame["日期"].tolist()[0]).startswith("2026-11-30")
        assert frame.crs.to_epsg() == 4546
        assert frame.geometry.area.tolist() == [1, 1]


def test_text_is_cut_by_whole_characters_and_said(tmp_path):
    given_table = table({"备注": ["地" * 200, "短"]}, {"备注": "text"}, squares(2))
    for encoding, kept in (("GBK", 127), ("UTF-8", 84)):
        written = write(tmp_path / f"{encoding}.shp", given_table, encoding=encoding, workers=0)
        assert [each.id for each in written.losses] == ["formats.loss_text_cut"]
        (found,) = read(tmp_path / f"{encoding}.shp", workers=0)
        assert found.columns["备注"].tolist() == ["地" * kept, "短"]


def test_characters_outside_gbk_are_said(tmp_path):
    given_table = table({"名": ["㐂𠮷村", "吉村"]}, {"名": "text"}, squares(2))
    written = write(tmp_path / "a.shp", given_table, encoding="GBK", workers=0)
    (loss,) = written.losses
    assert (loss.id, loss.values["count"]) == ("formats.loss_not_in_encoding", 1)


def test_tables_without_geometry(tmp_path):
    ledger = table({"企业": ["甲", "乙"], "产值": [1.5, 2.5]}, {"企业": "text", "产值": "number"})
    for extension in (".gpkg", ".geojson"):
        write(tmp_path / f"台账{extension}", ledger, workers=0)
        (found,) = read(tmp_path / f"台账{extension}", workers=0)
        assert found.geometry is None
        assert found.columns["企业"].tolist() == ["甲", "乙"]


def _refused(path, given_table, **options):
    with pytest.raises(Refused) as refusal:
        write(path, given_table, workers=0, **options)
    for language in LANGUAGES:
        assert "{" not in say(refusal.value.message, language)
    return refusal.value.message.id.removeprefix("formats.")


ONE = table({"n": [1]}, {"n": "integer"}, squares(1))
TWO = table({"n": [2, 2]}, {"n": "integer"}, squares(2))


def test_what_cannot_be_written_is_refused(tmp_path):
    mixed = table({"n": [1, 2]}, {"n": "integer"}, [shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    assert _refused(tmp_path / "a.shp", mixed) == "write_mixed"
    assert _refused(tmp_path / "a.shp", table({"n": [1]}, {"n": "integer"})) == "write_no_geometry"
    assert (
        _refused(tmp_path / "a.shp", table({"n": [1]}, {"n": "integer"}, squares(1), crs=None))
        == "write_no_crs"
    )
    assert _refused(tmp_path / "a.dxf", ONE) == "write_unknown_format"
    assert _refused(tmp_path / "a.topojson", ONE) == "write_not"
    assert _refused(tmp_path / "con.shp", ONE) == "write_name"
    assert _refused(tmp_path / "none" / "a.shp", ONE) == "write_no_folder"
    assert _refused(tmp_path / "a.shp", ONE, encoding="nope") == "encoding_unknown"
    astray = shapely.Polygon(
        shapely.box(0, 0, 4, 4).exterior, [shapely.box(7, 7, 8, 8).exterior]
    )  # hole outside
    assert _refused(tmp_path / "a.shp", table({"n": [1]}, {"n": "integer"}, [astray])) == "read_back_differs"
    assert list(tmp_path.iterdir()) == []


def _content(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


def test_nothing_is_replaced_unasked(tmp_path):
    path = tmp_path / "a.shp"
    write(path, ONE, workers=0)
    before = _content(tmp_path)
    (asked,) = read(path, workers=0)
    assert _refused(path, TWO) == "target_exists"
    path.with_suffix(".dbf").write_bytes(before["a.dbf"].replace(b"1", b"3"))
    changed = _content(tmp_path)
    assert _refused(path, TWO, overwrite=True, expected=asked.files) == "target_changed"
    assert _content(tmp_path) == changed


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_old_set_is_kept_and_its_stale_companions_go(tmp_path, extension):
    path = tmp_path / f"旧{extension}"
    write(path, ONE, workers=0)
    before = _content(tmp_path)
    if extension == ".shp":
        for stale in (".sbn", ".sbx", ".qix", ".shp.xml"):
            (tmp_path / f"旧{stale}").write_bytes(b"old")
    for _ in range(7):
        write(path, TWO, overwrite=True, workers=0)
    assert len(read(path, workers=0)[0]) == 2
    assert set(_content(tmp_path)) == set(before)
    backups = sorted((tmp_path / ".parkplan-backups").iterdir())
    assert [each.name for each in backups] == [f"旧{extension}~{n}" for n in range(3, 8)]
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".parkplan-writing")] == []


def test_a_project_is_not_written_over(tmp_path):
    connection = apsw.Connection(str(tmp_path / "p.gpkg"))
    connection.execute("create table parkplan_journal (seq integer primary key)")
    assert _refused(tmp_path / "p.gpkg", ONE, overwrite=True) == "write_over_project"
    connection.close()


class _Failing(System):
    """A system whose n-th step fails."""

    def __init__(self, fails_at, error):
        super().__init__()
        object.__setattr__(self, "left", [fails_at])
        object.__setattr__(self, "error", error)

    def _step(self):
        self.left[0] -= 1
        if self.left[0] == 0:
            raise self.error

    def replace(self, source, target):
        self._step()
        super().replace(source, target)

    def sync(self, path):
        self._step()
        super().sync(path)

    def keep(self, source, target):
        self._step()
        super().keep(source, target)


@pytest.mark.parametrize("extension", [".shp", ".gpkg"])
def test_a_failure_at_any_step_leaves_the_old_or_the_new_set(tmp_path, extension):
    full = OSError(errno.ENOSPC, "full")
    seen = set()
    for step in range(1, 60):
        folder = tmp_path / str(step)
        folder.mkdir()
        path = folder / f"a{extension}"
        write(path, ONE, workers=0)
        old = _content(folder)
        try:
            write(path, TWO, overwrite=True, system=_Failing(step, full), workers=0)
        except Refused as refusal:
            assert refusal.message.id == "formats.disk_full"
            recover(folder)
            count = len(read(path, workers=0)[0])
            assert _content(folder) == old if count == 1 else count == 2
            seen.add(count)
        else:
            assert len(read(path, workers=0)[0]) == 2
            break
    assert 1 in seen
    assert step > 5


def _kill_at(step, path):
    """Write in a process that kills itself before its n-th file operation."""
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from gis_app.formats import replace, write
from tests.formats.test_write import TWO
left = [{step}]
def step(function):
    def wrapped(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return wrapped
System = replace.System
System.replace, System.sync, System.keep = map(step, (System.replace, System.sync, System.keep))
Path.unlink = step(Path.unlink)
write(Path({str(path)!r}), TWO, overwrite=True, workers=0)
"""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode


@pytest.mark.parametrize("step", [16, 20, 22, 24])
def test_killed_at_any_step_it_is_the_old_or_the_new_set(tmp_path, step):
    path = tmp_path / "a.shp"
    write(path, ONE, workers=0)
    old = _content(tmp_path)
    code = _kill_at(step, path)
    assert code in (0, -signal.SIGKILL)
    recover(tmp_path)
    count = len(read(path, workers=0)[0])
    assert (count == 1 and _content(tmp_path) == old) or (count == 2 and set(_content(tmp_path)) == set(old))
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".parkplan-writing")] == []


def test_recovery_leaves_alone_what_a_live_process_writes(tmp_path):
    from gis_app.formats.install import staged

    with staged(tmp_path / "a.shp") as stage:
        assert recover(tmp_path) == 0
        assert stage.new.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_disk_full(tmp_path, monkeypatch):
    from gis_app.formats import shapefile_writing, writing

    path = tmp_path / "a.shp"
    write(path, ONE, workers=0)
    before = _content(tmp_path)

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shapefile_writing.dbf_writing, "content", full)
    assert _refused(path, TWO, overwrite=True) == "disk_full"
    assert _content(tmp_path) == before
    assert not writing._is_full(tmp_path, 10)


def test_a_really_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    try:
        write(disk / "a.shp", ONE)
        before = _content(disk)
        big = table({"n": ["x" * 200] * 3000}, {"n": "text"}, squares(3000))
        for extension in EXTENSIONS:
            with pytest.raises(Refused) as refusal:
                write(disk / f"a{extension}", big, overwrite=True)
            assert refusal.value.message.id == "formats.disk_full"
            assert _content(disk) == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    ("number", "id"),
    [(errno.EACCES, "no_write_permission"), (errno.EROFS, "read_only"), (errno.EIO, "write_failed")],
)
def test_a_folder_that_does_not_take_files(tmp_path, monkeypatch, number, id):
    from gis_app.formats import install

    def no(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(install.tempfile, "mkdtemp", no)
    monkeypatch.setattr("gis_app.formats.writing.is_project_file", lambda *a, **k: False)
    assert _refused(tmp_path / "a.shp", ONE) == id
    assert list(tmp_path.iterdir()) == []


def test_windows_tries_again_when_a_scanner_holds_the_file(tmp_path):
    pauses, refusals = [], [PermissionError(13, "held")] * 3

    def rename(source, target):
        if refusals:
            raise refusals.pop()
        os.replace(source, target)

    windows = System("win32", rename, pauses.append)
    (tmp_path / "a").write_bytes(b"1")
    windows.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"1"
    assert len(pauses) == 3
    windows.sync(tmp_path)  # does nothing for a folder there


def test_windows_gives_up_and_others_do_not_wait(tmp_path):
    def held(source, target):
        raise PermissionError(13, "held")

    for name, tries in (("win32", 19), ("linux", 0)):
        pauses = []
        with pytest.raises(PermissionError):
            System(name, held, pauses.append).replace(tmp_path / "a", tmp_path / "b")
        assert len(pauses) == tries


def test_killed_by_time_leaves_the_old_set(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path, ONE, workers=0)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from gis_app.formats import write\n"
        "from tests.formats.test_write import TWO\n"
        f"write(Path({str(path)!r}), TWO, overwrite=True)\n"
    )
    for delay in (0.9, 1.3):
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        assert len(read(path, workers=0)[0]) in (1, 2)
    _wait_until_gone(tmp_path)


def _wait_until_gone(folder):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        recover(folder)
        if not [each for each in folder.iterdir() if each.name.startswith(".parkplan-writing")]:
            return
        time.sleep(0.1)
    raise AssertionError("left-overs remain")


def test_equal_tables_give_equal_files(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "a.shp", TWO, workers=0)
        write(tmp_path / name / "a.geojson", TWO, workers=0)
    assert _content(tmp_path / "one") == _content(tmp_path / "two")


def test_coordinates_are_kept_to_the_last_bit(tmp_path):
    random = np.random.default_rng(7)
    points = [shapely.Point(x, y) for x, y in random.uniform(3e5, 4e6, (50, 2))]
    given_table = table({"n": list(range(50))}, {"n": "integer"}, points)
    for extension in EXTENSIONS:
        write(tmp_path / f"a{extension}", given_table, workers=0)
        (found,) = read(tmp_path / f"a{extension}", workers=0)
        assert shapely.to_wkb(found.geometry).tolist() == shapely.to_wkb(given_table.geometry).tolist()
