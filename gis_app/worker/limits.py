"""What a child process may use, and the part of holding it to that which differs between systems."""

from __future__ import annotations

import importlib
import math
import sys
import time
from dataclasses import dataclass
from types import ModuleType

_ADDRESS_ROOM = (
    4 << 30
)  # libraries reserve addresses they never fill; the resident size is watched by the parent
_GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Limits:
    """How long a child process may take and how much memory it may hold.

    Parameters
    ----------
    time_s : float
        Seconds of wall clock from its start to its result.
    memory_bytes : int
        Resident memory in bytes.
    """

    time_s: float = 10.0
    memory_bytes: int = 2 * _GIGABYTE

    @classmethod
    def for_size(cls, size_bytes: int) -> Limits:
        """Give the limits for reading or writing a file of a size.

        Parameters
        ----------
        size_bytes : int
            Size of all members together.

        Returns
        -------
        Limits
            Ten seconds and 2 GB for a small file, half a second and 8 MB more for each megabyte.
        """
        megabytes = size_bytes / (1 << 20)
        return cls(10.0 + 0.5 * megabytes, 2 * _GIGABYTE + 8 * size_bytes)


def confine(limits: Limits, system: str = sys.platform, resource: ModuleType | None = None) -> list[str]:
    """Hold the calling process to limits as far as its operating system can.

    Windows has no such call and macOS does not keep the one on addresses; there the parent, which watches
    every child, is the only guard.

    Parameters
    ----------
    limits : Limits
        What the process may use.
    system : str
        Name of the system as in ``sys.platform``.
    resource : ModuleType, optional
        Stands in for the module `resource`.

    Returns
    -------
    list[str]
        The names of the limits that were set.
    """
    if system == "win32":
        return []
    module = resource or importlib.import_module("resource")
    wanted = {"RLIMIT_CORE": 0, "RLIMIT_CPU": math.ceil(time.process_time() + limits.time_s * 4) + 1}
    if system == "linux":
        wanted["RLIMIT_AS"] = limits.memory_bytes + _ADDRESS_ROOM
    for name, value in wanted.items():
        _, hard = module.getrlimit(getattr(module, name))
        within = value if hard == module.RLIM_INFINITY else min(value, hard)
        module.setrlimit(getattr(module, name), (within, hard))
    return list(wanted)
