"""The choices above the classes of a style: kind, field, method, number of classes, colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QIcon, QLinearGradient, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from gis_app.catalogue.style import KINDS, Style
from gis_app.language import Message
from gis_app.render import classing
from gis_app.render.classify import METHODS
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label
from gis_app.ui.style_parts import narrow, side_by_side

if TYPE_CHECKING:  # tables are imported after the window is on the screen
    from gis_app.catalogue.ramp import Ramp
    from gis_app.model import Layer

STRIPE = QSize(64, 14)
NUMBERS = ("integer", "number")
CLASSES, MOST_CLASSES = 5, 12
USUAL_RAMPS = {"categorised": "kinds", "graduated": "heat"}
CHOICES = ("kind", "field", "method", "ramp")


class StyleHead(QWidget):
    """``changed`` tells a style whose classes were made anew, ``refused`` why they were not."""

    changed = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.layer: Layer | None = None
        self.style_: Style | None = None
        self.geometry_ = "polygon"
        self.kind, self.field, self.method, self.ramp = (narrow(QComboBox()) for _ in CHOICES)
        self.ramp.setIconSize(STRIPE)
        self.count = QSpinBox()
        self.count.setRange(1, MOST_CLASSES)
        self.count.setValue(CLASSES)
        self.count.setObjectName("style_count")
        self.count.valueChanged.connect(lambda _count: self.make("count"))
        for name in CHOICES:
            made: QComboBox = getattr(self, name)
            made.setObjectName(f"style_{name}")
            made.activated.connect(lambda _place, name=name: self.make(name))
        self.captions = {name: label("second") for name in CHOICES}
        self.form = QFormLayout(self)
        self.form.setContentsMargins(12, 4, 12, 8)
        self.form.setVerticalSpacing(4)
        self.form.setHorizontalSpacing(12)
        self.form.addRow(self.captions["kind"], self.kind)
        self.form.addRow(self.captions["field"], self.field)
        self.form.addRow(self.captions["method"], side_by_side(self.method, self.count))
        self.form.addRow(self.captions["ramp"], self.ramp)

    def retranslate(self) -> None:
        """Put texts in the present language."""
        look = self.desk.look
        for name in (*CHOICES, "count"):
            made = getattr(self, name)
            made.setAccessibleName(look.text(f"style_{name}"))
            made.setToolTip(look.text(f"tip_style_{name}"))
        for name, caption in self.captions.items():
            caption.setText(look.text(f"style_{name}"))

    def show_layer(self, layer: Layer, geometry: str) -> None:
        """Offer what a layer has."""
        look, park = self.desk.look, self.desk.park
        self.layer, self.geometry_ = layer, geometry
        fill(self.kind, {kind: look.text(f"style_kind_{kind}") for kind in (*KINDS[1:], KINDS[0])})
        fill(self.method, {method: look.text(f"style_method_{method}") for method in METHODS})
        fill(self.field, field_names(self.desk, layer))
        fill(self.ramp, {"": look.text("style_ramp_own")})
        for ramp in park.catalogue.ramps.values() if park is not None else ():
            self.ramp.addItem(_stripe(ramp), look.of(ramp.title), ramp.id)

    def show_style(self, style: Style) -> None:
        """Show how the classes of a style came about."""
        self.style_ = style
        values = {"kind": style.kind, "field": style.field, "ramp": style.ramp}
        for name, value in (values | {"method": style.method or "quantiles"}).items():
            choose(getattr(self, name), value)
        if style.kind == "graduated":
            self.count.blockSignals(True)
            self.count.setValue(len(style.rules))
            self.count.blockSignals(False)
        classed = style.kind in USUAL_RAMPS
        for name, there in (("field", classed), ("method", style.kind == "graduated"), ("ramp", classed)):
            self.form.setRowVisible(CHOICES.index(name), there)

    def make(self, by: str) -> None:
        """Make the classes anew after a choice changed."""
        style, kind = self.style_, self.kind.currentData()
        if style is None or self.layer is None:
            return
        made = self._made(style, kind, by)
        if isinstance(made, Message):
            self.show_style(style)
            self.refused.emit(made)
        else:
            self.changed.emit(made)

    def _made(self, style: Style, kind: str, by: str) -> Style | Message:
        assert self.layer is not None
        layer, geometry = self.layer, self.geometry_
        if kind == "single":
            return classing.single(style, geometry, layer.feature_type.title)
        if kind == "rules":
            return classing.by_rules(style)
        field, ramp = self._field(kind), self._ramp(kind)
        if not field or ramp is None:
            return Message("ui.style_no_field")
        if by == "ramp":
            return classing.recoloured(style, ramp, geometry)
        if kind == "categorised":
            codes = code_list(self.desk, layer, field)
            return classing.categorised(style, layer, field, ramp, geometry, codes)
        method, count = self.method.currentData() or "quantiles", self.count.value()
        made = classing.graduated(style, layer, field, method, count, ramp, geometry)
        return Message("ui.style_no_numbers") if made is style else made

    def _ramp(self, kind: str) -> Ramp | None:
        park = self.desk.park
        chosen = self.ramp.currentData() or USUAL_RAMPS[kind]
        return park.catalogue.ramps.get(chosen) if park is not None else None

    def _field(self, kind: str) -> str:
        """Give the chosen field; where the kind is new and it does not suit, the first that does."""
        assert self.style_ is not None and self.layer is not None
        chosen = self.field.currentData() or ""
        if self.style_.kind == kind and chosen:
            return chosen
        kind_of = self.layer.feature_type
        there = [field for field in kind_of.fields if self.layer.has(field.id)]
        if kind == "graduated":
            suited = [field.id for field in there if field.type in NUMBERS]
        else:
            likely = [
                field for field in there if field.values or field.codes or field.id == kind_of.class_field
            ]
            suited = [field.id for field in likely or there]
        return chosen if chosen in suited else next(iter(suited), "")


def code_list(desk: Desk, layer: Layer, field: str) -> Any:
    """Give the code list of a field, None where it has none."""
    from gis_app.render.styling import code_list_of

    park = desk.park
    assert park is not None
    if field == layer.feature_type.class_field:
        return code_list_of(layer, park.catalogue)
    declared = layer.feature_type.field(field)
    return park.catalogue.code_lists.get(declared.codes) if declared is not None else None


def field_names(desk: Desk, layer: Layer) -> dict[str, str]:
    """Give the fields that a layer has, with their names for people."""
    there = (field for field in layer.feature_type.fields if layer.has(field.id))
    return {field.id: desk.look.of(field.title) for field in there}


def fill(control: QComboBox, choices: Mapping[str, str]) -> None:
    """Offer choices, value and text, without telling."""
    control.blockSignals(True)
    control.clear()
    for value, text in choices.items():
        control.addItem(text, value)
    control.blockSignals(False)


def choose(control: QComboBox, value: str) -> None:
    """Choose a value without telling."""
    control.blockSignals(True)
    control.setCurrentIndex(control.findData(value))
    control.blockSignals(False)


def _stripe(ramp: Ramp) -> QIcon:
    """Show a ramp as a stripe; colours of kinds side by side."""
    picture = QPixmap(STRIPE)
    painter = QPainter(picture)
    count = len(ramp.colours)
    if ramp.kinds:
        width = STRIPE.width() / count
        for place, colour in enumerate(ramp.colours):
            painter.fillRect(int(place * width), 0, int(width) + 1, STRIPE.height(), QColor(colour))
    else:
        gradient = QLinearGradient(0.0, 0.0, float(STRIPE.width()), 0.0)
        for place, colour in enumerate(ramp.colours):
            gradient.setColorAt(place / (count - 1), QColor(colour))
        painter.fillRect(picture.rect(), gradient)
    painter.end()
    return QIcon(picture)
