"""How the window looks and speaks: language and theme, told to every part when one of them changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from gis_app.language import Message, say
from gis_app.ui import theme
from gis_app.ui.icon import icon, pixmap
from gis_app.ui.mark import mark_icon, mark_pixmap
from gis_app.worker.folders import user_config_dir


class Look(QObject):
    """Language (``"zh"``, ``"en"``) and theme (``"light"``, ``"dark"``)."""

    language_changed = Signal(str)
    theme_changed = Signal(str)

    def __init__(
        self, language: str = "zh", theme_name: str = "light", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.language, self.theme = language, theme_name

    def say(self, message: Message) -> str:
        """Render a message in the window's language."""
        return say(message, self.language)

    def text(self, id: str, **values: object) -> str:
        """Render one of the window's own texts, by its id without the domain."""
        return say(Message(f"ui.{id}", values), self.language)

    def of(self, both: Mapping[str, str] | None) -> str:
        """Choose from a text that is there in both languages."""
        return "" if not both else both.get(self.language) or next(iter(both.values()), "")

    def unit(self, unit: str | None) -> str:
        """Give the word of a unit's id, empty where there is none."""
        from gis_app.session.dossier_text import unit_text

        return unit_text(unit, self.language)

    def colour(self, token: str) -> QColor:
        """Give a token's colour in the present theme."""
        return QColor(theme.tokens(self.theme)[token])

    def icon(self, name: str, token: str = "text_2") -> QIcon:
        """Give an icon in the present theme."""
        return icon(name, self.theme, token)

    def pixmap(self, name: str, token: str = "text_2", size: int = 16) -> QPixmap:
        """Give an icon as a picture in the present theme."""
        return pixmap(name, theme.tokens(self.theme)[token], size)

    def mark(self, state: str, size: int = 14) -> QPixmap:
        """Give a state's mark in the present theme."""
        return mark_pixmap(state, self.theme, size)

    def mark_icon(self, state: str, size: int = 14) -> QIcon:
        """Give a state's mark as an icon in the present theme."""
        return mark_icon(state, self.theme, size)

    def speak(self, language: str) -> None:
        """Change the language of the whole window."""
        if language != self.language:
            self.language = language
            self.language_changed.emit(language)

    def wear(self, theme_name: str) -> None:
        """Change the theme of the whole window."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, theme_name)
        self.theme = theme_name
        self.theme_changed.emit(theme_name)


def _settings() -> dict[str, Any]:
    """Read the settings without what checks them.

    The window must be there before anything heavy is imported; the settings proper are read afterwards.
    """
    try:
        given: Any = json.loads((user_config_dir() / "settings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        given = {}
    return given if isinstance(given, dict) else {}


def remembered() -> tuple[str, str]:
    """Give language and theme as the settings have them."""
    plain = _settings()
    language = plain.get("language") if plain.get("language") in ("zh", "en") else "zh"
    chosen = plain.get("theme") if plain.get("theme") in theme.THEMES else theme.system_theme()
    return str(language), str(chosen)


def remembered_keys() -> dict[str, str]:
    """Give the keys that were chosen, by action."""
    return _texts("keys")


def remembered_layout() -> dict[str, str]:
    """Give the layout in which the window was closed."""
    return _texts("layout")


def remembered_scale() -> int:
    """Give how large everything is to be shown, in percent."""
    scale = _settings().get("scale")
    return scale if isinstance(scale, int) and 100 <= scale <= 200 else 100


def _texts(name: str) -> dict[str, str]:
    given = _settings().get(name)
    pairs = given.items() if isinstance(given, dict) else ()
    return {str(key): value for key, value in pairs if isinstance(value, str)}
