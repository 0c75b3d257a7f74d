"""A scene: features as columns, how they look, and a view; canvas and sheet draw the same one. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.packed import Packed
from gis_app.render.names import picked
from gis_app.render.shape import Shapes, columns, split_kinds
from gis_app.render.styling import Look, draw_order, looks
from gis_app.render.symbol import Symbol, Title
from gis_app.render.view import Bounds, View, fit

if TYPE_CHECKING:  # a process that only draws loads neither tables nor the catalogue
    from gis_app.catalogue import Catalogue
    from gis_app.model import Layer

ANNOTATION = "annotation"
"""The feature type whose features are drawn by what they say, and not by rules alone."""

__all__ = ["Bounds", "Scene", "SceneLayer", "View", "bounds_of", "fit", "scene_layer", "scene_layers"]


@dataclass(frozen=True)
class SceneLayer:
    """Features of one kind under one rule of a style, and how each looks.

    Attributes
    ----------
    id, title
        The layer's; what a legend calls the group.
    shapes
        Coordinates and offsets, (f,) features.
    fids
        (f,), the layer's own.
    symbols, symbol_of
        How features look, and for each feature (f,) which of them; −1 is not drawn.
    labels
        (f,) texts, empty for none; empty altogether when nothing is named.
    coverage
        Neighbours share edges.
    opacity
        Of the whole layer.
    """

    id: str
    title: Title
    shapes: Shapes
    fids: NDArray[np.int64]
    symbols: tuple[Symbol, ...]
    symbol_of: NDArray[np.int64]
    labels: Sequence[str] = ()
    coverage: bool = False
    opacity: float = 1.0

    @cached_property
    def bounds(self) -> Bounds | None:
        """Bounds of everything that is drawn, found once; None when there is nothing."""
        drawn = self.symbol_of >= 0
        if not drawn.any():
            return None
        own = self.shapes.bounds if drawn.all() else self.shapes.bounds[drawn]
        return (
            float(own[:, 0].min()),
            float(own[:, 1].min()),
            float(own[:, 2].max()),
            float(own[:, 3].max()),
        )

    @cached_property
    def paint_of(self) -> NDArray[np.int64]:
        """(f,) the symbol of each feature; what is not drawn has the one after the last."""
        return np.where(self.symbol_of < 0, len(self.symbols), self.symbol_of)

    @cached_property
    def reach_mm(self) -> float:
        """How far on paper its lines and signs reach beyond its coordinates."""
        return max((symbol.reach_mm for symbol in self.symbols), default=0.0)

    def around_m(self, view: View) -> float:
        """How far on the ground its lines and signs reach beyond its coordinates."""
        return self.reach_mm * view.mm_px / view.scale

    def drawn(self, view: View) -> NDArray[np.bool_]:
        """Which features are drawn at the scale of a view (f,), wherever they lie."""
        # the last place stands for −1
        at_scale = [*(symbol.shown_at(view.denominator) for symbol in self.symbols), False]
        return np.asarray(at_scale, dtype=bool)[self.symbol_of]

    def names(self, view: View) -> bool:
        """Whether anything may be named in a view: nobody looks for names where the scale has none."""
        return any(symbol.named_at(view.denominator) for symbol in self.symbols) and bool(self.labels)

    def meets(self, view: View) -> bool:
        """Whether any of it may be drawn in a view."""
        if self.bounds is None or not any(symbol.shown_at(view.denominator) for symbol in self.symbols):
            return False
        around, own, seen = self.around_m(view), self.bounds, view.bounds
        return (
            own[0] - around <= seen[2]
            and own[2] + around >= seen[0]
            and own[1] - around <= seen[3]
            and own[3] + around >= seen[1]
        )

    def valid_geometry(self, chosen: NDArray[np.bool_], view: View) -> NDArray[Any]:
        """Geometries of the chosen features in pixels, made valid for cutting; for drawing only."""
        geometry = self.shapes.geometry(chosen, view)
        if self.shapes.kind != "polygon":
            return geometry
        return np.asarray(shapely.make_valid(geometry, method="structure", keep_collapsed=False))

    def shown(self, view: View) -> list[int]:
        """Which symbols have a feature in view, in the order of ``symbols``."""
        seen = self.shapes.seen(view.bounds) & self.drawn(view)
        return [int(number) for number in np.unique(self.symbol_of[seen])]


@dataclass(frozen=True)
class Scene:
    """Layers from the bottom up, and the view of them."""

    layers: tuple[SceneLayer, ...]
    view: View

    def seen_from(self, view: View) -> Scene:
        """Give the same layers in another view."""
        return replace(self, view=view)


def scene_layer(id: str, geometry: Sequence[Any] | NDArray[Any], symbol: Symbol) -> tuple[SceneLayer, ...]:
    """Geometries (n,) that all look alike, as scene layers: one for each kind among them."""
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    fids = np.arange(len(shapes), dtype=np.int64)
    look = Look((symbol,), np.zeros(len(shapes), dtype=np.int64), ())
    return tuple(_of_kinds(id, symbol.title, shapes, fids, look))


def scene_layers(
    layer: Layer,
    catalogue: Catalogue,
    *,
    opacity: float = 1.0,
    fids: NDArray[np.int64] | None = None,
    language: str = "zh",
    drawn: Sequence[SceneLayer] = (),
) -> tuple[SceneLayer, ...]:
    """Turn a layer into scene layers by its type's style: one for each rule and kind of geometry.

    Parameters
    ----------
    layer
        In the project's reference system. Features without a usable geometry are left out.
    catalogue
        Gives style and class colours; without a code list for the layer ``fill = "class"`` is grey.
    opacity
        Of the whole layer.
    fids
        Only these features; None for all.
    language
        Of the figures that dimensions carry.
    drawn
        What was made of the same geometries before: coordinates that are wanted again are taken from there.
    """
    if not layer.table.spatial or not len(layer):
        return ()
    kind, style = layer.feature_type, catalogue.styles[layer.feature_type.style]
    if kind.id == ANNOTATION:
        from gis_app.render.annotate import annotation_layers  # it makes scene layers itself

        return annotation_layers(layer, style, language, opacity)
    from gis_app.model.duplicate import is_duplicate  # whoever has a layer has loaded the model

    chosen = np.ones(len(layer.fids), dtype=bool) if fids is None else np.isin(layer.fids, fids)
    order = draw_order(layer, style)
    packed, ids = layer.table.packed, layer.fids
    geometry = layer.geometry if packed is None else packed
    if order is not None:
        geometry, ids, chosen = geometry[order], ids[order], chosen[order]
    made: list[SceneLayer] = []
    for look in looks(layer, catalogue):
        if is_duplicate(layer.id):
            look = _of_duplicate(look, layer, single=style.kind == "single")
        look = look if order is None else look.ordered(order)
        only = replace(look, symbol_of=np.where(chosen, look.symbol_of, -1))
        made += _of_kinds(
            layer.id, kind.title, geometry, ids, only, kind.coverage, opacity * style.opacity, drawn
        )
    return tuple(made)


def _of_duplicate(look: Look, layer: Layer, *, single: bool) -> Look:
    """Call what a duplicate draws after it: in a legend it stands beside what its layer draws."""

    def named(title: Title) -> Title:
        return {key: name if single else f"{name} · {title.get(key, '')}" for key, name in own.items()}

    own = layer.feature_type.title
    return replace(look, symbols=tuple(replace(one, title=named(one.title)) for one in look.symbols))


def bounds_of(layers: Sequence[SceneLayer]) -> Bounds | None:
    """Bounds of everything drawn in some layers, None when there is nothing."""
    found = [layer.bounds for layer in layers if layer.bounds is not None]
    if not found:
        return None
    west, south, east, north = zip(*found, strict=True)
    return (min(west), min(south), max(east), max(north))


def _of_kinds(
    id: str,
    title: Title,
    geometry: NDArray[Any] | Packed,
    fids: NDArray[np.int64],
    look: Look,
    coverage: bool = False,
    opacity: float = 1.0,
    drawn: Sequence[SceneLayer] = (),
) -> list[SceneLayer]:
    made = []
    for kind, of_kind in split_kinds(geometry).items():
        chosen = of_kind & (look.symbol_of >= 0)
        if chosen.any():
            whole = bool(chosen.all())
            labels = look.labels if whole else picked(look.labels, np.flatnonzero(chosen))
            every = geometry if whole else geometry[chosen]
            shapes = _known(drawn, kind, fids[chosen]) or columns(kind, every)
            symbol_of = look.symbol_of[chosen]
            made.append(
                SceneLayer(
                    id, title, shapes, fids[chosen], look.symbols, symbol_of, labels, coverage, opacity
                )
            )
    return made


def _known(drawn: Sequence[SceneLayer], kind: str, fids: NDArray[np.int64]) -> Shapes | None:
    """Coordinates of just these features, where they were made already."""
    same = (one for one in drawn if one.shapes.kind == kind and np.array_equal(one.fids, fids))
    return next((one.shapes for one in same), None)
