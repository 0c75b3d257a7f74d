"""The right side: what the present task looks at — data, rules, verdict or sheets; one filled button each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.mark import paint_mark
from gis_app.ui.parts import LEFT, RIGHT, STATES, label, line, row, sized, state_word, write
from gis_app.ui.proposals import Proposals
from gis_app.ui.verdict import KINDS, VerdictHead, VerdictTree

HEAD, FOOT = 36, 46
PROPOSAL_PX, VERDICT_PX = 52, 350
"""Height of a proposal in one row, and what verdict and tree need at least."""
VALUE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Panel(QFrame):
    """A head with title and remark, a body, a foot with buttons; the first one is filled."""

    def __init__(self, desk: Desk, actions: Actions, name: str, buttons: tuple[str, ...]) -> None:
        super().__init__()
        self.desk, self.actions_, self.name = desk, actions, name
        self.title, self.remark = label("title"), label("second")
        head = QFrame()
        head.setFixedHeight(HEAD)
        head.setLayout(row(self.title, self.remark, None, margins=(12, 0, 8, 0)))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.buttons = {id: QPushButton() for id in buttons}
        for place, (id, made) in enumerate(self.buttons.items()):
            made.setProperty("kind", "primary" if place == 0 else "")
            made.clicked.connect(lambda _checked=False, id=id: actions.run(id))
            actions[id].enabledChanged.connect(made.setEnabled)
            made.setEnabled(actions[id].isEnabled())
        foot = QFrame()
        foot.setFixedHeight(FOOT)
        foot.setLayout(row(*self.buttons.values(), None, margins=(12, 0, 12, 0)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (head, line()):
            layout.addWidget(part)
        layout.addLayout(self.body, 1)
        for part in (line(), foot):
            layout.addWidget(part)

    def refresh(self) -> None:
        """Put texts and icons as they are now."""
        look = self.desk.look
        self.title.setText(look.text(f"panel_{self.name}"))
        for place, (id, made) in enumerate(self.buttons.items()):
            made.setText(look.text(f"short_{id}"))
            made.setToolTip(self.actions_[id].toolTip())
            icon = next((action.icon for action in _table() if action.id == id), "")
            made.setIcon(look.icon(icon, "text_2" if place else "on_accent"))


def _table() -> Any:
    from gis_app.ui.actions import TABLE

    return TABLE


class DataPanel(Panel):
    """Proposals in full, and what was delivered."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "data", ("task_review", "facts", "print_sheet"))
        self.proposals, self.empty = Proposals(desk, large=True), label("second", wraps=True)
        self.empty.setContentsMargins(12, 12, 12, 12)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.proposals, 1)
        self.body.addWidget(line())
        self.inputs_title, self.inputs = label("title"), label("second", wraps=True)
        inputs = QVBoxLayout()
        inputs.setContentsMargins(12, 10, 12, 10)
        inputs.setSpacing(6)
        inputs.addWidget(self.inputs_title)
        inputs.addWidget(self.inputs)
        self.body.addLayout(inputs)

    def refresh(self) -> None:
        """Tell what was delivered."""
        super().refresh()
        look, park = self.desk.look, self.desk.park
        self.inputs_title.setText(look.text("inputs"))
        self.empty.setText(look.text("no_park_yet" if park is None else "no_proposals"))
        self.empty.setVisible(park is None or not park.proposals)
        self.remark.setText(
            look.text("proposal_count", count=len(park.proposals)) if park is not None else ""
        )
        if park is None:
            self.inputs.setText("—")
            return
        layers, files = park.delivered["layers"], len(park.delivered["inputs"])
        vouched = sum(layer["complete"] for layer in layers)
        text = [
            look.text(
                "inputs_layers",
                layers=len(layers),
                features=sum(layer["count"] for layer in layers),
                vouched=vouched,
            ),
            look.text("inputs_period", period=park.project.period or "—", files=files),
        ]
        if park.project.missing_files:
            text.append(look.text("inputs_missing", count=len(park.project.missing_files)))
        if park.delivered["refused"]:
            text.append(look.text("inputs_refused", count=len(park.delivered["refused"])))
        if park.stored is None:
            text.append(look.text("inputs_folder"))
        self.inputs.setText("\n".join(text))


