"""The verdict of the chosen proposal: the word, the sums, and the tree of its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gis_app.ui.desk import Desk
from gis_app.ui.mark import paint_mark
from gis_app.ui.parts import (
    LEFT,
    MINUS,
    RIGHT,
    STATES,
    WORD_STATES,
    label,
    measured,
    number,
    restyle,
    row,
    sized,
    state_word,
    write,
)
from gis_app.ui.proposals import areas, lines, reason

KINDS = ("veto", "condition", "information")
KIND, VALUE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
ROW, DETAIL, INDENT = 28, 17, 34
MOST_LINES = 4
Index = QModelIndex | QPersistentModelIndex


class VerdictHead(QFrame):
    """Shape and word, how many veto items pass, the deciding sentence, the arithmetic of areas."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.mark, self.word, self.count = label(""), label("head"), label("second")
        self.sentence, self.sum = label("second", wraps=True), label("second", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(4)
        layout.addLayout(row(self.mark, self.word, self.count, None))
        layout.addWidget(self.sentence)
        layout.addWidget(self.sum)
        for signal in (
            desk.opened,
            desk.judged,
            desk.proposal_chosen,
            desk.look.language_changed,
            desk.look.theme_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen proposal's verdict."""
        look, park = self.desk.look, self.desk.park
        proposal = park.proposal(self.desk.proposal) if park is not None else None
        unjudged = self.desk.unjudged if park is not None and park.proposals else ""
        self.setVisible(proposal is not None or bool(unjudged))
        for part in (self.mark, self.count, self.sentence, self.sum):
            part.setVisible(not unjudged)
        if unjudged:
            self.word.setText(unjudged)
            restyle(self.word, state="not_applicable")
            return
        if park is None or proposal is None:
            return
        state = WORD_STATES[proposal["verdict"]]
        self.mark.setPixmap(look.mark(state, 24))
        self.word.setText(state_word(look, state))
        restyle(self.word, state=state)
        vetoes = [finding for finding in proposal["findings"] if finding["kind"] == "veto"]
        passed = sum(finding["state"] in ("pass", "not_applicable") for finding in vetoes)
        self.count.setText(look.text("vetoes_pass", passed=passed, of=len(vetoes)))
        self.sentence.setText(reason(self.desk, proposal))
        self.sum.setText(self._sum())

    def _sum(self) -> str:
        park, look = self.desk.park, self.desk.look
        assert park is not None
        given = areas(self.desk, self.desk.proposal)
        approved = park.project.fact("approved_area_ha")
        parts = [approved.value if approved is not None else None, *given.values()]
        if any(not isinstance(part, (int, float)) for part in parts):
            return look.text("sum_unknown")
        before, out, into, expand = (float(part) for part in parts if isinstance(part, (int, float)))
        after = before - out + into + expand
        figures = (
            f"{number(before)} {MINUS} {number(out)} + {number(into)} + {number(expand)} = {number(after)}"
        )
        return f"{look.text('sum')}\n{figures}"


class VerdictTree(QTreeWidget):
    """Groups by kind: what fails by worst margin, what cannot be told, the rest folded in one row."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(VerdictRow(desk, self))
        self.itemClicked.connect(self._click)
        for signal in (desk.opened, desk.judged, desk.proposal_chosen, desk.look.language_changed):
            signal.connect(self.fill)
        desk.look.theme_changed.connect(lambda _theme: self.viewport().update())
        desk.finding_chosen.connect(self._mark)

    def fill(self) -> None:
        """Show the chosen proposal's findings."""
        self.clear()
        park = self.desk.park
        proposal = park.proposal(self.desk.proposal) if park is not None else None
        if proposal is None:
            return
        for kind in KINDS:
            found = [finding for finding in proposal["findings"] if finding["kind"] == kind]
            if found:
                self._group(kind, found)

    def _group(self, kind: str, found: Sequence[Mapping[str, Any]]) -> None:
        head = self._item(None, "group", (kind, Counter(finding["state"] for finding in found)))
        loud = [finding for finding in found if finding["state"] in ("fail", "cannot_tell")]
        quiet = [finding for finding in found if finding not in loud]
        # passes stay open to the eye as long as there is room for them; the rest is one row
        shown = sorted(loud, key=_worst) + (quiet[: max(0, 7 - len(loud))] if kind == "veto" else [])
        for finding in shown:
            self._finding(head, finding)
        rest = [finding for finding in quiet if finding not in shown]
        if rest:
            folded = self._item(head, "rest", Counter(finding["state"] for finding in rest))
            for finding in rest:
                self._finding(folded, finding)
        head.setExpanded(kind == "veto" or bool(loud))

    def _finding(self, parent: QTreeWidgetItem, finding: Mapping[str, Any]) -> None:
        item = self._item(parent, "finding", finding)
        look = self.desk.look
        item.setToolTip(0, f"{finding['rule']} {look.of(finding['title'])}\n{look.of(finding['message'])}")
        for text in self._details(finding):
            self._item(item, "detail", text)

    def _details(self, finding: Mapping[str, Any]) -> list[str]:
        look = self.desk.look
        source = " · ".join(text for text in (finding["document"], finding["clause"]) if text)
        checked = look.text(
            f"mark_{'vp' if finding['confidence'] == chr(86) + chr(39) else finding['confidence'].lower()}"
        )
        texts = [
            look.of(finding["message"]),
            *(look.of(remark) for remark in finding["remarks"]),
            source,
            checked,
        ]
        texts += [look.text("missing", what=look.of(missing["text"])) for missing in finding["missing"]]
        return [text for text in texts if text]

    def _item(self, parent: QTreeWidgetItem | None, kind: str, value: Any) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        item.setData(0, KIND, kind)
        item.setData(0, VALUE, value)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | (Qt.ItemFlag.ItemIsSelectable if kind == "finding" else Qt.ItemFlag.NoItemFlags)
        )
        if parent is None:
            self.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def items(self) -> list[QTreeWidgetItem]:
        """Give every row."""
        found: list[QTreeWidgetItem] = []
        waiting = [self.invisibleRootItem()]
        while waiting:
            item = waiting.pop(0)
            inner = [child for place in range(item.childCount()) if (child := item.child(place)) is not None]
            found += inner
            waiting += inner
        return found

    def _click(self, item: QTreeWidgetItem) -> None:
        if item.data(0, KIND) in ("group", "rest"):
            item.setExpanded(not item.isExpanded())
        elif item.data(0, KIND) == "finding":
            opening = not item.isExpanded()
            for other in self.items():
                if other.data(0, KIND) == "finding":
                    other.setExpanded(False)
            item.setExpanded(opening)
            self.desk.choose_finding(item.data(0, VALUE))

    def _mark(self, finding: object) -> None:
        for item in self.items():
            if item.data(0, KIND) == "finding":
                same = item.data(0, VALUE) is finding or item.data(0, VALUE) == finding
                if same:
                    if (parent := item.parent()) is not None:
                        parent.setExpanded(True)
                    item.setExpanded(True)
                    self.setCurrentItem(item)
                    self.scrollToItem(item)
                elif finding is not None:
                    item.setExpanded(False)

    def resizeEvent(self, event: Any) -> None:
        """Long sentences break anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


def _worst(finding: Mapping[str, Any]) -> tuple[int, float, str]:
    margin = finding["margin"]
    return (STATES.index(finding["state"]), margin if margin is not None else 0.0, finding["rule"])


class VerdictRow(QStyledItemDelegate):
    """Paints groups, findings, folded rests and the sentences of an open leaf."""

    def __init__(self, desk: Desk, tree: VerdictTree) -> None:
        super().__init__(tree)
        self.desk, self.tree = desk, tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """28 px, or as many lines as a sentence takes."""
        if index.data(KIND) != "detail":
            return QSize(100, ROW)
        return QSize(100, DETAIL * len(self._broken(index.data(VALUE), option)) + 2)

    def _broken(self, text: str, option: QStyleOptionViewItem) -> list[str]:
        metrics = QFontMetricsF(sized(option.font, 12))
        return lines(text, metrics, self.tree.viewport().width() - INDENT - 26, MOST_LINES)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        look, box, kind, value = self.desk.look, QRectF(option.rect), index.data(KIND), index.data(VALUE)
        item = self.tree.itemFromIndex(index)
        chosen = item if kind == "finding" else item.parent()
        if kind in ("finding", "detail") and chosen is self.tree.currentItem():
            painter.fillRect(box, look.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver and kind != "detail":
            painter.fillRect(box, look.colour("hover"))
        if kind == "group":
            self._group(painter, option, box, item, *value)
        elif kind == "finding":
            self._finding(painter, option, box, item, value)
        elif kind == "rest":
            self._caret(painter, item, box, 26)
            painter.setFont(sized(option.font, 13))
            painter.setPen(look.colour("text_2"))
            write(painter, box.adjusted(44, 0, -8, 0), look.text("rest", **counted(look, value)), LEFT)
        else:
            painter.setFont(sized(option.font, 12))
            painter.setPen(look.colour("text_2"))
            for place, line in enumerate(self._broken(value, option)):
                room = QRectF(
                    box.left() + INDENT + 14, box.top() + place * DETAIL, box.width() - INDENT - 24, DETAIL
                )
                write(painter, room, line, LEFT)

    def _caret(self, painter: QPainter, item: QTreeWidgetItem, box: QRectF, left: float) -> None:
        if item.childCount():
            name = "caret-down" if item.isExpanded() else "caret-right"
            pixmap = self.desk.look.pixmap(name, "text_3", 12)
            painter.drawPixmap(int(box.left() + left), int(box.center().y() - 6), pixmap)

    def _group(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRectF,
        item: QTreeWidgetItem,
        kind: str,
        counts: Counter[str],
    ) -> None:
        look = self.desk.look
        self._caret(painter, item, box, 10)
        left = box.left() + 30
        if kind != "information":
            worst = next((state for state in STATES if counts[state]), "not_applicable")
            paint_mark(painter, worst, QRectF(left, box.center().y() - 7, 14, 14), look.theme)
            left += 22
        painter.setFont(sized(option.font, 13, 600))
        painter.setPen(look.colour("text"))
        left += (
            write(
                painter,
                QRectF(left, box.top(), box.right() - left, box.height()),
                look.text(f"group_{kind}"),
                LEFT,
            )
            + 8
        )
        parts = [
            f"{counts[state]} {state_word(look, state)}"
            for state in ("pass", "fail", "cannot_tell", "not_applicable")
            if counts[state]
        ]
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("text_2"))
        write(
            painter, QRectF(left, box.top(), box.right() - left - 12, box.height()), " · ".join(parts), RIGHT
        )

    def _finding(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRectF,
        item: QTreeWidgetItem,
        finding: Mapping[str, Any],
    ) -> None:
        look = self.desk.look
        self._caret(painter, item, box, 24)
        left = box.left() + 42
        paint_mark(painter, finding["state"], QRectF(left, box.center().y() - 7, 14, 14), look.theme)
        painter.setFont(sized(option.font, 11))
        painter.setPen(look.colour("text_3"))
        write(painter, QRectF(left + 20, box.top(), 28, box.height()), finding["rule"], LEFT)
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("text" if finding["state"] == "fail" else "text_2"))
        text = f"{measured(finding)} {look.unit(finding['unit'])}" if finding["measured"] is not None else "—"
        room = QRectF(box.right() - 130, box.top(), 118, box.height())
        width = write(painter, room, text, RIGHT)
        painter.setFont(sized(option.font, 13))
        painter.setPen(look.colour("text"))
        write(
            painter,
            QRectF(left + 50, box.top(), box.right() - 20 - width - left - 50, box.height()),
            look.of(finding["title"]),
            LEFT,
        )


def counted(look: Any, counts: Mapping[str, int]) -> dict[str, int]:
    """Give the counts that the folded row tells."""
    return {"passed": counts.get("pass", 0), "other": counts.get("not_applicable", 0)}
