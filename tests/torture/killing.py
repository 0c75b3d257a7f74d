"""Kills a child at random moments of editing, saving and exporting, and looks at what is left.

Four fifths of the kills are aimed: the kernel sends SIGKILL a random moment after the child came to a part of
its work; the others come from outside, at any time.

``python -m tests.torture.killing [KILLS] [SEED]`` prints the figures as JSON and ends in 1 where something
was lost.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue
from gis_app.model import Project
from gis_app.project_file import ProjectFile
from gis_app.session.door import open_for_work
from gis_app.session.office import load_catalogue
from gis_app.session.settings import load as load_settings
from tests.project_file.park import CRS_4546
from tests.torture.marks import Marks
from tests.torture.scripts import REVERSALS, VERBS, Author, Script, digest
from tests.torture.sets import is_whole, shown_of
from tests.torture.told import asked, progress, reported

ROOT = Path(__file__).parents[2]
LINES = 45
MOST_RECOVERY_S = 5.0
INSIDE = ("commit", "checkpoint", "export")
NEVER = "never"
LONGEST_S = {"build": 0.02, "checkpoint": 0.004, "finish": 0.0003}


@dataclass
class Figures:
    """What the kills came to."""

    kills: int = 0
    during: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    lost: int = 0
    wrong_state: int = 0
    mixed_sets: int = 0
    not_verified: int = 0
    recovery_s: float = 0.0
    too_slow: int = 0

    @property
    def inside(self) -> int:
        """Kills inside a commit, a checkpoint or an export step."""
        return sum(n for mark, n in self.during.items() if any(part in INSIDE for part in mark.split("/")))

    def hit(self, word: str) -> int:
        """Kills while this verb or part was at work."""
        return sum(n for mark, n in self.during.items() if word in mark.replace(":", "/").split("/"))

    @property
    def failures(self) -> int:
        """Everything that must be 0."""
        return self.lost + self.wrong_state + self.mixed_sets + self.not_verified + self.too_slow

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        words = (*VERBS, *REVERSALS, "commit", "checkpoint", "export", "build", "swap", "finish")
        return {
            "kills": self.kills,
            "inside commit, checkpoint or export": self.inside,
            "hits": {word: self.hit(word) for word in words},
            "histogram": dict(self.during.most_common()),
            "acknowledged edits": self.acknowledged,
            "acknowledged edits lost": self.lost,
            "states that no prefix of the script explains": self.wrong_state,
            "mixed file sets": self.mixed_sets,
            "projects that verify found fault with": self.not_verified,
            "longest recovery in seconds": round(self.recovery_s, 3),
        }


class Killing:
    """One project that is edited, ended and opened again, over and over."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._catalogue: Catalogue = load_catalogue(load_settings()[0])
        self.project = folder / "p.gpkg"
        self._out = folder / "out" / "set.shp"
        self._out.parent.mkdir()
        self._marks = Marks(folder / "marks")
        self._seed = seed
        self.figures = Figures()
        self._shown: set[str] = set()
        self._acks = folder / "acks.txt"
        ProjectFile.create(self.project, Project(crs=CRS_4546, name="园区"), actor="a").close()
        author = Author(self._loaded(), self._catalogue, seed)
        self._script = folder / "script.jsonl"
        self._next = self._spawn()
        self._run(author.script(30), NEVER)
        self._shown.add(shown_of(self._loaded()))
        assert is_whole(self._out, self._shown)

    def kill(self, aim: str | None) -> None:
        """Start a child, end it while it is at ``aim`` (anywhere where that is None), and look."""
        before = self._loaded()
        self._shown.add(shown_of(before))
        author = Author(before, self._catalogue, self._random.randrange(10**9))
        script = author.script(LINES)
        self._shown.add(shown_of(before))
        mark = self._run(script, aim)
        self.figures.kills += 1
        self.figures.during[mark or "elsewhere"] += 1
        self._look(script)

    def _loaded(self) -> Project:
        stored = ProjectFile.open(self.project, catalogue=self._catalogue, read_only=True)
        try:
            return stored.load()
        finally:
            stored.close()

    def _spawn(self) -> subprocess.Popen[str]:
        names = [self._folder / "marks", self.project, self._script, self._acks, self._out]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.torture.child", *map(str, names)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PARKPLAN_HOME": str(self._folder / "home")},
        )  # fmt: skip

    def _run(self, script: Script, aim: str | None) -> str:
        """The mark under which the child was ended; empty where it came to its end."""
        script.write(self._script)
        self._marks.clear()
        child, self._next = self._next, self._spawn()  # the next one imports while this one works
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        if aim is None or aim == NEVER:
            child.stdin.write("\n")
        else:
            nth = self._random.randrange(1, 4) if "commit" in aim and "redo" not in aim else 1
            delay_s = self._random.uniform(0.0, LONGEST_S.get(aim, 0.001))
            child.stdin.write(f"{aim} {nth} {delay_s}\n")
        child.stdin.flush()
        if aim is None:
            time.sleep(self._random.uniform(0.0, 1.0))
            child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdin.close()
        child.stdout.close()
        return self._marks.read()

    def close(self) -> None:
        """End the child that waits."""
        self._next.kill()
        self._next.wait()

    def _look(self, script: Script) -> None:
        """Open again as a person would and hold what is there against what was said."""
        began = time.perf_counter()
        stored = open_for_work(self.project, self._catalogue)
        took = time.perf_counter() - began
        self.figures.recovery_s = max(self.figures.recovery_s, took)
        self.figures.too_slow += took > MOST_RECOVERY_S
        try:
            acknowledged = (
                set(self._acks.read_text("utf-8").split("\n")[:-1]) if self._acks.exists() else set()
            )
            known = {entry.op_id for entry in stored.journal()}
            self.figures.acknowledged = len(acknowledged)
            self.figures.lost += len(acknowledged - known)
            reached = sum(op_id in known for op_id in script.op_ids)
            in_order = all(op_id in known for op_id in script.op_ids[:reached])
            state = stored.load()
            self.figures.wrong_state += not (in_order and digest(state) == script.digests[reached])
            self.figures.not_verified += stored.verify() != []
            self._shown.add(shown_of(state))
            self.figures.mixed_sets += not is_whole(self._out, self._shown)
        finally:
            stored.close()


def aims(kills: int, seed: int) -> list[str | None]:
    """Where to strike: four fifths inside something that writes, every verb among them, the rest anywhere."""
    chosen = [f"{verb}/commit" for verb in (*VERBS, *REVERSALS)] + ["checkpoint", "build", "swap", "finish"]
    counted: list[str | None] = [chosen[n % len(chosen)] for n in range(kills * 4 // 5)]
    counted += [None] * (kills - len(counted))
    random.Random(seed).shuffle(counted)
    return counted


def run(kills: int, seed: int, folder: Path) -> Figures:
    """So many kills of one project."""
    killing = Killing(folder, seed)
    try:
        for number, aim in enumerate(aims(kills, seed), 1):
            killing.kill(aim)
            progress(number, kills)
    finally:
        killing.close()
    return killing.figures


def main(arguments: list[str]) -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as place:
        found = run(*asked(arguments), Path(place))
    return reported(found.as_json(), found.failures)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
