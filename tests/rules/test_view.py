"""What the rules say of a step that is not made yet is what they say after it."""

from __future__ import annotations

from typing import Any

from gis_app.catalogue import load
from gis_app.edits.registry import EDITS
from gis_app.model import Project, View
from gis_app.rules.engine import judge_project
from gis_app.session.columns import SOURCE_ID
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from tests.cli.command import SAMPLE

CATALOGUE = load()
LAYER = "supply_parcel"


def said(project: Project) -> list[Any]:
    return [
        (f.rule.id, f.state, f.seen.layer, tuple(f.seen.fids), f.seen.measured)
        for f in judge_project(project, CATALOGUE)
    ]


def test_a_view_is_judged_like_the_project_after_the_step() -> None:
    park = open_path(SAMPLE, Options(workers=0), CATALOGUE).project
    now, layer = said(park), park.layers[LAYER]
    fid = int(layer.fids[3])
    x0, y0, x1, y1 = layer.shapes([fid])[0].bounds
    line = [[x0 - 1, (y0 + y1) / 2], [x1 + 1, (y0 + y1) / 2]]
    values = {"class_code": "9999", "agreed_start_date": "2020-01-01"}
    step = EDITS["split"].changeset(
        park, CATALOGUE, {"layer": LAYER, "fid": fid, "line": line, "values": values}
    )
    would_be = said(View(park, step))
    assert said(park) == now and would_be != now
    park.apply(step)
    assert said(park) == would_be
    assert layer.rows([fid], [SOURCE_ID])[SOURCE_ID][0] is not None
