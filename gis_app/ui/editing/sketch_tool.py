"""Tools that draw a sketch and make one edit of it: draw, split, reshape, hole, part."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.area import ellipsoidal_area_m2, to_mu
from gis_app.language import Message
from gis_app.model import Project
from gis_app.render.view import View
from gis_app.ui.editing import live, marks
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.sketch import Point, Sketch, pasted_points, typed_point
from gis_app.ui.map_tool import GroundEvent, Tool

FULL_COMMA = "，"
LIVE_S = 0.05
LEAST_CUT_M2 = 0.005
MOST_PIECES = 4
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
TYPED = "0123456789.,<@+-" + FULL_COMMA


class SketchTool(Tool):
    """Left clicks add points, Backspace takes the last back, Enter, F2, a right or a double click ends.

    Esc puts the tool away and keeps the sketch, which is there when the tool is taken again. Digits are typed
    without a field: a length, ``length<angle``, ``@dx,dy`` or ``x,y``, then Enter. Ctrl+V takes a list. Shift
    keeps to round angles, Alt leaves snapping out; while tracing is on the way to a place on a boundary is
    the boundary.
    """

    name = ""
    cursor = Qt.CursorShape.CrossCursor
    closed = False
    least = 2
    """Points that are needed."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.typed = ""
        self._at: Point | None = None
        self._pointer = QPointF()
        self._snapped: Any = None
        self._way: list[Point] = []
        self._told_at = 0.0
        self._told: list[str] = []

    def now_and_then(self, work: Callable[[], list[str]]) -> list[str]:
        """Give what work says; where it takes long it is done less often, and the pointer stays free."""
        started = time.monotonic()
        if started >= self._told_at:
            self._told = work()
            self._told_at = time.monotonic() + 3.0 * (time.monotonic() - started) + LIVE_S
        return self._told

    # --- what a tool of this kind decides

    def finish(self, sketch: Sketch) -> None:
        """Make the edit."""
        raise NotImplementedError

    def tell(self, sketch: Sketch) -> list[str]:
        """Say what stands beside the pointer."""
        look = self.bench.desk.look
        told = []
        if sketch.last is not None and self._at is not None:
            length_m = math.dist(sketch.last, self._at)
            angle = (
                math.degrees(math.atan2(self._at[1] - sketch.last[1], self._at[0] - sketch.last[0])) % 360.0
            )
            told.append(look.text("sketch_piece", length_m=length_m, angle_deg=angle))
            if len(self._way) > 1:
                told.append(look.text("sketch_traced", count=len(self._way)))
        return told

    # --- the sketch

    @property
    def sketch(self) -> Sketch:
        """What is drawn, as far as it is."""
        return self.bench.sketches.get(self.name) or Sketch()

    def _keep(self, sketch: Sketch) -> None:
        self.bench.keep(self.name, sketch)

    def _add(self, point: Point) -> None:
        sketch = self.sketch
        sketch.add(point)
        self._keep(sketch)

    def end(self) -> None:
        """Finish, if there is enough to finish."""
        sketch = self.sketch
        if len(sketch.points) < self.least:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.sketch_too_short", {"least": self.least}))
            return
        self.finish(sketch)

    # --- the hand

    def press(self, event: GroundEvent) -> bool:
        """Take the click; what it does is done when the button comes up."""
        self.move(event)
        return event.button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)

    def release(self, event: GroundEvent) -> bool:
        """Add a point, or end."""
        self.move(event)
        if event.button == Qt.MouseButton.RightButton:
            self.end()
        elif self._at is not None:
            self._trace(now=True)
            sketch = self.sketch
            for point in self._way:
                sketch.add(point)
            self._keep(sketch)
        return True

    def double(self, event: GroundEvent) -> bool:
        """End where the second click fell."""
        self.end()
        return True

    def move(self, event: GroundEvent) -> bool:
        """Follow the pointer, and what it snaps to."""
        self._pointer = event.at
        place = (event.x, event.y)
        sketch = self.sketch
        free = event.alt or event.shift
        self._snapped = None if free else self.bench.snap(place, event.metres_per_pixel, sketch.last)
        self._at = self._snapped[0].point if self._snapped is not None else place
        if event.shift:
            self._at = sketch.straightened(place)
        self._trace()
        return False

    def _trace(self, now: bool = False) -> None:
        """Find the points that a click would add."""
        if self._at is not None:
            traced = self._snapped is not None
            last = self.sketch.last if traced else None
            self._way = self.bench.tracing.way(last, self._at, now=now)

    def wants(self, event: QKeyEvent) -> bool:
        """Keys that belong to the sketch while there is one."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y):
            return bool(self.sketch.points or self.sketch.taken)
        if control:
            return event.key() == Qt.Key.Key_V
        ends = (Qt.Key.Key_Backspace, *ENDS)
        return event.key() in ends or (bool(event.text()) and event.text() in TYPED)

    def key(self, event: QKeyEvent) -> bool:
        """Type, take back, end."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        sketch = self.sketch
        if control and event.key() == Qt.Key.Key_Z:
            done = sketch.back()
        elif control and event.key() == Qt.Key.Key_Y:
            done = sketch.again()
        elif control and event.key() == Qt.Key.Key_V:
            return self._paste()
        elif event.key() == Qt.Key.Key_Backspace:
            if self.typed:
                self.typed = self.typed[:-1]
                return True
            done = sketch.back()
        elif event.key() in ENDS:
            return self._enter()
        elif not control and event.text() and event.text() in TYPED:
            self.typed += "," if event.text() == FULL_COMMA else event.text()
            return True
        else:
            return False
        if done:
            self._keep(sketch)
        return True

    def _enter(self) -> bool:
        if not self.typed:
            self.end()
            return True
        point = typed_point(self.typed, self.sketch.last, self._at)
        if point is None:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.sketch_typed", {"text": self.typed}))
            return True
        self.typed = ""
        self._add(point)
        return True

    def _paste(self) -> bool:
        points = pasted_points(QGuiApplication.clipboard().text())
        for point in points:
            self._add(point)
        if not points:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.sketch_pasted"))
        return True

    def cancel(self) -> bool:
        """Put down what was typed; the sketch stays."""
        typed, self.typed = bool(self.typed), ""
        self._snapped = None
        return typed

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw the sketch on to the pointer, the snap mark and the strip."""
        sketch = self.sketch
        points = [*sketch.points, *self._way] if self._at is not None and sketch.points else sketch.points
        if self._snapped is not None and self.bench.snapped is not None:
            marks.paint_target(painter, self.bench.snapped, view)
        if points:
            marks.paint_line(painter, points, view, self.closed)
        if self._snapped is not None:
            snapped, layer = self._snapped
            park = self.bench.park
            known = None if park is None else park.project.layers.get(layer)
            language = self.bench.desk.look.language
            name = "" if known is None else known.feature_type.title[language]
            kind = self.bench.desk.look.text(f"snap_{snapped.kind}")
            marks.paint_snap(painter, snapped.kind, snapped.point, view, f"{kind} · {name}")
        told = [*([f"› {self.typed}"] if self.typed else []), *self.tell(sketch)]
        marks.paint_strip(painter, told, self._pointer, view)


class Draw(SketchTool):
    """Draws a feature of the layer in hand, of the kind that its type has."""

    name = "draw"

    @property
    def closed(self) -> bool:  # type: ignore[override]
        """Whether it is an area."""
        return self._kind in ("polygon", "any")

    @property
    def least(self) -> int:  # type: ignore[override]
        """Points that are needed."""
        return {"point": 1, "line": 2}.get(self._kind, 3)

    @property
    def _kind(self) -> str:
        target = self.bench.target
        return "polygon" if target is None else str(target.feature_type.geometry)

    def release(self, event: GroundEvent) -> bool:
        """Add a point; a point feature is drawn with it."""
        super().release(event)
        if self._kind == "point" and event.button == Qt.MouseButton.LeftButton:
            self.end()
        return True

    def tell(self, sketch: Sketch) -> list[str]:
        """Say the area too, and what it would do to the layer."""
        told = super().tell(sketch)
        shape = sketch.polygon(self._at) if self.closed else None
        if shape is not None:
            told += _area_lines(self.bench, shape)
            told += self._cut_lines(shape)
        return told

    def _cut_lines(self, shape: BaseGeometry) -> list[str]:
        """Say what drawing it over neighbours of a coverage cuts, before it is drawn."""
        target, park = self.bench.target, self.bench.park
        if target is None or park is None or not target.feature_type.coverage or not shape.is_valid:
            return []
        return self.now_and_then(lambda: self._cut(shape, park.project))

    def _cut(self, shape: BaseGeometry, project: Project) -> list[str]:
        look, found = self.bench.desk.look, self.bench.would("draw_feature", self._arguments(shape))
        if isinstance(found, Message):
            return [look.say(found)]
        drawn_m2 = sum(one.area for one in live.shapes(live.only_new(found)))
        told = live.losses(found, project, look)
        if shape.area - drawn_m2 >= LEAST_CUT_M2:
            told.append(look.text("live_given_way", area_m2=shape.area - drawn_m2))
        return told

    def _arguments(self, shape: BaseGeometry) -> dict[str, object]:
        given: dict[str, object] = {
            "layer": self.bench.layer,
            "geometry": shapely.to_wkt(shape, rounding_precision=-1),
        }
        if self.bench.cuts_neighbours and shape.geom_type == "Polygon":
            given["cut"] = "neighbours"
        return given

    def finish(self, sketch: Sketch) -> None:
        """Draw it; on a coverage it gives way to its neighbours, or cuts them where that is switched on."""
        shape: BaseGeometry | None
        if self._kind == "point":
            shape = shapely.Point(sketch.points[0])
        else:
            shape = sketch.polygon() if self.closed else sketch.line()
        if shape is not None:
            self.bench.perform("draw_feature", self._arguments(shape), self.name)


class AcrossTool(SketchTool):
    """A line drawn over one feature: the one that is chosen, else the one in hand that it crosses most."""

    edit = ""

    def tell(self, sketch: Sketch) -> list[str]:
        """Say what the line would do as far as it goes."""
        told, line = super().tell(sketch), sketch.line(self._at)
        fid = None if line is None else self._meant(line)
        if fid is None or line is None:
            return told
        wkt = shapely.to_wkt(line, rounding_precision=-1)
        given: dict[str, object] = {"layer": self.bench.layer, "fid": fid, "line": wkt}
        return [*told, *self.now_and_then(lambda: self._lines(given))]

    def _lines(self, given: dict[str, object]) -> list[str]:
        found = self.bench.would(self.edit, given)
        if isinstance(found, Message):
            return [self.bench.desk.look.say(found)]
        sizes = [self.bench.desk.look.text("live_piece", area_m2=one.area, area_mu=float(to_mu(one.area)))
                 for one in live.shapes(found)[:MOST_PIECES]]  # fmt: skip
        return [*sizes, *live.told(self.bench, found)]

    def finish(self, sketch: Sketch) -> None:
        """Make the edit on the feature that is meant."""
        line = sketch.line()
        fid = None if line is None else self._meant(line)
        if fid is None or line is None:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.sketch_meets_nothing"))
            return
        wkt = shapely.to_wkt(line, rounding_precision=-1)
        self.bench.perform(self.edit, {"layer": self.bench.layer, "fid": fid, "line": wkt}, self.name)

    def _meant(self, line: BaseGeometry) -> int | None:
        layer = self.bench.target
        if layer is None:
            return None
        chosen = [fid for id, fid in self.bench.area.chosen if id == self.bench.layer]
        fids = chosen or [int(fid) for fid in layer.near(line.bounds)]
        shapes = layer.rows(fids, ["geometry"])["geometry"] if fids else ()
        lengths = [(shapely.intersection(shape, line).length, fid)
                   for fid, shape in zip(fids, shapes, strict=True) if shape is not None]  # fmt: skip
        best = max(lengths, default=(0.0, None))
        return best[1] if best[0] > 0 or chosen else None


class Split(AcrossTool):
    """Splits a feature along a line."""

    name = edit = "split"


class Reshape(AcrossTool):
    """Lays a feature's edge, and its neighbour's, along a line."""

    name = edit = "reshape"


class Hole(SketchTool):
    """Cuts a hole into the chosen feature."""

    name = "add_hole"
    closed = True
    least = 3
    edit, argument = "add_hole", "ring"

    def finish(self, sketch: Sketch) -> None:
        """Make the edit."""
        chosen = [fid for id, fid in self.bench.area.chosen if id == self.bench.layer]
        if len(chosen) != 1:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.edit_choose_one"))
            return
        wkt = shapely.to_wkt(sketch.polygon(), rounding_precision=-1)
        arguments = {"layer": self.bench.layer, "fid": chosen[0], self.argument: wkt}
        self.bench.perform(self.edit, arguments, self.name)


class Part(Hole):
    """Adds a part to the chosen feature."""

    name = edit = "add_part"
    argument = "geometry"


class Measure(SketchTool):
    """Measures lengths and an area, planar and on the ellipsoid; nothing is changed."""

    name = "measure"
    closed = True

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.measured = Sketch()
        """What was measured last."""

    def finish(self, sketch: Sketch) -> None:
        """Say the figures, and put them where they can be pasted; the next click begins anew."""
        told = self.tell(sketch)
        self.bench.desk.noticed.emit("not_applicable", Message("ui.measured_all", {"text": " · ".join(told)}))
        QGuiApplication.clipboard().setText("\n".join(told))
        self.measured = Sketch(list(sketch.points))
        self.bench.drop(self.name)

    def tell(self, sketch: Sketch) -> list[str]:
        """Say the last piece, the whole length, the angle between the last two pieces, and the area."""
        look = self.bench.desk.look
        told = super().tell(sketch)
        line = sketch.line(self._at)
        if line is not None:
            told.append(look.text("draw_length", length_m=line.length, length_km=line.length / 1000.0))
        if len(sketch.points) > 1 and self._at is not None:
            angle_deg = _angle_deg(sketch.points[-2], sketch.points[-1], self._at)
            told.append(look.text("draw_angle", angle_deg=angle_deg))
        shape = sketch.polygon(self._at)
        if shape is not None and shape.is_valid:
            told += _area_lines(self.bench, shape)
        return told


def _angle_deg(before: Point, at: Point, after: Point) -> float:
    """Give the angle between two pieces that meet, 0 to 180."""
    one = math.atan2(before[1] - at[1], before[0] - at[0])
    other = math.atan2(after[1] - at[1], after[0] - at[0])
    return abs((math.degrees(one - other) + 180.0) % 360.0 - 180.0)


def _area_lines(bench: Bench, shape: BaseGeometry) -> list[str]:
    look, park = bench.desk.look, bench.park
    area_m2 = shape.area
    told = [look.text("draw_area", area_m2=area_m2, area_ha=area_m2 / 1e4, area_mu=float(to_mu(area_m2)))]
    crs = None if park is None else park.project.crs
    if crs is not None and shape.is_valid:
        shapes = np.array([None, shape], dtype=object)[1:]
        told.append(look.text("draw_ellipsoid", area_m2=float(ellipsoidal_area_m2(shapes, crs)[0])))
    return told


def would_lines(bench: Bench, edit: str, arguments: dict[str, object]) -> list[str]:
    """Give the strip of an edit that is not made yet: what it does, or why it cannot be."""
    assert bench.park is not None
    found = bench.would(edit, arguments)
    if isinstance(found, Message):
        return [bench.desk.look.say(found)]
    return live.lines(found, bench.park.project, bench.park.catalogue, bench.desk.look)
