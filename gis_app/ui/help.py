"""The help: a page on what has the focus, made from what rules, fields and the window declare."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from gis_app.ui.actions import TABLE
from gis_app.ui.attributes import AttributeView
from gis_app.ui.parts import label, line, row, tool

if TYPE_CHECKING:
    from gis_app.session.help import Help, Page
    from gis_app.ui.main_window import MainWindow

WIDTH, HEIGHT = 320, 440
ACTION = "action:"
CONTENTS = "contents"


def explained(widget: QWidget, topic: str) -> None:
    """Say by which page a part of the window is explained; its own parts may have others."""
    widget.setProperty("help", topic)


def topic_of(widget: QWidget | None, window: MainWindow) -> str:
    """Give the topic of the nearest thing that has one: an action, a column, a part of the window."""
    while widget is not None:
        if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
            id = next((id for id, made in window.actions_.qt.items() if made is widget.defaultAction()), "")
            if id:
                return f"{ACTION}{id}"
        if isinstance(widget, AttributeView) and widget.currentIndex().isValid():
            column = widget.model_.columns[widget.currentIndex().column()]
            return f"field:{window.desk.layer}.{column}"
        if widget.property("help"):
            return str(widget.property("help"))
        widget = widget.parentWidget()
    return ""


class HelpPanel(QFrame):
    """Follows the focus while it is open; a search, the page, a way back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window_, self.look = window, window.look
        self.topic, self.before = CONTENTS, list[str]()
        self.setObjectName("help")
        self.setMinimumWidth(WIDTH - 40)
        self.text = QLineEdit()
        self.text.setClearButtonEnabled(True)
        self.back, self.contents = tool("bare"), tool("bare")
        self.title = label("title", wraps=True)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row(self.back, self.contents, self.text, margins=(8, 0, 12, 0), gap=4))
        layout.addLayout(row(self.title, margins=(12, 2, 12, 2)))
        layout.addWidget(line())
        layout.addWidget(self.browser, 1)
        self.text.textChanged.connect(lambda _text: self.fill())
        self.browser.anchorClicked.connect(self._go)
        self.back.clicked.connect(self.go_back)
        self.contents.clicked.connect(lambda: self.show_topic(CONTENTS))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        window.desk.finding_chosen.connect(self._follow_finding)
        window.right.rule_chosen.connect(lambda rule: self._follow_topic(f"rule:{rule}"))
        window.bottom.attributes.view.selectionModel().currentColumnChanged.connect(
            lambda *_given: self._follow(None, window.bottom.attributes.view)
        )
        for signal in (window.desk.opened, window.look.language_changed, window.look.theme_changed):
            signal.connect(self.fill)
        self.fill()

    # --- what it explains

    def explain(self) -> None:
        """Open, and explain what is under the pointer, else what has the focus, else the task."""
        under = QApplication.widgetAt(QCursor.pos())
        topics = [topic_of(part, self.window_) for part in (under, QApplication.focusWidget())]
        if self.window_.desk.finding is not None:
            topics.append(f"rule:{self.window_.desk.finding['rule']}")
        topics.append(f"window:task_{self.window_.task}")
        zone = self.window_.docks.zones["help"]
        if zone.isHidden() or self.height() < HEIGHT / 2:
            self.window_.resizeDocks([zone], [HEIGHT], Qt.Orientation.Vertical)
        zone.show()
        zone.raise_()
        self.show_topic(next(topic for topic in topics if topic))

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self.isAncestorOf(new) and self.window_.isAncestorOf(new):
            self._follow_topic(topic_of(new, self.window_))

    def _follow_finding(self, finding: object) -> None:
        if isinstance(finding, dict):
            self._follow_topic(f"rule:{finding['rule']}")

    def _follow_topic(self, topic: str) -> None:
        if topic and self.isVisible() and not self.text.text():
            self.show_topic(topic)

    def show_topic(self, topic: str) -> None:
        """Show a page; the one before can be gone back to."""
        if topic != self.topic:
            self.before = [*self.before, self.topic][-30:]
            self.topic = topic
        self.text.blockSignals(True)
        self.text.clear()
        self.text.blockSignals(False)
        self.fill()

    def go_back(self) -> None:
        """Show the page before."""
        if self.before:
            self.topic = self.before.pop()
            self.fill()

    def _go(self, url: QUrl) -> None:
        self.show_topic(url.toString().removeprefix("topic/"))

    # --- how it looks

    def _help(self) -> Help:
        from gis_app.session.help import Help

        park = self.window_.desk.park
        return Help(None if park is None else park.catalogue, self.look.language, self.look.unit)

    def fill(self) -> None:
        """Show the page, or the topics that answer the search."""
        look = self.look
        for made, icon, name in (
            (self.back, "arrow-u-up-left", "help_back"),
            (self.contents, "list-checks", "help_contents"),
        ):
            made.setIcon(look.icon(icon))
            made.setToolTip(look.text(name))
            made.setAccessibleName(look.text(name))
        self.back.setEnabled(bool(self.before))
        self.text.setPlaceholderText(look.text("help_search"))
        self.text.setAccessibleName(look.text("help_search"))
        self.text.setToolTip(look.text("help_search"))
        self.browser.setAccessibleName(look.text("action_help"))
        typed = self.text.text().strip()
        page = None if typed else self.page(self.topic)
        if page is None:
            self.title.setText(look.text("help_contents"))
            self.browser.setHtml(self._listed(self._topics(typed)))
        else:
            self.title.setText(page.title)
            self.browser.setHtml(self._paged(page))

    def page(self, topic: str) -> Page | None:
        """Give a page: an action's is made here, all others come from what is declared."""
        if not topic.startswith(ACTION):
            return self._help().page(topic)
        from gis_app.session.help import Page

        id, look = topic.removeprefix(ACTION), self.look
        action = next((action for action in TABLE if action.id == id), None)
        if action is None:
            return None
        key = self.window_.actions_.key(id)
        lines = (("", self.window_.actions_[id].statusTip()), *(((look.text("key"), key),) if key else ()))
        further = (("window:task_edit", look.text("action_task_edit")),) if action.group == "edit" else ()
        return Page(topic, look.text(f"action_{id}").rstrip("…"), lines, further)

    def _topics(self, typed: str) -> list[tuple[str, str]]:
        from gis_app.language.pinyin import initials, sounds_like

        topics = list(self._help().topics())
        actions = [(f"{ACTION}{a.id}", self.look.text(f"action_{a.id}").rstrip("…")) for a in TABLE]
        wanted = typed.casefold()
        if not wanted:
            return topics
        return [
            (topic, title)
            for topic, title in (*topics, *actions)
            if wanted in title.casefold() or wanted in initials(title)[0] or sounds_like(wanted, title)
        ]

    def _listed(self, topics: list[tuple[str, str]]) -> str:
        if not topics:
            return f"<p>{html.escape(self.look.text('nothing_found'))}</p>"
        return self._body("".join(f"<p>{self._link(topic, title)}</p>" for topic, title in topics))

    def _paged(self, page: Page) -> str:
        quiet = self.look.colour("text_2").name()
        lines = [
            (f'<p><span style="color:{quiet}">{html.escape(head)}</span><br>' if head else "<p>")
            + html.escape(text).replace("\n", "<br>")
            + "</p>"
            for head, text in page.lines
        ]
        further = "".join(f"<p>{self._link(topic, title)}</p>" for topic, title in page.further)
        return self._body("".join(lines) + (f"<hr>{further}" if further else ""))

    def _body(self, inner: str) -> str:
        return f'<body style="color:{self.look.colour("text").name()}">{inner}</body>'

    def _link(self, topic: str, title: str) -> str:
        colour = self.look.colour("accent").name()
        address = html.escape(f"topic/{topic}", quote=True)
        return f'<a href="{address}" style="color:{colour};text-decoration:none">{html.escape(title)}</a>'


def mark_zones(window: MainWindow) -> None:
    """Say by which pages the zones of the window are explained."""
    zones = {
        "start": window.map.start,
        "figures": window.strip,
        "layers": window.tree,
        "todo": window.todo,
        "map": window.map,
        "findings": window.bottom.findings,
        "attributes": window.bottom.attributes,
        "supply": window.bottom.supply,
        "steps": window.bottom.steps,
        "search": window.top.search,
        "status": window.status,
        "imagery": window.imagery,
    }
    for name, zone in zones.items():
        explained(zone, f"window:{name}")
    for task, panel in window.right.panels.items():
        explained(panel, f"window:task_{task}")
    if "facts" in window.__dict__:
        explained(window.facts, "window:facts")
