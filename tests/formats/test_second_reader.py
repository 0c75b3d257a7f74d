"""The second reader takes over where the first one refuses, says so, and gives the same."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import apsw
import numpy as np
import pytest
import shapely

from gis_app.formats import drivers, read, write
from gis_app.formats.compare import canonical
from tests.formats.made import squares, table

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = {
    "名称": ["甲", None, "丙"],
    "数": [1, None, 3],
    "面积": [0.5, 1e300, None],
    "日期": [date(2026, 11, 30), None, date(1999, 1, 1)],
    "是": [True, False, None],
}
TYPES = {"名称": "text", "数": "integer", "面积": "number", "日期": "date", "是": "boolean"}


def _refuse_first(monkeypatch):
    second = drivers.read_layer

    def only_second(path, layer, reader, *, attributes=True):
        if reader == "pyogrio":
            raise drivers.Unopened("refused")
        return second(path, layer, reader, attributes=attributes)

    monkeypatch.setattr(drivers, "read_layer", only_second)


@pytest.mark.parametrize("extension", [".shp", ".gpkg"])
def test_both_readers_give_the_same(tmp_path, monkeypatch, extension):
    path = tmp_path / f"a{extension}"
    write(path, table(COLUMNS, TYPES, squares(3)), workers=0)
    (first,) = read(path, workers=0)
    _refuse_first(monkeypatch)
    (second,) = read(path, workers=0)
    assert (first.reader, second.reader) == ("pyogrio", "fiona")
    assert first.types == second.types
    for name, values in first.columns.items():
        np.testing.assert_array_equal(values, second.columns[name])
    assert all(shapely.equals_exact(canonical(first.geometry), canonical(second.geometry), 0))
    assert first.source_ids.tolist() == second.source_ids.tolist()


def test_a_layer_of_any_geometry_with_heights(tmp_path):
    path = tmp_path / "a.gpkg"
    shapes = [shapely.Point(1, 2), shapely.box(0, 0, 1, 1)]
    write(path, table({"n": [1, 2]}, {"n": "integer"}, shapes), workers=0)
    connection = apsw.Connection(str(path))
    connection.execute("update gpkg_geometry_columns set z = 1, geometry_type_name = 'GEOMETRY'")
    connection.close()
    (found,) = read(path)
    assert found.columns["n"].tolist() == [1, 2]
    assert found.geometry_type == "Mixed"


def test_a_reader_process_says_nothing_on_its_own(tmp_path):
    path = tmp_path / "a.shp"
    write(path, table(COLUMNS, TYPES, squares(3)), workers=0)
    code = (
        "import sys; from pathlib import Path; from gis_app.formats import drivers\n"
        "print(len(drivers.read_layer(Path(sys.argv[1]), None, sys.argv[2]).fids))"
    )
    for reader in ("pyogrio", "fiona"):
        done = subprocess.run(
            [sys.executable, "-c", code, path, reader], cwd=ROOT, capture_output=True, check=True
        )
        assert (done.stdout.strip(), done.stderr) == (b"3", b"")
