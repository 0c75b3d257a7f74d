"""Lets a thread that works behind the window give way to the one that answers the pointer."""

from __future__ import annotations

import os
import sys
import threading

NICE = 5
_BELOW_NORMAL = -1


def give_way() -> None:
    """Lower the priority of the calling thread, where the system has one for each thread; else do nothing."""
    if sys.platform == "win32":
        import ctypes

        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.SetThreadPriority(kernel32.GetCurrentThread(), _BELOW_NORMAL)
    elif sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
