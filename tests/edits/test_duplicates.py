"""Duplicates as steps: made, styled, ordered, named, taken away with their layer; printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gis_app.catalogue.style_writing import style_toml
from gis_app.edits.error import EditError
from gis_app.language import Refused, say
from gis_app.model.duplicate import duplicates, in_order, shown_layer
from gis_app.project_file import ProjectFile
from gis_app.session.session import Session
from gis_app.session.styles import with_entered_styles
from tests.edits.coverages import CATALOGUE, park, sample
from tests.model.changes import content

LAYER, AGAIN = "supply_parcel", "supply_parcel#2"
TYPES = {LAYER: LAYER}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    stored = ProjectFile.create(tmp_path / "p.gpkg", park(sample()[:20]), actor="t")
    one = Session(stored, CATALOGUE, "t")
    one.edit("duplicate_layer", {"layer": LAYER, "name": " 供地 黑白 "})
    yield one
    stored.close()


def state(project: Any) -> tuple[Any, Any]:
    return content(project), {name: dict(rows) for name, rows in project.entries.items() if rows}


def steps(session: Session) -> list[tuple[str, dict[str, Any]]]:
    toml = style_toml(replace(CATALOGUE.styles[LAYER], id=AGAIN, opacity=0.4))
    return [
        ("set_styles", {"styles": {AGAIN: toml}}),
        ("rename_duplicate", {"id": AGAIN, "name": "打印用"}),
        ("order_layers", {"layers": [AGAIN, LAYER]}),
        ("duplicate_layer", {"layer": LAYER, "name": "第三"}),
        ("remove_duplicate", {"id": AGAIN}),
        ("remove_layer", {"layer": LAYER}),
    ]


def test_each_step_is_stored_undone_and_redone(session: Session) -> None:
    assert duplicates(session.project)[AGAIN].name == "供地 黑白"
    for verb, given in steps(session):
        before = state(session.project)
        assert session.edit(verb, given) is not None
        assert all(say(session.history.steps[-1].text, language) for language in ("zh", "en"))
        after = state(session.project)
        assert before != after and state(session._stored.load()) == after
        session.undo()
        assert state(session.project) == before
        session.redo()
        assert state(session.project) == after
    assert session._stored.verify() == []


def test_it_is_the_layer_under_another_name_and_style(session: Session) -> None:
    shown = shown_layer(session.project, AGAIN)
    assert shown is not None and shown.table is session.project.layers[LAYER].table
    assert shown.feature_type.title["zh"] == "供地 黑白" and shown.feature_type.style == AGAIN
    catalogue, told = with_entered_styles(CATALOGUE, session.project.entries["style"], TYPES)
    assert told == () and catalogue.styles[AGAIN] == replace(CATALOGUE.styles[LAYER], id=AGAIN)
    session.edit(*steps(session)[0])
    catalogue, _ = with_entered_styles(CATALOGUE, session.project.entries["style"], TYPES)
    assert (catalogue.styles[AGAIN].opacity, catalogue.styles[LAYER].opacity) == (0.4, 1.0)
    session.edit("set_styles", {"styles": {AGAIN: None}})
    assert duplicates(session.project)[AGAIN].name == "供地 黑白"


def test_it_starts_with_the_own_style_of_its_layer(session: Session) -> None:
    own = style_toml(replace(CATALOGUE.styles[LAYER], opacity=0.7))
    session.edit("set_styles", {"styles": {LAYER: own}})
    session.edit("duplicate_layer", {"layer": LAYER, "name": "又一个"})
    catalogue, _ = with_entered_styles(CATALOGUE, session.project.entries["style"], TYPES)
    assert catalogue.styles["supply_parcel#3"].opacity == 0.7


def test_the_order_is_from_the_bottom_up(session: Session) -> None:
    assert in_order(session.project) == [LAYER, AGAIN]
    session.edit("order_layers", {"layers": [AGAIN, LAYER]})
    assert in_order(session.project) == [AGAIN, LAYER]
    session.edit("duplicate_layer", {"layer": LAYER, "name": "第三"})
    assert in_order(session.project) == [AGAIN, LAYER, "supply_parcel#3"]


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("duplicate_layer", {"layer": LAYER, "name": " "}),
        ("duplicate_layer", {"layer": LAYER, "name": "甲" * 81}),
        ("duplicate_layer", {"layer": LAYER, "name": "a\nb"}),
        ("rename_duplicate", {"id": "road#2", "name": "x"}),
        ("remove_duplicate", {"id": LAYER}),
        ("set_styles", {"styles": {"supply_parcel#9": "x"}}),
        ("order_layers", {"layers": ["supply_parcel#9"]}),
    ],
)
def test_what_cannot_be_is_refused(session: Session, verb: str, given: dict[str, Any]) -> None:
    before = content(session.project)
    with pytest.raises(EditError):
        session.edit(verb, given)
    assert content(session.project) == before


def test_a_style_that_does_not_fit_is_refused(session: Session) -> None:
    wrong = style_toml(replace(CATALOGUE.styles[LAYER], id=AGAIN, order_by="no_such_field"))
    with pytest.raises(Refused):
        session.edit("set_styles", {"styles": {AGAIN: wrong}})
