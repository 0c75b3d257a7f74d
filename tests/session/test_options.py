"""Answers on the command line: for everything, or for one file by name, stem or the end of its path."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.session.options import Options, PerFile, parse_day, per_file

AT = Path("/data/园区/2026/供地.shp")


@pytest.mark.parametrize(
    "name",
    [
        "供地.shp",
        "供地",
        "2026/供地.shp",
        "2026/供地",
        "2026\\供地.shp",
        "./供地.shp",
        "/data/园区/2026/供地.shp",
    ],
)
def test_a_file_by_name(name: str) -> None:
    assert per_file("--source-crs", ["4490", f"{name}=4546"]).of(AT) == "4546"


@pytest.mark.parametrize("name", ["地.shp", "供地.dbf", "2025/供地.shp", "供", "园区", ".shp"])
def test_not_another_file(name: str) -> None:
    assert per_file("--source-crs", ["4490", f"{name}=4546"]).of(AT) == "4490"


def test_a_dot_in_the_name() -> None:
    answers = per_file("--as", ["2024.3月供地=supply_parcel", "v1.2.shp=road"])
    assert answers.of(Path("a/2024.3月供地.shp")) == "supply_parcel"
    assert answers.of(Path("a/v1.2.shp")) == "road"
    assert answers.of(Path("a/v1.3.shp")) is None


def test_nothing_said() -> None:
    assert PerFile().of(AT) is None and per_file("--as", []).of(AT) is None
    assert Options().source_crs.of(AT) is None


def test_the_same_twice_is_once_and_two_are_refused() -> None:
    assert per_file("--as", ["road", "road"]).of(AT) == "road"
    with pytest.raises(Refused, match=r"--as.*road.*village"):
        per_file("--as", ["road", "village"])


@pytest.mark.parametrize("text", ["", "供地.shp="])
def test_an_empty_answer_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="--encoding"):
        per_file("--encoding", [text])


def test_a_day() -> None:
    assert parse_day("--as-of", "2026-11-30") == date(2026, 11, 30)
    for text in ("2026-11", "2026-11-31", "30.11.2026", ""):
        with pytest.raises(Refused, match="--as-of"):
            parse_day("--as-of", text)
