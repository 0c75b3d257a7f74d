"""Errors reach one reporter: every action raises once, threads, finalisers and Qt too."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import qCritical, qWarning
from PySide6.QtWidgets import QApplication, QDialog

from gis_app.language import Message, Refused
from gis_app.ui.actions import TABLE
from gis_app.ui.reporter import log_folder
from tests.ui.screens import until


def records() -> list[str]:
    path = log_folder() / "parkplan.log"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line for line in text.splitlines() if " ERROR " in line]


def state(window: Any) -> tuple[object, ...]:
    desk = window.desk
    return (
        desk.park, desk.proposal, desk.finding, tuple(desk.features), desk.layer, window.look.language,
        window.look.theme, tuple(window.tree.visible_ids()), window.map.canvas.view,
    )  # fmt: skip


def dialogs(window: Any) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


@pytest.mark.parametrize("action", [action.id for action in TABLE])
def test_every_action_raises_once(reporting: Any, action: str) -> None:
    window = reporting

    def broken(_window: object) -> None:
        raise ZeroDivisionError(f"in {action}")

    window.actions_.handlers[action] = broken
    before = state(window)
    window.actions_.qt[action].setEnabled(True)
    window.actions_.qt[action].trigger()
    until(lambda: window.reporter.dialog is not None, "dialog")
    assert state(window) == before
    [dialog] = dialogs(window)
    assert (
        f"in {action}" in dialog.details
        and window.look.text(f"action_{action}") in dialog.findChildren(type(dialog.where))[0].text()
    )
    [record] = records()
    assert window.look.text(f"action_{action}") in record
    dialog.close()
    QApplication.processEvents()
    assert dialogs(window) == []


def test_a_refusal_is_a_sentence_and_no_error(reporting: Any) -> None:
    window = reporting

    def refuse(_window: object) -> None:
        raise Refused(Message("ui.facts_need_project"))

    window.actions_.handlers["facts"] = refuse
    window.actions_.run("facts")
    QApplication.processEvents()
    assert window.map.notice.isVisible() and dialogs(window) == [] and records() == []


def test_a_thread_that_raises_is_reported_in_the_main_thread(reporting: Any) -> None:
    window = reporting
    before = threading.Thread(target=lambda: 1 / 0)
    before.start()
    before.join()
    until(lambda: bool(dialogs(window)), "dialog")
    assert len(records()) == 1 and "ZeroDivisionError" in window.reporter.dialog.details


def test_work_that_raises_is_reported_and_the_park_stays(reporting: Any, idle: Any) -> None:
    window, park = reporting, reporting.desk.park

    def work(job: object) -> None:
        raise LookupError("broken work")

    window.desk._start(work, lambda result: None)
    idle(window)
    until(lambda: bool(dialogs(window)), "dialog")
    assert len(records()) == 1 and window.desk.park is park and window.desk.job is None


def test_a_slot_and_a_finaliser_are_reported_in_one_dialog(reporting: Any) -> None:
    window = reporting

    class Broken:
        def __del__(self) -> None:
            raise ValueError("in finaliser")

    window.desk.noticed.connect(lambda *_given: 1 / 0)
    window.desk.noticed.emit("pass", Message("ui.working"))
    made = Broken()
    del made
    gc.collect()
    until(lambda: bool(dialogs(window)), "dialog")
    until(lambda: "in finaliser" in window.reporter.dialog.details, "second error")
    assert len(records()) == 2 and len(dialogs(window)) == 1


def test_qt_says_what_is_grave_and_logs_the_rest(reporting: Any) -> None:
    window = reporting
    qWarning("a small matter")
    QApplication.processEvents()
    assert dialogs(window) == []
    qCritical("a grave matter")
    until(lambda: bool(dialogs(window)), "dialog")
    log = (log_folder() / "parkplan.log").read_text(encoding="utf-8")
    assert "a small matter" in log and len(records()) == 1


def test_a_crash_is_written_to_a_file(reporting: Any) -> None:
    import faulthandler

    assert faulthandler.is_enabled() and (log_folder() / "crash.txt").exists()
    assert Path(reporting.reporter._crash_file.name).parent == log_folder()
