"""What holds for a whole layer: its opacity, which features are drawn and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from gis_app.catalogue.filter import Filter, fields, parse, write
from gis_app.catalogue.style import Style
from gis_app.language import Message, Refused
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label
from gis_app.ui.style_head import choose, field_names, fill
from gis_app.ui.style_parts import Part, narrow

if TYPE_CHECKING:
    from gis_app.model import Layer


class StyleWhole(QWidget):
    """``changed`` tells a style, ``refused`` what is wrong with a condition, ``like`` another layer's id."""

    changed = Signal(object)
    refused = Signal(object)
    like = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.layer: Layer | None = None
        self.style_: Style | None = None
        self.opacity = Part(desk.look, "strength")
        self.opacity.controls["strength"].setObjectName("layer_opacity")
        self.filter, self.order, self.likes = QLineEdit(), narrow(QComboBox()), narrow(QComboBox())
        self.opacity.changed.connect(lambda _id: self.take())
        self.filter.editingFinished.connect(self.take)
        self.order.activated.connect(lambda _place: self.take())
        self.likes.activated.connect(lambda _place: self._like())
        self.controls = {"filter": self.filter, "order": self.order, "like": self.likes}
        self.captions = {name: label("second") for name in self.controls}
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.setHorizontalSpacing(12)
        for name, control in self.controls.items():
            control.setObjectName(f"style_{name}")
            form.addRow(self.captions[name], control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(10)
        layout.addWidget(self.opacity)
        layout.addLayout(form)
        layout.addStretch()

    def retranslate(self) -> None:
        """Put texts in the present language."""
        look = self.desk.look
        self.opacity.retranslate()
        self.opacity.captions["strength"].setText(look.text("style_layer_opacity"))
        self.opacity.controls["strength"].setAccessibleName(look.text("style_layer_opacity"))
        for name, control in self.controls.items():
            self.captions[name].setText(look.text(f"style_{name}"))
            control.setAccessibleName(look.text(f"style_{name}"))
            control.setToolTip(look.text(f"tip_style_{name}"))

    def show_layer(self, layer: Layer) -> None:
        """Offer what a layer has."""
        self.layer = layer
        look, park, names = self.desk.look, self.desk.park, field_names(self.desk, layer)
        down = {f"-{id}": look.text("style_order_down", field=name) for id, name in names.items()}
        fill(self.order, {"": look.text("style_order_none"), **names, **down})
        others = {
            other.id: look.of(other.feature_type.title)
            for other in (park.project.layers.values() if park is not None else ())
            if other.id != layer.id and len(other.geometry)
        }
        fill(self.likes, {"": look.text("style_like_none"), **others})

    def show_style(self, style: Style) -> None:
        """Show what a style says of the whole layer."""
        self.style_ = style
        self.opacity.show_part({"strength": style.opacity})
        self.filter.setText(write(style.filter) if style.filter is not None else "")
        choose(self.order, style.order_by)

    def take(self) -> None:
        """Take what is set, where the condition is understood."""
        if self.style_ is None:
            return
        try:
            asked = self._condition()
        except Refused as refused:
            self.refused.emit(refused.message)
            return
        order, opacity = self.order.currentData() or "", self.opacity["strength"]
        made = replace(self.style_, filter=asked, order_by=order, opacity=opacity)
        if made != self.style_:
            self.changed.emit(made)

    def _condition(self) -> Filter | None:
        asked = parse(self.filter.text()) if self.filter.text().strip() else None
        assert self.layer is not None
        kind = self.layer.feature_type
        for name in fields(asked) if asked is not None else ():
            if kind.field(name) is None:
                values = {"field": name, "type": self.desk.look.of(kind.title)}
                raise Refused(Message("catalogue.unknown_field_of", values))
        return asked

    def _like(self) -> None:
        other = self.likes.currentData()
        if other:
            self.like.emit(other)
