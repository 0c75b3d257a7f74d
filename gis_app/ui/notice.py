"""The message area above the map: one sentence, its state, and a button to close it; never a modal."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, restyle, row


class Notice(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("notice")
        self.said: tuple[str, Message] | None = None
        self.mark, self.text = label(""), label("", wraps=True)
        self.closes = QToolButton()
        self.closes.setProperty("kind", "bare")
        self.closes.clicked.connect(self.clear)
        inside = row(self.mark, self.text, self.closes, margins=(12, 5, 6, 5))
        inside.setStretch(1, 1)
        self.setLayout(inside)
        desk.noticed.connect(self.say)
        desk.look.language_changed.connect(self.refresh)
        desk.look.theme_changed.connect(self.refresh)
        self.hide()

    def say(self, state: str, message: Message) -> None:
        """Show a sentence instead of the one before."""
        self.said = (state, message)
        self.refresh()

    def refresh(self) -> None:
        """Show the sentence in the present language."""
        self.setVisible(self.said is not None)
        if self.said is None:
            return
        state, message = self.said
        restyle(self, state=state)
        self.mark.setPixmap(self.desk.look.mark(state, 16))
        self.text.setText(self.desk.look.say(message))
        self.closes.setIcon(self.desk.look.icon("x"))
        self.closes.setToolTip(self.desk.look.text("close"))

    def clear(self) -> None:
        """Say nothing any more."""
        self.said = None
        self.hide()
