"""The eight figures on the sample park, and what they say when something is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.geometry.area import to_mu
from gis_app.indicators import STRIP, Figure, strip, tax_per_mu
from gis_app.indicators.deadlines import deadlines
from gis_app.language import say
from gis_app.model import Layer, Project, feature_frame
from gis_app.session import sample
from gis_app.session.office import load_catalogue
from gis_app.session.open_path import Opened
from gis_app.session.outcome import checked, reviewed
from gis_app.session.settings import Settings
from tests.project_file.park import CRS_4546, kind


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    catalogue = load_catalogue(Settings())
    return sample.judge(catalogue)  # type: ignore[return-value]


def figures(judged: Any, period: str, proposal: str = "A") -> dict[str, Figure]:
    park = judged[period]
    given = next(item for item in park.review["proposals"] if item["id"] == proposal)
    found = strip(park.opened.project, park.check["findings"], given["findings"])
    return {figure.id: figure for figure in found}


def without(opened: Opened, *layers: str) -> Any:
    project = opened.project
    return replace(project, layers={id: layer for id, layer in project.layers.items() if id not in layers})


def test_eight_figures_in_their_order(judged: Any) -> None:
    assert list(figures(judged, "2026-11")) == list(STRIP) and len(STRIP) == 8


def test_approved_area_is_the_document_not_the_drawing(judged: Any) -> None:
    figure = figures(judged, "2026-11")["approved_area"]
    assert (figure.value, figure.unit) == (1186.42, "ha")
    assert figure.remark is not None and "+0.31" in say(figure.remark, "zh")


def test_supplied_and_built_are_registered_areas(judged: Any) -> None:
    park = judged["2026-11"].opened.project
    ledger = park.layers["supply_parcel"].frame
    figure = figures(judged, "2026-11")["supplied_and_built"]
    built = ledger[ledger["finish_date"].notna()]["registered_area_m2"].sum()
    assert figure.amounts[0].value == pytest.approx(ledger["registered_area_m2"].sum() / 1e4)
    assert figure.amounts[1].value == pytest.approx(built / 1e4)
    assert figure.remark is not None and "12.0% / 2.7%" in say(figure.remark, "en")


def test_what_was_supplied_later_does_not_count(judged: Any) -> None:
    park = replace(judged["2026-11"].opened.project, as_of=date(2000, 1, 1))
    [figure] = [found for found in strip(park, (), ()) if found.id == "supplied_and_built"]
    assert figure.value == 0.0 and figure.fids == ()


def test_not_yet_supplied_is_batches_less_plots(judged: Any) -> None:
    import shapely

    project = judged["2026-11"].opened.project
    batches, ledger = project.layers["approval_batch"], project.layers["supply_parcel"]
    counted = [not bool(value) for value in batches.frame["unsuppliable"]]
    ground = shapely.union_all(batches.geometry[np.array(counted)])
    left_m2 = ground.difference(shapely.union_all(ledger.geometry)).area
    figure = figures(judged, "2026-11")["approved_not_supplied"]
    assert figure.value == pytest.approx(left_m2 * 15 / 10_000, abs=0.01) and figure.unit == "mu"
    assert len(figure.fids) == 3


def test_idle_land_counts_open_cases_apart(judged: Any) -> None:
    before, after = figures(judged, "2026-10")["idle_land"], figures(judged, "2026-11")["idle_land"]
    assert [amount.value for amount in before.amounts] == [0, 3]
    assert before.remark is not None and "148.52" in say(before.remark, "zh")
    assert len(before.fids) == 3 and [amount.value for amount in after.amounts] == [0, 0]


def test_a_suspected_plot_is_not_a_recognised_one(judged: Any) -> None:
    project = judged["2026-10"].opened.project
    opened = [
        f for f in judged["2026-10"].check["findings"] if f["check"] == "idle_land" and f["state"] == "fail"
    ]
    plain = [{**opened[0], "cases": [{**opened[0]["cases"][0], "recognition_no": ""}]}, *opened[1:]]
    [figure] = [found for found in strip(project, plain, ()) if found.id == "idle_land"]
    assert [amount.value for amount in figure.amounts] == [1, 2]


def test_vacant_factories_are_built_ones_only(judged: Any) -> None:
    frame = judged["2026-11"].opened.project.layers["standard_factory"].frame
    built = frame[frame["status"] == "建成"]
    figure = figures(judged, "2026-11")["vacant_factory"]
    assert figure.value == (built["lettable_area_m2"] - built["let_area_m2"]).sum() > 0
    assert set(figure.fids) == set(built[built["let_area_m2"] < built["lettable_area_m2"]].index)


def test_tax_is_of_the_last_full_year_and_of_firms_with_land(judged: Any) -> None:
    project = judged["2026-11"].opened.project
    firms = project.layers["enterprise"].frame
    plots = project.layers["supply_parcel"].frame.set_index("parcel_no")["registered_area_m2"]
    own = firms[firms["parcel_no"].isin(plots.index)]
    land_mu = plots[own["parcel_no"].unique()].sum() * 15 / 10_000
    figure = figures(judged, "2026-11")["tax_per_mu"]
    assert figure.value == pytest.approx(own["tax_wan_2025"].sum() / land_mu)
    assert figure.remark is not None and "2025" in say(figure.remark, "en")


def test_land_of_firms_is_summed_in_the_order_of_delivery() -> None:
    """Each small plot is lost beside the first one; gathered before it they would not be."""
    numbers = [f"GD-{n}" for n in range(400)]
    areas = np.where(np.arange(400) == 0, 6e16, 1.0)
    columns = {"parcel_no": np.array(numbers, dtype=object), "registered_area_m2": areas}
    firm = {"parcel_no": np.array(numbers, dtype=object), "tax_wan_2025": np.ones(400)}
    ledger = feature_frame(np.arange(1, 401), columns, shapely.points(np.zeros((400, 2))), CRS_4546)
    plots = Layer("supply_parcel", kind("supply_parcel", "point"), ledger)
    firms = Layer(
        "enterprise", kind("enterprise", "none"), feature_frame(np.arange(1, 401), firm, None, None)
    )
    park = Project(crs=CRS_4546, as_of=date(2026, 11, 30), layers={one.id: one for one in (plots, firms)})
    amount = tax_per_mu.figure(park, ()).amounts[0]
    assert amount.value == 400.0 / float(to_mu(6e16))


def test_sewage_is_the_state_of_its_rule(judged: Any) -> None:
    figure = figures(judged, "2026-11")["sewage_treatment"]
    assert (figure.state, figure.value) == ("pass", None)


@pytest.mark.parametrize(
    ("proposal", "area_m2", "state"),
    [
        ("A", 1000.0, "fail"),
        ("B", 0.0, "pass"),
        ("C", None, "cannot_tell"),
        ("D", 100.0, "fail"),
        ("E", 0.0, "pass"),
    ],
)
def test_control_lines_of_each_proposal(
    judged: Any, proposal: str, area_m2: float | None, state: str
) -> None:
    figure = figures(judged, "2026-11", proposal)["control_lines"]
    assert figure.state == state
    assert figure.value == (None if area_m2 is None else pytest.approx(area_m2, abs=0.01))
    assert (figure.why is None) == (area_m2 is not None)


def test_what_cannot_be_computed_says_why_and_is_never_zero(judged: Any) -> None:
    opened = judged["2026-11"].opened
    bare = without(
        opened, "approval_batch", "supply_parcel", "standard_factory", "enterprise", "sewage_facility"
    )
    bare = replace(bare, facts={})
    for figure in strip(bare, (), ()):
        assert figure.value is None and figure.why is not None
        assert say(figure.why, "zh") and say(figure.why, "en")
        assert figure.basis is not None and say(figure.basis, "zh")


def test_deadlines_are_counted_to_the_day_of_the_data(judged: Any) -> None:
    october = judged["2026-10"].opened.project
    overdue, month = deadlines(october)
    assert (len(overdue), len(month)) == (0, 2)
    later = replace(october, as_of=date(2026, 12, 31))
    overdue, month = deadlines(later)
    assert overdue and month and all(due.deadline < date(2026, 12, 31) for due in overdue)
    assert {due.layer for due in month} <= {"enterprise_request", "improvement_project", "supply_parcel"}
    assert deadlines(replace(october, as_of=None)) == ((), ())


def test_figures_follow_a_new_judgement(judged: Any) -> None:
    catalogue = load_catalogue(Settings())
    opened = judged["2026-11"].opened
    bare = Opened(opened.path, without(opened, "ecological_red_line"), None)
    check, review = checked(bare, catalogue), reviewed(bare, catalogue, "B")
    found = strip(bare.project, check["findings"], review["proposals"][0]["findings"])
    assert found[-1].state == "cannot_tell" and found[-1].value is None
