"""Choosing features of the layer in hand by a condition, or by where they lie; the number is told first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from gis_app.language import Message, Refused
from gis_app.session.choose import NEAR, RELATIONS, by_attribute, by_location
from gis_app.ui.background import Job
from gis_app.ui.editing.panel import EditPanel
from gis_app.ui.parts import label

if TYPE_CHECKING:
    from gis_app.model import Layer
    from gis_app.session.choose import Fids
    from gis_app.ui.editing.bench import Bench

AT_ONCE = 20_000
"""Larger layers are looked through beside the window."""
WAYS = ("replace", "add", "among", "out")
"""What becomes of what is chosen already."""
CHOSEN = "chosen"


class ChoosePanel(EditPanel):
    """``look`` gives the work that finds the features; the rest is common."""

    def __init__(self, bench: Bench, id: str) -> None:
        super().__init__(bench, id)
        self.found: list[int] = []
        self.way = QComboBox()
        self.rows = QFormLayout()
        self.rows.setVerticalSpacing(6)
        self.body.addLayout(self.rows)
        self.captions = {"way": label("second")}
        self._job: Job | None = None

    def _add(self, name: str, made: QWidget) -> None:
        self.captions[name] = label("second")
        self.rows.addRow(self.captions[name], made)

    def _end(self) -> None:
        self.rows.addRow(self.captions["way"], self.way)

    def retext(self) -> None:
        """Put texts as they are now."""
        super().retext()
        look = self.look
        for name, caption in self.captions.items():
            caption.setText(look.text(f"choose_{name}"))
        kept = max(0, self.way.currentIndex())
        self.way.clear()
        for name in WAYS:
            self.way.addItem(look.text(f"choose_way_{name}"), name)
        self.way.setCurrentIndex(kept)
        self.way.setAccessibleName(look.text("choose_way"))
        self.way.setToolTip(look.text("tip_choose_way"))
        self.acts.setText(look.text("choose_apply"))

    def fill(self) -> None:
        """Say in which layer."""
        layer = self.bench.target
        self.target.setText(
            self.look.text("edit_needs_layer")
            if layer is None
            else self.look.text("choose_in", layer=self.look.of(layer.feature_type.title), count=len(layer))
        )

    def asked(self, layer: Layer) -> Callable[[], Fids] | None:
        """Give the work that finds the features, None where nothing is asked for yet."""
        raise NotImplementedError

    def preview(self) -> None:
        """Count what would be chosen."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.found = []
        self.acts.setEnabled(False)
        layer = self.bench.target
        if layer is None or not self.isVisible():
            return
        try:
            work = self.asked(layer)
            if work is None:
                self.say("")
            elif len(layer) <= AT_ONCE:
                self._take(work())
            else:
                self.say(self.look.text("choose_counting"))
                self._job = self.bench.desk.workers.start(lambda _job: work(), self._take, self._refuse)
        except Refused as refused:
            self.say(self.look.say(refused.message))

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, Refused):
            raise error
        self.say(self.look.say(error.message))

    def _take(self, fids: Fids) -> None:
        self.found = fids.tolist()
        self.acts.setEnabled(True)
        self.say(self.look.text("choose_found", count=len(self.found)))

    def act(self) -> None:
        """Choose them; the panel stays, so that one can go on asking."""
        layer, area = self.bench.layer, self.bench.area
        before, found = self.bench.chosen_of(layer), self.found
        chosen = {
            "replace": found,
            "add": [*before, *(fid for fid in found if fid not in set(before))],
            "among": [fid for fid in before if fid in set(found)],
            "out": [fid for fid in before if fid not in set(found)],
        }[self.way.currentData()]
        self._filling = True
        area.choose([(layer, fid) for fid in chosen])
        self.say(self.look.text("choose_done", count=len(chosen)))


