"""Converting: what goes round comes back, losses are said, nothing is replaced unasked."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis_app.formats import read
from tests.cli.command import FAULTY, GRID, SAMPLE, X, Y, geojson, here, square, tree

NAMES = {
    "地块名称": "甲地块",
    "用地性质说明": "工业",
    "面积平方米": 10_000.5,
    "中文字段名超过十个字节的一": 1,
    "中文字段名超过十个字节的二": 2,
}


def rows(path: Path) -> list[dict[str, Any]]:
    (table,) = read(path, workers=0)
    columns = [(name, list(values)) for name, values in table.columns.items()]
    return [{name: values[n] for name, values in columns} for n in range(len(table))]


def shapes(path: Path) -> list[Any]:
    (table,) = read(path, workers=0)
    return [shapely.normalize(shape) for shape in table.geometry]


def test_round_trip_keeps_chinese_names_and_values(tmp_path: Path) -> None:
    first = tmp_path / "甲.shp"
    for end in (".shp", ".shx", ".dbf", ".prj"):
        shutil.copy2((SAMPLE / "供地宗地.shp").with_suffix(end), first.with_suffix(end))
    before = tree(tmp_path)
    steps = [first, tmp_path / "乙.geojson", tmp_path / "丙.gpkg", tmp_path / "丁.shp"]
    for source, target in pairwise(steps):
        ran = here("convert", source, target, "--output-encoding", "GB18030", "--language", "en")
        assert ran.code == 0, ran.err
        assert "40" in ran.out and target.name in ran.out
    assert repr(rows(first)) == repr(rows(steps[-1])) and shapes(first) == shapes(steps[-1])
    assert "备注" in rows(first)[0] and any(ord(ch) > 0x4E00 for ch in rows(first)[0]["ZDMC"])
    assert {name: digest for name, digest in tree(tmp_path).items() if name in before} == before


@pytest.mark.parametrize(("encoding", "bytes_"), [("GB18030", 2), ("UTF-8", 3)])
def test_names_are_cut_by_whole_characters_and_that_is_said_first(
    encoding: str, bytes_: int, tmp_path: Path
) -> None:
    source = geojson(tmp_path / "图.geojson", [(square(0, 0), NAMES)])
    target = tmp_path / "out.shp"
    ran = here("convert", source, target, "--output-encoding", encoding, "--language", "en")
    assert ran.code == 0, ran.err
    (row,) = rows(target)
    assert list(row.values()) == list(NAMES.values()) and len(row) == len(NAMES)
    for name, kept in zip(NAMES, row, strict=True):
        assert len(kept.encode(encoding)) <= 10
        if name != kept:
            assert name.startswith(kept.rstrip("0123456789_")) and name in ran.err and kept in ran.err
    assert "地块名称"[: 10 // bytes_] in row
    assert "\n".join(target.with_suffix(".cpg").read_text().split()).upper() == encoding


def test_no_file_is_replaced_unasked(tmp_path: Path) -> None:
    source = geojson(tmp_path / "图.geojson", [(square(0, 0), {"name": "新"})])
    for name in ("out.shp", "out.gpkg", "out.geojson"):
        assert here("convert", source, tmp_path / name).code == 0
        before = tree(tmp_path)
        for language in ("zh", "en"):
            ran = here("convert", source, tmp_path / name, "--language", language)
            assert ran.code == 2 and name in ran.err and not ran.out and tree(tmp_path) == before
        assert here("convert", source, tmp_path / name, "--overwrite").code == 0
        assert rows(tmp_path / name) == [{"name": "新"}]


def test_a_project_is_not_written_over(small: Path, tmp_path: Path) -> None:
    source = geojson(tmp_path / "图.geojson", [(square(0, 0), {"name": "新"})])
    before = tree(small.parent)
    ran = here("convert", source, small, "--overwrite", "--language", "en")
    assert ran.code == 2 and small.name in ran.err and tree(small.parent) == before


def test_to_another_reference_system(tmp_path: Path) -> None:
    source = geojson(tmp_path / "图.geojson", [(square(0, 0), {"name": "甲"})])
    assert here("convert", source, tmp_path / "out.gpkg", "--crs", 4545).code == 0
    (table,) = read(tmp_path / "out.gpkg", workers=0)
    assert "4545" in table.crs_wkt and abs(table.geometry[0].bounds[0] - X) > 100_000
    assert here("convert", tmp_path / "out.gpkg", tmp_path / "back.gpkg", "--crs", GRID).code == 0
    (back,) = shapes(tmp_path / "back.gpkg")
    assert back.bounds == pytest.approx((X, Y, X + 100, Y + 100), abs=1e-3)


def test_a_repair_is_said_with_both_areas(tmp_path: Path) -> None:
    source = next((FAULTY / "valid_geometry").glob("*.shp"))
    (table,) = read(source, workers=0)
    broken = int((~shapely.is_valid(table.geometry)).sum())
    assert broken
    ran = here("convert", source, tmp_path / "out.gpkg", "--repair", "--language", "en")
    assert ran.code == 0 and ran.err.count("m² becomes") == broken
    assert all(shape.is_valid for shape in shapes(tmp_path / "out.gpkg"))


def test_a_folder_of_several_layers_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        geojson(tmp_path / f"{name}.geojson", [(square(0, 0), {"x": 1})])
    ran = here("convert", tmp_path, tmp_path / "out.gpkg", "--language", "en")
    assert ran.code == 2 and tmp_path.name in ran.err and not (tmp_path / "out.gpkg").exists()


@pytest.mark.parametrize("name", ["out.dxf", "out.txt", "out", "out.xyz"])
def test_a_format_that_is_not_written_is_refused(name: str, tmp_path: Path) -> None:
    source = geojson(tmp_path / "图.geojson", [(square(0, 0), {"x": 1})])
    for language in ("zh", "en"):
        ran = here("convert", source, tmp_path / name, "--language", language)
        assert ran.code == 2 and name in ran.err and not (tmp_path / name).exists()
