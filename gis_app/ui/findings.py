"""The table of findings, filtered by state, rule and proposal; a click shows the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gis_app.ui.desk import Desk
from gis_app.ui.look import Look
from gis_app.ui.mark import paint_mark
from gis_app.ui.parts import LEFT, RIGHT, STATES, limit, measured, sized, state_word, write

COLUMNS = ("state", "rule", "layer", "feature", "measured", "limit", "message")
WIDTHS = (92, 50, 108, 96, 112, 54)
ROW = 28
Index = QModelIndex | QPersistentModelIndex


class FindingModel(QAbstractTableModel):
    """Findings that pass the filters, worst first; always in the same order for the same result."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.all: list[Mapping[str, Any]] = []
        self.rows: list[Mapping[str, Any]] = []
        self.states: set[str] = set()
        self.rule = ""
        self.checks: tuple[str, ...] = ()
        self.only_proposal = False
        self.grouped_by = "state"

    def load(self) -> None:
        """Take in what was judged."""
        park = self.desk.park
        self.all = park.findings(self.desk.proposal) if park is not None else []
        self.filter()

    def filter(self) -> None:
        """Choose the rows anew."""
        self.beginResetModel()
        self.rows = sorted(filter(self._wanted, self.all), key=self._place)
        self.endResetModel()

    def group(self, column: str) -> None:
        """Put together what is alike in a column; the worst first within each."""
        self.grouped_by = column
        self.filter()

    def _place(self, finding: Mapping[str, Any]) -> tuple[Any, ...]:
        severity = STATES.index(finding["state"])
        if self.grouped_by in ("rule", "layer", "feature"):
            return (self.text(finding, self.grouped_by), severity)
        if self.grouped_by == "measured":
            return (-abs(finding["measured"] or 0.0), severity)
        return (severity,)

    def _wanted(self, finding: Mapping[str, Any]) -> bool:
        return (
            (not self.states or finding["state"] in self.states)
            and (not self.rule or finding["rule"] == self.rule)
            and (not self.checks or finding["check"] in self.checks)
            and (not self.only_proposal or bool(finding["proposal"]))
        )

    def counts(self) -> Counter[str]:
        """Count all by state, whatever is filtered."""
        return Counter(finding["state"] for finding in self.all)

    def rowCount(self, parent: Index | None = None) -> int:
        """Give the number of rows shown."""
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Give the number of columns."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Give a column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.desk.look.text(f"column_{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = RIGHT if COLUMNS[section] in ("measured", "limit") else LEFT
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell's text, the finding itself, or the whole sentence as a tip."""
        finding = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return finding
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(finding)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(finding, COLUMNS[index.column()])
        return None

    def _tip(self, finding: Mapping[str, Any]) -> str:
        look = self.desk.look
        source = " · ".join(text for text in (finding["document"], finding["clause"]) if text)
        return "\n".join([look.of(finding["title"]), look.of(finding["message"]), source])

    def text(self, finding: Mapping[str, Any], column: str) -> str:
        """Give one column of a finding as text."""
        look = self.desk.look
        match column:
            case "state":
                return state_word(look, finding["state"])
            case "rule":
                return str(finding["rule"])
            case "layer":
                return self._layer(finding)
            case "feature":
                return self._feature(finding)
            case "measured":
                return f"{measured(finding)} {look.unit(finding['unit'])}".strip()
            case "limit":
                return limit(finding)
        return look.of(finding["message"])

    def _layer(self, finding: Mapping[str, Any]) -> str:
        park = self.desk.park
        layer = park.project.layers.get(finding["layer"] or "") if park is not None else None
        return "—" if layer is None else self.desk.look.of(layer.feature_type.title)

    def _feature(self, finding: Mapping[str, Any]) -> str:
        from gis_app.session.find import name_of

        park = self.desk.park
        if park is None:
            return ""
        if finding["proposal"]:
            known = park.project.proposals.get(finding["proposal"])
            return (known.name or known.id) if known is not None else str(finding["proposal"])
        layer = park.project.layers.get(finding["layer"] or "")
        fids = finding["fids"]
        if layer is None or not fids:
            return "—"
        return name_of(layer, fids[0]) if len(fids) == 1 else self.desk.look.text("features", count=len(fids))


class FindingRow(QStyledItemDelegate):
    """Paints a cell: the state as mark and word, the measured value bold with its unit quiet."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """28 px high."""
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell."""
        look, box, column = self.look, QRectF(option.rect), COLUMNS[index.column()]
        finding = index.data(Qt.ItemDataRole.UserRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, look.colour("hover"))
        painter.fillRect(QRectF(box.left(), box.bottom() - 0.5, box.width(), 1), look.colour("border"))
        inner, text = box.adjusted(8, 0, -8, 0), str(index.data())
        painter.setFont(sized(option.font, 13))
        painter.setPen(look.colour("text"))
        if column == "state":
            paint_mark(
                painter, finding["state"], QRectF(inner.left(), box.center().y() - 6.5, 13, 13), look.theme
            )
            painter.setPen(look.colour(finding["state"]))
            painter.setFont(sized(option.font, 13, 600))
            write(painter, inner.adjusted(19, 0, 0, 0), text, LEFT)
        elif column == "measured":
            unit = look.unit(finding["unit"])
            painter.setPen(look.colour("text_2"))
            painter.setFont(sized(option.font, 12))
            width = write(painter, inner, unit, RIGHT) + (4 if unit else 0)
            painter.setPen(look.colour("text"))
            painter.setFont(sized(option.font, 13, 600))
            write(painter, inner.adjusted(0, 0, -width, 0), measured(finding), RIGHT)
        else:
            if column in ("rule", "limit"):
                painter.setPen(look.colour("text_3"))
            write(painter, inner, text, RIGHT if column == "limit" else LEFT)


class Findings(QTableView):
    """The table; tells the finding that is clicked or stepped to."""

    counted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.model_ = desk, FindingModel(desk)
        self.setModel(self.model_)
        self.setItemDelegate(FindingRow(desk.look, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, width in enumerate(WIDTHS):
            self.setColumnWidth(place, width)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(lambda place: self.group(COLUMNS[place]))
        self.clicked.connect(lambda index: self.choose(index.row()))
        self.activated.connect(lambda index: self.choose(index.row()))
        for signal in (desk.opened, desk.judged, desk.proposal_chosen):
            signal.connect(self.load)
        desk.look.language_changed.connect(lambda _language: self.model_.filter())
        desk.look.theme_changed.connect(lambda _theme: self.viewport().update())
        desk.finding_chosen.connect(self._mark)

    def load(self) -> None:
        """Show what was judged, without the rule and checks filtered before."""
        self.model_.rule, self.model_.checks = "", ()
        self.model_.load()
        self.counted.emit()

    def narrow(
        self,
        *,
        states: Sequence[str] | None = None,
        rule: str | None = None,
        checks: Sequence[str] | None = None,
        only_proposal: bool | None = None,
    ) -> None:
        """Filter; what is None stays as it is."""
        model = self.model_
        model.states = model.states if states is None else set(states)
        model.rule = model.rule if rule is None else rule
        model.checks = model.checks if checks is None else tuple(checks)
        model.only_proposal = model.only_proposal if only_proposal is None else only_proposal
        model.filter()
        self.counted.emit()

    def group(self, column: str) -> None:
        """Group by what a column says: severity, rule, layer, feature; the chosen finding stays chosen."""
        self.model_.group(column)
        self._mark(self.desk.finding)

    def choose(self, row: int) -> None:
        """Choose the finding in a row."""
        if 0 <= row < len(self.model_.rows):
            self.desk.choose_finding(self.model_.rows[row])

    def step(self, by: int) -> None:
        """Go to the next or the previous finding."""
        rows = self.model_.rows
        if rows:
            here = next(
                (place for place, finding in enumerate(rows) if finding is self.desk.finding),
                -1 if by > 0 else 0,
            )
            self.choose((here + by) % len(rows))

    def _mark(self, finding: object) -> None:
        place = next((place for place, known in enumerate(self.model_.rows) if known is finding), None)
        if place is None:
            self.clearSelection()
        else:
            self.selectRow(place)
