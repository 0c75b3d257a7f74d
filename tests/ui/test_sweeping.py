"""A timer in a cycle is deleted where it belongs, however much another thread allocates."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from gis_app.ui.sweeping import Sweeping


@pytest.fixture
def collecting() -> Iterator[None]:
    was = gc.isenabled()
    yield
    if was:
        gc.enable()


def test_garbage_is_deleted_in_the_main_thread(qapp: QApplication, collecting: None) -> None:
    deleted_in: list[threading.Thread] = []

    class Held(QTimer):
        def __del__(self) -> None:
            deleted_in.append(threading.current_thread())

    owner = QObject()
    sweeping = Sweeping(owner)
    assert not gc.isenabled()
    held = Held()
    held.start(10_000)
    held.itself = held  # type: ignore[attr-defined]  # a cycle: only a look for garbage ends it
    del held

    def allocate() -> None:
        kept = [[number] for number in range(200_000)]
        assert len(kept) == 200_000

    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert not deleted_in
    kept = [[number] for number in range(gc.get_threshold()[0] + 10)]
    sweeping.sweep()
    assert kept and deleted_in == [threading.main_thread()]
