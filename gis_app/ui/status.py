"""The status bar: dates, reference system, coordinates, scale, what is being done, what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QToolButton, QWidget

from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, restyle, row
from gis_app.ui.progress import Pace, left_text, show_on
from gis_app.ui.scale_entry import ScaleEntry

if TYPE_CHECKING:
    from gis_app.render.view import View


GAP = 10


class Status(QFrame):
    """26 px, one line."""

    scale_chosen = Signal(float)
    """A denominator: the map is to be shown 1∶denominator."""
    rotation_reset = Signal()
    """North is to be up again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("status")
        self.setFixedHeight(27)
        self.as_of, self.data, self.crs = label("second"), label("second"), label("second")
        self.place, self.turned = QToolButton(), QToolButton()
        for made in (self.place, self.turned):
            made.setProperty("kind", "status")
        self.place.clicked.connect(self.switch_place)
        self.turned.clicked.connect(self.rotation_reset)
        self.scale = ScaleEntry()
        self.scale.chosen.connect(self.scale_chosen)
        self.snapping, self.editing = label("second"), label("second")
        self.doing, self.bar = label("second"), QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(90)
        self.cancels = QToolButton()
        self.cancels.setProperty("kind", "bare")
        self.cancels.clicked.connect(self.cancel)
        self.state_mark, self.state = label("second"), label("second")
        after_data = self._rule()
        self._shed_first = ((self.data, after_data), (self.editing,), (self.snapping,), (self.crs,))
        parts: list[QWidget | int | None] = [
            self.as_of,
            self._rule(),
            self.data,
            after_data,
            self.crs,
            None,
        ]
        parts += [
            self.doing,
            self.bar,
            self.cancels,
            self.place,
            self._rule(),
            self.scale,
            self.turned,
            self._rule(),
            self.snapping,
            self.editing,
            self._rule(),
            self.state_mark,
            self.state,
        ]
        self.setLayout(row(*parts, margins=(12, 0, 12, 0), gap=GAP))
        self.setMinimumWidth(1)  # it never makes the window wider: what has no room is left out
        self.pace = Pace()
        self._show_busy(None if desk.job is None else Message("ui.working"))
        desk.busy.connect(self._show_busy)
        for signal in (desk.opened, desk.judged, desk.look.language_changed, desk.look.theme_changed):
            signal.connect(self.refresh)
        self._view: View | None = None
        self._place: tuple[float, float] | None = None
        self._hovered = self._in_degrees = False
        self._snaps: bool | None = None
        self._edited = ""
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._shed()

    def event(self, event: QEvent) -> bool:
        """Leave out what has no room when a text has changed."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._shed()
        return done

    def _shed(self) -> None:
        """Hide the least needed parts first, and show them again where there is room."""
        layout = self.layout()
        if layout is None:
            return
        wide = {part: part.sizeHint().width() + GAP for group in self._shed_first for part in group}
        needed = layout.sizeHint().width() + sum(px for part, px in wide.items() if part.isHidden())
        for group in self._shed_first:
            hides = needed > self.width()
            needed -= sum(wide[part] for part in group) if hides else 0
            for part in group:
                if part.isHidden() != hides:
                    part.setHidden(hides)

    def _rule(self) -> QFrame:
        made = line(upright=True)
        made.setFixedHeight(12)
        return made

    def refresh(self) -> None:
        """Show the dates and the reference system of the open park."""
        look, park = self.desk.look, self.desk.park
        as_of = park.project.as_of if park is not None else None
        self.as_of.setText(look.text("status_as_of", day=as_of))
        self.data.setText(look.text("status_data", day=self._data_day()))
        self.crs.setText(self._system())
        self.cancels.setText(look.text("cancel"))
        self.place.setToolTip(look.text("status_place_tip"))
        self.scale.setToolTip(look.text("status_scale_tip"))
        self.scale.setAccessibleName(look.text("status_scale_name"))
        self.turned.setToolTip(look.text("status_turned_tip"))
        self.show_state()
        self.show_snapping(self._snaps)
        self.show_editing(self._edited)
        if self._view is not None:
            self.show_view(self._view)

    def _data_day(self) -> str | None:
        park = self.desk.park
        if park is None:
            return None
        days = [
            source.source_date
            for layer in park.project.layers.values()
            for source in layer.sources
            if source.source_date
        ]
        return max(days).isoformat() if days else park.project.period or None

    def _system(self) -> str:
        park = self.desk.park
        crs = park.project.crs if park is not None else None
        if crs is None:
            return self.desk.look.text("no_system")
        parameters = (
            {item.name: item.value for item in crs.coordinate_operation.params}
            if crs.coordinate_operation
            else {}
        )
        meridian = parameters.get("Longitude of natural origin")
        name = crs.name.split(" / ")[0]
        return (
            self.desk.look.text("system", name=name, meridian=meridian) if meridian is not None else crs.name
        )

    def show_state(self) -> None:
        """Tell whether what was entered is stored."""
        look, park = self.desk.look, self.desk.park
        state, text = "not_applicable", "state_nothing"
        if park is not None:
            state, text = ("pass", "state_saved")
            if self.desk.read_only:
                text = "state_folder" if park.stored is None else "state_read_only"
                state = "not_applicable"
        self.state_mark.setPixmap(look.mark(state, 12))
        when = max((time for time, _actor, _text in park.history), default="") if park is not None else ""
        self.state.setText(look.text(text, when=when[11:16]))
        restyle(self.state, state=state)

    def show_storing(self, is_storing: bool) -> None:
        """Tell that a step waits for the disk, or what is stored."""
        self.show_state()
        if is_storing:
            self.state.setText(self.desk.look.text("state_storing"))
            restyle(self.state, state="cannot_tell")

    def show_snapping(self, on: bool | None, why: str = "") -> None:
        """Tell whether drawing snaps, and if not why; None where nothing can be drawn."""
        self._snaps = on
        state = {True: "on", False: "off", None: "none"}[on]
        self.snapping.setText(self.desk.look.text(f"status_snap_{state}"))
        self.snapping.setToolTip(why)

    def show_editing(self, what: str) -> None:
        """Tell which layer or feature is edited; empty for none."""
        self._edited = what
        look = self.desk.look
        self.editing.setText(
            look.text("status_editing", what=what) if what else look.text("status_not_editing")
        )

    def show_place(self, x: float, y: float) -> None:
        """Show where the pointer is."""
        self._hovered = True
        self._write_place(x, y)

    def switch_place(self) -> None:
        """Change between the project's grid and longitude and latitude."""
        self._in_degrees = not self._in_degrees
        if self._place is not None:
            self._write_place(*self._place)

    def _write_place(self, x: float, y: float) -> None:
        self._place = (x, y)
        degrees = self._degrees(x, y) if self._in_degrees else None
        if degrees is not None:
            self.place.setText(f"E {degrees[0]:.7f}°  N {degrees[1]:.7f}°")
        else:  # X is north, as survey has it
            self.place.setText(f"X {y:.3f}  Y {x:.3f}")

    def _degrees(self, x: float, y: float) -> tuple[float, float] | None:
        park = self.desk.park
        if park is None or park.project.crs is None:
            return None
        from gis_app.session.coordinates import lonlat

        return lonlat((x, y), park.project.crs)

    def show_view(self, view: View) -> None:
        """Show the scale, and the middle while there is no pointer."""
        self._view = view
        self.scale.show_denominator(view.denominator)
        turned = view.rotation_deg
        self.turned.setVisible(bool(turned))
        self.turned.setText(f"{turned:.1f}°")
        if not self._hovered:
            self._write_place(*view.centre)

    def _show_busy(self, message: Message | None) -> None:
        for part in (self.doing, self.bar, self.cancels):
            part.setVisible(message is not None)
        if message is None:
            self.pace.end()
            return
        if not self.pace.under_way:
            self.pace.begin()
        left = self.pace.left_s(message.values.get("done"), message.values.get("of"))
        words = self.desk.look.say(message), left_text(self.desk.look, left)
        self.doing.setText(" · ".join(text for text in words if text))
        show_on(self.bar, message)

    def cancel(self) -> None:
        """Drop the work under way."""
        if self.desk.job is not None:
            self.desk.job.cancel()
            self.desk.job = None
            self.desk.busy.emit(None)
