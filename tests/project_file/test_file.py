"""Create, commit, load, undo, verify, close."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import apsw
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_app.language import Message, Refused, say
from gis_app.model import Changeset, Fact, Layer, Record, feature_frame
from gis_app.project_file import ProjectFile, is_project_file, lock
from gis_app.project_file import connection as connections
from gis_app.project_file.writing import Writing
from tests.project_file.park import (
    CATALOGUE,
    CRS_4546,
    PARCEL,
    arrival,
    new,
    parcels,
    project,
    reopened,
    requests,
    same,
    step,
)


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    expected = project()
    changeset = arrival(parcels(), requests())
    with new(tmp_path / "园.gpkg") as file:
        file.commit(changeset, actor="a", op_id="one")
        expected.apply(changeset)
        again = reopened(file)
        found = again.load()
        same(expected, found)
        assert found.next_fid == expected.next_fid == 903
        assert again.verify() == [] and again.findings == []
        assert [entry.kind for entry in again.journal()] == ["create", "import"]
        assert again.seq_of("one") == again.state_seq == 2
        again.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["园.gpkg"]


def test_edits_and_their_undo(tmp_path: Path) -> None:
    file = new(tmp_path / "p.gpkg", parcels())
    before = file.load()
    row = {"parcel_no": "新", "geometry": shapely.box(1, 2, 3, 4), "idle_cause": "政府原因"}
    old = before.layers["supply_parcel"].frame
    records = (
        Record(
            "supply_parcel", 2, {"geometry": old.geometry[2]}, {"geometry": shapely.Point(1, 2).buffer(3)}
        ),
        Record("supply_parcel", 3, {"idle_cause": None}, {"idle_cause": "企业原因"}),
        Record("supply_parcel", 77, None, row),
        Record("supply_parcel", 5, dict(old.loc[5]), None),
        Record("fact", "/least_overlap_width_m", None, vars(Fact("", "least_overlap_width_m", 0.5))),
        Record("project", "as_of", {"value": date(2026, 11, 30)}, {"value": date(2026, 12, 31)}),
        Record("sheet", "s1", None, {"title": "图", "scale": 2000}),
    )
    seq = file.commit(step(*records), actor="a")
    assert file.changeset(seq).records == records
    file = reopened(file)
    changed = file.load()
    frame = changed.layers["supply_parcel"].frame
    assert list(frame.index) == [1, 2, 3, 4, 77]
    assert frame.loc[77, "parcel_no"] == "新" and frame.loc[3, "idle_cause"] == "企业原因"
    assert changed.as_of == date(2026, 12, 31) and "/least_overlap_width_m" in changed.facts
    undo = file.commit(file.changeset(seq).inverse(), actor="a", undoes=seq)
    restored = file.load()
    frame = restored.layers["supply_parcel"].frame.drop(columns="idle_cause")
    restored.layers["supply_parcel"].frame = frame
    same(before, restored)
    assert file.verify() == []
    assert [(e.kind, e.undoes) for e in file.journal()][-1] == ("undo", seq)
    file.commit(file.changeset(undo).inverse(), actor="a")
    same(changed, file.load())
    file.close()


def test_undo_of_an_import_and_back(tmp_path: Path) -> None:
    file = new(tmp_path / "p.gpkg", parcels(2000), requests())
    full = file.load()
    away = file.commit(file.changeset(2).inverse(), actor="a", undoes=2)
    assert file.load().layers == {} and file.verify() == []
    file = reopened(file)
    file.commit(file.changeset(away).inverse(), actor="a", undoes=away)
    found = file.load()
    found.layers = {id: found.layers[id] for id in full.layers}
    same(full, found)
    assert file.load().next_fid == 2001 and file.verify() == []
    file.close()


VALUES = {
    "t": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    "f": st.floats(allow_nan=False) | st.just(-0.0),
    "i": st.integers(-(2**63), 2**63 - 1),
    "d": st.none() | st.dates(),
    "m": st.none() | st.datetimes(),
    "u": st.none() | st.datetimes(timezones=st.just(UTC)),
    "b": st.none() | st.booleans(),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=6),
    names=st.permutations(sorted(VALUES)),
)
def test_any_rows_survive(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], names: list[str]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "p.gpkg"
    hostile = {name: f'{name}"]; DROP TABLE x--' for name in names}
    columns = {hostile[name]: [row[name] for row in rows] for name in names}
    typed = {
        hostile[name]: np.array([row[name] for row in rows], dtype=dtype)
        for name, dtype in (("f", np.float64), ("i", np.int64))
    }
    shapes = [shapely.box(i, 0, i + 1, 1) if i % 3 else None for i in range(len(rows))]
    layer = Layer(
        "supply_parcel", PARCEL, feature_frame(range(1, len(rows) + 1), columns | typed, shapes, CRS_4546)
    )
    half = len(rows) // 2
    with new(path, layer) as file:
        if half:
            swap = {name: rows[half][key] for key, name in hostile.items()}
            before = {name: rows[0][key] for key, name in hostile.items()}
            try:
                seq = file.commit(step(Record("supply_parcel", 1, before, swap)), actor="a")
            except Refused as refused:  # a column in which nothing but None arrived holds text
                assert refused.message.id == "project_file.wrong_kind"
            else:
                assert file.changeset(seq).records[0].after == swap
                file.commit(file.changeset(seq).inverse(), actor="a", undoes=seq)
        assert file.verify() == []
        expected = project()
        expected.apply(arrival(layer))
        same(expected, file.load())


def test_hostile_and_clashing_names(tmp_path: Path) -> None:
    columns = {"FID": ["1"], "geom": ["x"], "Name": ["a"], "NAME": ["b"], "": ["c"], 'x" TEXT); --': ["d"]}
    layer = Layer("a\"b'c; --", PARCEL, feature_frame([1], columns, [shapely.Point(1, 2)], CRS_4546))
    with new(tmp_path / "p.gpkg", layer) as file:
        assert file.verify() == []
        assert file.load().layers[layer.id].frame.loc[1].drop("geometry").to_dict() == {
            k: v[0] for k, v in columns.items()
        }
    for id in ("gpkg_contents", "parkplan_fact", "fact", "", "sqlite_x"):
        with ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE) as file, pytest.raises(Refused):
            file.commit(arrival(parcels(id=id)), actor="a")


def test_nothing_half_done(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        before = file.load()
        good = Record("supply_parcel", 1, {"parcel_no": "宗0'\";--"}, {"parcel_no": "x"})
        wrong = {
            "missing": Record("supply_parcel", 99, {"parcel_no": "a"}, {"parcel_no": "b"}),
            "taken": Record("supply_parcel", 2, None, {"parcel_no": "b"}),
            "unknown": Record("road", 2, None, {"parcel_no": "b"}),
        }
        for record in wrong.values():
            with pytest.raises(ValueError):
                file.commit(step(good, record), actor="a")
        for before_row, after in (
            ({"parcel_no": "other"}, {"parcel_no": "b"}),
            ({"area_m2": 0.0}, {"area_m2": "zehn"}),
        ):
            with pytest.raises(Refused):
                file.commit(step(good, Record("supply_parcel", 1, before_row, after)), actor="a")
        with pytest.raises(ValueError):
            file.commit(step(), actor="a")
        same(before, file.load())
        assert file.state_seq == 2 and file.verify() == []
        file.commit(step(good), actor="a", op_id="x")
        with pytest.raises(Refused, match="already in the journal"):
            file.commit(step(good), actor="a", op_id="x")


def test_change_of_reference_system(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        file.commit(step(Record("project", "crs", {"value": "EPSG:4546"}, {"value": "EPSG:4547"})), actor="a")
        assert file.verify() == []
        assert file.load().crs.to_epsg() == 4547


def test_settings_are_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new(tmp_path / "p.gpkg") as file:
        found = {
            name: file._connection.execute(f"PRAGMA {name}").fetchone()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "trusted_schema",
                "cell_size_check",
                "busy_timeout",
            )
        }
        assert found == {
            "journal_mode": ("wal",),
            "synchronous": (2,),
            "foreign_keys": (1,),
            "trusted_schema": (0,),
            "cell_size_check": (1,),
            "busy_timeout": (5000,),
        }
        assert file._connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1) == 1
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            file._connection.execute("DELETE FROM parkplan_journal")
    monkeypatch.setitem(connections._PRAGMAS, "page_count", -1)
    with pytest.raises(Refused, match="page_count"):
        ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE)


READER = """
import sys, json, pyogrio, shapely
from pyogrio import raw
meta, fids, geometry, fields = raw.read(sys.argv[1], layer="supply_parcel", return_fids=True)
print(json.dumps([fids.tolist(), [shapely.to_wkb(shapely.from_wkb(g), hex=True) for g in geometry],
  [str(v) for v in fields[list(meta["fields"]).index("parcel_no")]], meta["crs"]]))
