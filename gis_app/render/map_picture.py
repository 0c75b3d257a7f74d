"""The overview map as one picture: the park overlaid, with legend, scale, north and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gis_app.catalogue import Catalogue
from gis_app.language import Message, Refused, say
from gis_app.model import Project
from gis_app.render import chrome, side
from gis_app.render.font import require_characters
from gis_app.render.label import anchors, labels, paint_labels
from gis_app.render.legend import Entry, entries
from gis_app.render.map_scene import EVIDENCE, Evidence, Group, ground_scheme, groups, map_layers
from gis_app.render.painter import application, blank, paint, png
from gis_app.render.scene import Scene, SceneLayer, bounds_of
from gis_app.render.view import MM_PER_INCH, View, fit, rounded
from gis_app.render.writing import QUIET, Writing

__all__ = ["Evidence", "map_picture", "paint_map"]

WIDTH_MM = 304.8
"""Width of the picture on paper; lengths of lines and letters follow from it, whatever the pixels."""
FRAME_MM, TITLE_MM, FOOT_MM, SIDE_MM, GAP_MM = 4.0, 19.5, 7.5, 72.0, 2.0
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SEPARATOR = "　·　"
FICTIONAL = ("虚构", "fictional", "fictitious")
"""What a project's name says when nothing in it is real."""
SCHEMES = frozenset({"landuse_2023", "landuse_2020", "survey3", "gb50137", "tdt1029"})
FRAMED = ("park_boundary", "proposal_block")
"""What the view is fitted to."""


@dataclass(frozen=True)
class _Page:
    """Everything that is drawn, in words and boxes (pixels)."""

    writing: Writing
    size_px: tuple[int, int]
    title: str
    subtitle: str
    foot: str
    headings: tuple[str, str, str]
    scene: Scene
    map_box: QRectF
    side_box: QRectF
    lines: list[Entry]
    classes: list[Entry]
    marked: list[Group]

    @property
    def texts(self) -> Iterable[str]:
        yield from (self.title, self.subtitle, self.foot, *self.headings, "0123456789 m∶")
        yield from (entry.text for entry in (*self.lines, *self.classes))
        yield from (label.text for label in labels(self.scene))
        yield from (text for group in self.marked for text in (group.title, *group.texts))


def map_picture(
    project: Project,
    catalogue: Catalogue,
    findings_evidence: Sequence[Evidence],
    out_path: Path,
    language: str,
    size_px: tuple[int, int] = (2400, 1600),
    proposals: Sequence[str] | None = None,
) -> Path:
    """Draw the overview map of a park and write it as PNG.

    Parameters
    ----------
    project
        In its projected reference system.
    findings_evidence
        What is marked and numbered, most important first, in the project's reference system.
    out_path
        Replaced whole once the picture is complete.
    language
        ``"zh"`` or ``"en"``.
    proposals
        Only the blocks of these proposals; None for all.

    Raises
    ------
    Refused
        There is nothing to draw, no Chinese font, a character that it lacks, or the file cannot be written.
    """
    application()
    image = blank(size_px, size_px[0] / WIDTH_MM * MM_PER_INCH, "#FFFFFF")
    painter = QPainter(image)
    try:
        paint_map(painter, project, catalogue, findings_evidence, language, size_px, proposals)
    finally:
        painter.end()
    _save(png(image), out_path)
    return out_path


def paint_map(
    painter: QPainter,
    project: Project,
    catalogue: Catalogue,
    findings_evidence: Sequence[Evidence],
    language: str,
    size_px: tuple[int, int],
    proposals: Sequence[str] | None = None,
) -> None:
    """Draw the overview map with any painter, one unit a pixel; parameters as for ``map_picture``."""
    page = _page(project, catalogue, groups(findings_evidence, language), language, size_px, proposals)
    require_characters(page.texts)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _paint_frame(painter, page)
    _paint_map(painter, page, say(Message("render.north"), language))
    _paint_side(painter, page)


