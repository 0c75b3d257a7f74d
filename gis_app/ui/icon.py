"""Icons of the window: outlines from ``icons/`` (Phosphor, MIT licence), drawn in a token's colour."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gis_app.ui.theme import tokens

ICONS = Path(__file__).parent / "icons"
SCALES = (1.0, 2.0)


@cache
def icon(name: str, theme: str, size: int = 16, token: str = "text_2") -> QIcon:
    """Give an icon: in ``token``'s colour, on-accent while checked, quiet while disabled."""
    made = QIcon()
    colours = tokens(theme)
    for mode, state, colour in (
        (QIcon.Mode.Normal, QIcon.State.Off, colours[token]),
        (QIcon.Mode.Normal, QIcon.State.On, colours["on_accent"]),
        (QIcon.Mode.Disabled, QIcon.State.Off, colours["border_strong"]),
        (QIcon.Mode.Disabled, QIcon.State.On, colours["border_strong"]),
    ):
        for scale in SCALES:
            made.addPixmap(_pixmap(name, colour, size, scale), mode, state)
    return made


@cache
def pixmap(name: str, colour: str, size: int = 16, scale: float = 2.0) -> QPixmap:
    """Give an icon in one colour (``#RRGGBB``), ``size`` in logical pixels."""
    return _pixmap(name, colour, size, scale)


def _pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    made = QPixmap(round(size * scale), round(size * scale))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made
