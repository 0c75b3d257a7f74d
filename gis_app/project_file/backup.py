"""Verified copies of a project in a folder beside it, made by SQLite's backup, never by copying the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path

import apsw

from gis_app.language import Message, Refused
from gis_app.project_file import journal
from gis_app.project_file.connection import connect, journal_mode

RECENT = 10
DAYS = 30
Interrupted = Callable[[], bool]
_PAGES = 4096
_STAMP = "%Y-%m-%dT%H-%M-%S-%f"  # a name every file system takes, in order of time


def folder_of(project: Path) -> Path:
    """The folder of a project's backups."""
    return project.with_name(project.stem + ".backups")


def backups(project: Path) -> list[Path]:
    """Finished backups of a project, newest first."""
    return sorted(folder_of(project).glob(f"{_literal(project.stem)}-*.gpkg"), reverse=True)


def make(
    connection: apsw.Connection,
    project: Path,
    now: datetime | None = None,
    interrupted: Interrupted = lambda: False,
) -> Path | None:
    """Copy the state of ``connection``, open the copy to verify it, and only then give it its name.

    ``Refused`` where the copy does not hold what it was made from. Keeps the ten newest, and the newest of
    each of the last thirty days that have one. None where ``interrupted`` said that something else is more
    urgent; then nothing is left of it.
    """
    folder = folder_of(project)
    folder.mkdir(exist_ok=True)
    target = folder / f"{project.stem}-{(now or datetime.now()).strftime(_STAMP)}.gpkg"
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        if not copy(connection, part, interrupted):
            return None
        if _journal_of(part) != journal.follow(connection):
            raise Refused(Message("project_file.backup_failed", {"file": str(target)}))
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    for path in superfluous(backups(project), project.stem):
        path.unlink(missing_ok=True)
    return target


def superfluous(newest_first: Iterable[Path], stem: str) -> list[Path]:
    """Backups that neither are among the ten newest nor the newest of one of the last thirty days."""
    every = list(newest_first)
    by_day = groupby(every, key=lambda path: path.stem[len(stem) + 1 :].partition("T")[0])
    daily = [next(group) for _, group in by_day][:DAYS]
    kept = {*every[:RECENT], *daily}
    return [path for path in every if path not in kept]


def is_due(connection: apsw.Connection, project: Path) -> bool:
    """Whether the newest backup is of another state than ``connection`` shows, or there is none."""
    newest = next(iter(backups(project)), None)
    if newest is None:
        return True
    try:
        copied = connect(newest, immutable=True)
        try:
            return journal.head(copied) != journal.head(connection)
        finally:
            copied.close()
    except apsw.Error:
        return True


def copy(source: apsw.Connection, target: Path, interrupted: Interrupted = lambda: False) -> bool:
    """Copy the state of a connection into one new file by SQLite's backup; False where it was broken off."""
    target.unlink(missing_ok=True)
    made = connect(target, create=True)
    try:
        with made.backup("main", source, "main") as copying:
            while not copying.done:
                copying.step(_PAGES)
                if interrupted():
                    return False
        journal_mode(made, "delete")  # one file, whatever mode the project was in
    finally:
        made.close()
    return True


def _journal_of(part: Path) -> tuple[int | None, int, bytes] | None:
    copy = connect(part, immutable=True)
    try:
        sound = copy.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return journal.follow(copy) if sound else None
    finally:
        copy.close()


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
