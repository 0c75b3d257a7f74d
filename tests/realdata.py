"""Where the shared real data sets are, how tests skip without them, and second ways to the numbers."""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
REALDATA = ROOT.parent / "shared" / "realdata"

needs_realdata = pytest.mark.skipif(
    not REALDATA.is_dir(), reason="the real data sets are not at ../shared/realdata"
)


def listing() -> dict[str, tuple[str, int, int]]:
    """SHA-256, size and modification time (ns) of every file of the real data sets, by relative path."""
    found = {}
    for path in sorted(REALDATA.rglob("*")):
        if path.is_file():
            status = path.stat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[path.relative_to(REALDATA).as_posix()] = (digest, status.st_size, status.st_mtime_ns)
    return found


def parkplan(*arguments: object, allowed: tuple[int, ...] = (0, 1, 3)) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would; a code not allowed fails the test with what was printed."""
    call = "import sys; from gis_app.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", call, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode in allowed, f"exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done


def printed(*arguments: object) -> dict[str, Any]:
    """What the command prints as JSON."""
    return json.loads(parkplan(*arguments, "--format", "json").stdout)


def rules_of(check: str) -> set[str]:
    """Ids of the rules that use a check, from the rule sets as shipped."""
    documents = (tomllib.loads(p.read_text("utf-8")) for p in (ROOT / "layers" / "rules").glob("*.toml"))
    rules = [rule for document in documents for rule in document.get("rule", [])]
    return {rule["id"] for rule in rules if rule["check"] == check}


def failing(report: dict[str, Any], check: str) -> list[dict[str, Any]]:
    """The findings that fail under the rules of a check."""
    rules = rules_of(check)
    assert rules, f"no rule set uses {check}"
    return [f for f in report["findings"] if f["rule"] in rules and f["state"] == "fail"]


def shared_areas(shapes: NDArray[Any], limit_m2: float) -> dict[frozenset[int], float]:
    """Area of each pair of shapes (by position) that share more than a limit, computed pair by pair."""
    first, second = shapely.STRtree(shapes).query(shapes)
    first, second = first[first < second], second[first < second]
    areas = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    return {
        frozenset((int(a), int(b))): float(area)
        for a, b, area in zip(first, second, areas, strict=True)
        if area > limit_m2
    }


def placed(shapes: NDArray[Any], source_epsg: int, epsg: int) -> NDArray[Any]:
    """Shapes taken from one reference system to another."""
    change = pyproj.Transformer.from_crs(source_epsg, epsg, always_xy=True)
    return shapely.transform(shapes, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


def shapes_of(path: Path) -> NDArray[Any]:
    """Geometries of a file as pyogrio gives them, in the order of the source."""
    return shapely.from_wkb(pyogrio.raw.read(path)[2])
