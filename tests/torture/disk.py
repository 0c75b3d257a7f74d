"""A disk that remembers what was not synchronised, as a SQLite VFS: the power may fail at any event.

Simulated: writes since a file's last sync are lost, kept or torn at 512 bytes, each by itself and so in any
order. Not simulated: drives that lie about a sync, and directories (a new or removed file is there or gone
at once).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


@dataclass(frozen=True)
class Event:
    """A change of a file: ``write`` (at, data), ``truncate`` (at), ``sync``, ``delete``; or a ``mark``."""

    kind: str
    name: str
    at: int = 0
    data: bytes = b""


class Disk(apsw.VFS):
    """Passes everything on to the system and keeps a list of events; the default VFS while it lives."""

    def __init__(self, name: str = "remembering") -> None:
        self.events: list[Event] = []
        self.name, self.base = name, apsw.vfs_names()[0]
        super().__init__(name, self.base, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - as SQLite calls it
        """Open a file that remembers."""
        return _File(self, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        """Remove a file."""
        self.events.append(Event("delete", Path(name).name))
        super().xDelete(name, sync)

    def leave(self) -> None:
        """Make the system's own the default again."""
        apsw.set_default_vfs(self.base)
        self.unregister()

    def mark(self, text: str) -> None:
        """Note between the events that something was acknowledged."""
        self.events.append(Event("mark", text))


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._disk, self._name = disk, Path(path).name
        super().__init__(disk.base, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.events.append(Event("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.events.append(Event("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.events.append(Event("sync", self._name))
        super().xSync(flags)


def after_power_cut(
    start: dict[str, bytes], events: list[Event], chance: random.Random
) -> tuple[dict[str, bytes], list[str]]:
    """What the disk holds when the power fails after these events, and what had been acknowledged by then."""
    durable = {name: bytearray(content) for name, content in start.items()}
    pending: dict[str, list[Event]] = {}
    marks: list[str] = []
    for event in events:
        if event.kind == "mark":
            marks.append(event.name)
        elif event.kind == "delete":
            durable.pop(event.name, None)
            pending.pop(event.name, None)
        elif event.kind == "sync":
            for late in pending.pop(event.name, []):
                _apply(durable.setdefault(event.name, bytearray()), late)
        else:
            durable.setdefault(event.name, bytearray())
            pending.setdefault(event.name, []).append(event)
    for name, late_events in pending.items():
        for late in late_events:
            _perhaps(durable[name], late, chance)
    return {name: bytes(content) for name, content in durable.items()}, marks


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del content[event.at :]
        return
    if len(content) < event.at:
        content.extend(bytes(event.at - len(content)))
    content[event.at : event.at + len(event.data)] = event.data


def _perhaps(content: bytearray, event: Event, chance: random.Random) -> None:
    """Keep, lose or tear a change that was not synchronised."""
    lot = chance.random()
    if lot < 0.45:
        return
    if lot < 0.8 or event.kind == "truncate" or len(event.data) <= SECTOR:
        _apply(content, event)
        return
    for place in range(0, len(event.data), SECTOR):
        if chance.random() < 0.5:
            part = event.data[place : place + SECTOR]
            _apply(content, Event("write", event.name, event.at + place, part))
