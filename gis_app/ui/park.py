"""The open park as the window shows it: project, what was judged, its figures and its scene."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.language import Message
from gis_app.model import Layer, Project
from gis_app.model.duplicate import duplicates, layer_id, shown_layer
from gis_app.render.map_scene import BLOCKS, LAND_USE, OVER_IT, is_classed, over, over_ground
from gis_app.render.scene import SceneLayer, bounds_of, scene_layers
from gis_app.session.inventory import delivered, facts_of
from gis_app.session.judgement import Judgement, judge
from gis_app.session.office import read_catalogue
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options
from gis_app.session.settings import load as load_settings
from gis_app.session.styles import own_styles, worn

if TYPE_CHECKING:  # what judges, and what stores, is imported when there is something to judge or to store
    from gis_app.catalogue import Style
    from gis_app.indicators import Figure
    from gis_app.indicators.deadlines import Due
    from gis_app.project_file import Entry, ProjectFile
    from gis_app.session.gestures import Done, Gestures
    from gis_app.session.rule_process import Order, RuleProcess
    from gis_app.session.session import Session
    from gis_app.session.writer import Writer

Tell = Callable[[Message], None]
Scene = dict[str, tuple[SceneLayer, ...]]
GROUND_OPACITY = {"survey_polygon": 0.42, "plan_parcel": 0.62}
FRAMED = ("park_boundary", BLOCKS)


@dataclass
class Park:
    """Everything that is shown of one park.

    Attributes
    ----------
    stored, session, writer, gestures
        The open project file, the session at work on it, whoever owns it while it is edited, and what the
        hand asks for; None for a folder or single files.
    judgement
        What was judged; None while that is not known, then no word of a verdict may be shown.
    stopped
        Nobody judges it any more: that was cancelled or broke off.
    delivered
        What was delivered, as every result tells it.
    scene
        Scene layers from the bottom up by the id under which the tree shows them: a layer's id, for blocks
        ``proposal_block/<proposal>``. At first those that are shown at first.
    """

    path: Path
    opened: Opened
    catalogue: Catalogue
    judgement: Judgement | None = None
    stopped: bool = False
    delivered: Mapping[str, Any] = field(default_factory=dict)
    due: tuple[tuple[Due, ...], tuple[Due, ...]] = ((), ())
    facts: Sequence[Mapping[str, Any]] = ()
    scene: Mapping[str, tuple[SceneLayer, ...]] = field(default_factory=dict)
    stored: ProjectFile | None = None
    session: Session | None = None
    writer: Writer | None = None
    gestures: Gestures | None = None
    history: tuple[tuple[str, str, Message], ...] = field(default=())

    @property
    def project(self) -> Project:
        """The model."""
        return self.opened.project

    @property
    def seq(self) -> int:
        """The journal sequence of the last step; 0 for what has no journal."""
        return 0 if self.session is None else self.session.seq

    @property
    def standing(self) -> str:
        """Whether it is ``judged``, still ``pending``, or ``unjudged`` because that was broken off."""
        if self.judgement is not None:
            return "judged"
        return "unjudged" if self.stopped else "pending"

    @property
    def figures(self) -> Mapping[str, tuple[Figure, ...]]:
        """The figures by proposal; none while nothing is judged."""
        return {} if self.judgement is None else self.judgement.figures

    @property
    def proposals(self) -> Sequence[Mapping[str, Any]]:
        """The judged proposals; only id and name of each while nothing is judged."""
        if self.judgement is not None:
            return list(self.judgement.review["proposals"])
        return [{"id": item.id, "name": item.name} for item in self.project.proposals.values()]

    @property
    def to_supply(self) -> list[Mapping[str, Any]]:
        """What is still to be supplied, of park and proposals, each thing once, veto items first."""
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        given = () if self.judgement is None else (self.judgement.review, self.judgement.check)
        for row in (row for result in given for row in result["to_supply"]):
            known = rows.setdefault((row["kind"], row["what"]), {**row, "rules": []})
            known["rules"] += [rule for rule in row["rules"] if rule not in known["rules"]]
            known["veto"] = known["veto"] or row["veto"]
        return sorted(rows.values(), key=lambda row: (not row["veto"], -len(row["rules"]), row["what"]))

    def layer_of(self, id: str) -> Layer:
        """The layer that a row of the layer tree shows; a duplicate's has its name and style."""
        found = shown_layer(self.project, id)
        if found is None:
            raise KeyError(id)
        return found

    def style_of(self, id: str) -> Style:
        """The style of a row of the layer tree."""
        return self.catalogue.styles[self.layer_of(id).feature_type.style]

    def has(self, layer: str, fid: int) -> bool:
        """Whether there is such a feature still."""
        found = self.project.layers.get(layer)
        return found is not None and bool(found.table.has([fid])[0])

    def proposal(self, id: str) -> Mapping[str, Any] | None:
        """The judged proposal of an id; None while nothing is judged."""
        judged = () if self.judgement is None else self.judgement.review["proposals"]
        return next((item for item in judged if item["id"] == id), None)

    def findings(self, proposal: str | None) -> list[Mapping[str, Any]]:
        """The findings of the park, and of one proposal."""
        if self.judgement is None:
            return []
        given = self.proposal(proposal) if proposal else None
        return [*(given["findings"] if given else ()), *self.judgement.check["findings"]]

    def perform(self, edit: str, arguments: Mapping[str, object], done: Done) -> None:
        """Make an edit a step of the open project, after the gestures that the hand made before it.

        Parameters
        ----------
        done
            Told the changeset that was stored, or None where nothing changed; where gestures are stored
            beside the main thread, also what was refused.

        Raises
        ------
        Refused
            Nobody stores beside the main thread, and it could not be made.
        """
        from gis_app.edits.registry import EDITS

        assert self.session is not None
        if self.gestures is None:
            done(self.session.edit(edit, arguments))
            return
        catalogue = self.session.catalogue
        self.gestures.perform(lambda project: EDITS[edit].changeset(project, catalogue, arguments), done)

    def close(self) -> None:
        """Let go of the project file, after every gesture that was made is stored."""
        if self.gestures is not None:
            self.gestures.finish()
        if self.writer is not None:
            self.writer.close()  # after the last step was stored
        elif self.stored is not None:
            self.stored.close()
        self.stored = self.session = self.writer = self.gestures = None


