"""The land survey of a real zone, through the command: text, area, scheme, overlaps, periods and parts."""

import random
import shutil
import struct
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.realdata import (
    REALDATA,
    failing,
    needs_realdata,
    parkplan,
    placed,
    printed,
    shapes_of,
    shared_areas,
)

pytestmark = needs_realdata

BINXI = REALDATA / "binxi"
SURVEY = BINXI / "宾西2013.shp"
CRS = 4551
DEGREES = 4490
SMALLEST_OVERLAP_M2 = 0.01
SHIFT_M = 2.0
SEED = 20131231
LAND_CLASSES = {
    "住宅用地",
    "工矿仓储用地",
    "商服用地",
    "街巷用地",
    "其他交通运输用地",
    "公园与绿地",
    "其他公共管理与公共服务用地",
    "已达到供地条件的其他土地",
    "未达到供地条件的其他土地",
    "河湖及其蓄滞洪区土地",
    "其他不可建设土地",
}


@pytest.fixture(scope="module")
def layer() -> dict[str, Any]:
    (found,) = printed("info", SURVEY, "--crs", CRS)["layers"]
    return found


def test_count_and_geometry(layer: dict[str, Any]) -> None:
    assert layer["count"] == 208
    assert layer["excluded"] == []
    assert layer["geometry_type"] in {"Polygon", "MultiPolygon"}


def test_chinese_is_intact(layer: dict[str, Any]) -> None:
    samples = {field["name"]: field["sample"] for field in layer["fields"]}
    assert "宾西经济技术开发区" in samples["KFQMC"]
    assert samples["DLMC"] and set(samples["DLMC"]) <= LAND_CLASSES
    assert layer["encoding"].lower() in {"gbk", "cp936", "gb18030"}


def test_area_agrees_with_the_surveyors(layer: dict[str, Any]) -> None:
    shapes = placed(shapes_of(SURVEY), DEGREES, CRS)
    assert layer["planar_area_m2"] == pytest.approx(shapely.area(shapes).sum(), abs=0.01)
    assert round(layer["planar_area_m2"] / 10_000, 2) == 1857.70


def test_scheme_is_proposed_from_code_and_name(layer: dict[str, Any]) -> None:
    assert layer["scheme_proposals"][0]["scheme"] == "tdt1029"
    assert layer["scheme"] in {None, "tdt1029"}


def _pairs(report: dict[str, Any]) -> dict[frozenset[int], float]:
    return {frozenset(f["source_ids"]): f["measured"] for f in failing(report, "overlap_within")}


def _check(path: Path) -> dict[str, Any]:
    return printed("check", path, "--crs", CRS, "--as", f"{path.name}=survey_polygon")


def test_no_overlap_as_delivered() -> None:
    assert _pairs(_check(SURVEY)) == {}


def _copy_of_set(folder: Path) -> Path:
    for member in BINXI.glob(f"{SURVEY.stem}.*"):
        shutil.copy(member, folder / member.name)
    return folder / SURVEY.name


def _shift(path: Path, record: int, by_m: tuple[float, float]) -> None:
    """Move one polygon within the bytes of a shapefile; everything else stays as delivered."""
    index = path.with_suffix(".shx").read_bytes()
    start = struct.unpack_from(">i", index, 100 + 8 * record)[0] * 2 + 8
    content = bytearray(path.read_bytes())
    parts, points = struct.unpack_from("<ii", content, start + 36)
    first = start + 44 + 4 * parts
    degrees = np.frombuffer(content, "<f8", 2 * points, first).reshape(-1, 2)
    metres = shapely.get_coordinates(placed(shapely.points(degrees), DEGREES, CRS)) + by_m
    moved = shapely.get_coordinates(placed(shapely.points(metres), CRS, DEGREES))
    content[first : first + 16 * points] = moved.astype("<f8").tobytes()
    struct.pack_into("<4d", content, start + 4, *moved.min(axis=0), *moved.max(axis=0))
    path.write_bytes(content)


def _shifts() -> list[tuple[int, float]]:
    chance = random.Random(SEED)
    return [(chance.randrange(208), chance.uniform(0, 2 * np.pi)) for _ in range(4)]


@pytest.mark.parametrize(("record", "direction"), _shifts())
def test_a_shifted_parcel_lies_on_its_neighbours_only(tmp_path: Path, record: int, direction: float) -> None:
    path = _copy_of_set(tmp_path)
    _shift(path, record, (SHIFT_M * np.cos(direction), SHIFT_M * np.sin(direction)))
    expected = shared_areas(placed(shapes_of(path), DEGREES, CRS), SMALLEST_OVERLAP_M2)
    assert expected and all(record in pair for pair in expected)
    found = _pairs(_check(path))
    assert found.keys() == expected.keys(), f"seed {SEED}"
    assert found == pytest.approx(expected, abs=0.01)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The proposal for the whole folder: one entry a file, by the file's stem."""
    folder = tmp_path_factory.mktemp("binxi") / "宾西"
    shutil.copytree(BINXI, folder)
    document = tomllib.loads(parkplan("info", folder, "--crs", CRS, "--plan").stdout)
    assert not (folder / "park.toml").exists()
    return {Path(entry["path"]).stem: entry for entry in document["file"]}


def test_plan_names_both_years(plan: dict[str, dict[str, Any]]) -> None:
    assert plan["宾西2012"]["period"] == "2012"
    assert plan["宾西2013"]["period"] == "2013"


def test_plan_names_the_parts_of_2013(plan: dict[str, dict[str, Any]]) -> None:
    for part in ("宾西2013已建成城镇建设用地", "宾西2013未建成城镇建设用地", "宾西2013不可建设土地"):
        assert Path(plan[part]["part_of"]).stem == "宾西2013"
        assert plan[part]["period"] == "2013"
    assert "part_of" not in plan["宾西2012"]
    assert "part_of" not in plan["宾西2013"]


def test_plan_is_only_proposed(plan: dict[str, dict[str, Any]]) -> None:
    assert len(plan) == 7
    assert all(entry["proposed"] is True for entry in plan.values())
