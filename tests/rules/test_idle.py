"""The decision on idle land: every row of its table, the days that decide, and what ends a case."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.catalogue import program_place
from gis_app.model import Completeness
from gis_app.rules.idle import IDLE, IdleState, add_years, clock_start, idle_state, years_full
from gis_app.rules.plots import Plot, plots
from gis_app.rules.rows import Rows
from tests.rules.case import catalogue

AS_OF = date(2026, 11, 30)
WORK: dict[str, Any] = {"actual_start_date": date(2023, 3, 1), "permit_no": "施-1", "foundation_done": True}
SUPPLIED: dict[str, Any] = {"supply_date": date(2022, 1, 1)}
SHARES: dict[str, Any] = {
    "due_area_m2": 30_000.0,
    "developed_area_m2": 20_000.0,
    "total_investment_wan": 1_000.0,
    "invested_wan": 900.0,
}


def state(as_of: date = AS_OF, **plot: Any) -> IdleState:
    return idle_state({**SUPPLIED, **plot}, as_of)


# -- every row of the table ---------------------------------------------------

STARTED: dict[str, dict[str, Any]] = {
    "N": {},
    "Y": WORK,
    "unknown": {"actual_start_date": date(2023, 3, 1), "permit_no": "施-1", "foundation_done": None},
}
AGREED: dict[str, list[date | None]] = {
    "<1": [date(2026, 6, 1), date(2025, 11, 30), date(2027, 1, 1)],
    ">=1 and <2": [date(2025, 11, 29), date(2024, 11, 30)],
    ">=2": [date(2024, 11, 29), date(2015, 1, 1)],
    ">=1": [date(2025, 11, 29), date(2024, 11, 29), date(2015, 1, 1)],
    "unknown": [None],
    "": [date(2023, 1, 1)],
}
DEVELOPED: dict[str, list[float | None]] = {
    "<1/3": [9_999.99, 0.0],
    ">=1/3": [10_000.0, 30_000.0],
    "unknown": [None],
    "any": [0.0, 10_000.0, None],
    "": [None],
}
INVESTED: dict[str, list[float | None]] = {
    "<25%": [249.99, 0.0],
    ">=25%": [250.0, 1_000.0],
    "unknown": [None],
    "any": [0.0, 250.0, None],
    "": [None],
}
STOPPED: dict[str, list[dict[str, Any]]] = {
    ">=1": [{"suspended_date": date(2025, 11, 29)}, {"suspended_date": date(2023, 6, 1)}],
    "<1": [{"suspended_date": date(2025, 11, 30)}, {"suspended_date": date(2026, 11, 1)}],
    "unknown": [{"status": "S8"}, {"status": "停建停产"}],
    "": [{}],
}
CAUSES: dict[str, list[str | None]] = {
    "企业原因": ["企业原因", None],
    "政府原因": ["政府原因"],
    "any": ["企业原因", "政府原因", None],
}
RESULTS: dict[str, tuple[set[str], bool | None]] = {
    "供而未用": ({"not_due"}, None),
    "闲置(征20%闲置费)": ({"not_started_1y"}, False),
    "闲置(可无偿收回)": ({"not_started_2y"}, None),
    "无法判定": ({"unknown"}, None),
    "可认定闲置(中止开发)": ({"stopped"}, None),
    "在建(中止未满一年)": ({"stopped_recently"}, None),
    "非闲置; 提示低效": ({"stopped_not_idle"}, None),
    "闲置(政府原因 不征闲置费 不收回)": ({"not_started_1y", "not_started_2y"}, True),
    "闲置(政府原因 中止开发)": ({"stopped"}, True),
}


def table() -> list[dict[str, str]]:
    path = program_place() / "layers" / "codes" / "idle_decision.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def instances(row: dict[str, str]) -> list[dict[str, Any]]:
    """Plots that a row of the table means."""
    return [
        {
            **STARTED[row["started"]],
            "agreed_start_date": agreed,
            "due_area_m2": 30_000.0,
            "developed_area_m2": developed,
            "total_investment_wan": 1_000.0,
            "invested_wan": invested,
            **stopped,
            "idle_cause": cause,
        }
        for agreed in AGREED[row["years_since_agreed_start"]]
        for developed in DEVELOPED[row["developed_share"]]
        for invested in INVESTED[row["invested_share"]]
        for stopped in STOPPED[row["years_suspended"]]
        for cause in CAUSES[row["idle_cause"]]
    ]


@pytest.mark.parametrize("row", table(), ids=lambda row: "-".join(list(row.values())[:6]))
def test_row_of_the_table(row: dict[str, str]) -> None:
    kinds, government = RESULTS[row["result"]]
    for plot in instances(row):
        seen = state(**plot)
        assert seen.kind in kinds, plot
        if government is not None:
            assert seen.by_government is government, plot
        assert bool(seen.unknown) == (seen.kind == "unknown")
        assert all(plot.get(name) in (None, "") for name in seen.unknown)


def test_the_table_has_all_its_rows() -> None:
    assert len(table()) >= 17
    assert set(RESULTS) == {row["result"] for row in table()}
    assert all(count == 1 for count in Counter(tuple(list(row.values())[:6]) for row in table()).values())


# -- days ---------------------------------------------------------------------

LAST_DAYS = [
    # agreed start, the last day of the year that is not yet over
    (date(2024, 2, 29), date(2025, 2, 28)),
    (date(2023, 2, 28), date(2024, 2, 28)),
    (date(2023, 3, 1), date(2024, 3, 1)),
    (date(2025, 1, 31), date(2026, 1, 31)),
    (date(2024, 12, 31), date(2025, 12, 31)),
]


@pytest.mark.parametrize(("agreed", "last"), LAST_DAYS, ids=str)
def test_a_year_is_full_from_the_day_after(agreed: date, last: date) -> None:
    assert state(last, agreed_start_date=agreed).kind == "not_due"
    assert state(last + timedelta(days=1), agreed_start_date=agreed).kind == "not_started_1y"


@pytest.mark.parametrize(("stopped", "last"), LAST_DAYS, ids=str)
def test_so_is_a_year_of_rest(stopped: date, last: date) -> None:
    plot = {
        **WORK,
        **SHARES,
        "actual_start_date": date(2022, 5, 1),
        "suspended_date": stopped,
        "invested_wan": 1.0,
    }
    assert state(last, **plot).kind == "stopped_recently"
    assert state(last + timedelta(days=1), **plot).kind == "stopped"


def test_two_years_after_a_leap_day() -> None:
    agreed = date(2024, 2, 29)
    assert state(date(2026, 2, 28), agreed_start_date=agreed).kind == "not_started_1y"
    assert state(date(2026, 3, 1), agreed_start_date=agreed).kind == "not_started_2y"
    assert add_years(agreed, 4) == date(2028, 2, 29)


@given(st.dates(date(1990, 1, 1), date(2080, 12, 31)), st.integers(1, 5))
def test_a_year_later_is_the_same_day_or_the_month_s_end(day: date, years: int) -> None:
    later = add_years(day, years)
    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (day.month, day.day, later.day) == (2, 29, 28)
    assert not years_full(day, years, later) and years_full(day, years, later + timedelta(days=1))


def test_without_agreed_start_the_clock_is_handover_and_one_year() -> None:
    plot = {"handover_date": date(2024, 2, 29)}
    assert clock_start(plot) == date(2025, 2, 28)
    assert state(date(2026, 2, 28), **plot).kind == "not_due"
    assert state(date(2026, 3, 1), **plot).kind == "not_started_1y"
    assert state(date(2027, 3, 1), **plot).kind == "not_started_2y"


def test_an_agreed_start_goes_before_handover_and_a_new_agreement_before_both() -> None:
    plot = {"handover_date": date(2020, 1, 1), "agreed_start_date": date(2025, 6, 1)}
    assert clock_start(plot) == date(2025, 6, 1)
    assert state(**plot).kind == "not_started_1y"
    assert state(**plot, supplementary_start_date=date(2026, 6, 1)).kind == "not_due"


def test_land_that_was_handed_over_was_supplied_whatever_the_ledger_forgot() -> None:
    assert idle_state({"handover_date": date(2020, 1, 1)}, AS_OF).kind == "not_started_2y"
    assert idle_state({"supplementary_start_date": date(2025, 6, 1)}, AS_OF).kind == "not_started_1y"
    assert idle_state(WORK, AS_OF).kind == "building"
    assert idle_state({}, AS_OF).kind == "not_supplied"
    assert idle_state({"parcel_no": "GD-1", "permit_no": ""}, AS_OF).kind == "not_supplied"


# -- what counts as a start ---------------------------------------------------


@pytest.mark.parametrize(
    "work",
    [
        {"foundation_done": False},
        {"permit_no": ""},
        {"permit_no": "  "},
        {"permit_no": None},
        {"actual_start_date": None},
        {"actual_start_date": AS_OF + timedelta(days=1)},
    ],
    ids=str,
)
def test_a_fence_is_not_a_start(work: dict[str, Any]) -> None:
    assert state(agreed_start_date=date(2025, 6, 1), **{**WORK, **work}).kind == "not_started_1y"


def test_work_with_permit_and_foundation_is_a_start_on_the_very_day() -> None:
    assert (
        state(agreed_start_date=date(2020, 1, 1), **{**WORK, "actual_start_date": AS_OF}).kind == "building"
    )


def test_an_unknown_foundation_cannot_be_told() -> None:
    seen = state(**{**WORK, "foundation_done": None, "permit_no": ""})
    assert seen.kind == "unknown" and set(seen.unknown) == {"permit_no", "foundation_done"}


def test_finished_is_finished_on_the_day_and_not_before() -> None:
    plot = {"agreed_start_date": date(2020, 1, 1), "finish_date": AS_OF}
    assert state(**plot).kind == "finished"
    assert state(AS_OF - timedelta(days=1), **plot).kind == "not_started_2y"


# -- shares -------------------------------------------------------------------

REST = {**WORK, **SHARES, "suspended_date": date(2024, 1, 1)}


@pytest.mark.parametrize(
    ("developed", "due", "kind"),
    [
        (10_000.0, 30_000.0, "stopped_not_idle"),
        (9_999.99, 30_000.0, "stopped"),
        (3_331.0, 10_000.0, "stopped"),
        (3_333.0, 10_000.0, "stopped"),
        (3_334.0, 10_000.0, "stopped_not_idle"),
        (0.1, 0.3, "stopped_not_idle"),
        (np.float64(11_111.1), np.float64(33_333.3), "stopped_not_idle"),
        (0.0, 0.0, "unknown"),
        (None, 30_000.0, "unknown"),
    ],
)
def test_one_third_is_exact(developed: float | None, due: float, kind: str) -> None:
    assert state(**{**REST, "developed_area_m2": developed, "due_area_m2": due}).kind == kind


@pytest.mark.parametrize(
    ("invested", "kind"), [(250.0, "stopped_not_idle"), (249.99, "stopped"), (None, "unknown")]
)
def test_a_quarter_is_exact(invested: float | None, kind: str) -> None:
    assert state(**{**REST, "invested_wan": invested}).kind == kind


@given(st.integers(1, 10**9), st.integers(1, 3 * 10**9))
def test_the_third_as_fractions_have_it(developed: int, due: int) -> None:
    seen = state(**{**REST, "developed_area_m2": float(developed), "due_area_m2": float(due)})
    assert (seen.kind == "stopped") == (Fraction(developed, due) < Fraction(1, 3))


# -- later is never better ----------------------------------------------------

days = st.dates(date(2018, 1, 1), date(2028, 12, 31))
maybe = st.none() | days
not_started = st.fixed_dictionaries(
    {
        "supply_date": maybe,
        "handover_date": maybe,
        "agreed_start_date": maybe,
        "supplementary_start_date": maybe,
        "idle_cause": st.sampled_from([None, "企业原因", "政府原因"]),
        "permit_no": st.sampled_from([None, "", "施-1"]),
        "foundation_done": st.sampled_from([None, False]),
    }
)


@given(not_started, days, st.integers(0, 2_000))
def test_land_idle_unstarted_is_idle_on_every_later_day(plot: dict[str, Any], day: date, more: int) -> None:
    now, later = idle_state(plot, day), idle_state(plot, day + timedelta(days=more))
    if now.idle:
        assert later.idle
        assert not (now.kind == "not_started_2y" and later.kind != "not_started_2y")
    assert later.by_government == now.by_government


@given(not_started, days)
def test_every_plot_has_one_state_and_says_what_is_missing(plot: dict[str, Any], day: date) -> None:
    seen = idle_state(plot, day)
    assert bool(seen.unknown) == (seen.kind == "unknown")
    assert seen.idle == (seen.kind in IDLE)


# -- cases --------------------------------------------------------------------


def plot_of(as_of: date = AS_OF, **row: Any) -> Plot:
    """One plot of a ledger."""
    values = {**SUPPLIED, "agreed_start_date": date(2024, 1, 1), "parcel_no": "GD-1", **row}
    kind = catalogue().feature_types["supply_parcel"]
    columns = {name: np.array([value, None], dtype=object)[:1] for name, value in values.items()}
    shapes = np.array([None], dtype=object)
    rows = Rows(
        "supply_parcel", kind, np.array([7]), shapes, np.array([True]), columns, Completeness(), None, False
    )
    (plot,) = plots(rows, as_of, catalogue().tables["disposal_modes"].rows)
    return plot


CLEARED: dict[str, Any] = {
    "recognition_no": "认〔2025〕1号",
    "cleared_no": "销〔2026〕1号",
    "cleared_date": date(2026, 10, 1),
}
LATE = ["D7", "协商延期", "D10", "临时使用", "D11", "督促动工", "D14", "征收闲置费"]


@pytest.mark.parametrize("mode", LATE)
def test_some_ways_end_only_with_the_start_of_work(mode: str) -> None:
    assert plot_of(**CLEARED, disposal_mode=mode).open_case
    assert plot_of(**CLEARED, disposal_mode=f" {mode} ").open_case
    assert plot_of(**CLEARED, disposal_mode=mode, **{**WORK, "foundation_done": False}).open_case
    assert not plot_of(**CLEARED, disposal_mode=mode, **WORK).open_case
    assert not plot_of(**CLEARED, disposal_mode=mode, finish_date=date(2026, 1, 1)).open_case
    assert not plot_of(**CLEARED, disposal_mode=mode, **REST).open_case
    assert plot_of(**CLEARED, disposal_mode=mode, **{**REST, "invested_wan": 1.0}).open_case


@pytest.mark.parametrize("mode", ["D1", "依法收回", "D8", "D12", None, ""])
def test_others_end_with_their_document(mode: str | None) -> None:
    plot = plot_of(**CLEARED, disposal_mode=mode)
    assert plot.closed and not plot.open_case and not plot.suspected and plot.state.idle


def test_every_way_of_the_table_is_one_or_the_other() -> None:
    rows = catalogue().tables["disposal_modes"].rows
    late = {row["name"] for row in rows if row["closes_on"] == "actual_start"}
    assert late == {mode for mode in LATE if not mode.startswith("D")}
    assert {row["closes_on"] for row in rows} == {"actual_start", "document"}


@pytest.mark.parametrize(
    "gap",
    [{"cleared_no": None}, {"cleared_no": " "}, {"cleared_date": None}, {"cleared_date": date(2026, 12, 1)}],
)
def test_a_case_is_closed_with_number_and_date(gap: dict[str, Any]) -> None:
    assert plot_of(**{**CLEARED, **gap}, disposal_mode="D1").open_case


def test_computed_recognised_and_listed() -> None:
    assert plot_of().suspected and not plot_of().open_case
    assert plot_of(recognition_no="认〔2025〕1号").recognised
    assert not plot_of(recognition_no="认〔2027〕1号", recognition_date=date(2027, 1, 1)).recognised
    listed = plot_of(on_cleanup_list=True, agreed_start_date=AS_OF)
    assert listed.open_case and not listed.suspected and listed.state.kind == "not_due"
    assert not plot_of(agreed_start_date=AS_OF).suspected


def test_a_case_as_texts() -> None:
    case = plot_of(recognition_no="认〔2025〕1号", deadline=date(2026, 12, 31), responsible_unit=None).case()
    assert case["fid"] == "7" and case["deadline"] == "2026-12-31" and case["responsible_unit"] == ""
    assert case["kind"] == "not_started_2y" and case["since"] == "2024-01-01"
    assert all(isinstance(text, str) for text in case.values())


def test_numbers_that_are_missing_are_unknown() -> None:
    plot = plot_of(**{**REST, "developed_area_m2": float("nan")})
    assert plot.state.kind == "unknown" and plot.state.unknown == ("developed_area_m2",)