def open_park(
    path: Path,
    language: str,
    tell: Tell,
    options: Options | None = None,
    *,
    kinds: Collection[str] | None = None,
    beat: Callable[[], object] | None = None,
) -> Park:
    """Open a folder, a file or a project; nothing is judged yet.

    Parameters
    ----------
    kinds
        Feature types whose scene is made at once; None for all.
    beat
        Called all the time while files are read; what it raises ends the reading.

    Raises
    ------
    Refused
        It cannot be opened.
    """
    settings = load_settings()[0]
    catalogue = read_catalogue(settings)
    options = options or Options(workers=settings.workers)
    tell(Message("ui.opening", {"path": path.name}))
    if not is_project(path):
        if path.is_dir():
            from gis_app.session.relocated import relocated

            options = replace(options, relocated=relocated(path))
        opened = open_path(path, options, catalogue, tell, beat)
        return looked_at(Park(path, opened, _worn(catalogue, opened, tell)), language, tell, kinds)
    from gis_app.session.door import open_for_work
    from gis_app.session.session import Session

    stored = open_for_work(path, catalogue)
    try:
        session = Session(stored, catalogue, actor())
        opened = Opened(path, session.project, None, (*stored.notes, *stored.findings))
        park = Park(path, opened, _worn(catalogue, opened, tell), stored=stored, session=session)
        return looked_at(park, language, tell, kinds)
    except BaseException:
        stored.close()
        raise


def options_for(grid: str) -> Options:
    """Give the options of opening; ``grid`` is the project's reference system, empty where the files tell."""
    return Options(workers=load_settings()[0].workers, crs=grid or None)


def _worn(catalogue: Catalogue, opened: Opened, tell: Tell) -> Catalogue:
    catalogue, told = worn(catalogue, opened)
    for message in told:
        tell(message)
    return catalogue


def is_project(path: Path) -> bool:
    """Whether a path is a project file of this program."""
    if path.is_dir():
        return False
    from gis_app.project_file import is_project_file

    return path.is_file() and is_project_file(path)


def looked_at(park: Park, language: str, tell: Tell, kinds: Collection[str] | None = None) -> Park:
    """Give the park with all that is shown of it without judging; ``kinds`` as of ``open_park``."""
    tell(Message("ui.drawing"))
    return replace(
        park,
        delivered=delivered(park.opened),
        facts=facts_of(park.project, park.catalogue),
        scene=scene_of(park.project, park.catalogue, language, kinds),
        history=history_of(park),
    )


def history_of(park: Park) -> tuple[tuple[str, str, Message], ...]:
    """Give the steps of the journal: when, who, what."""
    if park.stored is None:
        return ()
    entries = park.stored.journal() if park.writer is None else park.writer.ask(_journal).result()
    return tuple((entry.wall_time, entry.actor, entry.text) for entry in entries)


def _journal(stored: ProjectFile) -> list[Entry]:
    return list(stored.journal())


def judged(park: Park, tell: Tell, rules: tuple[RuleProcess, Order] | None = None) -> Park:
    """Judge a park by all rules, and give it with what was judged and lists as they are after the last step.

    Parameters
    ----------
    rules
        The process that judges, and what it was asked; None judges here.

    Raises
    ------
    Refused
        The office's rules cannot be used.
    """

    def progress(done: int, of: int, rule: str) -> None:
        tell(Message("ui.judging", {"done": done, "of": of, "rule": rule}))

    if rules is None:
        judgement = judge(park.opened, park.catalogue, park.seq, progress)
    else:
        process, order = rules
        judgement = process.judge(order, progress)
    return replace(
        park,
        judgement=judgement,
        due=judgement.due,
        facts=facts_of(park.project, park.catalogue),
        history=history_of(park),
    )


