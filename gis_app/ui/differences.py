"""What differs, feature by feature; a click shows it on the map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTreeWidget, QTreeWidgetItem, QVBoxLayout

if TYPE_CHECKING:
    from gis_app.session.custody import Difference
    from gis_app.ui.main_window import MainWindow

FEATURE = Qt.ItemDataRole.UserRole
MOST = 2000
"""So many features are listed; more are counted."""


class Differences(QDialog):
    """Stays beside the map while it is worked with."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_ = window
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.itemActivated.connect(lambda item, _column: self._show(item))
        self.tree.itemClicked.connect(lambda item, _column: self._show(item))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.tree)
        self.resize(420, 420)

    def fill(self, found: Sequence[Difference]) -> None:
        """List them by layer."""
        from gis_app.session.find import name_of

        look, park = self.window_.look, self.window_.desk.park
        self.setWindowTitle(look.text("differences_title", count=len(found)))
        self.tree.setHeaderLabels([look.text("differences_feature"), look.text("differences_how")])
        self.tree.clear()
        for id, rows in groupby(found[:MOST], key=lambda one: one.layer):
            layer = park.project.layers.get(id) if park is not None else None
            head = QTreeWidgetItem([look.of(layer.feature_type.title) if layer is not None else id, ""])
            self.tree.addTopLevelItem(head)
            for one in rows:
                name = str(one.fid) if layer is None else name_of(layer, one.fid)
                item = QTreeWidgetItem([name, look.text(f"differences_{one.how}")])
                item.setData(0, FEATURE, (id, one.fid))
                head.addChild(item)
            head.setText(1, str(head.childCount()))
            head.setExpanded(True)
        if len(found) > MOST:
            self.tree.addTopLevelItem(
                QTreeWidgetItem([look.text("differences_more", count=len(found) - MOST), ""])
            )
        self.tree.resizeColumnToContents(0)

    def _show(self, item: QTreeWidgetItem) -> None:
        feature, park = item.data(0, FEATURE), self.window_.desk.park
        if feature is not None and park is not None and park.has(*feature):
            self.window_.map.show_feature(*feature)
