"""The field calculator: an expression, what it gives for the first rows, and the work beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from gis_app.edits.calculate_field import calculate_field
from gis_app.edits.naming import label as name_of
from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, Changeset, Project
from gis_app.session.dossier_text import shown
from gis_app.ui.background import Job
from gis_app.ui.editing.panel import EditPanel
from gis_app.ui.parts import label
from gis_app.ui.progress import Progress

if TYPE_CHECKING:
    from gis_app.ui.editing.bench import Bench

SHOWN = 5
"""So many rows are worked out while one types."""
FUNCTIONS = (
    *("area_m2()", "length_m()", "round(, 2)", "if(, , )", "coalesce(, 0)", "min(, )", "max(, )"),
    *("abs()", "concat(, )", "upper()", "lower()"),
)


class Calculator(EditPanel):
    """Fills a field of the chosen features, or of the whole layer where none is chosen."""

    def __init__(self, bench: Bench, id: str) -> None:
        super().__init__(bench, id)
        self.field, self.insert, self.function = QComboBox(), QComboBox(), QComboBox()
        self.expression = QLineEdit()
        self.progress = Progress(self.look)
        self.captions = {name: label("second") for name in ("field", "expression", "insert", "function")}
        rows = QFormLayout()
        rows.setVerticalSpacing(6)
        for name, caption in self.captions.items():
            rows.addRow(caption, getattr(self, name))
        self.body.addLayout(rows)
        self.body.addWidget(self.progress)
        self.expression.textEdited.connect(lambda _text: self.ask_soon())
        self.field.currentIndexChanged.connect(lambda _place: self.ask_soon())
        self.insert.activated.connect(lambda place: self._insert(self.insert, place))
        self.function.activated.connect(lambda place: self._insert(self.function, place))
        self._job: Job | None = None

    def inputs(self) -> list[QWidget]:
        """Give the fields in their order."""
        return [self.expression, self.field, self.insert, self.function]

    def retext(self) -> None:
        """Put texts as they are now."""
        super().retext()
        for name, caption in self.captions.items():
            title = self.look.text(f"calculate_{name}")
            caption.setText(title)
            getattr(self, name).setAccessibleName(title)
            getattr(self, name).setToolTip(self.look.text(f"tip_calculate_{name}"))
        self.expression.setPlaceholderText(self.look.text("calculate_hint"))
        self.function.clear()
        self.function.addItem("", "")
        for text in FUNCTIONS:
            self.function.addItem(text, text)
        self.insert.clear()

    def fill(self) -> None:
        """Offer the fields; say how many features it is for."""
        layer, look = self.bench.target, self.look
        if layer is None:
            self.target.setText(look.text("edit_needs_layer"))
            return
        chosen = self.bench.chosen_of(layer.id)
        title = look.of(layer.feature_type.title)
        text = "calculate_chosen" if chosen else "calculate_whole"
        self.target.setText(look.text(text, layer=title, count=len(chosen) or len(layer)))
        declared = {field.id: look.of(field.title) for field in layer.feature_type.fields}
        own = {name: name for name in layer.table.columns if name not in (GEOMETRY, "parkplan_source_id")}
        names = {**own, **declared}
        if [self.field.itemData(n) for n in range(self.field.count())] == list(names):
            return
        for made in (self.field, self.insert):
            made.blockSignals(True)
            made.clear()
        self.insert.addItem("", "")
        for name, words in names.items():
            self.field.addItem(words, name)
            self.insert.addItem(words, name)
        for made in (self.field, self.insert):
            made.blockSignals(False)

    def _insert(self, made: QComboBox, place: int) -> None:
        text = str(made.itemData(place) or "")
        if text:
            self.expression.insert(text)
            self.expression.setFocus()
            self.ask_soon()

    def would(self) -> Changeset | Message | None:
        """Give what it would do to the first rows."""
        why = self.bench.why_not()
        if why is not None:
            return why
        layer, park = self.bench.target, self.bench.park
        text = self.expression.text().strip()
        if not text or park is None or layer is None:
            return None
        fids = (self.bench.chosen_of(layer.id) or layer.fids[:SHOWN].tolist())[:SHOWN]
        try:
            return calculate_field(park.project, layer, str(self.field.currentData()), text, fids)
        except Refused as refused:
            return refused.message

    def preview(self) -> None:
        """Say what stands in the first rows, and what would."""
        found = self.would() if self.isVisible() else None
        layer = self.bench.target
        lines: list[str] = []
        if isinstance(found, Message):
            lines = [self.look.say(found)]
        elif found is not None and layer is not None:
            column = str(self.field.currentData())
            lines = [
                f"{name_of(layer, int(record.id))}: {shown((record.before or {}).get(column))} → "
                f"{shown((record.after or {}).get(column))}"
                for record in found.records
            ]
            lines = lines or [self.look.text("calculate_same")]
        self.say("\n".join(lines))
        self.acts.setEnabled(isinstance(found, Changeset) and self._job is None)

    def act(self) -> None:
        """Work it out beside the window, then store it as one step; a change meanwhile has it begun anew."""
        layer, park = self.bench.target, self.bench.park
        if layer is None or park is None or park.session is None or self._job is not None:
            return
        fids = self.bench.chosen_of(layer.id)
        field, text, session = str(self.field.currentData()), self.expression.text().strip(), park.session
        project, done = park.project, len(session.history.steps)

        def work(job: Job) -> Changeset:
            job.tell(Message("ui.calculating", {"count": len(fids) or len(layer)}))
            return calculate_field(project, layer, field, text, fids)

        def take(step: Changeset) -> None:
            self._ended()

            def make(now: Project) -> Changeset:
                if len(session.history.steps) == done:
                    return step
                return calculate_field(now, now.layers[layer.id], field, text, fids)

            if self.bench.store(make):
                self.close_panel()

        self.acts.setEnabled(False)
        self._job = self.bench.desk.workers.start(work, take, self._failed)
        self.progress.follow(self._job, self._ended)

    def _failed(self, error: BaseException) -> None:
        self._ended()
        if not isinstance(error, Refused):
            raise error
        self.say(self.look.say(error.message))

    def _ended(self) -> None:
        self._job = None
        self.acts.setEnabled(True)
