"""The word of a verdict, from every combination of the states of its veto items."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.catalogue import Rule
from gis_app.language import Message
from gis_app.rules import STATES, Finding, Missing, Observation, State, verdict
from gis_app.rules.verdict import word

BESIDE = ("condition", "information")
RANK = {"cannot_tell": 1, "fails": 2}


def finding(
    kind: str, state: State, number: int = 1, measured: float | None = None, limit: float | None = 0
) -> Finding:
    rule = Rule(
        f"{kind[0].upper()}{number:02d}",
        {"zh": "条", "en": "item"},
        kind,
        "proposal",
        "clear_of",
        {},
        "<=",
        limit,
        "m2",
    )
    missing = (Missing("limit", rule.id, Message("rules.limit_unset")),) if limit is None else ()
    return Finding(rule, Observation(state, Message("rules.limit_unset"), measured=measured, missing=missing))


def vetoes(states: tuple[State, ...]) -> list[Finding]:
    return [finding("veto", state, i, float(i)) for i, state in enumerate(states)]


def expected(states: tuple[State, ...]) -> str:
    """The algebra, said the other way round."""
    if states.count("fail"):
        return "fails"
    told = [state for state in states if state != "not_applicable"]
    return "meets" if told and all(state == "pass" for state in told) else "cannot_tell"


COMBINATIONS = [states for count in range(1, 5) for states in product(STATES, repeat=count)]


def test_table_is_whole() -> None:
    assert len(COMBINATIONS) == len(set(COMBINATIONS)) == 4 + 16 + 64 + 256


@pytest.mark.parametrize("states", COMBINATIONS, ids="-".join)
def test_word(states: tuple[State, ...]) -> None:
    items = vetoes(states)
    got = verdict(items)
    assert got.word == word(states) == expected(states)
    deciding_state = {"fails": "fail", "cannot_tell": "cannot_tell", "meets": None}[got.word]
    deciding = [item for item in items if item.state == deciding_state]
    assert list(got.deciding) == sorted(deciding, key=lambda item: -item.seen.measured)  # type: ignore[operator]
    for kind, state in product(BESIDE, STATES):
        more = verdict([finding(kind, state, 9, 5.0), *items])
        assert (more.word, more.deciding) == (got.word, got.deciding)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("pass",), "meets"),
        (("fail",), "fails"),
        (("cannot_tell",), "cannot_tell"),
        (("not_applicable",), "cannot_tell"),
        (("pass", "not_applicable"), "meets"),
        (("pass", "cannot_tell"), "cannot_tell"),
        (("fail", "cannot_tell"), "fails"),
        (("fail", "not_applicable"), "fails"),
        (("cannot_tell", "not_applicable"), "cannot_tell"),
        (("pass", "fail"), "fails"),
        (("pass", "pass", "cannot_tell", "fail"), "fails"),
        (("not_applicable", "not_applicable"), "cannot_tell"),
    ],
)
def test_rows_written_out(states: tuple[State, ...], told: str) -> None:
    assert verdict(vetoes(states)).word == told


def test_nothing_judged_proves_nothing() -> None:
    assert verdict([]).word == "cannot_tell"
    assert verdict([finding("condition", "pass"), finding("information", "pass")]).word == "cannot_tell"


def test_worst_margin_first_whatever_the_order() -> None:
    items = [finding("veto", "fail", i, measured) for i, measured in enumerate([5.0, 900.0, 0.5, 20.0])]
    for turn in range(4):
        got = verdict([*items[turn:], *items[:turn]])
        assert [item.seen.measured for item in got.deciding] == [900.0, 20.0, 5.0, 0.5]


def test_a_figure_that_must_be_at_least_the_limit_has_its_margin_below() -> None:
    rule = Rule("V90", {"zh": "条", "en": "item"}, "veto", "proposal", "clear_of", {}, ">=", 30.0, "percent")
    seen = Observation("fail", Message("rules.limit_unset"), measured=10.0)
    assert Finding(rule, seen).margin == -20.0
    got = verdict([finding("veto", "fail", 1, 5.0), Finding(rule, seen)])
    assert [item.rule.id for item in got.deciding] == ["V90", "V01"]


def test_conditions_are_counted_beside_the_word() -> None:
    items = [finding("condition", state, i) for i, state in enumerate(STATES)]
    got = verdict([*vetoes(("pass",)), *items, finding("condition", "cannot_tell", 8, limit=None)])
    assert (got.word, got.to_explain, got.limits_unset) == ("meets", 2, 1)


states_lists = st.lists(st.sampled_from(STATES), max_size=9)
any_findings = st.lists(
    st.tuples(st.sampled_from(("veto", *BESIDE)), st.sampled_from(STATES), st.none() | st.floats(-1e9, 1e9)),
    max_size=9,
).map(lambda rows: [finding(kind, state, i, measured) for i, (kind, state, measured) in enumerate(rows)])


@settings(max_examples=200, deadline=None)
@given(any_findings, st.sampled_from(BESIDE), st.sampled_from(STATES), st.integers(0, 9))
def test_what_is_no_veto_item_changes_nothing(items: list[Finding], kind: str, state: State, at: int) -> None:
    before = verdict(items)
    after = verdict([*items[:at], finding(kind, state, 99, 1.0), *items[at:]])
    assert (after.word, after.deciding) == (before.word, before.deciding)


@settings(max_examples=200, deadline=None)
@given(states_lists, st.sampled_from(STATES))
def test_one_more_veto_item_never_mends_a_verdict(states: list[State], state: State) -> None:
    """But for a first pass, which turns nothing judged into something judged."""
    before, after = word(states), word([*states, state])
    judged = any(each in ("pass", "fail", "cannot_tell") for each in states)
    if judged:
        assert RANK.get(after, 0) >= RANK.get(before, 0)
        assert state != "pass" or after == before
    if state == "not_applicable":
        assert after == before


@settings(max_examples=200, deadline=None)
@given(any_findings, st.randoms(use_true_random=False))
def test_order_of_findings_changes_nothing(items: list[Finding], random: object) -> None:
    turned = list(items)
    random.shuffle(turned)  # type: ignore[attr-defined]
    one, other = verdict(items), verdict(turned)
    assert (one.word, one.deciding, one.to_explain, one.limits_unset) == (
        other.word,
        other.deciding,
        other.to_explain,
        other.limits_unset,
    )


@settings(max_examples=200, deadline=None)
@given(any_findings)
def test_deciding_are_exactly_the_veto_items_of_that_state(items: list[Finding]) -> None:
    got = verdict(items)
    state = {"fails": "fail", "cannot_tell": "cannot_tell"}.get(got.word)
    meant = [item for item in items if item.rule.kind == "veto" and item.state == state]
    assert sorted(item.rule.id for item in got.deciding) == sorted(item.rule.id for item in meant)
    margins = [item.margin if item.margin is not None else 0.0 for item in got.deciding]
    assert margins == sorted(margins)
