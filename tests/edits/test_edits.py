"""Edits are pure: a project and arguments in, a changeset out, and the project as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.edits.import_layers import import_layers
from gis_app.edits.set_fact import set_fact
from gis_app.language import say
from gis_app.model import PARK, Fact, Project, Proposal
from tests.model.changes import GRID, content, fact_values, layer, projects, rows


@settings(max_examples=40, deadline=None)
@given(projects(), fact_values)
def test_a_fact_is_entered_or_replaced(one: Project, fact: Fact) -> None:
    before = content(one)
    step = set_fact(one, fact)
    assert content(one) == before
    one.apply(step)
    assert one.facts[fact.id] == fact
    assert not set_fact(one, fact)
    one.apply(step.inverse())
    assert content(one) == before


def test_a_step_names_what_it_does_in_both_languages() -> None:
    step = set_fact(Project(), Fact(PARK, "approved_area_ha", 1186.42))
    for language in ("zh", "en"):
        assert "1186.42" in say(step.text, language) and say(step.inverse().text, language)


given_head: dict[str, Any] = {
    "name": "示例",
    "as_of": date(2026, 11, 30),
    "period": "2026-11",
    "missing_files": ("a.shp",),
}


@settings(max_examples=20, deadline=None)
@given(st.lists(rows, max_size=3), st.lists(fact_values, max_size=2, unique_by=lambda fact: fact.id))
def test_an_import_brings_layers_and_what_is_said_beside_them(
    given_rows: list[Any], facts: list[Fact]
) -> None:
    one = Project(GRID)
    before = content(one)
    brought = layer("supply_parcel", list(range(1, len(given_rows) + 1)), given_rows)
    proposals = [Proposal("A", "方案一"), Proposal("B", "", False)]
    step = import_layers(one, [brought], facts=facts, proposals=proposals, **given_head)
    assert content(one) == before
    one.apply(step)
    assert list(one.layers) == ["supply_parcel"] and one.next_fid == len(given_rows) + 1
    assert (one.name, one.as_of, one.period, one.missing_files) == tuple(given_head.values())
    assert list(one.facts.values()) == facts and list(one.proposals.values()) == proposals
    again = import_layers(one, [], facts=facts, proposals=proposals, **given_head)
    assert not again and again.records == ()
    one.apply(step.inverse())
    assert content(one) == before


def test_what_nobody_says_leaves_what_is_there() -> None:
    one = Project(GRID, "示例", date(2026, 11, 30), "2026-11")
    assert not import_layers(one, [])
    step = import_layers(one, [], as_of=date(2026, 12, 31))
    one.apply(step)
    assert (one.name, one.as_of, one.period) == ("示例", date(2026, 12, 31), "2026-11")
