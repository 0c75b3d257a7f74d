"""What is known of a folder before anything heavy is imported: encodings, and nothing that could go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_app.session.ahead import said_encodings


def test_encodings_are_taken_from_the_answers(tmp_path: Path) -> None:
    text = '[[file]]\npath = "a.shp"\nencoding = "GBK"\n[[file]]\npath = "b.shp"\n'
    (tmp_path / "park.toml").write_text(text, encoding="utf-8")
    assert said_encodings(tmp_path) == {"a.shp": "GBK"}


@pytest.mark.parametrize(
    "text", ["file = 3", "[[file]]\npath = 3\nencoding = 'x'", "not toml", "file = [1]", ""]
)
def test_answers_that_are_wrong_say_nothing_yet(tmp_path: Path, text: str) -> None:
    (tmp_path / "park.toml").write_text(text, encoding="utf-8")
    assert said_encodings(tmp_path) == {}


def test_a_file_or_a_folder_without_answers_says_nothing(tmp_path: Path) -> None:
    assert said_encodings(tmp_path) == said_encodings(tmp_path / "none.shp") == {}
