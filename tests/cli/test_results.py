"""What info, check and review print: schema, exit codes, both languages, nothing that a terminal obeys."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import EARLIER, FAULTY, GRID, SAMPLE, Ran, geojson, here, parkplan, square

HAN = re.compile(r"[㐀-鿿]")
ID = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(parkplan("schema").out)


@pytest.fixture(scope="module")
def reviewed() -> Ran:
    return here("review", SAMPLE, "--format", "json")


@pytest.fixture(scope="module")
def checked() -> Ran:
    return here("check", SAMPLE, "--format", "json")


@pytest.fixture(scope="module")
def described() -> Ran:
    return here("info", SAMPLE, "--format", "json")


def texts(value: Any) -> Iterator[str]:
    """Every text in a result."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize("name", ["reviewed", "checked", "described"])
def test_json_fits_the_schema_that_is_printed(name: str, schema: Any, request: pytest.FixtureRequest) -> None:
    ran: Ran = request.getfixturevalue(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(ran.data)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**ran.data, "another": 1})
    assert ran.out.startswith("{") and ran.out.endswith("}\n")


@pytest.mark.parametrize("command", ["info", "check"])
def test_json_of_one_file_fits_the_schema(command: str, schema: Any) -> None:
    ran = here(command, SAMPLE / "供地宗地.shp", "--format", "json")
    assert ran.code in (0, 3)
    jsonschema.Draft202012Validator(schema).validate(ran.data)


@pytest.mark.parametrize("command", ["info", "check", "review"])
def test_json_of_a_project_fits_the_schema(command: str, schema: Any, made: Path) -> None:
    ran = parkplan(command, made, "--format", "json")
    assert ran.code == {"info": 0, "check": 0, "review": 1}[command]
    jsonschema.Draft202012Validator(schema).validate(ran.data)


def test_progress_goes_to_stderr(reviewed: Ran) -> None:
    assert "23" in reviewed.err and reviewed.err.count("\n") == 1


def test_verdicts_of_the_sample(reviewed: Ran) -> None:
    verdicts = {
        p["id"]: (p["verdict"], [d["rule"] for d in p["deciding"]]) for p in reviewed.data["proposals"]
    }
    assert verdicts == {
        "A": ("fails", ["E02"]),
        "B": ("meets", []),
        "C": ("cannot_tell", ["E02"]),
        "D": ("fails", ["E02"]),
        "E": ("meets", []),
    }
    assert reviewed.code == 1


@pytest.mark.parametrize(("proposal", "code"), [("A", 1), ("B", 0), ("方案二", 0), ("C", 3)])
def test_exit_code_of_a_review(proposal: str, code: int, made: Path) -> None:
    ran = parkplan("review", made, proposal, "--format", "json")
    assert (ran.code, len(ran.data["proposals"])) == (code, 1)


def test_exit_code_of_a_check(checked: Ran) -> None:
    assert (checked.code, checked.data["counts"]["fail"], checked.data["counts"]["cannot_tell"]) == (0, 0, 0)
    broken = here("check", FAULTY / "overlap_within", "--format", "json")
    assert broken.code == 1 and {f["check"] for f in broken.data["findings"] if f["state"] == "fail"} >= {
        "overlap_within"
    }


def test_earlier_period_fails_everywhere_and_names_the_plots() -> None:
    ran = here("review", EARLIER, "--format", "json")
    assert ran.code == 1
    for proposal in ran.data["proposals"]:
        (idle,) = [each for each in proposal["deciding"] if each["rule"] == "E04"]
        assert proposal["verdict"] == "fails" and len(idle["cases"]) == 3


def test_as_of_is_printed_on_every_result(checked: Ran, made: Path) -> None:
    assert checked.data["as_of"] == "2026-11-30"
    assert parkplan("check", made, "--as-of", "2026-06-30", "--format", "json").data["as_of"] == "2026-06-30"
    assert "2026-06-30" in parkplan("review", made, "B", "--as-of", "2026-06-30").out
    assert "2026-11-30" in parkplan("review", made, "B").out


@pytest.mark.parametrize("command", ["info", "check", "review"])
def test_texts_are_in_their_language(command: str, made: Path) -> None:
    result = parkplan(command, made, "--format", "json").data
    data = {name for key in ("project", "period") if (name := result.get(key))}
    data |= {p["name"] for p in result.get("proposals", [])}
    data |= {f.get(key) for key in ("document", "clause") for f in findings(result) if f.get(key)}
    data |= {
        s
        for layer in result.get("layers", [])
        for f in layer.get("fields", [])
        for s in (f["name"], *f["sample"])
    }
    english = parkplan(command, made, "--language", "en").out
    for word in sorted(data, key=len, reverse=True):
        english = english.replace(word, "")
    assert not HAN.search(english), HAN.findall(english)[:20]
    chinese = parkplan(command, made, "--language", "zh").out
    assert HAN.search(chinese)
    ids = set(ID.findall(chinese)) - {
        f["name"] for layer in result.get("layers", []) for f in layer.get("fields", [])
    }
    named = {layer[key] for layer in result["layers"] for key in ("feature_type", "scheme") if layer.get(key)}
    assert ids - named == set(), "words of the program that were left as they are"


def findings(result: Any) -> list[Any]:
    return result.get("findings") or [f for p in result.get("proposals", []) for f in p["findings"]]


