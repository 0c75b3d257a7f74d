"""The command ``attach``: a file becomes part of a project; without a file, what is attached is listed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from gis_app.catalogue import Catalogue
from gis_app.cli import text
from gis_app.cli.editing import actor
from gis_app.cli.naming import feature_key
from gis_app.language import Message, say
from gis_app.model import Project
from gis_app.session.attaching import attach as attach_file
from gis_app.session.attachments import attachments
from gis_app.session.door import project_file
from gis_app.session.session import Session

Tell = Callable[[Message], None]


def attach(arguments: argparse.Namespace, language: str, catalogue: Catalogue, tell: Tell) -> int:
    """Attach a file to one record, or list what is attached; 1 where something is missing or altered.

    Raises
    ------
    Refused
        There is no such record, or the file cannot be copied or entered; nothing has happened.
    """
    path = Path(arguments.path)
    if arguments.file is None:
        with project_file(path, catalogue, tell=lambda _note: None) as stored:
            return _list(path, stored.load(), language)
    with project_file(path, catalogue, writing=True, tell=tell) as stored:
        session = Session(stored, catalogue, actor())
        words = {name: getattr(arguments, name) for name in ("title", "kind", "document", "date")}
        given = {name: value for name, value in words.items() if value}
        owner = _owner(session.project, arguments)
        laid = attach_file(session, path, Path(arguments.file), owner, **given)
    print(text.inert(say(Message("cli.attached", {"path": laid.path, "sha256": laid.sha256}), language)))
    return 0


def _list(path: Path, project: Project, language: str) -> int:
    troubles = 0
    for entry in attachments(path, project):
        trouble = entry.trouble()
        troubles += trouble is not None
        kind = say(Message(f"session.attachment_kind_{entry.kind}"), language)
        day = entry.day.isoformat() if entry.day is not None else ""
        state = say(trouble, language) if trouble is not None else ""
        row = (entry.given, f"{entry.table}/{entry.key}", kind, day, entry.document, entry.title, state)
        print("\t".join(text.inert(cell) for cell in row))
    return 1 if troubles else 0


def _owner(project: Project, arguments: argparse.Namespace) -> tuple[str, str]:
    if arguments.fact:
        return "fact", f"/{arguments.fact}"
    return feature_key(project, arguments.to or "")
