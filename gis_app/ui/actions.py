"""All actions in one table, run through one wrapper: what goes wrong is one record and one dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from gis_app.language import Refused
from gis_app.ui import asking
from gis_app.ui.editing.forms import FORMS
from gis_app.ui.look import remembered_keys

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow

Handler = Callable[["MainWindow"], None]


@dataclass(frozen=True)
class Action:
    """One action: texts ``ui.action_<id>`` and ``ui.tip_<id>``, icon, keys, what it does and what it needs.

    ``keys`` are those it has until somebody chooses others; several are parted by ``"; "``, the first is
    shown. ``needs``: ``""`` nothing, ``park`` an open one, ``kept`` one that can be saved as another,
    ``undo`` a step to take back, ``redo`` one to bring back, ``project`` a project file that can be changed,
    ``sheet`` a proposal and the printing part, ``later`` what the program cannot do yet.
    ``group`` is the part of the palette and of the list of keys it stands in (texts ``ui.actions_<group>``).
    """

    id: str
    icon: str
    keys: str
    run: Handler
    needs: str = ""
    checkable: bool = False
    group: str = "map"


GROUPS = ("project", "task", "edit", "check", "map", "window", "help")
TABLE: tuple[Action, ...] = (
    Action("open_folder", "folder-open", "Ctrl+O", lambda w: asking.folder(w), group="project"),
    Action("open_project", "database", "Ctrl+Shift+O", lambda w: asking.project(w), group="project"),
    Action("open_sample", "map-trifold", "", lambda w: w.open_sample(), group="project"),
    Action(
        "save_project",
        "file-plus",
        "Ctrl+Shift+S",
        lambda w: asking.save_as(w),
        "kept",
        group="project",
    ),
    Action("new_project", "file-plus", "Ctrl+N", lambda w: asking.new_project(w), group="project"),
    Action("save", "", "Ctrl+S", lambda w: w.tell_saved(), "park", group="project"),
    Action("facts", "note-pencil", "Ctrl+Shift+E", lambda w: w.show_facts(), "park", group="project"),
    Action("attach", "file-plus", "", lambda w: w.attach_files(), "project", group="project"),
    Action("attachments", "files", "Ctrl+Shift+A", lambda w: w.show_attachments(), "park", group="project"),
    Action("print_sheet", "printer", "Ctrl+P", lambda w: asking.sheet(w), "sheet", group="project"),
    Action("task_data", "database", "Ctrl+1", lambda w: w.show_task("data"), checkable=True, group="task"),
    Action("task_edit", "pencil-line", "Ctrl+2", lambda w: w.show_task("edit"), checkable=True, group="task"),
    Action(
        "task_check", "clipboard-text", "Ctrl+3", lambda w: w.show_task("check"), checkable=True, group="task"
    ),
    Action("task_review", "scales", "Ctrl+4", lambda w: w.show_task("review"), checkable=True, group="task"),
    Action("task_print", "printer", "Ctrl+5", lambda w: w.show_task("print"), checkable=True, group="task"),
    Action("undo", "arrow-u-up-left", "Ctrl+Z", lambda w: w.toolbox.bench.undo(), "undo", group="edit"),
    Action(
        "redo",
        "arrow-u-up-right",
        "Ctrl+Y; Ctrl+Shift+Z",
        lambda w: w.toolbox.bench.redo(),
        "redo",
        group="edit",
    ),
    Action("tool_draw", "polygon", "D; Ctrl+Alt+D", lambda w: w.take_tool("tool_draw"), "park", True, "edit"),
    Action(
        "tool_vertex",
        "bezier-curve",
        "E; Ctrl+Alt+E",
        lambda w: w.take_tool("tool_vertex"),
        "park",
        True,
        "edit",
    ),
    Action(
        "tool_split", "scissors", "X; Ctrl+Alt+X", lambda w: w.take_tool("tool_split"), "park", True, "edit"
    ),
    Action(
        "tool_reshape",
        "line-segments",
        "R; Ctrl+Alt+R",
        lambda w: w.take_tool("tool_reshape"),
        "park",
        True,
        "edit",
    ),
    Action("tool_hole", "circle-dashed", "", lambda w: w.take_tool("tool_hole"), "park", True, "edit"),
    Action("tool_part", "selection-plus", "", lambda w: w.take_tool("tool_part"), "park", True, "edit"),
    Action(
        "tool_move",
        "arrows-out-cardinal",
        "M; Ctrl+Alt+M",
        lambda w: w.take_tool("tool_move"),
        "park",
        True,
        "edit",
    ),
    Action("tool_turn", "arrows-clockwise", "", lambda w: w.take_tool("tool_turn"), "park", True, "edit"),
    Action("tool_scale", "resize", "", lambda w: w.take_tool("tool_scale"), "park", True, "edit"),
    Action(
        "tool_remove_hole", "prohibit", "", lambda w: w.take_tool("tool_remove_hole"), "park", True, "edit"
    ),
    Action(
        "tool_remove_part",
        "selection-slash",
        "",
        lambda w: w.take_tool("tool_remove_part"),
        "park",
        True,
        "edit",
    ),
    Action("tool_lasso", "lasso", "L; Ctrl+Alt+L", lambda w: w.take_tool("tool_lasso"), "park", True, "edit"),
    Action(
        "tool_measure",
        "ruler",
        "Q; Ctrl+Alt+Q",
        lambda w: w.take_tool("tool_measure"),
        "park",
        True,
    ),
    Action(
        "tool_annotate",
        "text-aa",
        "A; Ctrl+Alt+N",
        lambda w: w.take_tool("tool_annotate"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_text",
        "text-aa",
        "Ctrl+Alt+1",
        lambda w: w.toolbox.annotate("text"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_arrow",
        "arrow-right",
        "Ctrl+Alt+2",
        lambda w: w.toolbox.annotate("arrow"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_ring",
        "circle-dashed",
        "Ctrl+Alt+3",
        lambda w: w.toolbox.annotate("ring"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_leader",
        "map-pin-line",
        "Ctrl+Alt+4",
        lambda w: w.toolbox.annotate("leader"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_length",
        "ruler",
        "Ctrl+Alt+5",
        lambda w: w.toolbox.annotate("length"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_area",
        "polygon",
        "Ctrl+Alt+6",
        lambda w: w.toolbox.annotate("area"),
        "park",
        True,
        "edit",
    ),
    Action(
        "annotate_angle",
        "angle",
        "Ctrl+Alt+7",
        lambda w: w.toolbox.annotate("angle"),
        "park",
        True,
        "edit",
    ),
    Action(
        "keep_length",
        "ruler",
        "K; Ctrl+Alt+K",
        lambda w: w.toolbox.keep_measure("length"),
        "project",
        group="edit",
    ),
    Action(
        "keep_area",
        "polygon",
        "Shift+K; Ctrl+Alt+J",
        lambda w: w.toolbox.keep_measure("area"),
        "project",
        group="edit",
    ),
    Action(
        "snapping", "magnet", "S; Ctrl+Alt+A", lambda w: w.toolbox.toggle_snapping(), "park", True, "edit"
    ),
    Action("tracing", "path", "T; Ctrl+Alt+T", lambda w: w.toolbox.toggle_tracing(), "park", True, "edit"),
    Action("edit_merge", "unite", "Ctrl+Shift+M", lambda w: w.toolbox.merge(), "project", group="edit"),
    Action(
        "edit_delete",
        "trash-simple",
        "Ctrl+Delete; Ctrl+Backspace",
        lambda w: w.toolbox.delete(),
        "project",
        group="edit",
    ),
    Action("edit_duplicate", "copy", "Ctrl+D", lambda w: w.toolbox.duplicate(), "project", group="edit"),
    Action(
        "cut_neighbours", "eraser", "", lambda w: w.toolbox.toggle_cutting(), "project", True, group="edit"
    ),
    Action(
        "choose_by_attribute",
        "list-magnifying-glass",
        "Ctrl+Alt+F",
        lambda w: w.toolbox.show_panel("choose_by_attribute"),
        "park",
        group="edit",
    ),
    Action(
        "choose_by_location",
        "intersect",
        "",
        lambda w: w.toolbox.show_panel("choose_by_location"),
        "park",
        group="edit",
    ),
    Action(
        "calculate",
        "calculator",
        "",
        lambda w: w.toolbox.show_panel("calculate"),
        "project",
        group="edit",
    ),
    *(
        Action(id, form.icon, "", lambda w, id=id: w.toolbox.show_panel(id), "project", group="edit")  # type: ignore[misc]
        for id, form in FORMS.items()
    ),
    Action(
        "discard",
        "arrow-counter-clockwise",
        "",
        lambda w: w.toolbox.bench.discard(),
        "undo",
        group="edit",
    ),
    Action("unlock", "lock-simple-open", "", lambda w: w.toolbox.unlock(), "project", group="edit"),
    Action(
        "recheck", "clock-counter-clockwise", "F5; Shift+V", lambda w: w.desk.rejudge(), "park", group="check"
    ),
    Action("next_finding", "caret-down", "F8; N", lambda w: w.bottom.findings.step(1), "park", group="check"),
    Action(
        "previous_finding",
        "caret-up",
        "Shift+F8; Shift+N",
        lambda w: w.bottom.findings.step(-1),
        "park",
        group="check",
    ),
    Action("show_findings", "list-checks", "F7; I", lambda w: w.show_list("findings"), "park", group="check"),
    Action("show_table", "table", "F6", lambda w: w.show_list("attributes"), "park", group="window"),
    Action(
        "show_steps",
        "clock-counter-clockwise",
        "Ctrl+H",
        lambda w: w.show_list("steps"),
        "park",
        group="window",
    ),
    Action("find", "magnifying-glass", "Ctrl+F", lambda w: w.find_feature(), "park", group="window"),
    Action("palette", "command", "Ctrl+K; Ctrl+Shift+P", lambda w: w.show_palette(), group="window"),
    Action("zoom_in", "plus", "Ctrl++; Ctrl+=", lambda w: w.map.zoom_by(2.0), "park"),
    Action("zoom_out", "minus", "Ctrl+-", lambda w: w.map.zoom_by(0.5), "park"),
    Action("zoom_full", "frame-corners", "Ctrl+0; Ctrl+Shift+F", lambda w: w.map.frame_park(), "park"),
    Action("zoom_layer", "frame-corners", "Ctrl+L", lambda w: w.map.frame_layer(w.desk.layer), "park"),
    Action("zoom_chosen", "selection", "Ctrl+Shift+J; F", lambda w: w.map.frame_chosen(), "park"),
    Action("clear", "x", "Esc", lambda w: w.clear()),
    Action("legend", "list-checks", "Ctrl+G", lambda w: w.map.toggle_legend(), "park"),
    Action("view_back", "arrow-left", "Alt+Left", lambda w: w.map.canvas.go_back(), "park"),
    Action("view_forward", "arrow-right", "Alt+Right", lambda w: w.map.canvas.go_forward(), "park"),
    Action("turn_left", "", "Ctrl+Alt+Left", lambda w: w.map.navigation.turn(15.0), "park"),
    Action("turn_right", "", "Ctrl+Alt+Right", lambda w: w.map.navigation.turn(-15.0), "park"),
    Action("north_up", "compass", "Ctrl+Alt+Up", lambda w: w.map.canvas.turn_to(0.0), "park"),
    Action(
        "goto",
        "map-pin-line",
        "G; Ctrl+Alt+G",
        lambda w: w.map.navigation.toggle("goto"),
        "park",
        checkable=True,
    ),
    Action(
        "bookmarks",
        "bookmark-simple",
        "Ctrl+M",
        lambda w: w.map.navigation.toggle("bookmarks"),
        "park",
        checkable=True,
    ),
    Action(
        "overview",
        "picture-in-picture",
        "O; Ctrl+Alt+O",
        lambda w: w.map.navigation.toggle("overview"),
        "park",
        checkable=True,
    ),
    Action(
        "compare",
        "square-split-horizontal",
        "W; Ctrl+Alt+W",
        lambda w: w.map.navigation.toggle("compare"),
        "park",
        checkable=True,
    ),
    Action("copy_map", "copy", "", lambda w: w.map.navigation.copy(), "park"),
    Action("choose_in_view", "selection", "", lambda w: w.map.navigation.identify.in_view(), "park"),
    Action(
        "tool_select",
        "cursor",
        "V; Ctrl+Alt+V",
        lambda w: w.map.navigation.take("tool_select"),
        "park",
        checkable=True,
    ),
    Action(
        "tool_pan",
        "hand-grabbing",
        "H; Ctrl+Alt+H",
        lambda w: w.map.navigation.take("tool_pan"),
        "park",
        checkable=True,
    ),
    Action(
        "tool_box",
        "selection",
        "B; Ctrl+Alt+S",
        lambda w: w.map.navigation.take("tool_box"),
        "park",
        checkable=True,
    ),
    Action(
        "tool_zoom",
        "magnifying-glass-plus",
        "Z; Ctrl+Alt+Z",
        lambda w: w.map.navigation.take("tool_zoom"),
        "park",
        checkable=True,
    ),
    Action("left", "sidebar-simple", "Ctrl+B", lambda w: w.toggle_left(), group="window"),
    Action("right", "sidebar", "Ctrl+Alt+B", lambda w: w.toggle_right(), group="window"),
    Action("bottom", "rows", "Ctrl+J", lambda w: w.bottom.toggle(), group="window"),
    Action("next_zone", "", "Ctrl+F6", lambda w: w.next_zone(1), group="window"),
    Action("previous_zone", "", "Ctrl+Shift+F6", lambda w: w.next_zone(-1), group="window"),
    Action("arrange", "squares-four", "", lambda w: w.arrange(), checkable=True, group="window"),
    Action("pull_out", "arrow-square-out", "", lambda w: w.pull_out(), "park", group="window"),
    Action("layout", "squares-four", "", lambda w: w.forget_layout(), group="window"),
    Action("language", "translate", "Ctrl+Shift+L", lambda w: w.switch_language(), group="window"),
    Action("theme", "moon", "Ctrl+Shift+D", lambda w: w.switch_theme(), group="window"),
    Action("contrast", "circle-half", "Ctrl+Shift+H", lambda w: w.switch_contrast(), group="window"),
    Action("larger", "text-aa", "Ctrl+Alt++; Ctrl+Alt+=", lambda w: w.scale_by(1), group="window"),
    Action("smaller", "text-aa", "Ctrl+Alt+-", lambda w: w.scale_by(-1), group="window"),
    Action("help", "question", "F1", lambda w: w.show_help(), group="help"),
    Action("keys", "keyboard", "Ctrl+/; ?", lambda w: w.show_keys(), group="help"),
    Action("log", "info", "", lambda w: w.show_log(), group="help"),
    Action("quit", "", "Ctrl+Q", lambda w: w.close_window(), group="project"),
)


class Actions(QObject):
    """The table as Qt actions of a window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_ = window
        self.handlers: dict[str, Handler] = {action.id: action.run for action in TABLE}
        self.qt: dict[str, QAction] = {}
        for action in TABLE:
            made = QAction(window)
            made.setCheckable(action.checkable)
            made.triggered.connect(lambda _checked=False, id=action.id: self.run(id))
            window.addAction(made)
            self.qt[action.id] = made
        self.rekey(remembered_keys())

    def rekey(self, chosen: Mapping[str, str]) -> None:
        """Give every action its keys: those that were chosen, else its own."""
        for action in TABLE:
            keys = chosen.get(action.id, action.keys)
            self.qt[action.id].setShortcuts(QKeySequence.listFromString(keys) if keys else [])
        self.refresh()

    def key(self, id: str) -> str:
        """Give the first key of an action as it is written on this system; empty where it has none."""
        return self.qt[id].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def __getitem__(self, id: str) -> QAction:
        return self.qt[id]

    def run(self, id: str) -> None:
        """Run one action; a refusal is said in the message area, anything else goes to the reporter."""
        window = self.window_
        try:
            self.handlers[id](window)
        except Refused as refused:
            window.desk.noticed.emit("fail", refused.message)
        except Exception as error:
            name = window.look.text(f"action_{id}")
            window.reporter.report(type(error), error, error.__traceback__, during=name)
        self.enable()

    def refresh(self) -> None:
        """Put texts and icons in the present language and theme."""
        look = self.window_.look
        for action in TABLE:
            made = self.qt[action.id]
            made.setText(look.text(f"action_{action.id}"))
            tip = look.text("tip_later") if action.needs == "later" else look.text(f"tip_{action.id}")
            made.setToolTip(f"{tip}  {self.key(action.id)}".strip())
            made.setStatusTip(tip)
            if action.icon:
                made.setIcon(look.icon(action.icon))
        self.enable()

    def enable(self) -> None:
        """Enable what can be done now."""
        met = self.window_.met()
        for action in TABLE:
            self.qt[action.id].setEnabled(action.needs in met)
