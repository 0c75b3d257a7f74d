"""Values of a layer's fields as a person enters them: a line each; what is left alone stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QLineEdit, QScrollArea, QWidget

from gis_app.model import GEOMETRY
from gis_app.ui.look import Look
from gis_app.ui.parts import label

if TYPE_CHECKING:
    from gis_app.catalogue import Field
    from gis_app.model import Layer

HEIGHT = 250
MOST_LOOKED_AT = 2_000
"""Of more chosen features than these the first are compared."""


class Fields(QScrollArea):
    """``changed`` tells that something was entered."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedHeight(HEIGHT)
        self.lines: dict[str, QLineEdit | QComboBox] = {}
        self._before: dict[str, object] = {}

    def show_layer(self, layer: Layer, fids: Sequence[int], names: Sequence[str] | None = None) -> None:
        """Show the fields of a layer or only some of them, filled where features agree."""
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 8, 0)
        form.setVerticalSpacing(4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.lines, self._before = {}, {}
        declared = {field.id: field for field in layer.feature_type.fields}
        own = [name for name in layer.table.columns if name not in (GEOMETRY, "parkplan_source_id")]
        looked_at = list(fids)[:MOST_LOOKED_AT]
        for name in dict.fromkeys([*declared, *own]) if names is None else names:
            field = declared.get(name)
            text, differs = _common(layer, looked_at, name)
            made = self._line(field, text, differs)
            title = name if field is None else self._title(field)
            made.setAccessibleName(title)
            made.setToolTip(self.look.text("tip_field_entry", field=title))
            self.lines[name], self._before[name] = made, text
            form.addRow(label("second", title, wraps=True), made)
        self.setWidget(inside)
        for part in (inside, self.viewport()):
            part.setAutoFillBackground(False)
        self.setFixedHeight(min(HEIGHT, inside.sizeHint().height() + 2))

    def _title(self, field: Field) -> str:
        unit, title = self.look.unit(field.unit), self.look.of(field.title)
        return f"{title} ({unit})" if unit else title

    def _line(self, field: Field | None, text: object, differs: bool) -> QLineEdit | QComboBox:
        words: dict[object, str] = {}
        if field is not None and field.type == "boolean":
            words = {True: self.look.text("yes"), False: self.look.text("no")}
        elif field is not None and field.values:
            words = {word: word for word in (*field.values, *([str(text)] if text else []))}
        if words:
            made = QComboBox()
            made.addItem("", None)
            for value, word in words.items():
                made.addItem(word, value)
            made.setCurrentIndex(max(0, made.findData(text)))
            made.currentIndexChanged.connect(lambda _place: self.changed.emit())
            return made
        line = QLineEdit("" if text is None else str(text))
        if differs:
            line.setPlaceholderText(self.look.text("field_differs"))
        line.textEdited.connect(lambda _text: self.changed.emit())
        return line

    def values(self) -> dict[str, object]:
        """Give what was entered anew, field → value as it was typed; an emptied field is None."""
        given = {name: entered(made) for name, made in self.lines.items()}
        return {name: value for name, value in given.items() if value != self._before[name]}

    def enter(self, name: str, text: str) -> None:
        """Enter a value as a hand would."""
        made = self.lines[name]
        if isinstance(made, QComboBox):
            made.setCurrentIndex(max(0, made.findData(text)))
        else:
            made.setText(text)
        self.changed.emit()


def entered(made: QLineEdit | QComboBox) -> object:
    """Give what stands in a field, None for nothing."""
    return made.currentData() if isinstance(made, QComboBox) else made.text().strip() or None


def _common(layer: Layer, fids: Sequence[int], name: str) -> tuple[object, bool]:
    """Give the value that features have in common, as it is entered, and whether they differ."""
    if not fids or not layer.has(name):
        return None, False
    values = {as_entered(value) for value in layer.rows(list(fids), [name])[name].tolist()}
    return (values.pop(), False) if len(values) == 1 else (None, True)


def as_entered(value: Any) -> object:
    """Give a value as it would be typed, so that it reads back as the same; None for nothing."""
    if value is None or value != value or value == "":
        return None
    if isinstance(value, bool):
        return value
    return f"{value:.15g}" if isinstance(value, float) else str(value)
