"""Icons of the window: outlines from ``icons/`` (Phosphor, MIT licence), drawn in a token's colour."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from gis_app.ui.theme import tokens

ICONS = Path(__file__).parent / "icons"
MOST_KEPT = 1000
"""Icons by colour and size that are kept as they were drawn."""

_is_put_off = False


def put_off() -> None:
    """Leave icons blank until ``draw_all``: the window is there before what draws them is loaded."""
    global _is_put_off
    _is_put_off = True


def draw_all(window: QWidget) -> None:
    """Draw the icons that were put off."""
    global _is_put_off
    _is_put_off = False
    for part in window.findChildren(QAbstractButton):
        part.update()


class Outline(QIconEngine):
    """Draws an icon when it is first painted, not when the window is built."""

    def __init__(self, name: str, theme: str, token: str) -> None:
        super().__init__()
        self.name, self.theme, self.token = name, theme, token

    def clone(self) -> QIconEngine:
        """Give another one of the same icon."""
        return Outline(self.name, self.theme, self.token)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw it: on-accent while checked, quiet while disabled."""
        if _is_put_off:
            blank = QPixmap(size)
            blank.fill(Qt.GlobalColor.transparent)
            return blank
        colours = tokens(self.theme)
        if mode == QIcon.Mode.Disabled:
            return _pixmap(self.name, colours["border_strong"], size.width(), 1.0)
        token = "on_accent" if state == QIcon.State.On else self.token
        return _pixmap(self.name, colours[token], size.width(), 1.0)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it with a painter, as fine as its device is."""
        scale = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.pixmap(rect.size() * scale, mode, state))


@cache
def icon(name: str, theme: str, token: str = "text_2") -> QIcon:
    """Give an icon in ``token``'s colour."""
    return QIcon(Outline(name, theme, token))


def pixmap(name: str, colour: str, size: int = 16, scale: float = 2.0) -> QPixmap:
    """Give an icon in one colour (``#RRGGBB``), ``size`` in logical pixels."""
    return _pixmap(name, colour, size, scale)


@lru_cache(maxsize=MOST_KEPT)
def _pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # not before the first icon is drawn

    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    made = QPixmap(round(size * scale), round(size * scale))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made
