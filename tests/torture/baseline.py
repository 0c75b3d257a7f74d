"""What the same kills do to a plain ``to_file`` over the set: the harness must be able to lose something.

``python -m tests.torture.baseline [KILLS]`` prints the figures as JSON.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gis_app import formats
from gis_app.language import Refused

ROWS = 2000
CHILD = """
import sys
import geopandas, numpy, shapely
x = numpy.arange(2000.0)
rows = {"n": numpy.arange(2000), "state": "old"}
frame = geopandas.GeoDataFrame(rows, geometry=shapely.box(x, 0, x + 1, 1), crs=4546)
frame.to_file(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
frame["state"] = "new"
frame.to_file(sys.argv[1])
"""


def destroyed(kills: int, seed: int) -> int:
    """How many of so many kills within the second writing left neither the old set nor the new one."""
    chance, count = random.Random(seed), 0
    for _ in range(kills):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "set.shp"
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD, str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert child.stdin is not None and child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            child.stdin.write("\n")
            child.stdin.flush()
            time.sleep(chance.uniform(0.0, 0.03))
            child.kill()
            child.communicate()
            count += not _is_whole(path)
    return count


def _is_whole(path: Path) -> bool:
    try:
        (table,) = formats.read(path, workers=0)
    except Refused:
        return False
    return len(table) == ROWS and len(set(table.columns["state"].tolist())) == 1


def main(arguments: list[str]) -> int:
    """Print the figures; 1 where nothing was lost, which would prove nothing."""
    kills = int(arguments[0]) if arguments else 20
    lost = destroyed(kills, 1)
    print(json.dumps({"a direct to_file": {"kills": kills, "sets destroyed": lost}}, indent=1))
    return int(lost == 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
