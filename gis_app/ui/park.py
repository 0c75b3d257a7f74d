"""The open park as the window shows it: project, what was judged, its figures and its scene."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.indicators import Figure, strip
from gis_app.indicators.deadlines import Due, deadlines
from gis_app.language import Message
from gis_app.model import Layer, Project
from gis_app.project_file import ProjectFile, is_project_file
from gis_app.render.map_scene import BLOCKS, LAND_USE, map_layers
from gis_app.render.scene import SceneLayer, bounds_of, scene_layers
from gis_app.session.office import load_catalogue
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options
from gis_app.session.outcome import checked, facts_of, reviewed
from gis_app.session.session import Session
from gis_app.session.settings import load as load_settings

Tell = Callable[[Message], None]
GROUND_OPACITY = {"survey_polygon": 0.42, "plan_parcel": 0.62}
FRAMED = ("park_boundary", BLOCKS)
NAMED_BY = (
    "parcel_no",
    "name",
    "parcel_name",
    "block_name",
    "request_no",
    "project_no",
    "pole_no",
    "pipe_no",
    "polygon_no",
    "bsm",
    "manhole_no",
    "building_no",
    "batch_name",
    "code",
    "block_no",
)
"""Fields by which a feature is named in lists, the first that it has."""


@dataclass
class Park:
    """Everything that is shown of one park.

    Attributes
    ----------
    stored, session
        The open project file, and the session at work on it; None for a folder or single files.
    check, review
        Results as ``parkplan check`` and ``parkplan review`` print them.
    figures
        The eight figures for each proposal id; under ``""`` where there is none.
    scene
        Scene layers from the bottom up by the id under which the tree shows them: a layer's id, for blocks
        ``proposal_block/<proposal>``.
    """

    path: Path
    opened: Opened
    catalogue: Catalogue
    check: Mapping[str, Any] = field(default_factory=dict)
    review: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    due: tuple[tuple[Due, ...], tuple[Due, ...]] = ((), ())
    facts: Sequence[Mapping[str, Any]] = ()
    scene: Mapping[str, tuple[SceneLayer, ...]] = field(default_factory=dict)
    stored: ProjectFile | None = None
    session: Session | None = None
    history: tuple[tuple[str, str, Message], ...] = field(default=())

    @property
    def project(self) -> Project:
        """The model."""
        return self.opened.project

    @property
    def to_supply(self) -> list[Mapping[str, Any]]:
        """What is still to be supplied, of park and proposals, each thing once, veto items first."""
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for row in (*self.review["to_supply"], *self.check["to_supply"]):
            known = rows.setdefault((row["kind"], row["what"]), {**row, "rules": []})
            known["rules"] += [rule for rule in row["rules"] if rule not in known["rules"]]
            known["veto"] = known["veto"] or row["veto"]
        return sorted(rows.values(), key=lambda row: (not row["veto"], -len(row["rules"]), row["what"]))

    def proposal(self, id: str) -> Mapping[str, Any] | None:
        """The judged proposal of an id."""
        return next((item for item in self.review["proposals"] if item["id"] == id), None)

    def findings(self, proposal: str | None) -> list[Mapping[str, Any]]:
        """The findings of the park, and of one proposal."""
        given = self.proposal(proposal) if proposal else None
        return [*(given["findings"] if given else ()), *self.check["findings"]]

    def close(self) -> None:
        """Let go of the project file."""
        if self.stored is not None:
            self.stored.close()
            self.stored = self.session = None


def open_park(path: Path, language: str, tell: Tell, options: Options | None = None) -> Park:
    """Open a folder, a file or a project and judge it.

    Raises
    ------
    Refused
        It cannot be opened.
    """
    settings = load_settings()[0]
    catalogue = load_catalogue(settings)
    options = options or Options(workers=settings.workers)
    tell(Message("ui.opening", {"path": path.name}))
    if not (path.is_file() and is_project_file(path)):
        return judged(Park(path, open_path(path, options, catalogue, tell), catalogue), language, tell)
    stored = ProjectFile.open(path, catalogue=catalogue)
    try:
        session = Session(stored, catalogue, actor())
        opened = Opened(path, session.project, None)
        park = Park(path, opened, catalogue, stored=stored, session=session)
        return judged(park, language, tell)
    except BaseException:
        stored.close()
        raise


def judged(park: Park, language: str, tell: Tell) -> Park:
    """Judge a park anew and give it with what follows; layers and session stay the same."""
    project, catalogue = park.project, park.catalogue

    def progress(done: int, of: int, rule: str) -> None:
        tell(Message("ui.judging", {"done": done, "of": of, "rule": rule}))

    check = checked(park.opened, catalogue, progress)
    review = reviewed(park.opened, catalogue, None, progress)
    tell(Message("ui.drawing"))
    scene = park.scene or scene_of(project, catalogue, language)
    for layer in project.layers.values():
        if len(layer.geometry):
            layer.near(
                (0.0, 0.0, 0.0, 0.0)
            )  # makes the index here, so that the first click need not wait for it
    return replace(
        park,
        check=check,
        review=review,
        figures=figures_of(project, check, review),
        due=deadlines(project),
        facts=facts_of(project, catalogue),
        scene=scene,
        history=()
        if park.stored is None
        else tuple((e.wall_time, e.actor, e.text) for e in park.stored.journal()),
    )


def figures_of(
    project: Project, check: Mapping[str, Any], review: Mapping[str, Any]
) -> dict[str, tuple[Figure, ...]]:
    """Compute the eight figures for each proposal, or once where there is none."""
    of_park = check["findings"]
    found = {item["id"]: strip(project, of_park, item["findings"]) for item in review["proposals"]}
    return found or {"": strip(project, of_park, ())}


def scene_of(project: Project, catalogue: Catalogue, language: str) -> dict[str, tuple[SceneLayer, ...]]:
    """Give every layer as the map draws it, from the bottom up."""
    drawn: dict[str, list[SceneLayer]] = {}
    for item in map_layers(project, catalogue, (), language, proposals=()):
        drawn.setdefault(item.id, []).append(item)
    blocks = project.of_type(BLOCKS)
    for proposal in project.proposals if blocks is not None else ():
        for item in map_layers(project, catalogue, (), language, proposals=[proposal]):
            if blocks is not None and item.id == blocks.id:
                id = block_id(proposal)
                drawn.setdefault(id, []).append(replace(item, id=id))
    for layer in project.layers.values():
        opacity = GROUND_OPACITY.get(layer.feature_type.id, 1.0)
        if layer.feature_type.id in LAND_USE or (layer.id not in drawn and layer.feature_type.id != BLOCKS):
            drawn[layer.id] = list(scene_layers(layer, catalogue, opacity=opacity))
    return {id: tuple(items) for id, items in drawn.items() if items}


def block_id(proposal: str) -> str:
    """Give the id of a proposal's blocks in the scene."""
    return f"{BLOCKS}/{proposal}"


