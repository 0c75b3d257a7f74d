"""Whatever is wrong with a file, the answer is a sentence that names it, and nothing is written beside it."""

import math
import os
import random
import shutil
import struct

import apsw
import pytest

from gis_app.formats import Request, is_project_file, is_supported, later, read, read_many
from gis_app.language import LANGUAGES, Refused, say
from gis_app.worker import Limits
from tests.formats import made
from tests.formats.made import POINT, SQUARE, collection, feature, listing, shapefile

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def refused(path, **options):
    """Read a file that must be refused; check the sentence in both languages."""
    with pytest.raises(Refused) as refusal:
        read(path, workers=0, **options)
    message = refusal.value.message
    for language in LANGUAGES:
        sentence = say(message, language)
        assert path.name in sentence
        assert "{" not in sentence
    return message.id.removeprefix("formats.")


def _polygons(folder, count=3, **options):
    shapes = [[(x + 20 * place, y) for x, y in SQUARE] for place in range(count)]
    return shapefile(folder / "地块.shp", shapes, **options)


@pytest.mark.parametrize("extension", [".shx", ".dbf"])
def test_a_missing_member_is_named(tmp_path, extension):
    path = _polygons(tmp_path)
    path.with_suffix(extension).unlink()
    with pytest.raises(Refused) as refusal:
        read(path, workers=0)
    assert f"地块{extension}" in str(refusal.value)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8, 0.95])
def test_a_shp_cut_short(tmp_path, share):
    path = _polygons(tmp_path, 20)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert refused(path) == "truncated"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_shx_cut_short(tmp_path, share):
    path = _polygons(tmp_path, 20)
    shx = path.with_suffix(".shx")
    shx.write_bytes(shx.read_bytes()[: int(shx.stat().st_size * share)])
    with pytest.raises(Refused) as refusal:
        read(path, workers=0)
    assert "地块.shx" in str(refusal.value)


def test_a_dbf_cut_short_is_counted(tmp_path):
    path = _polygons(tmp_path, 20)
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes()[: 65 + 21 * 12 + 3])
    (table,) = read(path, workers=0)
    assert (len(table), table.declared_count) == (12, 20)
    assert [(each.reason.id, each.count) for each in table.excluded] == [("formats.no_attributes", 8)]
    assert "formats.counts_differ" in {each.id for each in table.problems}


@pytest.mark.parametrize(("rows", "reason"), [(2, "no_attributes"), (5, "no_shape")])
def test_a_dbf_of_another_version(tmp_path, rows, reason):
    path = _polygons(tmp_path, 3, rows=[[b"x"]] * rows)
    (table,) = read(path, workers=0)
    assert len(table) + sum(each.count for each in table.excluded) == table.declared_count == max(3, rows)
    assert [each.reason.id for each in table.excluded] == [f"formats.{reason}"]


def test_deleted_records_are_counted(tmp_path):
    (table,) = read(_polygons(tmp_path, 4, deleted={1, 3}), workers=0)
    assert table.source_ids.tolist() == [0, 2]
    assert [(each.reason.id, each.source_ids) for each in table.excluded] == [("formats.deleted", (1, 3))]


@pytest.mark.parametrize(
    "content", [b"", b"just text", "文本".encode(), VRT.encode(), b"PK\3\4", random.Random(7).randbytes(50)]
)
def test_something_else_named_shp(tmp_path, content):
    path = _polygons(tmp_path)
    path.write_bytes(content)
    assert refused(path) == "content_differs"


@pytest.mark.parametrize("extension", [".shp", ".gpkg", ".geojson", ".json", ".topojson"])
def test_vrt_text_under_any_name(tmp_path, extension):
    path = tmp_path / f"外来{extension}"
    path.write_text(VRT, "utf-8")
    assert refused(path) == "content_differs"


def test_a_database_named_geojson(tmp_path):
    path = tmp_path / "a.geojson"
    apsw.Connection(str(path)).execute("create table t (a)")
    assert refused(path) == "content_differs"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300, 1e10])
def test_coordinates_that_are_no_place(tmp_path, bad):
    ring = [*SQUARE[:2], (bad, 10.0), *SQUARE[2:]]
    (table,) = read(shapefile(tmp_path / "a.shp", [SQUARE, ring, SQUARE]), workers=0)
    assert table.source_ids.tolist() == [0, 2]
    (out,) = table.excluded
    assert out.reason.id == ("formats.not_finite" if not math.isfinite(bad) else "formats.too_large")
    assert out.source_ids == (1,)
    assert refused(shapefile(tmp_path / "b.shp", [ring])) == "nothing_usable"


