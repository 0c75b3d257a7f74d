"""The controls of a symbol: each part of it with a switch and its measures, made from one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from gis_app.catalogue.style import SHAPES
from gis_app.ui.colour_button import ColourButton
from gis_app.ui.look import Look
from gis_app.ui.parts import label, line

DASHES: Mapping[str, tuple[float, ...]] = {
    "solid": (),
    "dashed": (2.0, 1.0),
    "dotted": (0.4, 0.8),
    "dash_dot": (4.0, 1.2, 0.6, 1.2),
    "long": (5.0, 1.5),
}
ANGLES = {"0": 0.0, "45": 45.0, "90": 90.0, "135": 135.0}
OWN = "own"


@dataclass(frozen=True)
class Measure:
    """One control of a part: a ``colour``, a ``number`` between bounds, a ``choice`` or a ``flag``."""

    id: str
    kind: str
    least: float = 0.0
    most: float = 50.0
    step: float = 0.1
    decimals: int = 2
    choices: tuple[str, ...] = ()


COLOUR = Measure("colour", "colour")
WIDTH = Measure("width_mm", "number", 0.0, 20.0, 0.05)
DASH = Measure("dash", "choice", choices=(*DASHES, OWN))
PARTS: Mapping[str, tuple[Measure, ...]] = {
    "fill": (COLOUR, Measure("opacity", "number", 0.0, 1.0, 0.05)),
    "hatch": (
        COLOUR,
        Measure("angle", "choice", choices=(*ANGLES, OWN)),
        Measure("spacing_mm", "number", 0.1, 50.0, 0.1),
        WIDTH,
    ),
    "outline": (COLOUR, WIDTH, DASH),
    "casing": (COLOUR, WIDTH),
    "marker": (COLOUR, Measure("shape", "choice", choices=SHAPES), Measure("size_mm", "number", 0.2, 50.0)),
    "offset": (Measure("offset_mm", "number", -50.0, 50.0),),
    "scale": (
        Measure("min_denominator", "number", 0.0, 1e8, 1000.0, 0),
        Measure("max_denominator", "number", 0.0, 1e8, 1000.0, 0),
    ),
    "strength": (Measure("strength", "number", 0.0, 1.0, 0.05),),
    "label": (
        Measure("field", "choice"),
        Measure("size_mm", "number", 0.5, 50.0),
        COLOUR,
        Measure("halo", "colour"),
        Measure("smallest_scale", "number", 0.0, 1e8, 1000.0, 0),
        Measure("along", "flag"),
        Measure("bold", "flag"),
    ),
}
"""Every part of a symbol, and what can be set in it."""
SWITCHED = frozenset({"fill", "hatch", "outline", "casing", "marker", "label"})
"""Parts that are there or not."""
OF_GEOMETRY: Mapping[str, tuple[str, ...]] = {
    "polygon": ("fill", "hatch", "outline", "casing"),
    "line": ("outline", "casing", "offset"),
    "point": ("marker",),
}


class Part(QFrame):
    """One part of a symbol."""

    changed = Signal(str)

    def __init__(self, look: Look, id: str) -> None:
        super().__init__()
        self.look, self.id = look, id
        self.switch = QCheckBox()
        self.switch.setVisible(id in SWITCHED)
        self.title = label("title")
        # one measure alone is named by its own caption
        self.title.setVisible(id not in SWITCHED and len(PARTS[id]) > 1)
        self.controls: dict[str, Any] = {}
        self.captions: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        form = QFormLayout()
        form.setContentsMargins(22 if id in SWITCHED else 0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setHorizontalSpacing(12)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for measure in PARTS[id]:
            made = self._control(measure)
            self.controls[measure.id], self.captions[measure.id] = made, label("second")
            made.setObjectName(f"{id}_{measure.id}")
            form.addRow(self.captions[measure.id], made)
        self._form = QWidget()
        self._form.setLayout(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.switch, self.title, self._form, line()):
            layout.addWidget(part)
        layout.insertSpacing(layout.count() - 1, 4)
        self.switch.setObjectName(f"{id}_on")
        self.switch.toggled.connect(self._form.setVisible)
        self.switch.toggled.connect(lambda _on: self.changed.emit(id))
        self._form.setVisible(id not in SWITCHED)
        self.retranslate()

    def _control(self, measure: Measure) -> Any:
        if measure.kind == "colour":
            made = ColourButton()
            made.changed.connect(lambda: self.changed.emit(self.id))
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            return made
        if measure.kind == "flag":
            flag = QCheckBox()
            flag.toggled.connect(lambda _on: self.changed.emit(self.id))
            return flag
        if measure.kind == "choice":
            choice = narrow(QComboBox())
            for name in measure.choices:
                choice.addItem(name, name)
            choice.activated.connect(lambda _place: self.changed.emit(self.id))
            return choice
        number = QDoubleSpinBox()
        number.setRange(measure.least, measure.most)
        number.setSingleStep(measure.step)
        number.setDecimals(measure.decimals)
        number.setKeyboardTracking(False)
        number.valueChanged.connect(lambda _value: self.changed.emit(self.id))
        return number

    def retranslate(self) -> None:
        """Put the texts in the present language."""
        title = self.look.text(f"style_{self.id}")
        self.switch.setText(title)
        self.switch.setToolTip(self.look.text("tip_style_switch", part=title))
        self.title.setText(title)
        for measure in PARTS[self.id]:
            control, name = self.controls[measure.id], self.look.text(f"style_{measure.id}")
            self.captions[measure.id].setText(name)
            control.setAccessibleName(f"{title} {name}")
            control.setToolTip(self.look.text(f"tip_style_{measure.id}"))
            if isinstance(control, ColourButton):
                control.of_class = self.look.text("style_of_class")
            for place, choice in enumerate(measure.choices):
                control.setItemText(place, self.look.text(f"style_{measure.id}_{choice}"))

    def set_choices(self, id: str, choices: Mapping[str, str]) -> None:
        """Offer other choices: value and what is shown."""
        control = self.controls[id]
        control.blockSignals(True)
        control.clear()
        for value, text in choices.items():
            control.addItem(text, value)
        control.blockSignals(False)

    def show_part(self, part: Any) -> None:
        """Show a part of a rule without telling; None switches it off."""
        self._kept = {}
        every = [self.switch, *self.controls.values()]
        for control in every:
            control.blockSignals(True)
        self.switch.setChecked(part is not None)
        self._form.setVisible(part is not None or self.id not in SWITCHED)
        for measure in PARTS[self.id]:
            if part is not None:
                self._show(measure, part[measure.id])
        for control in every:
            control.blockSignals(False)

    def _show(self, measure: Measure, value: Any) -> None:
        control = self.controls[measure.id]
        if measure.kind == "colour":
            control.show_colour(value)
        elif measure.kind == "flag":
            control.setChecked(bool(value))
        elif measure.kind == "number":
            control.setValue(value)
        else:
            place = control.findData(_named(measure.id, value))
            self._kept[measure.id] = value
            control.setCurrentIndex(place if place >= 0 else control.findData(OWN))

    @property
    def on(self) -> bool:
        """Whether the part is there."""
        return self.id not in SWITCHED or self.switch.isChecked()

    def __getitem__(self, id: str) -> Any:
        """Give what is set."""
        measure = next(one for one in PARTS[self.id] if one.id == id)
        control = self.controls[id]
        if measure.kind == "colour":
            return control.colour
        if measure.kind == "flag":
            return control.isChecked()
        if measure.kind == "number":
            return round(control.value(), 4)
        chosen = control.currentData()
        if chosen == OWN:
            return self._kept.get(id, () if id == "dash" else 0.0)
        return DASHES[chosen] if id == "dash" else ANGLES[chosen] if id == "angle" else chosen


def _named(id: str, value: Any) -> str:
    """Give the name of the choice that a value is."""
    known: Mapping[str, Any] = {"dash": DASHES, "angle": ANGLES}.get(id, {})
    return next((name for name, own in known.items() if own == value), OWN) if known else str(value)


def narrow(control: QComboBox) -> QComboBox:
    """Let a choice be narrower than its longest text."""
    control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    control.setMinimumContentsLength(8)
    return control


def boxed(parts: list[Part]) -> QWidget:
    """Lay parts out in a column."""
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(12, 10, 12, 10)
    layout.setSpacing(10)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch()
    return made


def side_by_side(*parts: QWidget) -> QHBoxLayout:
    """Lay controls out in a row, the last takes what is left."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(6)
    for part in parts:
        made.addWidget(part)
    return made
