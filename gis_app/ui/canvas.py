"""The map: shows a scene that is painted elsewhere, and highlights over it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget
from shapely.geometry.base import BaseGeometry

from gis_app.render.scene import SceneLayer, bounds_of
from gis_app.render.studio import Studio
from gis_app.render.tile import Job, snapped, tiles
from gis_app.render.view import Bounds, View
from gis_app.ui.ground import Ground
from gis_app.ui.painting import EVIDENCE, SELECTION, Overlay
from gis_app.ui.picture import Look, Picture
from gis_app.ui.sight import DPI

REPAINT_MS = 30
"""Tiles are shown as often as that while more of them come."""
PATIENCE_MS = 12
"""The old picture is drawn larger or smaller only when the new one is not there after so long."""
CHANGE_MS = 40
"""What changes in the same view is shown at once with all of it, unless it takes longer than this."""
EDGE_PX = 2
"""So far beyond its coordinates a line may still colour a pixel."""
AHEAD_MS = 250
"""After so long a rest what lies just outside is painted too."""


@dataclass(frozen=True)
class _Layer:
    number: int
    layer: SceneLayer

    @property
    def owner(self) -> str:
        """The project's layer: what stands before a colon in the id."""
        return self.layer.id.partition(":")[0]


class Canvas(Ground):
    """A map of scene layers.

    Coordinates of signals and methods are the project's, metres; ``view`` counts the pixels of the window
    (not those of a finer screen), so that ``view.to_px`` gives positions in the widget.

    Parameters
    ----------
    parent
        The widget it lies in.
    processes
        How many processes paint; 0 paints in this one, in slices.
    """

    picture_ready = Signal(float)
    """The complete picture of the present view is shown; the seconds it took."""

    def __init__(self, parent: QWidget | None = None, processes: int = 1, *, compiled: bool = True) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(64, 64)
        self._layers: list[_Layer] = []
        self._gone: list[int] = []
        self._numbers = 0
        self._visible: set[str] | None = None
        self._order: dict[str, int] = {}
        self._background, self._shade = QColor("#EEF0F3"), QColor(0, 0, 0, 0)
        self._picture = Picture()
        self.underlay: Callable[[QPainter, QRect, View], None] | None = None
        """Draws what lies under everything else."""
        self._evidence, self._selection = Overlay(EVIDENCE), Overlay(SELECTION)
        self._changed_s: float | None = None
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        # a timer of its own comes after the paint event; a single shot of 0 ms is a call, and comes before
        self._telling = QTimer(self, singleShot=True, interval=0)
        self._telling.timeout.connect(self._tell)
        self._took_s = 0.0
        self._stale = QRegion()
        self._repainting = QTimer(self, singleShot=True, interval=REPAINT_MS)
        self._repainting.timeout.connect(self._repaint)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._repaint)
        self._ahead = QTimer(self, singleShot=True, interval=AHEAD_MS)
        self._ahead.timeout.connect(self._paint_ahead)
        self._painters = Studio(processes, compiled=compiled)
        self._painters.painted.connect(self._take)
        self.destroyed.connect(self._painters.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._painters.close)

    # --- what is shown

    def set_layers(self, layers: Sequence[SceneLayer]) -> None:
        """Show these, from the bottom up; what was there already is not sent and not painted again."""
        known = {id(one.layer): one for one in self._layers}
        made = [known.pop(id(layer)) if id(layer) in known else self._new(layer) for layer in layers]
        self._gone += [gone.number for gone in known.values()]
        self._layers = made
        self.show_view()

    def exchange(self, old: Sequence[SceneLayer], new: Sequence[SceneLayer], changed: Bounds) -> None:
        """Show ``new`` in the place of ``old``; pictures that lie outside ``changed`` (metres) stay.

        Both are of one project layer, from the bottom up; what is in both is not sent again. The old picture
        stays on the screen until the new one is there.
        """
        gone = {id(layer) for layer in old}
        places = [place for place, one in enumerate(self._layers) if id(one.layer) in gone]
        before = self._shown()
        layers = [one.layer for one in self._layers if id(one.layer) not in gone]
        place = places[0] if places else len(layers)
        layers[place:place] = new
        known = {id(one.layer): one for one in self._layers}
        self._layers = [known.pop(id(layer)) if id(layer) in known else self._new(layer) for layer in layers]
        self._gone += [lost.number for lost in known.values()]
        now = self._shown()
        around = max((layer.around_m(self.view) for layer in (*old, *new)), default=0.0)
        self._picture.keep(
            lambda tile: _meeting(before, tile),
            lambda tile: _meeting(now, tile),
            lambda tile: _box_px(tile, changed, around),
        )
        self._stale += _box_px(self.view, changed, around)
        self._begin()
        self._wait(CHANGE_MS)

    def set_visible(self, ids: set[str]) -> None:
        """Show only the layers of these project layers."""
        self._visible = set(ids)
        self.show_view()

    def set_order(self, ids: Sequence[str]) -> None:
        """Draw the project layers in this order, from the bottom up; others stay below them."""
        self._order = {id: place for place, id in enumerate(ids)}
        self.show_view()

    def set_evidence(self, geometries: Sequence[BaseGeometry]) -> None:
        """Mark geometries as evidence, above everything, instead of those marked before."""
        self._evidence.set(geometries)
        self.update()

    def set_selection(self, geometries: Sequence[BaseGeometry]) -> None:
        """Mark geometries as selected instead of those marked before."""
        self._selection.set(geometries)
        self.update()

    def set_theme(self, background: str, ink: str, shade: QColor | None = None) -> None:
        """Set the colours of the ground and of what is written on it (``#RRGGBB``).

        ``shade`` lies over ground and images, and under everything that is drawn.
        """
        self._background, self._shade = QColor(background), shade or QColor(0, 0, 0, 0)
        self.setProperty("ink", ink)
        self.update()

    def zoom_full(self) -> None:
        """Show everything that is drawn."""
        bounds = bounds_of([one.layer for one in self._layers])
        if bounds is not None:
            self.zoom_to(bounds, 0.03)

    def start_processes(self) -> None:
        """Start the processes that paint; the first show does it too."""
        self._painters.start()

    def wait_for_kernels(self) -> bool:
        """Wait until it is known how tiles are drawn; whether it is by compiled kernels."""
        return self._painters.wait()

    def close_process(self) -> None:
        """End the processes that paint; nothing new is painted any more."""
        self._asking.stop()
        self._painters.close()

    @property
    def pids(self) -> list[int]:
        """The system's numbers of the processes that paint."""
        return self._painters.pids

    # --- from a view to its picture

    def _new(self, layer: SceneLayer) -> _Layer:
        self._numbers += 1
        self._painters.add(self._numbers, layer)
        return _Layer(self._numbers, layer)

    def show_view(self) -> None:
        """Show what there is, and ask for the rest when all that happens now has happened."""
        self._begin()
        if self._picture.is_new:
            self._stale += self.rect()
            self._wait(PATIENCE_MS)
        else:
            self.update()

    def _begin(self) -> None:
        self._changed_s = time.perf_counter()
        self._asking.start()
        self._picture.show(self._look())

    def _wait(self, most_ms: int) -> None:
        """Draw nothing before the picture is complete, but wait no longer than this."""
        if not self._patience.isActive() or self._patience.remainingTime() > most_ms:
            self._patience.start(most_ms)

    def update_over(self) -> None:
        """Draw anew what the tool draws over the picture: now, or with the picture that is about to come."""
        drawn = self.tool.drawn if self.tool is not None else QRectF()
        self._stale += self.rect() if drawn is None else drawn.toAlignedRect()
        if not self._patience.isActive():
            self._repaint()

    def _ask(self) -> None:
        self._painters.want(self._picture.missing())
        for number in self._gone:
            self._painters.forget(number)
        self._gone = []
        self._look_whether_complete()

    def _look(self) -> Look:
        ratio = self.devicePixelRatioF()
        size = (round(self.width() * ratio), round(self.height() * ratio))
        view = snapped(replace(self.view, scale=self.view.scale * ratio, size_px=size, dpi=DPI * ratio))
        shown = self._shown()
        met = ((tile, at, _meeting(shown, tile)) for tile, at in tiles(view))
        made = [(Job(tile, layers), at) for tile, at, layers in met if layers]
        named = tuple(one.number for one in shown if one.layer.names(view))
        return Look(view, tuple(made), Job(view, named, names=True) if named else None)

    def _shown(self) -> list[_Layer]:
        shown = [one for one in self._layers if self._visible is None or one.owner in self._visible]
        return sorted(shown, key=lambda one: self._order.get(one.owner, -1))

    def _take(self, job: Job, image: QImage, complete: bool) -> None:
        changed = self._picture.take(job, image, complete)
        if changed is not None:
            ratio = self.devicePixelRatioF()
            corner, size = QPointF(changed.topLeft()) / ratio, QSizeF(changed.size()) / ratio
            self._stale += QRectF(corner, size).toAlignedRect()
            if not self._repainting.isActive():  # several tiles that come at once are shown at once
                self._repainting.start()
            self._look_whether_complete()

    def _repaint(self) -> None:
        if self._patience.isActive():
            if not self._picture.is_complete:
                return
            self._patience.stop()
        stale, self._stale = self._stale, QRegion()
        self.update(stale)

    def _look_whether_complete(self) -> None:
        if self._changed_s is not None and self._picture.is_complete:
            self._repaint()
            self._took_s, self._changed_s = time.perf_counter() - self._changed_s, None
            self._telling.start()

    def _tell(self) -> None:
        if self._changed_s is None:  # nothing changed since
            self.picture_ready.emit(self._took_s)
            self._ahead.start()
            self._painters.load_kernels()

    def _paint_ahead(self) -> None:
        if self._changed_s is None:
            self._painters.want(self._picture.beyond())

    # --- Qt's events

    def sizeHint(self) -> QSize:
        """Give a size for a window without a layout."""
        return QSize(960, 640)

    def showEvent(self, event: QShowEvent) -> None:
        """Start the processes when the window stands."""
        QTimer.singleShot(0, self._painters, self._painters.start)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle, or what was framed last."""
        self.refit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is ready, then the overlays."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._background)
        if self.underlay is not None:
            self.underlay(painter, event.rect(), self.view)
        if self._shade.alpha():
            painter.fillRect(event.rect(), self._shade)
        ratio = self.devicePixelRatioF()
        painter.save()
        painter.scale(1.0 / ratio, 1.0 / ratio)
        clip = QRectF(event.rect())
        self._picture.paint(
            painter,
            QRectF(clip.topLeft() * ratio, clip.size() * ratio).toAlignedRect(),
        )
        painter.restore()
        self._selection.paint(painter, self.view)
        self._evidence.paint(painter, self.view)
        self.paint_over(painter)
        painter.end()


def _meeting(layers: Sequence[_Layer], view: View) -> tuple[int, ...]:
    """Numbers of the layers that draw anything in a view: a change elsewhere leaves its picture as it is."""
    return tuple(one.number for one in layers if one.layer.meets(view))


def _box_px(view: View, bounds: Bounds, around_m: float) -> QRect:
    """Give where in a view some bounds widened by a width lie, pixels; empty where they do not."""
    west, south, east, north = bounds
    west, south, east, north = west - around_m, south - around_m, east + around_m, north + around_m
    corners = view.to_px(np.array([[west, south], [west, north], [east, south], [east, north]]))
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
    box = QRect(left - EDGE_PX, top - EDGE_PX, right - left + 2 * EDGE_PX, bottom - top + 2 * EDGE_PX)
    return box & QRect(0, 0, *view.size_px)
