"""The commands ``edit`` and ``diff``."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue
from gis_app.cli import text
from gis_app.language import Message, Refused, say
from gis_app.project_file import is_project_file
from gis_app.session.difference import difference
from gis_app.session.door import project_file
from gis_app.session.options import Options
from gis_app.session.script import Acknowledgements, run_script
from gis_app.session.session import Session


def edit(arguments: argparse.Namespace, language: str, catalogue: Catalogue) -> int:
    """Perform a script; 0 when it ran to its end, whatever could not be done was said on stderr.

    Raises
    ------
    Refused
        There is no such project, or with ``--strict`` an edit cannot be.
    """
    path = Path(arguments.path)
    if not path.exists():
        raise Refused(Message("cli.no_project", {"path": arguments.path}))
    if not is_project_file(path):
        raise Refused(Message("cli.not_a_project", {"path": arguments.path}))
    acknowledged = Acknowledgements(_ack_file(arguments))
    tell = _saying(language)
    with project_file(path, catalogue, writing=True, tell=tell) as stored, acknowledged:
        session = Session(stored, catalogue, actor())
        done = run_script(
            session, Path(arguments.script), acknowledged, _teller(language), strict=arguments.strict
        )
    print(text.inert(say(Message("cli.edited", vars(done)), language)))
    return 0


def _ack_file(arguments: argparse.Namespace) -> Path | None:
    """Where is acknowledged.

    Raises
    ------
    Refused
        It is the project or the script.
    """
    if arguments.ack_file is None:
        return None
    path = Path(arguments.ack_file)
    for name in (arguments.path, arguments.script):
        if path.exists() and Path(name).exists() and path.samefile(name):
            raise Refused(Message("cli.ack_file_taken", {"path": arguments.ack_file}))
    return path


def _saying(language: str) -> Callable[[Message], None]:
    def tell(message: Message) -> None:
        print(text.inert(say(message, language)), file=sys.stderr, flush=True)

    return tell


def diff(
    arguments: argparse.Namespace, options: Options, catalogue: Catalogue, tell: Callable[[Message], None]
) -> dict[str, Any]:
    """Compare two states.

    Raises
    ------
    Refused
        One of them cannot be opened.
    """
    return difference(Path(arguments.before), Path(arguments.after), options, catalogue, tell)


def actor() -> str:
    """Who works here, as the system names them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def _teller(language: str) -> Callable[[str, Message], None]:
    def tell(op_id: str, why: Message) -> None:
        sentence = say(Message("cli.edit_refused", {"op_id": op_id, "why": why}), language)
        print(text.inert(sentence), file=sys.stderr, flush=True)

    return tell
