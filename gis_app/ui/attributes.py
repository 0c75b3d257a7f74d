"""Model and view of the attribute table: a window onto a layer's columns; only cells in view are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QItemSelection, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gis_app.session.dossier_text import shown
from gis_app.ui.look import Look

if TYPE_CHECKING:
    from gis_app.model import Layer
    from gis_app.session.rows import Places, Rows

Index = QModelIndex | QPersistentModelIndex
ROW, COLUMN = 28, 118
NARROWEST, WIDEST, MARGIN, HEAD_MARGIN = 64, 260, 32, 36
LOOKED_AT = 20
"""So many rows decide how wide a column is at first."""
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class AttributeModel(QAbstractTableModel):
    """Places of rows in the order shown; None stands for all of them as they are in the table."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.rows: Rows | None = None
        self.columns: list[str] = []
        self.places: Places | None = None
        self.changed: set[int] = set()
        self._row_of: Places | None = None
        self.may_edit: Callable[[], bool] = lambda: False
        self.enter: Callable[[int, str, object], bool] = lambda _fid, _column, _value: False
        """Is asked to give a feature another value in a column; whether it can be asked for."""

    def show_layer(self, layer: Layer | None) -> None:
        """Show all rows of a layer as it is now."""
        from gis_app.session.rows import Rows

        self.beginResetModel()
        self.rows = None if layer is None else Rows(layer)
        self.columns = [] if self.rows is None else list(self.rows.columns)
        self.places = self._row_of = None
        self.endResetModel()

    def show_places(self, places: Places | None) -> None:
        """Show these rows in this order."""
        self.beginResetModel()
        self.places, self._row_of = places, None
        self.endResetModel()

    def all_places(self) -> Places:
        """Give the places that are shown."""
        import numpy as np

        if self.places is not None:
            return self.places
        return np.arange(0 if self.rows is None else len(self.rows))

    def fid(self, row: int) -> int:
        """Give the feature in a row."""
        assert self.rows is not None
        return int(self.rows.fids[row if self.places is None else self.places[row]])

    def rows_of(self, fids: list[int]) -> list[int]:
        """Give the rows, in order, in which some features are shown."""
        import numpy as np

        if self.rows is None:
            return []
        places = self.rows.places(fids)
        if self.places is not None:
            if self._row_of is None:
                self._row_of = np.full(len(self.rows), -1, dtype=np.int64)
                self._row_of[self.places] = np.arange(len(self.places))
            places = self._row_of[places]
        return sorted(int(row) for row in places if row >= 0)

    def rowCount(self, parent: Index | None = None) -> int:
        """Give the number of features shown."""
        if self.rows is None or (parent is not None and parent.isValid()):
            return 0
        return len(self.rows) if self.places is None else len(self.places)

    def columnCount(self, parent: Index | None = None) -> int:
        """Give the number of columns."""
        return len(self.columns)

    def title(self, column: str) -> str:
        """Give a column's title in the present language, with its unit."""
        declared = self.rows.layer.feature_type.field(column) if self.rows is not None else None
        if declared is None:
            return column
        unit, title = self.look.unit(declared.unit), self.look.of(declared.title)
        return f"{title} ({unit})" if unit else title

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Give a column's title."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.is_figure(section) else LEFT
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.title(self.columns[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self.title(self.columns[section])}\n{self.look.text('tip_sort')}"
        return None

    def is_figure(self, column: int) -> bool:
        """Whether a column holds numbers."""
        return self.rows is not None and self.rows.columns[self.columns[column]].dtype.kind in "iuf"

    def value(self, row: int, column: int) -> Any:
        """Give what is stored."""
        assert self.rows is not None
        place = row if self.places is None else self.places[row]
        value = self.rows.columns[self.columns[column]][place]
        return None if value is None or value != value else value

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say what can be done with a cell: entered anew where the layer may be changed."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if self.may_edit() else found

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another value; the cell shows it when it is stored."""
        if role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        return self.enter(self.fid(index.row()), self.columns[index.column()], value)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell: its text, its side, the ground of one that was changed."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.is_figure(index.column()) else LEFT
        if role == Qt.ItemDataRole.EditRole:
            value = self.value(index.row(), index.column())
            value = value.item() if hasattr(value, "item") else value
            return f"{value:.15g}" if isinstance(value, float) else "" if value is None else str(value)
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            value = self.value(index.row(), index.column())
            return shown(value.item() if hasattr(value, "item") else value)
        if role == Qt.ItemDataRole.BackgroundRole and self.changed and self.fid(index.row()) in self.changed:
            return self.look.colour("accent_bg")
        return None


class AttributeView(QTableView):
    """Whole rows are chosen; a million of them are as quick as ten."""

    def __init__(self, model: AttributeModel) -> None:
        super().__init__()
        self.model_ = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setVisible(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultSectionSize(COLUMN)
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)

    def fit_columns(self) -> None:
        """Give every column the width of its title and of its first values, within bounds."""
        model, header = self.model_, self.horizontalHeader()
        heads, cells = header.fontMetrics(), self.fontMetrics()
        for column, name in enumerate(model.columns):
            width = heads.horizontalAdvance(model.title(name)) + HEAD_MARGIN
            for row in range(min(LOOKED_AT, model.rowCount())):
                width = max(width, cells.horizontalAdvance(model.data(model.index(row, column))) + MARGIN)
            header.resizeSection(column, min(WIDEST, max(NARROWEST, width)))

    def chosen(self) -> list[int]:
        """Give the chosen rows in order."""
        picked = self.selectionModel().selection()
        ranges = [picked.at(place) for place in range(picked.count())]
        return sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})

    def choose(self, rows: list[int]) -> None:
        """Choose these rows, given in order, and bring the first into view."""
        model, last, picked = self.model_, self.model_.columnCount() - 1, QItemSelection()
        start = 0
        for place in range(1, len(rows) + 1):
            if place == len(rows) or rows[place] != rows[place - 1] + 1:
                picked.select(model.index(rows[start], 0), model.index(rows[place - 1], last))
                start = place
        flags = self.selectionModel().SelectionFlag
        self.selectionModel().select(picked, flags.ClearAndSelect | flags.Rows)
        if rows:
            self.selectionModel().setCurrentIndex(model.index(rows[0], 0), flags.NoUpdate)
            self.scrollTo(model.index(rows[0], 0))
