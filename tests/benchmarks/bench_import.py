"""A layer of 100 000 parcels imported as a step, beside the same rows in the same tables without a journal.

Without: a GeoPackage of the same schema with its index and triggers, no digests, no record of the step.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gis_app.edits.import_layers import import_layers
from gis_app.model import Layer, Project
from gis_app.project_file import ProjectFile, feature_table, geopackage
from gis_app.project_file.connection import connect, journal_mode, transaction
from gis_app.project_file.feature_table import LayerRecord
from tests.benchmarks.bench_edit import LAYER, park
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import Figure

PARCELS, COLUMNS = 100_000, 12
TIMES, LIMIT = 3, 1.3


def figures() -> Iterator[Figure]:
    """Both in turn, so that both see the same machine; from the layer in memory to COMMIT."""
    project = park(geometry(PARCELS), COLUMNS)
    layer = project.layers[LAYER]
    imported, plain = [], []
    for _ in range(TIMES):
        imported.append(_timed(lambda path: _imported(path, project, layer)))
        plain.append(_timed(lambda path: _plain(path, project, layer)))
    taken_s, beside_s = statistics.median(imported), statistics.median(plain)
    name = f"import of {PARCELS} parcels, {COLUMNS} columns, with journal"
    yield Figure(name, taken_s, "the file without journal", taken_s / beside_s, LIMIT)


def _timed(work: Callable[[Path], float]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return work(Path(folder) / "p.gpkg")


def _imported(path: Path, project: Project, layer: Layer) -> float:
    empty = Project(project.crs)
    with ProjectFile.create(path, empty, actor="bench") as stored:
        step = import_layers(empty, [layer])
        began_s = time.perf_counter()
        stored.commit(step, actor="bench")
        return time.perf_counter() - began_s


def _plain(path: Path, project: Project, layer: Layer) -> float:
    connection = connect(path, create=True)
    try:
        journal_mode(connection, "wal")
        with transaction(connection):
            geopackage.create_tables(connection)
            srs = geopackage.srs_of(project.crs)
            geopackage.put_srs(connection, srs)
        began_s = time.perf_counter()
        with transaction(connection):
            record = LayerRecord.of(layer)
            feature_table.create(connection, record, srs.srs_id, *feature_table.dimensions(layer.geometry))
            feature_table.fill(connection, record, layer.frame, srs.srs_id)
        return time.perf_counter() - began_s
    finally:
        connection.close()
