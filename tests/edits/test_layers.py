"""Layers that go, stand in another order or are carried elsewhere; notes; all through a file and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.catalogue.style_writing import style_toml
from gis_app.language import Refused, say
from gis_app.model import Completeness, Project
from gis_app.project_file import ProjectFile
from gis_app.session.session import Session
from tests.edits.coverages import CATALOGUE, park, sample
from tests.model.changes import content


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    one: Project = park(sample()[:60], parcel_no=np.array([f"宗{n}" for n in range(60)], dtype=object))
    one.layers["supply_parcel"].completeness = Completeness(
        shapely.box(500_000, 3_070_000, 520_000, 3_090_000)
    )
    made = park(sample()[60:70], layer="reserve_parcel").layers["reserve_parcel"]
    made.frame = made.frame.set_axis(np.arange(101, 111), axis=0).rename_axis("fid")
    one.layers["reserve_parcel"], one.next_fid = made, 111
    stored = ProjectFile.create(tmp_path / "p.gpkg", one, actor="t")
    yield Session(stored, CATALOGUE, "t")
    stored.close()


def reopened(session: Session) -> Any:
    return content(session._stored.load())


ROAD = style_toml(replace(CATALOGUE.styles["road"], opacity=0.5))
STEPS = {
    "remove_layer": {"layer": "supply_parcel"},
    "order_layers": {"layers": ["reserve_parcel", "supply_parcel"]},
    "change_crs": {"crs": 4547},
    "set_styles": {"styles": {"road": ROAD}},
    "set_entry": {"table": "decision", "id": "1", "values": {"text": "同意上报", "day": "2026-11-30"}},
}


@pytest.mark.parametrize("verb", STEPS)
def test_a_step_is_stored_undone_and_redone(session: Session, verb: str) -> None:
    before, order = content(session.project), list(session.project.layers)
    assert session.edit(verb, STEPS[verb]) is not None
    assert all(say(session.history.steps[-1].text, language) for language in ("zh", "en"))
    after, order_after = content(session.project), list(session.project.layers)
    assert (after, order_after) != (before, order) or verb.startswith("set_")
    assert reopened(session) == after
    session.undo()
    assert content(session.project) == before and list(session.project.layers) == order
    assert reopened(session) == before and list(session._stored.load().layers) == order
    session.redo()
    assert content(session.project) == after and list(session.project.layers) == order_after
    assert session._stored.verify() == []


def test_another_grid_carries_all_and_says_what_is_left(session: Session) -> None:
    before = session.project.layers["supply_parcel"]
    old, area = before.geometry.copy(), before.completeness.area
    session.edit("change_crs", {"crs": "EPSG:4547"})
    now = session.project.layers["supply_parcel"]
    points = shapely.get_coordinates(now.geometry)
    assert session.project.crs.to_epsg() == now.frame.crs.to_epsg() == 4547
    assert (points == np.round(points, 4)).all() and now.fids.tolist() == before.fids.tolist()
    assert abs(now.completeness.area.centroid.x - area.centroid.x) > 1000
    assert shapely.area(now.geometry).sum() == pytest.approx(shapely.area(old).sum(), rel=5e-3)
    text = session.history.steps[-1].text
    assert 0 < text.values["residual_mm"] < 0.2 and text.values["invalid"] == 0
    session.undo()
    assert session.project.layers["supply_parcel"].frame.crs.to_epsg() == 4546
    assert [s.wkb for s in session.project.layers["supply_parcel"].geometry] == [s.wkb for s in old]


@pytest.mark.parametrize("crs", [4546, 4490, 3857, "nonsense"])
def test_a_system_that_is_no_other_metre_grid_is_refused(session: Session, crs: object) -> None:
    with pytest.raises(Refused):
        session.edit("change_crs", {"crs": crs})


def test_entries_are_added_to_and_taken_away(session: Session) -> None:
    note = {"table": "exception_note", "id": "7"}
    session.edit("set_entry", {**note, "values": {"rule": "E01", "text": "暂缓"}})
    session.edit("set_entry", {**note, "values": {"text": "已报"}})
    assert dict(session.project.entries["exception_note"]["7"]) == {"rule": "E01", "text": "已报"}
    assert session.edit("set_entry", {**note, "values": {"text": "已报"}}) is None
    session.edit("set_entry", note)
    assert not session.project.entries["exception_note"]
    session.undo()
    assert dict(session.project.entries["exception_note"]["7"]) == {"rule": "E01", "text": "已报"}


def test_styles_are_entered_and_given_back(session: Session) -> None:
    assert session.edit("set_styles", {"styles": {"road": ROAD, "village": None}}) is not None
    assert session.edit("set_styles", {"styles": {"road": ROAD}}) is None
    assert session._stored.entries("style") == {"road": {"toml": ROAD}} == session.project.entries["style"]
    session.edit("set_styles", {"styles": {"road": None}})
    assert session.project.entries["style"] == {} == session._stored.entries("style")
    session.undo()
    assert session.project.entries["style"] == {"road": {"toml": ROAD}}
    assert session._stored.verify() == []


@pytest.mark.parametrize(
    "styles",
    [
        {"no_such": ROAD},
        {"road": "[style"},
        {"road": ROAD.replace("id = ", 'order_by = "nothing"\nid = ')},
        "road",
    ],
)
def test_a_style_that_cannot_be_read_is_refused(session: Session, styles: object) -> None:
    with pytest.raises(Refused):
        session.edit("set_styles", {"styles": styles})
    assert session.project.entries["style"] == {}


def test_what_is_not_there_is_refused(session: Session) -> None:
    for verb, given in (("remove_layer", {"layer": "road"}), ("order_layers", {"layers": ["road"]}),
                        ("set_entry", {"table": "fact", "id": "x"}), ("nothing", {})):  # fmt: skip
        with pytest.raises(Refused):
            session.edit(verb, given)