"""


def test_gdal_reads_the_same(tmp_path: Path) -> None:
    layer = parcels()
    new(tmp_path / "p.gpkg", layer, requests()).close()
    run = subprocess.run(
        [sys.executable, "-c", READER, str(tmp_path / "p.gpkg")], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    fids, shapes, numbers, crs = json.loads(run.stdout)
    assert fids == list(layer.frame.index) and crs == "EPSG:4546"
    assert shapes == list(shapely.to_wkb(layer.geometry, hex=True))
    assert numbers == list(layer.frame["parcel_no"])


def test_geopackage_metadata(tmp_path: Path) -> None:
    new(tmp_path / "p.gpkg", parcels(), requests()).close()
    with sqlite3.connect(tmp_path / "p.gpkg") as plain:
        ask = lambda sql: plain.execute(sql).fetchall()  # noqa: E731
        assert ask("PRAGMA application_id") == [(0x47504B47,)] and ask("PRAGMA user_version") == [(10400,)]
        assert ask("PRAGMA integrity_check") == [("ok",)] and ask("PRAGMA foreign_key_check") == []
        assert {-1, 0, 4326, 4490, 4546} <= {row[0] for row in ask("SELECT srs_id FROM gpkg_spatial_ref_sys")}
        assert dict(ask("SELECT table_name, data_type FROM gpkg_contents")) == {
            "supply_parcel": "features",
            "enterprise_request": "attributes",
        }
        own = {
            row[0]
            for row in ask("SELECT name FROM sqlite_schema WHERE type='table' AND name LIKE 'parkplan%'")
        }
        assert own == {
            row[0] for row in ask("SELECT table_name FROM gpkg_extensions WHERE table_name LIKE 'parkplan%'")
        }
        assert ask("SELECT column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns") == [
            ("geom", "GEOMETRY", 4546, 0, 0)
        ]
        triggers = {
            row[0]
            for row in ask("SELECT name FROM sqlite_schema WHERE type='trigger' AND name LIKE 'rtree%'")
        }
        assert triggers == {
            f"rtree_supply_parcel_geom_{event}"
            for event in ("insert", "update2", "update4", "update5", "update6", "update7", "delete")
        }
        assert ask("SELECT count(*) FROM rtree_supply_parcel_geom") == [(5,)]


def test_what_another_program_wrote(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    with sqlite3.connect(path) as plain:
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            plain.create_function(name, 1, lambda blob: 0)
        plain.execute("UPDATE supply_parcel SET parcel_no = 'QGIS' WHERE fid = 3")
    plain.close()
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert [(m.id, m.values["table"], m.values["ids"]) for m in file.findings] == [
            ("project_file.rows", "supply_parcel", "3")
        ]
        assert file.verify() == file.findings
        with pytest.raises(Refused, match="Feature 3"):
            file.commit(
                step(Record("supply_parcel", 3, {"parcel_no": "QGIS"}, {"parcel_no": "b"})), actor="a"
            )
        file.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="a")
        assert file.verify() == file.findings


def test_journal_shows_what_was_done_to_it(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path, parcels()) as file:
        for number in range(4):
            file.commit(step(Record("bookmark", f"b{number}", None, {"n": number})), actor="a")
    whole = path.read_bytes()
    for statement, first in (
        ("UPDATE parkplan_journal SET actor = 'x' WHERE seq = 4", 4),
        ("DELETE FROM parkplan_journal WHERE seq = 3", 3),
        ("DELETE FROM parkplan_journal WHERE seq = 6", 6),
        ("UPDATE parkplan_journal SET seq = -seq WHERE seq IN (2, 3)", 2),
    ):
        path.write_bytes(whole)
        with sqlite3.connect(path) as plain:
            plain.execute("DROP TRIGGER parkplan_journal_no_update")
            plain.execute("DROP TRIGGER parkplan_journal_no_delete")
            plain.execute(statement)
        plain.close()
        with ProjectFile.open(path, catalogue=CATALOGUE) as file:
            assert file.verify()[0] == Message("project_file.journal_altered", {"seq": first})
            with pytest.raises(Refused):
                file.commit(step(Record("bookmark", "z", None, {})), actor="a")


def test_bit_flips_are_found(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path, parcels(60)) as file:
        file.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="a")
        expected, entries = file.load(), list(file.journal())
    whole = path.read_bytes()
    rng = np.random.default_rng(20261122)
    located = 0
    for _ in range(100):
        place, bit = int(rng.integers(len(whole))), int(rng.integers(8))
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        path.write_bytes(damaged)
        try:
            with ProjectFile.open(path, catalogue=CATALOGUE) as file:
                found = file.verify()
                if not found:
                    same(expected, file.load())
                    assert entries == list(file.journal())
                located += bool(found)
                assert all(say(message, language) for message in found for language in ("zh", "en"))
        except Refused as refused:
            assert str(refused)
            located += 1
    assert located > 10


def test_a_flip_in_a_row_is_located(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    layer = parcels(300)
    new(path, layer).close()
    whole = path.read_bytes()
    for fid in range(1, 301, 30):
        needle = str(layer.frame.loc[fid, "parcel_no"]).encode()
        place = whole.index(needle) + len("宗".encode())
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with ProjectFile.open(path, catalogue=CATALOGUE) as file:
            assert [(m.values["table"], m.values["ids"]) for m in file.verify()] == [
                ("supply_parcel", str(fid))
            ]


def test_refusals_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels(200)).close()
    whole = path.read_bytes()

    def refused(name: str, content: bytes) -> str:
        other = tmp_path / name
        other.write_bytes(content)
        with pytest.raises(Refused) as caught, ProjectFile.open(other, catalogue=CATALOGUE) as file:
            file.load()
        assert say(caught.value.message, "zh") and str(caught.value)
        return caught.value.message.id

    assert refused("text.gpkg", b"not a database at all" * 100) == "project_file.not_a_database"
    assert refused("empty.gpkg", b"") == "project_file.not_a_project"
    assert refused("half.gpkg", whole[: len(whole) // 2]) == "project_file.damaged"
    for name in ("foreign.gpkg", "newer.gpkg"):
        (tmp_path / name).write_bytes(whole)
        with sqlite3.connect(tmp_path / name) as plain:
            plain.execute(
                "DROP TABLE parkplan_schema"
                if name == "foreign.gpkg"
                else "UPDATE parkplan_schema SET version = 99"
            )
        plain.close()
    foreign = (tmp_path / "foreign.gpkg").read_bytes()
    assert refused("foreign.gpkg", foreign) == "project_file.not_a_project"
    assert not is_project_file(tmp_path / "foreign.gpkg") and is_project_file(path)
    assert (tmp_path / "foreign.gpkg").read_bytes() == foreign
    assert refused("newer.gpkg", (tmp_path / "newer.gpkg").read_bytes()) == "project_file.newer"
    with pytest.raises(Refused) as caught:
        ProjectFile.open(tmp_path / "none.gpkg", catalogue=CATALOGUE)
    assert caught.value.message.id == "project_file.no_file"
    with pytest.raises(Refused) as caught:
        ProjectFile.create(path, project(), actor="a")
    assert caught.value.message.id == "project_file.exists" and path.read_bytes() == whole
    with pytest.raises(Refused):
        ProjectFile.create(tmp_path / "no" / "p.gpkg", project(), actor="a")
    assert not [p.name for p in tmp_path.iterdir() if p.suffix != ".gpkg"]


def test_disk_full(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        before = file.load()
        pages = file._connection.execute("PRAGMA page_count").fetchone()
        file._connection.execute(f"PRAGMA max_page_count = {pages[0] + 2}").fetchall()
        with pytest.raises(Refused) as caught:
            file.commit(arrival(requests(20000)), actor="a")
        assert caught.value.message.id == "project_file.disk_full"
        same(before, file.load())
        assert file.verify() == []
        file.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="a")
        assert file.verify() == []


def test_read_only_folder(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    new(tmp_path / "p.gpkg", parcels()).close()
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Refused, match="No permission"):
            ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE)
        with ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE, read_only=True) as file:
            assert len(file.load().layers) == 1
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "id"),
    [
        (errno.EACCES, "no_permission"),
        (errno.EROFS, "read_only_place"),
        (errno.ENOSPC, "disk_full"),
        (errno.EIO, "io"),
    ],
)
def test_a_folder_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, id: str) -> None:
    new(tmp_path / "p.gpkg", parcels()).close()

    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock.os, "open", refuse)
    for attempt in (
        lambda: ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE),
        lambda: ProjectFile.create(tmp_path / "q.gpkg", project(), actor="a"),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.message.id == f"project_file.{id}" and say(caught.value.message, "zh")
    assert [p.name for p in tmp_path.iterdir()] == ["p.gpkg"]


def test_after_a_failed_write_the_file_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        edit = step(Record("supply_parcel", 1, {"count": -2}, {"count": 9}))

        def fail(*_: object) -> None:
            raise apsw.IOError("disk I/O error")

        with monkeypatch.context() as patch:
            patch.setattr(
                Writing, "perform", lambda *_: (_ for _ in ()).throw(apsw.IOError("disk I/O error"))
            )
            with pytest.raises(Refused, match="The disk failed"):
                file.commit(edit, actor="a")
        with pytest.raises(Refused, match="close and open it again"):
            file.commit(edit, actor="a")
        file = reopened(file)
        file.commit(edit, actor="a")
        assert file.verify() == []
        file.close()


def test_moments_keep_their_zone(tmp_path: Path) -> None:
    moments = [datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), None]
    layer = Layer(
        "enterprise_request",
        CATALOGUE.feature_types["enterprise_request"],
        feature_frame([1, 2], {"m": moments}, None, None),
    )
    with new(tmp_path / "p.gpkg", layer) as file:
        assert list(file.load().layers["enterprise_request"].frame["m"]) == moments


def test_an_unknown_feature_type_is_named(tmp_path: Path) -> None:
    new(tmp_path / "p.gpkg", parcels()).close()
    with (
        ProjectFile.open(tmp_path / "p.gpkg", catalogue=SimpleNamespace(feature_types={})) as file,  # type: ignore[arg-type]
        pytest.raises(Refused, match="supply_parcel"),
    ):
        file.load()


def test_text_is_a_message_again(tmp_path: Path) -> None:
    text = Message(
        "model.undo", {"step": Message("test.edit", {"area_m2": 1.5, "names": ["a", Message("test.x")]})}
    )
    with new(tmp_path / "p.gpkg", parcels()) as file:
        seq = file.commit(
            Changeset(text, (Record("decision", "d", None, {"on": date(2026, 1, 1)}),)), actor="a"
        )
        assert list(file.journal())[-1].text == text
        assert file.changeset(seq).text == text
