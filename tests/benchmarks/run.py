"""Run every benchmark, or those named: ``python -m tests.benchmarks.run [NAME…]``; 1 where a limit broke."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure, calibration_s


def names(asked: list[str]) -> list[str]:
    """Name the benchmark modules that were asked for, all when none was."""
    files = Path(__file__).parent.glob("bench_*.py")
    there = sorted(path.stem.removeprefix("bench_") for path in files)
    if unknown := sorted(set(asked) - set(there)):
        raise SystemExit(f"no benchmark {', '.join(unknown)}; there are {', '.join(there)}")
    return asked or there


def line(figure: Figure, machine_s: float) -> str:
    """Give one figure as a line, the calibration beside it."""
    limit = (
        "" if figure.limit is None else f" (limit {figure.limit:g}: {'kept' if figure.kept else 'EXCEEDED'})"
    )
    seconds = f"{figure.seconds:9.4f} s  calibration {machine_s:.4f} s"
    return f"{seconds}  {figure.ratio:8.2f} × {figure.versus}{limit}  {figure.name}"


def main() -> int:
    """Print the figures as they come."""
    kept = True
    for name in names(sys.argv[1:]):
        module = importlib.import_module(f"tests.benchmarks.bench_{name}")
        machine_s = calibration_s()
        for figure in module.figures():
            print(line(figure, machine_s), flush=True)
            kept = kept and figure.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
