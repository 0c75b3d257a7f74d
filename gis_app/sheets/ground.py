"""The map of a sheet: which layers, which names, and the callouts at the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPen

from gis_app.catalogue import Catalogue, Layout, MapLayer
from gis_app.catalogue.layout import MM_PER_PT
from gis_app.geometry.polygons import union
from gis_app.language import Message, Refused, say
from gis_app.model import Layer, Project
from gis_app.model.duplicate import in_order, is_duplicate, layer_id, shown_layer
from gis_app.render import chrome
from gis_app.render.label import Placed, anchors, paint_labels
from gis_app.render.map_scene import EVIDENCE, evidence_layers, narrow
from gis_app.render.painter import paint
from gis_app.render.scene import Scene, SceneLayer, bounds_of, scene_layers
from gis_app.render.shape import columns
from gis_app.render.symbol import LabelStyle, Symbol, Title, is_visible
from gis_app.render.view import MM_PER_INCH, View, fit, rounded
from gis_app.render.writing import INK
from gis_app.sheets.marks import Mark
from gis_app.sheets.paper import LEFT, Paper, leading_mm

BLOCKS, PARK = "proposal_block", "park_boundary"
FRAMED = (PARK, BLOCKS)
"""What the view is fitted to."""
ROAD_EDGE_MM = 0.12
CALLOUT_MM, INSET_MM = 52.0, 1.0
CALLOUT_COLOURS = {"fail": "#B3261E", "cannot_tell": "#825200"}


def sheet_layers(
    project: Project,
    catalogue: Catalogue,
    layout: Layout,
    proposal: str,
    marked: Sequence[Mark],
    language: str,
) -> tuple[SceneLayer, ...]:
    """Give the layers of the map, from the bottom up, the evidence on top."""
    drawn: list[SceneLayer] = []
    above: list[SceneLayer] = []
    for wanted in layout.layers:
        layer = first_of(project, wanted)
        if layer is not None:
            fids = _blocks_of(layer, proposal) if layer.feature_type.id == BLOCKS else None
            for shown in (layer, *_again(project, layer, catalogue)):
                made = scene_layers(shown, catalogue, opacity=wanted.opacity, fids=fids, language=language)
                if wanted.as_styled:
                    above += made
                else:
                    drawn += [_as_wanted(one, shown, wanted, layout, language) for one in made]
    evidence = evidence_layers([mark.ground for mark in marked], language)
    return (*_named_once(drawn), *above, *evidence)


def _again(project: Project, layer: Layer, catalogue: Catalogue) -> list[Layer]:
    """Give the duplicates of a layer, from the bottom up, as layers of their own."""
    own = [id for id in in_order(project) if layer_id(id) == layer.id and id in catalogue.styles]
    found = [shown_layer(project, id) for id in own if is_duplicate(id)]
    return [one for one in found if one is not None]


def _named_once(layers: Sequence[SceneLayer]) -> list[SceneLayer]:
    """Leave a name to the layer on which it is most important: a road may come in two layers."""
    order = sorted(range(len(layers)), key=lambda number: -_priority(layers[number]))
    known: set[str] = set()
    made = list(layers)
    for number in order:
        labels = tuple("" if text in known else text for text in layers[number].labels)
        made[number] = replace(layers[number], labels=labels)
        known.update(labels)
    return made


def _priority(layer: SceneLayer) -> int:
    return max((symbol.label.priority for symbol in layer.symbols if symbol.label is not None), default=0)


def first_of(project: Project, wanted: MapLayer) -> Layer | None:
    """Give the first layer of those wanted that was delivered."""
    return next((layer for kind in wanted.first if (layer := project.of_type(kind)) is not None), None)


def _blocks_of(layer: Layer, proposal: str) -> NDArray[np.int64]:
    values = layer.rows(None, ["proposal"])["proposal"] if layer.has("proposal") else np.array([])
    return layer.fids[values.astype(str) == proposal] if len(values) else layer.fids[:0]


def _as_wanted(
    layer: SceneLayer, source: Layer, wanted: MapLayer, layout: Layout, language: str
) -> SceneLayer:
    kind, size_mm = source.feature_type.id, layout.map["name_pt"] * MM_PER_PT
    symbols = tuple(_narrow(symbol, layer.title) if wanted.narrow else symbol for symbol in layer.symbols)
    if kind in FRAMED:
        size_mm = layout.map["tag_pt"] * MM_PER_PT
        visible = any(is_visible(symbol, layer.shapes.kind) for symbol in symbols)
        tag = LabelStyle(size_mm, INK, "", priority=wanted.names, bold=True, boxed=True)
        symbols = tuple(replace(symbol, label=replace(tag, colour=_ink(symbol, kind))) for symbol in symbols)
        return replace(layer, symbols=symbols, labels=_tags(layer, source, language) if visible else ())
    if not wanted.names:
        plain = replace(layer, symbols=symbols, labels=())
        return _dissolved(plain) if wanted.dissolve and layer.shapes.kind == "polygon" else plain
    symbols = tuple(_named(symbol, size_mm, wanted) for symbol in symbols)
    return replace(layer, symbols=symbols, labels=_chosen(layer, source, wanted))


def _chosen(layer: SceneLayer, source: Layer, wanted: MapLayer) -> tuple[str, ...]:
    """The names of those features that shall be named."""
    kept = np.array([bool(text) for text in layer.labels])
    for column, values in wanted.names_where.items():
        if source.has(column) and len(kept):
            kept &= np.isin(source.rows(layer.fids.tolist(), [column])[column].astype(str), values)
    return tuple(text if keep else "" for text, keep in zip(layer.labels, kept, strict=True))


def _named(symbol: Symbol, size_mm: float, wanted: MapLayer) -> Symbol:
    label = symbol.label and replace(
        symbol.label, size_mm=size_mm, priority=wanted.names, smallest_scale=0.0, halo="#FFFFFF"
    )
    return Symbol(label=label) if wanted.names_only else replace(symbol, label=label)


def _dissolved(layer: SceneLayer) -> SceneLayer:
    """Draw neighbours that look alike as one."""
    every = layer.shapes.geometry(np.ones(len(layer.shapes), dtype=bool))
    shown = np.unique(layer.symbol_of[layer.symbol_of >= 0])
    wholes = np.empty(len(shown), dtype=object)
    wholes[:] = [union(shapely.make_valid(every[layer.symbol_of == number])) for number in shown]
    return replace(
        layer, shapes=columns("polygon", wholes), fids=np.arange(len(shown), dtype=np.int64), symbol_of=shown
    )


def _narrow(symbol: Symbol, layer_title: Title) -> Symbol:
    """Give a road's symbol for a small scale, its edges as wide as a printer can show."""
    made = narrow(symbol, layer_title)
    if made.casing is None or made.outline is None:
        return made
    return replace(made, casing=replace(made.casing, width_mm=made.outline.width_mm + 2.0 * ROAD_EDGE_MM))


