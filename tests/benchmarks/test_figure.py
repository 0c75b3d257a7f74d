"""The runner says what was measured, and whether the promise was kept."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench_start import loaded
from tests.benchmarks.figure import REFERENCE_S, Figure, within
from tests.benchmarks.run import line, names


def test_a_figure_knows_whether_its_promise_was_kept() -> None:
    assert Figure("a", 1.0, "b", 4.0, 4.0).kept and Figure("a", 1.0, "b", 400.0).kept
    slow = Figure("a", 1.0, "b", 4.1, 4.0)
    assert not slow.kept
    said = line(slow, 0.2)
    assert "EXCEEDED" in said and "calibration 0.2000 s" in said and "4.10 × b" in said


def test_a_limit_scales_with_the_machine() -> None:
    figure = within("nothing", lambda: None, limit_s=REFERENCE_S, times=3)
    assert figure.kept and figure.limit == 1.0 and figure.versus == "calibration"


def test_an_unknown_benchmark_is_refused() -> None:
    assert "start" in names([]) and names(["start"]) == ["start"]
    with pytest.raises(SystemExit, match="no benchmark nothing"):
        names(["nothing"])


def test_what_is_imported_is_seen() -> None:
    assert "argparse" in loaded("import argparse") and "numpy" in loaded("import numpy")
    assert "numpy" not in loaded("import argparse")
