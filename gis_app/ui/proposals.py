"""The list of proposals: name, word with shape, and the leaf that decides, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gis_app.ui.desk import Desk
from gis_app.ui.mark import paint_mark
from gis_app.ui.parts import LEFT, RIGHT, WORD_STATES, number, sized, state_word, write

Index = QModelIndex | QPersistentModelIndex
PROPOSAL = Qt.ItemDataRole.UserRole
AREAS = ("out_ha", "in_ha", "expand_ha")


class Proposals(QListWidget):
    """``large`` shows the whole sentence and the three areas, else one line."""

    def __init__(self, desk: Desk, large: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.large = desk, large
        self.setItemDelegate(ProposalRow(desk, large, self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.currentItemChanged.connect(self._choose)
        for signal in (desk.opened, desk.judged, desk.look.language_changed):
            signal.connect(self.fill)
        desk.look.theme_changed.connect(lambda _theme: self.viewport().update())
        desk.proposal_chosen.connect(self._mark)

    def fill(self) -> None:
        """Show the proposals of the open park."""
        self.blockSignals(True)
        self.clear()
        park = self.desk.park
        for proposal in park.proposals if park is not None else ():
            item = QListWidgetItem()
            item.setData(PROPOSAL, proposal)
            state = state_of(proposal)
            word = state_word(self.desk.look, state) if state else self.desk.unjudged
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{proposal['name']} {word}")
            item.setToolTip(reason(self.desk, proposal))
            self.addItem(item)
        self._mark(self.desk.proposal)
        self.blockSignals(False)

    def _mark(self, id: str) -> None:
        for place in range(self.count()):
            if self.item(place).data(PROPOSAL)["id"] == id:
                self.blockSignals(True)
                self.setCurrentRow(place)
                self.blockSignals(False)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.desk.choose_proposal(item.data(PROPOSAL)["id"])


def state_of(proposal: Mapping[str, Any]) -> str:
    """Give the state that stands for a proposal's word, empty while it is not judged."""
    return WORD_STATES[proposal["verdict"]] if "verdict" in proposal else ""


def reason(desk: Desk, proposal: Mapping[str, Any]) -> str:
    """Give the deciding leaf in one sentence, or how many veto items pass and what stands beside the word."""
    look = desk.look
    if not state_of(proposal):
        return ""
    if proposal["deciding"]:
        worst = proposal["deciding"][0]
        more = len(proposal["deciding"]) - 1
        text = f"{worst['rule']} {look.of(worst['message'])}"
        return f"{text} {look.text('more_reasons', count=more)}" if more else text
    vetoes = [finding for finding in proposal["findings"] if finding["kind"] == "veto"]
    passed = sum(finding["state"] == "pass" for finding in vetoes)
    conditions = proposal["conditions"]
    return look.text(
        "all_pass",
        passed=passed,
        of=len(vetoes),
        explain=conditions["to_explain"],
        unset=conditions["limits_unset"],
    )


def areas(desk: Desk, proposal: str) -> dict[str, float | None]:
    """Give the stated areas of a proposal in ha."""
    park = desk.park
    found: dict[str, float | None] = {}
    for key in AREAS:
        fact = park.project.fact(key, proposal) if park is not None else None
        found[key] = float(fact.value) if fact is not None and isinstance(fact.value, (int, float)) else None
    return found


