"""Small parks in memory in which every veto item passes, and one change at a time that breaks one of them.

A park is laid out in a local frame in metres (east u, north v, the park from 0,0), then turned and put at
coordinates of a random 3-degree zone of CGCS2000. Nothing here reads the program's verdicts; what a change
must do is known from how the change is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import cos, radians, sin
from random import Random
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue, Rule
from gis_app.model import Completeness, Fact, Layer, Project, Proposal, Source, feature_frame

FIRST_ZONE_EPSG = 4534  # CGCS2000 / 3-degree Gauss-Kruger CM 75E, easting without zone number
ZONES = 21
DOCUMENT = ("示例〔2026〕1号", date(2026, 3, 1))
JUDGED, OTHER = "P", "Q"
ADDED = ("调入", "扩入")

LEDGER = (
    "supply_date",
    "handover_date",
    "agreed_start_date",
    "supplementary_start_date",
    "actual_start_date",
    "finish_date",
    "permit_no",
    "foundation_done",
    "due_area_m2",
    "developed_area_m2",
    "total_investment_wan",
    "invested_wan",
    "suspended_date",
    "idle_cause",
    "recognition_no",
    "recognition_date",
    "on_cleanup_list",
    "disposal_mode",
    "cleared_no",
    "cleared_date",
    "parcel_no",
    "right_holder",
    "responsible_unit",
    "deadline",
    "class_code",
)


@dataclass(frozen=True)
class Park:
    """A park that meets everything, with the measures by which it can be broken.

    ``width_m`` is its least overlap width; ``length_m`` the length of strips, for a core of 1 m² and more.
    """

    seed: int
    project: Project
    turn: tuple[float, float, float, float, float, float]
    size: tuple[float, float]
    added: tuple[tuple[float, float, float, float], ...]
    out: tuple[float, float, float, float] | None
    width_m: float
    length_m: float

    def __str__(self) -> str:
        return f"park of seed {self.seed}"

    def place(self, shape: BaseGeometry) -> BaseGeometry:
        """Bring a shape of the local frame to the ground."""
        return affine_transform(shape, self.turn)

    def box(self, west: float, south: float, east: float, north: float) -> BaseGeometry:
        """A rectangle of the local frame, on the ground."""
        return self.place(shapely.box(west, south, east, north))

    def layer(self, kind: str) -> Layer:
        return self.project.layers[kind]

    def with_layer(self, kind: str, changed: Layer | None) -> Project:
        """The project with one layer changed, or taken out."""
        layers = {
            key: layer for key, layer in self.project.layers.items() if key != kind or changed is not None
        }
        if changed is not None:
            layers[kind] = changed
        return replace(self.project, layers=layers)

    def with_fact(self, key: str, owner: str, changed: Fact | None) -> Project:
        """The project with one fact changed, or taken out."""
        facts = {each: fact for each, fact in self.project.facts.items() if each != f"{owner}/{key}"}
        if changed is not None:
            facts[changed.id] = changed
        return replace(self.project, facts=facts)

    def ground_of(self, kind: str) -> BaseGeometry:
        """The ground over which the proposal's rules need a layer: the added land and the park."""
        return shapely.union_all([self.box(*block) for block in self.added] + [self.box(0, 0, *self.size)])


def with_rows(
    layer: Layer, shapes: Sequence[BaseGeometry], rows: Sequence[Mapping[str, Any]] | None = None
) -> Layer:
    """The layer with other shapes (and the same columns, row by row, where ``rows`` is None)."""
    given = rows if rows is not None else layer.frame.drop(columns="geometry").to_dict("records")
    names = [column for column in layer.frame.columns if column != "geometry"]
    columns = {name: [row.get(name) for row in given] for name in names}
    first = int(layer.fids[0]) if len(layer.fids) else 1
    fids = list(layer.fids) if len(shapes) == len(layer.fids) else list(range(first, first + len(shapes)))
    frame = feature_frame(fids, columns, list(shapes), layer.frame.crs)
    return replace(layer, frame=frame)


def with_extra(layer: Layer, shape: BaseGeometry, fid: int = 99_001) -> Layer:
    """The layer with one more feature, its columns those of the first."""
    rows = layer.frame.drop(columns="geometry").to_dict("records")
    columns = {name: [*(row[name] for row in rows), rows[0][name]] for name in rows[0]} if rows else {}
    fids = [*layer.fids, fid]
    return replace(layer, frame=feature_frame(fids, columns, [*layer.geometry, shape], layer.frame.crs))


