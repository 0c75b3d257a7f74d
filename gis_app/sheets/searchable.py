"""Text in a PDF that can be found: the character map of each font is written anew from the text really drawn.

Qt maps a glyph back to the lowest character that has it, so that shared glyphs (面 生 用 土 工 厂 and
others share theirs with Kangxi radicals) are found under the wrong character, and to none above U+FFFF.
Here each code in the page's content is paired with the character it was drawn for. A glyph that was drawn
for several characters gets a code of its own for each (CIDToGIDMap), so that every text reads as it was
written (ISO 32000-1 9.7.4, 9.10.3).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import pikepdf
from PySide6.QtGui import QFont, QTextLayout

from gis_app.language import Message, Refused
from gis_app.sheets.recording import Drawn

SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-F]{4})> Tj")
"""How Qt writes text: the font, then one code at a time."""
BLOCK = 100
"""Most entries that one bfchar block may have."""
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass
class _Codes:
    """What the codes of one font stand for."""

    first_free: int = 1
    glyph: dict[int, int] = field(default_factory=dict)
    text: dict[int, str] = field(default_factory=dict)
    of: dict[tuple[int, str], int] = field(default_factory=dict)
    copied: dict[int, int] = field(default_factory=dict)
    """A code of our own → the code whose glyph it shows."""

    def take(self, code: int, glyph: int, text: str) -> int:
        """Give the code under which this glyph stands for this text."""
        if self.glyph.setdefault(code, glyph) != glyph:
            raise _unlike(text)
        known = self.of.get((code, text))
        if known is None:
            known = code if code not in self.text else self.first_free + len(self.copied)
            if known != code:
                self.copied[known] = code
            self.of[code, text] = known
            self.text[known] = text
        return known


Fonts = dict[tuple[int, int], tuple[pikepdf.Object, _Codes]]


def searchable(pdf: bytes, drawn: Sequence[Drawn], title: str, day: date) -> bytes:
    """Make every drawn text of a PDF found, and its bytes depend on nothing but what was drawn.

    Parameters
    ----------
    pdf
        As Qt wrote it.
    drawn
        All texts in the order of drawing.
    title
        Of the document.
    day
        Stands as day of creation, so that two runs give the same bytes.

    Raises
    ------
    Refused
        What stands in the PDF is not what was drawn.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = _fonts(document)
        letters = iter([letter for one in drawn for letter in clusters(one.text, one.font)])
        for page in document.pages:
            _rewrite(document, page, letters, fonts)
        if next(letters, None) is not None:
            raise _unlike(title)
        for font, codes in fonts.values():
            _finish(document, font, codes)
        return _saved(document, title, day)


def clusters(text: str, font: QFont) -> list[tuple[int, str]]:
    """Give the glyphs of a text as drawn, each with the characters it stands for (none: an addition)."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    wanted = QTextLayout.GlyphRunRetrievalFlag
    runs = layout.glyphRuns(-1, -1, wanted.RetrieveGlyphIndexes | wanted.RetrieveStringIndexes)
    glyphs = [glyph for run in runs for glyph in run.glyphIndexes()]
    starts = [index for run in runs for index in run.stringIndexes()]
    units = text.encode("utf-16-le")
    ends = [*starts[1:], len(units) // 2]
    return [
        (glyph, units[2 * start : 2 * end].decode("utf-16-le"))
        for glyph, start, end in zip(glyphs, starts, ends, strict=True)
    ]


def _fonts(document: pikepdf.Pdf) -> Fonts:
    """Give each font in use, with the first code that nothing is drawn under."""
    fonts: Fonts = {}
    for page in document.pages:
        resources, current = page.obj["/Resources"]["/Font"], _Codes()
        for match in SHOWN.finditer(page.obj["/Contents"].read_bytes()):
            if match[1] is not None:
                font = resources[f"/{match[1].decode()}"]
                current = fonts.setdefault(font.objgen, (font, _Codes()))[1]
            else:
                current.first_free = max(current.first_free, int(match[2], 16) + 1)
    return fonts


def _rewrite(
    document: pikepdf.Pdf,
    page: pikepdf.Page,
    letters: Iterator[tuple[int, str]],
    fonts: Fonts,
) -> None:
    """Pair the codes of a page with what was drawn, and give glyphs of two meanings two codes."""
    content = page.obj["/Contents"].read_bytes()
    resources = page.obj["/Resources"]["/Font"]
    current = _Codes()
    pieces, end = [], 0
    for match in SHOWN.finditer(content):
        if match[1] is not None:
            current = fonts[resources[f"/{match[1].decode()}"].objgen][1]
            continue
        letter = next(letters, None)
        if letter is None:
            raise _unlike("")
        given = current.take(int(match[2], 16), *letter)
        pieces += [content[end : match.start(2)], b"%04X" % given]
        end = match.end(2)
    page.obj["/Contents"] = document.make_stream(b"".join([*pieces, content[end:]]))


def _widths(font: pikepdf.Object) -> dict[int, float]:
    """Widths by code, from both forms that /W may have (ISO 32000-1 9.7.4.3)."""
    given = iter(font.get("/W", pikepdf.Array()))
    widths: dict[int, float] = {}
    for first in given:
        then = next(given)
        if isinstance(then, pikepdf.Array):
            widths |= {int(first) + step: float(width) for step, width in enumerate(then)}
        else:
            widths |= dict.fromkeys(range(int(first), int(then) + 1), float(next(given)))
    return widths


def _finish(document: pikepdf.Pdf, font: pikepdf.Object, codes: _Codes) -> None:
    font["/ToUnicode"] = document.make_stream(_to_unicode(codes.text.items()).encode("ascii"))
    if not codes.copied:
        return
    below = font["/DescendantFonts"][0]
    glyphs = [*range(codes.first_free), *codes.copied.values()]
    below["/CIDToGIDMap"] = document.make_stream(b"".join(glyph.to_bytes(2, "big") for glyph in glyphs))
    widths, usual = _widths(below), float(below.get("/DW", 1000))
    added = pikepdf.Array([round(widths.get(code, usual)) for code in codes.copied.values()])
    below["/W"] = pikepdf.Array([*below.get("/W", pikepdf.Array()), codes.first_free, added])
    if "/CIDSet" in below["/FontDescriptor"]:
        # the set of codes in use, which only PDF/A asks for, no longer holds
        del below["/FontDescriptor"]["/CIDSet"]


def _to_unicode(entries: Iterable[tuple[int, str]]) -> str:
    rows = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in sorted(entries) if text
    ]
    blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    return _CMAP.format(
        blocks="\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks)
    )


def _saved(document: pikepdf.Pdf, title: str, day: date) -> bytes:
    for holder, name in ((document.Root, "/Metadata"), (document.trailer, "/ID")):
        if name in holder:
            del holder[name]
    stamp = f"D:{day:%Y%m%d}000000Z"
    document.trailer["/Info"] = document.make_indirect(
        pikepdf.Dictionary(Title=title, Producer="ParkPlan", CreationDate=stamp, ModDate=stamp)
    )
    out = io.BytesIO()
    document.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        compress_streams=True,
        recompress_flate=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()


def _unlike(what: str) -> Refused:
    return Refused(Message("sheets.not_searchable", {"text": what}))
