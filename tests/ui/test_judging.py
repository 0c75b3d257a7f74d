"""From the first picture to the verdict: what is not judged yet is said so, in every panel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from gis_app.language import Message
from gis_app.model import Changeset
from gis_app.session.sample import folder
from gis_app.ui import park as park_module
from gis_app.ui.parts import STATES, state_word
from tests.ui.screens import settle, until


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Judging waits until this is set."""
    opened, judged = threading.Event(), park_module.judged

    def wait(park: Any, tell: Any, rules: Any = None) -> Any:
        while not opened.wait(0.02):
            tell(park_module.Message("ui.drawing"))  # as every rule does: it ends what was cancelled
        return judged(park, tell, rules)

    monkeypatch.setattr(park_module, "judged", wait)
    yield opened
    opened.set()


def opened(window: Any) -> None:
    window.desk.open(folder() / "2026-11")
    until(lambda: window.desk._judging is not None, "judging")


def shown(window: QWidget) -> list[str]:
    """Every text that a person sees or is read to them, of labels, buttons and lists."""
    found = [part.text() for kind in (QLabel, QToolButton) for part in window.findChildren(kind)]
    found += [part.accessibleName() for part in window.findChildren(QWidget)]
    return [text for text in found if text]


def test_no_panel_shows_a_state_before_judging_is_done(empty_window: Any, gate: threading.Event) -> None:
    window, look = empty_window, empty_window.look
    opened(window)
    pending = look.text("standing_pending")
    words = [state_word(look, state) for state in STATES]
    right = window.right.panels
    for task in ("data", "check", "review"):
        window.show_task(task)
        QApplication.processEvents()
        for part in (window.strip, window.right, window.todo):
            visible = [w for w in part.findChildren(QWidget) if w.isVisible()]
            said = [text for w in visible for text in shown(w)]
            assert not [text for text in said if any(word in text for word in words)], task
    assert all(cell.note == pending for cell in window.strip.cells.values())
    assert right["review"].head.word.text() == pending and not right["review"].tree.items()
    assert right["check"].remark.text() == pending and right["check"].rules.count() == 0
    assert pending in window.todo.title.text()
    assert all("—" in chip.text() for chip in window.todo.chips.values())
    assert right["data"].proposals.count() == 5
    assert window.bottom.findings.model_.rowCount() == 0 and "—" in window.bottom.tabs["findings"].text()
    assert window.bottom.supply.item(0, 1).text() == pending
    assert "sheet" not in window.met()
    gate.set()
    until(lambda: window.desk.park.standing == "judged", "judged")
    assert not any(cell.note for cell in window.strip.cells.values())
    assert right["review"].tree.items() and window.bottom.findings.model_.rowCount() > 40
    assert pending not in shown(window)


def test_a_click_shows_attributes_before_judging_is_done(empty_window: Any, gate: threading.Event) -> None:
    window = empty_window
    opened(window)
    layer = window.desk.park.project.of_type("supply_parcel")
    place = layer.geometry[0].representative_point()
    window.map.canvas.clicked.emit(place.x, place.y)
    assert (layer.id, int(layer.fids[0])) in window.desk.features
    assert window.map.card.isVisible()


def test_what_is_judged_later_is_what_is_judged_at_once(
    empty_window: Any, gate: threading.Event, sample_park: Any
) -> None:
    gate.set()
    window = empty_window
    window.desk.open(folder() / "2026-11")
    until(lambda: window.desk.park is not None and window.desk.park.standing == "judged", "judged")
    park = window.desk.park
    assert park.judgement.check == sample_park.judgement.check
    assert park.judgement.review == sample_park.judgement.review
    assert park.figures.keys() == sample_park.figures.keys()
    assert park.due == sample_park.due and park.facts == sample_park.facts
    until(lambda: not window.desk.workers.jobs, "scene")
    assert list(window.desk.park.scene) == list(sample_park.scene)


def test_closing_while_judging_ends_it(empty_window: Any, gate: threading.Event) -> None:
    window = empty_window
    opened(window)
    thread = window.desk._judging.thread_
    window.close()
    assert not thread.is_alive()
    settle(0.1)
    assert window.desk.park.standing != "judged" and window.reporter.dialog is None


def test_cancelled_judging_says_so_and_can_be_taken_up_again(
    empty_window: Any, gate: threading.Event, idle: Any
) -> None:
    window = empty_window
    opened(window)
    window.status.cancel()
    until(lambda: window.desk.park.standing == "unjudged", "cancelled")
    told = window.look.text("standing_unjudged")
    assert all(cell.note == told for cell in window.strip.cells.values())
    assert window.right.panels["review"].head.word.text() == told
    gate.set()
    window.desk.rejudge()
    until(lambda: window.desk.park.standing == "judged", "judged")
    assert not any(cell.note for cell in window.strip.cells.values())


def test_an_error_while_judging_is_reported_and_the_panels_say_so(
    empty_window: Any, monkeypatch: pytest.MonkeyPatch, idle: Any
) -> None:
    def breaks(park: Any, tell: Any, rules: Any = None) -> Any:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(park_module, "judged", breaks)
    window = empty_window
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(window.reporter, "report", lambda kind, error, where: reported.append(kind))
    window.desk.open(folder() / "2026-11")
    until(lambda: window.desk.park is not None and window.desk.park.standing == "unjudged", "broken off")
    assert reported == [ZeroDivisionError]
    told = window.look.text("standing_unjudged")
    assert all(cell.note == told for cell in window.strip.cells.values())
    assert window.bottom.supply.item(0, 1).text() == told


def test_what_was_judged_before_a_step_is_judged_again(empty_window: Any, gate: threading.Event) -> None:
    window = empty_window
    opened(window)
    first = window.desk._judging
    window.desk._step(Changeset(Message("model.undo")))
    gate.set()
    until(lambda: window.desk._judging is not first, "judged again")
    assert window.desk.park.standing == "pending"
    until(lambda: window.desk.park.standing == "judged", "judged")


def test_a_park_that_nobody_sees_is_judged_too(
    empty_window: Any, monkeypatch: pytest.MonkeyPatch, sample_park: Any
) -> None:
    from dataclasses import replace

    window = empty_window
    window.desk._unseen.setInterval(50)
    monkeypatch.setattr(type(window.desk), "seen", lambda desk, seconds=0.0: None)
    window.desk._take(replace(sample_park, judgement=None))
    until(lambda: window.desk.park.standing == "judged", "judged")
