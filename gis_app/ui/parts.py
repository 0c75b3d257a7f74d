"""Small parts that panels are made of: labels with a role, buttons of a kind, lines, states as words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from gis_app.ui.look import Look

MINUS = "−"
WORD_STATES = {"meets": "pass", "fails": "fail", "cannot_tell": "cannot_tell"}
STATES = ("fail", "cannot_tell", "pass", "not_applicable")
"""The order in which a person reads them."""


def label(role: str, text: str = "", wraps: bool = False) -> QLabel:
    """Make a label; its look follows from its role in the style sheet."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setWordWrap(wraps)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def button(action: QAction, kind: str, icon_px: int = 16, with_text: bool = False) -> QToolButton:
    """Make a button for an action."""
    made = QToolButton()
    made.setProperty("kind", kind)
    made.setDefaultAction(action)
    made.setIconSize(QSize(icon_px, icon_px))
    style = (
        Qt.ToolButtonStyle.ToolButtonTextBesideIcon if with_text else Qt.ToolButtonStyle.ToolButtonIconOnly
    )
    made.setToolButtonStyle(style)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def tool(kind: str = "filter", checkable: bool = False, with_text: bool = False) -> QToolButton:
    """Make a button that belongs to one place and is no action of the window."""
    made = QToolButton()
    made.setProperty("kind", kind)
    made.setCheckable(checkable)
    if with_text:
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return made


def line(upright: bool = False) -> QFrame:
    """Make a hairline."""
    made = QFrame()
    made.setProperty("kind", "upright" if upright else "line")
    return made


def row(
    *parts: QWidget | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 8
) -> QHBoxLayout:
    """Lay parts out in a row; a number is a gap, None takes what is left."""
    made = QHBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(gap)
    for part in parts:
        if part is None:
            made.addStretch()
        elif isinstance(part, int):
            made.addSpacing(part)
        else:
            made.addWidget(part)
    return made


def restyle(widget: QWidget, **properties: object) -> None:
    """Give a widget other properties and have the style sheet look at it again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def number(value: float | None, decimals: int = 2) -> str:
    """Write a number for people; an unknown one is a dash, never 0."""
    if value is None:
        return "—"
    text = f"{value + 0.0:.{decimals}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


DECIMALS: Mapping[str, int] = {"plots": 0, "layers": 0, "pairs": 0, "features": 0, "": 2}


def measured(finding: Mapping[str, Any]) -> str:
    """Write what a finding measured, without its unit."""
    value = finding["measured"]
    return number(value, DECIMALS.get(finding["unit"] or "", 2))


def limit(finding: Mapping[str, Any]) -> str:
    """Write a finding's limit as short as it is."""
    value = finding["limit"]
    return "—" if value is None else f"{value:g}".replace("-", MINUS)


def sized(font: QFont, px: int, weight: int = 400) -> QFont:
    """Give the font at another size and weight."""
    made = QFont(font)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight(weight))
    return made


def write(
    painter: QPainter, box: QRectF, text: str, align: Qt.AlignmentFlag, elide: Qt.TextElideMode | None = None
) -> float:
    """Write one line into a box, elided where it is too long; give the width that it took."""
    metrics = QFontMetricsF(painter.font())
    mode = Qt.TextElideMode.ElideRight if elide is None else elide
    shown = metrics.elidedText(text, mode, box.width())
    painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)


def state_word(look: Look, state: str) -> str:
    """Give a state's word."""
    return look.text(f"state_{state}")


LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
