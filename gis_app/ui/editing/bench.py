"""The bench: the layer in hand, gestures that are stored and then shown, sketches that survive, snapping."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shapely.geometry.base import BaseGeometry

from gis_app.edits.registry import EDITS
from gis_app.geometry.snap import KINDS, Snap, snap
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Project
from gis_app.model.duplicate import duplicates, layer_id
from gis_app.render.map_scene import BLOCKS
from gis_app.render.patch import MOST_PATCHED, patched
from gis_app.session.gestures import Gestures, Outcome
from gis_app.session.writer import Writer
from gis_app.ui.editing.sketch import Point, Sketch
from gis_app.ui.editing.tracing import Tracing
from gis_app.ui.park import Park, actor, bounds, scene_of_part

if TYPE_CHECKING:
    from gis_app.render.scene import SceneLayer
    from gis_app.ui.map_area import MapArea

REACH_PX = 12.0
MOST_NEAR = 400
"""More features than these near the pointer are no place to snap to."""
MOST_WAITING = 4 * MOST_PATCHED
"""With more features that changed than this the map waits until the layer is sorted anew."""
BACK_MARGIN = 1.0
REJUDGE_MS = 1200
STORING_MS = 100
FOLLOWING_MS = 50
"""Panels and lists tell of a stored step after the map shows it."""


class Bench(QObject):
    """What the tools of editing share. There is one for a window; without a project file it does nothing.

    Parameters
    ----------
    area
        The map and, through it, the desk.
    """

    changed = Signal()
    """Another layer is in hand, something was stored, or is being stored."""
    _posted = Signal(object)

    def __init__(self, area: MapArea) -> None:
        super().__init__(area)
        self.area, self.desk = area, area.desk
        self.kinds = set(KINDS)
        self.is_snapping = True
        self.cuts_neighbours = False
        self.layer = ""
        self.snapped: BaseGeometry | None = None
        self.tracing = Tracing(self)
        self.sketches: dict[str, Sketch] = {}
        self._writer: Writer | None = None
        self._gestures: Gestures | None = None
        self._sorted: dict[str, tuple[SceneLayer, ...]] = {}
        self._touched: dict[str, set[int]] = {}
        self._is_sorting = False
        self._began = 0
        self._foreseen: tuple[str | None, Changeset | None] = (None, None)
        self._rejudging = QTimer(self, singleShot=True, interval=REJUDGE_MS)
        self._rejudging.timeout.connect(self.desk.rejudge)
        self._storing = QTimer(self, singleShot=True, interval=STORING_MS)
        self._storing.timeout.connect(self.changed)
        self._following = QTimer(self, singleShot=True, interval=FOLLOWING_MS)
        self._following.timeout.connect(self.changed)
        self._posted.connect(lambda work: work(), Qt.ConnectionType.QueuedConnection)
        self.desk.opened.connect(self._open)
        self.desk.redrawn.connect(self._sort)
        self.desk.layer_chosen.connect(self.take)
        self._open()

    # --- the project under the hand

    @property
    def park(self) -> Park | None:
        """The open park."""
        return self.desk.park

    @property
    def is_open(self) -> bool:
        """Whether there is a project file that can be changed."""
        return self._gestures is not None

    @property
    def is_storing(self) -> bool:
        """Whether a gesture waits for the disk."""
        return self._gestures is not None and self._gestures.storing_since is not None

    def _open(self) -> None:
        park = self.park
        self._writer = self._gestures = None
        self.sketches = {}
        if (
            park is not None
            and park.session is not None
            and park.stored is not None
            and not park.stored.read_only
        ):
            kept = park.stored.drafts.all()
            self._writer = park.writer = Writer(park.stored, actor(), self._tell)
            self._gestures = park.gestures = Gestures(park.session, self._writer, self._posted.emit)
            park.session.listen(self._applied)
            self._began = park.session.history.done
            self.sketches = {draft.id: Sketch.of(draft.body) for draft in kept}
            if any(sketch.points for sketch in self.sketches.values()):
                self.desk.noticed.emit("cannot_tell", Message("ui.sketch_recovered"))
        self._sort()
        self.take(self.desk.layer)

    def take(self, layer: str) -> None:
        """Take a layer in hand; an id of the layer tree may name a part of it."""
        park = self.park
        owner = layer_id(layer)
        self.layer = owner if park is not None and owner in park.project.layers else ""
        self.changed.emit()

    @property
    def target(self) -> Any:
        """The layer in hand, None for none."""
        return None if self.park is None else self.park.project.layers.get(self.layer)

    def why_not(self, made: bool = False) -> Message | None:
        """Say why nothing can be edited now; None where it can.

        ``made``: it is about a layer of our own, which is made if it is not there, whatever is in hand.
        """
        if not self.is_open:
            return Message("ui.edit_needs_project")
        if made:
            return None
        if self.target is None:
            return Message("ui.edit_needs_layer")
        if self.target.locked:
            return Message(
                "ui.edit_layer_locked", {"layer": self.target.feature_type.title[self.desk.look.language]}
            )
        return None

    # --- gestures

    def perform(self, edit: str, arguments: Mapping[str, object], tool: str = "", made: bool = False) -> bool:
        """Ask for an edit; it is stored, then shown. Whether it can be asked for at all.

        ``tool`` names the sketch that it was made from, which is forgotten when the step is stored; ``made``
        as of ``why_not``.
        """
        why = self.why_not(made)
        if why is not None or self._gestures is None or self.park is None:
            self.desk.noticed.emit("cannot_tell", why or Message("ui.edit_needs_project"))
            return False
        done = partial(self._done, tool, self.sketches.pop(tool, None))
        self._gestures.perform(partial(self._make, edit, arguments), done, draft_id=tool or None)
        self._storing.start()
        return True

    def unlock(self, layer: str, reason: str) -> None:
        """Unlock a statutory layer; the reason is journalled."""
        self.ask("unlock_layer", {"layer": layer, "reason": reason})

    def lock(self, layer: str) -> None:
        """Lock a layer again."""
        self.ask("lock_layer", {"layer": layer})

    def ask(self, edit: str, arguments: Mapping[str, object]) -> bool:
        """Ask for an edit that needs no layer in hand; whether it can be asked for at all."""
        if self.park is None:
            return False
        catalogue = self.park.catalogue
        return self.store(lambda project: EDITS[edit].changeset(project, catalogue, arguments))

    def store(self, make: Callable[[Project], Changeset]) -> bool:
        """Have a step worked out when its turn comes, stored and shown; whether there is a project for it."""
        if self._gestures is None:
            self.desk.noticed.emit("cannot_tell", Message("ui.edit_needs_project"))
            return False
        self._gestures.perform(make, partial(self._done, "", None))
        self._storing.start()
        return True

    def chosen_of(self, layer: str) -> list[int]:
        """Give the chosen features of a layer."""
        return [fid for id, fid in self.area.chosen if id == layer]

    def undo(self) -> None:
        """Take the last step back, when what was asked for before is stored."""
        if self._gestures is not None:
            self._gestures.undo(partial(self._done, "", None))

    def redo(self) -> None:
        """Bring back what was taken back last."""
        if self._gestures is not None:
            self._gestures.redo(partial(self._done, "", None))

    def go_to(self, seq: int) -> None:
        """Undo or redo, one step after the other, until the state right after a step is there again."""
        session = None if self.park is None else self.park.session
        way = None if session is None else session.history.way_to(seq)
        if way is None:
            self.desk.noticed.emit("cannot_tell", Message("ui.step_not_reached"))
            return
        for _ in range(abs(way)):
            (self.undo if way < 0 else self.redo)()

    def discard(self) -> None:
        """Undo everything that was done since the project was opened; each of it can be redone."""
        session = None if self.park is None else self.park.session
        count = 0 if session is None else session.history.done - self._began
        if count <= 0:
            self.desk.noticed.emit("not_applicable", Message("ui.nothing_to_discard"))
            return
        for _ in range(count):
            self.undo()

    def _done(self, tool: str, sketch: Sketch | None, outcome: Outcome) -> None:
        self._storing.stop()
        if isinstance(outcome, BaseException):
            if sketch is not None and tool not in self.sketches:  # what was drawn is not lost with the step
                self.keep(tool, sketch)
            self.desk.fail(outcome)
        self.area.canvas.update_over()
        self._following.start()

    def would(self, edit: str, arguments: Mapping[str, object]) -> Changeset | Message:
        """Give the changeset that an edit would be, or why it cannot be; nothing is changed."""
        assert self.park is not None  # a tool is in hand
        try:
            made = EDITS[edit].changeset(self.park.project, self.park.catalogue, arguments)
        except Refused as refused:
            return refused.message
        self._foreseen = self._asked(edit, arguments), made
        return made

    def _make(self, edit: str, arguments: Mapping[str, object], project: Project) -> Changeset:
        """Give an edit's changeset: the one that was shown last, where nothing has changed since."""
        assert self.park is not None
        asked, made = self._foreseen
        if made is not None and asked is not None and asked == self._asked(edit, arguments):
            return made
        return EDITS[edit].changeset(project, self.park.catalogue, arguments)

    def _asked(self, edit: str, arguments: Mapping[str, object]) -> str | None:
        """Write down what is asked for and of which state; None for what cannot be written."""
        if self.park is None or self.park.session is None:
            return None
        try:
            return json.dumps([self.park.session.seq, id(self.park.project), edit, dict(arguments)])
        except TypeError:
            return None

    def _applied(self, changeset: Changeset) -> None:
        """Show a step that was stored."""
        park = self.park
        if park is None:
            return
        layers = {record.table for record in changeset.records} & set(park.project.layers)
        if changeset.arrivals or changeset.departures or any(id.startswith(BLOCKS) for id in layers):
            self.desk.redraw()
        for id in layers - {BLOCKS}:
            for shown in (id, *(one.id for one in duplicates(park.project).values() if one.layer == id)):
                self._show(shown, changeset)
        if changeset.text.id in ("model.undo", "model.redo"):
            self._bring_into_view([shape for id in layers for shape in shapes_of(changeset, id)])
        if not all(park.has(*one) for one in self.desk.features):
            self.desk.choose_features([])
        if self.area.chosen:
            self.area.select([one for one in self.area.chosen if park.has(*one)])
        self._rejudging.start()

    def _bring_into_view(self, shapes: list[BaseGeometry]) -> None:
        """Show the place of a step that was taken back or done again, where it is not seen."""
        canvas = self.area.canvas
        if not shapes or canvas is None:
            return
        west, south, east, north = bounds(shapes, 0.0)
        seen = canvas.view.bounds
        if not (seen[0] <= west and seen[1] <= south and east <= seen[2] and north <= seen[3]):
            self.area.frame((west, south, east, north), BACK_MARGIN)

    def _sort(self) -> None:
        """Begin with layers as they are drawn now."""
        self._sorted = dict(self.park.scene) if self.park is not None else {}
        self._touched = {}
        self._is_sorting = False

    def _show(self, id: str, changeset: Changeset) -> None:
        park = self.park
        assert park is not None
        if id not in park.scene or id not in self._sorted:
            self.desk.redraw()
            return
        touched = self._touched.setdefault(id, set())
        touched |= {int(record.id) for record in changeset.records if record.table == layer_id(id)}
        if len(touched) > MOST_PATCHED and not self._is_sorting:
            self._is_sorting = True
            self.desk.redraw()
        if len(touched) > MOST_WAITING:
            return
        old, drawn, language = park.scene[id], self._sorted[id], self.desk.look.language
        styled = partial(scene_of_part, park, drawn=drawn, language=language)
        new = patched(drawn, park.layer_of(id), touched, styled)
        self.desk.park = replace(park, scene={**park.scene, id: new})
        moved = shapes_of(changeset, layer_id(id))
        if self.area.canvas is not None:
            where = bounds(moved, 0.0) if moved else self._bounds(id, touched)
            self.area.canvas.exchange(old, new, where)

    def _bounds(self, id: str, fids: set[int]) -> tuple[float, float, float, float]:
        from gis_app.ui.park import geometries

        assert self.park is not None
        shapes = geometries(self.park.layer_of(id), sorted(fids))
        return bounds(shapes, 0.0) if shapes else (0.0, 0.0, 0.0, 0.0)

    def _tell(self, message: Message) -> None:
        self._posted.emit(lambda: self.desk.noticed.emit("fail", message))

    # --- sketches

    def keep(self, tool: str, sketch: Sketch) -> None:
        """Keep what is being drawn: it survives another tool, Esc and a crash."""
        self.sketches[tool] = sketch
        if self._writer is not None:
            self._writer.sketch(tool, sketch.body())

    def drop(self, tool: str) -> None:
        """Forget a sketch that the person gave up."""
        self.sketches.pop(tool, None)
        if self._writer is not None:
            self._writer.drop_sketch(tool)

    # --- snapping

    def snap(
        self, place: Point, metres_per_pixel: float, anchor: Point | None = None
    ) -> tuple[Snap, str] | None:
        """Give the best place near the pointer and the layer it is in; None for none."""
        park = self.park
        if not self.is_snapping or park is None:
            return None
        reach = REACH_PX * metres_per_pixel
        far = reach * 4.0
        x, y = place
        shapes, owners = self.around((x - far, y - far, x + far, y + far), MOST_NEAR)
        best = snap(place, shapes, reach, anchor, self.kinds)
        self.snapped = None if best is None else shapes[best.owner]
        return None if best is None else (best, owners[best.owner])

    def around(
        self, bounds: tuple[float, float, float, float], most: int
    ) -> tuple[list[BaseGeometry], list[str]]:
        """Give at most so many features of visible layers whose bounds meet some ground, and their layers."""
        park = self.park
        shapes: list[BaseGeometry] = []
        owners: list[str] = []
        for id in dict.fromkeys(layer_id(id) for id in self.area.visible):
            layer = None if park is None else park.project.layers.get(id)
            if layer is None or not len(layer.geometry):
                continue
            fids = layer.near(bounds)[: most - len(shapes)]
            found = layer.rows(fids, ["geometry"])["geometry"] if len(fids) else ()
            own = [shape for shape in found if shape is not None]
            shapes += own
            owners += [id] * len(own)
        return shapes, owners


def shapes_of(changeset: Changeset, layer: str) -> list[BaseGeometry]:
    """Give the shapes of a layer that a changeset takes away or brings."""
    rows = [
        row for record in changeset.records if record.table == layer for row in (record.before, record.after)
    ]
    shapes = [row.get("geometry") for row in rows if row is not None]
    return [shape for shape in shapes if isinstance(shape, BaseGeometry)]