def test_points_that_are_no_place(tmp_path):
    points = [(1.0, 2.0), (math.nan, math.nan), (math.inf, 0.0), None]
    (table,) = read(shapefile(tmp_path / "a.shp", points, kind=POINT), workers=0)
    found = {each.reason.id: each.source_ids for each in table.excluded}
    assert found == {"formats.null_geometry": (3,), "formats.not_finite": (1, 2)}


def test_a_corrupt_record(tmp_path):
    path = _polygons(tmp_path)
    content = bytearray(path.read_bytes())
    struct.pack_into("<i", content, 100 + 136 + 8 + 4 + 32 + 4, 10**6)  # points of the second record
    path.write_bytes(content)
    (table,) = read(path, workers=0)
    assert table.source_ids.tolist() == [0, 2]
    assert [(each.reason.id, each.source_ids) for each in table.excluded] == [("formats.corrupt", (1,))]


def test_an_empty_layer_is_no_error(tmp_path):
    (table,) = read(shapefile(tmp_path / "a.shp", []), workers=0)
    assert (len(table), table.declared_count, table.geometry_type) == (0, 0, "Polygon")


@pytest.mark.parametrize("name", ["http://127.0.0.1:9/a.shp", "/vsicurl/http://x/a.shp", "PG:dbname=a.gpkg"])
def test_addresses_are_not_followed(tmp_path, name):
    from pathlib import Path

    with pytest.raises(Refused) as refusal:
        read(Path(name), workers=0)
    assert refusal.value.message.id == "formats.address"


def test_folders_pipes_and_what_is_not_there(tmp_path):
    (tmp_path / "a.shp").mkdir()
    assert refused(tmp_path / "a.shp") == "folder"
    assert refused(tmp_path / "b.shp") == "absent"
    os.mkfifo(tmp_path / "c.geojson")
    assert refused(tmp_path / "c.geojson") == "not_ordinary"
    assert refused(tmp_path / ("长" * 200 + ".shp")) == "absent"


@pytest.mark.parametrize(
    "name", ["图.dxf", "图.DWG", "库.gdb", "点.txt", "台账.xlsx", "表.csv", "a.kml", "b.zip", "c.rar"]
)
def test_what_comes_later_says_so(tmp_path, name):
    path = tmp_path / name
    path.mkdir() if name.endswith("gdb") else path.write_bytes(b"x")
    assert later(path) is not None
    assert not is_supported(path)
    assert refused(path) == "later"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ('{"type": "FeatureCollection", "features": [', "json_broken"),
        ('{"type": "FeatureCollection"}', "json_features"),
        ('{"type": "Topology"}', "is_topojson"),
        ('{"a": 1}', "not_geojson"),
        ("[1, 2]", "not_geojson"),
        ("[" * 200_000, "json_too_deep"),
        ('{"a": 1' + "0" * 6000 + "}", "json_number"),
    ],
)
def test_broken_geojson(tmp_path, text, id):
    path = tmp_path / "文.geojson"
    path.write_text(text, "utf-8")
    assert refused(path) == id


def test_the_place_of_a_fault_in_json_is_told(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection",\n "features": [1,, 2]}', "utf-8")
    with pytest.raises(Refused, match="line 2, column 17"):
        read(path, workers=0)


def _polygon(ring):
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"type": "Feature", "properties": {}}, "json_no_geometry"),
        ({"type": "feature", "properties": {}, "geometry": None}, "json_not_feature"),
        (7, "json_not_feature"),
        ({**feature(None), "properties": [1]}, "json_properties"),
        (feature({"type": "Kreis", "coordinates": [0, 0]}), "json_geometry_type"),
        (feature({"type": "Point"}), "json_no_coordinates"),
        (feature({"type": "Point", "coordinates": ["1", 2]}), "json_coordinates_no_numbers"),
        (feature({"type": "Point", "coordinates": [True, 2]}), "json_coordinates_no_numbers"),
        (feature({"type": "Point", "coordinates": [1]}), "json_position_short"),
        (feature({"type": "Point", "coordinates": [[1, 2]]}), "json_coordinates_nesting"),
        (feature({"type": "LineString", "coordinates": [[1, 2]]}), "json_too_few_positions"),
        (feature(_polygon([[0, 0], [1, 0], [0, 0]])), "json_too_few_positions"),
        (feature(_polygon([[0, 0], [1, 0], [1, 1], [0, 1]])), "json_ring_open"),
        (feature({"type": "Point", "coordinates": [math.nan, 2]}), "not_finite"),
        (feature({"type": "Point", "coordinates": [1e300, 2]}), "too_large"),
        (feature({"type": "LineString", "coordinates": [[0, 0], [math.inf, 2]]}), "not_finite"),
        (feature(None), "null_geometry"),
    ],
)
def test_wrong_features_are_left_out_and_counted(tmp_path, wrong, reason):
    right = feature({"type": "Point", "coordinates": [1, 2]})
    (table,) = read(collection(tmp_path / "a.geojson", [right, wrong, right]), workers=0)
    assert table.source_ids.tolist() == [0, 2]
    assert [(each.reason.id, each.source_ids) for each in table.excluded] == [(f"formats.{reason}", (1,))]
    for language in LANGUAGES:
        assert say(table.excluded[0].reason, language)


