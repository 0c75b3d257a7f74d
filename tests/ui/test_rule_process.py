"""The window has its rules judged in a process, which comes after the first picture and goes with it."""

from __future__ import annotations

from typing import Any

import psutil

from gis_app.session.sample import folder
from tests.ui.screens import until


def test_the_window_judges_in_a_process_and_leaves_none_behind(empty_window: Any, sample_park: Any) -> None:
    desk = empty_window.desk
    desk.judges_here = False
    when_shown: list[Any] = []
    desk.opened.connect(lambda: when_shown.append(desk._rules))
    desk.open(folder() / "2026-11")
    until(lambda: desk.park is not None and desk.park.standing == "judged", "judged")
    assert when_shown == [None], "nothing is started before the first picture"
    pid = desk._rules.pid
    assert pid is not None and psutil.pid_exists(pid)
    assert desk.park.judgement.check == sample_park.judgement.check
    assert desk.park.judgement.review == sample_park.judgement.review
    assert desk.park.due == sample_park.due
    empty_window.close()
    assert not psutil.pid_exists(pid)
    assert not [child for child in psutil.Process().children() if "rule_child" in " ".join(child.cmdline())]


def test_closing_while_the_process_judges_waits_for_nothing(empty_window: Any) -> None:
    desk = empty_window.desk
    desk.judges_here = False
    desk.open(folder() / "2026-11")
    until(lambda: desk._rules is not None and desk._rules.pid is not None, "the process")
    pid, thread = desk._rules.pid, desk._judging.thread_
    empty_window.close()
    assert not psutil.pid_exists(pid) and not thread.is_alive()
    assert empty_window.reporter.dialog is None
