"""The owner lock beside the project: who has it open, on which machine, since when.

The system releases it when the process ends, however it ends. ``Hold`` is what differs between systems.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from gis_app.language import Message, Refused

Hold = Callable[[int], bool]
"""Takes the system's exclusive lock on an open file; False when somebody else holds it."""

_BEYOND = 1 << 30  # Windows locks bytes against reading too: lock one that no owner's text reaches
_MOST_BYTES = 4096
_TRIES = 5
_PAUSE_S = 0.02


@dataclass(frozen=True)
class Owner:
    """Who holds the lock. ``since`` is local time with its offset, ISO 8601."""

    user: str
    host: str
    pid: int
    since: str


def lock_path(project: Path) -> Path:
    """The lock file of a project file."""
    return project.with_name(project.name + ".lock")


def this_process() -> Owner:
    """The owner that this process would be."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return Owner(_user(), socket.gethostname(), os.getpid(), now)


def read_owner(project: Path) -> Owner | None:
    """Who wrote the lock file, None when there is none or it cannot be read."""
    try:
        text = lock_path(project).read_bytes()[:_MOST_BYTES]
        return Owner(**json.loads(text))
    except (OSError, ValueError, TypeError):
        return None


def is_held(project: Path, *, hold: Hold | None = None) -> bool:
    """Whether somebody has the project open now; the lock file of a program that was killed says nothing."""
    try:
        file = os.open(lock_path(project), os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return False
    except OSError:  # no right to write there: then nobody can be asked, and what is written counts
        return read_owner(project) is not None
    try:
        return not (hold or _system_hold)(file)
    finally:
        os.close(file)  # which lets go of it


class OwnerLock:
    """The lock of one project file while it is held.

    Attributes
    ----------
    owner
        This process.
    left_by
        Who had it last and did not let go of it: the program ended unexpectedly. None where all is well.
    """

    def __init__(self, project: Path, *, hold: Hold | None = None) -> None:
        """Take the lock; ``Refused`` naming person, machine and since when if somebody has it."""
        self.path = lock_path(project)
        self.owner = this_process()
        self._file = self._take(project, hold or _system_hold)
        self.left_by = read_owner(project)
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, json.dumps(asdict(self.owner)).encode())

    def _take(self, project: Path, hold: Hold) -> int:
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_PAUSE_S)  # somebody may only have looked whether it is held
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
            if hold(file) and _same_file(file, self.path):
                return file
            os.close(file)  # held, or its owner removed it between our opening and our locking
        raise Refused(_held(project))

    def release(self) -> None:
        """Remove the lock file and let go."""
        if self._file < 0:
            return
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._file)
            with suppress(OSError):  # somebody is just looking into it; it holds no lock any more
                self.path.unlink()
        else:
            with suppress(FileNotFoundError):  # removed by hand: nothing is left to do
                self.path.unlink()
            os.close(self._file)
        self._file = -1


def _held(project: Path) -> Message:
    owner = read_owner(project)
    if owner is None:
        return Message("project_file.in_use", {"file": project.name})
    return Message("project_file.in_use_by", {"file": project.name, **asdict(owner)})


def _same_file(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no name in the environment nor in the user database
        return "?"


if sys.platform == "win32":
    import msvcrt

    def _system_hold(file: int) -> bool:
        os.lseek(file, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _system_hold(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
