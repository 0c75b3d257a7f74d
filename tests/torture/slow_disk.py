"""How soon the pointer is answered on a disk whose ``fdatasync`` takes 40 ms (strace delays the call itself).

``python -m tests.torture.slow_disk`` prints the figures as JSON.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gis_app.model import Changeset, Project, Record
from gis_app.project_file import ProjectFile
from gis_app.session.gestures import Gestures, Outcome
from gis_app.session.session import Session
from gis_app.session.writer import Writer
from tests.project_file.park import CATALOGUE, new, parcels, step

ROOT = Path(__file__).parents[2]
DELAY_US = 40_000
GESTURES = 40


def _one_more(project: Project) -> Changeset:
    now = int(project.layers["supply_parcel"].frame.loc[1, "count"])
    return step(Record("supply_parcel", 1, {"count": now}, {"count": now + 1}))


def child(path: str) -> None:
    """A hand that makes a gesture every 10 ms; prints what it felt."""
    stored = ProjectFile.open(Path(path), catalogue=CATALOGUE)
    session, writer = Session(stored, CATALOGUE, "a"), Writer(stored, "a")
    posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    gestures = Gestures(session, writer, posted.put)
    outcomes: list[Outcome] = []
    answers, stored_after = [], []
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(GESTURES):
        began = time.perf_counter()
        gestures.perform(
            _one_more,
            lambda outcome, at=began: (
                stored_after.append(time.perf_counter() - at) or outcomes.append(outcome)
            ),
        )  # type: ignore[misc]
        while not posted.empty():
            posted.get()()
        answers.append(time.perf_counter() - began)
        time.sleep(0.01)
    while len(outcomes) < GESTURES:
        posted.get()()
    writer.close()
    lost = sum(not isinstance(outcome, int) for outcome in outcomes)
    print(json.dumps({"answers": answers, "stored": stored_after, "lost": lost}), flush=True)


def measured(folder: Path) -> dict[str, Any]:
    """What the hand felt."""
    path = folder / "p.gpkg"
    new(path, parcels()).close()
    code = f"from tests.torture.slow_disk import child; child({str(path)!r})"
    hand = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert hand.stdin is not None and hand.stdout is not None
    assert hand.stdout.readline() == "ready\n"
    options = ["-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:delay_enter={DELAY_US}"]
    tracer = subprocess.Popen(
        ["strace", "-f", *options, "-p", str(hand.pid)], stderr=subprocess.PIPE, text=True
    )
    assert tracer.stderr is not None and "attached" in tracer.stderr.readline()
    told, _ = hand.communicate("\n")
    tracer.communicate()
    felt = json.loads(told)
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        in_file = sum(1 for _ in file.journal()) - 2
    return {
        "fdatasync delayed by ms": DELAY_US / 1000,
        "gestures": GESTURES,
        "gestures lost": felt["lost"] + GESTURES - in_file,
        "pointer answered, longest, ms": round(1000 * max(felt["answers"]), 2),
        "stored, median after ms": round(1000 * sorted(felt["stored"])[GESTURES // 2], 1),
    }


def main() -> int:
    """Print the figures; 1 where a gesture was lost or the pointer waited."""
    with tempfile.TemporaryDirectory() as place:
        found = measured(Path(place))
    print(json.dumps({"a slow disk": found}, indent=1))
    return int(found["gestures lost"] > 0 or found["pointer answered, longest, ms"] >= 50)


if __name__ == "__main__":
    raise SystemExit(main())
