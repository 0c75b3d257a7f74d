"""What every package hands upwards instead of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Words:
    """A name that data give in both languages, such as the title of a feature type or a rule."""

    zh: str
    en: str


@dataclass(frozen=True)
class Message:
    """A sentence that has not yet chosen its language.

    Parameters
    ----------
    id : str
        ``"domain.name"``; the domain is the package that says it and names its catalogue.
    values : Mapping[str, object]
        What the placeholders of the text are filled with. A value that is itself a ``Message``, or a list
        of texts and messages, is rendered in the same language as the sentence.
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):
    """What cannot be done, with the sentence that says so; every error meant for a person.

    Parameters
    ----------
    message : Message
        The sentence; ``str()`` of the exception gives it in English.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """Give the sentence in English."""
        from gis_app.language.translation import say  # translation needs Message first

        return say(self.message, "en")
