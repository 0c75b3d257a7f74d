"""A project file: the same verdicts as its folder, one file after every command, facts that decide."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import SAMPLE, here, parkplan, states, tree

WIDTH = "least_overlap_width_m"
DOCUMENT = ("--document", "澜自然资函〔2026〕示例13号", "--date", "2026-09-15")


@pytest.mark.parametrize("command", ["check", "review"])
def test_project_and_folder_are_judged_the_same(command: str, made: Path) -> None:
    folder = here(command, SAMPLE, "--format", "json")
    project = parkplan(command, made, "--format", "json")
    assert states(folder.data) == states(project.data) and folder.code == project.code
    words = [[(p["id"], p["verdict"]) for p in ran.data.get("proposals", [])] for ran in (folder, project)]
    assert words[0] == words[1]
    inputs = [{each["sha256"] for each in ran.data["inputs"]} for ran in (folder, project)]
    assert inputs[1] and inputs[1] <= inputs[0]


@pytest.mark.parametrize(
    "arguments",
    [("info",), ("check",), ("facts",), ("facts", "--set", "approved_area_ha=1"), ("log",), ("verify",)],
    ids=" ".join,
)
def test_one_file_after_every_command(arguments: Sequence[str], small: Path) -> None:
    ran = parkplan(arguments[0], small, *arguments[1:])
    assert ran.code in (0, 3) and ran.out and not ran.err
    backups = {f"{small.stem}.backups"} if "--set" in arguments else set()  # what writes begins with one
    assert {each.name for each in small.parent.iterdir()} == {small.name, *backups}


def test_looking_changes_nothing(small: Path) -> None:
    before = tree(small.parent)
    for command in ("info", "check", "facts", "log", "verify"):
        parkplan(command, small)
        assert tree(small.parent) == before, command


def test_info_names_what_was_imported(made: Path) -> None:
    folder = here("info", SAMPLE, "--format", "json").data
    project = parkplan("info", made, "--format", "json").data

    def told(result: Any) -> list[tuple[Any, ...]]:
        return sorted(
            (e["feature_type"], e["count"], e["scheme"], e["planar_area_m2"]) for e in result["layers"]
        )

    assert told(folder) == told(project) and project["project_crs"] == folder["project_crs"]


def test_log_and_facts_in_both_forms(project: Path) -> None:
    entries = parkplan("log", project, "--format", "json").data
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1)) and all(e["hash"] for e in entries)
    assert "7495" in parkplan("log", project, "--language", "en").out
    assert parkplan("facts", project, "--set", "approved_area_ha=1200.5").code == 0
    rows = {(row["owner"], row["key"]): row for row in parkplan("facts", project, "--format", "json").data}
    assert rows[(None, "approved_area_ha")]["value"] == 1200.5
    assert rows[("A", "out_ha")]["value"] == 32.8
    text = parkplan("facts", project, "--language", "en").out
    assert "1200.5" in text and "approved area" in text
    assert len(parkplan("log", project, "--format", "json").data) == len(entries) + 1
    assert parkplan("verify", project).code == 0


def verdict(path: Path, proposal: str) -> tuple[str, list[str]]:
    (judged,) = parkplan("review", path, proposal, "--format", "json").data["proposals"]
    return judged["verdict"], [each["rule"] for each in judged["deciding"]]


def test_a_fact_decides_only_with_its_document(sample_without: Callable[[str], Path], tmp_path: Path) -> None:
    project = tmp_path / "p.gpkg"
    assert here("new", project, sample_without(f"[facts.{WIDTH}]")).code == 0
    assert verdict(project, "A") == ("cannot_tell", ["E02"]) and verdict(project, "B") == ("meets", [])
    ran = parkplan("review", project, "A", "--format", "json")
    assert ran.code == 3 and [row["what"] for row in ran.data["to_supply"]] == [WIDTH]
    for given in ([], ["--document", "某函"], ["--date", "2026-09-15"]):
        assert parkplan("facts", project, "--set", f"{WIDTH}=0.1", *given).code == 0
        assert verdict(project, "A")[0] == "cannot_tell", given
    assert parkplan("facts", project, "--set", f"{WIDTH}=0.1", *DOCUMENT).code == 0
    assert verdict(project, "A") == ("fails", ["E02"])
    assert parkplan("facts", project, "--set", f"{WIDTH}=3", *DOCUMENT).code == 0
    assert verdict(project, "A")[0] != "fails"  # 2 m is narrower than that
    assert parkplan("verify", project).code == 0


def test_a_fact_of_a_proposal_changes_its_own_verdict_alone(project: Path) -> None:
    assert parkplan("facts", project, "--set", "total_ha=9999", "--proposal", "B", *DOCUMENT).code == 0
    assert verdict(project, "B") == ("fails", ["E19"]) and verdict(project, "E") == ("meets", [])


def entered(project: Path) -> tuple[str, str]:
    """All facts and all steps."""
    return parkplan("facts", project).out, parkplan("log", project).out


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["approved_area_ha"], "approved_area_ha"),
        (["=1"], ""),
        (["no_such_fact=1"], "no_such_fact"),
        (["approved_area_ha=many"], "many"),
        (["approved_area_ha=nan"], "nan"),
        (["approved_area_ha=inf"], "inf"),
        (["described_bounds= "], "described_bounds"),
        (["out_ha=1"], "out_ha"),
        (["approved_area_ha=1", "development_direction_area_ha=x"], "development_direction_area_ha"),
    ],
)
def test_a_fact_that_cannot_be_entered_is_refused_and_none_enters(
    given: list[str], named: str, small: Path
) -> None:
    before = entered(small)
    ran = parkplan("facts", small, *(f"--set={each}" for each in given), "--language", "en")
    assert ran.code == 2 and named in ran.err and not ran.out and entered(small) == before


@pytest.mark.parametrize(
    "more",
    [["--proposal", "Z"], ["--date", "31.12.2026"], ["--date", "2026-02-30", "--document", "x"]],
    ids=" ".join,
)
def test_a_wrong_owner_or_day_is_refused(more: list[str], small: Path) -> None:
    before = entered(small)
    fact = "out_ha=1" if "--proposal" in more else "approved_area_ha=1"
    ran = parkplan("facts", small, "--set", fact, *more, "--language", "en")
    assert ran.code == 2 and more[1] in ran.err and entered(small) == before


def test_an_altered_row_is_named(small: Path) -> None:
    with sqlite3.connect(small) as connection:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            connection.create_function(name, 1, lambda _: 0)  # the index's triggers ask for them by name
        (fid,) = connection.execute("SELECT fid FROM supply_parcel ORDER BY fid LIMIT 1 OFFSET 2").fetchone()
        connection.execute("UPDATE supply_parcel SET due_area_m2 = due_area_m2 + 1 WHERE fid = ?", (fid,))
    connection.close()
    for language in ("zh", "en"):
        ran = parkplan("verify", small, "--language", language)
        assert ran.code == 1 and not ran.out
        assert "supply_parcel" in ran.err and str(fid) in ran.err and ran.err.count("\n") == 1


def test_a_newer_project_is_left_alone(small: Path) -> None:
    with sqlite3.connect(small) as connection:
        connection.execute("UPDATE parkplan_schema SET version = 99")
    connection.close()
    before = tree(small.parent)
    for command in ("info", "check", "review", "facts", "log", "verify"):
        ran = parkplan(command, small, "--language", "en")
        assert ran.code == 2 and small.name in ran.err and "99" in ran.err and tree(small.parent) == before


@pytest.mark.parametrize("command", ["log", "verify", "facts"])
def test_what_is_no_project_is_refused(command: str, tmp_path: Path) -> None:
    shapefile = tmp_path / "图.shp"
    for end in (".shp", ".shx", ".dbf", ".prj"):
        shutil.copy2((SAMPLE / "储备地块.shp").with_suffix(end), shapefile.with_suffix(end))
    foreign = tmp_path / "别的.gpkg"
    assert here("convert", shapefile, foreign).code == 0
    before = tree(tmp_path)
    for path in (shapefile, foreign, tmp_path, tmp_path / "none.gpkg"):
        for language in ("zh", "en"):
            ran = parkplan(command, path, "--language", language)
            assert ran.code == 2 and path.name in ran.err and not ran.out, (path, ran)
    assert tree(tmp_path) == before


def test_a_project_is_made_in_no_place_that_is_taken(small: Path) -> None:
    before = tree(small.parent)
    for language in ("zh", "en"):
        ran = here("new", small, SAMPLE / "储备地块.shp", "--language", language)
        assert ran.code == 2 and small.name in ran.err and not ran.out and tree(small.parent) == before


def test_a_project_from_a_folder_and_a_file_keeps_the_folders_answers(
    sample_without: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = sample_without('[[file]]\npath = "储备地块.shp"')
    (apart := tmp_path / "apart").mkdir()
    for path in folder.glob("储备地块.*"):
        shutil.move(path, apart / path.name)
    project = tmp_path / "p.gpkg"
    assert here("new", project, apart / "储备地块.shp", folder).code == 0
    assert verdict(project, "B") == ("meets", [])
    (apart / "park.toml").write_text('schema = "parkplan/park/1"\n', encoding="utf-8")
    ran = here("new", tmp_path / "q.gpkg", apart, folder, "--language", "en")
    assert (
        ran.code == 2
        and apart.name in ran.err
        and folder.name in ran.err
        and not (tmp_path / "q.gpkg").exists()
    )


def test_undoing_nothing_is_left_of_a_failed_import(tmp_path: Path) -> None:
    (tmp_path / "坏.shp").write_bytes(b"x" * 50)
    shutil.copy2(SAMPLE / "地名与界线要素.geojson", tmp_path)
    ran = here(
        "new", tmp_path / "p.gpkg", tmp_path / "地名与界线要素.geojson", tmp_path / "坏.shp", "--crs", 4546
    )
    assert ran.code == 2 and "坏.shp" in ran.err and not (tmp_path / "p.gpkg").exists()
