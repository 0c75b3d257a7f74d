"""The list of findings: grouped by a heading, its time, Enter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt

from gis_app.ui.findings import COLUMNS
from gis_app.ui.parts import STATES


def test_a_heading_groups_and_the_chosen_finding_stays(window: Any) -> None:
    findings = window.bottom.findings
    findings.load()
    findings.choose(3)
    chosen = window.desk.finding
    for column in ("rule", "layer", "feature"):
        findings.horizontalHeader().sectionClicked.emit(COLUMNS.index(column))
        values = [findings.model_.text(row, column) for row in findings.model_.rows]
        assert values == sorted(values) and len(set(values)) > 1, column
        assert findings.model_.rows[findings.currentIndex().row()] is chosen
    findings.horizontalHeader().sectionClicked.emit(COLUMNS.index("state"))
    severity = [STATES.index(row["state"]) for row in findings.model_.rows]
    assert severity == sorted(severity)


def test_the_time_of_checking_is_told_and_gone_while_it_is_checked_anew(window: Any) -> None:
    desk, said = window.desk, window.bottom.layer
    window.bottom.show_tab("findings")
    desk._take_judgement(desk.park)
    assert desk.checked_at and desk.checked_at in said.text()
    desk.park = replace(desk.park, judgement=None, stopped=False)
    desk.judged.emit()
    assert desk.checked_at not in said.text() and said.text() == desk.unjudged


def test_enter_zooms_to_the_finding(window: Any, qtbot: Any) -> None:
    findings = window.bottom.findings
    findings.load()
    window.desk.choose_finding(None)
    window.map.frame_park()
    before = window.map.canvas.view
    findings.setCurrentIndex(findings.model_.index(0, 0))
    qtbot.keyClick(findings, Qt.Key.Key_Return)
    assert window.desk.finding is findings.model_.rows[0]
    assert window.map.canvas.view.denominator < before.denominator
