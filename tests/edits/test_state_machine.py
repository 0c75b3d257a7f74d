"""Any course of edits, undone, redone, reopened and cut off: 2 000 of 50 steps in twenty parts (long)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.edits.editing import Editing

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_any_course_of_edits() -> None:
    run_state_machine_as_test(
        Editing,
        settings=settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=SLOW),
    )


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(20))
def test_a_hundred_courses(part: int) -> None:
    """Each part has a seed of its own, so that one that was broken off is run again alone."""
    run_state_machine_as_test(
        seed(part)(Editing),
        settings=settings(
            max_examples=100,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=SLOW,
        ),
    )
