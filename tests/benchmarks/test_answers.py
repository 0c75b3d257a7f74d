"""A wait is counted by the moments at which somebody may click, not by the turns of the window."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.bench_answers import waits_s


def test_one_long_pause_counts_for_all_moments_in_it() -> None:
    pauses_s = np.array([0.001] * 100 + [1.0])
    assert waits_s(pauses_s, 2.0, 0.05) == pytest.approx(0.9, abs=0.01), "a tenth waits longer"


def test_pauses_too_short_to_matter_are_no_wait() -> None:
    assert waits_s(np.array([0.03, 0.03]), 10.0, 0.05) < 1e-6
