"""A button that shows a colour and lets another be chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QToolButton

from gis_app.catalogue.style import CLASS

SWATCH = QSize(36, 16)


class ColourButton(QToolButton):
    """Shows a colour and lets another be chosen; tells it while it is being chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.colour, self.of_class = "#000000", ""
        self.setIconSize(SWATCH)
        self.clicked.connect(self.choose)

    def show_colour(self, colour: str) -> None:
        """Show a colour; one that comes from the class is shown as a stripe of several."""
        self.colour = colour
        picture = QPixmap(SWATCH)
        picture.fill(QColor("#b8bec6" if colour in ("", CLASS) else colour))
        self.setIcon(QIcon(picture))
        self.setText(self.of_class if colour == CLASS else colour)

    def choose(self) -> None:
        """Open the colours beside the window's work."""
        before = self.colour
        dialog = QColorDialog(QColor(before if before.startswith("#") else "#b8bec6"), self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.currentColorChanged.connect(lambda colour: self.take(colour.name()))
        dialog.rejected.connect(lambda: self.take(before))
        dialog.open()

    def take(self, colour: str) -> None:
        """Take a colour and tell."""
        if colour != self.colour:
            self.show_colour(colour)
            self.changed.emit()
