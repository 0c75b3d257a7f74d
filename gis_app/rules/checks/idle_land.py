"""Supplied land that lies idle on the as-of date.

Measures, plot by plot, the area (㎡) of land idle by the decision of 闲置土地处置办法 and not cleared. A
computed plot is *suspected* until a recognition is on record. Right: work under way, or the case cleared
with number and date. Wrong: two years past the agreed start without foundation work. A plot whose dates or
shares are blank cannot tell and says which.
"""

from __future__ import annotations

from collections.abc import Iterator

from gis_app.geometry.area import planar_area_m2
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import invalid_shapes, nothing_to_judge, records_left_out
from gis_app.rules.finding import Missing, Observation
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.plots import Plot, plots
from gis_app.rules.rows import Rows


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per plot that is idle or cannot tell, or one that passes."""
    rows = n.rows["subject"]
    if not len(rows):
        yield nothing_to_judge(rows)
        return
    if n.as_of is None:
        yield no_as_of(rows)
        return
    if len(rows.geometry) != len(rows) and (unplaced := invalid_shapes(rows)) is not None:
        yield unplaced
        return
    judged = list(plots(rows, n.as_of, n.catalogue.tables[n.values["modes"]].rows))
    areas_m2 = planar_area_m2(rows.geometry, n.crs)
    seen = [_observe(n, rows, i, plot, float(areas_m2[i])) for i, plot in enumerate(judged)]
    told = [observation for observation in seen if observation is not None]
    if rows.left_out:
        lost = records_left_out(rows)
        missing = Missing("value", rows.feature_type.id, lost)
        told.append(Observation("cannot_tell", lost, rows.layer, missing=(missing,)))
    yield from told or [
        Observation(
            "pass",
            Message("rules.no_idle", {"count": len(rows)}),
            rows.layer,
            tuple(int(f) for f in rows.fids),
            0.0,
        )
    ]


def _observe(n: Neighbourhood, rows: Rows, position: int, plot: Plot, area_m2: float) -> Observation | None:
    shape = rows.geometry[position] if rows.valid[position] else None
    values = {"plot": plot.named(), "since": plot.state.since, "area_m2": area_m2, "as_of": n.as_of}
    if (plot.open_case and not plot.only_inefficient) or plot.suspected:
        known = "recognised" if plot.recognised else "listed" if plot.listed else "suspected"
        kind = plot.state.kind if plot.state.idle else "on_record"
        cause = "government" if plot.state.by_government else "owner"
        text = Message(
            f"rules.idle_{known}",
            values
            | {
                "kind": Message(f"rules.idle_kind_{kind}", {"since": plot.state.since}),
                "consequence": Message(f"rules.idle_consequence_{kind}_{cause}"),
            },
        )
        return Observation(
            "fail", text, rows.layer, (plot.fid,), area_m2, evidence=shape, cases=(plot.case(),)
        )
    if plot.state.kind == "unknown" and not plot.closed:
        titles = [_title(rows, name) for name in plot.state.unknown]
        text = Message("rules.idle_unknown", values | {"fields": titles})
        missing = tuple(
            Missing(
                "value",
                f"{rows.feature_type.id}.{name}",
                Message("rules.missing_value", {"field": _title(rows, name)}),
            )
            for name in plot.state.unknown
        )
        return Observation(
            "cannot_tell", text, rows.layer, (plot.fid,), None, evidence=shape, missing=missing
        )
    return None


def _title(rows: Rows, field: str) -> Words:
    declared = rows.feature_type.field(field)
    return Words(field, field) if declared is None else Words(**declared.title)


def no_as_of(rows: Rows) -> Observation:
    """An observation that cannot tell because nobody said for which day to judge."""
    text = Message("rules.missing_as_of")
    return Observation("cannot_tell", text, rows.layer, missing=(Missing("value", "project.as_of", text),))


CHECK = Check(("subject", "modes"), run, names={"modes": "table"})