def test_a_hostile_trigger_does_not_run_and_a_log_left_behind_is_taken_in(tmp_path):
    from gis_app.formats import write

    path = tmp_path / "a.gpkg"
    write(path, made.table({"n": [1, 2]}, {"n": "integer"}, made.squares(2)), workers=0)
    connection = apsw.Connection(str(path))
    connection.execute("pragma journal_mode = wal").fetchall()
    connection.execute("pragma wal_autocheckpoint = 0").fetchall()
    connection.execute("create trigger t after update on gpkg_contents begin delete from layer; end")
    connection.execute("create table loose (a)")
    left = tmp_path / "left"
    left.mkdir()
    for each in ("a.gpkg", "a.gpkg-wal"):
        shutil.copy(tmp_path / each, left / each)
    connection.close()
    before = listing(left)
    found = {table.name: len(table) for table in read(left / "a.gpkg")}
    assert found == {"layer": 2, "loose": 0}
    assert listing(left) == before


def test_a_damaged_database(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    assert refused(path) == "database_broken"


def test_a_project_is_not_a_foreign_file(tmp_path):
    path = tmp_path / "项目.gpkg"
    connection = apsw.Connection(str(path))
    connection.execute("create table parkplan_journal (seq integer primary key)")
    before = listing(tmp_path)
    assert is_project_file(path)
    assert refused(path) == "is_project"
    assert listing(tmp_path) == before
    connection.close()


HOSTILE = ["a!b", "带 空格", "百分%20", "引'号\"", "换\n行", "😀园区", "a?b#c", "$(touch x)", "..点", "-v"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path, name):
    (table,) = read(shapefile(tmp_path / f"{name}.shp", [SQUARE]), workers=0)
    assert (len(table), table.name) == (1, name)


def test_nothing_is_written_beside_the_source_and_nothing_changed(tmp_path):
    _polygons(tmp_path)
    collection(tmp_path / "b.geojson", [feature({"type": "Point", "coordinates": [1, 2]})])
    (tmp_path / "c.shp").write_bytes(b"text")
    os.utime(tmp_path, ns=(1, 1))
    before = listing(tmp_path)
    answers = read_many([Request(each) for each in sorted(tmp_path.iterdir()) if is_supported(each)])
    assert [isinstance(each, Refused) for each in answers] == [False, True, False]
    assert listing(tmp_path) == before


def test_side_by_side_in_order(tmp_path):
    paths = [shapefile(tmp_path / f"{n}.shp", [SQUARE] * n) for n in (3, 1, 2)]
    answers = read_many([Request(path) for path in [*paths, tmp_path / "none.shp"]])
    assert [len(tables[0]) for tables in answers[:3]] == [3, 1, 2]
    assert isinstance(answers[3], Refused)


def test_limits_end_in_a_sentence(tmp_path):
    path = _polygons(tmp_path)
    for limits, id in ((Limits(time_s=0.01), "reader_time"), (Limits(memory_bytes=1 << 20), "reader_memory")):
        with pytest.raises(Refused) as refusal:
            read(path, limits=limits)
        assert refusal.value.message.id == f"formats.{id}"
        assert "地块.shp" in str(refusal.value)


def test_the_reader_process_has_four_drivers_and_no_tables():
    from gis_app.formats.ahead import LEAN
    from gis_app.worker import Job, run

    reply = run(Job("gis_app.formats.reader", "equipment", {}, keep_out=LEAN))
    assert set(reply.value["drivers"]) == {"ESRI Shapefile", "GPKG", "GeoJSON", "TopoJSON"}
    assert not {"pandas.core", "geopandas.geodataframe", "PySide6.QtCore"} & set(reply.value["modules"])


def test_no_permission(tmp_path, monkeypatch):
    from gis_app.formats import source

    def denied(self, *arguments, **options):
        raise PermissionError(13, "denied")

    path = _polygons(tmp_path)
    monkeypatch.setattr(source.Path, "open", denied)
    with pytest.raises(Refused) as refusal:
        read(path, workers=0)
    assert refusal.value.message.id == "formats.no_read_permission"
