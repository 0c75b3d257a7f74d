"""The sample park is what the other tests take it to be: clean coverages, exact areas, every idle row."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gis_app.catalogue import Catalogue, load
from gis_app.rules.idle import idle_state
from gis_app.session.columns import map_columns
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.outcome import checked, reviewed
from tests import oracle

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_shapefiles"
PERIODS = ("2026-10", "2026-11")
EXPECTED = tomllib.loads((Path(__file__).parent / "expected.toml").read_text(encoding="utf-8"))
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WIDTH_M = 0.1


@cache
def answers(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "park.toml").read_text(encoding="utf-8"))


@cache
def entry(period: str, feature_type: str) -> dict[str, Any]:
    files = answers(SAMPLE / "demo_park" / period)["file"]
    (found,) = [f for f in files if f["feature_type"] == feature_type]
    return found


@cache
def layer(feature_type: str, period: str = "2026-11") -> gpd.GeoDataFrame:
    told = entry(period, feature_type)
    encoding = told["encoding"] if told["path"].endswith(".shp") else None
    return gpd.read_file(SAMPLE / "demo_park" / period / told["path"], encoding=encoding)


def added(proposal: str) -> list[Any]:
    blocks = layer("proposal_block")
    return list(blocks[(proposal == blocks.FA) & blocks.BGLX.isin(["调入", "扩入"])].geometry)


def proposals() -> list[str]:
    return [p["id"] for p in answers(SAMPLE / "demo_park" / "2026-11")["proposal"]]


# -- folders ------------------------------------------------------------------


def test_made_again_byte_for_byte(tmp_path: Path) -> None:
    script = SAMPLE / "make_demo_park.py"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "7"}
    environment.pop("GDAL_SKIP", None)  # what a reader in this process leaves out, the script needs
    subprocess.run([sys.executable, str(script), "--output", str(tmp_path)], check=True, env=environment)
    for name in ("demo_park", "faulty"):
        made = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        kept = {p.relative_to(SAMPLE): p.read_bytes() for p in (SAMPLE / name).rglob("*") if p.is_file()}
        assert sorted(made) == sorted(kept)
        assert [p for p in made if made[p] != kept[p]] == []


def test_small() -> None:
    assert sum(p.stat().st_size for p in (SAMPLE / "demo_park").rglob("*") if p.is_file()) < 15e6


@pytest.mark.parametrize(
    "folder",
    [*sorted((SAMPLE / "demo_park").iterdir()), *sorted((SAMPLE / "faulty").glob("*/"))],
    ids=lambda p: p.name,
)
def test_answers_fit_files(folder: Path) -> None:
    told = answers(folder)
    assert "虚构示例" in told["park"]["name"]
    assert {p.stem for p in folder.glob("*.shp")} | {p.stem for p in folder.glob("*.geojson")} == {
        Path(f["path"]).stem for f in told["file"]
    }
    for file in told["file"]:
        members = sorted((folder / file["path"]).parent.glob(f"{Path(file['path']).stem}.*"))
        digests = sorted(f"{m.suffix}:{hashlib.sha256(m.read_bytes()).hexdigest()}" for m in members)
        whole = digests[0].split(":")[1] if len(members) == 1 else None
        assert file["sha256"] == (whole or hashlib.sha256("\n".join(digests).encode()).hexdigest())
        assert file["complete_within"]


def test_every_column_is_known() -> None:
    types = load().feature_types
    for folder in [*(SAMPLE / "demo_park").iterdir(), *(SAMPLE / "faulty").glob("*/")]:
        for file in answers(folder)["file"]:
            encoding = file["encoding"] if file["path"].endswith(".shp") else None
            names = pyogrio.read_info(folder / file["path"], encoding=encoding)["fields"]
            fields = [types[file["feature_type"]].field_for(n) for n in names if n != "备注"]
            assert None not in fields, (folder.name, file["path"], names)
            assert len({f.id for f in fields if f is not None}) == len(fields), (folder.name, file["path"])


def test_every_feature_type_is_there() -> None:
    kinds = [f["feature_type"] for f in answers(SAMPLE / "demo_park" / "2026-11")["file"]]
    # annotations are drawn in the program; nobody delivers them
    assert sorted(kinds) == sorted(set(load().feature_types) - {"annotation"})


def test_encodings() -> None:
    folder = SAMPLE / "demo_park" / "2026-11"
    assert not (folder / "供地宗地.cpg").exists()
    assert (folder / "供地宗地.dbf").read_bytes()[29] == 0x4D
    marks = {p.read_text("ascii") for p in folder.glob("*.cpg")}
    assert marks == {"UTF-8", "GBK"}
    for table in folder.glob("*.dbf"):
        assert table.read_bytes()[1:4] == bytes((126, 10, 31))
    assert layer("supply_parcel")["约定动工"].notna().sum() > 30


# -- counts and shapes --------------------------------------------------------


def test_counts() -> None:
    for kind, count in EXPECTED["counts"].items():
        assert len(layer(kind)) == count, kind
    for kind, least in {
        "survey_polygon": 600,
        "street_lamp": 800,
        "road": 25,
        "standard_factory": 20,
        "improvement_project": 15,
        "plan_parcel": 300,
        "reserve_parcel": 5,
    }.items():
        assert len(layer(kind)) >= least, kind
    assert layer("approval_batch").PCMC.nunique() == 3
    assert layer("village").XZQMC.nunique() == 6 and layer("village").CMZ.nunique() == 3
    assert layer("standard_factory").QC.nunique() == 3


@pytest.mark.parametrize(
    "kind", ["survey_polygon", "plan_parcel", "supply_parcel", "approval_batch", "park_boundary", "village"]
)
def test_clean_coverage(kind: str) -> None:
    shapes = layer(kind).geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes, gap_width=0.02)
    assert shapely.union_all(shapes).area == pytest.approx(shapely.area(shapes).sum(), abs=0.01)


def test_survey_has_no_gap() -> None:
    region = shapely.from_wkt(entry("2026-11", "survey_polygon")["complete_within"])
    ground = shapely.coverage_union_all(layer("survey_polygon").geometry.to_numpy())
    assert ground.symmetric_difference(region).area < 1e-3
    assert all(ground.covers(block.buffer(-0.01)) for p in proposals() for block in added(p))


def test_plan_covers_park_and_added_land() -> None:
    plan = layer("plan_parcel")
    ground = shapely.coverage_union_all(plan.geometry.to_numpy())
    wanted = [*layer("park_boundary").geometry, *(b for p in proposals() for b in added(p))]
    assert max(shape.difference(ground).area for shape in wanted) == 0
    assert plan.YDYHFLDM.str[:2].between("07", "16").all()
    assert "16" in set(plan.YDYHFLDM)


def test_housing_apart_from_heavy_industry() -> None:
    plan = layer("plan_parcel")
    homes = plan[plan.YDYHFLDM.str.startswith(("07", "0804", "0806"))].geometry.union_all()
    heavy = plan[plan.YDYHFLDM == "100103"]
    assert len(heavy) > 3
    assert heavy.distance(homes).min() > 500


def test_supply_inside_batches() -> None:
    batches = layer("approval_batch")
    sites = layer("supply_parcel")
    ground = shapely.coverage_union_all(batches.geometry.to_numpy())
    assert sites.difference(ground).area.max() == 0
    usable = batches[batches["不可供应"] == "否"].geometry.union_all()
    assert usable.difference(sites.geometry.union_all()).area > 50e4
    plan = layer("plan_parcel").set_index("DKBH")
    joined = gpd.sjoin(
        sites.assign(geometry=sites.representative_point()), plan.reset_index(), predicate="within"
    )
    assert (joined.YDDM == joined.YDYHFLDM).all()


def test_survey_fields_add_up() -> None:
    survey = layer("survey_polygon")
    arable = survey[survey.DLBM.isin(["0101", "0103"])]
    assert set(arable.DLBM) == {"0101", "0103"}
    assert arable.KCXS.between(0.08, 0.22).all()
    assert (survey.TBMJ - survey.KCMJ - survey.TBDLMJ).abs().max() < 0.006
    assert (survey.TBMJ - survey.area).abs().max() < 0.0051
    assert (arable.KCMJ - arable.TBMJ * arable.KCXS).abs().max() < 0.0051
    codes = load().code_lists["survey3"]
    assert {
        (c, n) for c, n in zip(survey.DLBM, survey.DLMC, strict=True) if codes.codes[c].name != n
    } == set()


# -- control lines and proposals ----------------------------------------------


def test_drawn_areas() -> None:
    drawn = EXPECTED["drawn"]
    assert layer("park_boundary").area.sum() / 1e4 == pytest.approx(drawn["park"], abs=1e-6)
    blocks = layer("proposal_block")
    for proposal in proposals():
        told = {p["id"]: p for p in answers(SAMPLE / "demo_park" / "2026-11")["proposal"]}[proposal]["facts"]
        for kind, word in (("out", "调出"), ("in", "调入"), ("expand", "扩入")):
            area = blocks[(proposal == blocks.FA) & (word == blocks.BGLX)].area.sum() / 1e4
            assert area == pytest.approx(drawn[proposal][kind], abs=1e-6)
            assert told[f"{kind}_ha"]["value"] == drawn[proposal][kind]
        parts = [told[k]["value"] for k in ("out_ha", "in_ha", "expand_ha")]
        assert 1186.42 - parts[0] + parts[1] + parts[2] == pytest.approx(told["total_ha"]["value"], abs=1e-6)
        assert parts[1] <= parts[0]


def shared_farmland(proposal: str) -> list[Any]:
    """The parts that the added land shares with farmland: one polygon each, by construction."""
    farms = layer("permanent_basic_farmland")
    found = []
    for block in added(proposal):
        for farm in farms.geometry.iloc[farms.sindex.query(block, "intersects")]:
            exact = oracle.intersection_area(block, farm)
            if exact:
                part = block.intersection(farm)
                assert part.area == pytest.approx(float(exact), abs=1e-4)
                found += [p for p in shapely.get_parts(part) if p.area > 1e-6]
    return found


@pytest.mark.parametrize("proposal", "ABCD")
def test_farmland_areas(proposal: str) -> None:
    told = EXPECTED["farmland"][proposal]
    parts = shared_farmland(proposal)
    core = oracle.core_area(parts, WIDTH_M)
    assert float(core) == pytest.approx(told["core_m2"], abs=0.005)
    assert sum(p.area for p in parts) - float(core) == pytest.approx(told["gap_m2"], abs=0.005)


def test_reprojection_sliver() -> None:
    farms = layer("permanent_basic_farmland")
    (block,) = [b for b in added("E") if b.area == pytest.approx(120e4, abs=1)]
    (farm,) = [f for f in farms.geometry if f.intersection(block).area > 0]
    exact = float(oracle.intersection_area(block, farm))
    assert exact == pytest.approx(EXPECTED["farmland"]["E"]["gap_m2"], abs=0.005)
    assert 5 < exact < 60
    assert shapely.buffer(block.intersection(farm), -0.005, join_style="mitre").is_empty  # nowhere 10 mm wide


@pytest.mark.parametrize("proposal", "ABCDE")
def test_beyond_the_farmland_delivery(proposal: str) -> None:
    known = shapely.from_wkt(entry("2026-11", "permanent_basic_farmland")["complete_within"])
    outside = sum((oracle.difference_area(block, [known]) for block in added(proposal)), Fraction(0))
    assert float(outside) == pytest.approx(EXPECTED["farmland"][proposal]["outside_m2"], abs=0.005)
    if proposal == "C":
        assert float(outside) / sum(b.area for b in added("C")) == pytest.approx(0.30, abs=1e-9)


@pytest.mark.parametrize("proposal", "ABCDE")
def test_nothing_else_in_the_way(proposal: str) -> None:
    blocks = layer("proposal_block")
    park = layer("park_boundary").geometry.union_all()
    bounds = layer("urban_development_boundary").geometry
    for block in added(proposal):
        near = list(bounds[bounds.intersects(block)])
        assert float(oracle.difference_area(block, near)) < 1e-6
        assert float(oracle.intersection_area(block, park)) < 1e-6
        for kind in ("ecological_red_line", "other_park", "exclusion_zone"):
            assert layer(kind).distance(block).min() > 1, kind
    for block in blocks[(proposal == blocks.FA) & (blocks.BGLX == "调出")].geometry:
        assert float(oracle.difference_area(block, [park])) < 1e-6


def test_other_layers_vouch_for_all_proposals() -> None:
    ground = shapely.union_all(
        [b for p in proposals() for b in added(p)] + list(layer("park_boundary").geometry)
    )
    for file in answers(SAMPLE / "demo_park" / "2026-11")["file"]:
        within = file["complete_within"]
        area = shapely.from_wkt(within) if isinstance(within, str) else shapely.box(*within)
        if file["feature_type"] != "permanent_basic_farmland":
            assert area.covers(ground), file["path"]


def test_lines_do_not_cross() -> None:
    farms = layer("permanent_basic_farmland").geometry.union_all()
    assert layer("ecological_red_line").intersection(farms).area.sum() < 1e-3
    assert layer("urban_development_boundary").intersection(farms).area.sum() == pytest.approx(
        1000 + 149.75 + 15.84, abs=0.1
    )


# -- the ledger ---------------------------------------------------------------


def ledger(period: str) -> list[dict[str, Any]]:
    """The ledger under the program's field names."""
    frame = pd.DataFrame(layer("supply_parcel", period).drop(columns="geometry"))
    kind = load().feature_types["supply_parcel"]
    columns = {name: frame[name].astype(object).where(frame[name].notna(), None).to_numpy() for name in frame}
    values = map_columns(columns, kind).values
    return [
        {name: None if isinstance(v[i], float) and v[i] != v[i] else v[i] for name, v in values.items()}
        for i in range(len(frame))
    ]


