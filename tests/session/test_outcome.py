"""What is printed: results that fit their schema, the list of what is to be supplied, and the exit codes."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import shapely

from gis_app.session.describe import describe_intake, describe_project, samples
from gis_app.session.open_path import Opened, open_path
from gis_app.session.outcome import checked, exit_code, reviewed
from gis_app.session.schema import SCHEMA, validate
from tests.session.made import HERE, X, Y, answer, box, catalogue, deliver, parcels, taken

PARK = """
[park]
name = "示例"
crs = 4546
as_of = 2026-11-30
[facts.least_overlap_width_m]
value = 0.1
document = "〔2026〕1号"
document_date = 2026-01-01
[[proposal]]
id = "A"
name = "方案一"
[[file]]
path = "方案.geojson"
feature_type = "proposal_block"
[[file]]
path = "基本农田.geojson"
feature_type = "permanent_basic_farmland"
complete_within = [470000, 3140000, 490000, 3160000]
[[file]]
path = "供地.geojson"
feature_type = "supply_parcel"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    deliver(tmp_path / "方案.geojson", [{"proposal": "A", "change_type": "扩入", "shape": box(0, 0)}])
    deliver(tmp_path / "基本农田.geojson", [{"bsm": "7", "shape": box(-50, 0, 70, 20)}])
    parcels(tmp_path / "供地.geojson", 0, 50)
    answer(tmp_path, PARK)
    return tmp_path


def opened(folder: Path) -> Opened:
    return open_path(folder, HERE, catalogue())


def printed(result: dict[str, Any]) -> dict[str, Any]:
    """As it leaves the program: valid, and JSON without words that JSON does not know."""
    validate(result)
    read: dict[str, Any] = json.loads(json.dumps(result, allow_nan=False, ensure_ascii=False))
    return read


def finding(result: dict[str, Any], rule: str, *, state: str = "fail") -> dict[str, Any]:
    found = result.get("findings") or [f for proposal in result["proposals"] for f in proposal["findings"]]
    return next(f for f in found if f["rule"] == rule and f["state"] == state)


def test_a_check_as_data(folder: Path) -> None:
    result = printed(checked(opened(folder), catalogue()))
    assert result["crs"] == "EPSG:4546" and result["as_of"] == "2026-11-30" and result["project"] == "示例"
    overlap = finding(result, "D02")
    assert overlap["measured"] == pytest.approx(5000) and overlap["margin"] == pytest.approx(-5000)
    assert overlap["source_ids"] == [0, 1] and len(overlap["fids"]) == 2
    shape = shapely.from_geojson(json.dumps(overlap["evidence"]))
    assert shape.area == pytest.approx(5000) and overlap["evidence_area_m2"] == pytest.approx(5000)
    assert sum(result["counts"].values()) == len(result["findings"])
    assert {Path(each["path"]).name for each in result["inputs"]} == {
        "方案.geojson",
        "基本农田.geojson",
        "供地.geojson",
    }
    assert {each["id"] for each in result["rule_sets"]} == set(catalogue().rule_sets)
    assert exit_code(result) == 1


def test_a_review_as_data(folder: Path) -> None:
    result = printed(reviewed(opened(folder), catalogue()))
    (proposal,) = result["proposals"]
    assert (proposal["id"], proposal["name"], proposal["verdict"]) == ("A", "方案一", "fails")
    assert [each["rule"] for each in proposal["deciding"]] == ["E02"]
    farmland = finding(result, "E02")
    assert farmland["measured"] == pytest.approx(400) and farmland["without_attachment"] == [
        "least_overlap_width_m"
    ]
    assert farmland["proposal"] == "A" and exit_code(result) == 1
    assert printed(reviewed(opened(folder), catalogue(), "方案一"))["proposals"][0]["id"] == "A"
    assert printed(reviewed(opened(folder), catalogue(), "Z"))["proposals"] == []


def test_what_is_to_be_supplied_comes_once_with_the_rules_that_wait(folder: Path) -> None:
    rows = printed(reviewed(opened(folder), catalogue()))["to_supply"]
    assert len({(row["kind"], row["what"]) for row in rows}) == len(rows)
    by_name = {(row["kind"], row["what"]): row for row in rows}
    boundary = by_name["layer", "park_boundary"]
    assert set(boundary["rules"]) == {"E04", "E05", "E20"} and boundary["veto"] is True
    assert boundary["requirement"]["zh"]
    assert [row["veto"] for row in rows] == sorted((row["veto"] for row in rows), reverse=True)