def _ink(symbol: Symbol, kind: str) -> str:
    return symbol.outline.colour if kind == BLOCKS and symbol.outline is not None else INK


def _tags(layer: SceneLayer, source: Layer, language: str) -> tuple[str, ...]:
    """What stands on the plate of a block: its change or name, and its area as drawn."""
    column = "block_name" if source.has("block_name") else "geometry"
    rows = source.rows(layer.fids.tolist(), [column, "geometry"])
    names = rows[column] if column != "geometry" else np.full(len(layer.fids), "", dtype=object)
    if source.feature_type.id == BLOCKS:
        names = np.array([layer.symbols[number].title.get(language, "") for number in layer.symbol_of])
    return tuple(
        say(Message("sheets.tag", {"name": name or "", "area_ha": shape.area / 1e4}), language).strip()
        for name, shape in zip(names, rows["geometry"], strict=True)
    )


def view_of(
    layers: Sequence[SceneLayer], project: Project, layout: Layout, box_px: QRectF, mm_px: float
) -> View:
    """Give the view in which park, blocks and evidence have room, at a round scale.

    Raises
    ------
    Refused
        There is nothing to draw.
    """
    framed = {layer.id for kind in FRAMED if (layer := project.of_type(kind)) is not None}
    bounds = bounds_of([layer for layer in layers if layer.id in framed or layer.id == EVIDENCE])
    if bounds is None:
        raise Refused(Message("sheets.nothing", {"project": project.name}))
    size = (int(box_px.width()), int(box_px.height()))
    return rounded(fit(bounds, size, layout.map["margin"], mm_px * MM_PER_INCH))


def paint_ground(
    paper: Paper, scene: Scene, box: QRectF, marked: Sequence[Mark], layout: Layout, north: str
) -> list[Placed]:
    """Draw the map into its box (mm), with ticks, north and callouts; give the names that were placed."""
    painter, write = paper.painter, paper.writing
    painter.save()
    painter.translate(paper.px(box).topLeft())
    painter.setClipRect(QRectF(0, 0, *scene.view.size_px))
    paint(painter, scene, labels=False)
    arrow = chrome.north_box(scene.view, write)
    taken = [arrow, *chrome.paint_ticks(painter, scene.view, write)]
    evidence = list(_cells(scene.view, marked, write.px(2.0)))
    callouts = _paint_callouts(Paper(painter, write), scene, marked, layout, [*taken, *evidence])
    placed = paint_labels(painter, scene, [*taken, *evidence, *callouts])
    chrome.paint_north(painter, arrow, north, write)
    painter.restore()
    paper.rect(box, layout.lines["neat"])
    return placed


