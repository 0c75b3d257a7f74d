"""Cases on record that are not closed.

Recognised idle land, and plots on the clean-up list, within the park's original boundary.

Measures the number of open plots. What counts is what is on record: a recognition, or the list of the
clean-up. A plot idle only by computation, or one whose dates are blank, cannot tell and is listed for
verification. The ledger must be vouched complete to the as-of date and over the whole original boundary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.overlap import intersection_area
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.checks.idle_land import no_as_of
from gis_app.rules.core import NOISE_M2, invalid_shapes, records_left_out
from gis_app.rules.finding import Missing, Observation, State
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.plots import Plot, plots
from gis_app.rules.rows import Rows

LIST_FIELD = "on_cleanup_list"


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for the park."""
    ledger, boundary = n.rows["subject"], n.rows["boundary"]
    if n.as_of is None:
        yield no_as_of(ledger)
        return
    park = boundary.union()
    broken = invalid_shapes(boundary) or invalid_shapes(ledger)
    if broken is not None:
        yield broken
        return
    inside = _inside(ledger, park)
    judged = list(plots(inside, n.as_of, n.catalogue.tables[n.values["modes"]].rows))
    opened = [plot for plot in judged if plot.open_case]
    unsure = [
        plot
        for plot in judged
        if plot.suspected or (plot.state.kind == "unknown" and not plot.closed and not plot.open_case)
    ]
    if opened:
        yield _named("fail", "rules.open_cases", inside, opened, len(opened))
    elif (incomplete := _incomplete(n, ledger, park)) is not None:
        yield incomplete
    elif len(inside) and all(flag is None for flag in inside.columns[LIST_FIELD]):
        yield _list_blank(inside)
    elif unsure:
        yield _named("cannot_tell", "rules.cases_to_verify", inside, unsure, 0)
    else:
        fids = tuple(int(fid) for fid in inside.fids)
        yield Observation(
            "pass", Message("rules.no_open_case", {"count": len(inside)}), ledger.layer, fids, 0.0
        )


def _list_blank(inside: Rows) -> Observation:
    """The clean-up list was never entered: a blank in every plot is not a no."""
    declared = inside.feature_type.field(LIST_FIELD)
    title = Words(LIST_FIELD, LIST_FIELD) if declared is None else Words(**declared.title)
    text = Message("rules.missing_value", {"field": title})
    missing = Missing("value", f"{inside.feature_type.id}.{LIST_FIELD}", text)
    named = Message("rules.missing", {"what": [text]})
    return Observation(
        "cannot_tell", named, inside.layer, tuple(int(fid) for fid in inside.fids), missing=(missing,)
    )


def _inside(ledger: Rows, park: BaseGeometry) -> Rows:
    common = intersection_area(ledger.geometry, np.full(len(ledger), park, dtype=object))
    return ledger.select(np.flatnonzero(common > NOISE_M2))


def _named(state: State, text: str, rows: Rows, named: Sequence[Plot], measured: int) -> Observation:
    fids = {plot.fid for plot in named}
    shapes = [shape for shape, fid in zip(rows.geometry, rows.fids, strict=True) if int(fid) in fids]
    missing: tuple[Missing, ...] = ()
    message = Message(text, {"count": len(named), "plots": [plot.named() for plot in named]})
    if state == "cannot_tell":
        missing = (Missing("value", f"{rows.feature_type.id}.recognition_no", message),)
    return Observation(
        state,
        message,
        rows.layer,
        tuple(sorted(fids)),
        float(measured),
        evidence=shapely.union_all(shapes),
        missing=missing,
        cases=tuple(plot.case() for plot in named),
    )


def _incomplete(n: Neighbourhood, ledger: Rows, park: BaseGeometry) -> Observation | None:
    layer = Words(**ledger.feature_type.title)
    outside = ledger.unvouched(park)
    stated = ledger.completeness
    late = not stated.counts or stated.as_of is None or (n.as_of is not None and stated.as_of < n.as_of)
    boundary = n.rows["boundary"]
    what = ledger.feature_type.id
    if ledger.left_out:
        text = records_left_out(ledger)
    elif late:
        text = Message(
            "rules.missing_complete_as_of", {"layer": layer, "stated": stated.as_of, "as_of": n.as_of}
        )
    elif park.is_empty or boundary.unvouched(park).area > NOISE_M2:
        layer, what = Words(**boundary.feature_type.title), boundary.feature_type.id
        text = Message("rules.missing_completeness", {"layer": layer, "area_m2": float(park.area)})
    elif outside.area > n.number("area_allowance_m2"):  # type: ignore[operator]
        text = Message("rules.missing_completeness", {"layer": layer, "area_m2": float(outside.area)})
    else:
        return None
    return Observation(
        "cannot_tell",
        text,
        ledger.layer,
        evidence=None if outside.is_empty else outside,
        missing=(Missing("completeness", what, text),),
    )


CHECK = Check(("subject", "boundary", "modes", "area_allowance_m2"), run, names={"modes": "table"})
