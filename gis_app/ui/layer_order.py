"""The order of the rows of the layer tree: in a project a step, in a folder as long as it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractItemView, QTreeWidgetItem

from gis_app.ui.desk import Desk
from gis_app.ui.layer_row import GROUP, MISSING

if TYPE_CHECKING:
    from gis_app.model import Changeset
    from gis_app.ui.layers import LayerTree

Place = QAbstractItemView.DropIndicatorPosition


class LayerOrder(QObject):
    """Knows the order that somebody gave, and makes a step of another one."""

    def __init__(self, desk: Desk, tree: LayerTree) -> None:
        super().__init__(tree)
        self.desk, self.tree = desk, tree
        self._shown: list[str] = []  # from the bottom up; instead of what the project holds
        self._path: Path | None = None
        desk.stepped.connect(self._applied)

    def keep(self, order: Sequence[str]) -> None:
        """Keep the order of all rows, from the bottom of the map up."""
        park = self.desk.park
        if park is None:
            return
        if park.session is None or self.desk.read_only:
            self.show(order)
            return
        layers = list(dict.fromkeys(id.split("/")[0] for id in order))
        park.perform("order_layers", {"layers": layers}, lambda outcome: self._done(outcome, order))

    def show(self, order: Sequence[str]) -> None:
        """Show an order that is no step: that of a saved view, of a folder, of blocks among themselves."""
        self._shown = list(order)
        self.tree.fill()

    def sorted(self, groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Give the groups that hold rows, and the rows in each, topmost first.

        A group lies where its lowest row does: a layer that comes later lies at the top of its group and
        takes the group nowhere else.
        """
        held = {group: list(ids) for group, ids in groups.items() if ids}
        given = self._given()
        if not given:
            return held
        up = {id: place for place, id in enumerate(given)}

        def place(id: str) -> int:
            return up.get(id, up.get(id.split("/")[0], len(up)))  # a new duplicate lies at the top

        order = sorted(held, key=lambda group: -min(place(id) for id in held[group]))
        return {group: sorted(held[group], key=lambda id: -place(id)) for group in order}

    def _given(self) -> list[str]:
        park = self.desk.park
        if park is None:
            return []
        if park.path != self._path:
            self._path, self._shown = park.path, []
        if self._shown or not park.project.ordered:
            return self._shown
        from gis_app.model.duplicate import in_order

        return in_order(park.project)

    def _done(self, outcome: object, order: Sequence[str]) -> None:
        if isinstance(outcome, BaseException):
            self.desk.fail(outcome)
            self.tree.fill()
        elif outcome is None:
            self.show(order)

    def _applied(self, changeset: Changeset) -> None:
        """Show a step that orders, also one that was taken back."""
        from gis_app.model.duplicate import TABLE

        laid, where = {"layer_order", "ordered", "above"}, ("project", TABLE)
        if any(laid & {str(one.id), *(one.after or ())} for one in changeset.records if one.table in where):
            self._shown = []
            self.tree.fill()


def may_drop(dragged: QTreeWidgetItem, target: QTreeWidgetItem | None, place: Place) -> bool:
    """Whether a row may be let go there: a layer within its group, a group among groups."""
    beside = place in (Place.AboveItem, Place.BelowItem)
    if dragged.data(0, MISSING):
        return False
    if dragged.data(0, GROUP):
        return target is None or (beside and target.parent() is None)
    if target is None:
        return False
    own = dragged.parent()
    return (beside and target.parent() is own) or (place == Place.OnItem and target is own)
