"""All tools of editing by the id of their action, and what is done to the chosen features at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from gis_app.language import Message
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.lasso import Lasso
from gis_app.ui.editing.move_tool import MoveTool
from gis_app.ui.editing.sketch_tool import Draw, Hole, Measure, Part, Reshape, Split
from gis_app.ui.editing.vertex_tool import VertexTool
from gis_app.ui.map_tool import MapTool

if TYPE_CHECKING:
    from gis_app.ui.map_area import MapArea

RAIL: tuple[str | None, ...] = (
    *("tool_select", "tool_lasso", "tool_pan", None),
    *("tool_draw", "tool_vertex", "tool_split", "tool_reshape", "tool_move", None),
    *("snapping", "tracing", "tool_measure"),
)
"""Tools of the task 编辑, from the top down."""


class Toolbox(QObject):
    """Made when editing is first asked for; the map's navigation hands the tools out."""

    bench: Bench

    def __init__(self, area: MapArea) -> None:
        super().__init__(area)
        self.area = area
        self.bench = Bench(area)
        self.tools: dict[str, MapTool] = {
            "tool_draw": Draw(self.bench),
            "tool_vertex": VertexTool(self.bench),
            "tool_split": Split(self.bench),
            "tool_reshape": Reshape(self.bench),
            "tool_hole": Hole(self.bench),
            "tool_part": Part(self.bench),
            "tool_move": MoveTool(self.bench),
            "tool_lasso": Lasso(self.bench),
            "tool_measure": Measure(self.bench),
        }
        area.navigation.tools.update(self.tools)
        area.navigation.rail.tasks["edit"] = RAIL

    @property
    def _chosen(self) -> list[int]:
        return [fid for id, fid in self.area.chosen if id == self.bench.layer]

    def merge(self) -> None:
        """Merge the chosen features into the first."""
        chosen = self._chosen
        if len(chosen) < 2:
            self._say("edit_choose_some")
            return
        self.bench.perform("merge", {"layer": self.bench.layer, "fids": chosen, "keep": chosen[0]})

    def delete(self) -> None:
        """Delete the chosen features; one step takes them back."""
        chosen = self._chosen
        if not chosen:
            self._say("edit_choose_some")
            return
        self.bench.perform("delete_features", {"layer": self.bench.layer, "fids": chosen})

    def unlock(self) -> None:
        """Unlock the layer in hand for a reason, or lock it again."""
        layer, look = self.bench.target, self.area.desk.look
        if layer is None or not self.bench.is_open:
            self._say("edit_needs_layer" if self.bench.is_open else "edit_needs_project")
            return
        if layer.unlocked:
            self.bench.lock(layer.id)
            return
        title = look.of(layer.feature_type.title)
        reason, given = QInputDialog.getText(
            self.area, look.text("unlock_title", layer=title), look.text("unlock_reason")
        )
        if given and reason.strip():
            self.bench.unlock(layer.id, reason.strip())

    def toggle_snapping(self) -> None:
        """Snap, or do not."""
        self.bench.is_snapping = not self.bench.is_snapping
        self.bench.changed.emit()

    def toggle_tracing(self) -> None:
        """Trace boundaries while drawing, or do not."""
        self.bench.tracing.is_on = not self.bench.tracing.is_on
        self.bench.changed.emit()

    def _say(self, id: str) -> None:
        self.area.desk.noticed.emit("cannot_tell", Message(f"ui.{id}"))
