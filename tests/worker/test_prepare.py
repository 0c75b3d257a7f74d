"""Children started ahead: the next crew works with them, and ends them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gis_app import worker
from gis_app.formats.ahead import LEAN, READER
from gis_app.worker import Crew, Job
from gis_app.worker.crew import _spares


@pytest.fixture(autouse=True)
def none_left() -> None:
    """End the children that another test prepared: a crew takes over every one there is."""
    with Crew():
        pass


def test_the_next_crew_takes_over_what_was_prepared_and_ends_it(tmp_path: Path) -> None:
    place = tmp_path / "other.gpkg"
    with closing(sqlite3.connect(place)) as database:
        database.execute("CREATE TABLE things (id INTEGER)")
    worker.prepare(READER, "get_ready", 1, LEAN)
    child = _spares[0]
    with Crew() as crew:
        assert not _spares
        crew.run(Job(READER, "is_project", {"path": str(place)}, keep_out=LEAN))
        assert crew._idle == [child]
    assert child.process.poll() is not None


def test_a_prepared_child_that_nobody_takes_over_is_not_started_twice() -> None:
    worker.prepare(READER, "get_ready", 1, LEAN)
    worker.prepare(READER, "get_ready", 1, LEAN)
    assert len(_spares) == 1
    with Crew():
        pass
    assert not _spares
