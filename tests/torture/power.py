"""Simulated power cuts at random moments of editing; with weaker settings the same cuts must lose something.

``python -m tests.torture.power [CUTS]`` prints the figures as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw
import shapely

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile
from gis_app.project_file import connection as connections
from tests.project_file.park import CATALOGUE, new, parcels, step
from tests.torture.disk import Disk, Event, after_power_cut

FULL, NORMAL, OFF = "FULL", "NORMAL", "OFF"
_LEVELS = {OFF: 0, NORMAL: 1, FULL: 2}
COMMITS = 25


def recorded(folder: Path, synchronous: str) -> tuple[dict[str, bytes], list[Event]]:
    """Files at the start, and what the disk was told while a project was edited and saved twice."""
    path = folder / "p.gpkg"
    new(path, parcels(12)).close()
    start = {path.name: path.read_bytes()}
    disk, level = Disk(f"remembering-{uuid.uuid4()}"), connections._FULL
    configure = connections.configure

    def exclusive(connection: apsw.Connection) -> None:
        configure(connection)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()  # WAL then needs no shared memory

    connections.configure, connections._FULL = exclusive, _LEVELS[synchronous]
    try:
        for _ in range(2):
            _edit(path, disk)
    finally:
        connections.configure, connections._FULL = configure, level
        disk.leave()
    return start, disk.events


def _edit(path: Path, disk: Disk) -> None:
    file = ProjectFile.open(path, catalogue=CATALOGUE)
    frame = file.load().layers["supply_parcel"].frame
    count, shape = int(frame.loc[1, "count"]), frame.loc[1, "geometry"]
    for number in range(COMMITS):
        op_id, moved = str(uuid.uuid4()), shapely.box(0, 0, 1 + number, 1)
        before, after = {"count": count, "geometry": shape}, {"count": count + 1, "geometry": moved}
        file.commit(step(Record("supply_parcel", 1, before, after)), actor="a", op_id=op_id)
        disk.mark(op_id)
        count, shape = count + 1, moved
    file.close()


def judged(folder: Path, files: dict[str, bytes], acknowledged: list[str]) -> str:
    """What a person finds after the cut: ``whole``, ``lost`` (an acknowledged edit) or ``damaged``."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with ProjectFile.open(folder / "p.gpkg", catalogue=CATALOGUE) as file:
            if file.verify():
                return "damaged"
            return "whole" if all(file.has_op(op_id) for op_id in acknowledged) else "lost"
    except Refused:
        return "damaged"


def cuts(count: int, synchronous: str, seed: int, folder: Path) -> dict[str, int]:
    """So many power cuts; how many left what behind."""
    chance, found = random.Random(seed), {"whole": 0, "lost": 0, "damaged": 0}
    (folder / "made").mkdir()
    (folder / "left").mkdir()
    start, events = recorded(folder / "made", synchronous)
    for _ in range(count):
        files, marks = after_power_cut(start, events[: chance.randrange(len(events) + 1)], chance)
        found[judged(folder / "left", files, marks)] += 1
    return found


def main(arguments: list[str]) -> int:
    """Print the figures; 1 where FULL lost something, or the weaker settings did not."""
    count = int(arguments[0]) if arguments else 1000
    figures: dict[str, Any] = {}
    for level, times in ((FULL, count), (NORMAL, max(count // 10, 20)), (OFF, max(count // 10, 20))):
        with tempfile.TemporaryDirectory() as place, suppress(FileNotFoundError):
            figures[f"synchronous={level}"] = cuts(times, level, 1, Path(place))
    print(json.dumps({"simulated power cuts": figures}, indent=1))
    sound = figures["synchronous=FULL"]
    weak = [figures[f"synchronous={level}"] for level in (NORMAL, OFF)]
    proves = all(one["lost"] + one["damaged"] for one in weak)
    return 0 if proves and not sound["lost"] + sound["damaged"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
