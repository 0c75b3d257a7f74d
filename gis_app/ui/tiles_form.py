"""Services on the network with the user's own key: whether the project may use them, and what leaves."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gis_app.edits.set_network import NETWORKS
from gis_app.language import Refused
from gis_app.session.tile_source import GRIDS, MOST_ZOOM, PRESETS, TileSource, drop, keep, sources
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, row

SHIFTS = ("none", "gcj02")


class TilesForm(QDialog):
    """Not modal. The key goes into the person's settings and nowhere else."""

    changed = Signal()
    """A service was added or given up."""
    edit_asked = Signal(str, object)
    """The choice for the project, as an edit and its arguments."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        look = desk.look
        self.setWindowTitle(look.text("tiles_form"))
        self.resize(620, 0)
        self.network, self.which, self.grid, self.shift = (QComboBox() for _ in range(4))
        for value in NETWORKS:
            self.network.addItem(look.text(f"tiles_network_{value}"), value)
        for value in GRIDS:
            self.grid.addItem(look.text(f"tiles_grid_{value}"), value)
        for value in SHIFTS:
            self.shift.addItem(look.text(f"tiles_shift_{value}"), value)
        self.title_, self.template, self.key, self.attribution = (QLineEdit() for _ in range(4))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.finest = QSpinBox()
        self.finest.setRange(1, MOST_ZOOM)
        self.says = label("second", wraps=True)
        self.keeps, self.drops, self.closes = QPushButton(), QPushButton(), QPushButton()
        self.keeps.setProperty("kind", "primary")
        self.keeps.setText(look.text("tiles_keep"))
        self.drops.setText(look.text("tiles_drop"))
        self.closes.setText(look.text("close"))
        self._lay_out()
        self._list_sources()
        self.which.currentIndexChanged.connect(lambda _place: self._choose())
        self.network.activated.connect(lambda _place: self._choose_network())
        self.keeps.clicked.connect(self.keep)
        self.drops.clicked.connect(self.drop)
        self.closes.clicked.connect(self.close)
        desk.stepped.connect(self._show_network)
        self._show_network()
        self._choose()

    def _lay_out(self) -> None:
        look = self.desk.look
        above, form = QFormLayout(), QFormLayout()
        above.addRow(label("second", look.text("tiles_network")), self.network)
        fields = (
            *(("which", self.which), ("title", self.title_), ("template", self.template)),
            *(("key", self.key), ("grid", self.grid), ("finest", self.finest)),
            *(("shift", self.shift), ("attribution", self.attribution)),
        )
        for name, field in fields:
            field.setAccessibleName(look.text(f"tiles_{name}"))
            form.addRow(label("second", look.text(f"tiles_{name}")), field)
        self.network.setAccessibleName(look.text("tiles_network"))
        for one in (above, form):
            one.setVerticalSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(above)
        layout.addWidget(label("second", look.text("tiles_leaves"), wraps=True))
        layout.addWidget(line())
        layout.addLayout(form)
        layout.addWidget(self.says)
        layout.addLayout(row(self.drops, None, self.closes, self.keeps))

    def _list_sources(self) -> None:
        look = self.desk.look
        self.which.blockSignals(True)
        self.which.clear()
        try:
            for one in sources():
                self.which.addItem(f"{one.title}  ({one.host})", one)
        except Refused as refused:
            self.says.setText(look.say(refused.message))
        for name, template in PRESETS.items():
            title = look.text(f"tiles_{name}")
            preset = TileSource(title, template, "", "cgcs2000", (1, 18), look.text("tiles_by_tianditu"))
            self.which.addItem(look.text("tiles_new", title=title), preset)
        self.which.addItem(look.text("tiles_new", title=look.text("tiles_own")), TileSource("", ""))
        self.which.blockSignals(False)

    def _choose(self) -> None:
        one = self.which.currentData()
        if one is None:
            return
        for field, text in (
            (self.title_, one.title),
            (self.template, one.template),
            (self.key, one.key),
            (self.attribution, one.attribution),
        ):
            field.setText(text)
            field.setCursorPosition(0)
        self.grid.setCurrentIndex(GRIDS.index(one.grid))
        self.shift.setCurrentIndex(SHIFTS.index(one.shift))
        self.finest.setValue(one.zooms[1])
        self.drops.setEnabled(any(one.id == known.id for known in self._known()))

    def _known(self) -> tuple[TileSource, ...]:
        try:
            return sources()
        except Refused:  # said when the list was made
            return ()

    def _show_network(self, _changeset: object = None) -> None:
        park = self.desk.park
        chosen = park.project.network if park is not None else "none"
        self.network.setCurrentIndex(NETWORKS.index(chosen))
        can = park is not None and park.session is not None and chosen != "restricted"
        self.network.setEnabled(can)
        self.network.setToolTip("" if can else self.desk.look.text("tiles_network_fixed"))

    def _choose_network(self) -> None:
        self.edit_asked.emit("set_network", {"network": self.network.currentData()})

    def given(self) -> TileSource:
        """Give the service as the fields say it."""
        typed = TileSource(
            self.title_.text().strip(),
            self.template.text().strip(),
            self.key.text().strip(),
            self.grid.currentData(),
            (1, self.finest.value()),
            self.attribution.text().strip(),
            self.shift.currentData(),
        )
        return typed if typed.title else replace(typed, title=typed.host)

    def keep(self) -> None:
        """Keep the service among the person's settings; what is wrong is said here."""
        source, look = self.given(), self.desk.look
        try:
            keep(source)
        except Refused as refused:
            self.says.setText(look.say(refused.message))
            return
        plain = source.template.startswith("http://")
        self.says.setText(look.text("tiles_kept_plain" if plain else "tiles_kept", title=source.title))
        self._list_sources()
        places = range(self.which.count())
        self.which.setCurrentIndex(next(n for n in places if self.which.itemData(n).id == source.id))
        self._choose()
        self.changed.emit()

    def drop(self) -> None:
        """Give the chosen service up: its key and what was fetched from it are removed."""
        one = self.which.currentData()
        try:
            drop(one)
        except Refused as refused:
            self.says.setText(self.desk.look.say(refused.message))
            return
        self.says.setText(self.desk.look.text("tiles_dropped", title=one.title))
        self._list_sources()
        self._choose()
        self.changed.emit()