# -- making ---------------------------------------------------------------------


def park(seed: int, catalogue: Catalogue) -> Park:
    """Make the park of a seed."""
    random = Random(seed)
    crs = CRS.from_epsg(FIRST_ZONE_EPSG + random.randrange(ZONES))
    turn = _turn(random)
    size = (round(random.uniform(700, 2500), 1), round(random.uniform(600, 2000), 1))
    added = _added(random, size)
    out = _out(random, size)
    width_m = random.choice([0.05, 0.1, 0.2, 0.5, 1.0, round(random.uniform(0.05, 1.0), 3)])
    length_m = max(10.0, 3 / width_m)
    project = Project(
        crs=crs, name=f"虚构示例 {seed}", as_of=date(2026, 3, 1) + timedelta(days=random.randrange(270))
    )
    made = Park(seed, project, turn, size, added, out, width_m, length_m)
    for kind, shapes, rows in _layers(made, random):
        _add_layer(made, catalogue, random, kind, shapes, rows)
    _add_facts(made, random)
    project.proposals = {name: Proposal(name, f"方案{name}") for name in (JUDGED, OTHER)}
    return made


def _turn(random: Random) -> tuple[float, float, float, float, float, float]:
    angle = radians(random.choice([0.0, 90.0, random.uniform(0, 360), random.uniform(0, 360)]))
    east, north = 500_000 + random.uniform(-130_000, 130_000), random.uniform(2_200_000, 5_500_000)
    return (cos(angle), -sin(angle), sin(angle), cos(angle), east, north)


def _added(random: Random, size: tuple[float, float]) -> tuple[tuple[float, float, float, float], ...]:
    """Two blocks east of the park that share an edge: 调入 below, 扩入 above."""
    across = round(random.uniform(150, 700), 1)
    middle = round(random.uniform(0.35, 0.6) * size[1], 1)
    return ((size[0], 0.0, size[0] + across, middle), (size[0], middle, size[0] + across, size[1]))


def _out(random: Random, size: tuple[float, float]) -> tuple[float, float, float, float] | None:
    if random.random() < 0.3:
        return None
    return (0.0, round(size[1] * 0.8, 1), round(size[0] * random.uniform(0.1, 0.4), 1), size[1])


Rows = list[dict[str, Any]]


def _layers(made: Park, random: Random) -> Iterator[tuple[str, list[BaseGeometry], Rows]]:
    (width, height), (lower, _) = made.size, made.added
    east, far = lower[2], lower[2] + 400
    seam = round(random.uniform(0.2, 0.8) * width, 1)
    parts = (
        [(0, 0, seam, height), (seam, 0, width, height)] if random.random() < 0.5 else [(0, 0, width, height)]
    )
    yield (
        "park_boundary",
        [made.box(*part) for part in parts],
        [{"block_no": str(i)} for i in range(len(parts))],
    )
    yield "proposal_block", *_blocks(made, random)
    cut = (width + east) / 2  # the seam of the delivered boundary runs through both blocks
    yield (
        "urban_development_boundary",
        [made.box(-300, -300, cut, height + 300), made.box(cut, -300, far, height + 300)],
        [
            {"zone_code": "010"},
            {"zone_code": "010"},
        ],
    )
    fields = [
        made.box(east, lower[3] - 80, east + 90, lower[3] + 60),
        made.box(-900, height + 500, -200, height + 900),
    ]
    fields += [made.box(i * 160, -900, i * 160 + 150, -700) for i in range(random.randrange(8))]
    yield "permanent_basic_farmland", fields, [{"class_code": "0101"}] * len(fields)
    yield "ecological_red_line", [made.box(-2000, -400, -1500, height)], [{"kind": "水土保持"}]
    yield "other_park", [made.box(far + 700, 0, far + 1700, 600)], [{"name": "邻园"}]
    yield "supply_parcel", *_ledger(made, random)
    yield "sewage_facility", *_sewage(made)


def _blocks(made: Park, random: Random) -> tuple[list[BaseGeometry], Rows]:
    """The judged proposal's blocks, in any order with those of another that lies on farmland."""
    known = [
        (made.box(*block), {"proposal": JUDGED, "change_type": word})
        for block, word in zip(made.added, ADDED, strict=True)
    ]
    if made.out is not None:
        known.append((made.box(*made.out), {"proposal": JUDGED, "change_type": "调出"}))
    east = made.added[0][2]
    known.append(
        (made.box(made.size[0] + 20, -850, east + 500, -600), {"proposal": OTHER, "change_type": "扩入"})
    )
    random.shuffle(known)
    return [shape for shape, _ in known], [row for _, row in known]


