"""The window: builds its zones and joins them; what they show and decide is theirs."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QMainWindow, QSplitter, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.bottom import HEAD, Bottom
from gis_app.ui.desk import Desk
from gis_app.ui.facts_form import FactsForm
from gis_app.ui.figures import Strip
from gis_app.ui.layers import LayerTree
from gis_app.ui.look import Look
from gis_app.ui.map_area import MapArea, make_canvas
from gis_app.ui.parts import label, line, row
from gis_app.ui.reporter import Reporter, log_folder
from gis_app.ui.right import Right
from gis_app.ui.status import Status
from gis_app.ui.todo import ToDo
from gis_app.ui.top import Top

LOW_PX = 800
"""Up to this height the lists are closed on opening."""
LEFT_PX, RIGHT_PX, BOTTOM_PX = (252, 256, 280), (320, 364, 400), (33, 233, 320)
WIDTHS = (1400, 1800)


class MainWindow(QMainWindow):
    """Top bar, figures, layers, map, lists, panel of the task, status bar."""

    seen = Signal()
    """The window was painted for the first time."""

    desk: Desk
    top: Top
    map: MapArea
    bottom: Bottom

    def __init__(
        self, look: Look, reporter: Reporter, canvas: Callable[[QWidget], Any] = make_canvas
    ) -> None:
        super().__init__()
        self.look, self.reporter = look, reporter
        reporter.window = self
        self.desk = Desk(look, reporter, self)
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.actions_ = Actions(self)
        self.top, self.strip = Top(self.desk, self.actions_), Strip(self.desk)
        self.tree, self.todo = LayerTree(self.desk, self.actions_), ToDo(self.desk)
        self.map, self.bottom = MapArea(self.desk, self.actions_, canvas=canvas), Bottom(self.desk)
        self.right, self.status = Right(self.desk, self.actions_), Status(self.desk)
        self.facts: FactsForm | None = None
        self._sized = self._seen = False
        self._build()
        self._join()
        self.show_task("data")
        self.retitle()

    def _build(self) -> None:
        self.left_title = label("title")
        self.left = QFrame()
        self.left.setObjectName("left")
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 1, 0)
        left.setSpacing(0)
        head = QFrame()
        head.setFixedHeight(36)
        head.setLayout(row(self.left_title, None, margins=(12, 0, 8, 0)))
        for part in (head, line(), self.tree, line(), self.todo):
            left.addWidget(part, 1 if part is self.tree else 0)
        self.middle = self._splitter(Qt.Orientation.Vertical, self.map, self.bottom)
        self.across = self._splitter(Qt.Orientation.Horizontal, self.left, self.middle, self.right)
        self.left.setMinimumWidth(220)
        self.right.setMinimumWidth(300)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.top, self.strip, self.across, self.status):
            layout.addWidget(part, 1 if part is self.across else 0)
        self.setCentralWidget(whole)
        self.resize(1440, 900)

    def _splitter(self, way: Qt.Orientation, *parts: QWidget) -> QSplitter:
        made = QSplitter(way)
        made.setHandleWidth(1)
        made.setChildrenCollapsible(False)
        for part in parts:
            made.addWidget(part)
        return made

    def _join(self) -> None:
        desk = self.desk
        self.tree.shown.connect(self.map.show_layers)
        self.tree.ordered.connect(self.map.order_layers)
        self.tree.framed.connect(self.map.frame_layer)
        self.strip.chosen.connect(self._show_figure)
        self.todo.chosen.connect(self._show_todo)
        self.top.found.connect(self.map.show_feature)
        self.bottom.attributes.framed = self.map.show_feature
        self.bottom.opened.connect(self._size_bottom)
        self.right.rule_chosen.connect(self.bottom.show_rule)
        self.map.view_changed.connect(self.status.show_view)
        self.map.hovered.connect(self.status.show_place)
        for signal in (
            desk.opened,
            desk.judged,
            desk.proposal_chosen,
            desk.look.language_changed,
            desk.look.theme_changed,
        ):
            signal.connect(self.refresh)
        desk.busy.connect(lambda _message: self.actions_.enable())
        desk.look.language_changed.connect(lambda _language: desk.redraw())

    # --- how it looks

    def refresh(self) -> None:
        """Put texts, icons and enabled actions as they are now."""
        self.actions_.refresh()
        self.retitle()

    def retitle(self) -> None:
        """Name the program and what is open."""
        park = self.desk.park
        name = f" — {park.path.name}" if park is not None else ""
        self.setWindowTitle(f"{self.look.text('program')}{name}")
        self.left_title.setText(self.look.text("layers"))
        self.top.setAccessibleName(self.look.text("program"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the zones their sizes the first time."""
        super().resizeEvent(event)
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
        place = sum(self.width() > edge for edge in WIDTHS)
        left, right = LEFT_PX[place], RIGHT_PX[place]
        self.across.setSizes([left, self.width() - left - right - 2, right])
        self.across.setStretchFactor(1, 1)
        self.middle.setStretchFactor(0, 1)
        self.bottom.open(self.height() > LOW_PX)
        self._size_bottom(self.height() > LOW_PX)

    def _size_bottom(self, on: bool) -> None:
        place = max(1, sum(self.width() > edge for edge in WIDTHS))
        height = BOTTOM_PX[place] if on else HEAD + 1
        self.middle.setSizes([max(100, self.middle.height() - height), height])

    def toggle_left(self) -> None:
        """Hide or show the layers."""
        self.left.setVisible(not self.left.isVisible())

    def toggle_right(self) -> None:
        """Hide or show the panel of the task."""
        self.right.setVisible(not self.right.isVisible())

    def show_task(self, task: str) -> None:
        """Show a task's panel; view, selection and layers stay."""
        self.right.show_task(task)
        self.top.show_task(task)
        if task == "check":
            self.bottom.show_tab("findings")
            self.bottom.open(True)

    def switch_language(self) -> None:
        """Change between Chinese and English, and remember it."""
        self.look.speak("en" if self.look.language == "zh" else "zh")
        self.desk.settle(lambda settings: replace(settings, language=self.look.language))

    def switch_theme(self) -> None:
        """Change between light and dark, and remember it."""
        self.look.wear("dark" if self.look.theme == "light" else "light")
        self.desk.settle(lambda settings: replace(settings, theme=self.look.theme))

    # --- what can be done now

    def met(self) -> set[str]:
        """Give the needs of actions that are met."""
        park = self.desk.park
        needs = {"": True, "park": park is not None, "undo": self.desk.can_undo}
        needs["folder"] = park is not None and park.stored is None and park.opened.intake is not None
        needs["sheet"] = park is not None and bool(self.desk.proposal) and can_print()
        return {name for name, is_met in needs.items() if is_met}

    def open_sample(self) -> None:
        """Open the sample park's newest period."""
        from gis_app.session.sample import PERIODS, folder

        self.desk.open(folder() / PERIODS[-1])

    def ask_folder(self) -> None:
        """Ask for a folder of deliveries and open it."""
        chosen = QFileDialog.getExistingDirectory(self, self.look.text("action_open_folder"))
        if chosen:
            self.desk.open(Path(chosen))

    def ask_project(self) -> None:
        """Ask for a project file, or a single delivery, and open it."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.look.text("action_open_project"), "", self.look.text("project_files")
        )
        if chosen:
            self.desk.open(Path(chosen))

    def ask_new_project(self) -> None:
        """Ask where the new project file shall lie, and write it."""
        park = self.desk.park
        if park is None:
            return
        proposed = str(park.path.parent / f"{park.project.name or park.path.stem}.gpkg")
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.look.text("action_save_project"), proposed, "GeoPackage (*.gpkg)"
        )
        if chosen:
            self.desk.save_as_project(Path(chosen).with_suffix(".gpkg"))

    def ask_sheet(self) -> None:
        """Ask where the sheet shall lie, and print it."""
        park = self.desk.park
        given = park.proposal(self.desk.proposal) if park is not None else None
        if park is None or given is None:
            return
        day = park.project.as_of.isoformat() if park.project.as_of else ""
        name = f"{self.look.text('sheet_control_lines')}_{given['name']}_{day}.pdf"
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.look.text("action_print_sheet"), name, "PDF (*.pdf);;PNG (*.png)"
        )
        if chosen:
            self.desk.print_sheet(Path(chosen))

    def show_facts(self) -> None:
        """Show the form of facts beside the map."""
        if self.facts is None:
            self.facts = FactsForm(self.desk, self.actions_, self)
        self.facts.show()
        self.facts.raise_()

    def show_log(self) -> None:
        """Open the folder of the log."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    def clear(self) -> None:
        """Choose nothing any more."""
        self.desk.choose_features([])
        self.desk.choose_finding(None)
        self.strip.clear()
        self.map.notice.clear()

    def close_window(self) -> None:
        """Close."""
        self.close()

    def _show_figure(self, figure: Any) -> None:
        if figure is None:
            self.bottom.widen()
            self.map.frame_park()
            return
        self.bottom.show_behind(figure.layer, figure.fids, figure.checks)
        rows = self.bottom.findings.model_.rows
        if figure.checks and rows and rows[0]["state"] == "fail":
            self.desk.choose_finding(rows[0])
        elif figure.layer:
            self.map.select([(figure.layer, fid) for fid in figure.fids])

    def _show_todo(self, name: str) -> None:
        park = self.desk.park
        if name == "supply" or park is None:
            self.bottom.show_tab("supply")
            self.bottom.open(True)
            return
        cases = park.due[0 if name == "overdue" else 1]
        layer = cases[0].layer
        self.bottom.show_behind(layer, tuple(case.fid for case in cases if case.layer == layer), ())
        self.map.select([(case.layer, case.fid) for case in cases])

    # --- what comes in and how it ends

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a folder or a file."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; of several the first."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.desk.open(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close only after work has ended and the project file was let go of."""
        event.ignore()
        self.desk.close()
        if self.map.canvas is not None:
            self.map.canvas.close_process()
        event.accept()


def can_print() -> bool:
    """Whether the printing part is there."""
    return importlib.util.find_spec("gis_app.sheets") is not None
