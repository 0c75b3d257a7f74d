"""Two maps of the same ground, side by side or parted by a line: before and after, two dates, two images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QComboBox, QFrame, QToolButton, QWidget

from gis_app.language import Message
from gis_app.ui.parts import row

if TYPE_CHECKING:
    from gis_app.render.scene import SceneLayer
    from gis_app.render.view import View
    from gis_app.ui.map_area import MapArea

GRIP_PX, LINE_PX = 9, 2
KEY_SHARE = 0.02
HEAD_GAP = 12
BLOCKS = "proposal_block"


@dataclass(frozen=True)
class Side:
    """What one of the two maps may show.

    Attributes
    ----------
    id
        ``"here"`` for the map as the layer tree has it, ``"before"`` without proposals, ``"proposal/<id>"``,
        ``"period/<folder>"``, ``"image/<id>"``.
    title
        For the list.
    """

    id: str
    title: str


def sides(area: MapArea) -> list[Side]:
    """Give what can be compared in the open park."""
    from gis_app.session.periods import periods_beside

    desk, look = area.desk, area.desk.look
    park = desk.park
    if park is None:
        return []
    found = [Side("here", look.text("compare_here")), Side("before", look.text("compare_before"))]
    found += [
        Side(f"proposal/{item['id']}", look.text("compare_proposal", name=item["name"] or item["id"]))
        for item in park.proposals
    ]
    imagery = area.imagery()
    for id, state in imagery.states.items() if imagery is not None and len(imagery.states) > 1 else ():
        name = " ".join(str(part) for part in (state.image.name, state.image.date) if part)
        found.append(Side(f"image/{id}", look.text("compare_image", name=name)))
    found += [
        Side(f"period/{path}", look.text("compare_period", name=path.name))
        for path in periods_beside(park.path)
    ]
    return found


class Swipe(QWidget):
    """The line between two maps; ``moved`` tells its place as a share of the width."""

    moved = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.share = 0.5
        self._held = False
        self.colour: Callable[[], Any] = lambda: Qt.GlobalColor.black
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._held = event.button() == Qt.MouseButton.LeftButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move with the pointer."""
        parent = self.parentWidget()
        if self._held and parent is not None:
            self.go(self.mapToParent(event.position()).x() / max(1, parent.width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move it too."""
        steps = {Qt.Key.Key_Left: -KEY_SHARE, Qt.Key.Key_Right: KEY_SHARE}
        if event.key() in steps:
            self.go(self.share + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def go(self, share: float) -> None:
        """Put it somewhere else."""
        self.share = min(max(share, 0.0), 1.0)
        self.moved.emit(self.share)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, and a grip in the middle."""
        painter = QPainter(self)
        middle = self.width() // 2
        painter.fillRect(QRect(middle - 2, 0, 4, self.height()), Qt.GlobalColor.white)
        painter.fillRect(QRect(middle - LINE_PX // 2, 0, LINE_PX, self.height()), self.colour())
        painter.fillRect(QRect(0, self.height() // 2 - 18, self.width(), 36), self.colour())


class Choice(QComboBox):
    """``opening`` tells that its list is about to be seen."""

    opening = Signal()

    def showPopup(self) -> None:
        """Let the list be filled with what there is now."""
        self.opening.emit()
        super().showPopup()


class Compare(QObject):
    """The second map, its head and the line; one view for both."""

    closed = Signal()

    def __init__(self, area: MapArea) -> None:
        super().__init__(area)
        self._area = area
        self.canvas: Any = None
        self.swiping = True
        self.side = Side("here", "")
        self._scenes: dict[str, dict[str, tuple[SceneLayer, ...]]] = {}
        self._following = False
        self._image: str | None = None
        self.line = Swipe(area.stage)
        self.line.colour = lambda: area.desk.look.colour("accent")
        self.line.moved.connect(lambda _share: self.lay_out(area.stage.rect()))
        self.head = QFrame(area.stage)
        self.head.setProperty("kind", "floating")
        self.choice, self.way, self.closes = Choice(), QToolButton(), QToolButton()
        self.choice.setMinimumWidth(170)
        self.choice.opening.connect(self._fill_choice)
        self.choice.activated.connect(lambda place: self.show_side(self._sides[place]))
        self.way.clicked.connect(self.change_way)
        self.closes.clicked.connect(self.close_panel)
        for made in (self.way, self.closes):
            made.setProperty("kind", "bare")
        self.head.setLayout(row(self.choice, self.way, self.closes, margins=(6, 4, 4, 4), gap=2))
        self._sides: list[Side] = []
        for part in (self.head, self.line):
            part.hide()
        area.view_changed.connect(self._follow_first)
        area.layers_changed.connect(self._furnish)
        for signal in (area.desk.look.language_changed, area.desk.look.theme_changed, area.desk.opened):
            signal.connect(self.refresh)

    # --- open and closed

    def isVisible(self) -> bool:
        """Whether two maps are shown."""
        return self.head.isVisible()

    def isAncestorOf(self, widget: QWidget) -> bool:
        """Whether the keys go to its parts."""
        return widget in (self.line, self.choice, self.way, self.closes)

    def open_panel(self) -> None:
        """Show the second map; without another wish what was there before the proposals."""
        if self.canvas is None:
            self.canvas = self._area.another_canvas()
            self.canvas.show_like(self._area.canvas.view)
            self.canvas.view_changed.connect(self._follow_second)
            self.canvas.hovered.connect(self._area.hovered)
            self.canvas.clicked.connect(self._area.navigation.identify.click)
        for part in (self.canvas, self.head, self.line):
            part.show()
        self.refresh()
        self.show_side(next((side for side in self._sides if side.id == "before"), self.side))

    def close_panel(self) -> None:
        """Back to one map; the second one's processes end."""
        for part in (self.head, self.line):
            part.hide()
        if self.canvas is not None:
            self.canvas.close_process()
            self.canvas.hide()
            self.canvas.deleteLater()
            self.canvas = None
        self._scenes.clear()
        self.side = Side("here", "")
        self._show_image()
        self._area.canvas.update()
        self._area.lay_out()
        self.closed.emit()

    def refresh(self, _changed: object = None) -> None:
        """Put texts, icons and what can be chosen as they are now."""
        if not self.isVisible():
            return
        look = self._area.desk.look
        self._fill_choice()
        self.choice.setAccessibleName(look.text("compare_with"))
        self.choice.setToolTip(look.text("compare_with"))
        way = "compare_beside" if self.swiping else "compare_swipe"
        self.way.setIcon(look.icon("columns" if self.swiping else "arrows-left-right"))
        self.closes.setIcon(look.icon("x"))
        for made, text in ((self.way, way), (self.closes, "close")):
            made.setToolTip(look.text(text))
            made.setAccessibleName(look.text(text))
        self.line.setAccessibleName(look.text("compare_swipe"))
        self._furnish()

    def _fill_choice(self) -> None:
        """List what can be compared now."""
        if not self.isVisible():
            return
        self._sides = sides(self._area)
        if self.side.id not in [side.id for side in self._sides]:
            self.side = self._sides[0] if self._sides else Side("here", "")
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([side.title for side in self._sides])
        self.choice.setCurrentIndex(max(0, [side.id for side in self._sides].index(self.side.id)))
        self.choice.blockSignals(False)

    def change_way(self) -> None:
        """Change between a line and side by side."""
        self.swiping = not self.swiping
        self.refresh()
        self._area.lay_out()

    # --- what the second map shows

    def show_side(self, side: Side) -> None:
        """Show something else on the second map; another period is read beside the main thread."""
        self.side = side
        self.choice.setCurrentIndex([each.id for each in self._sides].index(side.id))
        kind, _, name = side.id.partition("/")
        if kind == "period" and side.id not in self._scenes:
            self._read(Path(name), side)
        else:
            self._furnish()

    def _read(self, path: Path, side: Side) -> None:
        desk = self._area.desk

        def work(job: Any) -> dict[str, tuple[SceneLayer, ...]]:
            from gis_app.geometry.systems import epsg_of
            from gis_app.session.open_path import open_path
            from gis_app.session.options import Options
            from gis_app.ui.park import scene_of

            job.tell(Message("ui.opening", {"path": path.name}))
            assert desk.park is not None
            code = epsg_of(desk.park.project.crs) if desk.park.project.crs is not None else None
            options = Options(crs=None if code is None else str(code))
            opened = open_path(path, options, desk.park.catalogue, job.tell)
            return scene_of(opened.project, desk.park.catalogue, desk.look.language)

        def take(scene: dict[str, tuple[SceneLayer, ...]]) -> None:
            self._scenes[side.id] = scene
            desk.busy.emit(None)
            self._furnish()

        def failed(error: BaseException) -> None:
            desk.busy.emit(None)
            desk.fail(error)

        desk.workers.start(work, take, failed, desk.busy.emit)

    def visible(self) -> list[str]:
        """Ids of what the second map shows, as the layer tree has them, but for what is compared."""
        ids = list(self._area.visible)
        kind, _, name = self.side.id.partition("/")
        if kind in ("before", "proposal"):
            ids = [id for id in ids if not id.startswith(f"{BLOCKS}/")]
        if kind == "proposal":
            ids.append(f"{BLOCKS}/{name}")
        return ids

    def _furnish(self) -> None:
        if self.canvas is None or self._area.desk.park is None or not self.isVisible():
            return
        self._area.furnish(
            self.canvas,
            scene=self._scenes.get(self.side.id),
            visible=self.visible(),
            image=self._show_image(),
        )
        imagery = self._area.imagery()
        if imagery is not None:
            imagery.ready.connect(self._repaint, Qt.ConnectionType.UniqueConnection)
        self._area.lay_out()
        self._follow_first(self._area.canvas.view)

    def _repaint(self, _rect: object) -> None:
        """Images read for the first map are there for the second."""
        if self.canvas is not None:
            self.canvas.update()

    def _show_image(self) -> str | None:
        """Show the image that is compared on the second map alone, the others on the first."""
        kind, _, id = self.side.id.partition("/")
        imagery = self._area.imagery()
        if imagery is None:
            return None
        if self._image is not None and self._image != id:  # it was shown for the comparison only
            imagery.set_shown(self._image, False)
            self._image = None
        if kind != "image" or id not in imagery.states:
            self._area.canvas.underlay = imagery.paint
            return None
        other = next((state.image.id for state in reversed(imagery.shown()) if state.image.id != id), None)
        if not imagery.states[id].is_shown:
            self._image = id
            imagery.set_shown(id, True)
        if other is not None:
            self._area.canvas.underlay = partial(imagery.paint, only=other)
        return id

    # --- one view for both

    def _follow_first(self, view: View) -> None:
        self._follow(self.canvas, view)

    def _follow_second(self, view: View) -> None:
        if self.isVisible():
            self._follow(self._area.canvas, view)

    def _follow(self, other: Any, view: View) -> None:
        if other is not None and not self._following and self.isVisible():
            self._following = True
            try:
                other.show_like(view)
            finally:
                self._following = False

    def lay_out(self, box: QRect) -> None:
        """Put maps, line and head in their places; both keep the middle of the first."""
        if self.canvas is None or not self.isVisible():
            return
        kept, self._following = self._area.canvas.view, True
        self._place(box)
        self._area.canvas.show_like(kept)
        self.canvas.show_like(kept)
        self._following = False

    def _place(self, box: QRect) -> None:
        middle = box.left() + round(box.width() * (self.line.share if self.swiping else 0.5))
        first = self._area.canvas
        if self.swiping:
            first.setGeometry(box)
            self.canvas.setGeometry(box)
            self.canvas.setMask(QRegion(QRect(middle, box.top(), box.right() - middle + 1, box.height())))
        else:
            self.canvas.clearMask()
            first.setGeometry(QRect(box.left(), box.top(), middle - box.left() - 1, box.height()))
            self.canvas.setGeometry(QRect(middle + 1, box.top(), box.right() - middle, box.height()))
        for canvas in (self.canvas, first):  # both below all that floats, the first below the second
            canvas.lower()
        self.line.setGeometry(middle - GRIP_PX // 2, box.top(), GRIP_PX, box.height())
        self.line.setVisible(self.swiping)
        self.head.adjustSize()
        left = min(max(middle + HEAD_GAP, box.left() + 60), box.right() - self.head.width() - 60)
        self.head.move(left, box.top() + HEAD_GAP)
        for part in (self.line, self.head):
            part.raise_()
