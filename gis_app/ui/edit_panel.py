"""The panel of the task 编辑: what is chosen and whether it may be changed, what was changed last."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.editing.toolbox import SECTIONS
from gis_app.ui.parts import button, label, line
from gis_app.ui.right import Panel


class EditPanel(Panel):
    """``place`` is where the tools of editing put what they have to say of the feature in hand."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "edit", ("undo", "redo", "show_steps", "discard"))
        self.chosen, self.may = label("title", wraps=True), label("second", wraps=True)
        self.last_title, self.last = label("title"), label("second", wraps=True)
        self.place = QVBoxLayout()
        for parts in ((self.chosen, self.may), (self.last_title, self.last)):
            self.body.addLayout(_section(*parts))
            self.body.addWidget(line())
        self.body.addLayout(self.place)
        self.heads = {name: label("quiet") for name in SECTIONS}
        offers = QWidget()
        grid = QGridLayout(offers)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for name, ids in SECTIONS.items():
            grid.addWidget(self.heads[name], grid.rowCount(), 0, 1, 2)
            first = grid.rowCount()
            for place, id in enumerate(ids):
                made = button(actions[id], "filter", with_text=True)
                made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                grid.addWidget(made, first + place // 2, place % 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(offers)
        for part in (offers, scroll.viewport()):
            part.setAutoFillBackground(False)
        self.body.addWidget(scroll, 1)
        desk.features_chosen.connect(lambda _features: self.refresh())
        desk.layer_chosen.connect(lambda _layer: self.refresh())

    def refresh(self) -> None:
        """Tell what is chosen and what was done last."""
        super().refresh()
        look, park = self.desk.look, self.desk.park
        for name, head in self.heads.items():
            head.setText(look.text(f"edits_{name}"))
        self.last_title.setText(look.text("last_step"))
        if park is None:
            self.chosen.setText(look.text("nothing_chosen"))
            self.may.setText(look.text("edit_no_park"))
            self.last.setText("—")
            return
        from gis_app.session.find import name_of

        first = self.desk.features[0] if self.desk.features else (self.desk.layer, 0)
        layer = park.project.layers.get(first[0])
        title = look.of(layer.feature_type.title) if layer is not None else ""
        named = f"{title} {name_of(layer, first[1])}" if layer is not None and self.desk.features else title
        more = len(self.desk.features) - 1
        self.chosen.setText(look.text("chosen_and_more", first=named, count=more) if more > 0 else named)
        self.may.setText(look.text(self._may(layer)))
        steps = park.session.history.steps if park.session is not None else ()
        self.last.setText(look.say(steps[-1].text) if steps else look.text("no_step_yet"))

    def _may(self, layer: object) -> str:
        park = self.desk.park
        if park is None or park.session is None:
            return "edit_needs_project"
        return "edit_locked" if getattr(layer, "locked", False) else "edit_open"


def _section(*parts: QWidget) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setContentsMargins(12, 10, 12, 10)
    made.setSpacing(6)
    for part in parts:
        made.addWidget(part)
    return made
