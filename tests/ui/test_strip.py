"""What the strip beside the pointer says at release is what a full run says once the step is stored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.edits.registry import EDITS
from gis_app.language import Refused
from gis_app.model import Project
from gis_app.project_file import ProjectFile
from gis_app.rules.engine import judge
from gis_app.rules.finding import Finding
from gis_app.rules.live import SCOPES
from gis_app.session.session import Session
from gis_app.ui.editing import live
from tests.edits.coverages import BINXI_GRID, CATALOGUE, binxi, park
from tests.edits.gestures import Hand, draw, move, move_vertex
from tests.realdata import needs_realdata
from tests.ui.park_file import sample_file

MOST_OFF_M2 = 1e-4


class Heard:
    """Keeps the values of each line in the place of its text."""

    language = "zh"

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def text(self, id: str, **values: Any) -> str:
        self.lines.append((id, values))
        return id

    def of(self, texts: dict[str, str]) -> str:
        return texts["zh"]

    def say(self, message: Any) -> str:
        return str(message.id)


def areas_m2(project: Project, id: str) -> Counter[str]:
    """Area by class of a whole layer, summed anew."""
    layer = project.layers[id]
    column = layer.feature_type.class_field
    names = layer.rows(None, [column])[column] if column and layer.has(column) else [""] * len(layer)
    found: Counter[str] = Counter()
    for name, shape in zip(names, layer.geometry, strict=True):
        title = f"{layer.feature_type.title['zh']} {'' if name is None or name != name else name}".strip()
        found[title] += shape.area  # type: ignore[assignment]
    return found


def failing(project: Project, id: str, box: shapely.Geometry) -> set[str]:
    """Rules of which a run over everything finds a fault in the features of this ground."""
    near = set(project.layers[id].near(box.bounds).tolist())
    findings: list[Finding] = [found for found in judge(project, CATALOGUE, SCOPES) if found.state == "fail"]
    return {
        found.rule.id for found in findings if found.seen.layer == id and near & set(found.seen.fids)
    }  # fmt: skip


def drags(session: Session, id: str, count: int, seed: int) -> tuple[int, int]:
    """Drag, compare, store, compare; how many were stored, and how many changed a rule."""
    stored = changed = 0
    layer = session.project.layers[id]
    if layer.locked:
        session.edit("unlock_layer", {"layer": id, "reason": "试"})
    random = np.random.default_rng(seed)
    for number in range(count):
        project = session.project
        verb, given = (move_vertex, move, draw)[number % 3](Hand(project, id, random))
        given = {"layer": id, **given}
        try:
            would = EDITS[verb].changeset(project, CATALOGUE, given)
        except Refused:
            continue
        heard = Heard()
        live.lines(would, project, CATALOGUE, heard)  # type: ignore[arg-type]
        shapes = [row["geometry"] for one in would.records for row in (one.before, one.after) if row]
        ground = shapely.box(*shapely.total_bounds(np.array(shapes, dtype=object))).buffer(5.0)
        areas, fails = areas_m2(project, id), failing(project, id, ground)
        assert session.edit(verb, given) is not None
        stored += 1
        after = areas_m2(session.project, id)
        shown = {v["title"]: v["change_m2"] for kind, v in heard.lines if kind == "live_area"}
        truly = {name: after[name] - areas[name] for name in after | areas}
        truly = {name: m2 for name, m2 in truly.items() if abs(m2) >= 0.005}
        largest = sorted(truly, key=lambda name: -abs(truly[name]))[: live.MOST_CLASSES]
        assert len(shown) == len(largest)
        for name, m2 in shown.items():
            assert abs(m2 - truly[name]) < MOST_OFF_M2
        turned = {
            v["rule"].split()[0]: (v["before"], v["after"]) for kind, v in heard.lines if kind == "live_rule"
        }
        now = failing(session.project, id, ground)
        if len(turned) < live.MOST_RULES:  # else there are more than the strip has lines for
            assert {rule for rule, (_, state) in turned.items() if state == "state_fail"} == now - fails
            assert {rule for rule, (state, _) in turned.items() if state == "state_fail"} == fails - now
        changed += bool(now ^ fails)
    return stored, changed


def session_of(path: Path) -> Session:
    return Session(ProjectFile.open(path, catalogue=CATALOGUE), CATALOGUE, "t")


@pytest.mark.parametrize("layer", ["supply_parcel", "survey_polygon"])
def test_on_the_sample_park(tmp_path: Path, layer: str) -> None:
    session = session_of(sample_file(tmp_path / "park.gpkg"))
    stored, changed = drags(session, layer, 36, 7)
    session._stored.close()
    assert stored >= 20 and changed >= 5


@needs_realdata
def test_on_binxi(tmp_path: Path) -> None:
    shapes = binxi()[:400]
    path = tmp_path / "p.gpkg"
    project = park(
        shapes, BINXI_GRID, "survey_polygon", class_code=np.array(["0701"] * len(shapes), dtype=object)
    )
    project.layers["survey_polygon"].scheme = "survey3"
    ProjectFile.create(path, project, actor="t").close()
    session = session_of(path)
    stored, changed = drags(session, "survey_polygon", 24, 11)
    session._stored.close()
    assert stored >= 15 and changed >= 3
