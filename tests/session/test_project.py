"""A project file made from deliveries, and work on it: every change durable, undone in order, and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gis_app.language import Message, Refused
from gis_app.model import Changeset, Record
from gis_app.project_file import ProjectFile
from gis_app.session.door import project_file
from gis_app.session.new_project import new_project
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.session import Session
from tests.session.made import HERE, answer, catalogue, parcels, taken


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project of two parcels and one proposal."""
    folder = tmp_path / "来件"
    parcels(folder / "供地.geojson", 0, 200)
    answer(
        folder,
        '[park]\nname = "示例"\nas_of = 2026-11-30\n'
        '[[proposal]]\nid = "A"\n[[file]]\npath = "供地.geojson"\n',
    )
    made = new_project(tmp_path / "园区.parkplan", taken(folder), HERE, catalogue(), "某人")
    assert (made.layers, made.features) == (1, 2)
    return made.path


@pytest.fixture
def stored(path: Path) -> Iterator[ProjectFile]:
    with project_file(path, catalogue(), writing=True) as opened:
        yield opened


@pytest.fixture
def session(stored: ProjectFile) -> Session:
    return Session(stored, catalogue(), "某人")


def test_what_was_delivered_is_in_the_file(path: Path) -> None:
    opened = open_path(path, Options(as_of=date(2026, 12, 31)), catalogue())
    assert opened.intake is None and opened.project.as_of == date(2026, 12, 31)
    layer = opened.project.layers["supply_parcel"]
    assert layer.rows(None, ["parcel_no"])["parcel_no"].tolist() == ["GD-0", "GD-200"]
    assert opened.project.name == "示例" and list(opened.project.proposals) == ["A"]


def test_no_file_is_left_where_an_input_cannot_be_used(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0)
    (tmp_path / "坏.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(Refused, match=r"坏\.geojson"):
        new_project(tmp_path / "园区.parkplan", taken(tmp_path), HERE, catalogue(), "某人")
    (tmp_path / "坏.geojson").unlink()
    parcels(tmp_path / "供地又.geojson", 0)
    with pytest.raises(Refused, match="供地又"):
        new_project(tmp_path / "园区.parkplan", taken(tmp_path), HERE, catalogue(), "某人")
    assert not list(tmp_path.glob("园区*"))


def test_a_path_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0)
    (tmp_path / "园区.parkplan").write_bytes(b"x")
    with pytest.raises(Refused):
        new_project(tmp_path / "园区.parkplan", taken(tmp_path / "供地.geojson"), HERE, catalogue(), "某人")
    assert (tmp_path / "园区.parkplan").read_bytes() == b"x"


def test_facts_are_entered_corrected_and_undone(session: Session, path: Path) -> None:
    told: list[Changeset] = []
    session.listen(told.append)
    session.enter_fact("approved_area_ha", "1186.42", document="〔2022〕1号", document_date="2022-03-01")
    session.enter_fact("approved_area_ha", "1186.42", document="〔2022〕1号", document_date="2022-03-01")
    session.enter_fact("approved_area_ha", "1186.43", document="〔2022〕1号", document_date="2022-03-01")
    session.enter_fact("out_ha", "32.8", owner="A")
    assert len(told) == 3
    fact = session.project.fact("approved_area_ha")
    assert fact is not None and fact.value == 1186.43 and fact.documented
    values = []
    for _ in range(3):
        assert session.undo() is not None
        area, out = session.project.fact("approved_area_ha"), session.project.fact("out_ha", "A")
        values.append((None if area is None else area.value, None if out is None else out.value))
    assert values == [(1186.43, None), (1186.42, None), (None, None)]
    assert len(told) == 6


def test_undo_goes_back_to_before_the_import_and_no_further(session: Session) -> None:
    while session.undo() is not None:
        pass
    assert session.project.layers == {} and session.undo() is None


def test_what_was_done_is_there_when_opened_again(path: Path) -> None:
    with project_file(path, catalogue(), writing=True) as stored:
        first = Session(stored, catalogue(), "某人")
        first.enter_fact("out_ha", "32.8", owner="A")
        first.enter_fact("in_ha", "1", owner="A")
        first.undo()
    with project_file(path, catalogue(), writing=True) as stored:
        again = Session(stored, catalogue(), "另一人")
        out = again.project.fact("out_ha", "A")
        assert out is not None and out.value == 32.8 and again.project.fact("in_ha", "A") is None
        again.undo()
        assert again.project.fact("out_ha", "A") is None


REFUSED = {
    "no such fact": ("approved_area", "1", ""),
    "a fact of a proposal at the park": ("out_ha", "1", ""),
    "a fact of the park at a proposal": ("approved_area_ha", "1", "A"),
    "no such proposal": ("out_ha", "1", "Z"),
    "no number": ("approved_area_ha", "约一千", ""),
    "not a number": ("approved_area_ha", "nan", ""),
    "no end": ("approved_area_ha", "inf", ""),
    "blank": ("described_bounds", "  ", ""),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_fact_that_does_not_fit_is_refused(kind: str, session: Session) -> None:
    key, value, owner = REFUSED[kind]
    before = len(session.history.steps)
    with pytest.raises(Refused):
        session.enter_fact(key, value, owner)
    assert session.project.facts == {} and len(session.history.steps) == before


def test_a_day_that_is_none_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="2022年"):
        session.enter_fact("approved_area_ha", "1", document="x", document_date="2022年")


def test_what_could_not_be_stored_is_not_applied(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Changeset] = []
    session.listen(told.append)

    def full(*given: object, **named: object) -> int:
        raise Refused(Message("session.no_such_path", {"path": "x"}))

    monkeypatch.setattr(session._stored, "commit", full)
    with pytest.raises(Refused):
        session.enter_fact("approved_area_ha", "1")
    with pytest.raises(Refused):
        session.undo()
    assert session.project.facts == {} and told == [] and "supply_parcel" in session.project.layers


def test_a_step_that_does_not_fit_is_neither_stored_nor_applied(
    session: Session, stored: ProjectFile
) -> None:
    steps = len(list(stored.journal()))
    row = Record("supply_parcel", 99, {"parcel_no": "a"}, {"parcel_no": "b"})
    with pytest.raises((Refused, ValueError)):
        session.perform(Changeset(Message("edits.set_fact", {"fact": "x", "value": "y"}), (row,)))
    assert len(list(stored.journal())) == steps
    assert session.project.layers["supply_parcel"].fids.tolist() == [1, 2]
