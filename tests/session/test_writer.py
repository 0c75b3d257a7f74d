"""The writer's thread: the caller is answered at once, the order holds, nothing is applied ahead or lost."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis_app.edits.set_fact import set_fact
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Fact, Project, Record
from gis_app.project_file import ProjectFile
from gis_app.session.gestures import Gestures, Outcome
from gis_app.session.session import Session
from gis_app.session.writer import Writer
from tests.project_file.park import CATALOGUE, new, parcels, reopened, same, step

DELAY_S = 0.04
ANSWER_S = 0.05


def count(before: int, after: int) -> Changeset:
    return step(Record("supply_parcel", 1, {"count": before}, {"count": after}))


def one_more(project: Project) -> Changeset:
    """A gesture that rests on what the one before did."""
    now = int(project.layers["supply_parcel"].frame.loc[1, "count"])
    return count(now, now + 1)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[ProjectFile]:
    file = new(tmp_path / "p.gpkg", parcels())
    yield file
    file.close()


@pytest.fixture
def slow(stored: ProjectFile, monkeypatch: pytest.MonkeyPatch) -> ProjectFile:
    """A project file on a disk that takes 40 ms for every commit."""
    commit = stored.commit

    def delayed(*arguments: Any, **named: Any) -> int:
        time.sleep(DELAY_S)
        return commit(*arguments, **named)

    monkeypatch.setattr(stored, "commit", delayed)
    return stored


class Hand:
    """The main thread of a window: functions posted to it run when it comes round to them."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.thread = threading.current_thread()

    def post(self, function: Callable[[], None]) -> None:
        assert threading.current_thread() is not self.thread
        self._posted.put(function)

    def run(self, until: Callable[[], bool], at_most_s: float = 20.0) -> None:
        end = time.monotonic() + at_most_s
        while not until():
            assert time.monotonic() < end
            try:
                self._posted.get(timeout=0.05)()
            except queue.Empty:
                continue


def test_the_pointer_is_answered_and_no_gesture_is_lost(slow: ProjectFile) -> None:
    session, hand = Session(slow, CATALOGUE, "a"), Hand()
    writer = Writer(slow, "a")
    gestures = Gestures(session, writer, hand.post)
    outcomes: list[Outcome] = []
    longest = 0.0
    for _ in range(20):
        began = time.monotonic()
        gestures.perform(one_more, outcomes.append)
        longest = max(longest, time.monotonic() - began)
    assert longest < ANSWER_S
    since = gestures.storing_since
    assert since is not None and since <= time.monotonic()
    assert session.project.layers["supply_parcel"].frame.loc[1, "count"] == -2  # nothing is applied ahead
    hand.run(lambda: len(outcomes) == 20)
    assert outcomes == list(range(3, 23)) and gestures.storing_since is None
    assert session.project.layers["supply_parcel"].frame.loc[1, "count"] == 18
    gestures.undo(outcomes.append)
    gestures.redo(outcomes.append)
    gestures.undo(outcomes.append)
    hand.run(lambda: len(outcomes) == 23)
    assert outcomes[-3:] == [23, 24, 25] and gestures.storing_since is None
    expected = session.project
    writer.close()
    with ProjectFile.open(slow.path, catalogue=CATALOGUE) as again:
        same(expected, again.load())
        assert again.load().layers["supply_parcel"].frame.loc[1, "count"] == 17
        assert again.verify() == []


def test_close_waits_for_the_last_commit(slow: ProjectFile) -> None:
    writer = Writer(slow, "a")
    futures = [writer.perform(count(n, n + 1), op_id=f"op{n}") for n in range(-2, 5)]
    assert writer.waiting and writer.storing_since is not None
    writer.close()
    writer.close()
    assert [future.result().seq for future in futures] == list(range(3, 10))
    assert writer.waiting == 0 and writer.storing_since is None
    with pytest.raises(Refused, match="being closed"):
        writer.perform(count(5, 6)).result()


