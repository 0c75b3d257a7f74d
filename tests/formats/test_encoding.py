"""Chinese text is right whatever the file says about its encoding, or does not say."""

import pytest

from gis_app.formats import read
from gis_app.formats.encoding import known
from gis_app.language import Refused
from tests.formats.made import text_file

WORDS = ["永久基本农田", "宾西经济技术开发区", "工业用地（一类）", None]


def _cells(encoding):
    return [b"" if word is None else word.encode(encoding) for word in WORDS]


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "name", "basis"),
    [
        ("utf-8", "UTF-8", 0, "UTF-8", "cpg"),
        ("gbk", "GBK", 0, "GBK", "cpg"),
        ("gbk", "936", 0x57, "GBK", "cpg"),
        ("gbk", "ANSI 936\r\n", 0, "GBK", "cpg"),
        ("gbk", None, 0x4D, "GBK", "language_byte"),
        ("gbk", None, 0x57, "GB18030", "gb18030"),
        ("gbk", None, 0, "GB18030", "gb18030"),
        ("utf-8", None, 0, "UTF-8", "utf8"),
        ("utf-8", None, 0x57, "UTF-8", "utf8"),
        ("utf-8", None, 0x03, "UTF-8", "utf8"),
        ("big5", "Big5", 0, "Big5", "cpg"),
    ],
)
def test_decided_before_opening(tmp_path, encoding, cpg, language, name, basis):
    words = ["開發區", "工業用地", None] if encoding == "big5" else WORDS
    cells = [b"" if word is None else word.encode(encoding) for word in words]
    (table,) = read(text_file(tmp_path / "a.shp", cells, cpg, language), workers=0)
    assert table.columns["NAME"].tolist() == words
    assert (table.encoding.lower(), table.encoding_basis) == (name.lower(), basis)


def test_a_wrong_cpg_is_reported_and_the_next_claim_tried(tmp_path):
    (table,) = read(text_file(tmp_path / "a.shp", _cells("gbk"), "UTF-8", 0x4D), workers=0)
    assert table.columns["NAME"].tolist() == WORDS
    assert table.encoding_basis == "language_byte"
    (problem,) = table.problems
    assert (problem.id, problem.values["count"]) == ("formats.encoding_cpg_fails", 3)


def test_an_unknown_cpg_is_reported(tmp_path):
    (table,) = read(text_file(tmp_path / "a.shp", _cells("utf-8"), "no such"), workers=0)
    assert table.columns["NAME"].tolist() == WORDS
    assert [each.id for each in table.problems] == ["formats.encoding_cpg_unknown"]


def test_text_that_fits_both_is_read_as_utf8_with_both_samples(tmp_path):
    (table,) = read(text_file(tmp_path / "a.shp", ["中国".encode()]), workers=0)
    assert table.columns["NAME"].tolist() == ["中国"]
    (problem,) = table.problems
    assert dict(problem.values) == {"as_utf8": "中国", "as_gb18030": "涓\ue15e浗"}


def test_what_a_person_states_comes_first(tmp_path):
    path = text_file(tmp_path / "a.shp", ["中国".encode()], "UTF-8")
    (table,) = read(path, encoding="GB18030", workers=0)
    assert (table.columns["NAME"].tolist(), table.encoding_basis) == (["涓\ue15e浗"], "stated")


@pytest.mark.parametrize(("stated", "id"), [("UTF-8", "encoding_wrong"), ("nope", "encoding_unknown")])
def test_a_wrong_statement_is_refused(tmp_path, stated, id):
    path = text_file(tmp_path / "园区.shp", _cells("gbk"))
    with pytest.raises(Refused) as refusal:
        read(path, encoding=stated, workers=0)
    assert refusal.value.message.id == f"formats.{id}"
    assert "园区.shp" in str(refusal.value)


@pytest.mark.parametrize(("encoding", "whole"), [("utf-8", "地类编"), ("gbk", "地类编码说")])
def test_a_field_name_cut_within_a_character_by_its_writer(tmp_path, encoding, whole):
    name = "地类编码说明".encode(encoding)[:10]
    (table,) = read(text_file(tmp_path / "a.shp", ["完整".encode(encoding)], name=name), workers=0)
    assert table.columns[whole].tolist() == ["完整"]
    assert ("formats.dbf_name_cut" in {each.id for each in table.problems}) == (encoding == "utf-8")


def test_a_full_cell_loses_only_half_a_character(tmp_path):
    cell = ("地" * 7).encode()[:20]
    (table,) = read(text_file(tmp_path / "a.shp", [cell, "完整".encode()]), workers=0)
    assert table.columns["NAME"].tolist() == ["地" * 6, "完整"]
    assert "formats.dbf_text_cut" in {each.id for each in table.problems}


@pytest.mark.parametrize(
    ("written", "name"),
    [("utf8", "UTF-8"), ("ISO 88591", "iso8859-1"), ("88591", "iso8859-1"), ("OEM 936", "GBK"),
     ("windows-1252", "cp1252"), ("1252", "cp1252"), ("gb2312", "GBK"), ("xyz", None), ("", None)],
)  # fmt: skip
def test_names_of_encodings(written, name):
    assert known(written) == name
