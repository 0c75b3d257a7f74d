"""Everything known of one plot or enterprise (一地一档, 一企一档), gathered from all layers of a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from gis_app.language import Message
from gis_app.model import Layer, Project
from gis_app.rules.idle import FIELDS as CLOCK_FIELDS
from gis_app.rules.idle import idle_state

Title = Mapping[str, str] | Message
Feature = tuple[str, int]
LEAST_M2 = 1.0
"""Where two layers meet in less, their edges do not lie quite one on the other."""
LEAST_PERCENT = 0.005
MU_M2 = 10_000.0 / 15.0

SUPPLY, ENTERPRISE, REQUEST, PLAN, SURVEY = (
    *("supply_parcel", "enterprise", "enterprise_request", "plan_parcel", "survey_polygon"),
)
OWNER = (
    "right_holder",
    "credit_code",
    "supply_mode",
    "batch_name",
    "price_wan",
    "status",
    "responsible_unit",
)
DATES = (
    *("supply_date", "handover_date", "agreed_start_date", "supplementary_start_date", "actual_start_date"),
    *("suspended_date", "agreed_finish_date", "finish_date"),
)
TERMS = (
    *("far", "far_min", "far_max", "floor_area_m2", "coverage_min_percent", "coverage_max_percent"),
    *("green_max_percent", "total_investment_wan", "invested_wan", "due_area_m2", "developed_area_m2"),
)
DISPOSAL = (
    *("idle_state", "idle_cause", "on_cleanup_list", "list_kind", "disposal_mode", "return_date", "deadline"),
)
DOCUMENTS = (
    *(("contract_no", "supply_date"), ("supervision_no", None), ("permit_no", "permit_date")),
    *(("investigation_no", None), ("recognition_no", "recognition_date"), ("disposal_no", None)),
    *(("cleared_no", "cleared_date"), ("approval_no", "approval_date"), ("enabled_no", "enabled_date")),
    *(("document_no", None), ("agreement_no", None)),
)
"""Fields that name a document, each with the field of its day."""
BUSINESS = (
    *("industry", "scale", "grade", "output_wan", "revenue_wan", "added_value_wan", "tax_wan_2023"),
    *("tax_wan_2024", "tax_wan_2025", "energy_tce", "employees"),
)
WANTED = ("fail", "cannot_tell")


@dataclass(frozen=True)
class Row:
    """One line of a dossier.

    Attributes
    ----------
    title
        What it is.
    value
        A stored value, or a message where it was computed.
    unit
        Id of the value's unit.
    state
        Of a finding: ``fail`` or ``cannot_tell``; of a clock that ran out ``fail``.
    feature
        Where it is from, when that is another feature.
    codes
        Id of the code list that names the value.
    """

    title: Title
    value: object
    unit: str = ""
    state: str = ""
    feature: Feature | None = None
    codes: str = ""


@dataclass(frozen=True)
class Section:
    """Lines that belong together; ``id`` stands in the texts ``session.dossier_<id>``."""

    id: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> Message:
        """Its heading."""
        return Message(f"session.dossier_{self.id}")


def dossier(
    project: Project,
    layer_id: str,
    fid: int,
    findings: Sequence[Mapping[str, Any]] = (),
    around: bool = True,
) -> tuple[Section, ...]:
    """Gather what is known of a feature; sections without a line are left out.

    Parameters
    ----------
    project
        In its projected reference system; areas are planar, ㎡.
    layer_id, fid
        The feature. On a plot everything that lies on it is gathered too; of an enterprise its plot.
    findings
        Of the park and of one proposal, as results carry them.
    around
        Look into other layers too; without it what is there at once.
    """
    layer = project.layers[layer_id]
    areas, plot = Section("areas", tuple(_areas(layer, fid))), tuple(_of_plot(project, layer, fid, around))
    supplied = plot[:1] if plot and plot[0].id == "supply" else ()
    made = [
        *supplied,  # whose it is and since when is asked first
        areas,
        Section("findings", tuple(_findings(layer_id, fid, findings))),
        *plot[len(supplied) :],
        Section("documents", tuple(_documents(layer, fid))),
        Section("fields", tuple(_rest(layer, fid))),
    ]
    return tuple(section for section in made if section.rows)


def _of_plot(project: Project, layer: Layer, fid: int, around: bool) -> Iterator[Section]:
    own = layer.feature_type.id == SUPPLY
    ground = _ground(layer, fid)
    plot = _plot(project, layer, fid, ground) if around or own else None
    if plot is not None:
        ground = _ground(*plot)
        yield Section("supply", tuple(_supply(project, plot, layer)))
        yield Section("disposal", tuple(_fields(*plot, DISPOSAL)))
        yield Section("terms", tuple(_fields(*plot, TERMS)))
    if around:
        yield Section("plan", tuple(_uses(project, PLAN, layer, ground, ("plan_code", "plan_name"))))
        yield Section("survey", tuple(_uses(project, SURVEY, layer, ground, ("class_code", "class_name"))))
        yield Section("enterprise", tuple(_enterprises(project, layer, fid, plot, ground)))
        yield Section("requests", tuple(_requests(project, layer, fid, plot, ground)))


# --- the feature itself


def value_of(layer: Layer, fid: int, column: str) -> Any:
    """Give what is entered in a column, None for nothing."""
    if not layer.has(column):
        return None
    value = layer.rows([fid], [column])[column][0]
    missing = value is None or value == "" or (isinstance(value, float) and bool(np.isnan(value)))
    return None if missing else value


def _title(layer: Layer, column: str) -> Title:
    declared = layer.feature_type.field(column)
    return {"zh": column, "en": column} if declared is None else declared.title


def _fields(layer: Layer, fid: int, columns: Iterable[str], own: bool = True) -> Iterator[Row]:
    for column in columns:
        value = value_of(layer, fid, column)
        if value is not None:
            declared = layer.feature_type.field(column)
            unit, codes = ("", "") if declared is None else (declared.unit or "", declared.codes or "")
            from_ = None if own else (layer.id, fid)
            yield Row(_title(layer, column), value, unit, feature=from_, codes=codes)


def _rest(layer: Layer, fid: int) -> Iterator[Row]:
    """Every other column; on a plot those that no other section has."""
    told: set[str] = set()
    if layer.feature_type.id == SUPPLY:
        told = {*OWNER, *DATES, *TERMS, *DISPOSAL, "contract_area_m2", "registered_area_m2"}
        told |= {name for pair in DOCUMENTS for name in pair if name is not None}
    columns = [str(column) for column in layer.table.columns]
    return _fields(
        layer, fid, (c for c in columns if c not in told and c not in ("geometry", "parkplan_source_id"))
    )


def area_text(area_m2: float) -> Message:
    """Write an area in ㎡ and mu; from 1 ha on in ha and mu."""
    kind = "area_ha" if area_m2 >= 10_000.0 else "area_m2"
    values = {"area_m2": area_m2, "area_ha": area_m2 / 10_000.0, "area_mu": area_m2 / MU_M2}
    return Message(f"session.{kind}", values)


def _areas(layer: Layer, fid: int) -> Iterator[Row]:
    """Drawn, stated by the contract and by the register, each with what it is off the drawn one."""
    geometry = _ground(layer, fid)
    if geometry is None:
        return
    if geometry.geom_type.endswith("LineString"):
        yield Row(
            Message("session.dossier_length"),
            Message("session.length_m", {"length_m": float(geometry.length)}),
        )
        return
    if not geometry.geom_type.endswith("Polygon"):
        return
    drawn_m2 = float(geometry.area)
    yield Row(Message("session.dossier_drawn"), area_text(drawn_m2))
    stated = ("contract_area_m2", "registered_area_m2", "area_m2", "polygon_area_m2")
    for column in stated:
        value = value_of(layer, fid, column)
        if isinstance(value, int | float | np.number) and value > 0:
            off = (float(value) - drawn_m2) / drawn_m2 * 100.0 if drawn_m2 else 0.0
            values = {"area": area_text(float(value)), "off_percent": off}
            same = abs(off) < LEAST_PERCENT
            text = area_text(float(value)) if same else Message("session.dossier_stated", values)
            yield Row(_title(layer, column), text)
    yield Row(
        Message("session.dossier_perimeter"),
        Message("session.length_m", {"length_m": float(geometry.length)}),
    )


def _findings(layer_id: str, fid: int, findings: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for finding in findings:
        if finding["layer"] == layer_id and finding["state"] in WANTED and fid in finding["fids"]:
            title = {language: f"{finding['rule']} {text}" for language, text in finding["title"].items()}
            yield Row(title, finding["message"], state=finding["state"])


def _documents(layer: Layer, fid: int) -> Iterator[Row]:
    for number, day in DOCUMENTS:
        value = value_of(layer, fid, number)
        if value is None:
            continue
        when = value_of(layer, fid, day) if day is not None else None
        dated = isinstance(when, date)
        text = Message("session.dossier_dated", {"number": value, "day": when}) if dated else value
        yield Row(_title(layer, number), text)


# --- the plot and what lies on it


def _ground(layer: Layer, fid: int) -> Any:
    if not len(layer.geometry) or not layer.table.has([fid]).all():
        return None
    geometry = layer.rows([fid], ["geometry"])["geometry"][0]
    return None if geometry is None or geometry.is_empty else geometry


def _plot(project: Project, layer: Layer, fid: int, ground: Any) -> tuple[Layer, int] | None:
    """The supplied plot that the feature is, lies on, or names."""
    if layer.feature_type.id == SUPPLY:
        return layer, fid
    supply = project.of_type(SUPPLY)
    if supply is None or layer.feature_type.id not in (ENTERPRISE, REQUEST, "standard_factory"):
        return None
    number = value_of(layer, fid, "parcel_no")
    if number is not None and supply.has("parcel_no"):
        named = np.flatnonzero(supply.rows(None, ["parcel_no"])["parcel_no"] == number)
        if len(named):
            return supply, int(supply.fids[named[0]])
    if ground is None:
        return None
    place = ground.representative_point()
    under = [fid for fid, _ in _on(supply, place.buffer(0.5), 0.0) if _ground(supply, fid).intersects(place)]
    return (supply, under[0]) if under else None


def _on(layer: Layer, ground: Any, least_m2: float = LEAST_M2) -> list[tuple[int, float]]:
    """Features that share ground with a polygon, or lie in it, the largest share first: fid and ㎡."""
    if ground is None or not len(layer.geometry):
        return []
    fids = layer.near(ground.bounds)
    if not len(fids):
        return []
    shapes = layer.rows(fids, ["geometry"])["geometry"]
    usable = np.array([item is not None and bool(item.is_valid) for item in shapes])
    fids, shapes = fids[usable], shapes[usable]
    if layer.feature_type.geometry != "polygon":
        return [(int(fid), 0.0) for fid in fids[shapely.intersects(ground, shapes)]]
    shares = shapely.area(shapely.intersection(ground, shapes)) if ground.is_valid else np.zeros(len(fids))
    found = [(int(fid), float(share)) for fid, share in zip(fids, shares, strict=True) if share > least_m2]
    return sorted(found, key=lambda each: -each[1])


def _supply(project: Project, plot: tuple[Layer, int] | None, layer: Layer) -> Iterator[Row]:
    if plot is None:
        return
    supply, fid = plot
    own = supply is layer
    if not own:
        yield from _fields(supply, fid, ("parcel_no", "parcel_name"), own=False)
    yield from _fields(supply, fid, OWNER, own)
    yield from _fields(supply, fid, DATES, own)
    if project.as_of is not None:
        entered = {name: value_of(supply, fid, name) for name in CLOCK_FIELDS}
        state = idle_state(entered, project.as_of)
        days = (project.as_of - state.since).days if state.since is not None else 0
        values = {"since": state.since, "days": days, "as_of": project.as_of}
        mark = "fail" if state.idle else "cannot_tell" if state.kind == "unknown" else ""
        yield Row(
            Message("session.dossier_clock"), Message(f"session.clock_{state.kind}", values), state=mark
        )


def _uses(project: Project, kind: str, own: Layer, ground: Any, names: tuple[str, str]) -> Iterator[Row]:
    """Area by land use of what lies under the ground, the largest first."""
    layer = project.of_type(kind)
    polygon = ground is not None and ground.geom_type.endswith("Polygon")
    if layer is None or layer is own or not polygon or own.feature_type.id in ("park_boundary", "village"):
        return
    shares: Counter[str] = Counter()
    first: dict[str, int] = {}
    for fid, share in _on(layer, ground):
        use = " ".join(str(value) for name in names if (value := value_of(layer, fid, name)) is not None)
        shares[use] += share  # type: ignore[assignment]  # a Counter of floats counts just as well
        first.setdefault(use, fid)
    for use, share in shares.most_common():
        percent = share / float(ground.area) * 100.0
        text = Message("session.dossier_share", {"area": area_text(share), "percent": percent})
        yield Row({"zh": use or "—", "en": use or "—"}, text, feature=(layer.id, first[use]))


def _enterprises(
    project: Project, own: Layer, own_fid: int, plot: tuple[Layer, int] | None, ground: Any
) -> Iterator[Row]:
    """Who works on the plot: by credit code, by parcel number, or by where it lies."""
    layer = project.of_type(ENTERPRISE)
    if layer is None or (plot is None and own.feature_type.id not in ("plan_parcel", "standard_factory")):
        return
    fids = [own_fid] if own is layer else _members(layer, plot, ground)
    for fid in fids:
        name = value_of(layer, fid, "name")
        if own is not layer:
            yield Row(_title(layer, "name"), name, feature=(layer.id, fid))
        yield from _fields(layer, fid, BUSINESS, own is layer)


def _members(layer: Layer, plot: tuple[Layer, int] | None, ground: Any) -> list[int]:
    found: dict[int, None] = {}
    for column in ("credit_code", "parcel_no") if plot is not None else ():
        wanted = value_of(*plot, column) if plot is not None else None
        if wanted is not None and layer.has(column):
            same = np.flatnonzero(layer.rows(None, [column])[column] == wanted)
            found.update((int(layer.fids[place]), None) for place in same)
    if ground is not None and ground.geom_type.endswith("Polygon"):
        found.update((fid, None) for fid, _share in _on(layer, ground))
    return list(found)


def _requests(
    project: Project, own: Layer, own_fid: int, plot: tuple[Layer, int] | None, ground: Any
) -> Iterator[Row]:
    """What the enterprises there asked for, and how far that is."""
    layer = project.of_type(REQUEST)
    if layer is None or layer is own or plot is None:
        return
    fids = {fid for fid, _share in _on(layer, ground)}
    enterprises = project.of_type(ENTERPRISE)
    if enterprises is not None and layer.has("enterprise"):
        members = [own_fid] if own is enterprises else _members(enterprises, plot, ground)
        names = {value_of(enterprises, fid, "name") for fid in members} - {None}
        who = layer.rows(None, ["enterprise"])["enterprise"]
        fids |= {int(fid) for fid, name in zip(layer.fids, who, strict=True) if name in names}
    for fid in sorted(fids):
        title = value_of(layer, fid, "request_no") or value_of(layer, fid, "category") or str(fid)
        values = {name: value_of(layer, fid, name) or "" for name in ("content", "state", "deadline")}
        text = Message("session.dossier_request", values)
        yield Row({"zh": str(title), "en": str(title)}, text, feature=(layer.id, fid))
