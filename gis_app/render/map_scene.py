"""Which layers the overview map carries, from the bottom up, and how evidence is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.catalogue.style import Line, Marker
from gis_app.language import Message, say
from gis_app.model import Layer, Project
from gis_app.render.scene import SceneLayer, scene_layer, scene_layers
from gis_app.render.styling import code_list_of
from gis_app.render.symbol import LabelStyle, Symbol, Title, is_visible

LAND_USE = ("survey_polygon", "plan_parcel")
"""The first that was delivered is the ground of the map."""
LAND_USE_OPACITY = 0.6
OVER_IT = (
    "supply_parcel",
    "permanent_basic_farmland",
    "ecological_red_line",
    "road",
    "village",
    "urban_development_boundary",
    "park_boundary",
    "proposal_block",
)
"""Drawn over the ground, the later over the earlier."""
NAMED = {"road": 10, "village": 20, "park_boundary": 30}
"""Whose names stand on an overview map, and which of them stays where two would meet."""
NARROW = ("road",)
NARROWER = 0.5
"""Styles are made for large scales; on an overview such roads would cover what lies beside them."""
ROAD, ROAD_EDGE = "#FFFFFF", "#8A9099"
BLOCKS = "proposal_block"
TAG = LabelStyle(2.9, "#1B2330", "", priority=50, bold=True, boxed=True)
HALO = Symbol(outline=Line("#BFFFFFFF", 2.4))
HAZARD = Symbol(
    fill="#FFE600",
    opacity=0.55,
    casing=Line("#000000", 1.4),
    outline=Line("#FFE600", 0.8, (2.0, 1.4)),
    marker=Marker("diamond", 3.0, "#FFE600"),
)
EVIDENCE = "evidence"
MOST_TEXTS = 4


@dataclass(frozen=True)
class Evidence:
    """One place that a finding points at.

    ``title`` and ``text`` are in the language of the map; ``geometry`` in the project's reference system.
    """

    geometry: BaseGeometry
    title: str
    text: str = ""


@dataclass(frozen=True)
class Group:
    """All places of one kind of finding: one number on the map, one row beside it."""

    number: int
    title: str
    texts: tuple[str, ...]
    places: tuple[BaseGeometry, ...]


def groups(evidence: Sequence[Evidence], language: str) -> list[Group]:
    """Number the kinds of findings in the order in which they come; empty geometries are left out.

    The number of places is told, and their texts unless there are more than ``MOST_TEXTS``.
    """
    found: dict[str, list[Evidence]] = {}
    for one in evidence:
        if not one.geometry.is_empty:
            found.setdefault(one.title, []).append(one)
    return [
        Group(number, _counted(title, len(same), language), _texts(same), tuple(one.geometry for one in same))
        for number, (title, same) in enumerate(found.items(), start=1)
    ]


def _counted(title: str, count: int, language: str) -> str:
    return title if count == 1 else say(Message("render.places", {"title": title, "count": count}), language)


def _texts(same: Sequence[Evidence]) -> tuple[str, ...]:
    texts = tuple(dict.fromkeys(one.text for one in same if one.text))
    return texts if len(texts) <= MOST_TEXTS else ()


def map_layers(
    project: Project,
    catalogue: Catalogue,
    marked: Sequence[Group],
    language: str,
    proposals: Sequence[str] | None = None,
) -> tuple[SceneLayer, ...]:
    """Give the layers of the overview map, from the bottom up: ground, control lines, blocks, evidence.

    Parameters
    ----------
    proposals
        Only the blocks of these; None for all.
    """
    ground = next((kind for kind in LAND_USE if project.of_type(kind) is not None), None)
    drawn: list[SceneLayer] = []
    if ground is not None:
        layer = project.of_type(ground)
        assert layer is not None
        styled = scene_layers(layer, catalogue, opacity=LAND_USE_OPACITY)
        drawn += [_for_overview(one, layer, project, language) for one in styled]
    for kind in OVER_IT:
        drawn += over_ground(project, catalogue, kind, language, proposals)
    return (*drawn, *evidence_layers([shape for group in marked for shape in group.places], language))


def over_ground(
    project: Project, catalogue: Catalogue, kind: str, language: str, proposals: Sequence[str] | None = None
) -> list[SceneLayer]:
    """Give what the map carries of one feature type over its ground; ``proposals`` as of ``map_layers``."""
    layer = project.of_type(kind)
    if layer is None:
        return []
    fids = _blocks_of(project, proposals) if kind == BLOCKS else None
    return over(layer, project, catalogue, language, fids)


def over(
    layer: Layer,
    project: Project,
    catalogue: Catalogue,
    language: str,
    fids: NDArray[np.int64] | None = None,
    drawn: Sequence[SceneLayer] = (),
) -> list[SceneLayer]:
    """Give what the map carries of a layer, or of some of its features, over its ground.

    ``drawn`` is as of ``scene_layers``.
    """
    styled = scene_layers(layer, catalogue, fids=fids, drawn=drawn)
    # two schemes in one legend would give one code two meanings: only the ground shows classes
    return [_for_overview(one, layer, project, language) for one in styled if not is_classed(one)]


def ground_scheme(project: Project, catalogue: Catalogue) -> str:
    """Give the id of the code list whose classes the map shows, empty when there is none."""
    layer = next((found for kind in LAND_USE if (found := project.of_type(kind)) is not None), None)
    codes = code_list_of(layer, catalogue) if layer is not None else None
    return codes.id if codes is not None else ""


def evidence_layers(places: Sequence[BaseGeometry], language: str) -> tuple[SceneLayer, ...]:
    """Mark geometries as evidence: black and yellow on a white halo, used for nothing else."""
    title = {language: say(Message("render.evidence"), language)}
    hazard = replace(HAZARD, title=title)
    return (*scene_layer(EVIDENCE, places, HALO), *scene_layer(EVIDENCE, places, hazard))


def _blocks_of(project: Project, proposals: Sequence[str] | None) -> NDArray[np.int64] | None:
    layer = project.of_type(BLOCKS)
    if layer is None or proposals is None:
        return None
    values = layer.rows(None, ["proposal"])["proposal"]
    return layer.fids[np.isin(values.astype(str), list(proposals))]


def is_classed(layer: SceneLayer) -> bool:
    """Whether it shows the classes of a code list."""
    return any(symbol.code for symbol in layer.symbols)


def _for_overview(layer: SceneLayer, source: Layer, project: Project, language: str) -> SceneLayer:
    """Keep the names that an overview needs; blocks get a plate with change and area, roads get narrow."""
    kind = source.feature_type.id
    if kind == BLOCKS:
        visible = any(is_visible(symbol, layer.shapes.kind) for symbol in layer.symbols)
        symbols = tuple(replace(symbol, label=replace(TAG, colour=_ink(symbol))) for symbol in layer.symbols)
        tags = _block_tags(layer, source, project, language) if visible else ()
        return replace(layer, symbols=symbols, labels=tags)
    if kind in NARROW:
        layer = replace(layer, symbols=tuple(narrow(symbol, layer.title) for symbol in layer.symbols))
    if kind not in NAMED:
        return replace(layer, labels=())
    return replace(layer, symbols=tuple(_overview_name(symbol, NAMED[kind]) for symbol in layer.symbols))


def narrow(symbol: Symbol, layer_title: Title) -> Symbol:
    """Give a road's symbol for a small scale: one sign for all that exist; planned ones keep dashes."""
    if symbol.casing is not None and symbol.outline is not None:
        outline = replace(symbol.outline, width_mm=symbol.outline.width_mm * NARROWER, colour=ROAD)
        casing = replace(symbol.casing, width_mm=symbol.casing.width_mm * NARROWER, colour=ROAD_EDGE)
        return replace(symbol, title=layer_title, outline=outline, casing=casing)
    title = {key: f"{layer_title.get(key, '')} · {text}" for key, text in symbol.title.items()}
    outline_only = symbol.outline and replace(symbol.outline, width_mm=symbol.outline.width_mm * NARROWER)
    return replace(symbol, title=title, outline=outline_only)


