"""The sheet: what it must carry is there, nothing stands on anything, every text is found."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pikepdf
import pytest
import shapely
from PySide6.QtGui import QImage

from gis_app.language import Refused
from gis_app.render.legend import entries
from gis_app.render.painter import application
from gis_app.render.scene import Scene
from gis_app.render.view import fit
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.outcome import reviewed
from gis_app.sheets.control_lines import pages, print_sheet
from gis_app.sheets.ground import sheet_layers
from gis_app.sheets.marks import findings_of, marks
from gis_app.sheets.output import MM_PX, pdf
from gis_app.sheets.recording import Drawn
from tests.render.parks import SAMPLE
from tests.sheets.parks import catalogue, mapped, opened, review, text_of

SHEETS = [("A", "zh"), ("C", "zh"), ("A", "en"), ("D", "en")]
MM_PER_PT = 25.4 / 72.0
LONG = "某某省某某市某某县某某高新技术产业开发区扩区示例"


@cache
def printed(proposal: str, language: str) -> tuple[bytes, list[Drawn]]:
    return pdf(pages(opened().project, catalogue(), proposal, review(proposal), language))


def texts(proposal: str, language: str) -> list[str]:
    return [one.text for one in printed(proposal, language)[1]]


@pytest.mark.parametrize(("proposal", "language"), SHEETS)
def test_every_text_is_found(proposal: str, language: str, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(printed(proposal, language)[0])
    for reading in (text_of(out), mapped(out)):
        assert [text for text in texts(proposal, language) if text not in reading] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_legend_stands_in_two_columns_and_nothing_of_it_is_left_out(language: str) -> None:
    """The month before has 34 signs and classes."""
    month = open_path(SAMPLE.parent / "2026-10", Options(), catalogue())
    of_a = reviewed(month, catalogue(), "A")
    drawn = pdf(pages(month.project, catalogue(), "A", of_a, language))[1]
    assert all(one.font.pixelSize() >= int(7.0 * MM_PER_PT * MM_PX) for one in drawn)
    for one, other in itertools.combinations(drawn, 2):
        assert one.page != other.page or not one.box.intersects(other.box), (one.text, other.text)
    if language == "zh":
        legend = {"扩入", "调入", "调出", "园区原核准范围", "生态保护红线", "永久基本农田", "铁路", "河流"}
        assert legend <= {one.text for one in drawn}


@pytest.mark.parametrize(("proposal", "language"), SHEETS)
def test_no_text_over_text_none_too_small_none_off_the_sheet(proposal: str, language: str) -> None:
    drawn = printed(proposal, language)[1]
    frame = [value * MM_PX for value in catalogue().layouts["control_lines"].boxes["frame"]]
    for one in drawn:
        assert one.font.pixelSize() >= int(7.0 * MM_PER_PT * MM_PX), one.text
        assert one.box.left() >= frame[0] and one.box.right() <= frame[0] + frame[2], one.text
        assert one.box.top() >= frame[1] and one.box.bottom() <= frame[1] + frame[3], one.text
    for one, other in itertools.combinations(drawn, 2):
        assert one.page != other.page or not one.box.intersects(other.box), (one.text, other.text)


CARRIED = (
    "澜溪经济开发区调区扩区（方案一）三条控制线套合图",
    "三条控制线核查表",
    "图例",
    "1∶30000",
    "北",
    "图号 06/10",
    "编制单位",
    "【待明确】",
    "2000 国家大地坐标系 3° 分带 中央经线 111°（EPSG:4546）",
    "2026-11-30",
    "内部工作用图",
    "不符合",
    "208.8600",
    "1/1000.00",
    "—",
    "永久基本农田：澜溪县自然资源局（虚构）、2025-06-30、湘自然资函〔2025〕示例87号",
    "扩入 177.24 公顷",
    "06_三条控制线套合图_方案一_2026-11-30",
)


@pytest.mark.parametrize("words", CARRIED)
def test_what_the_sheet_must_carry(words: str) -> None:
    assert words in texts("A", "zh")


def test_draft_and_invented_are_said() -> None:
    assert any("草稿" in text and "虚构示例" in text for text in texts("A", "zh"))


def test_nobody_says_a_height_datum_that_is_not_known() -> None:
    assert not any("高程" in text for text in texts("A", "zh"))


def test_what_nobody_vouches_for_is_not_0() -> None:
    """The farmland data do not reach the block of proposal C."""
    drawn = texts("C", "zh")
    assert "无法判定" in drawn and "不符合" not in drawn
    row = drawn[drawn.index("C1") : drawn.index("① E02 无法判定")]
    assert row.count("—") == 6 and "0.00" in row


def test_the_words_of_rows_are_those_of_the_review() -> None:
    drawn = texts("A", "zh")
    assert drawn[drawn.index("A2") :].index("符合") < drawn[drawn.index("A2") :].index("不符合")
    words = {"符合", "不符合", "无法判定"}
    assert {text for text in drawn if text in words} == {"符合", "不符合"}


def test_legend_has_what_is_shown_and_nothing_else() -> None:
    application()
    project, layout = opened().project, catalogue().layouts["control_lines"]
    marked = marks(findings_of(review("C"), "C"), layout.rules, "zh")
    layers = sheet_layers(project, catalogue(), layout, "C", marked, "zh")
    bounds = shapely.total_bounds([one for one in project.layers["park_boundary"].geometry])
    signs, classes = entries(Scene(layers, fit(tuple(bounds), (14000, 8700), dpi=1200.0)), "zh")
    drawn = texts("C", "zh")
    shown = {entry.text for entry in (*signs, *classes)} - {"疑点位置"}
    assert shown <= set(drawn)
    assert "扩入" in drawn and "调入" not in drawn and "调出" not in drawn
    codes = [text.split()[0] for text in drawn if text in {entry.text for entry in classes}]
    assert codes == sorted(codes)


def test_vector_one_family_and_the_same_bytes_twice(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(printed("A", "zh")[0])
    with pikepdf.open(out) as document:
        resources = document.pages[0].obj["/Resources"]
        assert len(resources.get("/XObject", {})) == 0
        names = {str(font["/BaseFont"]).rpartition("-")[0] for font in resources["/Font"].values()}
        assert len(names) == 1
        for font in resources["/Font"].values():
            assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]
        assert str(document.docinfo["/Title"]) == "澜溪经济开发区调区扩区（方案一）三条控制线套合图"
    again = pdf(pages(opened().project, catalogue(), "A", review("A"), "zh"))[0]
    assert again == printed("A", "zh")[0]


def test_a_name_of_24_characters_is_not_cut() -> None:
    assert len(LONG) == 24
    project = replace(opened().project, name=f"{LONG}（虚构示例）")
    drawn = pdf(pages(project, catalogue(), "A", review("A"), "zh"))[1]
    assert f"{LONG}调区扩区（方案一）三条控制线套合图" in {one.text for one in drawn}


def test_rows_that_do_not_fit_stand_on_a_further_page(tmp_path: Path) -> None:
    project = opened().project
    blocks = project.layers["proposal_block"]
    frame = blocks.frame.copy()
    first = frame[frame["proposal"] == "A"]
    more = [first.iloc[[2]].set_axis([900000 + number]) for number in range(12)]
    many = replace(blocks, frame=pd.concat([frame, *more]))
    larger = replace(project, layers={**project.layers, blocks.id: many})
    made = pages(larger, catalogue(), "A", review("A"), "zh")
    drawn = pdf(made)[1]
    assert {one.page for one in drawn} == {0, 1}
    assert sum(one.text == "A3" for one in drawn) == 13
    written = print_sheet(larger, catalogue(), "A", review("A"), tmp_path / "s.png", "zh")
    assert [path.name for path in written] == ["s.png", "s-2.png"]


def test_a_missing_character_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    project = replace(opened().project, name="园区\U0010fffd")
    with pytest.raises(Refused, match=r"U\+10FFFD"):
        print_sheet(project, catalogue(), "A", review("A"), tmp_path / "a.pdf", "zh")
    assert not list(tmp_path.iterdir())


def test_png_is_the_same_sheet(tmp_path: Path) -> None:
    (out,) = print_sheet(opened().project, catalogue(), "A", review("A"), tmp_path / "deep" / "a.png", "zh")
    image = QImage(str(out)).convertToFormat(QImage.Format.Format_RGB32)
    assert (image.width(), image.height()) == (3307, 2339)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(2339, 3307, 4)[:, :, 2::-1]
    for colour in ((0xFF, 0xE6, 0x00), (0xC8, 0x10, 0x2E), (0x9C, 0x1C, 0x4A)):
        assert (np.abs(pixels.astype(int) - colour).sum(axis=2) < 12).any(), colour


@pytest.mark.parametrize(("proposal", "name"), [("Z", "a.pdf"), ("A", "a.docx")])
def test_what_cannot_be_printed_is_said(proposal: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Z|docx"):
        print_sheet(opened().project, catalogue(), proposal, review("A"), tmp_path / name, "zh")


def test_what_people_know_is_printed_as_given() -> None:
    made = pages(
        opened().project,
        catalogue(),
        "A",
        review("A"),
        "zh",
        {"compiled_by": "甲院", "compiled_on": "2026 年 12 月"},
    )
    drawn = [one.text for one in pdf(made)[1]]
    assert {"甲院", "2026 年 12 月"} <= set(drawn) and "【待明确】" not in drawn
