"""How long a folder takes to become a judged park.

Beside what reading its files alone takes with geopandas.
"""

from __future__ import annotations

from pathlib import Path

import geopandas

from gis_app.formats import Request, read_many
from gis_app.session.office import load_catalogue
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.outcome import checked, reviewed
from gis_app.session.settings import Settings
from tests.benchmarks.figure import Figure, median_s

SAMPLE = Path(__file__).resolve().parents[2] / "sample_shapefiles" / "demo_park" / "2026-11"
TIMES = 3


def figures() -> list[Figure]:
    """Measure reading, opening, reviewing and checking the sample park."""
    files = sorted(path for path in SAMPLE.iterdir() if path.suffix in (".shp", ".geojson"))
    peer = "geopandas.read_file of the same files"
    peer_s = median_s(lambda: [geopandas.read_file(path) for path in files], TIMES)
    catalogue = load_catalogue(Settings())
    park = open_path(SAMPLE, Options(), catalogue)
    works = {
        f"read {len(files)} files in reader processes": lambda: read_many([Request(path) for path in files]),
        "open the sample park": lambda: open_path(SAMPLE, Options(), catalogue),
        "review five proposals": lambda: reviewed(park, catalogue),
        "check the sample park": lambda: checked(park, catalogue),
    }
    measured = {name: median_s(work, TIMES) for name, work in works.items()}
    return [Figure(name, seconds, peer, seconds / peer_s) for name, seconds in measured.items()]
