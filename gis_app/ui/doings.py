"""What the actions of the window do to it: show and hide, switch, choose, explain."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from gis_app.language import Message
from gis_app.ui.docks import LOW_PX
from gis_app.ui.reporter import log_folder

if TYPE_CHECKING:  # what is not seen at first is imported when it is asked for
    from gis_app.ui.actions import Actions
    from gis_app.ui.attachments_form import AttachmentsForm
    from gis_app.ui.bottom import Bottom
    from gis_app.ui.desk import Desk
    from gis_app.ui.docks import Docks
    from gis_app.ui.facts_form import FactsForm
    from gis_app.ui.figures import Strip
    from gis_app.ui.finder import Finder
    from gis_app.ui.help import HelpPanel
    from gis_app.ui.layers import LayerTree
    from gis_app.ui.look import Look
    from gis_app.ui.main_window import MainWindow
    from gis_app.ui.map_area import MapArea
    from gis_app.ui.palette import Palette
    from gis_app.ui.right import Right
    from gis_app.ui.shortcuts_form import ShortcutsForm
    from gis_app.ui.top import Top

SCALES = (100, 125, 150, 175, 200)
SCALE_MS = 1_200


class Doings:
    """A part of ``MainWindow``: what it is made of is declared there."""

    look: Look
    desk: Desk
    docks: Docks
    actions_: Actions
    finder: Finder
    top: Top
    strip: Strip
    tree: LayerTree
    map: MapArea
    bottom: Bottom
    right: Right
    task: str

    @property
    def _window(self) -> MainWindow:
        from gis_app.ui.main_window import MainWindow

        assert isinstance(self, MainWindow)
        return self

    def toggle_left(self) -> None:
        """Hide or show the layers."""
        self.docks.toggle("left")

    def toggle_right(self) -> None:
        """Hide or show the panel of the task."""
        self.docks.toggle("right")

    def arrange(self) -> None:
        """Let zones be dragged, or let them be."""
        self.docks.arrange(not self.docks.arranging)
        self.actions_["arrange"].setChecked(self.docks.arranging)

    def pull_out(self) -> None:
        """Give the present list a window of its own."""
        name = self.bottom.current()
        self.docks.pull_out(name, self.bottom.give_away(name), lambda page: self.bottom.take_back(name, page))

    def switch_language(self) -> None:
        """Change between Chinese and English, and remember it."""
        self.look.speak("en" if self.look.language == "zh" else "zh")
        self.desk.settle(lambda settings: replace(settings, language=self.look.language))

    def switch_theme(self) -> None:
        """Change between light and dark, and remember it."""
        self._wear("dark" if self.look.theme == "light" else "light")

    def switch_contrast(self) -> None:
        """Change between high contrast and light, and remember it."""
        self._wear("light" if self.look.theme == "contrast" else "contrast")

    def _wear(self, theme: str) -> None:
        self.look.wear(theme)
        self.desk.settle(lambda settings: replace(settings, theme=theme))

    def scale_by(self, step: int) -> None:
        """Make everything larger or smaller: the window opens again in that scale."""
        from gis_app.session.settings import load

        place = SCALES.index(min(SCALES, key=lambda known: abs(known - load()[0].scale)))
        scale = SCALES[max(0, min(len(SCALES) - 1, place + step))]
        self.desk.settle(lambda settings: replace(settings, scale=scale))
        self.desk.noticed.emit("not_applicable", Message("ui.scale_later", {"percent": scale}))
        self._scaling.start()

    @cached_property
    def _scaling(self) -> QTimer:
        """Several steps, one after the other, open the window again once."""
        made = QTimer(self._window, singleShot=True, interval=SCALE_MS)
        made.timeout.connect(self.open_again)
        return made

    def open_again(self) -> None:
        """Close the window and open it again as the settings are now; the layout is remembered."""
        from gis_app.ui.app import open_again

        park = self.desk.park
        path = None if park is None else park.path.absolute()
        if self._window.close() and not open_again(path):
            raise RuntimeError("the window could not be opened again")

    def open_sample(self) -> None:
        """Open the sample park's newest period."""
        from gis_app.session.sample import PERIODS, folder

        self.desk.open(folder() / PERIODS[-1])

    @cached_property
    def facts(self) -> FactsForm:
        """The form of facts."""
        from gis_app.ui.facts_form import FactsForm

        return FactsForm(self.desk, self.actions_, self._window)

    @cached_property
    def attachments(self) -> AttachmentsForm:
        """The list of everything that is attached."""
        from gis_app.ui.attachments_form import AttachmentsForm

        made = AttachmentsForm(self.desk, self._window)
        made.asked.connect(self.map.show_feature)
        made.edit_asked.connect(lambda edit, given: self._window.toolbox.bench.ask(edit, given))
        return made

    def attach_files(self) -> None:
        """Ask which files belong to the chosen feature."""
        if self.desk.features:
            self.map.card.ask_files()
        else:
            self.desk.noticed.emit("cannot_tell", Message("ui.attach_choose"))

    def show_attachments(self) -> None:
        """Show what is attached beside the map."""
        self.attachments.show()
        self.attachments.raise_()
        self.attachments.fill()

    @cached_property
    def palette_(self) -> Palette:
        """The command palette."""
        from gis_app.ui.palette import Palette

        return Palette(self._window, self.actions_, self.finder)

    @cached_property
    def help(self) -> HelpPanel:
        """The help, in a zone at the right."""
        from gis_app.ui.help import HelpPanel

        made = HelpPanel(self._window)
        zone = self.docks.add("help", made, Qt.DockWidgetArea.RightDockWidgetArea)
        zone.bar(True)
        if self._window.height() <= LOW_PX:  # two panels above each other would have no room
            self._window.tabifyDockWidget(self.docks.zones["right"], zone)
        return made

    @cached_property
    def keys(self) -> ShortcutsForm:
        """The form of keys."""
        from gis_app.ui.shortcuts_form import ShortcutsForm

        return ShortcutsForm(self._window)

    def tell_saved(self) -> None:
        """Say what is stored: every step is at once, so there is nothing to save."""
        park = self.desk.park
        if park is None:
            return
        if self.desk.read_only:
            self.desk.noticed.emit("not_applicable", Message("ui.save_read_only"))
            return
        when = max((time for time, _actor, _text in park.history), default="")[11:16]
        self.desk.noticed.emit("pass", Message("ui.save_all_stored", {"when": when, "path": str(park.path)}))

    def show_facts(self) -> None:
        """Show the form of facts beside the map."""
        self.facts.show()
        self.facts.raise_()

    def show_palette(self) -> None:
        """Ask for a command, a layer, a plot."""
        self.palette_.open()

    def show_help(self) -> None:
        """Explain what has the focus."""
        from gis_app.ui.help import mark_zones

        mark_zones(self._window)
        self.help.explain()

    def show_keys(self) -> None:
        """Show all keys."""
        self.keys.open()

    def show_list(self, name: str) -> None:
        """Show one of the lists below."""
        self.bottom.show_tab(name)
        self.bottom.open(True)
        self.bottom.focus()

    def show_layer(self, id: str) -> None:
        """Show a layer and all of its ground."""
        self.desk.choose_layer(id)
        self.tree.set_visible(id, True)
        self.map.frame_layer(id)

    def find_feature(self) -> None:
        """Filter the table while one is in it, else look for a feature."""
        field = self.bottom.attributes.bar.text if self.bottom.has_focus() else self.top.search
        field.setFocus()
        field.selectAll()

    def next_zone(self, step: int) -> None:
        """Take the focus to the next zone, from left to right."""
        zones: list[QWidget] = [
            self.top.search,
            self.tree,
            self.map.canvas or self.map.start,
            self.right,
            self.bottom,
        ]
        here = QApplication.focusWidget()
        at = next(
            (n for n, zone in enumerate(zones) if here is zone or (here and zone.isAncestorOf(here))), 0
        )
        for place in range(1, len(zones) + 1):
            zone = zones[(at + step * place) % len(zones)]
            target = first_in(zone)
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def show_log(self) -> None:
        """Open the folder of the log."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    def clear(self) -> None:
        """Step out of a tool or a panel of the map, else choose nothing any more."""
        if self.map.navigation is not None and self.map.navigation.cancel():
            return
        self.desk.choose_features([])
        self.desk.choose_finding(None)
        self.strip.clear()
        self.map.notice.clear()

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


def first_in(zone: QWidget) -> QWidget | None:
    """Give what takes the focus in a zone: itself or the first part that can."""
    if not zone.isVisible():
        return None
    parts = [zone, *zone.findChildren(QWidget)]
    wanted = Qt.FocusPolicy.TabFocus
    return next((p for p in parts if p.isVisible() and p.isEnabled() and p.focusPolicy() & wanted), None)