def _ledger(made: Park, random: Random) -> tuple[list[BaseGeometry], Rows]:
    """Plots in the park that are built on, finished, not due or closed; one open case in another place."""
    (width, height), as_of = made.size, made.project.as_of
    assert as_of is not None
    columns, rows = random.randint(2, 5), random.randint(2, 4)
    step_u, step_v = width / columns, height / rows
    shapes, plots = [], []
    for i in range(columns * rows):
        u, v = (i % columns) * step_u + 20, (i // columns) * step_v + 20
        shapes.append(made.box(u, v, u + step_u - 40, v + step_v - 40))
        plots.append(
            _plot(i, as_of, random.choice(["built", "finished", "not_due", "closed"]) if i else "built")
        )
    shapes.append(made.box(-1200, 0, -1000, 150))
    plots.append(
        _plot(len(plots), as_of, "not_due") | {"recognition_no": "邻县认〔2025〕9号", "class_code": "0701"}
    )
    return shapes, plots


def _plot(number: int, as_of: date, state: str) -> dict[str, Any]:
    plot = dict.fromkeys(LEDGER)
    plot |= {
        "parcel_no": f"GD-{number:03d}",
        "right_holder": f"示例{number}公司",
        "responsible_unit": "分局",
        "deadline": as_of + timedelta(days=30),
        "class_code": "100102" if number % 4 else "100101",
        "on_cleanup_list": False,
        "supply_date": as_of - timedelta(days=900),
        "handover_date": as_of - timedelta(days=850),
        "agreed_start_date": as_of - timedelta(days=100),
    }
    if state in ("built", "finished"):
        plot |= {
            "actual_start_date": as_of - timedelta(days=90),
            "permit_no": f"建{number}",
            "foundation_done": True,
        }
    if state == "finished":
        plot |= {"finish_date": as_of - timedelta(days=3)}
    if state == "closed":
        plot |= {
            "agreed_start_date": as_of - timedelta(days=800),
            "recognition_no": f"认{number}",
            "disposal_mode": "D8",
            "recognition_date": as_of - timedelta(days=60),
            "on_cleanup_list": True,
            "cleared_no": f"销{number}",
            "cleared_date": as_of - timedelta(days=number % 2),
        }
    return plot


def _sewage(made: Park) -> tuple[list[BaseGeometry], Rows]:
    width, height = made.size
    common = {
        "name": "示例污水厂",
        "nature": "自建",
        "status": "运行",
        "online_monitoring": "联网",
        "agreement_no": None,
    }
    return [made.box(5, 5, 45, 15), made.box(0, 0, width, height)], [
        common | {"part": "厂区"},
        common | {"part": "服务范围"},
    ]


def _add_layer(
    made: Park, catalogue: Catalogue, random: Random, kind: str, shapes: list[BaseGeometry], rows: Rows
) -> None:
    project = made.project
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    fids = np.arange(project.next_fid, project.next_fid + len(shapes))
    project.next_fid += len(shapes)
    slack = random.uniform(5, 400)
    whole = made.box(-2500, -1500, made.added[0][2] + 3000, made.size[1] + 1500).buffer(
        slack, join_style="mitre"
    )
    stated = Completeness(whole, project.as_of, "示例局", project.as_of)
    source = Source(
        f"{kind}.shp", "0" * 64, crs="CGCS2000", declared_count=len(rows), used_count=len(rows), cgcs2000=True
    )
    scheme = "landuse_2023" if kind == "supply_parcel" else None
    frame = feature_frame(fids, columns, shapes, project.crs)
    project.layers[kind] = Layer(kind, catalogue.feature_types[kind], frame, stated, scheme, (source,))


def _add_facts(made: Park, random: Random) -> None:
    hectares = {word: 0.0 for word in ("调出", *ADDED)}
    for block, word in zip(made.added, ADDED, strict=True):
        hectares[word] = (block[2] - block[0]) * (block[3] - block[1]) / 10_000
    if made.out is not None:
        hectares["调出"] = (made.out[2] - made.out[0]) * (made.out[3] - made.out[1]) / 10_000
    printed = {word: round(value, 2) for word, value in hectares.items()}
    approved = round(made.size[0] * made.size[1] / 10_000 + random.uniform(-0.3, 0.3), 2)
    total = round(approved - printed["调出"] + printed["调入"] + printed["扩入"], 2)
    park_facts = {
        "approved_area_ha": approved,
        "least_overlap_width_m": made.width_m,
        "sewer_service_distance_m": 10.0,
    }
    own = {
        "out_ha": printed["调出"],
        "in_ha": printed["调入"],
        "expand_ha": printed["扩入"],
        "total_ha": total,
    }
    facts = [Fact("", key, value, *DOCUMENT) for key, value in park_facts.items()]
    facts += [Fact(JUDGED, key, value, *DOCUMENT) for key, value in own.items()]
    made.project.facts = {fact.id: fact for fact in facts}


# -- breaking -------------------------------------------------------------------

Breaking = Callable[[Park, Rule, float], Project]
"""The project with one rule broken by a factor of its tolerance."""


def _press_on(park: Park, rule: Rule, factor: float) -> Project:
    """One more feature of the other layer, its edge a strip in the added land, factor × the least width."""
    kind = str(rule.inputs["other"]["layer"])
    west, south, east, _ = park.added[0]
    at = west + (east - west) * 0.3
    return park.with_layer(
        kind,
        with_extra(
            park.layer(kind), park.box(at, south - 50, at + park.length_m, south + factor * park.width_m)
        ),
    )


def _stick_out(park: Park, rule: Rule, factor: float) -> Project:
    """The cover's edge drawn back, so that a strip of the added land lies outside it."""
    kind = str(rule.inputs["cover"]["layer"])
    _, south, east, north = park.added[1]
    at = (south + north) / 2
    bite = park.box(east - factor * park.width_m, at, east + 1000, at + park.length_m)
    layer = park.layer(kind)
    return park.with_layer(kind, with_rows(layer, [shape.difference(bite) for shape in layer.geometry]))


def _misfit(park: Park, rule: Rule, factor: float) -> Project:
    """The park's own boundary drawn into the added land, or away from the land that leaves."""
    layer = park.layer("park_boundary")
    deep, shapes = factor * park.width_m, list(layer.geometry)
    if park.out is not None and park.seed % 2:
        west, south, _, _ = park.out
        notch = park.box(west - 10, south + 5, west + deep, south + 5 + park.length_m)
        return park.with_layer(layer.id, with_rows(layer, [shape.difference(notch) for shape in shapes]))
    west, south, _, _ = park.added[0]
    shapes[-1] = shapes[-1].union(park.box(west - 5, south + 30, west + deep, south + 30 + park.length_m))
    return park.with_layer(layer.id, with_rows(layer, shapes))


def _unserved(park: Park, rule: Rule, factor: float) -> Project:
    """The service area drawn back from one industrial plot by a strip."""
    kind = str(rule.inputs["facility"]["layer"])
    layer = park.layer(kind)
    notch = park.box(-10, 40, 20 + factor * park.width_m, 40 + park.length_m)
    return park.with_layer(kind, with_rows(layer, [layer.geometry[0], layer.geometry[1].difference(notch)]))


def _open_cases(park: Park, rule: Rule, factor: float) -> Project:
    """Cases are counted: twice is two open plots, half is one that is only suspected."""
    layer = park.layer(str(rule.inputs["subject"]["layer"]))
    as_of = park.project.as_of
    assert as_of is not None
    rows = layer.frame.drop(columns="geometry").to_dict("records")
    idle = _plot(0, as_of, "not_due") | {"agreed_start_date": as_of - timedelta(days=800)}
    chosen = (1, 2) if factor > 1 else (1,)
    for i in chosen:
        case = {"recognition_no": "认〔2026〕示例号", "recognition_date": as_of} if factor > 1 else {}
        case |= {"on_cleanup_list": i == 2}
        rows[i] = idle | {name: rows[i][name] for name in ("parcel_no", "class_code")} | case
    return park.with_layer(layer.id, with_rows(layer, list(layer.geometry), rows))


def _not_closing(park: Park, rule: Rule, factor: float) -> Project:
    """The printed total off by a factor of what rounding allows."""
    facts = park.project.facts
    printed = sum(
        facts[key].value != 0
        for key in ("/approved_area_ha", *(f"{JUDGED}/{k}_ha" for k in ("out", "in", "expand")))
    )
    off = factor * 0.005 * (printed + 1)
    total = facts[f"{JUDGED}/total_ha"]
    return park.with_fact("total_ha", JUDGED, replace(total, value=round(float(total.value) + off, 5)))


def _other_datum(park: Park, rule: Rule, factor: float) -> Project:
    """Layers are counted: twice is two layers in another system, half is one of which nobody knows."""
    layers = dict(park.project.layers)
    chosen = ["ecological_red_line", "park_boundary"] if factor > 1 else ["ecological_red_line"]
    for kind in chosen:
        source = replace(
            layers[kind].sources[0],
            crs="WGS 84" if factor > 1 else "",
            cgcs2000=False if factor > 1 else None,
        )
        layers[kind] = replace(layers[kind], sources=(source,))
    return replace(park.project, layers=layers)


BREAKING: dict[str, Breaking] = {
    "clear_of": _press_on,
    "covered_by": _stick_out,
    "change_fits": _misfit,
    "served": _unserved,
    "open_cases": _open_cases,
    "sum_closes": _not_closing,
    "reference_system": _other_datum,
}
"""How a rule is broken, by the way in which it measures."""

COUNTED = ("open_cases", "reference_system")
"""Half a case there is not: the nearest is one that nobody can tell."""


# -- taking inputs away ---------------------------------------------------------


def layers_of(rule: Rule) -> list[str]:
    """The feature types without which a rule cannot tell."""
    given = [value for value in rule.inputs.values() if isinstance(value, Mapping) and "layer" in value]
    return list(dict.fromkeys(str(value["layer"]) for value in given if not value.get("optional")))


def facts_of(rule: Rule) -> list[tuple[str, bool]]:
    """The facts of a rule, and whether it can do without."""
    given = [value for value in rule.inputs.values() if isinstance(value, Mapping) and "fact" in value]
    return [(str(value["fact"]), bool(value.get("optional"))) for value in given]


def poorer_layers(park: Park, kind: str) -> Iterator[tuple[str, Project]]:
    """The project with one layer removed, emptied, cut short or stripped of its completeness."""
    layer = park.layer(kind)
    yield "removed", park.with_layer(kind, None)
    yield "emptied", park.with_layer(kind, with_rows(layer, [], []))
    yield "stripped", park.with_layer(kind, replace(layer, completeness=Completeness()))
    yield (
        "proposed",
        park.with_layer(kind, replace(layer, completeness=replace(layer.completeness, proposed=True))),
    )
    yield (
        "lapsed",
        park.with_layer(kind, replace(layer, completeness=replace(layer.completeness, lapsed=True))),
    )
    short = _cut_to(park)
    stated = replace(layer.completeness, area=layer.completeness.area.intersection(short))  # type: ignore[union-attr]
    yield "vouched for 90 %", park.with_layer(kind, replace(layer, completeness=stated))
    yield "cut to 90 %", park.with_layer(kind, replace(_clipped(layer, short), completeness=stated))


def _cut_to(park: Park) -> BaseGeometry:
    """All but the southern or the northern tenth: ground of the park and of the added land."""
    height = park.size[1]
    return (
        park.box(-9e3, height * 0.1, 9e3, 9e3) if park.seed % 2 else park.box(-9e3, -9e3, 9e3, height * 0.9)
    )


def _clipped(layer: Layer, keep: BaseGeometry) -> Layer:
    rows = layer.frame.drop(columns="geometry").to_dict("records")
    kept = [(shape.intersection(keep), row) for shape, row in zip(layer.geometry, rows, strict=True)]
    kept = [(shape, row) for shape, row in kept if shape.area > 0]
    return with_rows(layer, [shape for shape, _ in kept], [row for _, row in kept])


def poorer_facts(park: Park, key: str) -> Iterator[tuple[str, Project]]:
    """The project with one fact removed, or without what makes it count."""
    owner = JUDGED if f"{JUDGED}/{key}" in park.project.facts else ""
    fact = park.project.facts[f"{owner}/{key}"]
    yield "removed", park.with_fact(key, owner, None)
    yield "without document", park.with_fact(key, owner, replace(fact, document=" "))
    yield "without date", park.with_fact(key, owner, replace(fact, document_date=None))
    yield "proposed", park.with_fact(key, owner, replace(fact, proposed=True))
    yield "not a number", park.with_fact(key, owner, replace(fact, value=float("nan")))
