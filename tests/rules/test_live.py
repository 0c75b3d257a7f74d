"""Rules that a would-be edit changes: those that the whole park's judgement changes, found at its place."""

from __future__ import annotations

import pytest
import shapely

from gis_app.edits.registry import EDITS
from gis_app.model import Changeset, Project, View
from gis_app.rules.engine import judge
from gis_app.rules.live import ORDER, SCOPES, changes
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder
from tests.render.parks import catalogue

LAYER = "plan_parcel"


@pytest.fixture
def park() -> Project:
    park = open_path(folder() / "2026-11", Options(), catalogue(), lambda message: None).project
    park.layers[LAYER].unlocked = "test"
    return park


def step(park: Project, edit: str, **arguments: object) -> Changeset:
    return EDITS[edit].changeset(park, catalogue(), {"layer": LAYER, **arguments})


def found_by(park: Project) -> dict[tuple[str, str], int]:
    """Rule and state → how often the whole layer's judgement has it."""
    counted: dict[tuple[str, str], int] = {}
    for finding in judge(park, catalogue(), SCOPES):
        if finding.seen.layer == LAYER:
            key = (finding.rule.id, finding.state)
            counted[key] = counted.get(key, 0) + 1
    return counted


def test_a_class_that_nobody_knows_is_told_before_it_is_entered(park: Project) -> None:
    layer = park.layers[LAYER]
    fid = int(layer.fids[3])
    field = layer.feature_type.class_field
    wrong = step(park, "set_attributes", fid=fid, values={field: "999999"})
    told = changes(park, wrong, catalogue())
    before, after = found_by(park), found_by(View(park, wrong))
    worse = {
        rule for rule, state in after if after[rule, state] > before.get((rule, state), 0) and state != "pass"
    }
    assert worse
    assert worse <= {change.rule.id for change in told}
    assert all(change.before != change.after for change in told)
    assert [ORDER.index(change.after) for change in told] == sorted(
        ORDER.index(change.after) for change in told
    )
    assert layer.rows([fid], [field])[field][0] != "999999"  # the project was not touched


def test_a_move_that_changes_no_state_tells_none(park: Project) -> None:
    x, y = shapely.get_coordinates(park.layers[LAYER].geometry[3])[1]
    moved = step(park, "move_vertex", **{"from": [x, y], "to": [x + 0.2, y + 0.1]})
    assert found_by(park) == found_by(View(park, moved))
    assert changes(park, moved, catalogue()) == []