def scene_of(
    project: Project,
    catalogue: Catalogue,
    language: str,
    kinds: Collection[str] | None = None,
    drawn_before: Mapping[str, Sequence[SceneLayer]] | None = None,
) -> Scene:
    """Give layers as the map draws them, from the bottom up.

    Parameters
    ----------
    kinds
        Only these feature types, and the blocks of all proposals; None for everything.
    drawn_before
        The scene of the same geometries in other styles; their coordinates are taken from there.
    """
    before = drawn_before or {}
    wanted = {
        layer.id: layer
        for layer in project.layers.values()
        if kinds is None or layer.feature_type.id in (*kinds, BLOCKS)
    }
    first = {kind: layer for kind in (*LAND_USE, *OVER_IT) if (layer := project.of_type(kind)) is not None}
    drawn: dict[str, Sequence[SceneLayer]] = {}
    for kind in [*[kind for kind in LAND_USE if kind in first][:1], *OVER_IT]:
        if kind == BLOCKS:
            drawn |= _blocks(project, catalogue, language)
        elif kind in first and first[kind].id in wanted:
            layer = first[kind]
            items = over(layer, project, catalogue, language) if _is_over(layer, catalogue) else ()
            drawn[layer.id] = items or _whole(layer, catalogue, language, before.get(layer.id, ()))
    for layer in wanted.values():
        if layer.id not in drawn and layer.feature_type.id != BLOCKS:
            drawn[layer.id] = _whole(layer, catalogue, language, before.get(layer.id, ()))
    for one in duplicates(project).values():
        again = shown_layer(project, one.id)
        if again is not None and one.layer in wanted and one.id in catalogue.styles:
            known = (*before.get(one.id, ()), *drawn.get(one.layer, ()))
            drawn[one.id] = (
                _is_over(again, catalogue) and over(again, project, catalogue, language, drawn=known)
            ) or _whole(again, catalogue, language, known)
    return {id: tuple(items) for id, items in drawn.items() if items}


def scene_of_part(
    park: Park, part: Layer, drawn: Sequence[SceneLayer], language: str
) -> Sequence[SceneLayer]:
    """Give some features of a layer as the map draws it; ``drawn`` is what it draws of the whole."""
    if _is_over(part, park.catalogue) and not any(is_classed(one) for one in drawn):
        return over(part, park.project, park.catalogue, language)
    return _whole(part, park.catalogue, language, ())


def _is_over(layer: Layer, catalogue: Catalogue) -> bool:
    """Whether a layer lies over the ground of the map, and not in a style of the project's own."""
    return layer.feature_type.id in OVER_IT and layer.feature_type.style not in own_styles(catalogue)


def _whole(
    layer: Layer, catalogue: Catalogue, language: str, before: Sequence[SceneLayer]
) -> Sequence[SceneLayer]:
    opacity = ground_opacity(layer, catalogue)
    return scene_layers(layer, catalogue, opacity=opacity, language=language, drawn=before)


def ground_opacity(layer: Layer, catalogue: Catalogue) -> float:
    """Give the opacity that a map adds to that of a layer's style; none to a style of the project's own."""
    own = layer.feature_type.style in own_styles(catalogue)
    return 1.0 if own else GROUND_OPACITY.get(layer.feature_type.id, 1.0)


def _blocks(project: Project, catalogue: Catalogue, language: str) -> Scene:
    """Give the blocks of each proposal under an id of its own."""
    found = {}
    for proposal in project.proposals:
        id = block_id(proposal)
        items = over_ground(project, catalogue, BLOCKS, language, [proposal])
        found[id] = tuple(replace(item, id=id) for item in items)
    return found


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
    known = [fid for fid, there in zip(fids, layer.table.has(fids).tolist(), strict=True) if there]
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
        layer = park.project.layers.get(layer_id(id))
        if layer is None or not len(layer.geometry):
            continue
        fids = [int(fid) for fid in layer.near((x - reach_m, y - reach_m, x + reach_m, y + reach_m))]
        shapes = layer.rows(fids, ["geometry"])["geometry"]
        own = {int(fid) for item in park.scene.get(id, ()) for fid in item.fids} if "/" in id else None
        for fid, item in zip(fids, shapes, strict=True):
            if (own is None or fid in own) and item is not None and _hit(item, place, reach_m):
                found.append((float(item.area), (layer.id, fid)))
    return list(dict.fromkeys(feature for _, feature in sorted(found, key=lambda each: round(each[0]))))


def _hit(item: BaseGeometry, place: BaseGeometry, reach_m: float) -> bool:
    reach = 0.0 if item.geom_type.endswith("Polygon") else reach_m
    return bool(item.distance(place) <= reach)


def actor() -> str:
    """Give the name under which steps are recorded."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"