class ChooseByAttribute(ChoosePanel):
    """A condition such as ``area_m2 > 500 and kind in ('污水', '合流')``."""

    def __init__(self, bench: Bench, id: str) -> None:
        super().__init__(bench, id)
        self.condition, self.field = QLineEdit(), QComboBox()
        self._add("condition", self.condition)
        self._add("field", self.field)
        self._end()
        self.condition.textEdited.connect(lambda _text: self.ask_soon())
        self.field.activated.connect(self._insert)

    def inputs(self) -> list[QWidget]:
        """Give the fields in their order."""
        return [self.condition, self.field, self.way]

    def retext(self) -> None:
        """Put texts as they are now."""
        super().retext()
        self.condition.setPlaceholderText(self.look.text("choose_condition_hint"))
        for part, name in ((self.condition, "condition"), (self.field, "field")):
            part.setAccessibleName(self.look.text(f"choose_{name}"))
            part.setToolTip(self.look.text(f"tip_choose_{name}"))

    def fill(self) -> None:
        """Offer the fields of the layer."""
        super().fill()
        layer = self.bench.target
        names = [] if layer is None else [name for name in layer.table.columns if name != "geometry"]
        if [self.field.itemData(n) for n in range(1, self.field.count())] == names:
            return
        self.field.clear()
        self.field.addItem("", "")
        for name in names:
            declared = None if layer is None else layer.feature_type.field(name)
            self.field.addItem(name if declared is None else self.look.of(declared.title), name)

    def _insert(self, place: int) -> None:
        name = self.field.itemData(place)
        if name:
            self.condition.insert(f'"{name}"' if not str(name).isidentifier() else str(name))
            self.condition.setFocus()
            self.ask_soon()

    def asked(self, layer: Layer) -> Callable[[], Fids] | None:
        """Look through the fields."""
        text = self.condition.text()
        return (lambda: by_attribute(layer, text)) if text.strip() else None


class ChooseByLocation(ChoosePanel):
    """What meets, lies in, or lies near the chosen features or another layer."""

    def __init__(self, bench: Bench, id: str) -> None:
        super().__init__(bench, id)
        self.relation, self.other, self.distance = QComboBox(), QComboBox(), QLineEdit("50")
        self._fixed: list[tuple[str, int]] = []
        for name, made in (("relation", self.relation), ("distance_m", self.distance), ("other", self.other)):
            self._add(name, made)
        self._end()
        self.relation.currentIndexChanged.connect(self._related)
        self.other.currentIndexChanged.connect(lambda _place: self.ask_soon())
        self.distance.textEdited.connect(lambda _text: self.ask_soon())

    def inputs(self) -> list[QWidget]:
        """Give the fields in their order."""
        return [self.relation, self.distance, self.other, self.way]

    def open_panel(self) -> None:
        """What is chosen now is what others are looked for beside; choosing them does not change it."""
        self._fixed = list(self.bench.area.chosen)
        super().open_panel()

    def _related(self, _place: int) -> None:
        is_near = self.relation.currentData() == NEAR
        self.distance.setVisible(is_near)
        self.captions["distance_m"].setVisible(is_near)
        self.ask_soon()

    def retext(self) -> None:
        """Put texts as they are now."""
        super().retext()
        look = self.look
        for made, name in ((self.relation, "relation"), (self.distance, "distance_m"), (self.other, "other")):
            made.setAccessibleName(look.text(f"choose_{name}"))
            made.setToolTip(look.text(f"tip_choose_{name}"))
        kept = max(0, self.relation.currentIndex())
        self.relation.clear()
        for name in RELATIONS:
            self.relation.addItem(look.text(f"choose_{name}"), name)
        self.relation.setCurrentIndex(kept)
        self.other.clear()

    def fill(self) -> None:
        """Offer the chosen features and all layers."""
        super().fill()
        park, look = self.bench.park, self.look
        if self.other.count() or park is None:
            return
        self.other.addItem(look.text("choose_the_chosen", count=len(self._fixed)), CHOSEN)
        for id, layer in park.project.layers.items():
            if len(layer.geometry):
                self.other.addItem(look.of(layer.feature_type.title), id)

    def asked(self, layer: Layer) -> Callable[[], Fids] | None:
        """Look through the ground."""
        park, relation, of = self.bench.park, self.relation.currentData(), self.other.currentData()
        if park is None or of is None:
            return None
        distance_m = 0.0
        if relation == NEAR:
            try:
                distance_m = float(self.distance.text())
            except ValueError:
                values = {"field": self.look.text("choose_distance_m"), "text": self.distance.text()[:40]}
                raise Refused(Message("ui.form_number", values)) from None
        others = (
            self.bench.area._shapes(self._fixed)
            if of == CHOSEN
            else park.project.layers[of].geometry.tolist()
        )
        others = [shape for shape in others if shape is not None]
        return lambda: by_location(layer, others, relation, distance_m)
