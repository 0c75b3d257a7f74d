"""Pages to a file: PDF (vector, searchable) or PNG, by the suffix; a file is there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPdfWriter

from gis_app.language import Message, Refused
from gis_app.render.font import require_characters
from gis_app.render.painter import application, blank, png
from gis_app.render.view import MM_PER_INCH
from gis_app.sheets.recording import Drawn, Recorder
from gis_app.sheets.searchable import searchable

DPI = 1200
"""Of the page's own units, for PDF and PNG alike: the same places, whatever the medium."""
PNG_DPI = 200
MM_PX = DPI / MM_PER_INCH


@dataclass(frozen=True)
class Pages:
    """What is printed.

    Attributes
    ----------
    size_mm
        Width and height of the paper.
    title, day
        Of the document; the day is one of the data, so that two runs give the same bytes.
    paint
        Draws page ``number`` (from 0) in ``DPI`` units and tells whether another follows.
    """

    size_mm: tuple[float, float]
    title: str
    day: date
    paint: Callable[[Recorder, int], bool]


def write(pages: Pages, out: Path) -> list[Path]:
    """Write pages to ``out``; further PNG pages are named ``name-2.png`` and so on.

    Raises
    ------
    Refused
        The suffix is neither .pdf nor .png, the font lacks a character, or the file cannot be written.
    """
    make = WRITERS.get(out.suffix.lower())
    if make is None:
        raise Refused(Message("sheets.suffix", {"path": str(out), "known": sorted(WRITERS)}))
    contents = make(pages)
    paths = [
        out if not number else out.with_stem(f"{out.stem}-{number + 1}") for number in range(len(contents))
    ]
    for path, content in zip(paths, contents, strict=True):
        _save(content, path)
    return paths


def pdf(pages: Pages) -> tuple[bytes, list[Drawn]]:
    """Give the PDF, and every text in it with its box in ``DPI`` units."""
    application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    wide, high = pages.size_mm
    size = QPageSize(QSizeF(min(wide, high), max(wide, high)), QPageSize.Unit.Millimeter)
    turned = QPageLayout.Orientation.Landscape if wide > high else QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, turned, QMarginsF(0.0, 0.0, 0.0, 0.0)))
    painter = Recorder(writer)
    try:
        while pages.paint(painter, painter.page):
            writer.newPage()
            painter.page += 1
    finally:
        painter.end()
    require_characters(one.text for one in painter.drawn)
    return searchable(bytes(buffer.data().data()), painter.drawn, pages.title, pages.day), painter.drawn


def images(pages: Pages, dpi: float = PNG_DPI) -> list[QImage]:
    """Give each page as an image."""
    size = (round(pages.size_mm[0] / MM_PER_INCH * dpi), round(pages.size_mm[1] / MM_PER_INCH * dpi))
    application()
    made: list[QImage] = []
    follows = True
    while follows:
        image = blank(size, dpi, "#FFFFFF")
        painter = Recorder(image)
        try:
            painter.setRenderHint(Recorder.RenderHint.Antialiasing, True)
            painter.scale(dpi / DPI, dpi / DPI)
            follows = pages.paint(painter, len(made))
        finally:
            painter.end()
        require_characters(one.text for one in painter.drawn)
        made.append(image)
    return made


def _pdf(pages: Pages) -> list[bytes]:
    return [pdf(pages)[0]]


def _png(pages: Pages) -> list[bytes]:
    return [png(image) for image in images(pages)]


WRITERS: Mapping[str, Callable[[Pages], list[bytes]]] = {".pdf": _pdf, ".png": _png}


def _save(content: bytes, out: Path) -> None:
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(Message("sheets.not_written", {"path": str(out), "error": reason})) from error
