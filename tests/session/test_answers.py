"""park.toml: what it may say, and every mistake refused by file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely

from gis_app.language import Refused, say
from gis_app.session.answers import Answers, checked_value, read_answers
from tests.session.made import HEAD, answer, catalogue

WHOLE = """
[park]
name = "澜溪（虚构示例）"
crs = 4546
as_of = 2026-11-30
period = "2026-11"

[facts.approved_area_ha]
value = 1186.42
document = "〔2022〕1号"
document_date = 2022-03-01

[[proposal]]
id = "A"
name = "方案一"
[proposal.facts.out_ha]
value = 32.80

[[proposal]]
id = "B"
proposed = true

[[file]]
path = "子/供地.shp"
feature_type = "supply_parcel"
complete_within = [0, 0, 10, 20]
complete_as_of = "2026-11-30"
source_crs = 4546

[[file]]
path = "规划.gpkg"
layer = "地块"
complete_within = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"
proposed = true
"""


def read(folder: Path, text: str) -> Answers:
    answer(folder, text)
    return read_answers(folder, catalogue())


def test_no_file_says_nothing(tmp_path: Path) -> None:
    seen = read_answers(tmp_path, catalogue())
    assert not seen.present and seen.crs is None and seen.files == () and seen.of(tmp_path / "a.shp") is None


def test_what_it_says(tmp_path: Path) -> None:
    seen = read(tmp_path, WHOLE)
    assert (seen.name, seen.crs, seen.as_of, seen.period) == (
        "澜溪（虚构示例）",
        "4546",
        date(2026, 11, 30),
        "2026-11",
    )
    area, out = seen.facts
    assert (area.id, area.value, area.documented) == ("/approved_area_ha", 1186.42, True)
    assert (out.id, out.value, out.documented) == ("A/out_ha", 32.8, False)
    assert [(p.id, p.confirmed) for p in seen.proposals] == [("A", True), ("B", False)]
    first = seen.of(tmp_path / "子" / "供地.shp")
    assert first is not None and first.complete_as_of == date(2026, 11, 30) and first.source_crs == "4546"
    assert first.complete_within == shapely.box(0, 0, 10, 20)
    assert seen.of(tmp_path / "供地.shp") is None
    plan = seen.of(tmp_path / "规划.gpkg", "地块")
    assert plan is not None and plan.proposed and seen.of(tmp_path / "规划.gpkg", "道路") is None


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "park.toml").write_bytes(b"\xef\xbb\xbf" + (HEAD + '[park]\nname = "x"\n').encode())
    assert read_answers(tmp_path, catalogue()).name == "x"


def test_guesses_of_the_program_confirm_nothing(tmp_path: Path) -> None:
    seen = read(
        tmp_path, '[park]\nname = "x"\ncrs = 4546\nas_of = 2026-11-30\nperiod = "2026"\nproposed = true\n'
    )
    assert (seen.crs, seen.as_of, seen.period) == (None, None, "")


MISTAKES = {
    # what is changed, into what, the key named, the line that it stands on (counted from the changed text)
    "a key of nobody": ('name = "澜溪（虚构示例）"', 'colour = "red"', "colour"),
    "a key of a file": ('feature_type = "supply_parcel"', 'feature_typ = "supply_parcel"', "feature_typ"),
    "a table of nobody": ("[park]", "[parc]", "parc"),
    "a fact of nobody": ("[facts.approved_area_ha]", "[facts.approved_area]", "approved_area"),
    "a fact of a proposal at the park": ("[facts.approved_area_ha]", "[facts.out_ha]", "out_ha"),
    "a fact of the park at a proposal": (
        "[proposal.facts.out_ha]",
        "[proposal.facts.approved_area_ha]",
        "approved_area_ha",
    ),
    "a text for a number": ("value = 32.80", 'value = "32.80"', "value"),
    "yes for a number": ("value = 32.80", "value = true", "value"),
    "no number": ("value = 32.80", "value = nan", "value"),
    "no end": ("value = 32.80", "value = inf", "value"),
    "a text for a document": ('document = "〔2022〕1号"', "document = 1", "document"),
    "no date": ("document_date = 2022-03-01", 'document_date = "2022-3"', "document_date"),
    "a time of day": ("as_of = 2026-11-30", "as_of = 2026-11-30T08:00:00", "as_of"),
    "a ledger's day": ('complete_as_of = "2026-11-30"', 'complete_as_of = "2026年"', "complete_as_of"),
    "a feature type of nobody": ('"supply_parcel"', '"supply_parcels"', "feature_type"),
    "three bounds": ("[0, 0, 10, 20]", "[0, 0, 10]", "complete_within"),
    "bounds of nothing": ("[0, 0, 10, 20]", "[0, 0, 0, 20]", "complete_within"),
    "bounds without end": ("[0, 0, 10, 20]", "[0, 0, inf, 20]", "complete_within"),
    "bounds of no number": ("[0, 0, 10, 20]", "[0, 0, nan, 20]", "complete_within"),
    "a word for bounds": ('"POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"', '"全部"', "complete_within"),
    "a line for ground": (
        '"POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"',
        '"LINESTRING(0 0, 1 1)"',
        "complete_within",
    ),
    "ground that crosses itself": (
        "0 0, 10 0, 10 10, 0 10, 0 0",
        "0 0, 9 9, 9 0, 0 9, 0 0",
        "complete_within",
    ),
    "a path above": ('path = "子/供地.shp"', 'path = "../供地.shp"', "path"),
    "a path from the root": ('path = "子/供地.shp"', 'path = "/etc/供地.shp"', "path"),
    "a path in a drive": ('path = "子/供地.shp"', "path = 'C:\\供地.shp'", "path"),
    "an address": ('path = "子/供地.shp"', 'path = "https://x/a.shp"', "path"),
    "a path of backslashes": ('path = "子/供地.shp"', "path = '..\\供地.shp'", "path"),
    "an empty path": ('path = "子/供地.shp"', 'path = ""', "path"),
    "a digest that is none": ("source_crs = 4546", 'sha256 = "abc"', "sha256"),
    "one proposal twice": ('id = "B"', 'id = "A"', "id"),
    "a proposal without a name": ('id = "B"', 'id = ""', "id"),
    "one file twice": ('path = "规划.gpkg"\nlayer = "地块"', '\npath = "子/供地.shp"', "path"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_refused_by_file_line_and_key(kind: str, tmp_path: Path) -> None:
    before, after, key = MISTAKES[kind]
    start = WHOLE.index(before)
    text = WHOLE[:start] + after + WHOLE[start + len(before) :]
    path = answer(tmp_path, text)
    line = (HEAD + WHOLE[:start] + after[: len(after) - len(after.lstrip("\n"))]).count("\n") + 1
    with pytest.raises(Refused) as caught:
        read_answers(tmp_path, catalogue())
    values = caught.value.message.values
    assert (values["file"], values["key"]) == (str(path), key)
    assert abs(int(str(values["line"])) - line) <= (1 if kind == "a key of nobody" else 0)
    for language in ("zh", "en"):
        assert str(path) in say(caught.value.message, language)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[park", b'schema = "parkplan/park/1"\nname = \n'])
def test_what_is_no_toml_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "park.toml").write_bytes(content)
    with pytest.raises(Refused, match=r"park\.toml"):
        read_answers(tmp_path, catalogue())


@pytest.mark.parametrize("schema", ["", 'schema = "parkplan/park/2"\n'])
def test_another_schema_is_refused(schema: str, tmp_path: Path) -> None:
    (tmp_path / "park.toml").write_text(schema + '[park]\nname = "x"\n', encoding="utf-8")
    with pytest.raises(Refused, match="schema"):
        read_answers(tmp_path, catalogue())


def test_values_of_facts() -> None:
    assert checked_value(3, "number") == 3.0 and checked_value(3.0, "integer") is None
    assert checked_value(True, "number") is None and checked_value(True, "boolean") is True
    assert checked_value("  ", "text") is None and checked_value("x", "text") == "x"
    assert (
        checked_value(date(2026, 1, 1), "date") == date(2026, 1, 1)
        and checked_value("2026-01-01", "date") is None
    )
