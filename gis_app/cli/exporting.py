"""The commands ``export`` and ``bundle``: what leaves a project."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from gis_app.catalogue import Catalogue
from gis_app.cli import text
from gis_app.language import Message, say
from gis_app.session.bundle import bundle as make_bundle
from gis_app.session.door import project_file
from gis_app.session.export import export_layer

Tell = Callable[[Message], None]


def export(arguments: argparse.Namespace, language: str, catalogue: Catalogue, tell: Tell) -> int:
    """Write one layer for others.

    Raises
    ------
    Refused
        It cannot be written; the target is as it was.
    """
    target = Path(arguments.output)
    with project_file(Path(arguments.path), catalogue, writing=True, tell=tell) as stored:
        project = stored.load()
        written = export_layer(
            stored,
            project,
            arguments.layer,
            target,
            encoding=arguments.output_encoding or "UTF-8",
            overwrite=arguments.overwrite or arguments.overwrite_changed,
            over_changed=arguments.overwrite_changed,
            workers=arguments.workers,
            tell=tell,
        )
        count = len(project.layers[arguments.layer].frame)
    values = {"files": [path.name for path in written.files], "count": count}
    print(text.inert(say(Message("cli.written", values), language)))
    return 0


def bundle(arguments: argparse.Namespace, language: str, catalogue: Catalogue, tell: Tell) -> int:
    """Write one zip of project and attachments; 1 where an attachment is missing or altered.

    Raises
    ------
    Refused
        It cannot be written, or the target is taken.
    """
    target = Path(arguments.output)
    with project_file(Path(arguments.path), catalogue, tell=tell) as stored:
        made = make_bundle(stored, target, overwrite=arguments.overwrite)
    values = {"path": str(made.path), "attachments": made.attachments}
    print(text.inert(say(Message("cli.bundled", values), language)))
    return 1 if made.problems else 0