class ProposalRow(QStyledItemDelegate):
    """Paints a card; the current one on selection ground with a bar of 3 px."""

    def __init__(self, desk: Desk, large: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk, self.large = desk, large

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """52 px, or 90 with the whole sentence."""
        return QSize(200, 90 if self.large else 52)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the card."""
        look, box, proposal = self.desk.look, QRectF(option.rect), index.data(PROPOSAL)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selection"))
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), look.colour("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, look.colour("hover"))
        painter.fillRect(QRectF(box.left(), box.bottom() - 0.5, box.width(), 1), look.colour("border"))
        (self._large if self.large else self._small)(painter, option, box.adjusted(12, 0, -12, 0), proposal)

    def _small(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, proposal: Mapping[str, Any]
    ) -> None:
        look, state = self.desk.look, state_of(proposal)
        top = QRectF(box.left(), box.top() + 6, box.width(), 20)
        painter.setFont(sized(option.font, 13, 600))
        painter.setPen(look.colour("text"))
        left = top.left() + write(painter, top, proposal["name"], LEFT) + 10
        if not state:
            painter.setFont(sized(option.font, 12))
            painter.setPen(look.colour("text_3"))
            write(painter, QRectF(left, top.top(), top.right() - left, 20), self.desk.unjudged, LEFT)
            return
        word = state_word(look, state)
        painter.setFont(sized(option.font, 12, 600))
        width = QFontMetricsF(painter.font()).horizontalAdvance(word) + 30
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(f"{state}_bg"))
        painter.drawRoundedRect(QRectF(left, top.top(), width, 20), 4, 4)
        paint_mark(painter, state, QRectF(left + 6, top.top() + 3.5, 13, 13), look.theme)
        painter.setPen(look.colour(state))
        write(painter, QRectF(left + 23, top.top(), width - 24, 20), word, LEFT)
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("text_2"))
        expand = areas(self.desk, proposal["id"])["expand_ha"]
        text = look.text("expand", area=number(expand))
        write(painter, QRectF(left + width + 8, top.top(), top.right() - left - width - 8, 20), text, RIGHT)
        write(painter, QRectF(box.left(), box.top() + 28, box.width(), 18), reason(self.desk, proposal), LEFT)

    def _large(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, proposal: Mapping[str, Any]
    ) -> None:
        look, state = self.desk.look, state_of(proposal)
        if state:
            paint_mark(painter, state, QRectF(box.left(), box.top() + 9, 20, 20), look.theme)
        painter.setFont(sized(option.font, 15, 600))
        painter.setPen(look.colour("text"))
        top = QRectF(box.left() + 28, box.top() + 8, box.width() - 40, 22)
        left = top.left() + write(painter, top, proposal["name"], LEFT) + 10
        painter.setFont(sized(option.font, 13, 600))
        painter.setPen(look.colour(state or "text_3"))
        word = state_word(look, state) if state else self.desk.unjudged
        write(painter, QRectF(left, top.top(), top.right() - left, 22), word, LEFT)
        painter.drawPixmap(
            int(box.right() - 12), int(box.top() + 13), look.pixmap("caret-right", "text_3", 12)
        )
        painter.setFont(sized(option.font, 12))
        painter.setPen(look.colour("text_2"))
        text = QRectF(box.left(), box.top() + 33, box.width(), 34)
        for place, line in enumerate(
            lines(reason(self.desk, proposal), QFontMetricsF(painter.font()), text.width(), 2)
        ):
            write(painter, QRectF(text.left(), text.top() + place * 17, text.width(), 17), line, LEFT)
        given = areas(self.desk, proposal["id"])
        stated = look.text(
            "areas",
            out=number(given["out_ha"]),
            into=number(given["in_ha"]),
            expand=number(given["expand_ha"]),
        )
        painter.setPen(look.colour("text_3"))
        write(painter, QRectF(box.left(), box.top() + 67, box.width(), 17), stated, LEFT)


def lines(text: str, metrics: QFontMetricsF, width: float, most: int) -> list[str]:
    """Break a text into lines; the last that has room carries the rest, to be elided."""
    found: list[str] = []
    while text and len(found) < most - 1:
        fits = len(text)
        while fits > 1 and metrics.horizontalAdvance(text[:fits]) > width:
            fits -= 1
        fits = _word_end(text, fits)
        found.append(text[:fits].rstrip())
        text = text[fits:].lstrip()
    return [*found, text] if text else found


def _word_end(text: str, fits: int) -> int:
    """Where the line ends without breaking a Latin word or a number; Chinese breaks anywhere."""
    end = fits
    while 0 < end < len(text) and _latin(text[end]) and _latin(text[end - 1]):
        end -= 1
    return end or fits


def _latin(character: str) -> bool:
    return character in ".,-²³" or (character.isascii() and character.isalnum())
