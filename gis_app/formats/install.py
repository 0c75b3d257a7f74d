"""A new set of files in the place of an old one, such that after any interruption one of the two is whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from gis_app.formats.replace import System

_PREFIX = ".parkplan-writing-"
_BACKUPS = ".parkplan-backups"
_KEPT = 5
_INTENT, _OWNER, _NEW, _OLD = "intent.json", "owner.json", "new", "old"
_STALE = (
    *(".sbn", ".sbx", ".qix", ".qpj", ".cst", ".fbn", ".fbx", ".ain", ".aih", ".atx", ".ixs", ".mxs"),
    *(".idm", ".ind", ".shp.xml"),
)


@dataclass(frozen=True)
class Stage:
    """A hidden folder beside the target: the new set is built in ``new``, the old one kept in ``old``."""

    folder: Path
    main: str

    @property
    def new(self) -> Path:
        """Give the folder of the new set; its members are named ``set`` with their extensions."""
        return self.folder / _NEW

    @property
    def old(self) -> Path:
        """Give the folder of the old set, under its own names."""
        return self.folder / _OLD


def digest(path: Path) -> str:
    """Give the SHA-256 of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        In hexadecimal.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def present(target: Path, members: tuple[str, ...]) -> dict[str, str]:
    """Give what is at the place of a set: its members and their stale companions.

    Parameters
    ----------
    target : Path
        Main file.
    members : tuple[str, ...]
        Extensions of the format's members.

    Returns
    -------
    dict[str, str]
        SHA-256 by file name.
    """
    stem = target.name[: -len(target.suffix)]
    known = (*members, *_STALE) if ".shp" in members else members
    found = {}
    for each in target.parent.iterdir():
        if each.name.startswith(stem) and each.name[len(stem) :].lower() in known and each.is_file():
            found[each.name] = digest(each)
    return found


@contextmanager
def staged(target: Path) -> Iterator[Stage]:
    """Make the hidden folder beside a target, and clear it away.

    Parameters
    ----------
    target : Path
        Main file of the set to be written.

    Yields
    ------
    Stage
        The folder.
    """
    stage = Stage(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=target.parent)), target.name)
    try:
        (stage.folder / _OWNER).write_text(json.dumps(_myself()), "utf-8")
        stage.new.mkdir()
        stage.old.mkdir()
        yield stage
    finally:
        if not (stage.folder / _INTENT).exists():
            shutil.rmtree(stage.folder, ignore_errors=True)


def install(stage: Stage, old: dict[str, str], system: System) -> None:
    """Put the new set in the place of the old one.

    Parameters
    ----------
    stage : Stage
        With the new set, complete and verified.
    old : dict[str, str]
        From `present`: what is replaced and kept as a backup.
    system : System
        File operations.

    Raises
    ------
    OSError
        It could not be done; the old set is back in its place.
    """
    place = stage.folder.parent
    for name in old:
        system.keep(place / name, stage.old / name)
    for path in (*stage.new.iterdir(), *stage.old.iterdir(), stage.new, stage.old):
        system.sync(path)
    new = {path.name: digest(path) for path in stage.new.iterdir()}
    _write_intent(stage, {"main": stage.main, "new": new, "old": old}, system)
    try:
        _forward(stage, new, old, system)
    except OSError:
        _back(stage, new, old, system)
        _finish(stage, {}, system)
        raise
    _finish(stage, old, system)


def recover(place: Path, system: System | None = None) -> int:
    """Bring what an ended process left half done in a folder to its end, or back to its beginning.

    Parameters
    ----------
    place : Path
        A folder that sets were written to.
    system : System, optional
        File operations.

    Returns
    -------
    int
        How many left-overs were dealt with.
    """
    system = system or System()
    left = [each for each in place.glob(_PREFIX + "*") if each.is_dir() and not _is_owned(each)]
    for folder in left:
        if (folder / _INTENT).exists():
            intent = json.loads((folder / _INTENT).read_text("utf-8"))
            _resume(Stage(folder, intent["main"]), intent["new"], intent["old"], system)
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _resume(stage: Stage, new: dict[str, str], old: dict[str, str], system: System) -> None:
    if all(_is_whole(stage, name, known) for name, known in new.items()):
        _forward(stage, new, old, system)
        _finish(stage, old, system)
    else:
        _back(stage, new, old, system)
        _finish(stage, {}, system)