def _overview_name(symbol: Symbol, priority: int) -> Symbol:
    if symbol.label is None:
        return symbol
    size = max(symbol.label.size_mm, 2.6)
    return replace(symbol, label=replace(symbol.label, priority=priority, size_mm=size, smallest_scale=0.0))


def _ink(symbol: Symbol) -> str:
    return symbol.outline.colour if symbol.outline is not None else TAG.colour


def _block_tags(layer: SceneLayer, source: Layer, project: Project, language: str) -> tuple[str, ...]:
    # proposals often share a block: it is named once, with all of them
    columns = [column for column in ("proposal",) if source.has(column)]
    rows: Mapping[str, NDArray[Any]] = source.rows(layer.fids.tolist(), [*columns, "geometry"])
    owners = rows.get("proposal", np.full(len(layer.fids), None, dtype=object))
    names: dict[tuple[int, bytes], list[str]] = {}
    keys = []
    for owner, shape, number in zip(owners, rows["geometry"], layer.symbol_of, strict=True):
        known = project.proposals.get(str(owner))
        keys.append((int(number), bytes(shapely.to_wkb(shapely.normalize(shape)))))
        names.setdefault(keys[-1], []).append(
            (known.name or known.id) if known is not None else str(owner or "")
        )
    tags = []
    for key, shape in zip(keys, rows["geometry"], strict=True):
        values = {"change": layer.symbols[key[0]].title.get(language, ""), "area_ha": shape.area / 10_000.0}
        shared = names.pop(key, [])
        tags.append(
            say(Message("render.block", {"proposal": shared, **values}), language).strip() if shared else ""
        )
    return tuple(tags)