def state(row: dict[str, Any], as_of: date) -> str:
    return idle_state(row, as_of).kind


ROWS = {
    "not started, under 1 year": ("not_due", False),
    "not started, 1 to 2 years": ("not_started_1y", False),
    "not started, 2 years": ("not_started_2y", False),
    "not started, unknown": ("unknown", False),
    "no agreed start, handover and 1 year, then 1 to 2 years": ("not_started_1y", False),
    "no agreed start, handover and 1 year not over": ("not_due", False),
    "leap day": ("not_started_2y", False),
    "completes its year in November": ("not_due", False),
    "a fence is not a start": ("not_started_1y", False),
    "government cause, 1 to 2 years, no fee": ("not_started_1y", True),
    "government cause, 2 years, no resumption": ("not_started_2y", True),
    "supplementary agreement, then started": ("building", True),
    "temporary use with return date, then started": ("building", True),
    "urged, then started": ("building", False),
    "stopped 1 year, share 0.3331": ("stopped", False),
    "stopped 1 year, share exactly one third": ("stopped_not_idle", False),
    "stopped 1 year, investment 24.99 %": ("stopped", False),
    "stopped 1 year, investment exactly 25 %": ("stopped_not_idle", False),
    "stopped under 1 year, share below one third": ("stopped_recently", False),
    "stopped under 1 year, investment below 25 %": ("stopped_recently", False),
    "stopped 1 year, both unknown": ("unknown", False),
    "stopped 1 year, share unknown, investment at least 25 %": ("unknown", False),
    "stopped 1 year, share at least one third, investment unknown": ("unknown", False),
    "stopped 1 year, share unknown, investment below 25 %": ("stopped", False),
    "stopped 1 year, share below one third, investment unknown": ("stopped", False),
    "under construction": ("building", False),
    "finished": ("finished", False),
}


