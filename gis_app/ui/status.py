"""The status bar: dates, reference system, coordinates, scale, what is being done, what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QToolButton, QWidget

from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, line, restyle, row

if TYPE_CHECKING:
    from gis_app.render.view import View


class Status(QFrame):
    """26 px, one line."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("status")
        self.setFixedHeight(27)
        self.as_of, self.data, self.crs = label("second"), label("second"), label("second")
        self.place, self.scale = label("second"), label("second")
        self.doing, self.bar = label("second"), QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(90)
        self.cancels = QToolButton()
        self.cancels.setProperty("kind", "bare")
        self.cancels.clicked.connect(self.cancel)
        self.state_mark, self.state = label("second"), label("second")
        parts: list[QLabel | QFrame | int | QProgressBar | QToolButton | None] = [
            self.as_of,
            self._rule(),
            self.data,
            self._rule(),
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
            self._rule(),
            self.state_mark,
            self.state,
        ]
        self.setLayout(row(*parts, margins=(12, 0, 12, 0), gap=10))
        self._show_busy(None)
        desk.busy.connect(self._show_busy)
        for signal in (desk.opened, desk.judged, desk.look.language_changed, desk.look.theme_changed):
            signal.connect(self.refresh)
        self._view: View | None = None
        self._hovered = False
        self.refresh()

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
        self.show_state()
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
            state, text = (
                ("pass", "state_saved") if park.stored is not None else ("not_applicable", "state_folder")
            )
        self.state_mark.setPixmap(look.mark(state, 12))
        when = max((time for time, _actor, _text in park.history), default="") if park is not None else ""
        self.state.setText(look.text(text, when=when[11:16]))
        restyle(self.state, state=state)

    def show_place(self, x: float, y: float) -> None:
        """Show where the pointer is."""
        self._hovered = True
        self._write_place(x, y)

    def _write_place(self, x: float, y: float) -> None:
        # X is north, as survey has it
        self.place.setText(f"X {y:.3f}  Y {x:.3f}")

    def show_view(self, view: View) -> None:
        """Show the scale, and the middle while there is no pointer."""
        self._view = view
        self.scale.setText(self.desk.look.text("scale", denominator=round(view.denominator)))
        if not self._hovered:
            self._write_place(*view.centre)

    def _show_busy(self, message: Message | None) -> None:
        for part in (self.doing, self.bar, self.cancels):
            part.setVisible(message is not None)
        if message is not None:
            self.doing.setText(self.desk.look.say(message))

    def cancel(self) -> None:
        """Drop the work under way."""
        if self.desk.job is not None:
            self.desk.job.cancel()
            self.desk.job = None
            self.desk.busy.emit(None)
