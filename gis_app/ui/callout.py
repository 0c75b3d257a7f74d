"""The callout on the map: state, rule, figures and clause beside the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from gis_app.ui.look import Look
from gis_app.ui.parts import label, limit, line, measured, restyle, row, state_word

if TYPE_CHECKING:
    from gis_app.render.view import View

RAIL_PX = 56
"""What the tool rail takes at the left."""


class Callout(QFrame):
    """State, rule and figures beside the evidence, with the clause."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.setProperty("kind", "floating")
        self.setFixedWidth(268)
        self.mark, self.word = label("title"), label("title")
        self.rule = label("second")
        self.sentence, self.clause = label("", wraps=True), label("label", wraps=True)
        self._inside = layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 9)
        layout.setSpacing(4)
        layout.addLayout(row(self.mark, self.word, self.rule, None, gap=6))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        self.values = [(label("second"), label("title")) for _ in range(2)]
        for place, (name, value) in enumerate(self.values):
            grid.addWidget(name, place, 0)
            grid.addWidget(value, place, 1, Qt.AlignmentFlag.AlignRight)
        layout.addLayout(grid)
        layout.addWidget(self.sentence)
        layout.addWidget(line())
        layout.addWidget(self.clause)
        self.hide()

    def show_finding(self, finding: dict[str, Any]) -> None:
        """Take in a finding."""
        look = self.look
        self.mark.setPixmap(look.mark(finding["state"], 16))
        self.word.setText(state_word(look, finding["state"]))
        restyle(self.word, state=finding["state"])
        title = f"{finding['rule']} {look.of(finding['title'])}"
        room = self.width() - 24 - 22 - self.word.sizeHint().width() - 12
        self.rule.setText(self.rule.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))
        self.rule.setToolTip(title)
        unit = look.unit(finding["unit"])
        texts = (
            (look.text("measured"), f"{measured(finding)} {unit}"),
            (look.text("limit"), f"{limit(finding)} {unit}"),
        )
        for (name, value), (title, text) in zip(self.values, texts, strict=True):
            name.setText(title)
            value.setText(text)
        self.sentence.setText(look.of(finding["message"]))
        self.clause.setText(" · ".join(text for text in (finding["document"], finding["clause"]) if text))
        self.setFixedHeight(self._inside.heightForWidth(self.width()))

    def place(self, evidence: QRect, stage: QRect, taken: Sequence[QRect]) -> None:
        """Move beside the evidence, on the stage, over nothing that is taken; else to the top left."""
        size, inside = self.size(), stage.adjusted(8, 8, -8, -8)
        middle, across = evidence.center().y() - size.height() // 2, evidence.center().x() - size.width() // 2
        boxes = [
            QRect(QPoint(x, y), size)
            for x, y in (
                (evidence.left() - size.width() - 24, middle),
                (evidence.right() + 24, middle),
                (across, evidence.bottom() + 24),
                (across, evidence.top() - size.height() - 24),
                (inside.left() + RAIL_PX, inside.top() + 4),
            )
        ]
        others = (evidence, *taken)
        free = (
            box for box in boxes if inside.contains(box) and not any(box.intersects(each) for each in others)
        )
        self.move(next(free, boxes[-1]).topLeft())
        self.raise_()


def box_px(view: View, bounds: tuple[float, float, float, float]) -> QRect:
    """Give where some ground lies on the map, in pixels; far away is cut so that it fits a rectangle."""
    import numpy as np  # the window is on the screen before it is imported

    west, south, east, north = bounds
    corners = view.to_px(np.array([[west, south], [west, north], [east, north], [east, south]]))
    cut = np.clip(corners, -1e6, 1e6)
    low, high = cut.min(axis=0), cut.max(axis=0)
    return QRect(QPoint(int(low[0]), int(low[1])), QPoint(int(high[0]), int(high[1])))
