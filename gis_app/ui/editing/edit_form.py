"""The form of an edit, made from the arguments that the edit declares."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import shapely
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget
from shapely.geometry.base import BaseGeometry

from gis_app.edits.edit import Edit
from gis_app.edits.inherit import ASK
from gis_app.edits.naming import label as name_of
from gis_app.edits.naming import labels
from gis_app.edits.registry import EDITS
from gis_app.language import Message, Refused
from gis_app.ui.editing.fields import Fields
from gis_app.ui.editing.forms import ALL, FORMS, LAYER, ONE, PARK, SOME, Form
from gis_app.ui.editing.panel import EditPanel
from gis_app.ui.parts import label

if TYPE_CHECKING:
    from gis_app.edits.arguments import Argument
    from gis_app.model import Changeset, Layer
    from gis_app.ui.editing.bench import Bench

ASKING = {
    "split_by_area": "on_split",
    "split_by_width": "on_split",
    "split_by_ratio": "on_split",
    "merge": "on_merge",
}
"""Edits that ask only for what cannot be inherited, and by which rule of a field."""
PARTED = re.compile(r"[,，、;；\s:：]+")
OUTLINE_PX = 74
SKETCH = "draw"
"""The sketch that an outline is taken from."""
NOTE = ("rule", "reason", "document", "document_date", "attachment")
"""What an exception note says."""


class EditForm(EditPanel):
    """Asks for what the edit needs beside the layer in hand and the chosen features."""

    def __init__(self, bench: Bench, id: str) -> None:
        super().__init__(bench, id)
        self.form: Form = FORMS[id]
        self.edit: Edit = EDITS[self.form.edit]
        self.declared: dict[str, Argument] = {one.name: one for one in self.edit.arguments}
        self.fields: dict[str, QWidget] = {}
        self.captions: dict[str, QWidget] = {}
        self._filled_for: object = None
        rows = QFormLayout()
        rows.setVerticalSpacing(6)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name in self.form.asked:
            made = self._field(self.declared[name])
            self.fields[name] = made
            if isinstance(made, Fields):
                rows.addRow(made)
                continue
            self.captions[name] = label("second", wraps=True)
            rows.addRow(self.captions[name], made)
        self.body.addLayout(rows)

    # --- fields

    def _field(self, argument: Argument) -> QWidget:
        if argument.kind == "values":
            made = Fields(self.look)
            made.changed.connect(self.ask_soon)
            return made
        if argument.kind == "outline":
            text = QPlainTextEdit()
            text.setFixedHeight(OUTLINE_PX)
            text.setPlaceholderText(self.look.text("form_outline_hint"))
            text.textChanged.connect(self.ask_soon)
            return text
        if argument.kind == "flag":
            box = QCheckBox()
            box.toggled.connect(lambda _on: self.ask_soon())
            return box
        if argument.choices or argument.kind in ("layer", "made_layer") or self._options(argument.name):
            choice = QComboBox()
            choice.currentIndexChanged.connect(lambda _place: self.ask_soon())
            return choice
        line = QLineEdit()
        line.textEdited.connect(lambda _text: self.ask_soon())
        return line

    def inputs(self) -> list[QWidget]:
        """Give the fields in their order."""
        return list(self.fields.values())

    def retext(self) -> None:
        """Put texts as they are now."""
        super().retext()
        for name, made in self.fields.items():
            title = self.look.text(f"argument_{name}")
            made.setAccessibleName(title)
            made.setToolTip(self.look.text(f"tip_argument_{name}"))
            caption = self.captions.get(name)
            if caption is not None:
                caption.setText(title)  # type: ignore[attr-defined]
        self._filled_for = None

    def fill(self) -> None:
        """Say what it is made on, offer what can be chosen; for the same features what was entered stays."""
        bench, layer = self.bench, self.layer()
        chosen = bench.chosen_of(bench.layer)
        named = ""
        if self.form.on in (ONE, SOME, ALL) and layer is not None:
            title = self.look.of(layer.feature_type.title)
            named = self.look.text("form_on", layer=title, features=labels(layer, chosen))
            if not chosen:
                whole = "form_whole_layer" if self.form.on == ALL else f"form_choose_{self.form.on}"
                named = self.look.text(whole, layer=title)
        self.target.setText(named)
        self.target.setVisible(bool(named))
        key = (bench.layer, tuple(chosen), id(bench.park))
        if key == self._filled_for:
            return
        self._filled_for = key
        for name, made in self.fields.items():
            if isinstance(made, QComboBox):
                self._offer(name, made)
            elif isinstance(made, Fields) and layer is not None:
                names = self._names(layer)
                made.show_layer(layer, chosen if self.form.edit == "set_attributes" else [], names)
                made.setVisible(names is None or bool(names))
        self.place()

    def _names(self, layer: Layer) -> Sequence[str] | None:
        """Give the fields that are entered: of a split or merge only those that the layer's file asks for."""
        edit = self.form.edit
        if edit == "set_entry":
            return NOTE
        if edit not in ASKING:
            return None
        rule = ASKING[edit]
        return [field.id for field in layer.feature_type.fields if getattr(field, rule) == ASK]

    def layer(self) -> Layer | None:
        """Give the layer whose fields are entered: the one in hand, or the one that the edit is for."""
        park = self.bench.park
        default = self.declared.get("layer")
        if park is not None and self.form.on == PARK and default is not None and default.default:
            return park.project.layers.get(str(default.default))
        found: Layer | None = self.bench.target
        return found

    def _options(self, name: str) -> list[tuple[str, object]]:
        """Give what can be chosen for an argument that the park knows the answers to."""
        park = self.bench.park
        if park is None:
            return [("", None)] if name in ("proposal", "batch") else []
        if name == "proposal":
            return [(one.name or one.id, one.id) for one in park.project.proposals.values()]
        if name == "batch":
            batches = park.project.of_type("approval_batch")
            found = [] if batches is None else batches.fids.tolist()
            return [(name_of(batches, fid), int(fid)) for fid in found] or [("—", None)]  # type: ignore[arg-type]
        return []

    def _offer(self, name: str, made: QComboBox) -> None:
        argument, kept, look = self.declared[name], made.currentData(), self.look
        made.blockSignals(True)
        made.clear()
        park = self.bench.park
        if argument.choices:
            for word in argument.choices:
                made.addItem(look.text(f"choice_{word}"), word)
        elif argument.kind in ("layer", "made_layer") and park is not None:
            if not argument.required:
                made.addItem(look.text("form_same_layer"), None)
            for id, one in park.project.layers.items():
                is_offered = one.feature_type.legal_status in (
                    self.form.among or (one.feature_type.legal_status,)
                )
                if is_offered and len(one.geometry):
                    made.addItem(look.of(one.feature_type.title), id)
        else:
            for title, value in self._options(name):
                made.addItem(title, value)
        made.setCurrentIndex(max(0, made.findData(kept)))
        made.blockSignals(False)

    # --- what is asked for

    def given(self) -> dict[str, object]:
        """Give the arguments as they are entered.

        Raises
        ------
        Refused
            Something is no number, or the features it needs are not chosen.
        """
        bench, found = self.bench, dict[str, object](self.form.fixed)
        chosen = bench.chosen_of(bench.layer)
        if self.form.on in (ONE, SOME, ALL, LAYER):
            why = bench.why_not()
            if why is not None:
                raise Refused(why)
            found["layer"] = bench.layer
        if self.form.on == ONE:
            if len(chosen) != 1:
                raise Refused(Message("ui.edit_choose_one"))
            found["fid"] = chosen[0]
        elif self.form.on in (SOME, ALL):
            if not chosen and self.form.on == SOME:
                raise Refused(Message("ui.edit_choose_some"))
            if chosen:
                found["fids"] = chosen
        for name, made in self.fields.items():
            value = self._entered(self.declared[name], made)
            if value is not None:
                found[name] = value
        return self._as_note(found) if self.form.edit == "set_entry" else found

    def _as_note(self, given: Mapping[str, object]) -> dict[str, object]:
        """Give an exception note on a feature: which rule it is about, why, by which document."""
        values = {**dict(given.get("values") or {}), "layer": given["layer"], "fid": given["fid"]}  # type: ignore[call-overload]
        if not values.get("reason"):
            raise Refused(Message("ui.form_note_reason"))
        return {"table": given["table"], "id": str(uuid.uuid4()), "values": values}

    def _entered(self, argument: Argument, made: QWidget) -> object:
        if isinstance(made, Fields):
            return made.values() or None
        if isinstance(made, QCheckBox):
            return made.isChecked() or None
        if isinstance(made, QComboBox):
            return made.currentData()
        text = made.toPlainText() if isinstance(made, QPlainTextEdit) else made.text()  # type: ignore[attr-defined]
        return self._read(argument, text.strip())

    def _read(self, argument: Argument, text: str) -> object:
        if argument.kind == "outline":
            return self._outline(text)
        if not text:
            return None
        try:
            if argument.kind == "number":
                return float(text)
            if argument.kind in ("numbers", "point"):
                return [float(part) for part in PARTED.split(text) if part]
        except ValueError:
            title = self.look.text(f"argument_{argument.name}")
            raise Refused(Message("ui.form_number", {"field": title, "text": text[:40]})) from None
        return text

    def _outline(self, text: str) -> object:
        """Give a pasted outline, or the sketch that is drawn where nothing is pasted."""
        if not text:
            sketch = self.bench.sketches.get(SKETCH)
            return None if sketch is None else sketch.polygon()
        if text.upper().startswith("POLYGON"):
            return shapely.from_wkt(text, on_invalid="ignore") or text
        return text

    def would(self) -> Changeset | Message | None:
        """Give what the edit would be; nothing while something that it needs is not entered yet."""
        if not self.bench.is_open:
            return Message("ui.edit_needs_project")
        try:
            given = self.given()
        except Refused as refused:
            return refused.message
        missing = [name for name in self.form.asked if self.declared[name].required and name not in given]
        if missing:
            fields = [self.look.text(f"argument_{name}") for name in missing]
            return Message("ui.form_missing", {"fields": fields})
        return self.bench.would(self.form.edit, given)

    def act(self) -> None:
        """Make the edit; the form goes when it was asked for."""
        found = self.would()
        if isinstance(found, Message):
            self.say(self.look.say(found))
            return
        given = self.given()
        if self.bench.ask(self.form.edit, given):
            if isinstance(given.get("outline"), BaseGeometry):
                self.bench.drop(SKETCH)
            self.close_panel()
