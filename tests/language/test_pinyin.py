"""What is typed in Latin letters stands for Chinese characters, whatever their reading."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.language.pinyin import initials, readings, sounds_like, spelled


def test_every_reading_of_a_character_counts() -> None:
    assert {"xing", "hang"} <= set(readings("行"))
    assert readings("女")[0] == "nv" and readings("A") == ("a",)


@pytest.mark.parametrize(
    ("text", "typed"), [("澜溪", "lx"), ("重庆", "cq"), ("重庆", "zq"), ("GD-3号", "gd-3h"), ("银行", "yh")]
)
def test_first_letters(text: str, typed: str) -> None:
    assert typed in initials(text)


@pytest.mark.parametrize(("text", "typed"), [("澜溪", "lanxi"), ("重庆", "chongqing"), ("绿", "lv")])
def test_full_spelling(text: str, typed: str) -> None:
    assert typed in spelled(text)


@pytest.mark.parametrize("typed", ["dakai", "dk", "dkwj", "dakwenj", "打开wj", "wjj", "DaKai", "打 开"])
def test_mixed_typing_stands_for_a_text(typed: str) -> None:
    assert sounds_like(typed, "打开文件夹…")


@pytest.mark.parametrize("typed", ["kd", "dakaix", "wjd", "", "  ", "z"])
def test_what_is_not_there_is_not_heard(typed: str) -> None:
    assert not sounds_like(typed, "打开文件夹…")


@given(st.text(max_size=12), st.text(max_size=20))
def test_any_text_may_be_typed(typed: str, text: str) -> None:
    sounds_like(typed, text)
    assert initials(text) and spelled(text)


def test_phrases_are_not_loaded() -> None:
    code = (
        "import sys\nfrom gis_app.language.pinyin import initials\ninitials('澜溪')\n"
        "print('pypinyin.phrases_dict' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr
