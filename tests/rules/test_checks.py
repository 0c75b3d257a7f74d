"""What cases cannot say as data: how the engine hands a rule its inputs, and tables that people edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely

from gis_app.catalogue import Catalogue, Rule, RuleSet
from gis_app.language import Message, say
from gis_app.model import Project
from gis_app.rules import Finding, Observation, verdict
from gis_app.rules.checks import CHECKS
from gis_app.rules.engine import judge_project, judge_proposal
from gis_app.rules.finding import Missing
from gis_app.rules.landuse import LandUse
from tests.rules.case import ORIGIN, catalogue, judge, project, rules

AS_OF = date(2026, 11, 30)
BOX = [0, 0, 100, 100]
WIDTH = {"least_overlap_width_m": 0.1}


def park(
    facts: Mapping[str, Any] | None = None, as_of: date | str = AS_OF, **layers: Mapping[str, Any]
) -> Project:
    return project({"as_of": as_of}, {"facts": facts or {}, "layers": layers})


def rule(id: str = "X01", check: str = "clear_of", **given: Any) -> Rule:
    """A rule of nobody's rule set."""
    head = {
        "title": {"zh": "试", "en": "trial"},
        "kind": "condition",
        "scope": "park",
        "comparator": "<=",
        "limit": 0,
    }
    return Rule(id=id, check=check, **{**head, "inputs": {}, **given})


def told(one: Rule, of: Project, whole: Catalogue | None = None) -> list[Finding]:
    """The findings of a rule that stands alone in the catalogue."""
    whole = whole or catalogue()
    return judge_project(of, replace(whole, rule_sets={"x": RuleSet("x", {}, "trial", (one,))}))


def missing(finding: Finding) -> list[tuple[str, str]]:
    return [(each.kind, each.what) for each in finding.seen.missing]


# -- the engine ---------------------------------------------------------------

CLEAR = {"subject": {"layer": "supply_parcel"}, "other": {"layer": "ecological_red_line"}}


def test_everything_that_is_missing_is_named_at_once() -> None:
    inputs = {
        "subject": {"layer": "supply_parcel", "fields": ["parcel_no", "permit_no"]},
        "other": {"layer": "ecological_red_line"},
        "width": {"fact": "least_overlap_width_m"},
    }
    one = rule(inputs=inputs, limit=None)
    (seen,) = told(one, park(supply_parcel={"rows": [{"shape": BOX}], "without": ["permit_no"]}))
    assert seen.state == "cannot_tell"
    assert missing(seen) == [
        ("field", "supply_parcel.permit_no"),
        ("layer", "ecological_red_line"),
        ("fact", "least_overlap_width_m"),
        ("limit", "X01"),
    ]
    for each in seen.seen.missing:
        for language in ("zh", "en"):
            assert say(each.text, language) in say(seen.seen.message, language)


def test_a_condition_without_limit_cannot_tell_and_a_measure_without_comparator_can() -> None:
    of = park(WIDTH, supply_parcel={"rows": [{"shape": BOX}]}, ecological_red_line={"rows": []})
    (unset,) = told(rule(inputs=CLEAR, limit=None), of)
    assert missing(unset) == [("limit", "X01")]
    shares = rule(
        check="class_shares",
        limit=None,
        comparator=None,
        inputs={"subject": {"layer": "supply_parcel", "fields": ["class_field"]}},
    )
    (seen,) = told(shares, of)
    assert seen.state == "not_applicable" and seen.margin is None


def test_optional_inputs_may_be_absent_and_optional_fields_too() -> None:
    inputs = {
        "subject": {"layer": "supply_parcel", "optional_fields": ["permit_no"]},
        "other": {"layer": "ecological_red_line", "optional": True},
        "width": {"fact": "least_overlap_width_m", "optional": True},
    }
    given = park(
        supply_parcel={"rows": [{"shape": BOX}], "without": ["permit_no"]},
        ecological_red_line={"rows": [], "confirmed_empty": True},
    )
    (seen,) = told(rule(inputs=inputs), given)
    assert seen.state == "pass"


def test_a_fact_that_a_veto_needs_must_have_its_document_a_condition_s_need_not() -> None:
    inputs = {**CLEAR, "width": {"fact": "least_overlap_width_m"}}
    bare = {"least_overlap_width_m": {"value": 0.1, "document": "", "document_date": None}}
    of = park(bare, supply_parcel={"rows": [{"shape": BOX}]}, ecological_red_line={"rows": [{"shape": BOX}]})
    (condition,) = told(rule(inputs=inputs), of)
    (veto,) = told(rule(inputs=inputs, kind="veto"), of)
    assert condition.state == "fail"
    assert missing(veto) == [("document", "least_overlap_width_m")]