def test_info_as_data(folder: Path) -> None:
    (folder / "坏.geojson").write_text("{", encoding="utf-8")
    result = printed(describe_intake(taken(folder)))
    layers = {layer["name"]: layer for layer in result["layers"]}
    supply = layers["供地"]
    assert supply["feature_type"] == "supply_parcel" and supply["count"] == supply["declared_count"] == 2
    assert supply["planar_area_m2"] == pytest.approx(20_000) and supply["planar_area_mu"] == pytest.approx(30)
    assert supply["ellipsoidal_area_m2"] == pytest.approx(20_000, rel=2e-3)
    assert supply["extent"] == pytest.approx([X, Y, X + 150, Y + 100])
    fields = {field["name"]: field for field in supply["fields"]}
    assert fields["供地日期"]["field"] == "supply_date" and fields["供地日期"]["sample"] == ["2024-03-01"] * 2
    assert len(result["refused"]) == 1


def test_a_project_as_data(folder: Path) -> None:
    result = printed(describe_project(opened(folder).project))
    layers = {layer["name"]: layer for layer in result["layers"]}
    assert layers["supply_parcel"]["count"] == 2 and layers["supply_parcel"][
        "planar_area_m2"
    ] == pytest.approx(20_000)


def test_samples_are_five_at_most_and_never_blank() -> None:
    assert samples([None, "", float("nan"), *range(9)]) == ["0", "1", "2", "3", "4"]


# -- the schema ---------------------------------------------------------------


def test_the_schema_is_one(folder: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for result in (checked(opened(folder), catalogue()), reviewed(opened(folder), catalogue())):
        jsonschema.Draft202012Validator(SCHEMA).validate(result)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("findings", 0, "state"), "maybe"),
        (("findings", 0, "colour"), 1),
        (("counts", "pass"), -1),
        (("inputs", 0, "sha256"), "x"),
        (("findings", 0, "message"), {"zh": "只有中文"}),
        (("schema",), "parkplan/check/9"),
    ],
)
def test_what_does_not_fit_is_a_fault(where: tuple[str | int, ...], value: object, folder: Path) -> None:
    result = deepcopy(printed(checked(opened(folder), catalogue())))
    at: Any = result
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = value
    with pytest.raises((jsonschema.ValidationError, StopIteration)):
        validate(result)


# -- exit codes ---------------------------------------------------------------


def one(state: str, kind: str = "condition", *missing: str) -> dict[str, Any]:
    return {"state": state, "kind": kind, "missing": [{"kind": each} for each in missing]}


CHECKS = [
    (0, []),
    (0, [one("pass"), one("not_applicable")]),
    (1, [one("pass"), one("fail"), one("cannot_tell", "veto", "fact")]),
    (0, [one("cannot_tell", "veto", "layer")]),
    (0, [one("cannot_tell", "condition", "layer", "fact")]),
    (3, [one("cannot_tell", "condition", "fact"), one("cannot_tell", "condition", "layer")]),
    (3, [one("cannot_tell", "condition")]),
]
REVIEWS = [
    (0, [one("pass", "veto")]),
    (1, [one("fail", "veto")]),
    (1, [one("fail", "condition")]),
    (3, [one("cannot_tell", "veto", "layer")]),
    (0, [one("cannot_tell", "condition", "fact")]),
]


@pytest.mark.parametrize(("code", "findings"), CHECKS, ids=range(len(CHECKS)))
def test_exit_code_of_a_check(code: int, findings: list[dict[str, Any]]) -> None:
    assert exit_code({"refused": [], "findings": findings}) == code
    assert exit_code({"refused": [{"zh": "", "en": ""}], "findings": findings}) == 2


@pytest.mark.parametrize(("code", "findings"), REVIEWS, ids=range(len(REVIEWS)))
def test_exit_code_of_a_review(code: int, findings: list[dict[str, Any]]) -> None:
    passed = {"findings": [one("pass", "veto")]}
    assert exit_code({"refused": [], "proposals": [passed, {"findings": findings}]}) == code
    assert exit_code({"refused": [{}], "proposals": [{"findings": findings}]}) == 2
