"""Every file of the real data sets is read, read in part or refused as its case says; nothing is written."""

import codecs
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.formats import Request, Table, later, read, read_many
from gis_app.language import LANGUAGES, Refused, say
from gis_app.worker import Limits
from tests.realdata import REALDATA, listing, needs_realdata

DOCUMENT = tomllib.loads((Path(__file__).parent.parent / "cases" / "realdata.toml").read_text("utf-8"))
CASES: list[dict[str, Any]] = DOCUMENT["case"]
GROUPS: list[dict[str, Any]] = DOCUMENT["group"]
LIMITS = Limits(time_s=10)
PLACEHOLDER = re.compile(r"\{\w+")
REASONS = {
    "formats.null_geometry": "null",
    "formats.empty_geometry": "empty",
    "formats.not_finite": "coordinates",
    "formats.too_large": "coordinates",
    "formats.deleted": "deleted",
    "formats.corrupt": "corrupt",
}

pytestmark = needs_realdata


def _matching(patterns: list[str]) -> set[str]:
    return {p.relative_to(REALDATA).as_posix() for pattern in patterns for p in REALDATA.glob(pattern)}


def _in_group(outcome: str) -> set[str]:
    return set().union(*(_matching(group["patterns"]) for group in GROUPS if group["outcome"] == outcome))


@pytest.fixture(scope="module", autouse=True)
def untouched() -> Iterator[None]:
    """No file of the sets changes and none appears, over all tests of this module."""
    before = listing()
    yield
    assert listing() == before


@pytest.fixture(scope="module")
def results(untouched: None) -> dict[str, list[Table] | Refused]:
    """What the reader says of every case, each within its ten seconds."""
    answers = read_many([Request(REALDATA / case["file"], limits=LIMITS) for case in CASES])
    return {case["file"]: answer for case, answer in zip(CASES, answers, strict=True)}


def test_every_file_is_a_case_or_in_a_group() -> None:
    named = [case["file"] for case in CASES]
    assert len(named) == len(set(named))
    grouped = set().union(*(_matching(group["patterns"]) for group in GROUPS))
    assert set(listing()) - set(named) == grouped - set(named)
    assert set(named) <= set(listing())


def _one_sentence(refusal: Refused, path: Path) -> None:
    for language in LANGUAGES:
        sentence = say(refusal.message, language)
        assert path.name in sentence, sentence
        assert not PLACEHOLDER.search(sentence) and "Traceback" not in sentence, sentence


def _reasons(tables: list[Table]) -> Counter[str]:
    found: Counter[str] = Counter()
    for table in tables:
        for excluded in table.excluded:
            broken_json = excluded.reason.id.startswith("formats.json_")
            found["structure" if broken_json else REASONS[excluded.reason.id]] += excluded.count
    return found


def _geometries(table: Table) -> np.ndarray:
    return np.empty(0, dtype=object) if table.geometry is None else table.geometry


def _counts_agree(table: Table) -> None:
    lengths = {len(table.source_ids), *(len(values) for values in table.columns.values())}
    if table.geometry is not None:
        lengths.add(len(table.geometry))
    assert len(lengths) == 1, f"{table.name}: columns of different length {lengths}"
    accounted = len(table.source_ids) + sum(part.count for part in table.excluded)
    said = "formats.count_declared" in {problem.id for problem in table.problems}
    assert (accounted != table.declared_count) == said


def _same_encoding(found: str, expected: str) -> bool:
    family = {"gbk": "gb18030", "gb2312": "gb18030"}
    names = [codecs.lookup(name).name for name in (found, expected)]
    return family.get(names[0], names[0]) == family.get(names[1], names[1])


@pytest.mark.parametrize("case", [c for c in CASES if c["outcome"] != "refused"], ids=lambda c: c["file"])
def test_read(case: dict[str, Any], results: dict[str, list[Table] | Refused]) -> None:
    tables = results[case["file"]]
    assert not isinstance(tables, Refused), tables.message
    for table in tables:
        _counts_agree(table)
    assert sum(len(table.source_ids) for table in tables) == case["count"]
    expected = case.get("excluded", {})
    reasons = _reasons(tables)
    assert reasons.total() == sum(expected.values())
    assert "any" in expected or reasons == Counter(expected)
    assert (case["outcome"] == "read_part") == bool(reasons)
    if "layers" in case:
        assert {table.name: len(table.source_ids) for table in tables} == case["layers"]
    assert all(table.geometry_type for table in tables if table.geometry is not None and len(table.geometry))
    geometries = np.concatenate([_geometries(table) for table in tables])
    assert sorted({geometry.geom_type for geometry in geometries}) == case["geometry_type"]
    assert int((~shapely.is_valid(geometries)).sum()) == case.get("invalid", 0)
    assert np.isfinite(shapely.get_coordinates(geometries)).all()
    if "encoding" in case:
        assert all(_same_encoding(table.encoding, case["encoding"]) for table in tables)
    noted = {problem.id for table in tables for problem in table.problems}
    assert {f"formats.{note}" for note in case.get("note", [])} <= noted


@pytest.mark.parametrize("case", [c for c in CASES if c["outcome"] == "refused"], ids=lambda c: c["file"])
def test_refused(case: dict[str, Any], results: dict[str, list[Table] | Refused]) -> None:
    refusal = results[case["file"]]
    assert isinstance(refusal, Refused)
    _one_sentence(refusal, REALDATA / case["file"])


def test_later_formats_say_so() -> None:
    names = _in_group("later")
    assert len(names) > 200
    for name in sorted(names):
        path = REALDATA / name
        assert later(path) is not None, name
        with pytest.raises(Refused) as refusal:
            read(path)
        _one_sentence(refusal.value, path)


def test_stated_encoding_is_used() -> None:
    (case,) = [case for case in CASES if "stated_encoding" in case]
    (table,) = read(REALDATA / case["file"], encoding=case["stated_encoding"])
    assert case["sample"]["value"] in list(table.columns[case["sample"]["field"]])
    assert table.encoding_basis == "stated"