@pytest.mark.parametrize(
    "fact", [{"value": 0.1, "proposed": True}, {"value": float("nan")}, {"value": float("inf")}], ids=str
)
def test_a_guess_or_no_number_is_no_fact(fact: dict[str, Any]) -> None:
    of = park(
        {"least_overlap_width_m": fact}, supply_parcel={"rows": [{"shape": BOX}]}, ecological_red_line={}
    )
    (seen,) = told(rule(inputs={**CLEAR, "width": {"fact": "least_overlap_width_m"}}), of)
    assert missing(seen) == [("fact", "least_overlap_width_m")]


@pytest.mark.parametrize("word", ["扩张", None])
def test_a_word_that_a_selection_would_drop_silently_is_said(word: str | None) -> None:
    rows = [{"shape": BOX, "status": "现状"}, {"shape": [200, 0, 300, 100], "status": word}]
    inputs = {
        "subject": {"layer": "standard_factory", "where": {"status": ["规划"]}},
        "cover": {"layer": "park_boundary"},
    }
    of = park(WIDTH, standard_factory={"rows": rows[1:]}, park_boundary={"rows": [{"shape": BOX}]})
    (seen,) = told(rule(check="covered_by", inputs=inputs), of)
    assert missing(seen) == [("value", "standard_factory.status")]
    assert (word or "—") in say(seen.seen.message, "zh")


def test_a_selection_takes_what_it_names_and_a_single_word_is_a_list_of_one() -> None:
    rows = [{"shape": BOX, "status": "建成"}, {"shape": [200, 0, 300, 100], "status": "规划"}]
    of = park(WIDTH, standard_factory={"rows": rows}, park_boundary={"rows": [{"shape": BOX}]})
    for where, fids in ((["建成"], (1,)), ("建成", (1,)), (["规划"], (2,)), (["建成", "规划"], (1, 2))):
        subject = {"layer": "standard_factory", "where": {"status": where}}
        inputs = {
            "subject": subject,
            "cover": {"layer": "park_boundary"},
            "width": {"fact": "least_overlap_width_m"},
        }
        (seen,) = told(rule(check="covered_by", inputs=inputs), of)
        assert seen.seen.fids == fids
        assert seen.state == ("pass" if fids == (1,) else "fail")


def test_a_selection_on_a_column_that_was_not_delivered() -> None:
    subject = {"layer": "standard_factory", "where": {"status": ["建成"]}}
    of = park(WIDTH, standard_factory={"rows": [{"shape": BOX}], "without": ["status"]}, park_boundary={})
    (seen,) = told(
        rule(check="covered_by", inputs={"subject": subject, "cover": {"layer": "park_boundary"}}), of
    )
    assert missing(seen) == [("field", "standard_factory.status")]


def test_a_rule_about_every_layer_takes_those_of_its_kind() -> None:
    layers = {name: {"rows": [{"shape": BOX}]} for name in ("supply_parcel", "plan_parcel", "exclusion_zone")}
    of = park(**layers, road={"rows": [{"shape": "LINESTRING(0 0, 9 9)"}]}, village={"rows": []})
    by_kind = {
        "every": ({}, ["exclusion_zone", "plan_parcel", "road", "supply_parcel"]),
        "coverage": ({"coverage": True}, ["plan_parcel", "supply_parcel"]),
        "gap free": ({"gap_free": True}, ["plan_parcel"]),
        "classes": ({"class_field": True}, ["plan_parcel", "supply_parcel"]),
    }
    for given, layers_seen in by_kind.values():
        found = told(rule(check="valid_geometry", inputs={"subject": {"layer": "*", **given}}), of)
        assert sorted(str(each.seen.layer) for each in found) == layers_seen


def test_an_unrecognised_layer_is_judged_by_the_rules_about_every_layer() -> None:
    of = park(supply_parcel={"rows": [{"shape": "POLYGON((0 0, 9 9, 9 0, 0 9, 0 0))"}]})
    layer = of.layers.pop("supply_parcel")
    of.layers["unrecognised:x"] = replace(layer, id="unrecognised:x")
    (seen,) = told(rule(check="valid_geometry", inputs={"subject": {"layer": "*"}}), of)
    assert (seen.state, seen.seen.layer) == ("fail", "unrecognised:x")


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        (date(2019, 12, 31), 0),
        (date(2020, 1, 1), 1),
        (date(2025, 12, 31), 1),
        (date(2026, 1, 1), 0),
        ("", 1),
    ],
)
def test_a_rule_holds_on_its_first_and_last_day(as_of: date | str, found: int) -> None:
    one = rule(inputs=CLEAR, valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))
    assert (
        len([f for f in told(one, park(as_of=as_of)) if ("value", "project.as_of") not in missing(f)])
        == found
    )


