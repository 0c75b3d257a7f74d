"""Running the command in this process, and small parks to run it on."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_app.cli import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_shapefiles" / "demo_park" / "2026-11"
EARLIER = ROOT / "sample_shapefiles" / "demo_park" / "2026-10"
FAULTY = ROOT / "sample_shapefiles" / "faulty"
GRID = 4546
X, Y = 510_000.0, 3_078_000.0  # a place in that grid


@dataclass(frozen=True)
class Ran:
    """What one call of the command gave."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The result as JSON, which has no NaN and no infinity."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        return json.loads(self.out, parse_constant=refuse)


def parkplan(*arguments: object) -> Ran:
    """Run the command as typed; files are read in this process where nothing else is asked for."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as end:  # the grammar's own way of refusing
            code = int(end.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def here(command: str, *arguments: object) -> Ran:
    """Run a command that reads files, without reader processes."""
    return parkplan(command, *arguments, "--workers", 0)


def square(x: float, y: float, side: float = 100.0) -> dict[str, Any]:
    """A square with its lower left corner at (X + x, Y + y)."""
    x, y = X + x, Y + y
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(
    path: Path, features: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], crs: int | None = GRID
) -> Path:
    """Write features given as (geometry, properties)."""
    rows = [{"type": "Feature", "geometry": g, "properties": p} for g, p in features]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": rows}
    if crs is not None:
        document["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, str]:
    """Everything in a folder, files with their digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "/"
        for path in sorted(folder.rglob("*"))
    }


def states(result: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What a result says, without where it was read from: to hold a folder against the project made of it."""
    lists = [result.get("findings", []), *(p["findings"] for p in result.get("proposals", []))]
    return sorted(
        (f["rule"], f["proposal"] or "", f["layer"] or "", f["state"], f["measured"], tuple(f["source_ids"]))
        for findings in lists
        for f in findings
    )
