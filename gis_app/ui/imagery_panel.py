"""The images of the open park: show, fade, how far an overview is built, why one cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gis_app.language import Refused
from gis_app.ui.desk import Desk
from gis_app.ui.imagery_row import ImageRow, day_of
from gis_app.ui.parts import label, row, tool

if TYPE_CHECKING:  # images are looked at after the park stands on the screen
    from gis_app.session.answers import Answers
    from gis_app.session.imagery import Image
    from gis_app.ui.imagery import Imagery, State
    from gis_app.ui.map_area import MapArea

SWATCH = "#8C9A78"
LATER_MS = 120
"""The reader starts so long after the map stands: the first hands on it do not wait for it."""
MOST_PX = 190
"""A longer list is scrolled."""
FILTER = "GeoTIFF, PNG, JPEG, MBTiles (*.tif *.tiff *.png *.jpg *.jpeg *.mbtiles)"


class ImageryPanel(QFrame):
    """At the foot of the layer tree, since images lie at the bottom of the map; away where there are none."""

    closing = Signal()
    edit_asked = Signal(str, object)
    """An edit and its arguments: the choice whether tiles may be fetched."""

    def __init__(self, desk: Desk, map_area: MapArea, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.map = desk, map_area
        self.imagery: Imagery | None = None
        self.setObjectName("imagery")
        self.title = label("title")
        self.adds = tool("bare")
        self.adds.setPopupMode(self.adds.ToolButtonPopupMode.InstantPopup)
        self._rows: dict[str, ImageRow] = {}
        inner = QWidget()
        inner.setObjectName("page")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(row(self.title, None, self.adds))
        layout.addWidget(self._scroll)
        desk.opened.connect(self.fill)
        desk.stepped.connect(self._stepped)
        desk.look.language_changed.connect(lambda _language: self.refresh())
        desk.look.theme_changed.connect(lambda _theme: self.refresh())
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._begin)
        map_area.painted.connect(lambda _seconds: self._later.start())
        map_area.view_changed.connect(self._follow)
        map_area.legend_head = self.legend_entries
        map_area.imagery = lambda: self.imagery
        self.hide()

    # --- the images of a park

    def fill(self) -> None:
        """Show the images of the open park; they are read when its map stands."""
        park = self.desk.park
        if park is None:
            return
        intake = park.opened.intake
        try:
            images = self._images(intake.answers if intake is not None else None)
        except Refused as refused:
            images = ()
            self.desk.noticed.emit("cannot_tell", refused.message)
        if self.imagery is not None or images:
            self._set(images)
        self.setVisible(True)
        self.refresh()

    def _images(self, answers: Answers | None = None) -> tuple[Image, ...]:
        """Give the services that may be used for the open park, and above them its own images.

        Raises
        ------
        Refused
            What is said of them is wrong.
        """
        from gis_app.session.imagery import Image, images_of
        from gis_app.session.tile_source import allowed

        park = self.desk.park
        assert park is not None
        services = [
            Image(Path(one.host), one.title, source=one.attribution, shift=one.shift, tiles=one)
            for one in allowed(park.project)
        ]
        return (*services, *images_of(park.path, answers))

    def _set(self, images: Sequence[Image]) -> None:
        self._made().set_images(images, self._crs(), self._around())

    def _around(self) -> tuple[float, float, float, float] | None:
        """Give the ground that services may be asked for: the park and some kilometres around it."""
        from gis_app.session.tile_source import MARGIN_M
        from gis_app.ui.park import framed

        park = self.desk.park
        box = framed(park) if park is not None else None
        if box is None:
            return None
        return (box[0] - MARGIN_M, box[1] - MARGIN_M, box[2] + MARGIN_M, box[3] + MARGIN_M)

    def _crs(self) -> str:
        from gis_app.geometry.crs import epsg_of

        park = self.desk.park
        crs = park.project.crs if park is not None else None
        if crs is None:
            return ""
        code = epsg_of(crs)
        return str(code) if code is not None else str(crs.to_wkt())

    def _made(self) -> Imagery:
        """Give the images under the map, made when the first park with one is opened."""
        if self.imagery is None:
            from gis_app.ui.imagery import Imagery

            self.imagery = Imagery(self)
            self.imagery.changed.connect(self.refresh)
            self.imagery.changed.connect(self.map.refresh_legend)
            self.imagery.ready.connect(self._update_map)
        return self.imagery

    def _begin(self) -> None:
        if self.imagery is not None and self.imagery.states and self.map.canvas is not None:
            if self.map.canvas.underlay is None:  # else a comparison has it
                self.map.canvas.underlay = self.imagery.paint
            self._follow(self.map.canvas.view)
            self.imagery.begin()

    def _follow(self, view: Any) -> None:
        if self.imagery is not None:
            self.imagery.want(view, self.map.canvas.devicePixelRatioF())

    def _update_map(self, rect: Any) -> None:
        if self.map.canvas is not None:
            self.map.canvas.update(rect)

    def close_processes(self) -> None:
        """End the processes that read."""
        self._later.stop()
        self.closing.emit()
        if self.imagery is not None:
            self.imagery.close()

    def legend_entries(self) -> list[Any]:
        """Give a row of the legend for each image that is drawn, with its day."""
        if self.imagery is None:
            return []
        from gis_app.render.legend import Entry
        from gis_app.render.symbol import Symbol

        drawn = [state.image for state in reversed(self.imagery.shown()) if state.opacity > 0]
        return [Entry(self._named(image), Symbol(fill=SWATCH), "polygon") for image in drawn]

    def _named(self, image: Image) -> str:
        """Day, name, a shift where there is one, and of a service who made it and what it is not for."""
        look = self.desk.look
        shift = look.text(f"imagery_{image.shift}") if image.is_shifted else ""
        if image.tiles is not None:  # what it is not for stands first: a long row is cut off at its end
            return look.text(
                "tiles_legend", name=image.name, source=image.source or image.tiles.host, shift=shift
            )
        return " ".join(part for part in (day_of(image), image.name, shift) if part)

    # --- what is added

    def add(self, path: Path) -> None:
        """Take an image, a folder of images or MBTiles to the park, and show it."""
        from gis_app.session.imagery import Image, keep

        park = self.desk.park
        if park is None:
            return
        try:
            keep(park.path, Image(path))
            images = self._images()
        except Refused as refused:
            self.desk.noticed.emit("fail", refused.message)
            return
        self._set(images)
        self._made().set_shown(str(path), True)
        QTimer.singleShot(0, self, self._begin)

    def is_added(self, state: State) -> bool:
        """Whether an image was added or aligned here, and is not as the delivery says it."""
        from gis_app.session.imagery import kept_images

        park = self.desk.park
        return state.image.tiles is None and park is not None and state.image in kept_images(park.path)

    def remove(self, state: State) -> None:
        """Give up what was added or aligned; the file stays, and what was delivered."""
        from gis_app.session.imagery import drop

        park = self.desk.park
        if park is None or self.imagery is None:
            return
        try:
            drop(park.path, state.image)
            self._set(self._images())
        except Refused as refused:
            self.desk.noticed.emit("fail", refused.message)

    def align(self, state: State) -> None:
        """Lay an image onto the map by points."""
        from gis_app.ui.imagery_align import AlignForm

        if self.map.canvas is None:
            return
        form = AlignForm(self.desk, self.map, state.image, self.window())
        form.kept.connect(self._aligned)
        self.closing.connect(form.close)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.show()

    def _aligned(self, image: Image) -> None:
        """Keep an image with its points, and show it where they lay it."""
        from gis_app.session.imagery import keep

        park = self.desk.park
        if park is None:
            return
        try:
            keep(park.path, image)
            self._set(self._images())
        except Refused as refused:
            self.desk.noticed.emit("fail", refused.message)
            return
        self._made().set_shown(image.id, True)
        self._begin()

    def set_up_services(self) -> None:
        """Show the form of services on the network."""
        from gis_app.ui.tiles_form import TilesForm

        form = TilesForm(self.desk, self.window())
        form.edit_asked.connect(self.edit_asked)
        form.changed.connect(self.fill)
        self.closing.connect(form.close)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.show()

    def _stepped(self, changeset: Any) -> None:
        if any(record.table == "project" and record.id == "network" for record in changeset.records):
            self.fill()
            self._begin()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.desk.look.text("imagery_add_file"), "", FILTER)
        if name:
            self.add(Path(name))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.desk.look.text("imagery_add_folder"))
        if name:
            self.add(Path(name))

    # --- how it looks

    def refresh(self) -> None:
        """Put rows and texts as they are now."""
        look = self.desk.look
        self.title.setText(look.text("imagery"))
        self.adds.setIcon(look.icon("plus"))
        self.adds.setToolTip(look.text("imagery_add"))
        self.adds.setAccessibleName(look.text("imagery_add"))
        menu = QMenu(self.adds)
        menu.addAction(look.icon("image"), look.text("imagery_add_file")).triggered.connect(self._ask_file)
        menu.addAction(look.icon("folder-open"), look.text("imagery_add_folder")).triggered.connect(
            self._ask_folder
        )
        menu.addAction(look.icon("map-trifold"), look.text("tiles_form")).triggered.connect(
            self.set_up_services
        )
        self.adds.setMenu(menu)
        states = self.imagery.states if self.imagery is not None else {}
        if list(states) != list(self._rows):
            for gone in self._rows.values():
                self._list.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
            self._rows = {id: ImageRow(self, id) for id in states}
            for made in reversed(self._rows.values()):  # the topmost first, as in the tree
                self._list.addWidget(made)
        for id, made in self._rows.items():
            made.show_state(states[id])
        self._scroll.setVisible(bool(self._rows))
        heights = [made.sizeHint().height() + 2 for made in self._rows.values()]
        self._scroll.setFixedHeight(min(MOST_PX, sum(heights)))
