"""The sample proposals get their words, by the intended rules alone, with areas found by other arithmetic.

Areas are recomputed from the delivered files by ``tests.oracle`` in exact fractions, without the program.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
import tomli_w

from gis_app.catalogue import load
from gis_app.session.open_path import open_path
from gis_app.session.options import Options, PerFile
from gis_app.session.outcome import exit_code, reviewed
from tests import oracle

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_shapefiles" / "demo_park"
EXPECTED = tomllib.loads((Path(__file__).parent / "sample" / "expected.toml").read_text(encoding="utf-8"))
CASES = [(period["id"], proposal) for period in EXPECTED["period"] for proposal in period["proposal"]]
PERIODS = {period["id"]: period for period in EXPECTED["period"]}
FARMLAND = "E02"
CLEARED = "E04"
CLOSES = "E19"
ADDED = ("调入", "扩入")
TO_THE_CENT = 0.01


@cache
def told(period: str) -> dict[str, Any]:
    """What the program says of a period, by the way that every command takes."""
    catalogue = load()
    return reviewed(open_path(SAMPLE / period, Options(), catalogue), catalogue)


def proposal(result: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in result["proposals"] if each["id"] == name]
    return found


def finding(period: str, name: str, rule: str) -> dict[str, Any]:
    (found,) = [each for each in proposal(told(period), name)["findings"] if each["rule"] == rule]
    return found


# -- the same from the files, without the program -------------------------------


@cache
def park(period: str) -> dict[str, Any]:
    return tomllib.loads((SAMPLE / period / "park.toml").read_text(encoding="utf-8"))


@cache
def rows(period: str, kind: str) -> list[dict[str, Any]]:
    """Records of a shapefile, their shapes as they stand in it."""
    (entry,) = [file for file in park(period)["file"] if file["feature_type"] == kind]
    frame = pyogrio.read_dataframe(SAMPLE / period / entry["path"], encoding=entry["encoding"])
    return list(frame.to_dict("records"))


def added(period: str, name: str) -> list[Any]:
    return [
        row["geometry"]
        for row in rows(period, "proposal_block")
        if row["FA"] == name and row["BGLX"] in ADDED
    ]


def pressed(period: str, name: str) -> tuple[Fraction, list[Any]]:
    """Exact area that added land shares with farmland, and the pieces."""
    farms = [row["geometry"] for row in rows(period, "permanent_basic_farmland")]
    whole, pieces = Fraction(0), []
    for block in added(period, name):
        near = [farm for farm in farms if farm.intersects(block)]
        exact = [oracle.intersection_area(block, farm) for farm in near]
        shared = oracle.area(block) + oracle.union_area(near) - oracle.union_area([block, *near])
        assert sum(exact, Fraction(0)) == shared, "farmland must not overlap farmland for sums to be right"
        whole += shared
        for farm in near:
            pieces += [part for part in shapely.get_parts(block.intersection(farm)) if part.area > 1e-6]
    return whole, pieces


# -- words and deciding rules ---------------------------------------------------


def test_every_proposal_is_expected() -> None:
    for period, expected in PERIODS.items():
        assert [each["id"] for each in told(period)["proposals"]] == [
            each["id"] for each in expected["proposal"]
        ]
        assert told(period)["refused"] == [] and told(period)["missing_files"] == []


@pytest.mark.parametrize(
    ("period", "expected"), CASES, ids=[f"{period} {each['id']}" for period, each in CASES]
)
def test_word_and_deciding_rules(period: str, expected: dict[str, Any]) -> None:
    found = proposal(told(period), expected["id"])
    assert found["verdict"] == expected["verdict"]
    assert sorted(each["rule"] for each in found["deciding"]) == sorted(expected["deciding"])
    vetoes = [each for each in found["findings"] if each["kind"] == "veto"]
    undecided = {each["rule"] for each in vetoes if each["state"] != "pass"} - set(expected["deciding"])
    # in a period in which something fails, what cannot be told stands beside it and decides nothing
    assert undecided == ({FARMLAND} if (period, expected["id"]) == ("2026-10", "C") else set())


@pytest.mark.parametrize("name", "ABCDE")
def test_open_plots_are_named(name: str) -> None:
    ledger = {row["ZDBH"]: row for row in rows("2026-10", "supply_parcel")}
    seen = finding("2026-10", name, CLEARED)
    assert seen["measured"] == len(PERIODS["2026-10"]["open_plots"]) == 3
    assert sorted(case["parcel_no"] for case in seen["cases"]) == sorted(PERIODS["2026-10"]["open_plots"])
    for case in seen["cases"]:
        row = ledger[case["parcel_no"]]
        unit, deadline = row["ZRDW"], row["WCSX"].date().isoformat()
        assert (case["responsible_unit"], case["deadline"]) == (unit, deadline)
        for language in ("zh", "en"):
            for word in (case["parcel_no"], unit, deadline):
                assert word in seen["message"][language]
    assert finding("2026-11", name, CLEARED)["state"] == "pass"


# -- areas ----------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", "ABCDE")
def test_farmland_areas_by_exact_arithmetic(period: str, name: str) -> None:
    expected, seen = EXPECTED["farmland"][name], finding(period, name, FARMLAND)
    whole, pieces = pressed(period, name)
    width = Decimal(str(park(period)["facts"]["least_overlap_width_m"]["value"]))
    core = oracle.core_area(pieces, width) if name != "E" else Fraction(0)
    if name == "E":  # a wedge that is nowhere as wide as the least width
        assert all(piece.area / piece.length < float(width) / 4 for piece in pieces)
        assert all(shapely.buffer(piece, -float(width) / 2, join_style="mitre").is_empty for piece in pieces)
    assert float(core) == pytest.approx(expected["core_m2"], abs=TO_THE_CENT)
    assert float(whole - core) == pytest.approx(expected["gap_m2"], abs=TO_THE_CENT)
    assert seen["measured"] == pytest.approx(float(core), abs=TO_THE_CENT)
    if seen["state"] != "cannot_tell":
        assert (seen["evidence_area_m2"] or 0.0) == pytest.approx(float(whole), abs=TO_THE_CENT)
    if expected["core_m2"]:
        assert f"{expected['core_m2']:.2f}" in seen["message"]["zh"]
    if expected["gap_m2"]:
        texts = [seen["message"], *seen["remarks"]]
        assert any(f"{float(whole - core):.2f}" in text["zh"] for text in texts)


@pytest.mark.parametrize("period", PERIODS)
def test_the_part_beyond_the_delivery_is_the_evidence(period: str) -> None:
    (entry,) = [file for file in park(period)["file"] if file["feature_type"] == "permanent_basic_farmland"]
    known = shapely.from_wkt(entry["complete_within"])
    exact = sum((oracle.difference_area(block, [known]) for block in added(period, "C")), Fraction(0))
    seen = finding(period, "C", FARMLAND)
    assert seen["state"] == "cannot_tell"
    assert seen["evidence_area_m2"] == pytest.approx(float(exact), abs=TO_THE_CENT)
    assert float(exact) == pytest.approx(EXPECTED["farmland"]["C"]["outside_m2"], abs=TO_THE_CENT)
    evidence = shapely.geometry.shape(seen["evidence"])
    assert float(oracle.area(seen["evidence"])) == pytest.approx(float(exact), abs=1.0)  # written to 0.1 mm
    assert evidence.intersection(known).area < 1.0
    assert seen["evidence_crs"] in (park(period)["park"]["crs"], f"EPSG:{park(period)['park']['crs']}")
    assert [missing["kind"] for missing in seen["missing"]] == ["completeness"]
    (row,) = [r for r in told(period)["to_supply"] if r["what"] == "permanent_basic_farmland"]
    assert row["veto"] and row["rules"] == [FARMLAND]


def test_the_gap_is_a_remark() -> None:
    (remark,) = finding("2026-11", "E", FARMLAND)["remarks"]
    assert "疑似缝隙" in remark["zh"] and "suspected gaps" in remark["en"]
    assert finding("2026-11", "B", FARMLAND)["remarks"] == []


@pytest.mark.parametrize(
    ("period", "expected"), CASES, ids=[f"{period} {each['id']}" for period, each in CASES]
)
def test_areas_close_in_fractions(period: str, expected: dict[str, Any]) -> None:
    facts = park(period)
    (own,) = [each["facts"] for each in facts["proposal"] if each["id"] == expected["id"]]
    exact = {key: Fraction(str(own[key]["value"])) for key in ("out_ha", "in_ha", "expand_ha", "total_ha")}
    approved = Fraction(str(facts["facts"]["approved_area_ha"]["value"]))
    off = abs(approved - exact["out_ha"] + exact["in_ha"] + exact["expand_ha"] - exact["total_ha"])
    seen = finding(period, expected["id"], CLOSES)
    printed = 1 + sum(exact[key] != 0 for key in ("out_ha", "in_ha", "expand_ha"))
    assert seen["measured"] == float(off) == 0.0
    assert seen["limit"] == float(Fraction(5, 1000) * (printed + 1))
    for key, word in (("out_ha", "调出"), ("in_ha", "调入"), ("expand_ha", "扩入")):
        blocks = [
            r["geometry"]
            for r in rows(period, "proposal_block")
            if (r["FA"], r["BGLX"]) == (expected["id"], word)
        ]
        assert abs(oracle.union_area(blocks) / 10_000 - exact[key]) < Fraction(51, 10_000)


# -- the command ----------------------------------------------------------------


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    start = "import sys; from gis_app.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=200,
    )


@pytest.mark.parametrize(("name", "code"), [(None, 1), ("B", 0), ("C", 3)])
def test_command_and_exit_code(name: str | None, code: int) -> None:
    wanted = [] if name is None else [name]
    done = command("review", str(SAMPLE / "2026-11"), *wanted, "--format", "json")
    assert done.returncode == code, done.stderr
    result = json.loads(done.stdout)
    expected = [each for each in PERIODS["2026-11"]["proposal"] if name in (None, each["id"])]
    assert [(each["id"], each["verdict"]) for each in result["proposals"]] == [
        (e["id"], e["verdict"]) for e in expected
    ]
    for each in result["proposals"]:
        assert each == json.loads(json.dumps(proposal(told("2026-11"), each["id"])))
    assert exit_code(result) == code


# -- what must not turn the sample's good proposal into a wrong "meets" ---------

GOOD = "B"
NEEDED = (
    "park_boundary",
    "proposal_block",
    "urban_development_boundary",
    "permanent_basic_farmland",
    "ecological_red_line",
    "other_park",
    "supply_parcel",
    "sewage_facility",
)
Change = Callable[[Path, dict[str, Any]], None]


def entry_of(answers: dict[str, Any], kind: str) -> dict[str, Any]:
    (entry,) = [file for file in answers["file"] if file["feature_type"] == kind]
    return entry


def review_of(folder: Path, change: Change, options: Options | None = None) -> dict[str, Any]:
    """Review the good proposal of a small copy of the sample after a change to its files or its answers."""
    answers = tomllib.loads((SAMPLE / "2026-11" / "park.toml").read_text(encoding="utf-8"))
    answers["file"] = [file for file in answers["file"] if file["feature_type"] in NEEDED]
    for file in answers["file"]:
        stem = Path(file["path"]).stem
        for part in (SAMPLE / "2026-11").glob(f"{stem}.*"):
            shutil.copy(part, folder / part.name)
    change(folder, answers)
    (folder / "park.toml").write_text(tomli_w.dumps(answers), encoding="utf-8")
    catalogue = load()
    return reviewed(open_path(folder, options or Options(), catalogue), catalogue, GOOD)


def nothing(folder: Path, answers: dict[str, Any]) -> None:
    """The copy as it is."""


def other_digest(folder: Path, answers: dict[str, Any]) -> None:
    entry_of(answers, "permanent_basic_farmland")["sha256"] = "0" * 64


def only_proposed(folder: Path, answers: dict[str, Any]) -> None:
    entry_of(answers, "ecological_red_line")["proposed"] = True


def facts_proposed(folder: Path, answers: dict[str, Any]) -> None:
    for each in answers["proposal"]:
        each["facts"]["total_ha"]["proposed"] = True


def proposal_proposed(folder: Path, answers: dict[str, Any]) -> None:
    for each in answers["proposal"]:
        each["proposed"] = True


def tiny_ground(folder: Path, answers: dict[str, Any]) -> None:
    entry_of(answers, "other_park")["complete_within"] = [512000, 3078000, 512001, 3078001]


def no_ground(folder: Path, answers: dict[str, Any]) -> None:
    del entry_of(answers, "urban_development_boundary")["complete_within"]


def file_gone(folder: Path, answers: dict[str, Any]) -> None:
    for part in folder.glob(f"{Path(entry_of(answers, 'permanent_basic_farmland')['path']).stem}.*"):
        part.unlink()


def other_period(folder: Path, answers: dict[str, Any]) -> None:
    entry_of(answers, "permanent_basic_farmland")["period"] = "2020-01"


def day_before(folder: Path, answers: dict[str, Any]) -> None:
    entry_of(answers, "supply_parcel")["complete_as_of"] = answers["park"]["as_of"].replace(day=1)


def rewritten(folder: Path, answers: dict[str, Any], kind: str, edit: Callable[[Any], Any]) -> None:
    """Another delivery in the place of one file, vouched for as it stands; shapes of any kind, as GeoJSON."""
    entry = entry_of(answers, kind)
    frame = pyogrio.read_dataframe(folder / entry["path"], encoding=entry["encoding"])
    for part in folder.glob(f"{Path(entry['path']).stem}.*"):
        part.unlink()
    entry["path"] = f"{Path(entry['path']).stem}.geojson"
    entry |= {"encoding": "UTF-8", "source_crs": 4546}
    entry.pop("sha256", None)
    features = [_feature(row) for row in edit(frame).to_dict("records")]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / entry["path"]).write_text(text, encoding="utf-8")


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    shape = row.pop("geometry")
    given = {name: None if value != value else value for name, value in row.items()}
    texts = {
        name: value.date().isoformat() if hasattr(value, "date") else value for name, value in given.items()
    }
    place = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": texts, "geometry": place}


def farmland_as_lines(folder: Path, answers: dict[str, Any]) -> None:
    rewritten(folder, answers, "permanent_basic_farmland", lambda f: f.assign(geometry=f.boundary))


def farmland_lines_and_confirmed_empty(folder: Path, answers: dict[str, Any]) -> None:
    farmland_as_lines(folder, answers)
    entry_of(answers, "permanent_basic_farmland")["confirmed_empty"] = True


def farmland_shape_lost(folder: Path, answers: dict[str, Any]) -> None:
    def edit(frame: Any) -> Any:
        shapes = list(frame.geometry)
        shapes[0] = None
        return frame.assign(geometry=shapes)

    rewritten(folder, answers, "permanent_basic_farmland", edit)


def farmland_empty(folder: Path, answers: dict[str, Any]) -> None:
    rewritten(folder, answers, "permanent_basic_farmland", lambda f: f.iloc[:0])


def word_misspelt(folder: Path, answers: dict[str, Any]) -> None:
    rewritten(folder, answers, "proposal_block", lambda f: f.assign(BGLX=f.BGLX.replace("扩入", "扩人")))


def word_blank(folder: Path, answers: dict[str, Any]) -> None:
    rewritten(folder, answers, "proposal_block", lambda f: f.assign(BGLX=f.BGLX.replace("扩入", " ")))


def another_id(folder: Path, answers: dict[str, Any]) -> None:
    """Blocks of an id that the answers do not have; the id that they have is without blocks."""
    rewritten(folder, answers, "proposal_block", lambda f: f.assign(FA=f.FA.replace(GOOD, "乙")))


def suspension_unreadable(folder: Path, answers: dict[str, Any]) -> None:
    """Days written so that nobody can read them are not blanks."""
    rewritten(folder, answers, "supply_parcel", lambda f: f.assign(ZZKFRQ=["2019年内"] * len(f)))


@pytest.mark.parametrize(
    "change",
    [
        other_digest,
        only_proposed,
        facts_proposed,
        proposal_proposed,
        tiny_ground,
        no_ground,
        file_gone,
        other_period,
        day_before,
        farmland_as_lines,
        farmland_lines_and_confirmed_empty,
        farmland_shape_lost,
        farmland_empty,
        word_misspelt,
        word_blank,
        another_id,
    ],
    ids=lambda change: change.__name__,
)
def test_no_wrong_meets(tmp_path: Path, change: Change) -> None:
    result = review_of(tmp_path, change)
    (found,) = result["proposals"]
    assert found["verdict"] == "cannot_tell", found["deciding"]
    assert found["deciding"] and result["to_supply"]
    assert exit_code(result) == 3


def test_the_small_copy_meets(tmp_path: Path) -> None:
    (found,) = review_of(tmp_path, nothing)["proposals"]
    assert found["verdict"] == "meets"


def test_a_rewritten_delivery_meets(tmp_path: Path) -> None:
    """So that the changes above are what is judged, and not the other format."""

    def same(folder: Path, answers: dict[str, Any]) -> None:
        for kind in ("permanent_basic_farmland", "proposal_block"):
            rewritten(folder, answers, kind, lambda frame: frame)

    (found,) = review_of(tmp_path, same)["proposals"]
    assert found["verdict"] == "meets"


def test_unreadable_days_are_no_blanks(tmp_path: Path) -> None:
    (found,) = review_of(tmp_path, suspension_unreadable)["proposals"]
    assert found["verdict"] != "meets"


def test_a_layer_told_to_be_another(tmp_path: Path) -> None:
    """Farmland said to be something else on the command line is farmland that is missing."""
    options = Options(feature_type=PerFile(None, {"永久基本农田": "exclusion_zone"}))
    (found,) = review_of(tmp_path, nothing, options)["proposals"]
    assert found["verdict"] == "cannot_tell"