def test_messages_of_the_data_are_in_both_languages(reviewed: Ran, checked: Ran) -> None:
    for finding in findings(reviewed.data) + findings(checked.data):
        for message in (finding["title"], finding["message"], *finding["remarks"]):
            assert HAN.search(message["zh"]) and message["en"]
            assert not HAN.search(message["en"]) or finding["rule"] in ("E04", "L01"), message["en"]


ANSI = "\x1b[31m\x1b]0;title\x07\r\n\u202e\u2066"


def test_control_characters_in_data_are_inert(tmp_path: Path) -> None:
    name = f"supply_parcel{ANSI.replace(chr(10), '')}甲.geojson"
    geojson(
        tmp_path / name,
        [(square(0, 0), {"parcel_no": f"P{ANSI}", "class_code": f"10{ANSI}", f"field{ANSI}": "x"})],
    )
    for command in ("info", "check"):
        for language in ("zh", "en"):
            ran = here(command, tmp_path, "--language", language)
            assert ran.code in (0, 1, 3), ran.err
            for line in (ran.out + ran.err).split("\n"):
                found = [ch for ch in line if unicodedata.category(ch) in ("Cc", "Cf", "Zl", "Zp")]
                assert not found, (command, line)
    assert here("info", tmp_path, "--format", "json").data["layers"][0]["count"] == 1


def test_control_characters_in_a_refusal_are_inert(tmp_path: Path) -> None:
    path = tmp_path / f"a{ANSI.replace(chr(10), '')}.shp"
    path.write_text("no shapefile", encoding="utf-8")
    for command in ("info", "check"):
        ran = here(command, path)
        found = [c for c in ran.err.replace("\n", "") if unicodedata.category(c) in ("Cc", "Cf")]
        assert ran.code == 2 and not found


def test_numbers_that_are_none_stay_out_of_json(tmp_path: Path) -> None:
    rows = [
        (square(0, 0), {"parcel_no": "1", "contract_area_m2": None}),
        (square(200, 0), {"parcel_no": "2"}),
    ]
    geojson(tmp_path / "供地宗地.geojson", rows)
    for command in ("info", "check"):
        ran = here(command, tmp_path, "--format", "json")
        assert "NaN" not in ran.out and "Infinity" not in ran.out and ran.data["schema"]


def test_a_folder_without_parcels_is_checked_for_what_it_has(tmp_path: Path) -> None:
    geojson(tmp_path / "park_boundary.geojson", [(square(0, 0, 900), {"block_no": "1", "area_ha": 81.0})])
    ran = here("check", tmp_path, "--format", "json")
    assert ran.code != 2
    judged = {f["rule"]: f["state"] for f in ran.data["findings"] if f["layer"] == "park_boundary"}
    assert judged["D01"] == "pass" and judged["D02"] == "pass"


def test_as_and_scheme_on_the_command_line(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "图.geojson", [(square(0, 0), {"class_code": "0701", "class_name": "城镇住宅用地"})]
    )
    (layer,) = here(
        "info", path, "--as", "图=survey_polygon", "--scheme", "survey3", "--format", "json"
    ).data["layers"]
    found = (layer["feature_type"], layer["feature_type_basis"], layer["scheme"], layer["scheme_basis"])
    assert found == ("survey_polygon", "option", "survey3", "option")


def test_both_reference_systems_and_the_operation_are_said(tmp_path: Path) -> None:
    path = geojson(tmp_path / "park_boundary.geojson", [(square(0, 0), {"block_no": "1"})])
    result = here("info", path, "--crs", 4545, "--format", "json").data
    (layer,) = result["layers"]
    assert str(GRID) in layer["crs"] and "4545" in result["project_crs"] and layer["operation"]
    text = here("info", path, "--crs", 4545, "--language", "en").out
    assert str(GRID) in text and "4545" in text and layer["operation"] in text


def test_a_plan_confirms_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "park"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("park.toml"))
    options = ("--source-crs", GRID)
    plan = here("info", folder, "--plan", *options)
    assert plan.code == 0 and plan.out.count("proposed = true") == 24
    (folder / "park.toml").write_text(plan.out, encoding="utf-8")
    ran = here("review", folder, *options, "--crs", GRID, "--format", "json")
    assert {p["verdict"] for p in ran.data["proposals"]} == {"cannot_tell"} and ran.code == 3
    assert not any(layer["complete"] for layer in ran.data["layers"])


SAID = {
    "part_of": ('part_of = "供地宗地全部.geojson"', 2),
    "supersedes": ('supersedes = "供地宗地全部.geojson"', 1),
    "another period": ('period = "2025"', 2),
}


@pytest.mark.parametrize("said", SAID)
def test_what_the_answers_say_of_two_files_of_the_same_ground(said: str, tmp_path: Path) -> None:
    both = [(square(0, 0), {"parcel_no": "1"}), (square(200, 0), {"parcel_no": "2"})]
    geojson(tmp_path / "供地宗地全部.geojson", both)
    geojson(tmp_path / "供地宗地甲.geojson", both[:1])
    line, count = SAID[said]
    head = 'schema = "parkplan/park/1"\n[park]\nperiod = "2026"\n[[file]]\npath = "供地宗地甲.geojson"\n'
    for proposed in (True, False):
        text = f"{head}{line}\nproposed = {str(proposed).lower()}\n"
        (tmp_path / "park.toml").write_text(text, encoding="utf-8")
        ran = here("check", tmp_path, "--format", "json", "--language", "en")
        if proposed:  # a guess decides nothing
            assert ran.code == 2 and "供地宗地全部" in ran.err and "供地宗地甲" in ran.err
        else:
            assert ran.code != 2 and [layer["count"] for layer in ran.data["layers"]] == [count], ran.err
