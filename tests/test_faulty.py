"""Each faulty folder has one fault, and exactly the check that is named finds it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gis_app.catalogue import Catalogue, load
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.outcome import checked, exit_code, reviewed
from gis_app.session.schema import validate

FOLDER = Path(__file__).parents[1] / "sample_shapefiles" / "faulty"
CASES = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
SUPPLIED = ("layer", "fact", "field")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_every_folder_is_a_case() -> None:
    assert sorted(case["folder"] for case in CASES) == sorted(
        path.name for path in FOLDER.iterdir() if path.is_dir()
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["folder"])
def test_the_named_check_finds_it_and_no_other(case: dict[str, Any], catalogue: Catalogue) -> None:
    opened = open_path(FOLDER / case["folder"], Options(), catalogue)
    check = checked(opened, catalogue)
    validate(check)
    failing = {f["check"] for f in check["findings"] if f["state"] == "fail"}
    if case["review"]:
        assert failing <= {case["expect"]}
        review = reviewed(opened, catalogue)
        validate(review)
        found = [f for proposal in review["proposals"] for f in proposal["findings"]]
        failing = {f["check"] for f in found if f["state"] == "fail"}
        assert exit_code(review) == 1
    else:
        assert exit_code(check) == 1
    assert failing == {case["expect"]}
