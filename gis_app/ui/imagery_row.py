"""One image in the list of images: eye, name and day, slider; below it progress or trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QProgressBar, QSlider, QVBoxLayout, QWidget

from gis_app.ui.parts import label, restyle, row, tool

if TYPE_CHECKING:  # images are looked at after the park stands on the screen
    from gis_app.session.imagery import Image
    from gis_app.ui.imagery import State
    from gis_app.ui.imagery_panel import ImageryPanel


class ImageRow(QWidget):
    """One image: eye, name and date, slider; below it progress or trouble."""

    def __init__(self, panel: ImageryPanel, id: str) -> None:
        super().__init__(panel)
        self.panel, self.id = panel, id
        self.eye = tool("bare")
        self.eye.clicked.connect(self._turn)
        self.name, self.day = label("body"), label("second")
        self.name.setMinimumWidth(20)
        self.fade = QSlider(Qt.Orientation.Horizontal)
        self.fade.setRange(0, 100)
        self.fade.valueChanged.connect(self._fade)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.said = label("second", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        head = row(self.eye, self.name, self.day, gap=4)
        head.setStretchFactor(self.name, 1)
        layout.addLayout(head)
        layout.addLayout(row(self.fade, margins=(30, 0, 6, 2)))
        layout.addWidget(self.bar)
        layout.addWidget(self.said)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask)

    def show_state(self, state: State) -> None:
        """Put everything as the image's state has it."""
        look = self.panel.desk.look
        image = state.image
        self.eye.setIcon(look.icon("eye" if state.is_shown else "eye-slash"))
        self.eye.setAccessibleName(look.text("imagery_show", image=image.name))
        self.eye.setToolTip(look.text("imagery_show", image=image.name))
        day = day_of(image)
        self.name.setText(image.name)
        self.day.setText(day)
        self.name.setToolTip(
            "\n".join(part for part in (image.name, day, image.source, str(image.path)) if part)
        )
        self.fade.blockSignals(True)
        self.fade.setValue(round(state.opacity * 100))
        self.fade.blockSignals(False)
        self.fade.setVisible(state.is_shown)
        self.fade.setAccessibleName(look.text("imagery_fade", image=image.name))
        self.fade.setToolTip(look.text("imagery_fade", image=image.name))
        self.bar.setVisible(state.built is not None)
        self.bar.setValue(round((state.built or 0.0) * 1000))
        self.bar.setToolTip(look.text("imagery_building", image=image.name))
        trouble = state.trouble or state.partly
        told = look.say(trouble) if trouble is not None else ""
        if not told and image.is_shifted:
            told = look.text(f"imagery_{image.shift}")
        if not told and state.built is not None:
            told = look.text("imagery_building", image=image.name)
        if not told and image.tiles is not None:
            told = look.text("tiles_note", source=image.source or image.tiles.host)
        self.said.setText(told)
        self.said.setVisible(bool(told))
        restyle(self.said, state="fail" if trouble is not None else "")

    def _turn(self, _checked: bool = False) -> None:
        if self.panel.imagery is not None:
            self.panel.imagery.set_shown(self.id, not self.panel.imagery.states[self.id].is_shown)

    def _fade(self, value: int) -> None:
        if self.panel.imagery is not None:
            self.panel.imagery.set_opacity(self.id, value / 100.0)

    def _ask(self, place: Any) -> None:
        self.menu().popup(self.mapToGlobal(place))

    def menu(self) -> QMenu:
        """Make the row's menu: frame it, stop building, take it out."""
        look, menu = self.panel.desk.look, QMenu(self)
        imagery = self.panel.imagery
        assert imagery is not None
        state = imagery.states[self.id]
        if state.bounds is not None:
            menu.addAction(look.icon("frame-corners"), look.text("menu_frame")).triggered.connect(
                lambda: self.panel.map.frame(state.bounds, 0.02)
            )
        if state.built is not None:
            menu.addAction(look.icon("x"), look.text("imagery_stop")).triggered.connect(
                lambda: imagery.cancel(self.id)
            )
        if state.image.tiles is not None:
            menu.addAction(look.icon("map-trifold"), look.text("tiles_form")).triggered.connect(
                self.panel.set_up_services
            )
            return menu
        menu.addAction(look.icon("crosshair-simple"), look.text("imagery_align")).triggered.connect(
            lambda: self.panel.align(state)
        )
        if self.panel.is_added(state):
            menu.addAction(look.icon("trash-simple"), look.text("imagery_remove")).triggered.connect(
                lambda: self.panel.remove(state)
            )
        return menu


def day_of(image: Image) -> str:
    """Write the day an image was taken; nothing where it is not known."""
    return image.date.isoformat() if image.date is not None else ""
