"""The card on paper: what it must carry, texts that are found, and texts from data that stay inert."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from gis_app.language import Refused
from gis_app.model import Project
from gis_app.sheets.dossier import pages, print_sheet
from gis_app.sheets.output import MM_PX, pdf
from gis_app.sheets.recording import Drawn
from tests.sheets.parks import SAMPLE, catalogue, opened, text_of

SUPPLY = "supply_parcel"
HOSTILE = "<b>\u202eevil\x00\U0001f600" + "长" * 3000


def fid_of(project: Project, number: str) -> int:
    layer = project.layers[SUPPLY]
    return int(layer.fids[layer.rows(None, ["parcel_no"])["parcel_no"].tolist().index(number)])


@cache
def printed(language: str) -> tuple[bytes, list[Drawn]]:
    project = opened().project
    feature = (SUPPLY, fid_of(project, "GD-2024-002"))
    return pdf(pages(project, catalogue(), feature, [], language, SAMPLE))


CARRIED = (
    *("澜溪经济开发区 一地一档：供地宗地 GD-2024-002", "供地与动工", "岭南溪新材（虚构）有限公司"),
    *("2.5200 公顷 · 37.80 亩", "满一年未动工：自 2025-04-10 起 599 天", "规划用途", "现状地类", "文书"),
    *("坐标系统", "2026-11-30", "本要素", "1∶5000", "GD-2021-026", "整改前照片 2026-07-11"),
    "供地宗地：澜溪经开区自然资源分局（虚构）、2026-11-28",
)


@pytest.mark.parametrize("words", CARRIED)
def test_what_the_card_must_carry(words: str) -> None:
    assert words in [one.text for one in printed("zh")[1]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_are_found_and_stand_on_the_sheet(language: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(printed(language)[0])
    reading = text_of(tmp_path / "a.pdf")
    frame = [value * MM_PX for value in catalogue().layouts["dossier"].boxes["frame"]]
    for one in printed(language)[1]:
        assert one.text in reading
        assert one.box.left() >= frame[0] and one.box.right() <= frame[0] + frame[2], one.text


def test_a_hostile_text_is_written_as_it_is_and_goes_on(tmp_path: Path) -> None:
    project = opened().project
    layer, fid = project.layers[SUPPLY], fid_of(project, "GD-2024-002")
    frame = layer.frame.copy()
    for column in ("parcel_no", "right_holder"):
        frame.loc[fid, column] = HOSTILE
    hostile = replace(project, layers={**project.layers, SUPPLY: replace(layer, frame=frame)})
    drawn = pdf(pages(hostile, catalogue(), (SUPPLY, fid), [], "zh"))[1]
    every = "".join(one.text for one in drawn)
    assert "\u202e" not in every and "\x00" not in every
    assert "[U+202E]" in every and "[U+1F600]" in every and "<b>" in every
    assert len({one.page for one in drawn}) > 1


def test_who_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="987654"):
        print_sheet(opened().project, catalogue(), (SUPPLY, 987654), [], tmp_path / "a.pdf", "zh")
    assert not list(tmp_path.iterdir())


def test_photographs_are_on_the_sheet() -> None:
    with pikepdf.open(io.BytesIO(printed("zh")[0])) as document:
        assert len(document.pages[0].obj["/Resources"].get("/XObject", {})) == 2