def _is_whole(stage: Stage, name: str, known: str) -> bool:
    return any(
        path.is_file() and digest(path) == known for path in (stage.new / name, _place_of(stage, name))
    )


def _place_of(stage: Stage, name: str) -> Path:
    stem = stage.main[: -len(Path(stage.main).suffix)]
    return stage.folder.parent / (stem + name.removeprefix("set"))


def _forward(stage: Stage, new: dict[str, str], old: dict[str, str], system: System) -> None:
    main = "set" + Path(stage.main).suffix
    targets = {name: _place_of(stage, name) for name in new}
    if len(new) > 1 and (stage.new / main).exists():
        targets[main].unlink(missing_ok=True)  # without its main file nobody opens half a set
    for name in sorted(new, key=lambda each: each == main):
        if (stage.new / name).exists():
            system.replace(stage.new / name, targets[name])
        if name == main:
            continue
    for name in old.keys() - {path.name for path in targets.values()}:
        (stage.folder.parent / name).unlink(missing_ok=True)
    system.sync(stage.folder.parent)


def _back(stage: Stage, new: dict[str, str], old: dict[str, str], system: System) -> None:
    place = stage.folder.parent
    for name in new:
        target = _place_of(stage, name)
        if target.name not in old:
            target.unlink(missing_ok=True)
    for name, known in old.items():
        if (place / name).is_file() and digest(place / name) == known:
            continue
        again = stage.folder / "again"
        again.unlink(missing_ok=True)
        system.keep(stage.old / name, again)
        system.replace(again, place / name)
    system.sync(place)


def _finish(stage: Stage, backup: dict[str, str], system: System) -> None:
    if backup:
        _keep_backup(stage, system)
    (stage.folder / _INTENT).unlink()
    shutil.rmtree(stage.folder, ignore_errors=True)


def _keep_backup(stage: Stage, system: System) -> None:
    backups = stage.folder.parent / _BACKUPS
    backups.mkdir(exist_ok=True)
    earlier = sorted(
        (each for each in backups.iterdir() if each.name.rpartition("~")[0] == stage.main),
        key=lambda each: int(each.name.rpartition("~")[2]),
    )
    number = int(earlier[-1].name.rpartition("~")[2]) + 1 if earlier else 1
    os.rename(stage.old, backups / f"{stage.main}~{number}")
    for each in earlier[: max(0, len(earlier) + 1 - _KEPT)]:
        shutil.rmtree(each, ignore_errors=True)
    system.sync(backups)


def _write_intent(stage: Stage, intent: dict[str, Any], system: System) -> None:
    part = stage.folder / (_INTENT + ".part")
    part.write_text(json.dumps(intent, ensure_ascii=False), "utf-8")
    system.sync(part)
    system.replace(part, stage.folder / _INTENT)
    system.sync(stage.folder)
    system.sync(stage.folder.parent)


def _myself() -> dict[str, Any]:
    return {"host": socket.gethostname(), "pid": os.getpid(), "since": psutil.Process().create_time()}


def _is_owned(folder: Path) -> bool:
    """Tell whether the process that made a folder may still be at work; on another machine nobody knows."""
    try:
        owner = json.loads((folder / _OWNER).read_text("utf-8"))
        if owner["host"] != socket.gethostname():
            return True
        return bool(abs(psutil.Process(owner["pid"]).create_time() - owner["since"]) < 1)
    except (OSError, ValueError, KeyError, psutil.Error):
        return False
