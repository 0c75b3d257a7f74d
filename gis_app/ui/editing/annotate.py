"""Draws annotations: text, arrow, ring, leader, and dimensions that tell length, area and angle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from shapely.geometry.base import BaseGeometry

from gis_app.language import Message
from gis_app.render.annotate import ANGLE, AREA, ARROW, LEADER, LENGTH, RING, TEXT
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.sketch import Sketch
from gis_app.ui.editing.sketch_tool import SketchTool
from gis_app.ui.map_tool import GroundEvent

LAYER = "annotation"
WIDTH_PX = 220
NO_LIMIT = 10_000


@dataclass(frozen=True)
class Kind:
    """One kind of annotation: its value of the field ``kind``, points that it takes, whether it is written.

    ``writes``: ``""`` nothing, ``may`` a text beside it, ``must`` nothing without a text.
    """

    value: str
    least: int
    most: int
    writes: str = ""
    closed: bool = False


KINDS: Mapping[str, Kind] = {
    "text": Kind(TEXT, 1, 1, "must"),
    "arrow": Kind(ARROW, 2, 2, "may"),
    "ring": Kind(RING, 2, 2, "may"),
    "leader": Kind(LEADER, 2, 2, "must"),
    "length": Kind(LENGTH, 2, NO_LIMIT),
    "area": Kind(AREA, 3, NO_LIMIT, closed=True),
    "angle": Kind(ANGLE, 3, 3),
}
"""By the end of the id of their action ``annotate_<kind>``."""


class Annotate(SketchTool):
    """Each annotation is a feature of the layer of annotations, which comes with the first of them.

    Its last point ends one that takes a fixed number; a ring is drawn from its middle to its rim, an arrow
    towards its tip, a leader away from what it points at. The text is typed at the place.
    """

    name = "annotate"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.kind = "text"
        self.field: TextField | None = None
        self._drawn = False
        bench.changed.connect(self._take_layer)

    @property
    def _kind(self) -> Kind:
        return KINDS[self.kind]

    @property
    def least(self) -> int:  # type: ignore[override]
        """Points that are needed."""
        return self._kind.least

    @property
    def closed(self) -> bool:  # type: ignore[override]
        """Whether it is an area."""
        return self._kind.closed

    def choose(self, kind: str) -> None:
        """Draw another kind from now on; points that are drawn stay."""
        self.kind = kind
        self._put_away()
        self.bench.area.canvas.update()

    def release(self, event: GroundEvent) -> bool:
        """Add a point; the last one ends it."""
        self._put_away()
        super().release(event)
        if event.button == Qt.MouseButton.LeftButton and len(self.sketch.points) >= self._kind.most:
            self.end()
        return True

    def finish(self, sketch: Sketch) -> None:
        """Ask for the text where it will stand, or store what needs none."""
        if not self._kind.writes:
            self.store("")
            return
        canvas = self.bench.area.canvas
        self.field = TextField(canvas, self._written, self._put_away)
        look = self.bench.desk.look
        self.field.setPlaceholderText(look.text(f"annotation_{self._kind.writes}"))
        self.field.setAccessibleName(look.text("annotation_text"))
        self.field.setToolTip(look.text("annotation_text"))
        place = self._pointer.toPoint()
        left = min(place.x(), canvas.width() - self.field.width())
        top = min(place.y(), canvas.height() - self.field.height())
        self.field.move(max(left, 0), max(top, 0))
        self.field.show()
        self.field.setFocus()

    def _written(self, text: str) -> None:
        if not text and self._kind.writes == "must":
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.annotation_unwritten"))
            return
        self._put_away()
        self.store(text)

    def store(self, text: str) -> None:
        """Make the step; then the layer of annotations is in hand, for tools that move and delete."""
        self._drawn = keep(self.bench, self._kind, self.sketch, text, self.name)

    def _take_layer(self) -> None:
        park = self.bench.park
        if self._drawn and not self.bench.is_storing and park is not None and LAYER in park.project.layers:
            self._drawn = False
            self.bench.desk.choose_layer(LAYER)

    def cancel(self) -> bool:
        """Put the field away, then what was typed; the sketch stays."""
        was_open = self.field is not None
        self._put_away()
        return super().cancel() or was_open

    def _put_away(self) -> None:
        field, self.field = self.field, None
        if field is not None:
            field.hide()
            field.deleteLater()
            self.bench.area.canvas.setFocus()


class TextField(QLineEdit):
    """The text of an annotation, typed on the map: Enter takes it, Esc puts it away."""

    def __init__(self, parent: QWidget, taken: Callable[[str], None], left: Callable[[], None]) -> None:
        super().__init__(parent)
        self._taken, self._left = taken, left
        self.setObjectName("annotation_text")
        self.setFixedWidth(WIDTH_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc are the field's own: neither reaches the map, where they would end a sketch."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._taken(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self._left()
        else:
            super().keyPressEvent(event)


def keep(bench: Bench, kind: Kind, sketch: Sketch, text: str, tool: str) -> bool:
    """Make an annotation of a sketch: a step like any other."""
    points = sketch.points[: kind.most]
    if len(points) < kind.least:
        bench.desk.noticed.emit("cannot_tell", Message("ui.sketch_too_short", {"least": kind.least}))
        return False
    shape = shape_of(kind, Sketch(list(points)))
    attributes = {"kind": kind.value, **({"text": text} if text else {})}
    arguments = {
        "layer": LAYER,
        "geometry": shapely.to_wkt(shape, rounding_precision=-1),
        "attributes": attributes,
    }
    return bench.perform("draw_feature", arguments, tool, made=True)


def shape_of(kind: Kind, sketch: Sketch) -> BaseGeometry | None:
    """Give the geometry of an annotation."""
    if kind.value == TEXT:
        return shapely.Point(sketch.points[0])
    if kind.value == RING:
        centre, rim = sketch.points
        return shapely.Point(centre).buffer(math.dist(centre, rim), quad_segs=16)
    return sketch.polygon() if kind.closed else sketch.line()
