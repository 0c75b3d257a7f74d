"""After an edit: the layer as it was drawn without what changed, and what changed on top; no Qt.

The coordinates of a large layer are not sorted again for a few features; whoever draws does it when idle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis_app.render.names import kept
from gis_app.render.scene import SceneLayer, scene_layers

if TYPE_CHECKING:  # a process that only draws loads neither tables nor the catalogue
    from gis_app.catalogue import Catalogue
    from gis_app.model import Layer

MOST_PATCHED = 500
"""With more features on top than this the layer is better sorted anew."""


def patched(
    drawn: Sequence[SceneLayer], layer: Layer, catalogue: Catalogue, fids: Iterable[int], language: str = "zh"
) -> tuple[SceneLayer, ...]:
    """Give a layer's scene layers after some of its features changed.

    Parameters
    ----------
    drawn
        What the layer was drawn with when all of it was sorted last.
    layer
        As it is now.
    fids
        All features that were added, changed or removed since then.
    """
    changed = np.fromiter(fids, dtype=np.int64)
    there = changed[np.isin(changed, layer.fids)]
    on_top = scene_layers(layer.part(there), catalogue, language=language) if len(there) else ()
    opacity = drawn[0].opacity if drawn else 1.0
    below = (_without(one, changed) for one in drawn)
    return (*below, *(replace(one, opacity=opacity) for one in on_top))


def _without(drawn: SceneLayer, fids: NDArray[np.int64]) -> SceneLayer:
    """Give a scene layer that does not draw some features; its coordinates are the same."""
    gone = np.isin(drawn.fids, fids)
    if not gone.any():
        return drawn
    made = replace(drawn, symbol_of=np.where(gone, -1, drawn.symbol_of), labels=kept(drawn.labels, ~gone))
    made.__dict__["bounds"] = drawn.bounds  # at most a little too wide, and nobody looks at every row for it
    return made
