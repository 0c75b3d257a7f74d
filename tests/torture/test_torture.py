"""Short versions of the torture; ``make torture`` runs the long ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.torture import baseline, courses, killing, points, power

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.mark.timeout(120)
def test_ten_kills(tmp_path: Path) -> None:
    found = killing.run(10, 20261122, tmp_path)
    assert found.kills == 10 and found.acknowledged > 20
    assert found.inside >= 4
    assert found.failures == 0, found.as_json()


@pytest.mark.timeout(120)
def test_five_courses_killed() -> None:
    found = courses.run(5, 20261201)
    assert found.kills == 5 and found.inside >= 2 and found.acknowledged > 20
    assert found.failures == 0, found.as_json()


def test_power_cuts(tmp_path: Path) -> None:
    figures = {}
    for level, count in ((power.FULL, 80), (power.NORMAL, 15), (power.OFF, 15)):
        (tmp_path / level).mkdir()
        figures[level] = power.cuts(count, level, 5, tmp_path / level)
    assert figures[power.FULL] == {"whole": 80, "lost": 0, "damaged": 0}
    for weaker in (power.NORMAL, power.OFF):
        assert figures[weaker]["lost"] + figures[weaker]["damaged"] > 0, "the harness proves nothing"


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_direct_to_file_loses(tmp_path: Path) -> None:
    assert baseline.destroyed(20, 1) > 0, "the harness proves nothing"


@needs_strace
@pytest.mark.timeout(120)
def test_a_few_points_of_an_edit(tmp_path: Path) -> None:
    found = points.run(tmp_path, 40, export=False)
    assert sum(found.points.values()) >= 3 and found.wrong == []


@needs_strace
@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("export", [False, True])
def test_many_points(tmp_path: Path, export: bool) -> None:
    found = points.run(tmp_path, 10, export=export)
    assert sum(found.points.values()) >= 15 and found.wrong == []
    assert found.recovery_s < 5
