"""All actions in one table, run through one wrapper: what goes wrong is one record and one dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from gis_app.language import Refused

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow

Handler = Callable[["MainWindow"], None]


@dataclass(frozen=True)
class Action:
    """One action: texts ``ui.action_<id>`` and ``ui.tip_<id>``, icon, keys, what it does and what it needs.

    ``needs``: ``""`` nothing, ``park`` an open one, ``folder`` one that is no project file, ``undo`` a step
    to take back, ``sheet`` a proposal and the printing part, ``later`` what the program cannot do yet.
    """

    id: str
    icon: str
    keys: str
    run: Handler
    needs: str = ""
    checkable: bool = False


TABLE: tuple[Action, ...] = (
    Action("open_folder", "folder-open", "Ctrl+O", lambda w: w.ask_folder()),
    Action("open_project", "database", "Ctrl+Shift+O", lambda w: w.ask_project()),
    Action("open_sample", "map-trifold", "", lambda w: w.open_sample()),
    Action("save_project", "file-plus", "Ctrl+Shift+S", lambda w: w.ask_new_project(), "folder"),
    Action("recheck", "clock-counter-clockwise", "F5", lambda w: w.desk.rejudge(), "park"),
    Action("undo", "arrow-u-up-left", "Ctrl+Z", lambda w: w.desk.undo(), "undo"),
    Action("redo", "arrow-u-up-right", "Ctrl+Y", lambda w: None, "later"),
    Action("facts", "note-pencil", "Ctrl+Shift+F", lambda w: w.show_facts(), "park"),
    Action("print_sheet", "printer", "Ctrl+P", lambda w: w.ask_sheet(), "sheet"),
    Action("task_data", "database", "Ctrl+1", lambda w: w.show_task("data"), checkable=True),
    Action("task_edit", "pencil-line", "Ctrl+2", lambda w: None, "later", checkable=True),
    Action("task_check", "clipboard-text", "Ctrl+3", lambda w: w.show_task("check"), checkable=True),
    Action("task_review", "scales", "Ctrl+4", lambda w: w.show_task("review"), checkable=True),
    Action("task_print", "printer", "Ctrl+5", lambda w: w.show_task("print"), checkable=True),
    Action("find", "magnifying-glass", "Ctrl+K", lambda w: w.top.search.setFocus(), "park"),
    Action("zoom_in", "plus", "Ctrl++", lambda w: w.map.zoom_by(2.0), "park"),
    Action("zoom_out", "minus", "Ctrl+-", lambda w: w.map.zoom_by(0.5), "park"),
    Action("zoom_full", "frame-corners", "Ctrl+0", lambda w: w.map.frame_park(), "park"),
    Action("zoom_layer", "map-pin-line", "Ctrl+L", lambda w: w.map.frame_layer(w.desk.layer), "park"),
    Action("zoom_chosen", "selection", "F", lambda w: w.map.frame_chosen(), "park"),
    Action("clear", "x", "Esc", lambda w: w.clear()),
    Action("legend", "list-checks", "Ctrl+G", lambda w: w.map.toggle_legend(), "park"),
    Action("next_finding", "caret-down", "N", lambda w: w.bottom.findings.step(1), "park"),
    Action("previous_finding", "caret-up", "Shift+N", lambda w: w.bottom.findings.step(-1), "park"),
    Action("left", "", "Ctrl+B", lambda w: w.toggle_left()),
    Action("right", "", "Ctrl+Alt+B", lambda w: w.toggle_right()),
    Action("bottom", "", "Ctrl+J", lambda w: w.bottom.toggle()),
    Action("language", "translate", "Ctrl+Shift+L", lambda w: w.switch_language()),
    Action("theme", "moon", "Ctrl+Shift+D", lambda w: w.switch_theme()),
    Action("log", "info", "", lambda w: w.show_log()),
    Action("quit", "", "Ctrl+Q", lambda w: w.close_window()),
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
            if action.keys:
                made.setShortcut(QKeySequence(action.keys))
            made.triggered.connect(lambda _checked=False, id=action.id: self.run(id))
            window.addAction(made)
            self.qt[action.id] = made
        self.refresh()

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
            made.setToolTip(f"{tip}  {action.keys}".strip())
            made.setStatusTip(tip)
            if action.icon:
                made.setIcon(look.icon(action.icon))
        self.enable()

    def enable(self) -> None:
        """Enable what can be done now."""
        met = self.window_.met()
        for action in TABLE:
            self.qt[action.id].setEnabled(action.needs in met)
