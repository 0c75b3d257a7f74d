"""The layer tree: groups, visibility, order by dragging, counts, lock and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.layer_groups import FOLDED, SHOWN, findings_by_layer, grouped
from gis_app.ui.layer_order import LayerOrder, may_drop
from gis_app.ui.layer_row import COUNT, EYE_X, FINDINGS, GROUP, ID, LOCKED, MISSING, NAME_X, VISIBLE, LayerRow
from gis_app.ui.restyle import Restyle

if TYPE_CHECKING:  # imported when a style is looked at
    from gis_app.catalogue import Style
    from gis_app.ui.park import Park
    from gis_app.ui.style_panel import StylePanel

REPAIR_PX = 96
"""At the right end of the row of a missing source a click looks for it."""


class LayerTree(QTreeWidget):
    """Rows are painted from the scene: swatches look as the map does. Top of the tree is top of the map."""

    shown = Signal(object)
    ordered = Signal(object)
    framed = Signal(str)

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.actions_ = desk, actions
        self.hidden: dict[str, bool] = {}
        self._filled: object = None
        self.copied: Style | None = None
        self._style: StylePanel | None = None
        self.restyle = Restyle(desk, self)
        self.given = LayerOrder(desk, self)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(LayerRow(desk, self))
        self.customContextMenuRequested.connect(self.ask)
        self.currentItemChanged.connect(self._chosen)
        self.itemDoubleClicked.connect(lambda item, _column: self.frame(item))
        desk.arrived.connect(self.fill)
        desk.proposal_chosen.connect(self._follow)
        desk.judged.connect(self.fill)
        desk.redrawn.connect(self._redrawn)
        desk.look.language_changed.connect(self.fill)
        desk.look.theme_changed.connect(lambda _theme: self.viewport().update())

    def fill(self) -> None:
        """Build the tree of the open park; what was hidden or shown by hand stays so."""
        park = self.desk.park
        if park is None:
            return
        self._filled = _held(park)
        folded = {item.data(0, ID): not item.isExpanded() for item in self._groups()}
        self.blockSignals(True)
        self.clear()
        counts = findings_by_layer(self.desk)
        groups = {
            group: [id for kind in kinds for id in self._rows_of(kind)]
            for group, kinds in grouped(self.desk).items()
        }
        for group, ids in self.given.sorted(groups).items():
            head = self._add(None, group, True)
            for id in ids:
                self._add(head, id, False, counts)
            head.setData(0, COUNT, sum(child.data(0, COUNT) for child in _children(head)))
            head.setExpanded(not folded.get(group, group in FOLDED))
        for place, name in enumerate(park.project.missing_files):
            self.insertTopLevelItem(place, self._missing(name))
        self.blockSignals(False)
        self._tell()
        self.ordered.emit(self.order())

    def _missing(self, name: str) -> QTreeWidgetItem:
        """Make the row of a source that is named and not there."""
        made = QTreeWidgetItem([name])
        made.setData(0, MISSING, name)
        made.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        made.setToolTip(0, self.desk.look.text("missing_tip", file=name))
        return made

    def _redrawn(self) -> None:
        """A layer may have come, or gone, with a step."""
        park = self.desk.park
        if park is not None and self._filled != _held(park):
            self.fill()
        self.viewport().update()

    def _rows_of(self, kind: str) -> list[str]:
        """Ids of a feature type's rows: its duplicates, then a layer, or one for each proposal."""
        from gis_app.model.duplicate import duplicates

        park = self.desk.park
        assert park is not None
        layer = next(
            (id for id, item in park.project.layers.items() if item.feature_type.id == kind or id == kind),
            None,
        )
        if layer is None:
            return []
        again = [one.id for one in duplicates(park.project).values() if one.layer == layer]
        blocks = [id for id in park.scene if id.startswith(f"{layer}/")]
        return [*reversed(again), *(sorted(blocks) if blocks else [layer])]

    def _add(
        self, parent: QTreeWidgetItem | None, id: str, group: bool, counts: Counter[str] | None = None
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        item.setData(0, ID, id)
        item.setData(0, GROUP, group)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        dragged = flags | Qt.ItemFlag.ItemIsDragEnabled
        item.setFlags(dragged | Qt.ItemFlag.ItemIsDropEnabled if group else dragged)
        if group:
            item.setText(0, self.desk.look.text(f"group_{id}"))
            self.addTopLevelItem(item)
            return item
        park = self.desk.park
        assert park is not None and parent is not None
        layer = park.layer_of(id.split("/")[0])
        item.setText(0, self._title(id))
        own = (
            sum(len(set(part.fids.tolist())) for part in park.scene.get(id, ())[-1:])
            if "/" in id
            else len(layer)
        )
        item.setData(0, COUNT, own)
        item.setData(0, FINDINGS, (counts or Counter())[id])
        item.setData(0, LOCKED, layer.feature_type.locked)
        item.setData(0, VISIBLE, self.hidden.get(id, self._at_first(id)))
        item.setToolTip(0, self._tip(id))
        parent.addChild(item)
        return item

    def _title(self, id: str) -> str:
        park, look = self.desk.park, self.desk.look
        assert park is not None
        layer, _, proposal = id.partition("/")
        if proposal:
            known = park.project.proposals.get(proposal)
            return look.text("blocks_of", proposal=(known.name or known.id) if known else proposal)
        return look.of(park.layer_of(layer).feature_type.title)

    def _tip(self, id: str) -> str:
        from gis_app.model.duplicate import is_duplicate, layer_id

        park, look = self.desk.park, self.desk.look
        assert park is not None
        layer = park.layer_of(id.split("/")[0])
        status = look.text(f"status_{layer.feature_type.legal_status}")
        sources = [source.path for source in layer.sources]
        of = park.project.layers[layer_id(id)].feature_type.title
        again = [look.text("duplicate_tip", layer=look.of(of))] if is_duplicate(id) else []
        return "\n".join([self._title(id), *again, status, *sources])

    def _at_first(self, id: str) -> bool:
        layer, _, proposal = id.partition("/")
        return proposal == self.desk.proposal if proposal else _type(self.desk, layer) in SHOWN

    def _follow(self, proposal: str) -> None:
        for item in self._leaves():
            owner = item.data(0, ID).partition("/")[2]
            if owner:
                self.hidden.pop(item.data(0, ID), None)
                item.setData(0, VISIBLE, owner == proposal)
        counts = findings_by_layer(self.desk)
        for item in self._leaves():
            item.setData(0, FINDINGS, counts[item.data(0, ID)])
        self._tell()

    def _groups(self) -> list[QTreeWidgetItem]:
        rows = [self.topLevelItem(place) for place in range(self.topLevelItemCount())]
        return [item for item in rows if item is not None and not item.data(0, MISSING)]

    def _leaves(self) -> list[QTreeWidgetItem]:
        return [item for head in self._groups() for item in _children(head)]

    def item_of(self, id: str) -> QTreeWidgetItem | None:
        """The row of a layer."""
        return next((item for item in self._leaves() if item.data(0, ID) == id), None)

    def visible_ids(self) -> list[str]:
        """Give the ids that are shown, topmost first."""
        return [item.data(0, ID) for item in self._leaves() if item.data(0, VISIBLE)]

    def order(self) -> list[str]:
        """Give all ids from the bottom of the map up."""
        return [item.data(0, ID) for item in reversed(self._leaves())]

    def set_visible(self, id: str, visible: bool) -> None:
        """Show or hide a layer, or a whole group."""
        for item in self._leaves():
            parent = item.parent()
            if id in (item.data(0, ID), parent.data(0, ID) if parent is not None else None):
                item.setData(0, VISIBLE, visible)
                self.hidden[item.data(0, ID)] = visible
        self._tell()

    def is_visible(self, item: QTreeWidgetItem) -> bool:
        """Whether a layer, or anything in a group, is shown."""
        if not item.data(0, GROUP):
            return bool(item.data(0, VISIBLE))
        return any(child.data(0, VISIBLE) for child in _children(item))

    def _tell(self) -> None:
        self.viewport().update()
        self.shown.emit(self.visible_ids())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Eye and caret are pressed without choosing the row."""
        item = self.itemAt(event.position().toPoint())
        if item is not None and item.data(0, MISSING) and event.button() == Qt.MouseButton.LeftButton:
            self.setCurrentItem(item)
            if event.position().x() > self.viewport().width() - REPAIR_PX:
                self.supply(item.data(0, MISSING))
            return
        if (
            item is not None
            and event.button() == Qt.MouseButton.LeftButton
            and event.position().x() < NAME_X - 28
        ):
            if item.data(0, GROUP) and event.position().x() < EYE_X - 2:
                item.setExpanded(not item.isExpanded())
                return
            if event.position().x() >= EYE_X - 2:
                held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
                head = item.parent() if held else None  # with Ctrl held the whole group follows
                self.set_visible((head or item).data(0, ID), not self.is_visible(item))
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows and hides, Delete removes from a project, Enter looks for what is missing."""
        item = self.currentItem()
        if item is not None and item.data(0, MISSING):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.supply(item.data(0, MISSING))
            return
        if event.key() == Qt.Key.Key_Space and item is not None:
            self.set_visible(item.data(0, ID), not self.is_visible(item))
            return
        if event.key() == Qt.Key.Key_Delete and item is not None and not item.data(0, GROUP):
            self.remove(item.data(0, ID).split("/")[0])  # of a duplicate only itself
            return
        super().keyPressEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where a row may be let go: a layer within its group, a group among groups."""
        super().dragMoveEvent(event)
        if not self._may_drop(event):
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take a row to its new place; the order is kept when the drag is over."""
        if not self._may_drop(event):
            event.ignore()
            return
        super().dropEvent(event)
        QTimer.singleShot(0, self, lambda: self.given.keep(self.order()))

    def _may_drop(self, event: QDropEvent) -> bool:
        dragged, target = self.currentItem(), self.itemAt(event.position().toPoint())
        return dragged is not None and may_drop(dragged, target, self.dropIndicatorPosition())

    def leaveEvent(self, event: QEvent) -> None:
        """Drop the mark under the pointer."""
        super().leaveEvent(event)
        self.viewport().update()

    def ask(self, place: QPoint) -> None:
        """Show a layer's menu; beside the layers that of the map views."""
        from gis_app.ui.layer_menu import missing_menu
        from gis_app.ui.map_views import views_menu

        item = self.itemAt(place)
        if item is not None and item.data(0, MISSING):
            missing_menu(self, item.data(0, MISSING)).popup(self.viewport().mapToGlobal(place))
            return
        on_layer = item is not None and not item.data(0, GROUP)
        menu = self.menu_of(item) if item is not None and on_layer else views_menu(self, self)
        menu.popup(self.viewport().mapToGlobal(place))

    def menu_of(self, item: QTreeWidgetItem) -> QMenu:
        """Make a layer's menu."""
        from gis_app.ui.layer_menu import layer_menu

        return layer_menu(self, item)

    # --- what lies behind it

    def supply(self, name: str) -> None:
        """Ask where a missing source lies now, and read it."""
        from gis_app.ui.sources import supply

        supply(self, name)

    def remove(self, layer: str) -> None:
        """Take a layer out of the project, as a step that can be undone."""
        from gis_app.ui.sources import remove

        remove(self, layer)

    def duplicate(self, layer: str) -> None:
        """Show a layer once more, as a step that can be undone."""
        from gis_app.ui.duplicating import duplicate

        duplicate(self, layer)

    # --- styles and map views

    def open_style(self, layer: str) -> StylePanel:
        """Open the style of a layer beside the map."""
        from gis_app.ui.style_panel import StylePanel

        if self._style is None:
            self._style = StylePanel(self.desk, self.restyle, self.window())
        self._style.show_layer(layer)
        self._style.show()
        self._style.raise_()
        return self._style

    def copy_style(self, layer: str) -> None:
        """Remember the style of a layer."""
        park = self.desk.park
        if park is not None:
            self.copied = park.style_of(layer)

    def paste_style(self, layer: str) -> None:
        """Open the style of a layer as the copied one."""
        if self.copied is not None:
            self.open_style(layer).copy_from(self.copied)

    def show_only(self, ids: Sequence[str], order: Sequence[str] = ()) -> None:
        """Show just these layers; ``order`` is that of all from the bottom of the map up."""
        for item in self._leaves():
            shown = item.data(0, ID) in ids
            item.setData(0, VISIBLE, shown)
            self.hidden[item.data(0, ID)] = shown
        if order:
            self.given.show(order)
        self._tell()

    def only(self, id: str) -> None:
        """Show one layer and nothing else."""
        for item in self._leaves():
            item.setData(0, VISIBLE, item.data(0, ID) == id)
            self.hidden[item.data(0, ID)] = item.data(0, ID) == id
        self._tell()

    def frame(self, item: QTreeWidgetItem) -> None:
        """Ask for the ground of a layer."""
        if item.data(0, MISSING):
            self.supply(item.data(0, MISSING))
        elif not item.data(0, GROUP):
            self.framed.emit(item.data(0, ID))

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not item.data(0, GROUP) and not item.data(0, MISSING):
            from gis_app.model.duplicate import layer_id

            self.desk.choose_layer(layer_id(item.data(0, ID)))


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for place in range(item.childCount()) if (child := item.child(place)) is not None]


def _held(park: Park) -> object:
    """What the rows say of layers and duplicates."""
    from gis_app.model.duplicate import duplicates

    return set(park.project.layers), duplicates(park.project)


def _type(desk: Desk, id: str) -> str:
    from gis_app.model.duplicate import shown_layer

    park = desk.park
    layer = shown_layer(park.project, id) if park is not None else None
    return layer.feature_type.id if layer is not None else ""
