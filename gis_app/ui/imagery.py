"""The images under the map, each as good as it is known; the old picture stays until the new one is there."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QRect, QRectF, Signal
from PySide6.QtGui import QImage, QPainter, QRegion, QTransform

from gis_app.formats.packing import message_from
from gis_app.language import Message, Refused
from gis_app.render.imagery import ImageReader
from gis_app.render.piece import PIECE_PX, Piece, Placed, pieces, snapped, whole
from gis_app.render.view import Bounds, View
from gis_app.session.imagery import Image
from gis_app.worker.folders import user_cache_dir

TILES = "tiles:"
"""How the ids of services on the network begin."""
MOST_PIECES = 36
"""Pictures that are kept, 1 MB each; more where a screen needs more."""


@dataclass
class State:
    """One image as the window shows it.

    Attributes
    ----------
    image
        As the park says it.
    is_shown, opacity
        Whether and how strongly it is drawn.
    bounds
        Its ground, None before it was opened.
    built
        Which share of its overview is built; None where none is being built.
    trouble
        Why it cannot be shown.
    partly
        Why some of it cannot be shown.
    is_opened
        Whether the reader was told of it.
    """

    image: Image
    is_shown: bool = False
    opacity: float = 1.0
    bounds: Bounds | None = None
    built: float | None = None
    trouble: Message | None = None
    partly: Message | None = None
    is_opened: bool = False


class Imagery(QObject):
    """The images under one map.

    Parameters
    ----------
    reader
        Shared between several maps of the same images; one of its own when not given.
    """

    ready = Signal(QRect)
    """Something new can be drawn in this part of the widget."""
    changed = Signal()
    """An image came, went, was shown or hidden, or something is known of it."""

    def __init__(self, parent: QObject | None = None, reader: ImageReader | None = None) -> None:
        super().__init__(parent)
        self.states: dict[str, State] = {}
        self._crs = ""
        self._kept: OrderedDict[Piece, QImage | None] = OrderedDict()
        self._wholes: dict[str, QImage | None] = {}
        self._view: View | None = None
        self._ratio = 1.0
        self._needed = 0
        self._begun = False
        self._around: Bounds | None = None
        self._reader = reader or ImageReader(user_cache_dir() / "imagery", self)
        self._web: ImageReader | None = None
        self._listen(self._reader)

    def _listen(self, reader: ImageReader) -> None:
        reader.opened.connect(self._opened)
        reader.refused.connect(self._refused)
        reader.troubled.connect(self._troubled)
        reader.painted.connect(self._take)
        reader.building.connect(self._building)
        reader.ended.connect(lambda reason: self._ended(reason, reader))

    def _reader_of(self, image: Image) -> ImageReader:
        """Give who reads an image; what comes from the network is fetched in a process of its own."""
        if image.tiles is None:
            return self._reader
        if self._web is None:
            self._web = ImageReader(user_cache_dir() / "imagery", self)
            self._listen(self._web)
        return self._web

    # --- what is shown

    def set_images(self, images: Sequence[Image], project_crs: str, around: Bounds | None = None) -> None:
        """Know these images, from the bottom up; nothing is read before ``begin``.

        Of images that were known before it stays whether and how strongly they are shown; among others the
        newest is shown; a service on the network is shown only when somebody asks. ``around`` is the ground
        that services may be asked for.
        """
        self._around = around
        old = self.states if project_crs == self._crs else {}
        same = {
            image.id: old[image.id] for image in images if image.id in old and old[image.id].image == image
        }
        for id in self.states:
            if id not in same:
                self._forget(id)
        self._crs = project_crs
        self.states = {}
        for image in images:
            state = same.get(image.id) or State(image, opacity=image.opacity)
            if image.id in old:
                state.is_shown = old[image.id].is_shown
            self.states[image.id] = state
        files = [image for image in images if image.tiles is None]
        if files and not any(image.id in old for image in files):
            newest = max(files, key=lambda image: (image.date is not None, image.date or 0, image.id))
            self.states[newest.id].is_shown = True
        if self._begun:
            self.begin()
        self._again()
        self.changed.emit()

    def _forget(self, id: str) -> None:
        self._reader_of(self.states[id].image).forget(id)
        self._drop(id)

    def _drop(self, id: str) -> None:
        """Let go of the pictures of an image."""
        self._wholes.pop(id, None)
        for piece in [piece for piece in self._kept if piece.image == id]:
            del self._kept[piece]

    def begin(self) -> None:
        """Open what is shown; later ones are opened when they are."""
        self._begun = True
        for state in self.states.values():
            if state.is_shown and not state.is_opened:
                state.is_opened = True
                self._open(state)

    def _open(self, state: State) -> None:
        try:
            alignment = state.image.alignment()
        except Refused as refused:
            self._trouble(state, refused.message)
            return
        affine = None if alignment is None else alignment.affine
        image, service = state.image, None
        if image.tiles is not None:
            if self._around is None:
                return
            service = image.tiles.service(self._around)
        self._reader_of(image).open(Placed(image.id, image.path, self._crs, affine, image.crs, service))

    def set_shown(self, id: str, shown: bool) -> None:
        """Show or hide an image."""
        self.states[id].is_shown = shown
        if shown and self._begun:
            self.begin()
        self._again()
        self.changed.emit()

    def set_opacity(self, id: str, opacity: float) -> None:
        """Fade an image: 0 is not seen, 1 hides what lies under it."""
        self.states[id].opacity = opacity
        self._redraw()

    def shown(self) -> list[State]:
        """Give what is drawn, from the bottom up."""
        return [state for state in self.states.values() if state.is_shown and state.bounds is not None]

    def cancel(self, id: str) -> None:
        """Give the building of an overview up."""
        self._reader.stop_building(id)
        self.states[id].built = None
        self.changed.emit()

    @property
    def pids(self) -> list[int]:
        """The system's numbers of the processes that read."""
        return self._reader.pids + (self._web.pids if self._web is not None else [])

    def close(self) -> None:
        """End the processes."""
        self._reader.close()
        if self._web is not None:
            self._web.close()

    # --- what is wanted

    def want(self, view: View, ratio: float = 1.0) -> None:
        """Read what a view of the widget shows; ``ratio`` pixels of the screen make one of the widget."""
        self._view, self._ratio = view, ratio
        self._ask()

    def _ask(self) -> None:
        if self._view is None:
            return
        view, wanted, around = self._fine(self._view), [], []
        wide = replace(view, size_px=(view.size_px[0] + PIECE_PX, view.size_px[1] + PIECE_PX))
        self._needed = 0
        for state in reversed(self.shown()):
            if state.opacity <= 0:
                continue
            assert state.bounds is not None
            if state.image.id not in self._wholes:
                wanted.append(whole(state.image.id, state.bounds))
            seen = pieces(state.image.id, state.bounds, view)
            # what a hand that moves the map sees next; nothing is fetched from the network ahead
            next_seen = pieces(state.image.id, state.bounds, wide) if state.image.tiles is None else seen
            for piece in dict.fromkeys((*next_seen, *seen)):
                self._needed += 1
                if piece in self._kept:
                    self._kept.move_to_end(piece)
            wanted += [piece for piece in seen if piece not in self._kept]
            around += [piece for piece in next_seen if piece not in self._kept and piece not in seen]
        wanted += around
        self._reader.want([piece for piece in wanted if not piece.image.startswith(TILES)])
        if self._web is not None:
            self._web.want([piece for piece in wanted if piece.image.startswith(TILES)])

    def _fine(self, view: View) -> View:
        """Give the view in pixels of the screen, on the grid."""
        ratio = self._ratio
        size = (round(view.size_px[0] * ratio), round(view.size_px[1] * ratio))
        return snapped(replace(view, scale=view.scale * ratio, size_px=size))

    def is_complete(self) -> bool:
        """Whether everything that is wanted has been read."""
        if self._view is None:
            return True
        view = self._fine(self._view)
        wanted = [state for state in self.states.values() if state.is_shown and state.trouble is None]
        return all(
            state.bounds is not None
            and state.image.id in self._wholes
            and all(piece in self._kept for piece in pieces(state.image.id, state.bounds, view))
            for state in wanted
        )

    def _take(self, piece: Piece, picture: QImage | None) -> None:
        state = self.states.get(piece.image)
        if state is None or (self._is_from_network(state) and not self._is_fetched(state, picture)):
            return
        if piece.bounds == state.bounds:
            self._wholes[piece.image] = picture
            self._redraw()
            return
        self._kept[piece] = picture
        while len(self._kept) > max(MOST_PIECES, self._needed):
            self._kept.popitem(last=False)
        if self._view is not None and self._view.rotation_deg:
            self._redraw()
        elif self._view is not None:
            self.ready.emit(_box(piece.bounds, self._view).toAlignedRect())

    @staticmethod
    def _is_from_network(state: State) -> bool:
        return state.image.tiles is not None

    def _is_fetched(self, state: State, picture: QImage | None) -> bool:
        """Whether it is to be kept; what could not be fetched is asked for again when the map moves."""
        if picture is None and state.partly is not None:
            return False
        if state.partly is not None:
            state.partly = None
            self.changed.emit()
        return True

    def _opened(self, id: str, known: Any) -> None:
        state = self.states.get(id)
        if state is None:
            return
        try:
            state.image.refuse_hidden_shift(known["shift_hint"])
        except Refused as refused:
            self._reader_of(state.image).forget(id)
            self._trouble(state, refused.message)
            return
        state.bounds = tuple(known["bounds"])
        if known["needs_overview"]:
            state.built = 0.0
            self._reader.build(id)
        self._again()
        self.changed.emit()

    def _building(self, id: str, share: float) -> None:
        state = self.states.get(id)
        if state is None:
            return
        state.built = share if share < 1.0 else None
        if share >= 1.0:
            self._drop(id)
            self._again()
        self.changed.emit()

    def _refused(self, id: str, message: Any) -> None:
        if id in self.states:
            self._trouble(self.states[id], message_from(message))

    def _troubled(self, id: str, message: Any) -> None:
        """Say what of an image could not be read; what could is shown all the same."""
        state = self.states.get(id)
        if state is not None and state.partly != message_from(message):
            state.partly = message_from(message)
            self.changed.emit()

    def _trouble(self, state: State, message: Message) -> None:
        state.trouble, state.built = message, None
        self.changed.emit()

    def _ended(self, reason: str, reader: ImageReader) -> None:
        for state in self.shown():
            if self._reader_of(state.image) is reader:
                self._trouble(state, Message("render.image_failed", {"detail": reason}))

    def _again(self) -> None:
        self._ask()
        self._redraw()

    def _redraw(self) -> None:
        if self._view is not None:
            self.ready.emit(QRect(0, 0, *self._view.size_px))

    # --- drawing

    def paint(self, painter: QPainter, rect: QRect, view: View, only: str | None = None) -> None:
        """Draw the best there is of every shown image, or of one, into a part of the widget."""
        fine = self._fine(view)
        painter.save()
        painter.scale(1.0 / self._ratio, 1.0 / self._ratio)
        grow = QTransform.fromScale(self._ratio, self._ratio)
        clip = grow.mapRect(QRectF(rect)).toAlignedRect()
        if fine.rotation_deg:
            turn = QTransform.fromTranslate(fine.size_px[0] / 2.0, fine.size_px[1] / 2.0)
            turn = turn.rotate(-fine.rotation_deg).translate(-fine.size_px[0] / 2.0, -fine.size_px[1] / 2.0)
            painter.setTransform(turn, True)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            clip = turn.inverted()[0].mapRect(clip)
        for state in self.shown():
            if state.opacity > 0 and only in (None, state.image.id):
                painter.setOpacity(state.opacity)
                self._paint_image(painter, clip, fine, state)
        painter.restore()

    def _paint_image(self, painter: QPainter, clip: QRect, view: View, state: State) -> None:
        assert state.bounds is not None
        missing, there = QRegion(), []
        for piece in pieces(state.image.id, state.bounds, view):
            box = _box(piece.bounds, view)
            place = QRect(round(box.x()), round(box.y()), *piece.size)
            if not place.intersects(clip):
                continue
            if piece not in self._kept:
                missing += place & clip
            elif (picture := self._kept[piece]) is not None:
                there.append((place, picture))
        if not missing.isEmpty():
            self._paint_old(painter, missing, view, state)
        for place, picture in there:
            painter.drawImage(place.topLeft(), picture)

    def _paint_old(self, painter: QPainter, missing: QRegion, view: View, state: State) -> None:
        """Fill what is missing from pictures of other scales: the coarse whole, or what comes nearest."""
        painter.save()
        left = QRegion(missing)
        for piece, picture in self._others(view, state):
            box = _box(piece.bounds, view)
            if picture is not None and left.intersects(box.toAlignedRect()):
                painter.setClipRegion(left)
                painter.drawImage(box, picture, QRectF(picture.rect()))
                if not picture.hasAlphaChannel():  # nothing is drawn twice: enlarging is what takes long
                    left -= box.toRect().adjusted(1, 1, -1, -1)
        painter.restore()

    def _others(self, view: View, state: State) -> list[tuple[Piece, QImage | None]]:
        """Give pictures of other scales, the best first: those of the nearest one, then the coarse whole.

        A picture that is partly clear lies over the coarse one, which is then drawn before it.
        """
        assert state.bounds is not None
        id = state.image.id
        scales: dict[float, list[Piece]] = {}
        for piece in self._kept:
            if piece.image == id and not math.isclose(piece.scale, view.scale, rel_tol=1e-9):
                scales.setdefault(piece.scale, []).append(piece)
        coarse = [(whole(id, state.bounds), self._wholes.get(id))]
        if not scales or state.opacity < 1.0:  # two pictures one over the other would show twice as strongly
            return coarse
        nearest = min(scales, key=lambda scale: abs(math.log(scale / view.scale)))
        fine = [(piece, self._kept[piece]) for piece in scales[nearest]]
        is_opaque = all(picture is None or not picture.hasAlphaChannel() for _, picture in fine)
        return fine + coarse if is_opaque else coarse + fine


def _box(bounds: Bounds, view: View) -> QRectF:
    """Give where some ground lies in a view, in its pixels before it is turned."""
    x0, y0, x1, y1 = bounds
    west = view.centre[0] - view.size_px[0] / 2.0 / view.scale
    north = view.centre[1] + view.size_px[1] / 2.0 / view.scale
    return QRectF(
        (x0 - west) * view.scale, (north - y1) * view.scale, (x1 - x0) * view.scale, (y1 - y0) * view.scale
    )
