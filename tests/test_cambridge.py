"""13 000 parcels of a city, through the command: the invalid are named, and mended only when asked."""

import re
from pathlib import Path
from typing import Any

import pyogrio
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

TOPOJSON = REALDATA / "cambridge" / "ASSESSING_ParcelsFY2014.topojson"
DEGREES = 4326
CRS = 26986
AREA = re.compile(r"\d[\d.]* (?:㎡|m²|m2)")


@pytest.fixture(scope="module")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parcels as GeoJSON with every digit, made by GDAL."""
    path = tmp_path_factory.mktemp("cambridge") / "parcels.geojson"
    meta, _, geometry, columns = pyogrio.raw.read(TOPOJSON)
    pyogrio.raw.write(
        path,
        geometry,
        columns,
        meta["fields"],
        geometry_type="Unknown",
        crs="EPSG:4326",
        driver="GeoJSON",
        layer_options={"COORDINATE_PRECISION": "17"},
    )
    return path


@pytest.fixture(scope="module")
def delivered(parcels: Path) -> dict[str, Any]:
    return printed(
        "check", parcels, "--source-crs", DEGREES, "--crs", CRS, "--as", f"{parcels.name}=survey_polygon"
    )


def _large(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for finding in failing(report, "overlap_within") if finding["measured"] > 1]


def _invalid(report: dict[str, Any]) -> set[int]:
    return {fid for finding in failing(report, "valid_geometry") for fid in finding["source_ids"]}


def test_34_invalid_are_named(parcels: Path, delivered: dict[str, Any]) -> None:
    shapes = placed(shapes_of(parcels), DEGREES, CRS)
    assert int((~shapely.is_valid(shapes)).sum()) == 34
    assert len(_invalid(delivered)) == 34


def test_15_overlaps_over_1_m2_among_the_valid(parcels: Path, delivered: dict[str, Any]) -> None:
    shapes = placed(shapes_of(parcels), DEGREES, CRS)
    expected = shared_areas(shapes[shapely.is_valid(shapes) & ~shapely.is_empty(shapes)], 1.0)
    assert len(expected) == 15
    found = _large(delivered)
    assert sorted(f["measured"] for f in found) == pytest.approx(sorted(expected.values()), abs=0.01)
    assert not _invalid(delivered) & {fid for finding in found for fid in finding["source_ids"]}


def test_repair_is_asked_for_and_shows_its_area(parcels: Path, tmp_path: Path) -> None:
    before = parcels.read_bytes()
    mended = tmp_path / "mended.gpkg"
    systems = ("--source-crs", DEGREES, "--crs", CRS)
    done = parkplan("convert", parcels, mended, "--repair", *systems, allowed=(0,))
    assert parcels.read_bytes() == before
    lines = (done.stdout + done.stderr).splitlines()
    assert sum(len(AREA.findall(line)) == 2 for line in lines) == 34, "area before and after of each"
    report = printed("check", mended, "--crs", CRS, "--as", f"{mended.name}=survey_polygon")
    assert _invalid(report) == set()
    assert len(_large(report)) == 34
