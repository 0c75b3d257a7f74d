"""The window: builds its zones and joins them; what they show and decide is theirs."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QMainWindow, QStatusBar, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.doings import Doings
from gis_app.ui.finder import Finder
from gis_app.ui.leaving import may_leave
from gis_app.ui.look import Look, remembered_layout
from gis_app.ui.map_area import MapArea, make_canvas
from gis_app.ui.named import name_parts
from gis_app.ui.parts import label, line, row
from gis_app.ui.reporter import Reporter
from gis_app.ui.top import Top

if TYPE_CHECKING:
    from gis_app.language import Message  # what is not seen at first is imported when it is asked for
    from gis_app.ui.bottom import Bottom
    from gis_app.ui.custody import Custody
    from gis_app.ui.docks import Docks
    from gis_app.ui.editing.toolbox import Toolbox
    from gis_app.ui.figures import Strip
    from gis_app.ui.imagery_panel import ImageryPanel
    from gis_app.ui.layers import LayerTree
    from gis_app.ui.right import Right
    from gis_app.ui.status import Status
    from gis_app.ui.todo import ToDo

PICTURE_MS = 1_500
FRAME = ("strip", "tree", "status", "docks", "left", "left_title")
"""Parts of the window that are built after its first picture."""
SMALLEST_RIGHT_PX = 300
REST = ("todo", "bottom", "right", "imagery", "custody")
"""Parts that are built when the map of what is opened first was drawn."""


class MainWindow(Doings, QMainWindow):
    """Top bar, figures, layers, map, lists, panel of the task, status bar.

    Only the top bar and the middle are there when it is painted first; then comes what frames the map and
    decides what it shows; the other parts are built when the map of a park was drawn, when there is none, or
    when anybody asks for one of them.
    """

    seen = Signal()
    """The window was painted for the first time."""

    desk: Desk
    top: Top
    map: MapArea
    strip: Strip
    tree: LayerTree
    todo: ToDo
    bottom: Bottom
    right: Right
    status: Status
    imagery: ImageryPanel
    docks: Docks
    custody: Custody
    _is_framed = _is_complete = False

    def __init__(
        self, look: Look, reporter: Reporter, canvas: Callable[[QWidget], Any] = make_canvas
    ) -> None:
        super().__init__()
        self.look, self.reporter = look, reporter
        reporter.window = self
        self.desk = Desk(look, reporter, self)
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.finder = Finder(self.desk, self)
        self.actions_ = Actions(self)
        self.top = Top(self.desk, self.actions_, self.finder)
        self.map = MapArea(self.desk, self.actions_, canvas=canvas)
        self.task = "data"
        self._sized = self._seen = self._remembers = self._has_picture = self._lists_open = False
        self._above = QWidget()
        stacked = QVBoxLayout(self._above)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.setSpacing(0)
        stacked.addWidget(self.top)
        self.setMenuWidget(self._above)
        self.setCentralWidget(self.map)
        self.resize(1440, 900)
        self.setWindowTitle(look.text("program"))
        self.top.show_task(self.task)
        self.desk.arriving.connect(self.frame)
        self.desk.coming.connect(self.complete)
        self.desk.grid_wanted.connect(self._ask_for_grid)

    def __getattr__(self, name: str) -> Any:
        """Build the rest of the window for whoever asks for a part of it."""
        if name in FRAME and not self._is_framed:
            self.frame()
            return getattr(self, name)
        if name in REST and not self._is_complete:
            self.complete()
            return getattr(self, name)
        raise AttributeError(name)

    def frame(self) -> None:
        """Build what lies around the map, once: layers and figures; lists and panels have their room."""
        if self._is_framed:
            return
        self._is_framed = True
        from gis_app.ui.docks import Docks
        from gis_app.ui.figures import Strip
        from gis_app.ui.layers import LayerTree
        from gis_app.ui.status import Status

        self.strip, self.tree = Strip(self.desk), LayerTree(self.desk, self.actions_)
        self.status, self.docks = Status(self.desk), Docks(self, self.look)
        self._build_frame()
        self._join_frame()
        self.left_title.setText(self.look.text("layers"))
        self._size_zones()
        if self._remembers:
            self._restore_zones()

    def complete(self) -> None:
        """Build all that is not there yet, once."""
        if self._is_complete:
            return
        self.frame()
        self._is_complete = True
        from gis_app.ui.bottom import Bottom
        from gis_app.ui.custody import Custody
        from gis_app.ui.imagery_panel import ImageryPanel
        from gis_app.ui.right import Right
        from gis_app.ui.todo import ToDo

        self.todo, self.bottom = ToDo(self.desk), Bottom(self.desk)
        self.right, self.imagery = Right(self.desk, self.actions_), ImageryPanel(self.desk, self.map)
        self.custody = Custody(self)
        column = self.left.layout()
        assert column is not None
        for part in (line(), self.imagery, line(), self.todo):
            column.addWidget(part)
        self.right.setMinimumWidth(SMALLEST_RIGHT_PX)
        self.docks.fill("right", self.right)
        self.docks.fill("bottom", self.bottom)
        self._join()
        self.show_task(self.task)
        self.retitle()
        self._open_lists(self._lists_open)
        if self._remembers:
            self._restore_task()

    def _build_frame(self) -> None:
        from gis_app.ui.docks import Area

        self.left_title = label("title")
        self.left = QFrame()
        self.left.setObjectName("left")
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 1, 0)
        left.setSpacing(0)
        head = QFrame()
        head.setFixedHeight(36)
        head.setLayout(row(self.left_title, None, margins=(12, 0, 8, 0)))
        for part in (head, line(), self.tree):
            left.addWidget(part, 1 if part is self.tree else 0)
        self.left.setMinimumWidth(220)
        above = self._above.layout()
        assert above is not None
        above.addWidget(self.strip)
        rooms = {name: QFrame() for name in ("right", "bottom")}
        for name, room in rooms.items():
            room.setObjectName(name)
        rooms["right"].setMinimumWidth(SMALLEST_RIGHT_PX)
        self.docks.add("left", self.left, Area.LeftDockWidgetArea)
        self.docks.add("right", rooms["right"], Area.RightDockWidgetArea)
        self.docks.add("bottom", rooms["bottom"], Area.BottomDockWidgetArea)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.setFixedHeight(27)
        inside = bar.layout()
        assert inside is not None
        inside.setContentsMargins(0, 0, 0, 0)
        bar.addPermanentWidget(self.status, 1)
        self.setStatusBar(bar)

    def _join_frame(self) -> None:
        self.tree.shown.connect(self.map.show_layers)
        self.tree.ordered.connect(self.map.order_layers)
        self.tree.framed.connect(self.map.frame_layer)
        self.strip.chosen.connect(self._show_figure)
        self.top.found.connect(self.map.show_feature)
        self.map.view_changed.connect(self.status.show_view)
        self.map.hovered.connect(self.status.show_place)
        self.status.scale_chosen.connect(
            lambda scale: self.map.navigation and self.map.navigation.show_scale(scale)
        )
        self.status.rotation_reset.connect(lambda: self.map.canvas.turn_to(0.0))

    def _join(self) -> None:
        from gis_app.ui.attachments_form import watch as watch_attachments

        desk = self.desk
        self._pictured = QTimer(self, singleShot=True, interval=PICTURE_MS)
        self._pictured.timeout.connect(self._keep_picture)
        desk.opened.connect(self._forget_picture)
        desk.opened.connect(lambda: QTimer.singleShot(0, self, self._take_in_hand))
        self.todo.chosen.connect(self._show_todo)
        self.bottom.attributes.framed.connect(self.map.show_feature)
        self.bottom.attributes.chosen.connect(self.map.choose)
        self.map.chosen_changed.connect(self.bottom.attributes.mark)
        self.bottom.opened.connect(self._size_bottom)
        self.right.rule_chosen.connect(self.bottom.show_rule)
        watch_attachments(desk)
        self.imagery.edit_asked.connect(lambda edit, given: self.toolbox.bench.ask(edit, given))
        self.map.card.edit_asked.connect(lambda edit, given: self.toolbox.bench.ask(edit, given))
        self.map.view_changed.connect(self.bottom.attributes.follow)
        for signal in (
            desk.opened,
            desk.judged,
            desk.proposal_chosen,
            desk.look.language_changed,
            desk.look.theme_changed,
        ):
            signal.connect(self.refresh)
        self.map.painted.connect(lambda _seconds: self._pictured.start())
        desk.busy.connect(lambda _message: self.actions_.enable())
        desk.look.language_changed.connect(lambda _language: desk.redraw())

    # --- how it looks

    def refresh(self) -> None:
        """Put texts, icons and enabled actions as they are now."""
        self.actions_.refresh()
        self.docks.retitle()
        self.retitle()

    def retitle(self) -> None:
        """Name the program and what is open."""
        park = self.desk.park
        name = f" — {park.path.name}" if park is not None else ""
        only = f" [{self.look.text('read_only')}]" if self.desk.read_only else ""
        self.setWindowTitle(f"{self.look.text('program')}{name}{only}")
        self.left_title.setText(self.look.text("layers"))
        self.top.setAccessibleName(self.look.text("program"))
        name_parts(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the zones their sizes the first time."""
        super().resizeEvent(event)
        if self._is_framed:
            self._size_zones()

    def _size_zones(self) -> None:
        if not self._sized and self.width() > 600:
            self._sized = True
            self.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell, the first time, when all parts have been painted too."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self.seen.emit)

    def lay_out(self) -> None:
        """Size the zones for the window's size; lists are closed where it is low."""
        from gis_app.ui.docks import LOW_PX

        self.docks.size(self.width())
        self._open_lists(self.height() > LOW_PX)
        self._size_bottom(self.height() > LOW_PX)

    def _open_lists(self, on: bool) -> None:
        """Open the lists or close them to their head; before they are built, the room that they will have."""
        self._lists_open = on
        if self._is_complete:
            self.bottom.open(on)
        else:
            self.docks.limit_bottom(on)

    def _size_bottom(self, on: bool) -> None:
        self.docks.size_bottom(self.width(), on)

    def restore_layout(self) -> None:
        """Lay out as it was when the window was closed last, and remember it again on closing."""
        kept = remembered_layout()
        self._remembers = True
        if kept.get("geometry"):
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(kept["geometry"].encode())))
        if self._is_framed:
            self._restore_zones()
        if self._is_complete:
            self._restore_task()

    def _restore_zones(self) -> None:
        kept = remembered_layout()
        if self.docks.restore(kept.get("zones", "")):
            self._sized = True
            self._open_lists(kept.get("lists") == "open")

    def _restore_task(self) -> None:
        task = remembered_layout().get("task", "")
        if task in self.right.panels or task == "edit":
            self.show_task(task)

    def _remember_layout(self) -> None:
        layout = {
            "geometry": bytes(self.saveGeometry().toBase64().data()).decode("ascii"),
            "zones": self.docks.state(),
            "lists": "open" if self.bottom.is_open() else "closed",
            "task": self.task,
        }
        self.desk.settle(lambda settings: replace(settings, layout=layout))

    def forget_layout(self) -> None:
        """Put every zone back where it is in a new window."""
        from gis_app.ui.docks import Area

        for name, area in (
            ("left", Area.LeftDockWidgetArea),
            ("right", Area.RightDockWidgetArea),
            ("bottom", Area.BottomDockWidgetArea),
        ):
            zone = self.docks.zones[name]
            zone.setFloating(False)
            self.addDockWidget(area, zone)
            zone.show()
        self.lay_out()

    def _forget_picture(self) -> None:
        self._has_picture = False

    def _keep_picture(self) -> None:
        """Keep a picture of the park for the start page, once after it was opened."""
        park, canvas = self.desk.park, self.map.canvas
        if park is None or canvas is None or self._has_picture or not self._remembers:
            return
        from gis_app.ui.recent import keep_picture

        self._has_picture = True
        keep_picture(park.path.resolve(), canvas.grab())

    def show_task(self, task: str) -> None:
        """Show a task's panel; view, selection and layers stay."""
        if task == "edit" and "edit" not in self.right.panels:
            self._add_edit_panel()
        if task == "edit" and self.map.navigation is not None:
            _ = self.toolbox
        if self.map.navigation is not None:
            self.map.navigation.rail.show_task(task)
        self.task = task
        self.right.show_task(task)
        self.top.show_task(task)
        if task == "check":
            self.bottom.show_tab("findings")
            self.bottom.open(True)

    def _add_edit_panel(self) -> None:
        from gis_app.ui.edit_panel import EditPanel

        panel = EditPanel(self.desk, self.actions_)
        self.right.panels["edit"] = panel
        self.right.stack.addWidget(panel)
        panel.refresh()
        name_parts(self)

    # --- what can be done now

    def met(self) -> set[str]:
        """Give the needs of actions that are met."""
        park = self.desk.park
        needs = {"": True, "park": park is not None, "undo": self.desk.can_undo, "redo": self.desk.can_redo}
        needs["project"] = park is not None and not self.desk.read_only
        needs["kept"] = park is not None and (park.stored is not None or park.opened.intake is not None)
        needs["sheet"] = park is not None and park.proposal(self.desk.proposal) is not None and can_print()
        return {name for name, is_met in needs.items() if is_met}

    @cached_property
    def toolbox(self) -> Toolbox:
        """The tools of editing; made when they are first asked for."""
        from gis_app.ui.editing.toolbox import Toolbox

        made = Toolbox(self.map)
        made.bench.changed.connect(self._show_editing)
        self.bottom.attributes.store = made.bench.ask
        self.bottom.steps.jumped.connect(made.bench.go_to)
        self._show_editing(made)
        return made

    def _take_in_hand(self) -> None:
        """Give a project that can be changed its writer, which also looks after backups."""
        if "project" in self.met() and self.map.navigation is not None:
            _ = self.toolbox

    def _show_editing(self, toolbox: Toolbox | None = None) -> None:
        bench = (toolbox or self.toolbox).bench
        self.actions_["snapping"].setChecked(bench.is_snapping)
        self.actions_["tracing"].setChecked(bench.tracing.is_on)
        self.actions_["cut_neighbours"].setChecked(bench.cuts_neighbours)
        for kind, is_chosen in (toolbox or self.toolbox).annotation_kinds().items():
            self.actions_[f"annotate_{kind}"].setChecked(is_chosen)
        self.actions_.enable()
        self.status.show_snapping(bench.is_snapping)
        self.status.show_storing(bench.is_storing)
        for panel in self.right.panels.values():
            if panel.isVisible():
                panel.refresh()

    def take_tool(self, id: str) -> None:
        """Take a tool of editing in hand."""
        _ = self.toolbox
        self.map.navigation.take(id)

    def _ask_for_grid(self, path: Path, reason: Message) -> None:
        from gis_app.ui.grid_form import ask_for_grid

        ask_for_grid(self, path, reason)

    def close_window(self) -> None:
        """Close."""
        self.close()

    # --- what comes in and how it ends

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a folder or a file."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        from gis_app.ui.dropped import opened

        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            opened(self, paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close only after work has ended and the project file was let go of."""
        event.ignore()
        if not may_leave(self):
            return
        if self._remembers and self._is_complete:
            self._remember_layout()
        self.finder.stop()
        self.map.closed = True
        self.desk.close()
        for part in self.map.stage.children():  # the map, and a second one where two are compared
            if hasattr(part, "close_process"):
                part.close_process()
        if self._is_complete:
            self.imagery.close_processes()
        event.accept()


def can_print() -> bool:
    """Whether the printing part is there."""
    return importlib.util.find_spec("gis_app.sheets") is not None
