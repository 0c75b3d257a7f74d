"""Very many rows changed a column at a time: the file is the same to the byte as when each is alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from gis_app.language import Refused
from gis_app.model import Changeset, Project, Record
from gis_app.project_file import ProjectFile, column_change, digest, writing
from gis_app.project_file.connection import connect
from gis_app.project_file.digest import Tally, column_texts, digests_of, row_digest
from tests.project_file.park import new, parcels, reopened, requests, same, step

COUNT = 1500
VALUES: dict[str, Any] = {
    "parcel_no": lambda fid: f"新{fid}'\";--" if fid % 3 else None,
    "area_m2": lambda fid: float("nan") if fid % 7 == 0 else fid / 3,
    "count": lambda fid: fid % 5,
    "idle_cause": lambda fid: None if fid % 4 else "政府原因",  # a column that is not there yet
}


def changes(project: Project, names: tuple[str, ...], fids: list[int]) -> Changeset:
    layer = project.layers["supply_parcel"]
    old = {
        name: dict(zip(layer.fids.tolist(), layer.rows(None, [name])[name].tolist(), strict=True))
        if layer.has(name)
        else {}
        for name in names
    }
    records = [
        Record(
            layer.id,
            fid,
            {name: old[name].get(fid) for name in names},
            {name: VALUES[name](fid) for name in names},
        )
        for fid in fids
    ]
    random.Random(1).shuffle(records)
    return step(*records)


def contents(file: ProjectFile) -> list[Any]:
    connection = file._connection
    body = connection.execute(
        "SELECT body, tables FROM parkplan_journal ORDER BY seq DESC LIMIT 1"
    ).fetchall()
    rows = connection.execute("SELECT * FROM supply_parcel ORDER BY fid").fetchall()
    return [body, rows, connection.execute("SELECT * FROM parkplan_row_digest ORDER BY 1, 2").fetchall()]


@pytest.mark.parametrize(
    "names", [("parcel_no",), ("area_m2",), ("idle_cause",), ("count", "parcel_no", "area_m2")]
)
@pytest.mark.parametrize("each", [1, 9])
def test_the_same_as_row_after_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], each: int
) -> None:
    made = []
    for many in (1000, 10**9):
        for module in (writing, digest):
            monkeypatch.setattr(module, "_MANY", many)
        monkeypatch.setattr(column_change, "_PORTION", 400)
        file = new(tmp_path / f"{many}.gpkg", parcels(COUNT * each), requests())
        project = file.load()
        changeset = changes(project, names, list(range(1, COUNT * each + 1, each)))
        file.commit(changeset, actor="a", op_id="o")
        made.append(contents(file))
        assert file.verify() == []
        project.apply(changeset)
        same(project, file.load())
        file.commit(changeset.inverse(), actor="a", undoes=file.state_seq)
        file = reopened(file)
        project.apply(changeset.inverse())
        assert file.verify() == []
        same(project, file.load())
        file.close()
    assert made[0] == made[1]


def test_nobody_writes_over_what_another_program_wrote(tmp_path: Path) -> None:
    file = new(tmp_path / "p.gpkg", parcels(COUNT), requests())
    changeset = changes(file.load(), ("parcel_no",), list(range(1, COUNT + 1)))
    other = connect(tmp_path / "p.gpkg")
    other.execute("UPDATE supply_parcel SET parcel_no = 'x' WHERE fid = 700")
    other.close()
    before = contents(file)
    with pytest.raises(Refused) as refused:
        file.commit(changeset, actor="a")
    assert refused.value.message.id == "project_file.foreign_row"
    assert refused.value.message.values["fid"] == 700
    assert contents(file) == before


def test_a_step_that_believes_otherwise_is_refused(tmp_path: Path) -> None:
    file = new(tmp_path / "p.gpkg", parcels(COUNT), requests())
    records = [
        Record("supply_parcel", fid, {"parcel_no": "?"}, {"parcel_no": "!"}) for fid in range(1, COUNT)
    ]
    with pytest.raises(Refused) as refused:
        file.commit(step(*records), actor="a")
    assert refused.value.message.id == "project_file.stale_row"
    assert refused.value.message.values["column"] == "parcel_no"
    gone = [Record("supply_parcel", fid, {"count": 1}, {"count": 2}) for fid in range(9000, 9000 + COUNT)]
    with pytest.raises(ValueError, match="does not fit"):
        file.commit(step(*gone), actor="a")
    assert file.verify() == []


@pytest.mark.parametrize("last", [None, 0.1, "", "null", ",null"])
def test_texts_of_columns_give_the_digests_of_rows(last: object) -> None:
    rows = [(fid, 'a"宗', None, float(fid), True, last) for fid in range(3)]
    columns = [column_texts(column) for column in zip(*rows, strict=True)]
    assert digests_of(columns, [None, b"GP", b""]) == [
        row_digest(row, shape) for row, shape in zip(rows, (None, b"GP", b""), strict=True)
    ]


def test_very_many_digests_add_up_as_few_do(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = [row_digest((n, "x")) for n in range(5000)]
    fast = Tally(3, 7).plus(digests)
    monkeypatch.setattr(digest, "_MANY", 10**9)
    assert fast == Tally(3, 7).plus(digests)
