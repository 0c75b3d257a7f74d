"""The one door to a project file: opened, recovered, backed up; read beside whoever has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gis_app.catalogue import Catalogue
from gis_app.language import Message, Refused
from gis_app.project_file import ProjectFile, is_held
from gis_app.session.handed_on import hand_on_styles
from gis_app.session.recovery import recover_exports

Tell = Callable[[Message], None]
_HELD = frozenset({"project_file.in_use", "project_file.in_use_by"})


def open_for_work(path: Path, catalogue: Catalogue) -> ProjectFile:
    """Open a project to work on it, or to look at it where somebody else has it open.

    What must be said is in its ``notes``: who has it and since when, that a copy is worked on, that an
    interrupted export was brought to its end.

    Raises
    ------
    Refused
        It cannot be opened.
    """
    try:
        stored = ProjectFile.open(path, catalogue=catalogue)
    except Refused as refused:
        if refused.message.id not in _HELD:
            raise
        return ProjectFile.open(path, catalogue=catalogue, read_only=True)
    _recover(stored)
    return stored


def open_for_looking(path: Path, catalogue: Catalogue) -> ProjectFile:
    """Open a project to read it; no byte of it changes.

    Only where nobody has it open, and an interrupted program left something to recover or its schema is an
    older one, is it opened for writing first.

    Raises
    ------
    Refused
        It cannot be opened.
    """
    if _interrupted(path) and not is_held(path):
        return open_for_work(path, catalogue)
    try:
        return ProjectFile.open(path, catalogue=catalogue, read_only=True)
    except Refused as refused:
        if refused.message.id != "project_file.old_schema":
            raise
        return open_for_work(path, catalogue)


@contextmanager
def project_file(
    path: Path, catalogue: Catalogue, *, writing: bool = False, tell: Tell = lambda message: None
) -> Iterator[ProjectFile]:
    """A project file for the length of one command; one file again afterwards.

    ``tell`` is told what a person must know of how it was opened. A command that writes begins with a backup.

    Raises
    ------
    Refused
        It cannot be opened; for writing also, somebody else has it open.
    """
    if writing:
        stored = ProjectFile.open(path, catalogue=catalogue)
        _recover(stored)
    else:
        stored = open_for_looking(path, catalogue)
    try:
        for note in stored.notes:
            tell(note)
        if writing:
            stored.require_writable()
            stored.backup_if_due()
        yield stored
        if writing:
            hand_on_styles(stored, catalogue)
    finally:
        stored.close()


def verified(path: Path, catalogue: Catalogue, tell: Tell) -> tuple[list[Message], int]:
    """Everything that is wrong with a project, however damaged it is, and the number of its steps.

    Raises
    ------
    Refused
        It is no project, or of a version that nobody knows here.
    """
    stored = _open_in_doubt(path, catalogue, tell)
    try:
        for note in stored.notes:
            tell(note)
        problems = stored.verify()
        return problems, 0 if problems else sum(1 for _ in stored.journal())
    finally:
        stored.close()


def _open_in_doubt(path: Path, catalogue: Catalogue, tell: Tell) -> ProjectFile:
    """Opened after what an interrupted program left is taken in and an old schema brought up to date."""
    try:
        if _interrupted(path) and not is_held(path):
            _bring_in_order(path, catalogue, tell)
    except Refused as refused:
        tell(refused.message)
    try:
        return ProjectFile.open(path, catalogue=catalogue, doubted=True)
    except Refused as refused:
        if refused.message.id != "project_file.old_schema":
            raise
    _bring_in_order(path, catalogue, tell)
    return ProjectFile.open(path, catalogue=catalogue, doubted=True)


def _bring_in_order(path: Path, catalogue: Catalogue, tell: Tell) -> None:
    stored = open_for_work(path, catalogue)
    for note in stored.notes:
        tell(note)
    stored.close()


def _recover(stored: ProjectFile) -> None:
    try:
        stored.notes += recover_exports(stored)
    except BaseException:
        stored.close()
        raise


def _interrupted(path: Path) -> bool:
    return any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
