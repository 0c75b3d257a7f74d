"""Every text in a PDF is found as it was written, whatever its glyphs are shared with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QPdfWriter

from gis_app.language import Refused
from gis_app.render.font import font
from gis_app.render.painter import application
from gis_app.sheets.recording import Drawn, Recorder
from gis_app.sheets.searchable import clusters, searchable
from tests.sheets.parks import mapped, text_of

TEXTS = (
    "面积、生态、用地、国土、工业、厂房",
    "𠮷林㎡①1∶30000",
    "⾯⽣⽤⼟⼯⼚",  # the radicals that share their glyphs with the first line
    "office fi Résumé",
    "面 12.30 − 4.56 公顷",
)
DAY = date(2026, 11, 30)


def drawn(texts: tuple[str, ...] = TEXTS) -> tuple[bytes, list[Drawn]]:
    application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(1200)
    painter = Recorder(writer)
    for number, text in enumerate(texts):
        painter.setFont(font(200, bold=number % 2 == 1))
        painter.drawText(QRectF(100, 100 + 500 * number, 8000, 400), int(Qt.AlignmentFlag.AlignCenter), text)
    painter.end()
    return bytes(buffer.data().data()), painter.drawn


def test_qt_alone_writes_other_characters(tmp_path: Path) -> None:
    """The reason for the pass; when this fails, Qt has mended it."""
    (tmp_path / "a.pdf").write_bytes(drawn()[0])
    assert TEXTS[0] not in mapped(tmp_path / "a.pdf")


def test_every_text_is_found(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(searchable(*drawn(), "面", DAY))
    for reading in (text_of(out), mapped(out)):
        assert [text for text in TEXTS if text not in reading] == []


def test_one_glyph_of_two_characters_gets_two_codes(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(searchable(*drawn(("面⾯面",)), "面", DAY))
    assert mapped(out) == "面⾯面"
    with pikepdf.open(out) as document:
        below = next(iter(document.pages[0].obj["/Resources"]["/Font"].values()))["/DescendantFonts"][0]
        glyphs = below["/CIDToGIDMap"].read_bytes()
    assert glyphs == bytes((0, 0, 0, 1, 0, 1))


def test_glyphs_know_their_characters() -> None:
    application()
    assert [text for _, text in clusters("fi𠮷A", font(100))] == ["fi", "𠮷", "A"]


def test_two_runs_give_the_same_bytes() -> None:
    assert searchable(*drawn(), "面", DAY) == searchable(*drawn(), "面", DAY)


def test_a_pdf_with_another_text_is_refused() -> None:
    pdf, texts = drawn()
    with pytest.raises(Refused):
        searchable(pdf, texts[:-1], "面", DAY)
    with pytest.raises(Refused):
        searchable(pdf, [*texts, texts[0]], "面", DAY)
    with pytest.raises(Refused):
        searchable(pdf, [texts[1], texts[0], *texts[2:]], "面", DAY)


def test_the_document_knows_its_title_and_no_clock(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(searchable(*drawn(), "三条控制线", DAY))
    with pikepdf.open(out) as document:
        assert str(document.docinfo["/Title"]) == "三条控制线"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261130")
