"""A running sketch survives the program's end and goes with its step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile
from tests.project_file.park import CATALOGUE, new, parcels, reopened, step

ROOT = Path(__file__).parents[2]
SKETCHER = """
import os, signal, sys
from pathlib import Path
import shapely
from gis_app.project_file import ProjectFile
from tests.project_file.park import CATALOGUE
file = ProjectFile.open(Path(sys.argv[1]), catalogue=CATALOGUE)
for n in range(2, 40):
    line = shapely.LineString([(i, i * i) for i in range(n)])
    file.drafts.put("draw", {"tool": "draw_feature", "geometry": line})
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_sketch_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    run = subprocess.run([sys.executable, "-c", SKETCHER, str(path)], cwd=ROOT, check=False)
    assert run.returncode == -9
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        (draft,) = file.drafts.all()
        assert (draft.id, draft.body["tool"]) == ("draw", "draw_feature") and draft.saved_at
        assert shapely.get_num_points(draft.body["geometry"]) == 39
        assert file.verify() == [] and file.findings == []


def test_a_sketch_becomes_a_step_in_one_moment(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        file.drafts.put("draw", {"geometry": shapely.Point(1, 2)})
        file.drafts.put("other", {"n": 1})
        stale = step(Record("supply_parcel", 1, {"count": 77}, {"count": 9}))
        with pytest.raises(Refused):
            file.commit(stale, actor="a", draft_id="draw")
        assert [draft.id for draft in file.drafts.all()] == ["draw", "other"]
        file.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="a", draft_id="draw")
        file = reopened(file)
        assert [draft.id for draft in file.drafts.all()] == ["other"]
        file.drafts.drop("other")
        file.drafts.drop("other")
        assert file.drafts.all() == [] and file.verify() == []
        file.close()


def test_a_reader_leaves_sketches_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path, parcels()) as file:
        file.drafts.put("draw", {"n": 1})
    with ProjectFile.open(path, catalogue=CATALOGUE, read_only=True) as reader:
        assert len(reader.drafts.all()) == 1
        with pytest.raises(Refused, match="read-only"):
            reader.drafts.drop("draw")
