"""The lines of a dossier as people read them: codes with their names, figures with their units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from gis_app.language import Message, say

if TYPE_CHECKING:  # a window that opens writes units before it knows rules
    from gis_app.catalogue import Catalogue
    from gis_app.session.dossier import Row, Title

MINUS = "−"
DECIMALS = 4


def title_text(title: Title, language: str) -> str:
    """Write what a line is about."""
    if isinstance(title, Message):
        return say(title, language)
    return title.get(language) or next(iter(title.values()), "")


def value_text(row: Row, catalogue: Catalogue | None, language: str) -> str:
    """Write what a line says; a code with its name where the catalogue knows it."""
    if isinstance(row.value, Message | Mapping):
        return title_text(row.value, language)
    text = shown(row.value)
    codes = catalogue.code_lists.get(row.codes) if catalogue is not None else None
    if codes is not None and text in codes:
        return f"{text} {codes.codes[text].name}"
    return f"{text} {unit_text(row.unit, language)}".strip()


def unit_text(unit: str | None, language: str) -> str:
    """Give the word of a unit's id; the id where it has none, empty where there is no unit."""
    if not unit:
        return ""
    try:
        return say(Message(f"session.unit_{unit.replace('%', 'percent')}"), language)
    except LookupError:
        return unit


def shown(value: object) -> str:
    """Write a stored value for people; nothing entered is an empty text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text.replace("-", MINUS)
    return str(value)
