"""Saved map views: visible layers, their order, their styles and the ground that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from gis_app.language import Message, Refused

if TYPE_CHECKING:
    from gis_app.session.map_view import MapView
    from gis_app.ui.layers import LayerTree


def save_view(tree: LayerTree, canvas: Any, name: str) -> MapView:
    """Save what the map shows now under a name, for the open project.

    Raises
    ------
    Refused
        There is no park or no name, or it cannot be written.
    """
    from gis_app.session import map_view

    park = tree.desk.park
    if park is None:
        raise Refused(Message("session.view_unnamed"))
    made = map_view.taken(name, tree.visible_ids(), tree.order(), canvas.view.bounds, park.catalogue)
    map_view.save_view(park.path, made)
    return made


def restore_view(tree: LayerTree, canvas: Any, view: MapView) -> None:
    """Show a saved view: its layers, styles and ground.

    Raises
    ------
    Refused
        A style of it cannot be read; nothing was changed.
    """
    from gis_app.session.map_view import styled
    from gis_app.session.office import read_catalogue
    from gis_app.session.settings import load
    from gis_app.session.styles import own_styles

    park = tree.desk.park
    if park is None:
        return
    catalogue = styled(view, park.catalogue, read_catalogue(load()[0]))
    changed = {id for id in catalogue.styles if catalogue.styles[id] != park.catalogue.styles[id]}
    if changed and park.session is not None:
        tree.restyle.enter({id: view.styles.get(id) for id in sorted(changed)})
    elif changed or own_styles(catalogue) != own_styles(park.catalogue):
        ids = changed | (own_styles(catalogue) ^ own_styles(park.catalogue))
        tree.restyle.wear_catalogue(catalogue, ids)
    tree.show_only(view.visible, view.order)
    canvas.zoom_to(view.bounds, 0.0)


def views_menu(tree: LayerTree, parent: QWidget) -> QMenu:
    """Make the menu of the open project's views."""
    look, menu = tree.desk.look, QMenu(parent)
    menu.setTitle(look.text("menu_views"))
    menu.setIcon(look.icon("stack-simple"))
    park = tree.desk.park
    try:
        from gis_app.session.map_view import delete_view, load_views

        views = load_views(park.path) if park is not None else ()
    except Refused as refused:
        tree.desk.noticed.emit("cannot_tell", refused.message)
        views = ()
    for view in views:
        menu.addAction(view.name).triggered.connect(
            lambda _checked=False, view=view: _try(tree, lambda canvas: restore_view(tree, canvas, view))
        )
    menu.addSeparator()
    menu.addAction(look.icon("plus"), look.text("menu_view_save")).triggered.connect(
        lambda: _try(tree, lambda canvas: _ask_save(tree, canvas))
    )
    if park is not None and views:
        deletes = menu.addMenu(look.text("menu_view_delete"))
        for view in views:
            deletes.addAction(view.name).triggered.connect(
                lambda _checked=False, name=view.name: _try(tree, lambda _c: delete_view(park.path, name))
            )
    return menu


def _ask_save(tree: LayerTree, canvas: Any) -> None:
    look = tree.desk.look
    name, given = QInputDialog.getText(tree, look.text("menu_views"), look.text("view_name"))
    if given and name.strip():
        save_view(tree, canvas, name)
        tree.desk.noticed.emit("pass", Message("ui.view_saved", {"name": name.strip()}))


def _try(tree: LayerTree, work: Any) -> None:
    canvas = getattr(getattr(tree.window(), "map", None), "canvas", None)
    if canvas is None:
        return
    try:
        work(canvas)
    except Refused as refused:
        tree.desk.noticed.emit("fail", refused.message)