def _cells(view: View, marked: Sequence[Mark], step: float) -> Iterator[QRectF]:
    """Small boxes along the evidence: nothing may be written over it."""
    grounds = np.array([mark.ground for mark in marked], dtype=object)
    if not len(grounds):
        return
    seen = shapely.clip_by_rect(shapely.transform(grounds, view.to_px), 0, 0, *view.size_px)
    points = shapely.get_coordinates(shapely.segmentize(seen, step))
    for x, y in (np.unique(np.round(points / step), axis=0) * step).tolist():
        yield QRectF(x - step / 2.0, y - step / 2.0, step, step)


def _paint_callouts(
    paper: Paper, scene: Scene, marked: Sequence[Mark], layout: Layout, taken: Sequence[QRectF]
) -> list[QRectF]:
    """Say beside each piece of evidence what it is; what has no room only stands in the list."""
    small, view = layout.letters_pt["small"], scene.view
    blocks = _blocks_px(scene)
    boxes: list[QRectF] = []
    for mark in marked:
        at = anchors(shapely.transform(np.array([mark.ground], dtype=object), view.to_px), view)[0]
        room = CALLOUT_MM - 2.0 * INSET_MM
        head = paper.wrapped(f"{mark.sign} {mark.rule} {mark.title}", small + 0.5, room, bold=True)
        body = paper.wrapped(mark.text, small, room)
        height = len(head) * leading_mm(small + 0.5) + len(body) * leading_mm(small) + 2.0 * INSET_MM
        size = (paper.writing.px(CALLOUT_MM), paper.writing.px(height))
        box = _free(at, size, view, [*taken, *boxes], blocks, paper.writing.px(1.0))
        if box is not None:
            boxes.append(box)
            _paint_callout(paper, box, at, mark, head, body, small)
    return boxes


def _blocks_px(scene: Scene) -> NDArray[np.object_]:
    """The blocks in pixels: a callout stands beside them where it can."""
    found = [
        layer.valid_geometry(np.ones(len(layer.shapes), dtype=bool), scene.view)
        for layer in scene.layers
        if layer.id == BLOCKS and layer.shapes.kind == "polygon"
    ]
    return np.concatenate(found) if found else np.empty(0, dtype=object)


def _free(
    at: NDArray[np.float64],
    size: tuple[float, float],
    view: View,
    taken: Sequence[QRectF],
    blocks: NDArray[np.object_],
    step: float,
) -> QRectF | None:
    """Find the free place that covers least of the blocks, and of those the nearest."""
    frame = QRectF(step, step, view.size_px[0] - 2.0 * step, view.size_px[1] - 2.0 * step)
    best: tuple[float, QRectF] | None = None
    for distance in (8.0, 14.0, 22.0, 32.0, 45.0):
        for turn in range(16):
            angle = np.pi / 8.0 * turn
            x = at[0] + np.cos(angle) * (distance * step + size[0] / 2.0)
            y = at[1] - np.sin(angle) * (distance * step + size[1] / 2.0)
            box = QRectF(x - size[0] / 2.0, y - size[1] / 2.0, *size)
            around = box.adjusted(-step, -step, step, step)
            if not frame.contains(box) or any(around.intersects(other) for other in taken):
                continue
            ground = shapely.box(box.left(), box.top(), box.right(), box.bottom())
            covered = float(shapely.area(shapely.intersection(blocks, ground)).sum()) / ground.area
            cost = covered * 300.0 + distance
            if best is None or cost < best[0]:
                best = (cost, box)
    return None if best is None else best[1]


def _paint_callout(
    paper: Paper,
    box: QRectF,
    at: NDArray[np.float64],
    mark: Mark,
    head: Sequence[str],
    body: Sequence[str],
    small: float,
) -> None:
    painter, write = paper.painter, paper.writing
    colour = CALLOUT_COLOURS[mark.state]
    near = QPointF(min(max(at[0], box.left()), box.right()), min(max(at[1], box.top()), box.bottom()))
    for width, ink in ((0.9, "#FFFFFF"), (0.35, "#000000")):
        painter.setPen(QPen(QColor(ink), write.px(width)))
        painter.drawLine(QPointF(*at), near)
    painter.setPen(QPen(QColor(colour), write.px(0.3)))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawRect(box)
    mm = QRectF(*(value / write.mm_px for value in (box.left(), box.top(), box.width(), box.height())))
    mm.adjust(INSET_MM, INSET_MM, -INSET_MM, -INSET_MM)
    tall = len(head) * leading_mm(small + 0.5)
    top = QRectF(mm.left(), mm.top(), mm.width(), tall)
    paper.lines(top, head, small + 0.5, bold=True, colour=colour, align=LEFT)
    below = QRectF(mm.left(), mm.top() + tall, mm.width(), mm.height() - tall)
    paper.lines(below, body, small, align=LEFT)
