"""Names that a screen reader says, and tips, for parts of the window that show no text of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QWidget

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow


def name_parts(window: MainWindow) -> None:
    """Give every such part its name and tip in the present language."""
    look = window.look
    for part, name, tip in parts(window):
        if not (isinstance(part, QAbstractButton) and part.text()):
            part.setAccessibleName(look.text(name))
        if tip:
            part.setToolTip(look.text(tip))


def parts(window: MainWindow) -> Iterator[tuple[QWidget, str, str]]:
    """Give each part with the ids of its name and of its tip; an empty tip stays as it is."""
    bottom, area = window.bottom, window.map
    yield window.tree, "layers", ""
    yield window.top.search, "action_find", "tip_search"
    yield bottom.findings, "tab_findings", ""
    yield bottom.supply, "tab_supply", ""
    yield bottom.steps, "tab_steps", ""
    yield bottom.rule, "name_rule", "tip_rule"
    yield bottom.caret, "action_bottom", "tip_bottom"
    yield area.notice.closes, "close", "close"
    yield area.card.closes, "close", "close"
    yield area.card.adds, "attach", "attach"
    yield area.card.prints, "card_print", "card_print"
    yield area.card.copies, "copy", "copy"
    yield area.card.others, "name_others", ""
    yield area.card.table, "name_card", ""
    yield bottom.attributes.progress.cancels, "cancel", "tip_cancel"
    yield window.status.cancels, "cancel", "tip_cancel"
    for panel in window.right.panels.values():
        for attribute, name in (
            ("proposals", "name_proposals"),
            ("rules", "name_rules"),
            ("tree", "name_tree"),
        ):
            part = getattr(panel, attribute, None)
            if isinstance(part, QWidget):
                yield part, name, ""
    yield from _with_tips(window)


def _with_tips(window: MainWindow) -> Iterator[tuple[QWidget, str, str]]:
    """Give parts that show a text and lack a tip; their text is their name."""
    for name, chip in window.todo.chips.items():
        yield chip, f"todo_{name}", f"tip_todo_{name}"
    for name, tab in window.bottom.tabs.items():
        yield tab, f"tab_{name}", f"tip_tab_{name}"
    yield window.bottom.mine, "only_proposal", "tip_only_proposal"
    yield window.bottom.narrowed, "widen", "tip_widen"
