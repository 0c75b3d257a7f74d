"""What an edit raises when it cannot be."""

from __future__ import annotations

from gis_app.language import Message, Refused


class EditError(Refused):
    """An edit that cannot be done, with the sentence that says why; nothing has happened."""


def refuse(reason: str, /, **values: object) -> EditError:
    """The error of this package with the sentence ``edits.<reason>``, to be raised."""
    return EditError(Message(f"edits.{reason}", values))