def framed(park: Park) -> tuple[float, float, float, float] | None:
    """Give the bounds that the park is opened with: its boundary and proposals, else everything."""
    wanted = [layer for id, layers in park.scene.items() for layer in layers if id.split("/")[0] in FRAMED]
    return bounds_of(wanted) or bounds_of([layer for layers in park.scene.values() for layer in layers])


def evidence_of(finding: Mapping[str, Any], project: Project) -> list[BaseGeometry]:
    """Give the ground that a finding points at: its evidence, else the features that it names."""
    if finding.get("evidence"):
        return [shape(finding["evidence"])]
    layer = project.layers.get(finding.get("layer") or "")
    if finding["state"] in ("pass", "not_applicable") or layer is None or not len(layer.geometry):
        return []
    return geometries(layer, finding["fids"])


def geometries(layer: Layer, fids: Sequence[int]) -> list[BaseGeometry]:
    """Give the usable geometries of some features."""
    known = [fid for fid in fids if fid in layer.frame.index]
    shapes = layer.rows(known, ["geometry"])["geometry"] if known and len(layer.geometry) else ()
    return [item for item in shapes if item is not None and not item.is_empty]


def bounds(shapes: Sequence[BaseGeometry], least_m: float = 40.0) -> tuple[float, float, float, float]:
    """Give the bounds of some geometries, at least ``least_m`` wide and high."""
    low_x, low_y, high_x, high_y = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    wide, high = max(0.0, least_m - (high_x - low_x)) / 2, max(0.0, least_m - (high_y - low_y)) / 2
    return (low_x - wide, low_y - high, high_x + wide, high_y + high)


def under(park: Park, ids: Sequence[str], x: float, y: float, reach_m: float) -> list[tuple[str, int]]:
    """Give what lies under a place: (layer id, fid), the smallest ground first, else in the order of ``ids``.

    Whoever clicks a parcel means the parcel and not the park that it lies in.
    """
    place = shapely.Point(x, y)
    found: list[tuple[float, tuple[str, int]]] = []
    for id in ids:
        layer = park.project.layers.get(id.split("/")[0])
        if layer is None or not len(layer.geometry):
            continue
        fids = [int(fid) for fid in layer.near((x - reach_m, y - reach_m, x + reach_m, y + reach_m))]
        shapes = layer.rows(fids, ["geometry"])["geometry"]
        own = {int(fid) for item in park.scene.get(id, ()) for fid in item.fids} if "/" in id else None
        for fid, item in zip(fids, shapes, strict=True):
            if (own is None or fid in own) and item is not None and _hit(item, place, reach_m):
                found.append((float(item.area), (layer.id, fid)))
    return [feature for _area_m2, feature in sorted(found, key=lambda each: each[0])]


def _hit(item: BaseGeometry, place: BaseGeometry, reach_m: float) -> bool:
    reach = 0.0 if item.geom_type.endswith("Polygon") else reach_m
    return bool(item.distance(place) <= reach)


def name_of(layer: Layer, fid: int) -> str:
    """Give a feature's name for lists, else its number."""
    if fid not in layer.frame.index:
        return str(fid)
    for column in NAMED_BY:
        if layer.has(column):
            value = layer.rows([fid], [column])[column][0]
            if value not in (None, ""):
                return str(value)
    return str(fid)


def find(park: Park, text: str, most: int = 12) -> list[tuple[str, int, str]]:
    """Give features whose name holds the text: (layer id, fid, name)."""
    wanted = text.strip().casefold()
    found: list[tuple[str, int, str]] = []
    for layer in park.project.layers.values():
        columns = [column for column in NAMED_BY if layer.has(column)][:2]
        for column in columns if wanted else ():
            values = layer.rows(None, [column])[column]
            for fid, value in zip(layer.fids, values, strict=True):
                if value is not None and wanted in str(value).casefold():
                    found.append((layer.id, int(fid), str(value)))
                    if len(found) >= most:
                        return found
    return found


def actor() -> str:
    """Give the name under which steps are recorded."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"
