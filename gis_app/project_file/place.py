"""Whether a project lies where a live database is not safe: network shares and synchronised folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from gis_app.language import Message

# names that the clients of the services give to their folders
SYNC_FOLDERS = ("onedrive", "坚果云", "nutstore", "dropbox", "google drive", "icloud", "百度网盘", "wpsdrive")
NETWORK_SYSTEMS = ("nfs", "cifs", "smb", "fuse", "9p", "afs", "webdav", "davfs")
LOCAL_FUSE = ("fuseblk", "fusectl", "fuse-overlayfs", "fuse.fuse-overlayfs")
_MOUNTS = Path("/proc/mounts")


def warning(path: Path, *, mounts: str | None = None) -> Message | None:
    """What is risky about keeping a live project at ``path``; None when nothing is known to be.

    ``mounts`` stands in for the system's list of mounted file systems (the form of ``/proc/mounts``).
    """
    place = path.absolute()
    if str(path).startswith(("\\\\", "//")):
        return Message("project_file.network_place", {"folder": str(path.parent), "kind": "UNC"})
    for part in place.parts[:-1]:
        if any(name in part.casefold() for name in SYNC_FOLDERS):
            return Message("project_file.synced_place", {"folder": str(place.parent), "service": part})
    kind = _file_system(place, _mount_lines(mounts))
    if kind is not None and kind not in LOCAL_FUSE and kind.startswith(NETWORK_SYSTEMS):
        return Message("project_file.network_place", {"folder": str(place.parent), "kind": kind})
    return None


def _mount_lines(mounts: str | None) -> Iterable[str]:
    if mounts is not None:
        return mounts.splitlines()
    if sys.platform != "linux":
        return ()
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()


def _file_system(path: Path, lines: Iterable[str]) -> str | None:
    """Type of the file system that holds ``path``: the longest mount point above it, the last of equals."""
    best, kind = -1, None
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = os.path.commonpath([point, str(path)]) == point if point.startswith("/") else False
        if inside and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind
