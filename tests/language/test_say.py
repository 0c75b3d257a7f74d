"""How a message becomes a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.language import Message, Refused, Translation, say
from hatch_build import compile_catalogues

TEXTS = {
    "t.area": ("面积 {area_m2:.2f} 平方米", "area {area_m2:.2f} m²"),
    "t.on": ("{when}止", "until {when}"),
    "t.of": ("{what}：{names}", "{what}: {names}"),
    "t.what": ("地块 {no}", "parcel {no}"),
    "t.any": ("“{x}”", "'{x}'"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile a small catalogue of its own, in two domains."""
    root = tmp_path_factory.mktemp("catalogue")
    po = root / "gis_app" / "language" / "po"
    po.mkdir(parents=True)
    for column, language in enumerate(("zh", "en")):
        lines = [f'msgid "{id}"\nmsgstr "{texts[column]}"\n' for id, texts in TEXTS.items()]
        (po / f"t.{language}.po").write_text("\n".join(lines), encoding="utf-8")
        yes, no = ("是", "否") if language == "zh" else ("yes", "no")
        words = f'msgid "language.yes"\nmsgstr "{yes}"\n\nmsgid "language.no"\nmsgstr "{no}"\n'
        (po / f"language.{language}.po").write_text(words, encoding="utf-8")
    compile_catalogues(root)
    return root / "gis_app" / "language" / "mo"


@pytest.fixture(scope="module")
def zh(folder: Path) -> Translation:
    return Translation("zh", folder)


@pytest.fixture(scope="module")
def en(folder: Path) -> Translation:
    return Translation("en", folder)


def test_formats_and_dates(zh: Translation, en: Translation) -> None:
    assert zh.say(Message("t.area", {"area_m2": 1234.5678})) == "面积 1234.57 平方米"
    assert en.say(Message("t.on", {"when": date(2026, 11, 30)})) == "until 2026-11-30"


def test_messages_and_lists_follow_the_language(zh: Translation, en: Translation) -> None:
    parcels = [Message("t.what", {"no": "A-1"}), "B", Message("t.what", {"no": 3})]
    message = Message("t.of", {"what": Message("t.what", {"no": 0}), "names": parcels})
    assert zh.say(message) == "地块 0：地块 A-1、B、地块 3"
    assert en.say(message) == "parcel 0: parcel A-1, B, parcel 3"


def test_unknown_values_and_truth(zh: Translation, en: Translation) -> None:
    assert zh.say(Message("t.area", {"area_m2": None})) == "面积 — 平方米"
    assert en.say(Message("t.of", {"what": True, "names": [None, False]})) == "yes: —, no"


@given(st.text())
def test_data_is_never_a_format(zh: Translation, text: str) -> None:
    assert zh.say(Message("t.any", {"x": text})) == f"“{text}”"
    assert zh.say(Message("t.any", {"x": [text, "{x}"]})) == f"“{text}、{{x}}”"


@pytest.mark.parametrize("id", ["t.none", "", "t", "t.area.deep"])
def test_an_unknown_id_is_refused(zh: Translation, id: str) -> None:
    with pytest.raises(LookupError):
        zh.say(Message(id))


def test_a_missing_value_is_refused(zh: Translation) -> None:
    with pytest.raises(LookupError, match="area_m2"):
        zh.say(Message("t.area"))


@pytest.mark.parametrize("language", ["fr", "", "../zh"])
def test_an_unknown_language_is_refused(language: str) -> None:
    with pytest.raises(LookupError):
        say(Message("language.yes"), language)


def test_refused_speaks_english() -> None:
    refused = Refused(Message("language.no"))
    assert str(refused) == "no" and say(refused.message, "zh") == "否"
