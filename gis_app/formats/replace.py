"""Putting files in their place: the few calls that differ between operating systems."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_ATTEMPTS = 20
_PAUSE_S = 0.05


@dataclass(frozen=True)
class System:
    """File operations of one operating system.

    Parameters
    ----------
    name : str
        As in ``sys.platform``.
    rename : Callable
        Stands for ``os.replace``.
    pause : Callable
        Stands for ``time.sleep``.
    """

    name: str = sys.platform
    rename: Callable[[Path, Path], None] = os.replace
    pause: Callable[[float], None] = time.sleep

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in another's place in one step.

        On Windows a scanner, a synchroniser or another program may hold the file for a moment; there it is
        tried again for a second.

        Parameters
        ----------
        source, target : Path
            On one file system.

        Raises
        ------
        OSError
            It could not be done.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self.rename(source, target)
                return
            except PermissionError:
                if self.name != "win32" or attempt == _ATTEMPTS:
                    raise
                self.pause(_PAUSE_S)

    def sync(self, path: Path) -> None:
        """Make a file's content, or a folder's entries, survive a power cut.

        Parameters
        ----------
        path : Path
            Windows offers nothing of the kind for a folder; there the record of intent carries the weight.

        Raises
        ------
        OSError
            It could not be done; it is not tried again, because a second success would prove nothing.
        """
        folder = path.is_dir()
        if folder and self.name == "win32":
            return
        handle = os.open(path, os.O_RDONLY if folder or self.name != "win32" else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def keep(self, source: Path, target: Path) -> None:
        """Give a file a second name, or a copy where the file system has no hard links.

        Parameters
        ----------
        source, target : Path
            The file, and where its second name goes.
        """
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
            self.sync(target)
