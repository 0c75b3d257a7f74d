"""The way from the command to the window, and whether there is a display to show one on."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from gis_app.language import Message, say

BROKEN_OFF = 2
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
UNSEEN = ("offscreen", "minimal")
"""Platforms of Qt that show nothing to anybody."""


def has_display(system: str = sys.platform, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window could be seen: on Windows and macOS, elsewhere where a display is named."""
    platform = environment.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.split(":")[0] not in UNSEEN
    return system in ("win32", "darwin") or any(environment.get(name) for name in DISPLAYS)


def open_window(path: str | None) -> int:
    """Open the window, with a project or folder in it; a sentence and 2 where that cannot be."""
    refusal = _refusal(path)
    if refusal is not None:
        print(say(refusal, _language()), file=sys.stderr)
        return BROKEN_OFF
    from gis_app.ui.app import open_window as show  # Qt is imported only where a window is shown

    return show(path)


def _refusal(path: str | None) -> Message | None:
    if path is not None and not Path(path).exists():
        return Message("cli.no_such_path", {"path": path})
    return None if has_display() else Message("cli.no_display")


def _language() -> str:
    from gis_app.session.settings import load

    return load()[0].language
