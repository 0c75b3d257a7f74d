"""One translation object a language: every domain's compiled catalogue, and how values enter a text."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from gis_app.language.message import LANGUAGES, Message, Words

CATALOGUES = Path(__file__).parent / "mo"
SEPARATORS = {"zh": "、", "en": ", "}


class _Unset:
    """A value that is not known, under whatever format its placeholder asks for."""

    def __format__(self, spec: str) -> str:
        return "—"


class Translation:
    """The texts of one language.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``.
    catalogues : Path
        Folder with ``<language>/LC_MESSAGES/<domain>.mo``.

    Raises
    ------
    LookupError
        There is no such language, or nothing was compiled for it.
    """

    def __init__(self, language: str, catalogues: Path = CATALOGUES) -> None:
        folder = catalogues / language / "LC_MESSAGES"
        if language not in LANGUAGES or not any(folder.glob("*.mo")):
            raise LookupError(f"no compiled catalogue for language {language!r} in {catalogues}")
        self.language = language
        self._folder = folder
        self._domains: dict[str, gettext.NullTranslations] = {}

    def text(self, id: str) -> str:
        """Give the text of a message, placeholders unfilled.

        Raises
        ------
        LookupError
            The catalogue of its domain does not know the id; an id is never shown instead of a sentence.
        """
        found = self._texts(id.partition(".")[0]).gettext(id)
        if not id or found == id:
            raise LookupError(f"no text in {self.language!r} for message {id!r}")
        return found

    def _texts(self, domain: str) -> gettext.NullTranslations:
        """Texts of one domain, read when the first of them is wanted."""
        if domain not in self._domains:
            file = self._folder / f"{domain}.mo"
            texts = gettext.NullTranslations()
            if file.is_file():
                with file.open("rb") as stream:
                    texts = gettext.GNUTranslations(stream)
            self._domains[domain] = texts
        return self._domains[domain]

    def say(self, message: Message) -> str:
        """Render a message.

        Only the catalogue's text is a format; what stands in a value is never read as one. Dates are written
        as ISO 8601, an unknown value (``None``) as a dash, lists are joined.

        Raises
        ------
        LookupError
            The id, or a value that its text needs, is missing.
        """
        values = {name: self._shown(value) for name, value in message.values.items()}
        return self.text(message.id).format_map(values)

    def _shown(self, value: object) -> object:
        match value:
            case None:
                return _Unset()
            case Message():
                return self.say(value)
            case Words():
                return value.zh if self.language == "zh" else value.en
            case bool():
                return self.text("language.yes" if value else "language.no")
            case list() | tuple():
                return self._joined(value)
            case _:
                return value

    def _joined(self, values: Iterable[object]) -> str:
        return SEPARATORS[self.language].join(f"{self._shown(value)}" for value in values)


@cache
def translation(language: str) -> Translation:
    """Give the program's own texts in one language, read once."""
    return Translation(language)


def say(message: Message, language: str) -> str:
    """Render a message in ``"zh"`` or ``"en"``.

    Raises
    ------
    LookupError
        The language, the id, or a value that the text needs is missing.
    """
    return translation(language).say(message)
