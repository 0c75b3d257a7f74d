"""The picture under the overlays: finished tiles, and until they are there the old picture in their place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QRegion, QTransform

from gis_app.render.tile import Job, corner_px, part
from gis_app.render.view import View

MOST_TILES = 160
"""Tiles that are kept, 1 MB each."""


@dataclass(frozen=True)
class Look:
    """What makes up a picture: its tiles, each with where it begins (pixels), and the names over them."""

    view: View
    tiles: tuple[tuple[Job, tuple[int, int]], ...] = ()
    names: Job | None = None


@dataclass(frozen=True)
class _Piece:
    """What is painted of a tile: a part of it where no more was ever seen."""

    image: QImage
    part: QRect


class Picture:
    """The tiles of one look over the last complete picture; all pixels are those of the screen.

    Of a tile that the view cuts only what is seen is painted first; the rest when nothing else is wanted.
    Of a tile in which something changed only that is painted again; it shows what was there until then.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Job, _Piece] = OrderedDict()
        self._partial: dict[Job, _Piece] = {}
        self._stale: dict[Job, QRect] = {}
        self._parts: dict[Job, tuple[Job, QRect]] = {}
        self._names: tuple[Job, QImage] | None = None
        self._old: tuple[View, list[tuple[int, int, QImage]]] | None = None
        self._look: Look | None = None
        self._missing: dict[Job, None] = {}

    @property
    def is_complete(self) -> bool:
        """Whether all of the present look is painted."""
        return not self._missing

    @property
    def is_new(self) -> bool:
        """Whether nothing of the present look is there yet but the old picture in another size."""
        if self._old is None or self._look is None or _is_moved(self._old[0], self._look.view):
            return False
        return bool(self._look.tiles) and not any(job in self._kept for job, _ in self._look.tiles)

    def show(self, look: Look) -> None:
        """Show this from now on."""
        if self._look is not None and self.is_complete:
            self._old = (self._look.view, list(self._placed(self._look)))
        self._look = look
        shown = {job for job, _ in look.tiles}
        self._parts = {job: whole for job, whole in self._parts.items() if whole[0] in shown}
        self._partial = {job: self._partial[job] for job, _ in look.tiles if job in self._partial}
        if look.names is None:
            self._names = None
        for job, _ in look.tiles:
            if job in self._kept:
                self._kept.move_to_end(job)
        self._missing = dict.fromkeys(self._find_missing(look))

    def keep(
        self,
        before: Callable[[View], tuple[int, ...]],
        now: Callable[[View], tuple[int, ...]],
        changed: Callable[[View], QRect],
    ) -> None:
        """Let pictures of the present look stand for other layers that look the same but for a part.

        Parameters
        ----------
        before, now
            The layers that a tile was and is to be painted with.
        changed
            What of a tile must be painted again, pixels.
        """
        for job, _at in self._look.tiles if self._look is not None else ():
            layers = now(job.view)
            if layers and job in self._kept and job.layers == before(job.view):
                piece, made = self._kept.pop(job), replace(job, layers=layers)
                self._kept[made] = piece
                stale = self._stale.pop(job, QRect()) | (changed(job.view) & piece.part)
                if not stale.isEmpty():
                    self._stale[made] = stale

    def missing(self) -> list[Job]:
        """What is seen and not painted yet, the first first."""
        return list(self._missing)

    def _find_missing(self, look: Look) -> Iterator[Job]:
        for job, at in look.tiles:
            whole = QRect(0, 0, *job.view.size_px)
            seen = whole & QRect(-at[0], -at[1], *look.view.size_px)
            kept = self._kept.get(job)
            if kept is None:
                yield self._job(job, seen)
            elif not kept.part.contains(seen):
                yield self._job(job, whole)
            elif job in self._stale:
                yield self._job(job, self._stale[job])
        if look.names is not None and (self._names is None or self._names[0] != look.names):
            yield look.names

    def beyond(self) -> list[Job]:
        """What is not seen of the tiles that are: painted ahead, it is there when the ground is moved."""
        found = []
        for job, _at in self._look.tiles if self._look is not None else ():
            whole = QRect(0, 0, *job.view.size_px)
            kept = self._kept.get(job)
            if kept is None or kept.part != whole:
                found.append(self._job(job, whole))
        return found

    def _job(self, tile: Job, seen: QRect) -> Job:
        view = part(tile.view, seen.left(), seen.top(), seen.width(), seen.height())
        job = replace(tile, view=view)
        self._parts[job] = (tile, seen)
        return job

    def take(self, job: Job, image: QImage, complete: bool) -> QRect | None:
        """Keep a picture; give the part of the view that it changes, None for nothing."""
        if self._look is None or (job.names and job != self._look.names):
            return None
        if complete or job.names:
            self._missing.pop(job, None)
        if job.names:
            self._names = (job, image)
            return QRect(0, 0, *job.view.size_px)
        tile, seen = self._parts.get(job, (job, QRect(0, 0, *job.view.size_px)))
        if complete:
            self._parts.pop(job, None)
            self._partial.pop(tile, None)
            kept = self._kept.get(tile)
            if kept is not None and kept.part != seen and kept.part.contains(seen):
                self._kept[tile] = _Piece(_laid_in(image, seen, kept), kept.part)
            else:
                self._kept[tile] = _Piece(image, seen)
            self._stale.pop(tile, None)
            while len(self._kept) > max(MOST_TILES, 2 * len(self._look.tiles)):
                self._stale.pop(self._kept.popitem(last=False)[0], None)
        elif tile not in self._kept:
            self._partial[tile] = _Piece(image, seen)
        places = (seen.translated(*at) for own, at in self._look.tiles if own == tile)
        return next(places, None)

    def paint(self, painter: QPainter, clip: QRect) -> None:
        """Draw what there is, one unit a pixel of the screen."""
        if self._look is None:
            return
        missing = QRegion()
        for job, at in self._look.tiles:
            whole, kept = QRect(*at, *job.view.size_px), self._kept.get(job)
            missing += QRegion(whole & clip) - QRegion(
                kept.part.translated(*at) if kept is not None else QRect()
            )
        if not missing.isEmpty():
            self._paint_old(painter, missing, self._look.view)
        for x, y, image in self._placed(self._look):
            if image.rect().translated(x, y).intersects(clip):
                painter.drawImage(x, y, image)

    def _placed(self, look: Look) -> Sequence[tuple[int, int, QImage]]:
        """What is there of a look, and where; names of the same scale move with the ground."""
        found = []
        for job, (x, y) in look.tiles:
            piece = self._kept.get(job) or self._partial.get(job)
            if piece is not None:
                found.append((x + piece.part.left(), y + piece.part.top(), piece.image))
        if self._names is not None and _is_moved(self._names[0].view, look.view):
            left, top = corner_px(look.view)
            own_left, own_top = corner_px(self._names[0].view)
            found.append((own_left - left, own_top - top, self._names[1]))
        return found

    def _paint_old(self, painter: QPainter, region: QRegion, now: View) -> None:
        if self._old is None:
            return
        view, images = self._old
        painter.save()
        painter.setClipRegion(region)
        painter.setTransform(_move(view, now), True)
        for left, top, image in images:
            painter.drawImage(left, top, image)
        painter.restore()


def _laid_in(image: QImage, part: QRect, kept: _Piece) -> QImage:
    """Give a picture with a part of it painted again."""
    made = kept.image.copy()
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(part.topLeft() - kept.part.topLeft(), image)
    painter.end()
    return made


def _is_moved(before: View, now: View) -> bool:
    """Whether two views differ by a whole number of pixels."""
    return before.scale == now.scale and before.rotation_deg == now.rotation_deg


def _move(before: View, now: View) -> QTransform:
    """Give how pixels of one view lie in another."""
    corner, right, down = now.to_px(before.to_ground(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])))
    (a, b), (c, d), (x, y) = right - corner, down - corner, corner
    if np.allclose((a, b, c, d), (1.0, 0.0, 0.0, 1.0), rtol=0.0, atol=1e-9):
        return QTransform.fromTranslate(round(x), round(y))  # pixels stay as they are
    return QTransform(a, b, c, d, x, y)
