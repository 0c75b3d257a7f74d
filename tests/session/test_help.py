"""The help is whole: every check, rule, field, fact and part of the window has its page in both languages."""

from __future__ import annotations

import re

import pytest

from gis_app.catalogue import load, program_place
from gis_app.language import LANGUAGES
from gis_app.session.help import PARTS, Help, texts

CATALOGUE = load([program_place()])
HAN = re.compile(r"[\u4e00-\u9fff]")
RULES = [rule for rules in CATALOGUE.rule_sets.values() for rule in rules.rules]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_says_what_is_measured_where_it_stands_and_what_it_needs(language: str) -> None:
    help = Help(CATALOGUE, language)
    for rule in RULES:
        page = help.page(f"rule:{rule.id}")
        assert page is not None and page.title == f"{rule.id} {rule.title[language]}"
        said = dict(page.lines)
        heads = {
            "zh": ("测量什么", "限值", "需要的资料"),
            "en": ("What is measured", "Limit", "What it needs"),
        }
        assert all(said.get(head) for head in heads[language]), (rule.id, said)
        if rule.document:
            assert rule.document in said[{"zh": "依据", "en": "Document"}[language]]
        assert all(help.page(topic) is not None for topic, _title in page.further), rule.id


def test_every_check_of_a_rule_is_explained_and_nothing_else() -> None:
    from pathlib import Path

    import gis_app.rules.checks

    folder = Path(gis_app.rules.checks.__file__).parent
    there = {path.stem for path in folder.glob("*.py")} - {"__init__", "check"}
    assert set(texts("checks")) == there


@pytest.mark.parametrize("part", PARTS)
def test_every_text_is_in_both_languages_and_short(part: str) -> None:
    for name, given in texts(part).items():
        for text in given.values() if part == "fields" else (given,):
            assert HAN.search(text["zh"]) and not HAN.search(text["en"]), name
            assert 4 < len(text["zh"]) <= 200 and len(text["en"]) <= 600, name


def test_every_remark_on_a_field_is_on_a_field_that_there_is() -> None:
    for layer, fields in texts("fields").items():
        for name in fields:
            assert CATALOGUE.feature_types[layer].field(name) is not None, f"{layer}.{name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_a_page_and_every_page_goes_on_to_pages(language: str) -> None:
    help = Help(CATALOGUE, language)
    topics = dict(help.topics())
    assert len(topics) > 60 and all(topics.values())
    for topic in topics:
        page = help.page(topic)
        assert page is not None and page.lines and page.title
        for further, _title in page.further:
            assert help.page(further) is not None, (topic, further)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_is_explained(language: str) -> None:
    help = Help(CATALOGUE, language, {"m2": "㎡"}.get)  # type: ignore[arg-type]
    for kind in CATALOGUE.feature_types.values():
        for field in kind.fields:
            page = help.page(f"field:{kind.id}.{field.id}")
            assert page is not None and page.title == field.title[language] and page.lines
    said = dict(help.page("field:supply_parcel.contract_area_m2").lines)  # type: ignore[union-attr]
    assert "㎡" in said[{"zh": "类型", "en": "Type"}[language]]


def test_what_is_not_there_has_no_page() -> None:
    help = Help(CATALOGUE, "zh")
    for topic in ("rule:X99", "field:road.nothing", "layer:moon", "window:moon", "fact:moon", "", "moon"):
        assert help.page(topic) is None
    alone = Help(None, "zh")
    assert alone.page("rule:E02") is None and alone.page("window:map") is not None
    assert all(topic.startswith("window:") for topic, _title in alone.topics())


def test_inputs_are_named_with_what_narrows_them() -> None:
    page = Help(CATALOGUE, "zh").page("rule:E02")
    assert page is not None
    needs = dict(page.lines)["需要的资料"].splitlines()
    assert needs[0] == "方案图斑 (调入、扩入)" and "永久基本农田" in needs
    assert (
        "最小压占宽度（可选）" in needs and ("layer:permanent_basic_farmland", "永久基本农田") in page.further
    )
