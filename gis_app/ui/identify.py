"""What a click, a box or a key chooses on the map: features of visible layers, the smallest ground first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import shapely

from gis_app.model.duplicate import layer_id
from gis_app.ui.map_tool import GroundEvent
from gis_app.ui.park import under

if TYPE_CHECKING:
    from gis_app.ui.map_area import MapArea

Feature = tuple[str, int]
REACH_PX = 5.0
"""How far beside a line or point one may click."""


class Identify:
    """Turns places into features and tells the desk; a second click at the same place turns to the next."""

    def __init__(self, area: MapArea) -> None:
        self._area = area
        self._last: tuple[float, float] | None = None
        self._found: list[Feature] = []

    def click(self, x: float, y: float) -> None:
        """Choose what lies under a place; what else lies there is in the card's list."""
        found = self._under(x, y)
        again = self._last is not None and bool(found) and found == self._found
        reach_m = REACH_PX / self._area.canvas.view.scale
        if (
            again
            and self._last is not None
            and shapely.Point(x, y).distance(shapely.Point(self._last)) <= reach_m
        ):
            self._area.card.turn(1)
            return
        self._last, self._found = (x, y), found
        self._area.desk.choose_features(found)

    def click_with(self, event: GroundEvent) -> None:
        """Add the feature under the pointer to what is chosen (Shift), or take it out (Ctrl)."""
        found = self._under(event.x, event.y)[:1]
        self.combine(found, event)

    def box(self, corners: Sequence[tuple[float, float]], event: GroundEvent) -> None:
        """Choose what a box meets in the present layer, or in the topmost visible one that it meets."""
        area, park = self._area, self._area.desk.park
        if park is None:
            return
        ground = shapely.Polygon(corners)
        ids = [id for id in area.visible if layer_id(id) == area.desk.layer] or area.visible
        for id in ids:
            found = meeting(area, id, ground)
            if found:
                self.combine(found, event)
                return
        self.combine([], event)

    def in_view(self) -> None:
        """Choose everything of the present layer that is in view."""
        area = self._area
        if area.desk.park is not None:
            ground = shapely.box(*area.canvas.view.bounds)
            ids = [id for id in area.visible if layer_id(id) == area.desk.layer]
            area.choose(list(dict.fromkeys(one for id in ids for one in meeting(area, id, ground))))

    def combine(self, found: Sequence[Feature], event: GroundEvent) -> None:
        """Choose these, with Shift besides what is chosen, with Ctrl take them out of it."""
        chosen = self._area.chosen
        if event.control:
            self._area.choose([feature for feature in chosen if feature not in set(found)])
        elif event.shift:
            self._area.choose([*chosen, *(feature for feature in found if feature not in set(chosen))])
        else:
            self._area.choose(list(found))

    def _under(self, x: float, y: float) -> list[Feature]:
        area = self._area
        if area.desk.park is None or area.canvas is None:
            return []
        return under(area.desk.park, area.visible, x, y, REACH_PX / area.canvas.view.scale)


def meeting(area: MapArea, id: str, ground: shapely.Polygon) -> list[Feature]:
    """Give the features of a row of the layer tree that meet some ground."""
    park = area.desk.park
    layer = park.project.layers.get(layer_id(id)) if park is not None else None
    if park is None or layer is None or not len(layer.geometry):
        return []
    fids = [int(fid) for fid in layer.near(ground.bounds)]
    if "/" in id:
        own = {int(fid) for item in park.scene.get(id, ()) for fid in item.fids}
        fids = [fid for fid in fids if fid in own]
    if not fids:
        return []
    shapely.prepare(ground)
    hits = shapely.intersects(ground, layer.rows(fids, ["geometry"])["geometry"])
    return [(layer.id, fid) for fid, hit in zip(fids, hits, strict=True) if hit]
