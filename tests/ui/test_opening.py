"""What a park is shown with before it is judged, and what is imported for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import Point

from gis_app.model import Columns
from gis_app.model.table import Table

ROOT = Path(__file__).parents[2]
LATER = ("pandas", "geopandas", "jsonschema", "psutil", "gis_app.rules", "gis_app.project_file")
OPENS = f"""
import json, sys
from gis_app.session.sample import folder
from gis_app.ui.layer_groups import SHOWN
from gis_app.session.find import name_of
from gis_app.ui.park import open_park, under
park = open_park(folder() / "2026-11", "zh", lambda message: None, kinds=SHOWN)
layer = park.project.of_type("supply_parcel")
place = layer.geometry[0].representative_point()
found = under(park, list(park.scene), place.x, place.y, 5.0)
assert (layer.id, int(layer.fids[0])) in found and name_of(layer, int(layer.fids[0]))
assert park.standing == "pending" and len(park.scene) > 10
print(json.dumps([name for name in {LATER!r} if name in sys.modules]))
"""


def test_a_map_and_a_click_need_nothing_that_judges_or_stores(tmp_path: Path) -> None:
    own = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PARKPLAN_HOME": str(tmp_path)}
    said = subprocess.check_output([sys.executable, "-c", OPENS], cwd=ROOT, env=own, text=True)
    assert json.loads(said.splitlines()[-1]) == []


def test_readers_are_started_before_qt_is_imported() -> None:
    code = (
        "import sys\n"
        "from gis_app.session.ahead import start_readers\n"
        "from gis_app.worker import crew\n"
        "from pathlib import Path\n"
        "start_readers(Path('park.gpkg'))\n"
        "assert not crew._spares\n"
        "start_readers(Path('park'))\n"
        "assert crew._spares\n"
        "print([name for name in ('PySide6', 'numpy', 'shapely') if name in sys.modules])\n"
        "with crew.Crew(): pass\n"
    )
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "[]"


GRID = CRS.from_epsg(4546)


def columns() -> Columns:
    values = {
        "name": np.array(["a", None, "c"], dtype=object),
        "floors": np.array([1.0, np.nan, 3.0]),
        "flag": np.array([True, False, True]),
        "odd": np.array([float("nan"), 2, "x"], dtype=object),
    }
    points = np.array([Point(0, 0), Point(1, 1), None], dtype=object)
    return Columns(np.array([3, 5, 9]), values, points, GRID)


def test_columns_answer_as_their_frame_does() -> None:
    read, framed = Table(columns()), Table(columns().frame())
    assert list(read.columns) == list(framed.columns) and len(read) == len(framed) == 3
    assert read.spatial and read.fids.tolist() == framed.fids.tolist()
    for name in framed.columns:
        for fids in (None, [9, 3]):
            one, other = read.column(name, fids), framed.column(name, fids)
            assert one.dtype == other.dtype and repr(one.tolist()) == repr(other.tolist()), name
    assert read.has([3, 4]).tolist() == [True, False]
    assert read.near((0.5, 0.5, 2, 2)).tolist() == framed.near((0.5, 0.5, 2, 2)).tolist() == [5]
    with pytest.raises(KeyError):
        read.column("name", [4])
    with pytest.raises(KeyError):
        read.column("nothing")


def test_columns_take_changes_as_their_frame_does() -> None:
    read, framed = Table(columns()), Table(columns().frame())
    for table in (read, framed):
        table.write(("name",), {5: {"name": "b"}})
        table.drop([3])
        table.add({12: {"name": "d", "floors": 7.0, "flag": True, "odd": None, "geometry": Point(4, 4)}})
        table.add_columns({"height": "float64"})
    assert read.fids.tolist() == framed.fids.tolist() == [5, 9, 12]
    for name in framed.columns:
        assert repr(read.column(name).tolist()) == repr(framed.column(name).tolist()), name
    pd.testing.assert_frame_equal(pd.DataFrame(read.frame), pd.DataFrame(framed.frame))


def test_a_branch_of_columns_keeps_what_it_started_from() -> None:
    table = Table(columns())
    branch = table.branch()
    branch.write(("name",), {3: {"name": "z"}})
    assert table.column("name").tolist() == ["a", None, "c"]
    assert branch.column("name").tolist() == ["z", None, "c"]
