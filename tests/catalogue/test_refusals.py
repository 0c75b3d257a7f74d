"""What is wrong in a file is refused with file, key and line."""

import re
import shutil
from pathlib import Path

import pytest

from gis_app.catalogue import load, program_place
from gis_app.language import Message, Refused

TYPE = "layers/supply_parcel.toml"
STYLE = "styles/supply_parcel.toml"
CODES = "layers/codes/landuse_2023.csv"
RULES = "layers/rules/mine.toml"
RULE = """# a rule set
[rule_set]
id = "mine"
title = { zh = "本地", en = "local" }
profile = "county"

[[rule]]
id = "Z01"
title = { zh = "甲", en = "a" }
kind = "veto"
scope = "park"
check = "present"
comparator = "<="
limit = 0
valid_from = 2026-01-01
confidence = "M"

[rule.inputs]
subject = { layer = "supply_parcel", fields = ["status"] }

[[rule]]
id = "Z02"
title = { zh = "乙", en = "b" }
kind = "condition"
scope = "feature"
check = "ratio"
confidence = "U"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("layers", "styles"):
        shutil.copytree(program_place() / name, tmp_path / name)
    (tmp_path / RULES).write_text(RULE, encoding="utf-8")
    return tmp_path


def test_the_copy_itself_is_right(place: Path) -> None:
    rules = load([place]).rule_sets["mine"].rules
    assert [(rule.id, rule.limit, rule.comparator) for rule in rules] == [
        ("Z01", 0, "<="),
        ("Z02", None, None),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        (TYPE, 'geometry = "polygon"', 'geometry = "polygons"', "geometry", "not_allowed"),
        (TYPE, 'geometry = "polygon"', "geometry = polygon", None, "not_toml"),
        (TYPE, 'geometry = "polygon"', "", "geometry", "missing_key"),
        (TYPE, "coverage = true", 'coverage = "yes"', "coverage", "wrong_type"),
        (TYPE, "coverage = true", "covrage = true", "covrage", "unknown_key"),
        (TYPE, 'id = "supply_parcel"', 'id = "supplied"', "id", "not_file_name"),
        (TYPE, 'codes = "disposal_modes"', 'codes = "disposals"', "field.codes", "unknown_code_list"),
        (TYPE, 'style = "supply_parcel"', 'style = "none"', "style", "unknown_style"),
        (TYPE, 'aliases = ["XZYY"]', 'aliases = ["HTBH"]', "field.aliases", "alias_twice"),
        (TYPE, 'aliases = ["XZYY"]', 'aliases = ["XZYY", 3]', "field.aliases", "wrong_type"),
        (TYPE, 'id = "batch_name"', 'id = "parcel_no"', "field.id", "id_twice"),
        (TYPE, 'class_field = "class_code"', 'class_field = "code"', "class_field", "unknown_field"),
        (TYPE, 'en = "cause of idleness" }', 'ne = "cause of idleness" }', "field.title.en", "missing_key"),
        (
            STYLE,
            'where = { list_kind = "低效"',
            'where = { list_sort = "低效"',
            "rule.where",
            "unknown_field_of",
        ),
        (STYLE, 'fill = "#f4b6b6"', 'fill = "pink"', "rule.fill", "not_colour"),
        (STYLE, "opacity = 0.8", "opacity = 8", "rule.opacity", "out_of_range"),
        (CODES, "0102,2,水浇地,01,", "0102,2,水浇地,99,", "parent", "unknown_code"),
        (CODES, "0102,2,水浇地", "0101,2,水浇地", "code", "id_twice"),
        (CODES, "0102,2,水浇地", "0102,2,2,水浇地", None, "row_length"),
        (CODES, "01,1,耕地,,,245 248 220", "01,1,耕地,,,245 248 420", "rgb", "not_colour"),
        (CODES, "own,L,,Y,V'", "own,X,,Y,V'", "sansheng", "not_allowed"),
        (
            "layers/codes/survey3.csv",
            "0601,2,工业用地,06,06,1001",
            "0601,2,工业用地,06,06,1099",
            "to_2023",
            "unknown_code",
        ),
        (RULES, 'kind = "condition"', 'kind = "maybe"', "rule.kind", "not_allowed"),
        (RULES, 'id = "Z02"', 'id = "Z01"', "rule.id", "id_twice"),
        (RULES, "limit = 0", "limits = 0", "rule.limits", "unknown_key"),
        (RULES, "valid_from = 2026-01-01", 'valid_from = "2026-01-01"', "rule.valid_from", "wrong_type"),
        (RULES, 'comparator = "<="\n', "", "rule.limit", "limit_without_comparator"),
        (RULES, "subject = {", "subject = 2026-01-01 #", "rule.inputs.subject", "not_an_input"),
        ("layers/facts.toml", 'scope = "park"', 'scope = "county"', "fact.scope", "not_allowed"),
    ],
)
def test_planted_faults(place: Path, file: str, old: str, new: str, key: str | None, reason: str) -> None:
    path = place / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load([place])
    values = caught.value.message.values
    assert values["file"] == str(path)
    assert isinstance(values["reason"], Message) and values["reason"].id == f"catalogue.{reason}"
    if key is not None:
        assert values["key"] == key
    if reason != "missing_key":
        line = path.read_text(encoding="utf-8").split("\n")[int(str(values["line"])) - 1]
        wanted = new.strip().split("\n")[0].split(" = ")[0] or "limit = 0"
        assert wanted in line
    assert re.search(r"line \d+", str(caught.value))


def test_a_file_that_is_not_utf8(place: Path) -> None:
    (place / CODES).write_bytes("code,name,mark\n01,耕地,V\n".encode("gb18030"))
    with pytest.raises(Refused) as caught:
        load([place])
    assert caught.value.message.values["line"] == 2


def test_a_rule_in_two_sets(place: Path) -> None:
    (place / "layers/rules/other.toml").write_text(RULE.replace('"mine"', '"other"'), encoding="utf-8")
    with pytest.raises(Refused, match="Z01"):
        load([place])


def test_later_places_win_and_say_so(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    office = tmp_path_factory.mktemp("office")
    (office / "styles").mkdir()
    text = (place / "styles/village.toml").read_text(encoding="utf-8").replace("#7d6b5d", "#123456")
    (office / "styles/village.toml").write_text(text, encoding="utf-8")
    catalogue = load([place, office, office / "missing"])
    assert catalogue.styles["village"].rules[0].outline.colour == "#123456"
    assert [(found.id, found.path.parent.parent) for found in catalogue.overrides] == [("village", office)]
    assert catalogue.overrides[0].replaced == place / "styles/village.toml"
    assert office / "styles/village.toml" in catalogue.digests