def test_what_waited_behind_a_failure_is_refused_and_nothing_applied(
    slow: ProjectFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, hand = Session(slow, CATALOGUE, "a"), Hand()
    writer = Writer(slow, "a")
    gestures = Gestures(session, writer, hand.post)
    told: list[Changeset] = []
    session.listen(told.append)
    outcomes: list[Outcome] = []
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> int:
            raise Refused(Message("project_file.disk_full", {"file": "p.gpkg", "folder": "/"}))

        patch.setattr(slow, "commit", full)
        for _ in range(4):
            gestures.perform(one_more, outcomes.append)
        hand.run(lambda: len(outcomes) == 4)
    assert "disk is full" in str(outcomes[0])
    assert all("step before" in str(outcome) for outcome in outcomes[1:])
    assert told == [] and session.project.layers["supply_parcel"].frame.loc[1, "count"] == -2
    gestures.perform(one_more, outcomes.append)
    hand.run(lambda: len(outcomes) == 5)
    assert outcomes[4] == 3 and len(told) == 1
    writer.close()


def test_futures_behind_a_failure(slow: ProjectFile) -> None:
    writer = Writer(slow, "a")
    first = writer.perform(count(77, 78))  # not what is there
    behind = [writer.perform(count(-2, 0)), writer.perform(count(0, 1))]
    look = writer.ask(lambda stored: stored.state_seq)
    with pytest.raises(Refused, match="not what this step believes"):
        first.result()
    for future in behind:
        with pytest.raises(Refused, match="step before"):
            future.result()
    assert look.result() == 2
    assert writer.perform(count(-2, 0)).result().seq == 3
    writer.close()


def test_a_gesture_that_cannot_be_stops_nothing(stored: ProjectFile) -> None:
    session, hand = Session(stored, CATALOGUE, "a"), Hand()
    writer = Writer(stored, "a")
    gestures = Gestures(session, writer, hand.post)
    outcomes: list[Outcome] = []

    def cannot(project: Project) -> Changeset:
        raise Refused(Message("model.undo", {"step": "x"}))

    gestures.perform(cannot, outcomes.append)
    gestures.perform(lambda project: Changeset(Message("test.nothing")), outcomes.append)
    gestures.perform(one_more, outcomes.append)
    hand.run(lambda: len(outcomes) == 3)
    assert isinstance(outcomes[0], Refused) and outcomes[1:] == [None, 3]
    writer.close()


def test_a_step_asked_for_at_once_comes_after_the_gestures(slow: ProjectFile) -> None:
    session, hand = Session(slow, CATALOGUE, "a"), Hand()
    writer = Writer(slow, "a")
    gestures = Gestures(session, writer, hand.post)
    outcomes: list[Outcome] = []
    for _ in range(3):
        gestures.perform(one_more, outcomes.append)
    fact = Fact("", "least_overlap_width_m", 0.5)
    assert session.perform(set_fact(session.project, fact)) == 6
    assert outcomes == [3, 4, 5]
    assert session.undo() is not None and session.has_op("none") is False
    assert "/least_overlap_width_m" not in session.project.facts
    hand.run(lambda: writer.waiting == 0)
    expected = session.project
    writer.close()
    with ProjectFile.open(slow.path, catalogue=CATALOGUE) as again:
        same(expected, again.load())


def test_sketches_are_written_seldom_and_the_last_state_is_kept(
    stored: ProjectFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    put = type(stored.drafts).put
    monkeypatch.setattr(
        type(stored.drafts), "put", lambda self, id, body: (written.append(1), put(self, id, body))
    )
    writer = Writer(stored, "a")
    began = time.monotonic()
    for n in range(60):
        writer.sketch("draw", {"geometry": shapely.Point(n, n)})
        time.sleep(0.01)
    took = time.monotonic() - began
    writer.close()
    assert 2 <= len(written) <= took / 0.2 + 2
    with ProjectFile.open(stored.path, catalogue=CATALOGUE) as again:
        (draft,) = again.drafts.all()
        assert draft.body["geometry"] == shapely.Point(59, 59)
        writer = Writer(again, "a")
        writer.sketch("draw", {"geometry": shapely.Point(60, 60)})
        writer.perform(count(-2, 0), draft_id="draw").result()
        writer.sketch("other", {"n": 1})
        writer.drop_sketch("other").result()
        assert writer.ask(lambda stored: stored.drafts.all()).result() == []
        writer.close()


def test_backups_while_idle(stored: ProjectFile, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Message] = []
    writer = Writer(stored, "a", told.append, backup_every_s=0.0)
    folder = stored.path.with_name("p.backups")
    end = time.monotonic() + 10
    while not folder.exists() or not [each for each in folder.iterdir() if each.suffix == ".gpkg"]:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert told == []

    def full(*_: object) -> None:
        raise Refused(Message("project_file.disk_full", {"file": "p.gpkg", "folder": "/"}))

    monkeypatch.setattr(stored, "backup_if_due", full)
    while not told:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert writer.perform(count(-2, 0)).result().seq == 3
    writer.close()


def test_the_history_is_the_same_after_reopening(stored: ProjectFile) -> None:
    session = Session(stored, CATALOGUE, "a")
    for n in range(-2, 3):
        session.perform(count(n, n + 1))
    session.undo()
    session.undo()
    session.redo()
    again = reopened(stored)
    later = Session(again, CATALOGUE, "b")
    assert (later.history.next_undo(), later.history.next_redo()) == (
        session.history.next_undo(),
        session.history.next_redo(),
    )
    while later.undo() is not None:
        continue
    assert later.project.layers == {}
    while later.redo() is not None:
        continue
    assert later.project.layers["supply_parcel"].frame.loc[1, "count"] == 3
    assert again.verify() == []
    again.close()
