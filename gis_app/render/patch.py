"""After an edit: the layer as it was drawn without what changed, and what changed on top; no Qt.

The coordinates of a large layer are not sorted again for a few features; whoever draws does it when idle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis_app.render.names import kept
from gis_app.render.scene import SceneLayer

if TYPE_CHECKING:  # a process that only draws loads no tables
    from gis_app.model import Layer

MOST_PATCHED = 500
"""With more features on top than this the layer is better sorted anew."""


def patched(
    drawn: Sequence[SceneLayer],
    layer: Layer,
    fids: Iterable[int],
    styled: Callable[[Layer], Sequence[SceneLayer]],
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
    styled
        Gives a layer of some of the features as the map draws them.
    """
    changed = np.fromiter(fids, dtype=np.int64)
    there = changed[layer.table.has(changed)]
    on_top = styled(layer.part(there)) if len(there) else ()
    opacity = drawn[0].opacity if drawn else 1.0
    below = (_without(one, changed) for one in drawn)
    return (*below, *(replace(one, opacity=opacity) for one in on_top))


def _without(drawn: SceneLayer, fids: NDArray[np.int64]) -> SceneLayer:
    """Give a scene layer that does not draw some features; its coordinates are the same."""
    places = _places(drawn.fids, fids)
    if not len(places):
        return drawn
    symbol_of, paint_of, labels = drawn.symbol_of.copy(), drawn.paint_of.copy(), drawn.labels
    symbol_of[places], paint_of[places] = -1, len(drawn.symbols)
    if labels:
        named = np.ones(len(drawn.fids), dtype=bool)
        named[places] = False
        labels = kept(labels, named)
    made = replace(drawn, symbol_of=symbol_of, labels=labels)
    # at most a little too wide; nobody looks at every row for what is known of all but a few
    made.__dict__.update(bounds=drawn.bounds, paint_of=paint_of)
    return made


def _places(fids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give where in ``fids`` the wanted ones stand, of those that do."""
    if not (fids[1:] > fids[:-1]).all():
        return np.flatnonzero(np.isin(fids, wanted))
    found = np.searchsorted(fids, wanted)
    found = found[found < len(fids)]
    return found[np.isin(fids[found], wanted)]
