"""Ends the program at every single write, sync, rename and removal of one edit and of one export (strace).

``python -m tests.torture.points [EVERY]`` prints the figures as JSON; ``EVERY`` n strikes only each n-th.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gis_app.model import Project
from gis_app.project_file import ProjectFile
from gis_app.session.door import open_for_work
from gis_app.session.office import load_catalogue
from gis_app.session.settings import load as load_settings
from tests.project_file.park import CRS_4546
from tests.torture.scripts import Author, Script, digest
from tests.torture.sets import is_whole, shown_of

ROOT = Path(__file__).parents[2]
CALLS = (
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "ftruncate",
    "rename",
    "unlink",
    "unlinkat",
    "link",
    "rmdir",
)
_CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)


@dataclass
class Struck:
    """How many points were struck, by call, and what was found wrong after them."""

    points: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    recovery_s: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return {
            "points": sum(self.points.values()),
            "by call": dict(self.points),
            "wrong": self.wrong,
            "longest recovery in seconds": round(self.recovery_s, 3),
        }


class Strikes:
    """One project in one state, and one piece of work that is ended at each of its calls."""

    def __init__(self, folder: Path, export: bool) -> None:
        self._folder, self._export = folder, export
        self._catalogue = load_catalogue(load_settings()[0])
        self._work = folder / "work"
        self._states: list[str] = []
        self._shown: set[str] = set()
        self._empty = Script((), (), (), ())
        (folder / "start").mkdir()
        self._prepare(folder / "start")
        self._restore()
        self._next = self._spawn()

    def calls(self) -> Counter[str]:
        """How often each call is made by the work, undisturbed."""
        log = self._folder / "calls.log"
        self._run(["-o", str(log), "-e", f"trace={','.join(CALLS)}"])
        return Counter(_CALL.findall(log.read_text("utf-8", "replace")))

    def strike(self, call: str, number: int, struck: Struck) -> None:
        """End the program at the n-th such call, then open what is left."""
        self._restore()
        self._run(
            ["-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]
        )
        struck.points[call] += 1
        began = time.perf_counter()
        stored = open_for_work(self._work / "p.gpkg", self._catalogue)
        struck.recovery_s = max(struck.recovery_s, time.perf_counter() - began)
        try:
            acks = self._work / "acks.txt"
            acknowledged = acks.read_text("utf-8").split("\n")[:-1] if acks.exists() else []
            sound = {
                "lost": all(stored.has_op(op_id) for op_id in acknowledged),
                "state": digest(stored.load()) in self._states,
                "verify": stored.verify() == [],
                "set": is_whole(self._work / "out" / "set.shp", self._shown),
            }
        finally:
            stored.close()
        struck.wrong += [f"{what} after {call} {number}" for what, is_so in sound.items() if not is_so]

    def close(self) -> None:
        """End the child that waits."""
        self._next.kill()
        self._next.wait()

    def _prepare(self, start: Path) -> None:
        """A project, its set as it was exported, and an edit that the set does not show yet."""
        (start / "out").mkdir()
        path = start / "p.gpkg"
        ProjectFile.create(path, Project(crs=CRS_4546, name="园区"), actor="a").close()
        author = Author(Project(crs=CRS_4546), self._catalogue, 1)
        first, second, third = author.script(30), author.script(2, 100), author.script(1, 200)
        for script, out in ((first, start / "out" / "set.shp"), (second, None)):
            script.write(start / "script.jsonl")
            self._finish(self._spawn(start, out))
            with ProjectFile.open(path, catalogue=self._catalogue, read_only=True) as stored:
                self._shown.add(shown_of(stored.load()))
        shutil.rmtree(start / "p.backups")
        (start / "acks.txt").unlink()
        (self._empty if self._export else third).write(start / "script.jsonl")
        self._states = [second.digests[-1], third.digests[-1]]

    def _finish(self, child: subprocess.Popen[str]) -> None:
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.communicate("\n")
        assert child.returncode == 0

    def _restore(self) -> None:
        if self._work.exists():
            shutil.rmtree(self._work)
        shutil.copytree(self._folder / "start", self._work)

    def _spawn(self, place: Path | None = None, out: Path | None = None) -> subprocess.Popen[str]:
        at = place or self._work
        shown = out if place else at / "out" / "set.shp" if self._export else None
        names = [self._folder / "marks", at / "p.gpkg", at / "script.jsonl", at / "acks.txt", shown or ""]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.torture.child", *map(str, names)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PARKPLAN_HOME": str(self._folder / "home")},
        )  # fmt: skip

    def _run(self, options: list[str]) -> None:
        child, self._next = self._next, self._spawn()
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        tracer = subprocess.Popen(
            ["strace", "-f", *options, "-p", str(child.pid)], stderr=subprocess.PIPE, text=True
        )
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        child.stdin.write("\n")
        child.stdin.flush()
        child.wait()
        child.stdin.close()
        child.stdout.close()
        tracer.communicate()


def run(folder: Path, every: int, export: bool) -> Struck:
    """Strike each ``every``-th of all calls of one edit or one export."""
    strikes, struck = Strikes(folder, export), Struck()
    try:
        points = [(call, n + 1) for call, count in strikes.calls().items() for n in range(count)]
        for call, number in points[::every]:
            strikes.strike(call, number, struck)
    finally:
        strikes.close()
    return struck


def main(arguments: list[str]) -> int:
    """Print the figures."""
    every = int(arguments[0]) if arguments else 1
    figures, wrong = {}, False
    for name, export in (("one edit", False), ("one export", True)):
        with tempfile.TemporaryDirectory() as place:
            found = run(Path(place), every, export)
        figures[name], wrong = found.as_json(), wrong or bool(found.wrong)
    print(json.dumps({"ended at every write and sync": figures}, ensure_ascii=False, indent=1))
    return int(wrong)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
