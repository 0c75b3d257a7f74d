"""Another process judges as this one would, at once, after every step, after its death; it ends in time."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import shapely

from gis_app.model import Layer
from gis_app.session import rule_process
from gis_app.session.carrying import Assembly, Reading, pieces
from gis_app.session.door import project_file
from gis_app.session.intake import take_in
from gis_app.session.judgement import Judgement, judge
from gis_app.session.new_project import new_project
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options
from gis_app.session.rule_process import Ended, RuleProcess
from gis_app.session.sample import folder
from gis_app.session.session import Session
from tests.session.made import HERE, catalogue

PARK = folder() / "2026-11"


def silent(done: int, of: int, rule: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def sample() -> Opened:
    return open_path(PARK, HERE, catalogue())


@pytest.fixture
def rules() -> Iterator[RuleProcess]:
    made = RuleProcess()
    yield made
    made.close()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    intake = take_in([PARK], HERE, catalogue())
    made = new_project(tmp_path / "园区.gpkg", intake, Options(), catalogue(), "某人")
    with project_file(made.path, catalogue(), writing=True) as stored:
        yield Session(stored, catalogue(), "某人")


def as_bytes(found: Judgement) -> bytes:
    """Every figure, word and shape, in their order."""
    told = (found.check, found.review, dict(found.figures), found.due, found.seq)
    return repr(told).encode()


def both(rules: RuleProcess, opened: Opened, seq: int) -> tuple[Judgement, Judgement]:
    there = rules.judge(rules.order(opened, catalogue(), seq), silent)
    return there, judge(opened, catalogue(), seq, silent)


def test_it_judges_the_sample_as_this_process_does(rules: RuleProcess, sample: Opened) -> None:
    there, here = both(rules, sample, 0)
    assert as_bytes(there) == as_bytes(here)
    assert len(there.check["findings"]) > 40 and there.review["proposals"]


def test_it_follows_every_step(rules: RuleProcess, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[object] = []
    carry = RuleProcess._carry
    monkeypatch.setattr(
        RuleProcess, "_carry", lambda self, order: (carried.append(order), carry(self, order))
    )
    session.listen(rules.applied)
    opened = Opened(Path("园区.gpkg"), session.project, None, ())
    ledger = session.project.of_type("supply_parcel")
    assert ledger is not None
    first, second, third = (int(fid) for fid in ledger.fids[:3])
    west, south, east, north = shapely.bounds(ledger.geometry[2]).tolist()
    middle = (south + north) / 2
    edits: list[tuple[str, dict[str, object]]] = [
        ("set_attributes", {"layer": ledger.id, "fid": first, "values": {"supply_date": "2015-01-01"}}),
        ("delete_features", {"layer": ledger.id, "fids": [second]}),
        ("split", {"layer": ledger.id, "fid": third, "line": [[west - 9, middle], [east + 9, middle]]}),
    ]
    there, here = both(rules, opened, session.seq)
    assert as_bytes(there) == as_bytes(here)
    seen = [as_bytes(there)]
    for name, arguments in edits:
        if ledger.locked:
            session.edit("unlock_layer", {"layer": ledger.id, "reason": "试"})
        assert session.edit(name, arguments) is not None
        there, here = both(rules, opened, session.seq)
        assert as_bytes(there) == as_bytes(here), name
        assert there.seq == session.seq
        seen.append(as_bytes(there))
    session.enter_fact("approved_area_ha", "900", document="批〔2026〕1号", document_date="2026-01-01")
    assert session.undo() is not None and session.undo() is not None
    there, here = both(rules, opened, session.seq)
    assert as_bytes(there) == as_bytes(here)
    assert len(set(seen)) == len(seen), "each step changes what is found"
    assert len(carried) == 1, "steps were sent, not the project again"


def test_a_step_made_while_the_project_is_carried_is_not_lost(
    rules: RuleProcess, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.listen(rules.applied)
    opened = Opened(Path("园区.gpkg"), session.project, None, ())
    carry = RuleProcess._carry

    def slow(self: RuleProcess, order: Any) -> None:
        carry(self, order)
        session.enter_fact("approved_area_ha", "900", document="批〔2026〕1号", document_date="2026-01-01")

    monkeypatch.setattr(RuleProcess, "_carry", slow)
    before = rules.judge(rules.order(opened, catalogue(), session.seq), silent)
    monkeypatch.setattr(RuleProcess, "_carry", carry)
    assert before.seq < session.seq
    there, here = both(rules, opened, session.seq)
    assert as_bytes(there) == as_bytes(here)


def test_one_that_was_killed_is_started_again_and_the_log_says_so(
    rules: RuleProcess, sample: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    first, here = both(rules, sample, 0)
    pid = rules.pid
    assert pid is not None

    def kill(done: int, of: int, rule: str) -> None:
        if done == 3 and rules.pid == pid:
            psutil.Process(pid).kill()

    with caplog.at_level(logging.ERROR):
        again = rules.judge(rules.order(sample, catalogue(), 0), kill)
    assert as_bytes(again) == as_bytes(first) == as_bytes(here)
    assert rules.pid not in (None, pid) and "started again" in caplog.text


def test_one_that_keeps_dying_is_given_up_in_a_sentence(
    rules: RuleProcess, sample: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_process, "_START", "import sys; sys.exit(3)")
    with pytest.raises(rule_process.Refused, match="ended twice"):
        rules.judge(rules.order(sample, catalogue(), 0), silent)
    assert rules.pid is None


def test_what_was_given_up_is_judged_when_it_is_asked_again(rules: RuleProcess, sample: Opened) -> None:
    def give_up(done: int, of: int, rule: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rules.judge(rules.order(sample, catalogue(), 0), give_up)
    pid = rules.pid
    there, here = both(rules, sample, 0)
    assert as_bytes(there) == as_bytes(here) and rules.pid == pid


def test_closing_ends_it_and_whoever_waits_is_told(sample: Opened) -> None:
    rules = RuleProcess()
    started, told = threading.Event(), []

    def work() -> None:
        try:
            rules.judge(rules.order(sample, catalogue(), 0), lambda *_: started.set())
        except Ended as ended:
            told.append(ended)

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(60)
    pid = rules.pid
    assert pid is not None
    rules.close()
    thread.join(10)
    assert not thread.is_alive() and not psutil.pid_exists(pid)
    assert told or not thread.is_alive()


def test_it_ends_with_the_window_whatever_ends_that() -> None:
    code = (
        "from gis_app.session.rule_process import RuleProcess\n"
        "rules = RuleProcess(); rules._start(); print(rules.pid, flush=True)\n"
        "import time; time.sleep(60)"
    )
    window = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert window.stdout is not None
    child = psutil.Process(int(window.stdout.readline()))
    window.kill()
    window.wait()
    child.wait(timeout=30)


def test_only_what_is_read_is_carried_and_all_of_that(
    sample: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[tuple[str, str]] = set()
    rows, has = Layer.rows, Layer.has

    def noted_rows(self: Layer, fids: Any, columns: Any) -> Any:
        read.update((self.id, column) for column in columns)
        return rows(self, fids, columns)

    def noted_has(self: Layer, column: str) -> bool:
        read.add((self.id, column))
        return has(self, column)

    with monkeypatch.context() as patched:
        patched.setattr(Layer, "rows", noted_rows)
        patched.setattr(Layer, "has", noted_has)
        judge(sample, catalogue(), 0, silent)
    assembly = Assembly()
    for part in pieces(sample.project, Reading(catalogue())):
        assembly.take(pickle.loads(pickle.dumps(part)))
    assembly.end_layer()
    carried = {(layer.id, name) for layer in assembly.project.layers.values() for name in layer.table.columns}
    there = {
        (layer.id, str(name)) for layer in sample.project.layers.values() for name in layer.table.columns
    }
    assert read & there <= carried
    assert len(carried) < len(there) / 2, "what nobody reads stays"


def test_a_large_step_is_carried_as_what_it_leaves(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_app.session.carrying.MOST_RECORDS", 0)
    rules = RuleProcess()
    try:
        session.listen(rules.applied)
        opened = Opened(Path("园区.gpkg"), session.project, None, ())
        both(rules, opened, session.seq)
        session.enter_fact("approved_area_ha", "900", document="批〔2026〕1号", document_date="2026-01-01")
        there, here = both(rules, opened, session.seq)
        assert as_bytes(there) == as_bytes(here)
    finally:
        rules.close()
