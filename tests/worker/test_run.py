"""Jobs run in a process of their own, come back in order, and are ended at their limits."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from gis_app.worker import Job, Limits, Reply, WorkerFault, run, run_many

ROOT = Path(__file__).resolve().parents[2]

# A module of the program's name space that only these tests have, put where the child looks.
_TRIAL = """
import os, sys, time
import numpy as np

def echo(request, arrays, folder):
    return {"request": request, "pid": os.getpid(), "folder": str(folder)}, arrays

def sleep(request, arrays, folder):
    if "note" in request:
        open(request["note"], "w").close()
    time.sleep(request["s"])
    return request["s"], {}

def hoard(request, arrays, folder):
    held = []
    while True:
        held.append(np.ones(4 << 20))
        time.sleep(0.005)

def gulp(request, arrays, folder):
    return int(np.ones(64 << 30, dtype=np.uint8).sum()), {}

def fail(request, arrays, folder):
    raise ValueError("没有成")

def die(request, arrays, folder):
    os._exit(3)

def loaded(request, arrays, folder):
    return sorted(sys.modules), {}
"""


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """Give a function that makes jobs of a module made for the test."""
    package = tmp_path / "trial"
    (package / "gis_app").mkdir(parents=True)
    (package / "gis_app" / "trial.py").write_text(_TRIAL, "utf-8")
    starter = f"import gis_app; gis_app.__path__.append({str(package / 'gis_app')!r}); "
    module = sys.modules["gis_app.worker.crew"]
    start = module._START.replace("from gis_app.worker", starter + "from gis_app.worker")
    monkeypatch.setattr(module, "_START", start)

    def job(function, limits=None, arrays=None, **request):
        return Job("gis_app.trial", function, request, arrays or {}, limits or Limits())

    return job


def test_request_and_arrays_go_there_and_back(trial):
    text = np.array(["甲", None], dtype=object)
    reply = run(trial("echo", 名="值", arrays={"t": text, "n": np.arange(3)}))
    assert reply.value["request"] == {"名": "值"}
    assert reply.value["pid"] != os.getpid()
    assert reply.arrays["t"].tolist() == ["甲", None]
    assert reply.arrays["n"].tolist() == [0, 1, 2]
    assert not Path(reply.value["folder"]).exists()


def test_time_limit_ends_it(trial):
    start = time.monotonic()
    with pytest.raises(WorkerFault) as fault:
        run(trial("sleep", Limits(time_s=0.8), s=60))
    assert fault.value.kind == "time"
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("function", ["hoard", "gulp"])
def test_memory_limit_ends_it(trial, function):
    with pytest.raises(WorkerFault) as fault:
        run(trial(function, Limits(time_s=30, memory_bytes=250 << 20)))
    assert fault.value.kind == "memory"


@pytest.mark.parametrize("function", ["fail", "die"])
def test_a_crash_is_a_fault(trial, function):
    with pytest.raises(WorkerFault) as fault:
        run(trial(function))
    assert fault.value.kind == "crashed"
    assert ("没有成" if function == "fail" else "3") in fault.value.detail


def test_only_modules_of_the_program_run():
    with pytest.raises(WorkerFault) as fault:
        run(Job("os", "system", {"command": "true"}))
    assert fault.value.kind == "refused"


def test_several_keep_their_order(trial):
    jobs = [trial("sleep", s=s) for s in (0.6, 0.0, 0.3)]
    jobs.insert(1, trial("fail"))
    replies = run_many(jobs)
    assert isinstance(replies[1], WorkerFault)
    assert [each.value for each in replies if isinstance(each, Reply)] == [0.6, 0.0, 0.3]


def test_in_this_process(monkeypatch, tmp_path):
    job = Job("gis_app.formats.reader", "is_project", {"path": str(tmp_path / "x.gpkg")})
    (tmp_path / "x.gpkg").write_bytes(b"text")
    assert run(job, workers=0).value == {"project": False}


def test_a_child_ends_with_its_parent(trial, tmp_path):
    note = tmp_path / "note"
    module = sys.modules["gis_app.worker.crew"]
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from gis_app.worker import Job, Limits, run\n"
        "module = sys.modules['gis_app.worker.crew']\n"
        f"module._START = {module._START!r}\n"
        f"job = Job('gis_app.trial', 'sleep', {{'s': 60, 'note': {str(note)!r}}}, limits=Limits(time_s=90))\n"
        "run(job)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    _wait_for(note.exists)
    (child,) = psutil.Process(parent.pid).children()
    parent.kill()
    parent.wait()
    _wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def _wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("did not happen")


def test_the_working_folder_offers_no_modules(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.gpkg").write_bytes(b"text")
    job = Job("gis_app.formats.reader", "is_project", {"path": str(tmp_path / "x.gpkg")})
    assert run(job).value == {"project": False}


def test_what_is_kept_out_stays_out(trial):
    lean = trial("loaded")
    kept = Job(lean.module, lean.function, {}, keep_out=("pandas", "geopandas"))
    assert not {"pandas.core", "geopandas.geodataframe"} & set(run(kept).value)
