"""The card of what was clicked: overlapping features to choose from, attributes, areas, findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, number, row

WIDTH, OTHER_PX = 320, 24
OWN_COLUMNS = ("geometry", "parkplan_source_id")


class Card(QFrame):
    """Shown while features are chosen; tells which of the overlapping ones is turned to."""

    turned = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self._place = 0
        self.setProperty("kind", "floating")
        self.setFixedWidth(WIDTH)
        self.title, self.kind = label("title"), label("second")
        self.copies, self.closes = QToolButton(), QToolButton()
        for made in (self.copies, self.closes):
            made.setProperty("kind", "bare")
        self.copies.clicked.connect(self.copy)
        self.closes.clicked.connect(lambda: desk.choose_features([]))
        self.others = QListWidget()
        self.others.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.others.currentRowChanged.connect(self._show)
        self.table = QTableWidget(0, 2)
        self.table.horizontalHeader().setVisible(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setDefaultSectionSize(25)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.table.setColumnWidth(0, 122)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 6, 1, 6)
        layout.setSpacing(4)
        layout.addLayout(
            row(self.title, self.kind, None, self.copies, self.closes, margins=(11, 0, 4, 0), gap=6)
        )
        layout.addWidget(self.others)
        layout.addWidget(line())
        layout.addWidget(self.table)
        desk.features_chosen.connect(self.fill)
        desk.opened.connect(lambda: self.fill([]))
        desk.look.language_changed.connect(lambda _language: self.fill(desk.features))
        desk.look.theme_changed.connect(lambda _theme: self.fill(desk.features))
        self.hide()

    def fill(self, features: list[tuple[str, int]]) -> None:
        """Show these features, the first one in full."""
        park, look = self.desk.park, self.desk.look
        self.setVisible(bool(features) and park is not None)
        if not features or park is None:
            return
        from gis_app.ui.park import name_of

        self.copies.setIcon(look.icon("copy"))
        self.copies.setToolTip(look.text("copy"))
        self.closes.setIcon(look.icon("x"))
        self.closes.setToolTip(look.text("close"))
        self.others.blockSignals(True)
        self.others.clear()
        for layer_id, fid in features:
            layer = park.project.layers[layer_id]
            text = f"{look.of(layer.feature_type.title)}  {name_of(layer, fid)}"
            item = QListWidgetItem(text)
            item.setSizeHint(QSize(0, OTHER_PX))
            self.others.addItem(item)
        self.others.setCurrentRow(0)
        self._place = 0
        self.others.blockSignals(False)
        self.others.setVisible(len(features) > 1)
        self.others.setFixedHeight(min(5, len(features)) * OTHER_PX + 4)
        self._show(0)

    def _show(self, place: int) -> None:
        park, look = self.desk.park, self.desk.look
        if park is None or not 0 <= place < len(self.desk.features):
            return
        from gis_app.ui.park import name_of

        layer_id, fid = self.desk.features[place]
        layer = park.project.layers[layer_id]
        self.title.setText(name_of(layer, fid))
        self.kind.setText(look.of(layer.feature_type.title))
        rows = list(self.rows(layer_id, fid))
        self.table.setRowCount(len(rows))
        for number_, (name, value) in enumerate(rows):
            for column, text in enumerate((name, value)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == 0:
                    item.setForeground(look.colour("text_3"))
                self.table.setItem(number_, column, item)
        self.table.setFixedHeight(min(12, len(rows)) * 25 + 4)
        self.adjustSize()
        if place != self._place:
            self._place = place
            self.turned.emit(self.desk.features[place])

    def rows(self, layer_id: str, fid: int) -> Iterator[tuple[str, str]]:
        """Give what is known of a feature: areas, attributes that are entered, findings that name it."""
        park, look = self.desk.park, self.desk.look
        assert park is not None
        layer = park.project.layers[layer_id]
        yield from self._areas(layer_id, fid)
        for finding in park.findings(self.desk.proposal):
            if (
                finding["layer"] == layer_id
                and fid in finding["fids"]
                and finding["state"] in ("fail", "cannot_tell")
            ):
                yield f"{look.text('finding')} {finding['rule']}", look.of(finding["message"])
        columns = [str(column) for column in layer.frame.columns if column not in OWN_COLUMNS]
        for column, values in layer.rows([fid], columns).items():
            declared = layer.feature_type.field(column)
            text = shown(values[0])
            if text:
                name = look.of(declared.title) if declared is not None else column
                yield name, f"{text} {look.unit(declared.unit)}".strip() if declared is not None else text

    def _areas(self, layer_id: str, fid: int) -> Iterator[tuple[str, str]]:
        park, look = self.desk.park, self.desk.look
        assert park is not None
        layer = park.project.layers[layer_id]
        if not len(layer.geometry):
            return
        geometry = layer.rows([fid], ["geometry"])["geometry"][0]
        if geometry is None or geometry.is_empty:
            return
        if geometry.geom_type.endswith("Polygon"):
            area_m2 = float(geometry.area)
            units = look.unit("m2"), look.unit("ha"), look.unit("mu")
            yield (
                look.text("drawn_area"),
                f"{number(area_m2 / 1e4, 4)} {units[1]} · {number(area_m2 / 10000 * 15)} {units[2]}",
            )
            yield look.text("perimeter"), f"{number(geometry.length)} m"
        elif geometry.geom_type.endswith("LineString"):
            yield look.text("length"), f"{number(geometry.length)} m"

    def copy(self) -> None:
        """Copy the table so that it can be pasted into a sheet."""
        lines = [
            "\t".join(
                item.text() for column in range(2) if (item := self.table.item(place, column)) is not None
            )
            for place in range(self.table.rowCount())
        ]
        QApplication.clipboard().setText("\n".join(lines))


def shown(value: object) -> str:
    """Write a stored value for people; nothing entered is an empty text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)
