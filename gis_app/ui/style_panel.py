"""How a layer looks: kind, classes, symbols, names, filter; seen on the map while it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gis_app.catalogue.style import Style, StyleRule
from gis_app.language import Message, Refused
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, row, tool
from gis_app.ui.restyle import Restyle
from gis_app.ui.style_classes import StyleClasses
from gis_app.ui.style_head import StyleHead, code_list, field_names
from gis_app.ui.style_parts import OF_GEOMETRY, SWITCHED, Part, boxed
from gis_app.ui.style_taking import NEW, changed, shown
from gis_app.ui.style_whole import StyleWhole

if TYPE_CHECKING:  # tables are imported after the window is on the screen
    from gis_app.model import Layer

SIZE = (440, 740)
FILES = "QML (*.qml);;SLD (*.sld);;TOML (*.toml)"
READ = "QML, TOML (*.qml *.toml)"
DRAWN = tuple(dict.fromkeys(id for ids in OF_GEOMETRY.values() for id in ids))
"""Parts that draw, of any geometry."""
ALWAYS = ("strength", "scale", "label")


class StylePanel(QWidget):
    """A window beside the map; ``worn`` tells the style that the map is to show."""

    worn = Signal(object)

    def __init__(self, desk: Desk, restyle: Restyle, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.desk, self.restyle = desk, restyle
        self.setObjectName("page")
        self.resize(*SIZE)
        self.layer_id, self.geometry_ = "", "polygon"
        self.style_: Style | None = None
        self.kept: Style | None = None
        self.title, self.state, self.note = label("title"), label("second"), label("second", wraps=True)
        self.head, self.classes, self.whole = StyleHead(desk), StyleClasses(desk), StyleWhole(desk)
        self.parts = {id: Part(desk.look, id) for id in (*DRAWN, *ALWAYS)}
        self.classes.chosen.connect(self._show_rule)
        self.whole.like.connect(self._copy)
        for told in (self.head, self.classes, self.whole):
            told.changed.connect(self.wear)
            told.refused.connect(self.tell)
        for part in self.parts.values():
            part.changed.connect(self._take_part)
        self._make_foot()
        self._lay_out()
        desk.opened.connect(self._leave)
        restyle.entered.connect(self._follow)
        for signal in (desk.look.language_changed, desk.look.theme_changed):
            signal.connect(self.retranslate)
        self.retranslate()

    def _make_foot(self) -> None:
        self.keeps, self.files, self.resets = QPushButton(), QPushButton(), QPushButton()
        self.keeps.setProperty("kind", "primary")
        self.keeps.clicked.connect(lambda: self._try(self.keep))
        self.resets.clicked.connect(lambda: self._try(self.reset))
        self.menu = QMenu(self)
        self.writes, self.reads = self.menu.addAction(""), self.menu.addAction("")
        self.writes.triggered.connect(self._ask_write)
        self.reads.triggered.connect(self._ask_read)
        self.files.setMenu(self.menu)
        self.buttons = {"keep": self.keeps, "files": self.files, "reset": self.resets}
        for name, made in self.buttons.items():
            made.setObjectName(f"style_{name}")

    def _lay_out(self) -> None:
        contents: Mapping[str, QWidget] = {
            "symbol": boxed([self.parts[id] for id in (*DRAWN, "strength", "scale")]),
            "names": boxed([self.parts["label"]]),
            "whole": self.whole,
        }
        self.tabs = {id: tool("tab", checkable=True) for id in contents}
        self.pages = QStackedWidget()
        for place, (id, made) in enumerate(self.tabs.items()):
            made.setAutoExclusive(True)
            made.setObjectName(f"style_tab_{id}")
            made.clicked.connect(lambda _checked=False, place=place: self.pages.setCurrentIndex(place))
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            contents[id].setObjectName("page")
            area.setWidget(contents[id])
            self.pages.addWidget(area)
        self.tabs["symbol"].setChecked(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row(self.title, None, self.state, margins=(12, 10, 12, 4)))
        layout.addWidget(self.head)
        layout.addWidget(self.classes, 2)
        layout.addWidget(line())
        layout.addLayout(row(*self.tabs.values(), None, margins=(12, 2, 12, 0), gap=16))
        layout.addWidget(line())
        layout.addWidget(self.pages, 3)
        layout.addWidget(line())
        layout.addLayout(row(self.note, margins=(12, 6, 12, 0)))
        layout.addLayout(row(self.keeps, self.files, None, self.resets, margins=(12, 6, 12, 10)))

    def retranslate(self, _now: str = "") -> None:
        """Put texts in the present language, swatches in the present theme."""
        look = self.desk.look
        for name, button in self.buttons.items():
            button.setText(look.text(f"style_{name}"))
            button.setToolTip(look.text(f"tip_style_{name}"))
        self.writes.setText(look.text("style_write"))
        self.reads.setText(look.text("style_read"))
        for id, made in self.tabs.items():
            made.setText(look.text(f"style_tab_{id}"))
            made.setToolTip(look.text(f"style_tab_{id}"))
        for part in self.parts.values():
            part.retranslate()
        for widget in (self.head, self.whole, self.classes):
            widget.retranslate()
        if self.style_ is not None:
            self._offer()
            self._show()

    # --- showing

    @property
    def layer(self) -> Layer:
        """The layer whose style is shown."""
        assert self.desk.park is not None
        return self.desk.park.layer_of(self.layer_id)

    def show_layer(self, id: str) -> None:
        """Show the style of a layer as the map draws it."""
        from gis_app.session.styles import geometry_of
        from gis_app.ui.park import ground_opacity

        park = self.desk.park
        assert park is not None
        self.layer_id = id
        kind = self.layer.feature_type
        style = park.style_of(id)
        opacity = round(style.opacity * ground_opacity(self.layer, park.catalogue), 3)
        self.style_ = self.kept = replace(style, opacity=opacity)
        drawn = [one.shapes.kind for key, own in park.scene.items() if key.split("/")[0] == id for one in own]
        self.geometry_ = geometry_of(kind, drawn)
        self.note.setText("")
        self._offer()
        self._show()

    def _offer(self) -> None:
        """Offer what the layer has, in the present language."""
        look, title = self.desk.look, self.layer.feature_type.title
        self.setWindowTitle(look.text("style_title", layer=look.of(title)))
        self.title.setText(look.of(title))
        self.head.show_layer(self.layer, self.geometry_)
        self.whole.show_layer(self.layer)
        self.parts["label"].set_choices("field", field_names(self.desk, self.layer))

    def _show(self) -> None:
        from gis_app.session.styles import has_own

        assert self.style_ is not None and self.desk.park is not None
        own = has_own(self.style_.id, self.desk.park.opened)
        unsaved = self.style_ != self.kept
        state = "style_unsaved" if unsaved else "style_own" if own else "style_programs"
        self.state.setText(self.desk.look.text(state))
        self.resets.setEnabled(own or unsaved)
        self.head.show_style(self.style_)
        self.whole.show_style(self.style_)
        self.classes.show_style(self.style_, self.geometry_)
        self._show_rule()

    def _show_rule(self) -> None:
        if self.style_ is None:
            return
        rule = self.style_.rules[self.classes.places[0]]
        for id, part in self.parts.items():
            part.setVisible(id in (*OF_GEOMETRY[self.geometry_], *ALWAYS))
            part.show_part(shown(rule, id))

    def tell(self, message: Message) -> None:
        """Say what was refused, or done."""
        self.note.setText(self.desk.look.say(message))

    # --- changing

    def wear(self, style: Style) -> None:
        """Take a style: controls show it, the map draws it."""
        self.style_ = style
        self.note.setText("")
        self._show()
        self.restyle.wear(style)
        self.worn.emit(style)

    def _take_part(self, id: str) -> None:
        """Take one part of the symbol for every chosen class; a class that would draw nothing keeps it."""
        if self.style_ is None:
            return
        rules, places, part = list(self.style_.rules), self.classes.places, self.parts[id]
        if id in SWITCHED and part.on and shown(rules[places[0]], id) is None:
            first = {"field": next(iter(field_names(self.desk, self.layer)), "")} if id == "label" else {}
            part.show_part({**NEW[id], **first})
        for place in places:
            made = changed(rules[place], part)
            rules[place] = made if _draws(made) else rules[place]
        self.wear(replace(self.style_, rules=tuple(rules)))

    def _copy(self, other: str) -> None:
        park = self.desk.park
        if park is not None:
            self.copy_from(park.style_of(other))

    def copy_from(self, style: Style) -> None:
        """Take the rules of another layer's style; refused where they ask for fields that are not here."""
        from gis_app.session.styles import fitting

        self._try(lambda: self.wear(fitting(style, self.layer.feature_type)))

    # --- keeping

    def keep(self) -> None:
        """Keep the style: a step of the project, in a folder a file.

        Raises
        ------
        Refused
            It cannot be written.
        """
        from gis_app.catalogue.style_writing import style_toml
        from gis_app.session.styles import save_own

        assert self.style_ is not None and self.desk.park is not None
        if self.desk.park.session is None:
            file = save_own(self.style_, self.desk.park.path)
            told = Message("ui.style_kept", {"path": str(file)})
        else:
            self.restyle.enter({self.style_.id: style_toml(self.style_)})
            told = Message("ui.style_entered")
        self.kept = self.style_
        self.restyle.wear(self.style_)
        self._show()
        self.tell(told)

    def reset(self) -> None:
        """Go back to the style of program or office, and forget the project's own.

        Raises
        ------
        Refused
            The project's own cannot be deleted.
        """
        from gis_app.session.office import read_catalogue
        from gis_app.session.settings import load
        from gis_app.session.styles import reset_own, without_style

        assert self.desk.park is not None and self.style_ is not None
        id = self.style_.id
        if self.desk.park.session is None:
            reset_own(id, self.desk.park.path)
        else:
            self.restyle.enter({id: None})
        program = read_catalogue(load()[0])
        kind = program.feature_types[self.layer.feature_type.id]
        plain = without_style(self.desk.park.catalogue, id, program, kind.style)
        self.restyle.wear_catalogue(plain, {id})
        self.show_layer(self.layer_id)

    def write_file(self, file: Path) -> None:
        """Write the style as TOML, QML or SLD, as the suffix says.

        Raises
        ------
        Refused
            It cannot be written.
        """
        from gis_app.session.styles import export_style

        assert self.style_ is not None
        kind = self.layer.feature_type
        codes = code_list(self.desk, self.layer, kind.class_field) if kind.class_field else None
        export_style(self.style_, file, kind, self.geometry_, codes, self.desk.look.language)
        self.tell(Message("ui.style_written", {"path": str(file)}))

    def read_file(self, file: Path) -> None:
        """Take the style of a QML or TOML file; what of it is not understood is said.

        Raises
        ------
        Refused
            It cannot be read, or asks for a field that the layer does not have.
        """
        from gis_app.session.styles import fitting, opened_file

        found, left = opened_file(file, self.layer.feature_type.style)
        self.wear(fitting(found, self.layer.feature_type))
        told = Message("ui.style_left_out", {"left": list(left)}) if left else Message("ui.style_taken")
        self.tell(told)

    def _ask_write(self) -> None:
        title, name = self.desk.look.text("style_write"), f"{self.layer_id}.qml"
        given, chosen = QFileDialog.getSaveFileName(self, title, name, FILES)
        if given:
            file = Path(given)
            suffix = chosen.partition("*")[2].rstrip(")")
            self._try(lambda: self.write_file(file if file.suffix else file.with_suffix(suffix)))

    def _ask_read(self) -> None:
        given, _ = QFileDialog.getOpenFileName(self, self.desk.look.text("style_read"), "", READ)
        if given:
            self._try(lambda: self.read_file(Path(given)))

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Refused as refused:
            self.tell(refused.message)

    def _follow(self) -> None:
        """Show what the project holds now: a step was taken back, or another was made."""
        if self.style_ is None or self.style_ != self.kept or self.desk.park is None:
            return
        if self.style_.id not in self.desk.park.catalogue.styles:  # a duplicate that was taken away
            self._leave()
            return
        if self.desk.park.catalogue.styles[self.style_.id] != self.style_:
            self.show_layer(self.layer_id)
        self._show()

    def _leave(self) -> None:
        """Another park is open: nothing is kept in it."""
        self.style_, self.layer_id = None, ""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was not kept is kept now in a project; a folder shows it until it is opened again."""
        unsaved = self.style_ is not None and self.style_ != self.kept
        if unsaved and self.desk.park is not None and self.desk.park.session is not None:
            self._try(self.keep)
        self.style_, self.layer_id = None, ""
        super().closeEvent(event)


def _draws(rule: StyleRule) -> bool:
    return any((rule.fill, rule.hatch, rule.outline, rule.casing, rule.marker, rule.label))
