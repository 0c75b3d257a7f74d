"""Colours of the window: tokens → palette and one style sheet, set on the application and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tomli
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

THEMES = ("light", "dark", "contrast")
HERE = Path(__file__).parent
FAMILIES = (
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
"""First found wins."""
BODY_PX = 13

Tokens = Mapping[str, str]


@cache
def tokens(theme: str) -> Tokens:
    """Give the colours (``#RRGGBB``) of a theme by name."""
    table = tomli.loads((HERE / "tokens.toml").read_text(encoding="utf-8"))
    column = THEMES.index(theme)
    return {name: pair[column] for name, pair in table.items()}


def style_sheet(theme: str) -> str:
    """Fill the template with the theme's colours; an unknown token is an error."""
    carets = {
        name: (HERE / "icons" / f"{icon}-{theme}.svg").as_posix()
        for name, icon in (("caret", "caret-down"), ("caret_up", "caret-up"))
    }
    values = {**tokens(theme), **carets}
    template = (HERE / "theme.qss").read_text(encoding="utf-8")
    sheet = re.sub(r"@(\w+)", lambda found: values[found[1]], template)
    return sheet.replace("1px solid", "2px solid") if theme == "contrast" else sheet


def palette(theme: str) -> QPalette:
    """Give the palette, for what a style sheet does not reach."""
    colour = {name: QColor(value) for name, value in tokens(theme).items()}
    role = QPalette.ColorRole
    table = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "panel",
        role.AlternateBase: "sunken",
        role.Text: "text",
        role.PlaceholderText: "text_3",
        role.Button: "raised",
        role.ButtonText: "text",
        role.Highlight: "selection",
        role.HighlightedText: "text",
        role.Link: "accent",
        role.ToolTipBase: "raised",
        role.ToolTipText: "text",
    }
    made = QPalette()
    for which, name in table.items():
        made.setColor(which, colour[name])
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, colour["text_3"])
    return made


def font() -> QFont:
    """Give the body font in the first family that is installed."""
    installed = set(QFontDatabase.families())
    made = QFont(next((name for name in FAMILIES if name in installed), QFont().family()))
    made.setPixelSize(BODY_PX)
    return made


def system_theme() -> str:
    """Give the theme that the desktop asks for."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication

    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def prepare(application: QApplication) -> None:
    """Set style and font; before any widget is made, since widgets keep the family they were made with."""
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setFont(font())


def apply(application: QApplication, theme: str) -> None:
    """Set palette and style sheet on the application."""
    sheet = style_sheet(theme)
    if application.styleSheet() != sheet:
        application.setPalette(palette(theme))
        application.setStyleSheet(sheet)
