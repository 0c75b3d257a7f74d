"""A path becomes a project: a project file is opened through its own door, anything else is taken in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gis_app.catalogue import Catalogue
from gis_app.language import Message, Refused
from gis_app.model import Project
from gis_app.project_file import ProjectFile, is_project_file
from gis_app.session.intake import Intake, Progress, project_of, take_in
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


def open_path(path: Path, options: Options, catalogue: Catalogue, progress: Progress | None = None) -> Opened:
    """Open what a path means.

    Raises
    ------
    Refused
        It cannot be opened, or no project can be made of it.
    """
    if path.is_file() and is_project_file(path):
        with project_file(path, catalogue) as stored:
            project = stored.load()
        if options.as_of is not None:
            project.as_of = options.as_of
        return Opened(path, project, None)
    intake = take_in([path], options, catalogue, progress)
    return Opened(path, project_of(intake, options), intake, intake.notes)


@contextmanager
def project_file(path: Path, catalogue: Catalogue, *, writing: bool = False) -> Iterator[ProjectFile]:
    """A project file for the length of one command; one file again afterwards.

    Looking at it changes no byte, unless an interrupted program left something to recover or the schema is
    an older one.
    """
    stored = _for_looking(path, catalogue) if not writing and not _interrupted(path) else None
    if stored is None:
        stored = ProjectFile.open(path, catalogue=catalogue)
    try:
        yield stored
    finally:
        stored.close()


def _interrupted(path: Path) -> bool:
    return any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))


def _for_looking(path: Path, catalogue: Catalogue) -> ProjectFile | None:
    """None where the file must be brought up to date first."""
    try:
        return ProjectFile.open(path, catalogue=catalogue, read_only=True)
    except Refused as refused:
        if refused.message.id != "project_file.old_schema":
            raise
        return None
