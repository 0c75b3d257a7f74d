"""All tools of editing by the id of their action, and what is done to the chosen features at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QInputDialog

from gis_app.edits.registry import EDITS
from gis_app.language import Message
from gis_app.model import Changeset, Project
from gis_app.ui.editing.annotate import KINDS, Annotate, keep
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.calculator import Calculator
from gis_app.ui.editing.choose_panel import ChooseByAttribute, ChooseByLocation
from gis_app.ui.editing.edit_form import EditForm
from gis_app.ui.editing.lasso import Lasso
from gis_app.ui.editing.move_tool import MoveTool
from gis_app.ui.editing.panel import EditPanel
from gis_app.ui.editing.pick_tool import PickTool
from gis_app.ui.editing.sketch_tool import Draw, Hole, Measure, Part, Reshape, Split
from gis_app.ui.editing.turn_tool import ScaleTool, TurnTool
from gis_app.ui.editing.vertex_tool import VertexTool
from gis_app.ui.map_tool import MapTool

if TYPE_CHECKING:
    from gis_app.ui.map_area import MapArea

RAIL: tuple[str | None, ...] = (
    *("tool_select", "tool_lasso", "tool_pan", None),
    *("tool_draw", "tool_vertex", "tool_split", "tool_reshape", "tool_move", "tool_annotate", None),
    *("snapping", "tracing", "tool_measure"),
)
"""Tools of the task 编辑, from the top down."""


PANELS: dict[str, type[EditPanel]] = {
    "calculate": Calculator,
    "choose_by_attribute": ChooseByAttribute,
    "choose_by_location": ChooseByLocation,
}
"""Panels that are no form of one edit, by the id of their action."""
BESIDE_PX = 24.0
SECTIONS: dict[str, tuple[str, ...]] = {
    "choose": ("choose_by_attribute", "choose_by_location"),
    "shape": (
        *("tool_turn", "tool_scale", "tool_hole", "tool_part", "tool_remove_hole", "tool_remove_part"),
        *("edit_buffer", "edit_clean", "edit_fix", "edit_fit"),
    ),
    "parcels": (
        *("edit_split_area", "edit_split_width", "edit_split_ratio", "edit_merge", "edit_merge_with"),
        *("edit_copy", "edit_duplicate", "edit_delete", "cut_neighbours"),
    ),
    "attributes": ("edit_attributes", "calculate"),
    "cases": ("register_supply", "copy_proposal", "exception_note", "unlock", "change_crs"),
}
"""What the panel of the task 编辑 offers beside the rail, in its sections."""


class Toolbox(QObject):
    """Made when editing is first asked for; the map's navigation hands the tools out."""

    bench: Bench

    def __init__(self, area: MapArea) -> None:
        super().__init__(area)
        self.area = area
        self.bench = Bench(area)
        self.annotating, self.measuring = Annotate(self.bench), Measure(self.bench)
        self.tools: dict[str, MapTool] = {
            "tool_draw": Draw(self.bench),
            "tool_vertex": VertexTool(self.bench),
            "tool_split": Split(self.bench),
            "tool_reshape": Reshape(self.bench),
            "tool_hole": Hole(self.bench),
            "tool_part": Part(self.bench),
            "tool_remove_hole": PickTool(self.bench, "remove_hole"),
            "tool_remove_part": PickTool(self.bench, "remove_part"),
            "tool_move": MoveTool(self.bench),
            "tool_turn": TurnTool(self.bench),
            "tool_scale": ScaleTool(self.bench),
            "tool_lasso": Lasso(self.bench),
            "tool_annotate": self.annotating,
            "tool_measure": self.measuring,
        }
        area.navigation.tools.update(self.tools)
        area.navigation.rail.tasks["edit"] = RAIL
        area.navigation.copies = self.copy
        for key, act in (
            (QKeySequence.StandardKey.Cut, self.cut),
            (QKeySequence.StandardKey.Paste, self.paste),
        ):
            made = QShortcut(QKeySequence(key), area.canvas)
            made.setContext(Qt.ShortcutContext.WidgetShortcut)
            made.activated.connect(act)
        self.panels: dict[str, EditPanel] = {}
        self._kept: tuple[str, tuple[int, ...], bool] | None = None

    def annotate(self, kind: str) -> None:
        """Take the tool of annotations for one kind."""
        self.annotating.choose(kind)
        self.area.navigation.take("tool_annotate")
        self.bench.changed.emit()

    def annotation_kinds(self) -> dict[str, bool]:
        """Give all kinds of annotation, and whether it is the one that is drawn."""
        return {kind: kind == self.annotating.kind for kind in KINDS}

    def keep_measure(self, kind: str) -> None:
        """Keep what is measured, or was measured last, as an annotation."""
        measured = self.measuring.sketch if self.measuring.sketch.points else self.measuring.measured
        keep(self.bench, KINDS[kind], measured, "", self.measuring.name)

    @property
    def _chosen(self) -> list[int]:
        return self.bench.chosen_of(self.bench.layer)

    def show_panel(self, id: str) -> None:
        """Open a panel by the id of its action; the one that is open makes room, and is closed by itself."""
        for other, panel in self.panels.items():
            if panel.isVisible():
                panel.close_panel()
                if other == id:
                    return
        if id not in self.panels:
            self.panels[id] = PANELS.get(id, EditForm)(self.bench, id)
        self.panels[id].open_panel()

    # --- features between layers

    def copy(self) -> bool:
        """Keep the chosen features for pasting; False where none is chosen, or nothing is edited."""
        if not self.bench.is_open or not self._chosen or not self.area.navigation.rail.shows(RAIL):
            return False
        self._kept = (self.bench.layer, tuple(self._chosen), False)
        self.area.desk.noticed.emit("pass", Message("ui.features_copied", {"count": len(self._chosen)}))
        return True

    def cut(self) -> None:
        """Keep the chosen features for pasting; they leave their layer when they are pasted into another."""
        if self.copy() and self._kept is not None:
            self._kept = (*self._kept[:2], True)

    def paste(self) -> None:
        """Bring what was kept into the layer in hand, in one step."""
        why, kept, park = self.bench.why_not(), self._kept, self.bench.park
        if why is not None or kept is None or park is None:
            self.area.desk.noticed.emit("cannot_tell", why or Message("ui.nothing_copied"))
            return
        source, fids, is_cut = kept
        catalogue, into = park.catalogue, self.bench.layer
        given = {"layer": source, "fids": fids, "into": into}

        def make(project: Project) -> Changeset:
            copied = EDITS["copy_features"].changeset(project, catalogue, given)
            if not is_cut or source == into:
                return copied
            gone = EDITS["delete_features"].changeset(project, catalogue, {"layer": source, "fids": fids})
            return replace(copied, records=(*gone.records, *copied.records))

        self.bench.store(make)

    def duplicate(self) -> None:
        """Put a copy of the chosen features beside them."""
        chosen, canvas = self._chosen, self.area.canvas
        if not chosen:
            self._say("edit_choose_some")
            return
        by = BESIDE_PX * canvas.metres_per_pixel
        given = {"layer": self.bench.layer, "fids": chosen, "by": [by, -by]}
        self.bench.perform("copy_features", given)

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

    def toggle_cutting(self) -> None:
        """Let what is drawn cut its neighbours, or give way to them."""
        self.bench.cuts_neighbours = not self.bench.cuts_neighbours
        self.bench.changed.emit()

    def _say(self, id: str) -> None:
        self.area.desk.noticed.emit("cannot_tell", Message(f"ui.{id}"))
