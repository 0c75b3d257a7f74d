"""Texts from data may hold anything: what cannot be drawn, or would be obeyed, is written as its number."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from gis_app.render.font import missing_characters

OBEYED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that direct how others are shown, or have no shape of their own."""


class Plain:
    """Makes texts plain; asks the font about each character once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def __call__(self, text: str) -> str:
        """Give a text on one line that is drawn as it is read."""
        fresh = {character for character in text if ord(character) not in self._known}
        absent = missing_characters(fresh)
        for character in fresh:
            obeyed = unicodedata.category(character) in OBEYED
            if character.isspace():
                self._known[ord(character)] = " "
            elif obeyed or character in absent:
                self._known[ord(character)] = f"[U+{ord(character):04X}]"
            else:
                self._known[ord(character)] = character
        return text.translate(self._known)

    def every(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Give several texts plain."""
        return tuple(self(text) for text in texts)
