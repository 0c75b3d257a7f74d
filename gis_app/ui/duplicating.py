"""Duplicates of layers: made, named otherwise, taken away; each a step of the open project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from gis_app.language import Message

if TYPE_CHECKING:
    from gis_app.ui.layers import LayerTree


def duplicate(tree: LayerTree, layer: str) -> None:
    """Show a layer once more; its row is chosen, and its name can be changed from there."""
    park, look = tree.desk.park, tree.desk.look
    if park is None:
        return
    from gis_app.model.duplicate import duplicates

    before = duplicates(park.project)
    name = look.text("duplicate_name", layer=look.of(park.project.layers[layer].feature_type.title))

    def show() -> None:
        for id in duplicates(park.project).keys() - before.keys():
            tree.hidden[id] = True  # shown, whatever its layer is

    _perform(tree, "duplicate_layer", {"layer": layer, "name": name}, show)


def ask_name(tree: LayerTree, id: str) -> None:
    """Ask for another name of a duplicate."""
    look, park = tree.desk.look, tree.desk.park
    if park is None:
        return
    present = look.of(park.layer_of(id).feature_type.title)
    name, given = QInputDialog.getText(
        tree, look.text("menu_rename"), look.text("duplicate_called"), text=present
    )
    if given:
        rename(tree, id, name)


def rename(tree: LayerTree, id: str, name: str) -> None:
    """Call a duplicate otherwise."""
    _perform(tree, "rename_duplicate", {"id": id, "name": name})


def remove_duplicate(tree: LayerTree, id: str) -> None:
    """Take a duplicate away; its layer stays."""
    _perform(tree, "remove_duplicate", {"id": id})


def _perform(
    tree: LayerTree, edit: str, arguments: Mapping[str, object], done: Callable[[], None] = lambda: None
) -> None:
    desk = tree.desk
    park = desk.park
    if park is None or park.session is None or desk.read_only:
        desk.noticed.emit("not_applicable", Message("ui.duplicate_read_only"))
        return

    def ended(outcome: object) -> None:
        if isinstance(outcome, BaseException):
            desk.fail(outcome)
        else:
            done()

    park.perform(edit, arguments, ended)
