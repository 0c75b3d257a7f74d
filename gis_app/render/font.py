"""One Chinese font family for all that is drawn, and every character checked against it before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from gis_app.language import Message, Refused

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)
"""First found wins. Without the check Qt would silently take another family, or draw nothing."""


@cache
def family() -> str:
    """Give the family that is used.

    Raises
    ------
    Refused
        None of ``FAMILIES`` is installed.
    """
    installed = set(QFontDatabase.families())
    found = next((name for name in FAMILIES if name in installed), None)
    if found is None:
        raise Refused(Message("render.no_font", {"families": list(FAMILIES)}))
    return found


def font(size_px: float, *, bold: bool = False) -> QFont:
    """Give the font at a size in pixels; no other family is ever mixed in."""
    result = QFont(family())
    result.setPixelSize(max(1, round(size_px)))
    result.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    result.setStyleStrategy(QFont.StyleStrategy.NoFontMerging | QFont.StyleStrategy.PreferAntialias)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result


def missing_characters(texts: Iterable[str]) -> str:
    """Give the characters that the family does not have, by code point; spaces are not drawn."""
    raw = QRawFont.fromFont(font(32))
    wanted = {character for text in texts for character in text if not character.isspace()}
    return "".join(sorted(character for character in wanted if not raw.supportsCharacter(ord(character))))


def require_characters(texts: Iterable[str]) -> None:
    """Stop when a text cannot be drawn.

    Raises
    ------
    Refused
        There is no Chinese family, or it lacks characters; the sentence names them.
    """
    absent = missing_characters(texts)
    if absent:
        points = [
            f"{character if character.isprintable() else ''} U+{ord(character):04X}".strip()
            for character in absent
        ]
        raise Refused(Message("render.no_glyph", {"family": family(), "characters": points}))