def test_every_idle_row_is_there() -> None:
    rows = ledger("2026-10")
    assert {row["备注"] for row in rows} == set(ROWS)
    for row in rows:
        kind, government = ROWS[row["备注"]]
        assert state(row, date(2026, 10, 31)) == kind, row["备注"]
        assert (row.get("idle_cause") == "政府原因") is government, row["备注"]
    (turned,) = [row for row in ledger("2026-11") if row["备注"] == "completes its year in November"]
    assert state(turned, date(2026, 11, 30)) == "not_started_1y"
    (leap,) = [row for row in rows if row["备注"] == "leap day"]
    assert leap["agreed_start_date"] == date(2024, 2, 29)


def test_shares_are_exact() -> None:
    rows = {row["备注"]: row for row in ledger("2026-10")}
    third = rows["stopped 1 year, share exactly one third"]
    assert Fraction(str(third["developed_area_m2"])) / Fraction(str(third["due_area_m2"])) == Fraction(1, 3)
    quarter = rows["stopped 1 year, investment exactly 25 %"]
    assert Fraction(str(quarter["invested_wan"])) / Fraction(
        str(quarter["total_investment_wan"])
    ) == Fraction(1, 4)


@pytest.mark.parametrize("told", EXPECTED["period"], ids=lambda p: p["id"])
def test_open_plots(told: dict[str, Any]) -> None:
    as_of = told["as_of"]
    opened, doubtful = [], []
    for row in ledger(told["id"]):
        closed = row["cleared_no"] and row["cleared_date"] <= as_of
        if not closed and (row["recognition_no"] or row["on_cleanup_list"]):
            opened.append(row["parcel_no"])
            assert row["responsible_unit"] and row["deadline"] and row["recognition_no"]
        elif not closed and state(row, as_of) in ("unknown", "not_started_1y", "not_started_2y", "stopped"):
            doubtful.append(row["parcel_no"])
    assert sorted(opened) == sorted(told["open_plots"])
    assert doubtful == []