def test_a_veto_item_not_yet_in_force_never_reads_as_a_pass() -> None:
    found = told(rule(inputs=CLEAR, kind="veto", valid_from=date(2020, 1, 1)), park(as_of=date(2019, 1, 1)))
    assert [each.state for each in found] == ["cannot_tell"]


def test_progress_is_told_after_each_rule() -> None:
    steps: list[tuple[int, int, str]] = []
    judge_project(park(), catalogue(), lambda done, of, name: steps.append((done, of, name)))
    assert [done for done, _, _ in steps] == list(range(1, len(steps) + 1))
    assert {of for _, of, _ in steps} == {len(steps)}
    assert {name for _, _, name in steps} == {r.id for r in rules().values() if r.scope != "proposal"}


def test_an_empty_park_cannot_be_told_and_names_what_it_wants() -> None:
    found = judge_proposal(park(), catalogue(), "A")
    assert {each.state for each in found} == {"cannot_tell"}
    assert {each.rule.id for each in found} == {r.id for r in catalogue().rule_sets["expansion"].rules}
    assert verdict(found).word == "cannot_tell"
    assert not any(each.had_its_layers for each in found if each.rule.check == "clear_of")


def test_a_check_finds_nothing_of_another_proposal() -> None:
    rows = [
        {"shape": BOX, "proposal": "A", "change_type": "扩入"},
        {"shape": [200, 0, 300, 9], "proposal": "B", "change_type": "扩入"},
    ]
    of = park(
        WIDTH, proposal_block={"rows": rows}, permanent_basic_farmland={"rows": [{"shape": [200, 0, 300, 9]}]}
    )
    (seen,) = judge(rules()["E02"], of)
    assert (seen.state, seen.proposal) == ("pass", "A")


def test_every_check_declares_what_it_takes() -> None:
    used = {one.check for one in rules().values()}
    assert used == set(CHECKS)
    for one in rules().values():
        check = CHECKS[one.check]
        assert set(check.needs) <= set(one.inputs) <= {*check.needs, *check.may}
        assert {*check.names, *check.words} <= {*check.needs, *check.may}


# -- margins ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "limit", "measured", "margin"),
    [
        ("<=", 10, 4.0, 6.0),
        ("<=", 10, 14.0, -4.0),
        (">=", 10, 14.0, 4.0),
        (">", 10, 4.0, -6.0),
        ("<", 10, 10.0, 0.0),
    ],
)
def test_a_margin_is_negative_beyond_the_limit(
    comparator: str, limit: float, measured: float, margin: float
) -> None:
    seen = Observation("pass", Message("rules.missing"), measured=measured)
    assert Finding(rule(comparator=comparator, limit=limit), seen).margin == margin


def test_no_measure_or_no_limit_has_no_margin() -> None:
    assert Finding(rule(), Observation("pass", Message("rules.missing"))).margin is None
    assert (
        Finding(rule(limit=None), Observation("pass", Message("rules.missing"), measured=1.0)).margin is None
    )
    assert (
        Finding(rule(limit="V"), Observation("pass", Message("rules.missing"), measured=1.0)).margin is None
    )


def test_had_its_layers() -> None:
    def finding(kind: Any) -> Finding:
        text = Message("rules.missing")
        return Finding(rule(), Observation("cannot_tell", text, missing=(Missing(kind, "x", text),)))

    assert not finding("layer").had_its_layers
    assert finding("field").had_its_layers and finding("fact").had_its_layers


# -- the table of conflicts ---------------------------------------------------


def conflicts(**changed: Mapping[str, str]) -> Catalogue:
    """The catalogue with other words in rows of the table, by their two classes ``a_b``."""
    whole = catalogue()
    table = whole.tables["adjacency"]
    rows = [{**row, **changed.get(f"c{row['class_a']}_{row['class_b']}", {})} for row in table.rows]
    return replace(whole, tables={**whole.tables, "adjacency": replace(table, rows=tuple(rows))})