class ReviewPanel(Panel):
    """Proposals in one line each, the verdict and its tree."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "review", ("print_sheet", "facts", "recheck"))
        self.proposals, self.head, self.tree = (
            Proposals(desk, large=False),
            VerdictHead(desk),
            VerdictTree(desk),
        )
        self.body.addWidget(self.proposals)
        self.body.addWidget(line())
        self.body.addWidget(self.head)
        self.body.addWidget(line())
        self.body.addWidget(self.tree, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list what the verdict does not need."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        park = self.desk.park
        count = len(park.proposals) if park is not None else 0
        room = (self.height() - VERDICT_PX) // PROPOSAL_PX
        self.proposals.setFixedHeight(PROPOSAL_PX * max(1, min(3, count, room)))

    def refresh(self) -> None:
        """Give the list as much room as it has rows, three at most."""
        super().refresh()
        park = self.desk.park
        count = len(park.proposals) if park is not None else 0
        self._fit()
        self.remark.setText(self.desk.look.text("proposal_count", count=count) if park is not None else "")


class CheckPanel(Panel):
    """Every rule with its worst state; a click shows its findings below."""

    rule_chosen = Signal(str)

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "check", ("recheck", "next_finding"))
        self.rules = QListWidget()
        self.rules.setItemDelegate(RuleRow(desk, self.rules))
        self.rules.setMouseTracking(True)
        self.rules.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rules.itemClicked.connect(self._click)
        self.body.addWidget(self.rules, 1)

    def refresh(self) -> None:
        """List the rules, by kind."""
        super().refresh()
        park = self.desk.park
        self.rules.clear()
        self.remark.setText(self.desk.unjudged)
        if park is None or self.desk.unjudged:
            return
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for finding in park.findings(self.desk.proposal):
            found[finding["rule"]].append(finding)
        self.remark.setText(self.desk.look.text("rule_count", count=len(found)))
        for kind in KINDS:
            of_kind = sorted(
                (rule for rule, items in found.items() if items[0]["kind"] == kind),
                key=lambda r: (_worst(found[r]), r),
            )
            if of_kind:
                self._add(kind)
                for rule in of_kind:
                    self._add(found[rule])

    def _add(self, value: object) -> None:
        item = QListWidgetItem()
        item.setData(VALUE, value)
        if isinstance(value, str):
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        else:
            item.setToolTip(self.desk.look.of(value[0]["title"]))  # type: ignore[index]
        self.rules.addItem(item)

    def _click(self, item: QListWidgetItem) -> None:
        value = item.data(VALUE)
        if not isinstance(value, str):
            self.rule_chosen.emit(value[0]["rule"])


def _worst(findings: list[Mapping[str, Any]]) -> int:
    return min(STATES.index(finding["state"]) for finding in findings)


class RuleRow(QStyledItemDelegate):
    """Paints a kind's head, or a rule: mark, id, title, how many findings stand how."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """28 px high."""
        return QSize(100, 28)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        look, box, value = self.desk.look, QRectF(option.rect), index.data(VALUE)
        if isinstance(value, str):
            painter.setFont(sized(option.font, 13, 600))
            painter.setPen(look.colour("text"))
            write(painter, box.adjusted(12, 0, -12, 0), look.text(f"group_{value}"), LEFT)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, look.colour("hover"))
        counts = Counter(finding["state"] for finding in value)
        paint_mark(
            painter, STATES[_worst(value)], QRectF(box.left() + 14, box.center().y() - 7, 14, 14), look.theme
        )
        painter.setFont(sized(option.font, 11))
        painter.setPen(look.colour("text_3"))
        write(painter, QRectF(box.left() + 36, box.top(), 30, box.height()), value[0]["rule"], LEFT)
        told = " · ".join(f"{counts[state]} {state_word(look, state)}" for state in STATES if counts[state])
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("text_2"))
        width = write(painter, QRectF(box.right() - 160, box.top(), 148, box.height()), told, RIGHT)
        painter.setFont(sized(option.font, 13))
        painter.setPen(look.colour("text"))
        room = QRectF(box.left() + 68, box.top(), box.width() - 68 - width - 22, box.height())
        write(painter, room, look.of(value[0]["title"]), LEFT)


class PrintPanel(Panel):
    """The sheets that can be printed for the chosen proposal."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "print", ("print_sheet",))
        self.proposals = Proposals(desk, large=False)
        self.body.addWidget(self.proposals, 1)
        self.body.addWidget(line())
        self.sheet, self.about = label("title"), label("second", wraps=True)
        sheet = QVBoxLayout()
        sheet.setContentsMargins(12, 10, 12, 12)
        sheet.addWidget(self.sheet)
        sheet.addWidget(self.about)
        self.body.addLayout(sheet)

    def refresh(self) -> None:
        """Name the sheet and what stands on it."""
        super().refresh()
        self.sheet.setText(self.desk.look.text("sheet_control_lines"))
        self.about.setText(self.desk.look.text("sheet_about"))


class Right(QFrame):
    """One panel for each task."""

    rule_chosen = Signal(str)

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("right")
        self.panels: dict[str, Panel] = {
            "data": DataPanel(desk, actions),
            "check": CheckPanel(desk, actions),
            "review": ReviewPanel(desk, actions),
            "print": PrintPanel(desk, actions),
        }
        check = self.panels["check"]
        assert isinstance(check, CheckPanel)
        check.rule_chosen.connect(self.rule_chosen)
        self.stack = QStackedWidget()
        for panel in self.panels.values():
            self.stack.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(self.stack)
        for signal in (
            desk.opened,
            desk.judged,
            desk.proposal_chosen,
            desk.look.language_changed,
            desk.look.theme_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    @property
    def tree(self) -> VerdictTree:
        """The tree of the verdict."""
        review = self.panels["review"]
        assert isinstance(review, ReviewPanel)
        return review.tree

    def refresh(self) -> None:
        """Fill every panel anew."""
        for panel in self.panels.values():
            panel.refresh()

    def show_task(self, task: str) -> None:
        """Show a task's panel."""
        self.stack.setCurrentWidget(self.panels[task])
