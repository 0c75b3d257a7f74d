"""The attribute table of the chosen layer; only the cells in view are ever asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gis_app.ui.card import OWN_COLUMNS, shown
from gis_app.ui.desk import Desk

Index = QModelIndex | QPersistentModelIndex


class AttributeModel(QAbstractTableModel):
    """A view of the layer's columns; nothing is copied row by row."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.columns: list[str] = []
        self.fids: list[int] = []
        self.only: tuple[int, ...] = ()
        self._column = lru_cache(maxsize=64)(self._read)

    def load(self, only: tuple[int, ...] = ()) -> None:
        """Show the chosen layer, or only some of its features."""
        self.beginResetModel()
        self._column.cache_clear()
        self.only = only
        layer = self._layer()
        self.columns = (
            [str(c) for c in layer.frame.columns if c not in OWN_COLUMNS] if layer is not None else []
        )
        known = [int(fid) for fid in layer.fids] if layer is not None else []
        self.fids = [fid for fid in known if not only or fid in set(only)]
        self.endResetModel()

    def _layer(self) -> Any:
        park = self.desk.park
        return park.project.layers.get(self.desk.layer) if park is not None else None

    def _read(self, column: str) -> Any:
        return self._layer().rows(self.fids, [column])[column]

    def rowCount(self, parent: Index | None = None) -> int:
        """Give the number of features shown."""
        return len(self.fids)

    def columnCount(self, parent: Index | None = None) -> int:
        """Give the number of columns."""
        return len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Give a column's title with its unit."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        declared = self._layer().feature_type.field(self.columns[section])
        if declared is None:
            return self.columns[section]
        unit = self.desk.look.unit(declared.unit)
        title = self.desk.look.of(declared.title)
        return f"{title} ({unit})" if unit else title

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            value = self._column(self.columns[index.column()])[index.row()]
            side = (
                Qt.AlignmentFlag.AlignRight if isinstance(value, (int, float)) else Qt.AlignmentFlag.AlignLeft
            )
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return shown(self._column(self.columns[index.column()])[index.row()])


class Attributes(QTableView):
    """A click on a row chooses the feature and shows it; Ctrl+C copies with headings."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.model_ = desk, AttributeModel(desk)
        self.setModel(self.model_)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultSectionSize(118)
        self.framed = lambda layer, fid: None
        self.clicked.connect(self._choose)
        for signal in (desk.opened, desk.layer_chosen):
            signal.connect(lambda *_given: self.model_.load())
        desk.look.language_changed.connect(
            lambda _language: self.model_.headerDataChanged.emit(
                Qt.Orientation.Horizontal, 0, max(0, len(self.model_.columns) - 1)
            )
        )
        desk.features_chosen.connect(self._mark)

    def _choose(self, index: QModelIndex) -> None:
        self.framed(self.desk.layer, self.model_.fids[index.row()])

    def _mark(self, features: list[tuple[str, int]]) -> None:
        if features and features[0][0] == self.desk.layer and features[0][1] in self.model_.fids:
            self.selectRow(self.model_.fids.index(features[0][1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen rows with their headings."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
            return
        super().keyPressEvent(event)

    def copied(self) -> str:
        """Give the chosen rows as text that can be pasted into a sheet."""
        model, columns = self.model_, range(self.model_.columnCount())
        heads = [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in columns]
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        lines = [[str(model.data(model.index(row, place))) for place in columns] for row in rows]
        return "\n".join("\t".join(cells) for cells in (heads, *lines))
