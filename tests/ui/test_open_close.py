"""Open, cancel while it loads, close, again and again: no abort, no thread, no process and no window left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MOST_GROWN_MB = 200
"""In nine hundred turns; a window that is kept takes sixteen."""
ROOT = Path(__file__).parents[2]
TURNS = """
import gc, random, sys, threading, time, weakref
import psutil
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from gis_app.session.sample import folder
from gis_app.ui.app import _application, start
from tests.ui.screens import settle, until

application = _application([])
application.setQuitOnLastWindowClosed(False)
seeded, turns = random.Random(7), int(sys.argv[1])

def left():
    threads = [thread.name for thread in threading.enumerate() if thread.name == "work"]
    children = psutil.Process().children(recursive=True)
    return threads, [each for each in children if each.status() != psutil.STATUS_ZOMBIE]

opened, memory = 0, []
gc.disable()  # garbage is looked for here alone, as the program does
for turn in range(turns):
    _look, _reporter, window = start()
    window.show()
    window.desk.open(folder() / "2026-11")
    wait_s = seeded.choice((0.0, 0.02, 0.1, 0.3, 0.8, 1.5))
    settle(wait_s)
    if turn % 5 == 4:
        until(lambda: window.desk.park is not None or window.desk.job is None, "open")
    elif turn % 2:
        window.status.cancel()
    opened += window.desk.park is not None
    window.close()
    threads, _children = left()
    assert threads == [], (turn, threads)
    shown = weakref.ref(window), weakref.ref(window.desk), weakref.ref(window.map)
    window.deleteLater()
    del window, _look, _reporter
    application.processEvents()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [each() is not None for each in shown] == [False] * 3, (turn, "not freed")
    if turn in (turns // 10, turns - 1):
        memory.append(psutil.Process().memory_info().rss // 2**20)
end = time.monotonic() + 20
while left()[1] and time.monotonic() < end:
    settle(0.1)
print("MB", *memory, "threads", threading.active_count())
print("opened", opened, "left", left()[0], [each.cmdline()[-3:] for each in left()[1]])
assert left() == ([], []), left()
"""


def turn(times: int, home: Path) -> str:
    own = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PARKPLAN_HOME": str(home),
        "PARKPLAN_PLAIN_PAINTER": "1",
    }
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", TURNS, str(times)],
        cwd=ROOT, env=own, capture_output=True, text=True, timeout=60 + 12 * times,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.returncode}\n{done.stdout}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return done.stdout


def test_ten_times_open_cancel_close(tmp_path: Path) -> None:
    said = turn(10, tmp_path)
    assert "opened" in said and "opened 0" not in said


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_a_thousand_times_open_cancel_close(tmp_path: Path) -> None:
    said = turn(1000, tmp_path)
    after_hundred, after_all = map(int, said.split("MB ")[1].split()[:2])
    assert after_all - after_hundred < MOST_GROWN_MB, said
