"""Every kind of step is a record of a changeset: it is stored, seen again, undone and redone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pyproj import CRS

from gis_app.model import Changeset, Fact, History, Project, Record
from gis_app.project_file import ProjectFile
from tests.project_file.park import arrival, new, parcels, reopened, requests, same, step

FACT = vars(Fact("", "least_overlap_width_m", 0.5))
STEPS = {
    "attributes": lambda p: step(
        Record("supply_parcel", 1, {"parcel_no": "宗0'\";--"}, {"parcel_no": "甲"}),
        Record("supply_parcel", 2, {"clean": False}, {"clean": None}),
    ),
    "layer removed": lambda p: arrival(p.layers["enterprise_request"]).inverse(),
    "layer added": lambda p: arrival(parcels(3, 2000, "plan_parcel")),
    "layers reordered": lambda p: step(
        Record("project", "layer_order", {"value": ()}, {"value": ("enterprise_request", "supply_parcel")})
    ),
    "style": lambda p: step(Record("style", "supply_parcel", None, {"fill": "#ff0000", "width_mm": 0.3})),
    "fact": lambda p: step(Record("fact", "/least_overlap_width_m", None, FACT)),
    "exception note": lambda p: step(
        Record("exception_note", "n1", None, {"rule": "E01", "text": "已核实", "on": date(2026, 11, 1)})
    ),
    "decision": lambda p: step(Record("decision", "d1", None, {"proposal": "A", "word": "meets"})),
    "attachment": lambda p: step(Record("attachment", "a.jpg", None, {"sha256": "00", "size": 1})),
    "reference system": lambda p: step(
        Record("project", "crs", {"value": CRS.from_epsg(4546)}, {"value": CRS.from_epsg(4547)})
    ),
    "period": lambda p: step(Record("project", "period", {"value": "2026-11"}, {"value": "2026-12"})),
}


def everything_of(project: Project) -> dict[str, object]:
    return {table: entries for table, entries in project.entries.items() if entries}


def perform(file: ProjectFile, project: Project, changeset: Changeset, undoes: int | None = None) -> int:
    seq = file.commit(changeset, actor="a", undoes=undoes)
    project.apply(changeset)
    return seq


@pytest.mark.parametrize("kind", STEPS)
def test_stored_undone_and_redone(tmp_path: Path, kind: str) -> None:
    file = new(tmp_path / "p.gpkg", parcels(), requests())
    project, before = file.load(), file.load()
    seq = perform(file, project, STEPS[kind](project))
    file = reopened(file)
    after = file.load()
    same(project, after)
    assert everything_of(project) == everything_of(after)
    history = History(entry.step for entry in file.journal() if entry.step is not None)
    last = history.next_undo()
    assert last is not None and last.seq == seq
    undo = perform(file, project, file.changeset(seq).inverse(), undoes=seq)
    project = file.load()
    project.order_layers(list(before.layers))
    same(before, project)
    assert everything_of(project) == everything_of(before)
    file = reopened(file)
    history = History(entry.step for entry in file.journal() if entry.step is not None)
    last = history.next_redo()
    assert last is not None and last.seq == undo
    file.commit(file.changeset(undo).inverse(), actor="a", redoes=undo)
    again = file.load()
    again.order_layers(list(after.layers))
    same(after, again)
    assert everything_of(again) == everything_of(after)
    assert [entry.kind for entry in file.journal()][-2:] == ["undo", "redo"]
    assert file.verify() in ([], [*file.attachment_problems()])
    file.close()


def test_what_may_not_be_reversed(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        seq = file.commit(step(Record("decision", "d", None, {"n": 1})), actor="a")
        inverse = file.changeset(seq).inverse()
        for wrong in ({"undoes": 1}, {"undoes": 99}, {"redoes": seq}, {"undoes": seq, "redoes": seq}):
            with pytest.raises(ValueError):
                file.commit(inverse, actor="a", **wrong)
        assert file.state_seq == seq


def test_a_big_step_is_one_compressed_block(tmp_path: Path) -> None:
    layer = parcels(1500)
    with new(tmp_path / "p.gpkg", layer) as file:
        records = [
            Record("supply_parcel", int(fid), {"idle_cause": None}, {"idle_cause": "企业原因"})
            for fid in layer.fids
        ]
        seq = file.commit(step(*records), actor="a")
        (size,) = file._connection.execute(
            "SELECT length(body) FROM parkplan_journal WHERE seq = ?", (seq,)
        ).fetchone()
        assert size < 20 * len(records)
        assert len(file.changeset(seq).records) == 1500 and file.verify() == []