# -- networks, enterprises, projects ------------------------------------------


def credit_check(code: str) -> str:
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(LETTERS.index(c) * w for c, w in zip(code[:17], weights, strict=True))
    return LETTERS[(31 - total % 31) % 31]


def organisation_check(code: str) -> str:
    total = sum(int(c, 36) * w for c, w in zip(code[:8], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X0"[11 - total % 11] if total % 11 != 1 else "X"


def test_credit_codes() -> None:
    for kind in ("enterprise", "supply_parcel"):
        codes = layer(kind)["信用代码"]
        assert codes.is_unique
        for code in codes:
            assert len(code) == 18 and code[2:8] == "439999"
            assert credit_check(code) == code[17]
            assert organisation_check(code[8:17]) == code[16]
    assert credit_check("91350100M000100Y43") == "3"  # the example of GB 32100-2015


def test_dark_stretches() -> None:
    roads, lamps, requests = layer("road"), layer("street_lamp"), layer("enterprise_request")
    roads = roads[(roads.ZT == "现状") & (roads.PQ != "区外")]
    dark = []
    for name, line in zip(roads["路名"], roads.geometry, strict=True):
        own = lamps[(lamps["路名"] == name) & (lamps.distance(line) < 26)]
        stations = sorted([0.0, line.length, *(line.project(p) for p in own.geometry)])
        gaps = [(a, b) for a, b in pairwise(stations) if b - a > 45]
        dark += [(name, b - a, shapely.ops.substring(line, a, b)) for a, b in gaps]
    assert sorted(name for name, _, _ in dark) == ["兴园路", "禾光路"]
    assert all(length > 200 for _, length, _ in dark)
    stretches = shapely.union_all([line for _, _, line in dark])
    assert (requests.distance(stretches) < 100).sum() == 9
    assert (lamps.LDZT == "未通电").sum() >= 4


def test_sewers_run_down_to_the_plant() -> None:
    pipes, manholes = layer("sewer_pipe"), layer("manhole").set_index("JH")
    level = manholes.JDBG
    assert (level[pipes.SYJH].to_numpy() > level[pipes.XYJH].to_numpy()).all()
    follow = dict(zip(pipes.SYJH, pipes.XYJH, strict=True))
    assert len(follow) == len(pipes)
    ends = set()
    for start in follow:
        spot = start
        while spot in follow:
            spot = follow[spot]
        ends.add(spot)
    plant = layer("sewage_facility").set_index("BW").geometry
    assert len(ends) == 1 and plant["厂区"].covers(manholes.geometry[ends.pop()])
    assert pipes.length.max() <= 75


def test_industrial_land_is_served() -> None:
    park = layer("park_boundary").geometry.union_all()
    area = layer("sewage_facility").set_index("BW").geometry["服务范围"]
    reach = layer("sewer_pipe").buffer(150).union_all()
    for kind, code in (("supply_parcel", "YDDM"), ("plan_parcel", "YDYHFLDM")):
        rows = layer(kind)
        land = rows[rows[code].str[:2].isin(["10", "11"])].geometry.union_all() & park
        assert land.difference(area).area == 0
        assert land.difference(reach).area == pytest.approx(0, abs=1), kind


def test_projects_name_unit_and_deadline() -> None:
    for period in PERIODS:
        rows = layer("improvement_project", period)
        assert rows.ZRDW.notna().all() and rows.WCSX.notna().all()
        assert set(rows.LB) == {"美化", "绿化", "亮化", "净化"}


# -- faulty -------------------------------------------------------------------


CASES = tomllib.loads((SAMPLE / "faulty" / "cases.toml").read_text(encoding="utf-8"))["case"]


@cache
def catalogue() -> Catalogue:
    return load()


def test_every_check_has_a_faulty_folder() -> None:
    assert {c["folder"] for c in CASES} == {p.name for p in (SAMPLE / "faulty").iterdir() if p.is_dir()}
    checks = {rule.check for rules in catalogue().rule_sets.values() for rule in rules.rules}
    assert checks - {c["expect"] for c in CASES} == {"class_shares"}  # gives shares, has no limit


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["folder"])
def test_one_fault_a_folder(case: dict[str, Any]) -> None:
    checks = {rule.id: rule.check for rules in catalogue().rule_sets.values() for rule in rules.rules}
    opened = open_path(SAMPLE / "faulty" / case["folder"], Options(), catalogue())
    findings = checked(opened, catalogue())["findings"]
    if case["review"]:
        findings += [f for p in reviewed(opened, catalogue())["proposals"] for f in p["findings"]]
    failed = {checks[finding["rule"]] for finding in findings if finding["state"] == "fail"}
    assert failed == {case["expect"], *case["also"]}
