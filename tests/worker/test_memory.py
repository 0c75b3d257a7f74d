"""What was freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import os, threading
from gis_app.worker.memory import give_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

held = [bytes(1000) for _ in range(100_000)]
kept = held[::1000]
del held
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there it is kept")
def test_freed_memory_is_given_back() -> None:
    told = subprocess.check_output([sys.executable, "-c", CODE], text=True, timeout=60)
    assert int(told) > 50e6
