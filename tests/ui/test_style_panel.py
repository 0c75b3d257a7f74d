"""The style panel on the sample park: what is chosen is drawn, kept, written, read and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
    QWidget,
)

from gis_app.catalogue.filter import parse
from gis_app.ui.style_parts import PARTS
from tests.ui.screens import until


@pytest.fixture
def panel(window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    park, path = window.desk.park, tmp_path / "park.gpkg"
    window.desk.park = replace(park, path=path, opened=replace(park.opened, path=path))
    made = window.tree.open_style("supply_parcel")
    yield made
    until(lambda: not made.restyle.waiting, "style")
    made.close()


def drawn(panel: Any, layer: str = "supply_parcel") -> list[Any]:
    """What the map is given, once it is there."""
    until(lambda: not panel.restyle.waiting, "style")
    return list(panel.desk.park.scene[layer])


def pick(control: QComboBox, value: str) -> None:
    """Choose as a person does."""
    control.setCurrentIndex(control.findData(value))
    assert control.currentData() == value
    control.activated.emit(control.currentIndex())


def test_the_menu_of_a_layer_offers_it(window: Any) -> None:
    item = window.tree.item_of("road")
    texts = [action.text() for action in window.tree.menu_of(item).actions()]
    for id in ("menu_style", "menu_copy_style", "menu_paste_style", "menu_views"):
        assert window.look.text(id) in texts


def test_opacity_is_changed_in_place(panel: Any, window: Any) -> None:
    menu = window.tree.menu_of(window.tree.item_of("survey_polygon"))
    slider = menu.findChild(QSlider, "layer_opacity_slider")
    assert slider.value() == 42 and slider.accessibleName() and slider.toolTip()
    slider.setValue(70)
    assert drawn(panel, "survey_polygon")[0].opacity == 0.7


def test_a_layer_with_a_filter_is_marked(panel: Any, window: Any) -> None:
    row = window.tree.itemDelegate()
    assert not row._is_filtered("supply_parcel")
    panel.whole.filter.setText("status = 'S1'")
    panel.whole.filter.editingFinished.emit()
    drawn(panel)
    assert row._is_filtered("supply_parcel") and not row._is_filtered("road")
    window.tree.grab()


def test_ranges_of_numbers_are_drawn_and_explained(panel: Any) -> None:
    pick(panel.head.kind, "graduated")
    pick(panel.head.field, "registered_area_m2")
    pick(panel.head.method, "natural")
    panel.head.count.setValue(4)
    (layer,) = drawn(panel)
    assert len(layer.symbols) == 4 == panel.classes.table.rowCount()
    ramp = panel.desk.park.catalogue.ramps["heat"]
    assert [symbol.fill for symbol in layer.symbols] == ramp.take(4)
    assert [symbol.title["zh"] for symbol in layer.symbols] == [
        rule.title["zh"] for rule in panel.style_.rules
    ]
    panel.classes.table.item(0, 2).setText("0 – 24000")
    assert panel.style_.rules[0].range == (0.0, 24000.0)
    assert panel.style_.rules[0].title["en"] == "registered area 0 – 24000"
    pick(panel.head.ramp, "greys")
    assert drawn(panel)[0].symbols[0].fill == "#f7f7f7"


def test_values_rules_and_one_for_all(panel: Any) -> None:
    pick(panel.head.kind, "categorised")
    pick(panel.head.field, "right_holder")
    (layer,) = drawn(panel)
    assert len(layer.symbols) > 1 and panel.style_.rules[-1].otherwise
    pick(panel.head.kind, "rules")
    assert panel.style_.kind == "rules" and sum(len(one.fids) for one in drawn(panel)) == 40
    pick(panel.head.kind, "single")
    (layer,) = drawn(panel)
    assert len(layer.symbols) == 1 and len(layer.fids) == 40


def test_a_part_of_a_symbol(panel: Any) -> None:
    pick(panel.head.kind, "single")
    part = panel.parts["hatch"]
    part.switch.setChecked(False)
    part.switch.setChecked(True)
    part.controls["spacing_mm"].setValue(3.5)
    pick(part.controls["angle"], "135")
    panel.parts["fill"].controls["colour"].take("#123456")
    panel.parts["strength"].controls["strength"].setValue(0.5)
    (layer,) = drawn(panel)
    symbol = layer.symbols[0]
    assert (symbol.hatch.angle_deg, symbol.hatch.spacing_mm) == (135.0, 3.5)
    assert symbol.fill == "#123456" and symbol.hatch.colour.startswith("#80")


def test_another_colour_sends_no_other_coordinates(panel: Any) -> None:
    pick(panel.head.kind, "single")
    before = drawn(panel)[0].shapes
    panel.parts["fill"].controls["colour"].take("#123456")
    (layer,) = drawn(panel)
    assert layer.shapes is before and layer.symbols[0].fill == "#123456"


def test_the_last_thing_that_is_drawn_stays(panel: Any) -> None:
    pick(panel.head.kind, "single")
    for id in ("label", "fill", "hatch", "outline", "casing"):
        panel.parts[id].switch.setChecked(False)
    assert drawn(panel)


def test_several_classes_at_once(panel: Any) -> None:
    panel.classes.choose([1, 2])
    panel.classes.chosen.emit()
    panel.parts["outline"].controls["width_mm"].setValue(1.5)
    widths = [rule.outline.width_mm for rule in panel.style_.rules]
    assert widths[1] == widths[2] == 1.5 and widths[0] != 1.5


def test_conditions_are_typed_and_refused(panel: Any) -> None:
    table = panel.classes.table
    table.item(2, 2).setText("price_wan > 100 and status = 'S1'")
    assert panel.style_.rules[2].filter == parse("price_wan > 100 and status = 'S1'")
    assert not panel.style_.rules[2].where
    before = panel.style_
    table.item(2, 2).setText("price_wan >")
    assert panel.style_ == before and panel.note.text()
    table.item(0, 1).setText("新名称")
    assert (
        panel.style_.rules[0].title["zh"] == "新名称" and panel.style_.rules[0].title["en"] == "supply parcel"
    )


def test_rows_are_added_moved_and_removed(panel: Any) -> None:
    count = len(panel.style_.rules)
    panel.classes.tools["add"].click()
    assert len(panel.style_.rules) == count + 1 and panel.style_.rules[0] == panel.style_.rules[1]
    panel.classes.choose([2])
    second = panel.style_.rules[2]
    panel.classes.tools["down"].click()
    assert panel.style_.rules[3] == second
    panel.classes.tools["up"].click()
    panel.classes.tools["up"].click()
    assert panel.style_.rules[1] == second
    panel.classes.tools["remove"].click()
    assert len(panel.style_.rules) == count


def test_only_some_features_in_another_order(panel: Any) -> None:
    pick(panel.head.kind, "single")
    panel.whole.filter.setText("registered_area_m2 > 30000")
    panel.whole.filter.editingFinished.emit()
    pick(panel.whole.order, "-registered_area_m2")
    panel.whole.opacity.controls["strength"].setValue(0.4)
    (layer,) = drawn(panel)
    park = panel.desk.park
    areas = park.project.layers["supply_parcel"].rows(layer.fids.tolist(), ["registered_area_m2"])
    values = areas["registered_area_m2"].tolist()
    assert values and min(values) > 30000 and values == sorted(values, reverse=True)
    assert layer.opacity == 0.4
    panel.whole.filter.setText("no_such_field = 1")
    panel.whole.filter.editingFinished.emit()
    assert "no_such_field" in panel.note.text() and panel.style_.filter == parse("registered_area_m2 > 30000")


def test_kept_opened_again_and_reset(panel: Any, tmp_path: Path) -> None:
    pick(panel.head.kind, "single")
    assert panel.state.text() == panel.desk.look.text("style_unsaved")
    panel.keeps.click()
    file = tmp_path / "park.styles" / "supply_parcel.toml"
    assert file.is_file() and panel.state.text() == panel.desk.look.text("style_own")
    from gis_app.catalogue import load
    from gis_app.session.styles import with_own_styles

    read, told = with_own_styles(load(), tmp_path / "park.gpkg")
    assert told == () and read.styles["supply_parcel"] == panel.style_
    panel.resets.click()
    assert not file.exists() and panel.style_ == load().styles["supply_parcel"]
    assert all(symbol.fill != "#9db7d6" for layer in drawn(panel) for symbol in layer.symbols)


def test_written_and_read_as_qml(panel: Any, tmp_path: Path) -> None:
    pick(panel.head.kind, "graduated")
    written = panel.style_
    for suffix in (".qml", ".sld", ".toml"):
        panel.write_file(tmp_path / f"mine{suffix}")
    pick(panel.head.kind, "single")
    panel.read_file(tmp_path / "mine.qml")
    assert panel.style_.kind == "graduated" and panel.style_.field == written.field
    assert [rule.range for rule in panel.style_.rules] == [rule.range for rule in written.rules]
    panel.read_file(tmp_path / "mine.toml")
    assert panel.style_ == written
    other = (tmp_path / "mine.qml").read_text(encoding="utf-8").replace("SimpleFill", "GradientFill", 1)
    (tmp_path / "other.qml").write_text(other, encoding="utf-8")
    panel.read_file(tmp_path / "other.qml")
    assert "GradientFill" in panel.note.text()


def test_copied_to_another_layer(panel: Any, window: Any) -> None:
    pick(panel.head.kind, "single")
    window.tree.copy_style("supply_parcel")
    copied = window.tree.copied
    window.tree.paste_style("reserve_parcel")
    assert panel.layer_id == "reserve_parcel"
    assert panel.style_.rules[0].fill == copied.rules[0].fill and panel.style_.id == "reserve_parcel"
    assert drawn(panel, "reserve_parcel")[0].symbols[0].fill == copied.rules[0].fill


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_control_has_a_name_and_a_tip(panel: Any, language: str) -> None:
    panel.desk.look.speak(language)
    kinds = (QComboBox, QAbstractSpinBox, QLineEdit, QAbstractButton)
    inner = ("qt_", "Scroll")
    for widget in panel.findChildren(QWidget):
        if isinstance(widget, kinds) and not widget.objectName().startswith(inner):
            if isinstance(widget.parent(), (QAbstractSpinBox, QComboBox)):
                continue
            named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            if widget.isVisibleTo(panel) or not isinstance(widget, QAbstractButton):
                assert named, widget.objectName()
                assert widget.toolTip(), widget.objectName()
    panel.desk.look.speak("zh")


def test_every_part_is_spoken_in_both_languages(panel: Any) -> None:
    for language in ("zh", "en"):
        panel.desk.look.speak(language)
        for id, part in panel.parts.items():
            assert part.switch.text() or part.title.text()
            assert all(part.captions[measure.id].text() for measure in PARTS[id])
    panel.desk.look.speak("zh")


def test_kinds_of_geometry_have_their_own_parts(panel: Any) -> None:
    def there() -> set[str]:
        QApplication.processEvents()
        return {id for id, part in panel.parts.items() if part.isVisibleTo(part.parentWidget())}

    always = {"scale", "strength", "label"}
    assert there() == {"fill", "hatch", "outline", "casing"} | always
    panel.show_layer("road")
    assert there() == {"outline", "casing", "offset"} | always
    panel.show_layer("enterprise")
    assert there() == {"marker"} | always


def test_views_of_the_map(panel: Any, window: Any) -> None:
    from gis_app.session.map_view import load_views
    from gis_app.ui.map_views import restore_view, save_view, views_menu

    tree, canvas = window.tree, window.map.canvas
    canvas.zoom_to((511000.0, 3078000.0, 512000.0, 3079000.0), 0.0)
    tree.show_only(["road", "village"])
    pick(panel.head.kind, "single")
    drawn(panel)
    order = tree.order()
    save_view(tree, canvas, " 开会 ")
    (view,) = load_views(window.desk.park.path)
    assert view.name == "开会" and set(view.visible) == {"road", "village"}
    tree.set_visible("road", False)
    panel.resets.click()
    drawn(panel)
    canvas.zoom_to((0.0, 0.0, 10.0, 10.0), 0.0)
    restore_view(tree, canvas, view)
    until(lambda: len(window.desk.park.scene["supply_parcel"]) == 1, "style of the view")
    assert set(tree.visible_ids()) == {"road", "village"} and tree.order() == order
    x, y = canvas.view.centre
    assert abs(x - 511500.0) < 1 and abs(y - 3078500.0) < 1
    texts = [action.text() for action in views_menu(tree, tree).actions()]
    assert "开会" in texts


def test_a_scene_made_for_an_older_style_is_not_taken(panel: Any, window: Any) -> None:
    window.desk.redraw()
    pick(panel.head.kind, "single")
    until(lambda: not window.desk.workers.jobs and not panel.restyle.waiting, "both")
    assert len(drawn(panel)) == 1 and len(drawn(panel)[0].fids) == 40
