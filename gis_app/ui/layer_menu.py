"""The menu of a layer: frame it, its table, show it alone, its opacity, its style, the map views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QSlider, QTreeWidgetItem, QWidget, QWidgetAction

from gis_app.language import Refused
from gis_app.ui.layer_row import ID
from gis_app.ui.map_views import views_menu
from gis_app.ui.parts import label, row

if TYPE_CHECKING:
    from gis_app.catalogue import Style
    from gis_app.ui.layers import LayerTree

SLIDER_PX = 120


def layer_menu(tree: LayerTree, item: QTreeWidgetItem) -> QMenu:
    """Make the menu of a layer's row."""
    from gis_app.model.duplicate import is_duplicate, layer_id
    from gis_app.ui.duplicating import ask_name

    look, id, menu = tree.desk.look, item.data(0, ID), QMenu(tree)
    layer = id.split("/")[0]

    def add(icon: str, text: str, run: Callable[[], object]) -> None:
        menu.addAction(look.icon(icon), look.text(text)).triggered.connect(lambda: run())

    add("map-pin-line", "menu_frame", lambda: tree.frame(item))
    add("table", "menu_table", lambda: _show_table(tree, layer_id(layer)))
    add("eye", "menu_only", lambda: tree.only(id))
    menu.addSeparator()
    menu.addAction(_opacity(tree, layer, menu))
    add("note-pencil", "menu_style", lambda: tree.open_style(layer))
    add("copy", "menu_copy_style", lambda: tree.copy_style(layer))
    add("clipboard-text", "menu_paste_style", lambda: tree.paste_style(layer))
    menu.actions()[-1].setEnabled(tree.copied is not None)
    menu.addSeparator()
    add("stack-simple", "menu_duplicate", lambda: tree.duplicate(layer_id(layer)))
    menu.actions()[-1].setEnabled(not tree.desk.read_only)
    if is_duplicate(layer):
        add("note-pencil", "menu_rename", lambda: ask_name(tree, layer))
        menu.actions()[-1].setEnabled(not tree.desk.read_only)
    removes = "menu_remove_duplicate" if is_duplicate(layer) else "menu_remove"
    add("trash-simple", removes, lambda: tree.remove(layer))
    menu.actions()[-1].setShortcut(QKeySequence(Qt.Key.Key_Delete))
    menu.actions()[-1].setEnabled(not tree.desk.read_only)
    menu.addSeparator()
    menu.addMenu(views_menu(tree, menu))
    return menu


def missing_menu(tree: LayerTree, name: str) -> QMenu:
    """Make the menu of a source that is not there."""
    look, menu = tree.desk.look, QMenu(tree)
    menu.addAction(look.icon("folder-open"), look.text("menu_supply")).triggered.connect(
        lambda: tree.supply(name)
    )
    again = menu.addAction(look.icon("clock-counter-clockwise"), look.text("menu_read_again"))
    again.triggered.connect(lambda: tree.actions_.run("recheck"))
    return menu


def _opacity(tree: LayerTree, layer: str, menu: QMenu) -> QWidgetAction:
    """Make a slider; the map follows it."""
    from gis_app.ui.park import ground_opacity

    look, park = tree.desk.look, tree.desk.park
    assert park is not None
    style, shown = park.style_of(layer), park.layer_of(layer)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName("layer_opacity_slider")
    slider.setRange(0, 100)
    slider.setFixedWidth(SLIDER_PX)
    slider.setValue(round(style.opacity * ground_opacity(shown, park.catalogue) * 100))
    slider.setAccessibleName(look.text("style_layer_opacity"))
    slider.setToolTip(look.text("tip_style_opacity"))
    slider.valueChanged.connect(lambda value: tree.restyle.wear(replace(style, opacity=value / 100.0)))
    first = slider.value()
    menu.aboutToHide.connect(lambda: _enter(tree, style, slider) if slider.value() != first else None)
    box = QWidget()
    box.setLayout(
        row(label("second", look.text("style_layer_opacity")), None, slider, margins=(12, 2, 12, 2))
    )
    made = QWidgetAction(menu)
    made.setDefaultWidget(box)
    return made


def _enter(tree: LayerTree, style: Style, slider: QSlider) -> None:
    """Make a step of what the slider came to; a folder has no steps."""
    from gis_app.catalogue.style_writing import style_toml

    chosen = replace(style, opacity=slider.value() / 100.0)
    try:
        tree.restyle.enter({style.id: style_toml(chosen)})
    except Refused as refused:
        tree.desk.noticed.emit("fail", refused.message)


def _show_table(tree: LayerTree, layer: str) -> None:
    tree.desk.choose_layer(layer)
    tree.actions_.run("show_table")
