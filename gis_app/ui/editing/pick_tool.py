"""Takes away the hole or the part that one clicks."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gis_app.language import Message
from gis_app.ui.editing.bench import Bench
from gis_app.ui.map_tool import GroundEvent, Tool


class PickTool(Tool):
    """A click in a hole, or on a part, of the chosen feature."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self, bench: Bench, edit: str) -> None:
        self.bench, self.edit = bench, edit

    def press(self, event: GroundEvent) -> bool:
        """Take the click."""
        return event.button == Qt.MouseButton.LeftButton

    def release(self, event: GroundEvent) -> bool:
        """Take it away; without a chosen feature, say that one is to be chosen."""
        chosen = self.bench.chosen_of(self.bench.layer)
        if len(chosen) != 1:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.edit_choose_one"))
            return True
        given = {"layer": self.bench.layer, "fid": chosen[0], "at": [event.x, event.y]}
        self.bench.perform(self.edit, given)
        return True
