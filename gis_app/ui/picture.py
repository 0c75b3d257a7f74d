"""The picture under the overlays: finished tiles, and until they are there the old picture in their place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QRegion, QTransform

from gis_app.render.tile import Job, corner_px
from gis_app.render.view import View

MOST_TILES = 160
"""Tiles that are kept, 1 MB each."""


@dataclass(frozen=True)
class Look:
    """What makes up a picture: its tiles, each with where it begins (pixels), and the names over them."""

    view: View
    tiles: tuple[tuple[Job, tuple[int, int]], ...] = ()
    names: Job | None = None


class Picture:
    """The tiles of one look over the last complete picture; all pixels are those of the screen."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Job, QImage] = OrderedDict()
        self._partial: dict[Job, QImage] = {}
        self._names: tuple[Job, QImage] | None = None
        self._old: tuple[View, list[tuple[int, int, QImage]]] | None = None
        self._look: Look | None = None

    def show(self, look: Look) -> None:
        """Show this from now on."""
        if self._look is not None and not self.missing():
            self._old = (self._look.view, list(self._placed(self._look)))
        self._look = look
        self._partial = {job: self._partial[job] for job, _ in look.tiles if job in self._partial}
        if look.names is None:
            self._names = None
        for job, _ in look.tiles:
            if job in self._kept:
                self._kept.move_to_end(job)

    def missing(self) -> list[Job]:
        """What is not painted yet, the first first."""
        if self._look is None:
            return []
        found = [job for job, _ in self._look.tiles if job not in self._kept]
        if self._look.names is not None and (self._names is None or self._names[0] != self._look.names):
            found.append(self._look.names)
        return found

    def take(self, job: Job, image: QImage, complete: bool) -> QRect | None:
        """Keep a picture; give the part of the view that it changes, None for nothing."""
        if self._look is None or (job.names and job != self._look.names):
            return None
        if job.names:
            self._names = (job, image)
            return QRect(0, 0, *job.view.size_px)
        if complete:
            self._partial.pop(job, None)
            self._kept[job] = image
            while len(self._kept) > max(MOST_TILES, 2 * len(self._look.tiles)):
                self._kept.popitem(last=False)
        else:
            self._partial[job] = image
        places = (QRect(*at, *own.view.size_px) for own, at in self._look.tiles if own == job)
        return next(places, None)

    def paint(self, painter: QPainter, clip: QRect) -> None:
        """Draw what there is, one unit a pixel of the screen."""
        if self._look is None:
            return
        missing = QRegion()
        for job, at in self._look.tiles:
            if job not in self._kept:
                missing += QRect(*at, *job.view.size_px) & clip
        if not missing.isEmpty():
            self._paint_old(painter, missing, self._look.view)
        for x, y, image in self._placed(self._look):
            if image.rect().translated(x, y).intersects(clip):
                painter.drawImage(x, y, image)

    def _placed(self, look: Look) -> Sequence[tuple[int, int, QImage]]:
        """What is there of a look, and where; names of the same scale move with the ground."""
        found = []
        for job, at in look.tiles:
            image = self._kept.get(job) or self._partial.get(job)
            if image is not None:
                found.append((*at, image))
        if self._names is not None and self._names[0].view.scale == look.view.scale:
            left, top = corner_px(look.view)
            own_left, own_top = corner_px(self._names[0].view)
            found.append((own_left - left, own_top - top, self._names[1]))
        return found

    def _paint_old(self, painter: QPainter, region: QRegion, now: View) -> None:
        if self._old is None:
            return
        view, images = self._old
        grow = now.scale / view.scale
        west, _, _, north = view.bounds
        x = (west - now.bounds[0]) * now.scale
        y = (now.bounds[3] - north) * now.scale
        painter.save()
        painter.setClipRegion(region)
        if abs(grow - 1.0) < 1e-9:
            painter.translate(round(x), round(y))
        else:
            painter.setTransform(QTransform(grow, 0, 0, grow, x, y), True)
        for left, top, image in images:
            painter.drawImage(left, top, image)
        painter.restore()
