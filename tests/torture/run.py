"""All of it: ``make torture``; ends in 1 where anything was lost, or where a harness could lose nothing."""

from __future__ import annotations

import shutil
import sys

from tests.torture import baseline, courses, killing, points, power, slow_disk


def main() -> int:
    """Print the figures of each part as JSON."""
    wrong = [killing.main(["200", "1"]), courses.main(["200", "1"])]
    wrong += [power.main(["10000"]), baseline.main(["20"])]
    if shutil.which("strace") is None:
        print("strace is not installed: the program is not ended at every single call", file=sys.stderr)
    else:
        wrong += [slow_disk.main(), points.main([])]
    return int(any(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
