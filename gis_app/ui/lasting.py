"""The bar above the map for what lasts: a sentence and what can be done; it goes when it is settled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from gis_app.language import Message
from gis_app.ui.look import Look
from gis_app.ui.parts import label, restyle, row


class Lasting(QFrame):
    """Away while there is nothing to settle."""

    answered = Signal(str)
    """What the person chose, by its name."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setObjectName("notice")
        self.state, self.message = "cannot_tell", Message("ui.working")
        self.buttons: dict[str, QPushButton] = {}
        self.mark, self.text = label(""), label("", wraps=True)
        self._answers = QHBoxLayout()
        self._answers.setSpacing(6)
        inside = row(self.mark, self.text, margins=(12, 4, 8, 4))
        inside.setStretch(1, 1)
        inside.addLayout(self._answers)
        self.setLayout(inside)
        look.language_changed.connect(self.refresh)
        look.theme_changed.connect(self.refresh)
        self.hide()

    def show_answers(self, state: str, message: Message, answers: Sequence[str]) -> None:
        """Show a sentence and a button for each answer: texts ``ui.answer_<name>``."""
        self.state, self.message = state, message
        if list(self.buttons) != list(answers):
            for made in self.buttons.values():
                made.setParent(None)
                made.deleteLater()
            self.buttons = {name: self._button(name) for name in answers}
        self.refresh()
        self.show()

    def _button(self, name: str) -> QPushButton:
        made = QPushButton()
        made.setObjectName(f"answer_{name}")
        made.clicked.connect(lambda: self.answered.emit(name))
        self._answers.addWidget(made)
        return made

    def refresh(self) -> None:
        """Write everything in the present language and theme."""
        restyle(self, state=self.state)
        self.mark.setPixmap(self.look.mark(self.state, 16))
        self.text.setText(self.look.say(self.message))
        for name, made in self.buttons.items():
            made.setText(self.look.text(f"answer_{name}"))
            made.setToolTip(self.look.text(f"tip_answer_{name}"))
            made.setAccessibleName(self.look.text(f"answer_{name}"))

    def wait(self, waits: bool) -> None:
        """Take no answer while one is being carried out."""
        for made in self.buttons.values():
            made.setEnabled(not waits)