def _page(
    project: Project,
    catalogue: Catalogue,
    marked: list[Group],
    language: str,
    size_px: tuple[int, int],
    proposals: Sequence[str] | None,
) -> _Page:
    writing = Writing(size_px[0] / WIDTH_MM)
    frame, gap = writing.px(FRAME_MM + GAP_MM), writing.px(GAP_MM)
    top, bottom = writing.px(TITLE_MM + FRAME_MM), size_px[1] - writing.px(FOOT_MM + FRAME_MM)
    side_box = QRectF(size_px[0] - frame - writing.px(SIDE_MM), top, writing.px(SIDE_MM), bottom - top)
    map_box = QRectF(frame, top, side_box.left() - gap - frame, bottom - top)
    layers = map_layers(project, catalogue, marked, language, proposals)
    view = _view(project, layers, (int(map_box.width()), int(map_box.height())), writing.mm_px * MM_PER_INCH)
    scene = Scene(layers, view)
    lines, classes = entries(scene, language)
    name = project.name or say(Message("render.unnamed"), language)

    def heading(id: str) -> str:
        return say(Message(f"render.{id}"), language)

    return _Page(
        writing,
        size_px,
        say(Message("render.title", {"project": name}), language),
        _subtitle(project, language),
        _foot(project, language),
        (heading("legend"), _classes_title(ground_scheme(project, catalogue), language), heading("marks")),
        scene,
        map_box,
        side_box,
        lines,
        classes,
        marked,
    )


def _classes_title(scheme: str, language: str) -> str:
    if scheme in SCHEMES:
        return say(Message("render.classes_of", {"scheme": Message(f"render.scheme_{scheme}")}), language)
    return say(Message("render.classes"), language)


def _view(project: Project, layers: Sequence[SceneLayer], size_px: tuple[int, int], dpi: float) -> View:
    wanted = {layer.id for kind in FRAMED if (layer := project.of_type(kind)) is not None}
    bounds = bounds_of([layer for layer in layers if layer.id in wanted or layer.id == EVIDENCE])
    bounds = bounds if wanted and bounds is not None else bounds_of(layers)
    if bounds is None:
        raise Refused(Message("render.nothing", {"project": project.name}))
    return rounded(fit(bounds, size_px, 0.04, dpi))


def _subtitle(project: Project, language: str) -> str:
    fictional = any(word in project.name.lower() for word in FICTIONAL)
    parts = [Message("render.fictional")] if fictional else []
    parts += [Message("render.purpose"), Message("render.as_of", {"as_of": project.as_of})]
    if project.period:
        parts.append(Message("render.period", {"period": project.period}))
    return SEPARATOR.join(say(part, language) for part in parts)


def _foot(project: Project, language: str) -> str:
    return say(Message("render.foot", {"crs": crs_text(project.crs, language)}), language)


def crs_text(crs: CRS | None, language: str) -> str:
    """Write a reference system: CGCS2000 zones by their central meridian, others by name."""
    if crs is None:
        return say(Message("render.no_crs"), language)
    code = crs.to_epsg()
    values = {"name": crs.name, "code": "" if code is None else f"EPSG:{code}"}
    if not crs.name.startswith("CGCS2000") or crs.coordinate_operation is None:
        return say(Message("render.crs", values), language)
    meridian = next((p.value for p in crs.coordinate_operation.params if "longitude" in p.name.lower()), None)
    zone = 3 if "3-degree" in crs.name else 6
    return say(Message("render.cgcs2000", {**values, "meridian_deg": meridian, "zone_deg": zone}), language)


