"""A screen in memory for the window: Xvfb where it is installed, else Qt's own offscreen platform."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess

SCREEN = "1920x1200x24"


def start() -> str:
    """Make this process, which must not have imported Qt's application yet, draw on a screen of its own.

    Returns
    -------
    str
        The platform that Qt will use: what ``QT_QPA_PLATFORM`` says, ``xcb`` or ``offscreen``.
    """
    if "QT_QPA_PLATFORM" in os.environ:
        return os.environ["QT_QPA_PLATFORM"]
    server = shutil.which("Xvfb")
    if server is not None and (number := _serve(server)):
        os.environ["DISPLAY"] = f":{number}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return os.environ["QT_QPA_PLATFORM"]


def _serve(server: str) -> str:
    """Start a server that chooses its number and ends with this process; empty where it does not start."""
    mine, theirs = os.pipe()
    options = ["-displayfd", str(theirs), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    running = subprocess.Popen(
        [server, *options], pass_fds=[theirs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    atexit.register(_end, running)
    with os.fdopen(mine) as said:
        return said.readline().strip()


def _end(running: subprocess.Popen[bytes]) -> None:
    running.terminate()
    running.wait()
