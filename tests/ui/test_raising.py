"""Whatever of the window raises: one dialog, one record in the log, nothing changed, and the window goes on.

The lists are made by inspection (``tests.ui.raising``): every slot that is connected to a signal of the open
window, and every method that Qt calls in the place of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from gis_app.ui.reporter import log_folder
from tests.ui.driving import CANNOT_BE_DRIVEN, drive, first, lazy_parts, put_away
from tests.ui.raising import TEXT, functions, quiet, raising, signals, virtuals
from tests.ui.screens import settle, until


@pytest.fixture
def parts(reporting: Any, tmp_path: Path) -> Iterator[dict[type, QObject]]:
    """What the window makes only when it is asked for."""
    open_everything(reporting)
    made = lazy_parts(reporting, tmp_path)
    yield made
    put_away(made)


def records() -> str:
    path = log_folder() / "parkplan.log"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def state(window: Any) -> tuple[object, ...]:
    desk = window.desk
    session = desk.park.session
    return (
        desk.park, desk.proposal, desk.finding, tuple(desk.features), desk.layer,
        None if session is None else [step.seq for step in session.history.steps],
        [(id, len(layer), layer.fids.tolist()) for id, layer in desk.park.project.layers.items()],
    )  # fmt: skip


def told_once(window: Any, before: tuple[object, ...], errors: int) -> str:
    """What is wrong with how one fault was told, empty where nothing is."""
    QApplication.processEvents()
    reporter = window.reporter
    shown = [one for one in window.findChildren(QDialog) if one.isVisible() and one is reporter.dialog]
    count = records().count(" ERROR ") - errors
    wrong = ""
    if len(shown) != 1 or TEXT not in shown[0].details:
        wrong = f"{len(shown)} dialogs"
    elif count != 1:
        wrong = f"{count} records"
    elif state(window) != before:
        wrong = "the state is another"
    for dialog in shown:
        dialog.close()
    reporter._faults.clear()  # the next one is a fault of its own, whatever it has in common with this one
    QApplication.processEvents()
    return wrong


def open_everything(window: Any) -> None:
    """Show every list, panel and form that the window has."""
    for task in ("data", "edit", "check", "review", "print"):
        window.show_task(task)
        QApplication.processEvents()
    for name in ("attributes", "findings"):
        window.show_list(name)
        QApplication.processEvents()
    window.desk.choose_layer("supply_parcel")
    ground = window.desk.park.project.layers["supply_parcel"].geometry[0].representative_point()
    window.map.canvas.clicked.emit(ground.x, ground.y)
    window.show_help()
    window.show_palette()
    window.palette_.close_palette()
    settle(0.5)


def emit(owner: QObject, name: str, given: tuple[Any, ...]) -> None:
    try:
        getattr(owner, name).emit(*given)
    except TypeError:  # of a signal with two forms Qt's binding takes the shorter one
        with suppress(TypeError):  # a default argument that the binding does not know
            getattr(owner, name).emit()


def close_popup() -> None:
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_slot_raises_once(reporting: Any) -> None:
    window = reporting
    open_everything(window)
    closing = QTimer(window, interval=50)  # a button that is told it was pressed shows its menu, and waits
    closing.timeout.connect(close_popup)
    closing.start()
    window.hide()  # nothing is painted while half of the window says nothing
    everything, reached = functions(), {}
    until(lambda: not window.desk.workers.jobs, "work")
    for owner, name, given in list(signals(window)):
        with quiet(everything) as said:
            emit(owner, name, given)
        for slot in said:
            reached.setdefault(slot, (owner, name, given))
    window.show()
    QApplication.processEvents()
    slots = {slot: everything[slot] for slot in reached}
    assert len(slots) > 150
    wrong, missed = [], []
    for slot, (owner, name, given) in reached.items():
        if not shiboken6.isValid(owner):
            continue
        before, errors = state(window), records().count(" ERROR ")
        others = {other: function for other, function in slots.items() if other != slot}
        with raising(slots[slot]) as raised, quiet(others):
            emit(owner, name, given)
        if not raised:  # it was not the signal: a timer ran out meanwhile
            missed.append(f"{slot.partition('#')[0]} by {type(owner).__name__}.{name}")
        elif fault := told_once(window, before, errors):
            wrong.append(f"{slot.partition('#')[0]} by {type(owner).__name__}.{name}: {fault}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(slots)}", *wrong])
    assert len(missed) <= 6, missed
    assert window.isVisible()


@pytest.mark.timeout(600)
def test_every_overridden_method_raises(reporting: Any, parts: dict[type, QObject]) -> None:
    window = reporting
    wrong, untold = [], []
    for kind, name in virtuals():
        function: FunctionType = vars(kind)[name]
        one = parts.get(kind) or first(window, kind, function)
        before, errors = state(window), records().count(" ERROR ")
        with raising(function):
            QTimer.singleShot(0, lambda one=one, name=name: drive(window, one, name))
            settle(0.02)
            is_told = records().count(" ERROR ") > errors
        if not is_told:
            untold.append(f"{kind.__name__}.{name}")
        elif fault := told_once(window, before, errors):
            wrong.append(f"{kind.__name__}.{name}: {fault}")
    assert not wrong, "\n".join(wrong)
    assert sorted(untold) == sorted(CANNOT_BE_DRIVEN)
    assert window.isVisible()


def test_a_fault_with_every_picture_is_told_once(reporting: Any) -> None:
    window = reporting
    errors = records().count(" ERROR ")
    part = window.map.scale
    with raising(type(part).paintEvent):
        for _ in range(50):
            part.update()
            QApplication.processEvents()
        window.reporter.dialog.close()
        for _ in range(50):
            part.update()
            QApplication.processEvents()
    assert records().count(" ERROR ") == errors + 1
    assert "64 times" in records() and not window.reporter.dialog.isVisible()
    part.repaint()  # and it paints again


def test_a_thread_that_draws_tells_what_it_could_not(reporting: Any) -> None:
    errors = records().count(" ERROR ")
    log = logging.getLogger("gis_app.render.drawers")
    for _ in range(3):
        try:
            raise ValueError(TEXT)
        except ValueError:
            log.exception("a picture could not be drawn")
    QApplication.processEvents()
    assert records().count(" ERROR ") == errors + 1 and reporting.reporter.dialog.isVisible()
    log.warning("a small matter")
    assert "a small matter" in records() and records().count(" ERROR ") == errors + 1
