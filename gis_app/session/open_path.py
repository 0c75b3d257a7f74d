"""A path becomes a project: a project file is opened through its own door, anything else is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gis_app.catalogue import Catalogue
from gis_app.language import Message
from gis_app.model import Project
from gis_app.session.intake import Beat, Intake, Progress, project_of, take_in
from gis_app.session.options import Options


@dataclass(frozen=True)
class Opened:
    """A project, and the intake it came from, or None where a project file was opened.

    ``inputs`` are the files read, each with its SHA-256 (empty for a project file, whose journal vouches
    for itself).
    """

    path: Path
    project: Project
    intake: Intake | None
    notes: tuple[Message, ...] = ()


def open_path(
    path: Path,
    options: Options,
    catalogue: Catalogue,
    progress: Progress | None = None,
    beat: Beat | None = None,
) -> Opened:
    """Open what a path means.

    Parameters
    ----------
    beat
        Called all the time while files are read; what it raises ends the reading.

    Raises
    ------
    Refused
        It cannot be opened, or no project can be made of it.
    """
    if path.is_file() and _is_project(path):
        from gis_app.session.door import project_file

        tell = progress if progress is not None else _silent
        with project_file(path, catalogue, tell=tell) as stored:
            project, notes = stored.load(), tuple(stored.notes)
        if options.as_of is not None:
            project.as_of = options.as_of
        return Opened(path, project, None, notes)
    intake = take_in([path], options, catalogue, progress, beat)
    return Opened(path, project_of(intake, options), intake, intake.notes)


def _silent(message: Message) -> None:
    """Who asks for no progress reads the notes of what is opened."""


def _is_project(path: Path) -> bool:
    from gis_app.project_file import is_project_file  # a folder is opened without what stores projects

    return is_project_file(path)
