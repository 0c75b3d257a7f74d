"""A word wrong in a rule set is refused before anything is judged, by file, line and word."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gis_app.catalogue import load, program_place
from gis_app.language import Refused, say
from gis_app.rules.declared import accept_rules

Place = Callable[[str, str, str], tuple[Path, int]]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The program's own declarations with one word changed; the line of the change."""
    for folder in ("layers", "styles"):
        shutil.copytree(program_place() / folder, tmp_path / folder)

    def change(name: str, before: str, after: str) -> tuple[Path, int]:
        path = tmp_path / "layers" / "rules" / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        start = text.index(before)
        path.write_text(text[:start] + after + text[start + len(before) :], encoding="utf-8")
        lead = len(after) - len(after.lstrip("\n"))
        return path, text[:start].count("\n") + 1 + lead

    return change


def refused(tmp_path: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        accept_rules(load([tmp_path]))
    return caught.value


def test_the_program_s_own_rules_are_accepted() -> None:
    accept_rules(load())


TYPOS = {
    "check": ("expansion", 'check = "clear_of"', 'check = "clear_off"', "clear_off"),
    "layer": (
        "expansion",
        '"permanent_basic_farmland"',
        '"permanent_basic_farmlan"',
        "permanent_basic_farmlan",
    ),
    "field": ("expansion", '"on_cleanup_list"', '"on_cleanup_lst"', "on_cleanup_lst"),
    "optional field": ("expansion", '"recognition_date"', '"recognition_dat"', "recognition_dat"),
    "fact": ("expansion", 'fact = "approved_area_ha"', 'fact = "approved_area"', "approved_area"),
    "field of a selection": ("expansion", "where = { change_type", "where = { change_typ", "change_typ"),
    "word of a selection": ("expansion", '["调入", "扩入"]', '["调入", "扩人"]', "扩人"),
    "key of an input": ("expansion", "optional = true", "optonal = true", "optonal"),
    "layer spelt otherwise": ("expansion", 'cover = { layer = "', 'cover = { layr = "', "layr"),
    "name of an input": ("expansion", "gap_allowance_m2 = 100", "gap_alowance_m2 = 100", "gap_alowance_m2"),
    "a width that would never be used": ("expansion", "width = { fact", "widht = { fact", "widht"),
    "table": ("land_use", 'table = "adjacency"', 'table = "adjacencies"', "adjacencies"),
    "table of disposal": ("land_use", 'modes = "disposal_modes"', 'modes = "disposal_mode"', "disposal_mode"),
    "field of names": ("data_quality", 'names = "class_name"', 'names = "class_nam"', "class_nam"),
    "layer of a list": ("expansion", 'layers = ["park_boundary"', 'layers = ["park_bundary"', "park_bundary"),
    "class field of a type without one": (
        "data_quality",
        'subject = { layer = "standard_factory" }',
        'subject = { layer = "standard_factory", fields = ["class_field"] }',
        "class_field",
    ),
}


@pytest.mark.parametrize("kind", TYPOS)
def test_a_typo_is_refused_by_file_and_line(kind: str, place: Place, tmp_path: Path) -> None:
    name, before, after, word = TYPOS[kind]
    path, line = place(name, before, after)
    message = refused(tmp_path).message
    assert message.values["file"] == str(path) and message.values["line"] == line
    for language in ("zh", "en"):
        text = say(message, language)
        assert str(path) in text and word in text and str(line) in text


def test_a_missing_input_is_named(place: Place, tmp_path: Path) -> None:
    path, _ = place("expansion", 'other = { layer = "ecological_red_line" }\n', "")
    text = str(refused(tmp_path))
    assert str(path) in text and '"other"' in text and "E03" in text


def test_the_rule_at_fault_is_named_and_not_one_with_the_same_words(place: Place, tmp_path: Path) -> None:
    before = 'other = { layer = "other_park" }\nwidth = { fact = "least_overlap_width_m"'
    _, line = place("expansion", before, before[:-1] + '_x"')
    message = refused(tmp_path).message
    assert (message.values["rule"], message.values["line"]) == ("E21", line + 1)


UNKNOWN_KEYS = {
    "rule": ("expansion", "confidence = ", "confidance = "),
    "rule set": ("land_use", "profile = ", "profil = "),
}


@pytest.mark.parametrize("kind", UNKNOWN_KEYS)
def test_an_unknown_key_is_refused_by_the_catalogue(kind: str, place: Place, tmp_path: Path) -> None:
    name, before, after = UNKNOWN_KEYS[kind]
    path, _ = place(name, before, after)
    text = str(refused(tmp_path))
    assert str(path) in text
    assert after.split(" ")[0] in text or before.split(" ")[0] in text  # the one unknown, or the one missing


def test_an_unknown_key_beside_the_right_ones(place: Place, tmp_path: Path) -> None:
    path, line = place("expansion", 'kind = "veto"', 'colour = "red"\nkind = "veto"')
    message = refused(tmp_path).message
    assert message.values["file"] == str(path) and message.values["line"] == line
    assert "colour" in say(message, "en")


def test_an_office_s_own_rules_are_held_against_the_checks_too(tmp_path: Path) -> None:
    folder = tmp_path / "layers" / "rules"
    folder.mkdir(parents=True)
    (folder / "office.toml").write_text(
        '[rule_set]\nid = "office"\ntitle = { zh = "本办", en = "office" }\nprofile = "office"\n'
        '[[rule]]\nid = "X01"\ntitle = { zh = "一", en = "one" }\nkind = "condition"\nscope = "layer"\n'
        'check = "nothing"\nconfidence = "U"\n',
        encoding="utf-8",
    )
    with pytest.raises(Refused, match="nothing"):
        accept_rules(load([program_place(), tmp_path]))
