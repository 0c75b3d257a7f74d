"""The lists below the map: tabs, counts by state that filter, closed to their head or open."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QComboBox,
    QFrame,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.ui.desk import Desk
from gis_app.ui.docks import HEAD_PX, UNLIMITED_PX
from gis_app.ui.findings import Findings
from gis_app.ui.lists import Steps, Supply
from gis_app.ui.parts import STATES, label, row, state_word
from gis_app.ui.table import Table

TABS = ("findings", "attributes", "supply", "steps")
GAP = 10


class Bottom(QFrame):
    """Head of 33 px; the lists under it are folded away or shown."""

    opened = Signal(bool)

    findings: Findings
    attributes: Table

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("bottom")
        self.findings, self.attributes = Findings(desk), Table(desk)
        self.supply, self.steps = Supply(desk), Steps(desk)
        self.stack = QStackedWidget()
        self.pages: dict[str, QWidget] = dict(
            zip(TABS, (self.findings, self.attributes, self.supply, self.steps), strict=True)
        )
        for page in self.pages.values():
            self.stack.addWidget(page)
        self._group = QButtonGroup(self)
        self.tabs = {name: self._tab(name) for name in TABS}
        self.states = {state: self._state(state) for state in STATES}
        self.rule = QComboBox()
        self.rule.setMinimumWidth(96)
        self.rule.activated.connect(lambda _place: self.findings.narrow(rule=self.rule.currentData() or ""))
        self.mine = QToolButton()
        self.mine.setProperty("kind", "filter")
        self.mine.setCheckable(True)
        self.mine.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.mine.toggled.connect(lambda on: self.findings.narrow(only_proposal=on))
        self.narrowed = QToolButton()
        self.narrowed.setProperty("kind", "filter")
        self.narrowed.clicked.connect(self.widen)
        self.caret = QToolButton()
        self.caret.setProperty("kind", "bare")
        self.caret.clicked.connect(self.toggle)
        self.layer = label("second")
        head = QFrame()
        head.setFixedHeight(HEAD_PX)
        head.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed
        )  # the map is never pushed wider
        head.setLayout(
            row(
                *self.tabs.values(),
                self.layer,
                None,
                self.narrowed,
                *self.states.values(),
                self.rule,
                self.mine,
                self.caret,
                margins=(12, 0, 6, 0),
                gap=GAP,
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.stack, 1)
        self.findings.counted.connect(self.refresh)
        self.attributes.counted.connect(self.refresh)
        for signal in (
            desk.opened,
            desk.judged,
            desk.layer_chosen,
            desk.look.language_changed,
            desk.look.theme_changed,
        ):
            signal.connect(self.refresh)
        self.show_tab("findings")
        self.refresh()

    def _tab(self, name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "tab")
        made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        made.setCheckable(True)
        made.clicked.connect(lambda _checked=False: self.show_tab(name))
        made.clicked.connect(lambda _checked=False: self.open(True))
        self._group.addButton(made)
        return made

    def _state(self, state: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "filter")
        made.setCheckable(True)
        made.setIconSize(QSize(13, 13))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.toggled.connect(
            lambda _on: self.findings.narrow(states=[s for s in STATES if self.states[s].isChecked()])
        )
        return made

    def refresh(self) -> None:
        """Show counts and texts as they are now."""
        look, park, model = self.desk.look, self.desk.park, self.findings.model_
        counts = model.counts()
        open_ones = counts["fail"] + counts["cannot_tell"]
        numbers = {"findings": open_ones, "supply": len(park.to_supply) if park is not None else 0}
        unjudged = self.desk.unjudged
        for name, made in self.tabs.items():
            told = ("—" if unjudged else numbers[name]) if name in numbers else ""
            made.setText(f"{look.text(f'tab_{name}')} {told}".strip())
        for state, made in self.states.items():
            made.setText(f" {counts[state]}")
            made.setIcon(look.mark_icon(state, 13))
            made.setToolTip(state_word(look, state))
            made.setAccessibleName(f"{state_word(look, state)} {counts[state]}")
        self.mine.setText(f" {look.text('only_proposal')}")
        self.mine.setIcon(look.icon("funnel-simple"))
        self.narrowed.setText(look.text("widen"))
        self.narrowed.setVisible(bool(model.rule or model.checks))
        self.caret.setIcon(look.icon("caret-down" if self.stack.isVisibleTo(self) else "caret-up"))
        self.caret.setToolTip(look.text("tip_bottom"))
        self._fill_rules()
        layer = park.project.layers.get(self.desk.layer) if park is not None else None
        on_table = self.stack.currentWidget() is self.attributes
        self.layer.setVisible(True)
        self.layer.setText(
            look.text(
                "layer_rows", layer=look.of(layer.feature_type.title), count=self.attributes.model_.rowCount()
            )
            if layer is not None and on_table
            else unjudged or self._checked()
        )
        on_findings = self.stack.currentWidget() is self.findings
        for part in (*self.states.values(), self.mine):
            part.setVisible((on_findings or part is not self.mine) and not unjudged)
        self.rule.setVisible(on_findings and self.stack.isVisibleTo(self))
        self.mine.setVisible(on_findings and self.stack.isVisibleTo(self))
        self._shed()

    def _checked(self) -> str:
        """Tell when it was judged; every step is followed by another judging."""
        when = self.desk.checked_at
        return self.desk.look.text("checked_at", when=when) if when else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self.refresh()

    def _shed(self) -> None:
        """Hide what is needed least, so that the names of the lists can be read."""
        groups = ((self.layer,), (self.mine,), (self.rule,), tuple(self.states.values()))
        parts = [
            *self.tabs.values(),
            self.narrowed,
            self.caret,
            *(part for group in groups for part in group),
        ]
        widths = {part: min(part.sizeHint().width(), part.maximumWidth()) + GAP for part in parts}
        needed = 18 + sum(width for part, width in widths.items() if not part.isHidden())
        for group in groups:
            if needed <= self.width():
                return
            for part in group:
                needed -= 0 if part.isHidden() else widths[part]
                part.setVisible(False)

    def _fill_rules(self) -> None:
        look, model = self.desk.look, self.findings.model_
        titles = {finding["rule"]: look.of(finding["title"]) for finding in model.all}
        self.rule.blockSignals(True)
        self.rule.clear()
        self.rule.addItem(look.text("all_rules"), "")
        for rule in sorted(titles):
            self.rule.addItem(f"{rule} {titles[rule]}", rule)
        self.rule.setCurrentIndex(max(0, self.rule.findData(model.rule)))
        self.rule.setMaximumWidth(110)
        self.rule.view().setMinimumWidth(260)
        self.rule.blockSignals(False)

    def show_tab(self, name: str) -> None:
        """Show one of the lists."""
        if self.stack.indexOf(self.pages[name]) < 0:  # it has a window of its own
            self.pages[name].window().raise_()
            return
        self.tabs[name].setChecked(True)
        self.stack.setCurrentWidget(self.pages[name])
        self.refresh()

    def current(self) -> str:
        """Name the list that is shown."""
        return next((name for name, page in self.pages.items() if page is self.stack.currentWidget()), "")

    def give_away(self, name: str) -> QWidget:
        """Let go of a list that gets a window of its own."""
        self.stack.removeWidget(self.pages[name])
        self.tabs[name].setVisible(False)
        left = next((other for other in TABS if self.stack.indexOf(self.pages[other]) >= 0), "")
        if left:
            self.show_tab(left)
        return self.pages[name]

    def take_back(self, name: str, page: QWidget) -> None:
        """Take a list in again."""
        self.stack.insertWidget(TABS.index(name), page)
        self.tabs[name].setVisible(True)
        self.show_tab(name)

    def is_open(self) -> bool:
        """Whether the lists are open."""
        return self.stack.isVisibleTo(self)

    def has_focus(self) -> bool:
        """Whether the attribute table is what is worked in."""
        return self.attributes.isAncestorOf(QApplication.focusWidget() or self.stack)

    def focus(self) -> None:
        """Work in the list that is shown."""
        page = self.pages.get(self.current(), self)
        (page.view if isinstance(page, Table) else page).setFocus()

    def widen(self) -> None:
        """Drop the filters by rule and figure."""
        self.findings.narrow(rule="", checks=())

    def show_rule(self, rule: str) -> None:
        """Show only the findings of one rule."""
        self.show_tab("findings")
        self.findings.narrow(rule=rule, checks=())
        self.open(True)

    def show_behind(self, layer: str | None, fids: tuple[int, ...], checks: tuple[str, ...]) -> None:
        """Show what is behind a figure: its findings, else its features."""
        if checks:
            self.show_tab("findings")
            self.findings.narrow(rule="", checks=checks)
        elif layer:
            self.desk.choose_layer(layer)
            self.attributes.load(fids)
            self.show_tab("attributes")
        self.open(True)

    def open(self, on: bool) -> None:
        """Open the lists, or close them to their head."""
        if self.stack.isVisibleTo(self) != on:
            self.stack.setVisible(on)
            self.setMaximumHeight(UNLIMITED_PX if on else HEAD_PX + 1)
            self.opened.emit(on)
        self.refresh()

    def toggle(self) -> None:
        """Open or close the lists."""
        self.open(not self.stack.isVisibleTo(self))