def beside(
    gap_m: float, first: str = "0701", second: str = "100103", scheme: str = "landuse_2023"
) -> Project:
    rows = [
        {"shape": BOX, "plan_code": first},
        {"shape": [100 + gap_m, 0, 200 + gap_m, 100], "plan_code": second},
    ]
    return park(plan_parcel={"rows": rows, "scheme": scheme})


@pytest.mark.parametrize(("gap_m", "state"), [(0, "fail"), (49.99, "fail"), (50, "pass"), (50.01, "pass")])
def test_a_distance_that_somebody_entered_is_the_limit(gap_m: float, state: str) -> None:
    (seen,) = told(rules()["S03"], beside(gap_m), conflicts(c0701_100103={"distance_m": "50"}))
    assert seen.state == state
    if state == "fail":
        assert seen.limit == 50 and seen.seen.measured == pytest.approx(gap_m)
        assert seen.margin is not None and seen.margin < 0


def test_an_uncertain_row_counts_once_it_has_a_distance() -> None:
    (seen,) = told(rules()["S03"], beside(0, second="100102"))
    assert seen.state == "pass"
    (seen,) = told(rules()["S03"], beside(20, second="100102"), conflicts(c0701_100102={"distance_m": "50"}))
    assert seen.state == "fail" and seen.margin == pytest.approx(-30)


@pytest.mark.parametrize(
    ("first", "second", "scheme", "state"),
    [
        ("B1/R2", "M3", "gb50137", "pass"),
        ("R2/B1", "M3", "gb50137", "fail"),
        ("R1/B1", "M3", "gb50137", "fail"),
        ("R1+B1", "M3", "gb50137", "fail"),
        ("070101", "10010301", "landuse_2023", "fail"),
        ("0701", "1001", "landuse_2023", "pass"),
        ("0301", "100103", "landuse_2023", "pass"),
    ],
)
def test_mixed_codes_and_children(first: str, second: str, scheme: str, state: str) -> None:
    assert {each.state for each in told(rules()["S03"], beside(0, first, second, scheme))} == {state}


def test_the_first_of_mixed_codes_is_the_use() -> None:
    codes = LandUse(catalogue().code_lists["gb50137"], catalogue().code_lists["landuse_2023"])
    assert codes.known("B1/R2") and codes.first_level("B1/R2") == "09"
    assert codes.national("B1/R2") == "0901" and codes.is_construction("B1/R2") is True
    assert not codes.known("Z9/R2") and codes.first_level("Z9/R2") is None


def test_classes_as_checks_ask_for_them() -> None:
    lists = catalogue().code_lists
    codes = LandUse(lists["landuse_2023"], lists["landuse_2023"])
    assert codes.within("10010109", ("10", "11")) is True and codes.within("1401", ("10", "11")) is False
    assert codes.within("9999", ("10",)) is None and codes.is_construction("9999") is None
    assert codes.is_construction("0101") is False and codes.is_construction("1207") is True
    survey = LandUse(lists["survey3"], lists["landuse_2023"])
    assert survey.first_level("0601") == "10" and codes.first_level("0601") == "06"
    assert codes.agrees("100101", "一类工业用地") is True and codes.agrees("100101", " 一类工业用地 ") is True
    assert codes.agrees("100101", "工业用地") is True and codes.agrees("100101", "公园绿地") is False
    assert codes.agrees("9999", "公园绿地") is None and codes.agrees("10010109", "公园绿地") is None


# -- evidence -----------------------------------------------------------------


def test_a_fix_is_an_edit_as_data() -> None:
    bow = "POLYGON((0 0, 100 100, 100 0, 0 100, 0 0))"
    (seen,) = [
        f for f in judge(rules()["D01"], park(supply_parcel={"rows": [{"shape": bow}]})) if f.state == "fail"
    ]
    assert seen.seen.fix == {"edit": "repair_geometry", "args": {"layer": "supply_parcel", "fids": [1]}}
    assert seen.seen.evidence is not None
    assert seen.seen.evidence.distance(shapely.Point(ORIGIN[0] + 50, ORIGIN[1] + 50)) < 1e-6


def test_touching_ground_is_no_evidence() -> None:
    rows = [{"shape": BOX, "proposal": "A", "change_type": "扩入"}]
    of = park(
        WIDTH,
        proposal_block={"rows": rows},
        permanent_basic_farmland={"rows": [{"shape": [100, 0, 200, 100]}]},
    )
    (seen,) = judge(rules()["E02"], of)
    assert seen.state == "pass" and seen.seen.evidence is None and seen.seen.remarks == ()