def _paint_frame(painter: QPainter, page: _Page) -> None:
    write, (width, height) = page.writing, page.size_px
    painter.setPen(QPen(QColor("#000000"), write.px(0.7)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = write.px(FRAME_MM)
    painter.drawRect(QRectF(inset, inset, width - 2 * inset, height - 2 * inset))
    left, room = write.px(FRAME_MM + GAP_MM), width - 2 * write.px(FRAME_MM + GAP_MM)
    title = QRectF(left, write.px(FRAME_MM + 2.0), room, write.px(9.5))
    write.write(painter, title, page.title, 7.4, bold=True, align=CENTRE, fit=True)
    below = QRectF(left, title.bottom() + write.px(0.6), room, write.px(5.0))
    write.write(painter, below, page.subtitle, 3.0, colour=QUIET, align=CENTRE, fit=True)
    foot = QRectF(left, page.map_box.bottom() + write.px(1.2), room, write.px(5.0))
    write.write(painter, foot, page.foot, 2.8, colour=QUIET, align=LEFT, fit=True)


def _paint_map(painter: QPainter, page: _Page, north: str) -> None:
    view, write = page.scene.view, page.writing
    painter.save()
    painter.translate(page.map_box.topLeft())
    painter.setClipRect(QRectF(0, 0, *view.size_px))
    paint(painter, page.scene, labels=False)
    arrow = chrome.north_box(view, write)
    taken = [arrow, *chrome.paint_ticks(painter, view, write)]
    taken += _evidence_boxes(page)
    taken += _paint_numbers(painter, page, taken)
    paint_labels(painter, page.scene, taken)
    chrome.paint_north(painter, arrow, north, write)
    painter.restore()
    painter.setPen(QPen(QColor("#000000"), write.px(0.25)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box in (page.map_box, page.side_box):
        painter.drawRect(box)


def _evidence_boxes(page: _Page) -> list[QRectF]:
    """Small boxes along the evidence: no name may cover it."""
    view, step = page.scene.view, page.writing.px(2.0)
    places = np.array([place for group in page.marked for place in group.places], dtype=object)
    shapes = shapely.clip_by_rect(shapely.transform(places, view.to_px), 0, 0, *view.size_px)
    points = shapely.get_coordinates(shapely.segmentize(shapes, step))
    cells = np.unique(np.round(points / step), axis=0) * step
    return [QRectF(x - step / 2.0, y - step / 2.0, step, step) for x, y in cells.tolist()]


def _paint_numbers(painter: QPainter, page: _Page, taken: list[QRectF]) -> list[QRectF]:
    """Number the places, beside their evidence; where numbers would meet one of a kind is enough."""
    view, write = page.scene.view, page.writing
    boxes: list[QRectF] = []
    evidence = [layer for layer in page.scene.layers if layer.id == EVIDENCE]
    if not evidence:
        return boxes
    for group in page.marked:
        for x, y in anchors(shapely.transform(np.array(group.places), view.to_px), view).tolist():
            box = _beside(x, y, write, [*taken, *boxes])
            if box is not None:
                painter.setPen(QPen(QColor("#000000"), write.px(0.35)))
                painter.drawLine(QPointF(x, y), box.center())
                boxes.append(chrome.paint_number(painter, box.center(), group.number, write))
    return boxes


def _beside(x: float, y: float, write: Writing, taken: list[QRectF]) -> QRectF | None:
    """Find a free place for a number near a point, the nearest first."""
    size = write.px(4.4)
    for distance_mm in (5.0, 8.0, 12.0):
        for turn in range(8):
            angle = np.pi / 4.0 * (turn + 1)
            across, up = write.px(distance_mm) * np.cos(angle), write.px(distance_mm) * np.sin(angle)
            box = QRectF(x + across - size / 2.0, y - up - size / 2.0, size, size)
            if not any(box.intersects(other) for other in taken):
                return box
    return None


def _save(content: bytes, out_path: Path) -> None:
    part = out_path.with_name(f".{out_path.name}.part")
    try:
        out_path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            part.replace(out_path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(Message("render.not_written", {"path": str(out_path), "error": reason})) from error


def _paint_side(painter: QPainter, page: _Page) -> None:
    """Legend, classes and places from the top, the scale at the foot; rows get lower until all fit."""
    write = page.writing
    box = page.side_box.adjusted(write.px(3.0), write.px(2.0), -write.px(3.0), -write.px(2.0))
    scale = QRectF(box.left(), box.bottom() - write.px(14.0), box.width(), write.px(14.0))
    chrome.paint_scale_bar(painter, page.scene.view, scale, write)
    side.paint_side(
        painter,
        QRectF(box.left(), box.top(), box.width(), scale.top() - box.top() - write.px(2.0)),
        side.Side(page.headings, page.lines, page.classes, page.marked),
        write,
    )
