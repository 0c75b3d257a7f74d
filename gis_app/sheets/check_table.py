"""The table 三条控制线核查表 of a sheet: the indicator's figures as cells, and the word of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gis_app.catalogue import Catalogue, Layout
from gis_app.geometry.area import round_half_up, to_ha, to_mu
from gis_app.indicators.control_line_table import BLOCKS, COMING, IN, OUT, Row, control_line_table, versions
from gis_app.language import Message, say
from gis_app.model import Project, Proposal
from gis_app.rules.engine import judge_proposal
from gis_app.rules.verdict import word
from gis_app.sheets.marks import Mark
from gis_app.sheets.table import Cell, Table

NOTHING = "—"
"""No data; never 0."""
CHANGE_WORDS: Mapping[str, str] = {OUT: "out", IN: "in"}
WORD_STATES: Mapping[str, str] = {"meets": "pass", "fails": "fail", "cannot_tell": "cannot_tell"}


def check_table(
    project: Project,
    catalogue: Catalogue,
    layout: Layout,
    proposal: Proposal,
    findings: Sequence[Mapping[str, Any]],
    marked: Sequence[Mark],
    language: str,
) -> Table:
    """Make the table of a proposal: the sum of what comes to the park, then each block.

    The word of the sum is that of the review; a block's follows from the same rules on the block alone.
    """
    total, rows = control_line_table(project, catalogue, proposal.id)
    lines = _Lines(project, proposal, layout, marked, language)
    reviewed = [finding["state"] for finding in findings if finding["rule"] in layout.rules]
    every = [lines.cells(0, total, reviewed)]
    for number, row in enumerate(rows, start=1):
        states = _judged(project, catalogue, proposal, row, layout) if row.change in COMING else []
        every.append(lines.cells(number, row, states))
    return Table(
        heads=tuple(column.title[language].replace(" (", "\n(") for column in layout.columns),
        rows=tuple(every),
        widths=tuple(
            column.width / sum(c.width for c in layout.columns) * layout.boxes["table"][2]
            for column in layout.columns
        ),
        pt=layout.letters_pt["small"],
        line_mm=layout.lines["table"],
        least_head_mm=layout.table["least_head"],
        least_row_mm=layout.table["least_row"],
    )


def note(project: Project, proposal: Proposal, findings: Sequence[Mapping[str, Any]], language: str) -> str:
    """What stands under the table: how areas are taken, and the arithmetic of the notice as reviewed."""
    closing = [finding["message"][language] for finding in findings if finding["check"] == "sum_closes"]
    total = project.fact("total_ha", proposal.id)
    if closing and total is not None and isinstance(total.value, int | float):
        closing.append(say(Message("sheets.in_mu", {"mu": to_mu(total.value * 10_000)}), language))
    return say(Message("sheets.table_note", {"closing": "".join(closing)}), language)


def _judged(
    project: Project, catalogue: Catalogue, proposal: Proposal, row: Row, layout: Layout
) -> list[str]:
    """States of the control-line rules on one block alone."""
    blocks = project.of_type(BLOCKS)
    assert blocks is not None  # the row is of one
    alone = replace(blocks, frame=blocks.frame.loc[list(row.fids)])
    single = replace(project, layers={**project.layers, blocks.id: alone})
    findings = judge_proposal(single, catalogue, proposal.id)
    return [finding.state for finding in findings if finding.rule.id in layout.rules]


class _Lines:
    """Rows as texts."""

    def __init__(
        self, project: Project, proposal: Proposal, layout: Layout, marked: Sequence[Mark], language: str
    ) -> None:
        self.project, self.proposal, self.layout = project, proposal, layout
        self.marked, self.language = marked, language
        blocks = project.of_type(BLOCKS)
        self.shapes = {} if blocks is None else dict(zip(blocks.fids.tolist(), blocks.geometry, strict=True))

    def cells(self, number: int, row: Row, states: Sequence[str]) -> tuple[Cell, ...]:
        """Give the cells of one row; number 0 is the sum."""
        texts = {
            "number": str(number) if number else NOTHING,
            "proposal": self.proposal.name or self.proposal.id if number else self._say("sum"),
            "block": row.block or NOTHING,
            "change": self._changes(row.change),
            "area": _ha(row.area_m2),
            "built": _ha(row.built_m2),
            "flexible": _ha(row.flexible_m2),
            "special": _ha(row.special_m2),
            "outside": _ha(row.outside_m2),
            "farmland": _m2(row.farmland_m2),
            "farmland_net": _m2(row.farmland_net_m2),
            "red_line": _m2(row.red_line_m2),
            "cropland_target": _m2(row.cropland_target_m2),
            "pressing": _places(row.pressing),
            "gaps": _places(row.gaps),
            "width": _m2(row.greatest_width_m),
            "version": self._version() if number else NOTHING,
            "basis": self._say("planar"),
            "remark": self._remark(row) if number else "",
        }
        given = word(states) if states else ""  # type: ignore[arg-type]  # states of findings
        verdict = Cell(self._say(given), WORD_STATES[given]) if given else Cell(NOTHING)
        return tuple(
            verdict if column.id == "verdict" else Cell(texts[column.id]) for column in self.layout.columns
        )

    def _say(self, id: str, **values: object) -> str:
        return say(Message(f"sheets.{id}", values), self.language)

    def _changes(self, changes: str) -> str:
        known = [self._say(f"change_{CHANGE_WORDS.get(one, 'expand')}") for one in changes.split("+") if one]
        return self._say("and").join(known) or NOTHING

    def _version(self) -> str:
        """Since when the lines are in force; which documents, the title block says."""
        days = sorted({day.isoformat() for version in versions(self.project) for day in version.days})
        return "\n".join(days) or NOTHING

    def _remark(self, row: Row) -> str:
        if row.change not in COMING:
            return self._say("not_asked")
        grounds = np.array([self.shapes[fid] for fid in row.fids], dtype=object)
        met = [mark for mark in self.marked if shapely.intersects(grounds, mark.ground).any()]
        return "\n".join(f"{mark.sign} {mark.rule} {self._say(mark.state)}" for mark in met)


def _ha(area_m2: float | None) -> str:
    return NOTHING if area_m2 is None else f"{round_half_up(to_ha(area_m2), 4):.4f}"


def _m2(value: float | None) -> str:
    return NOTHING if value is None else f"{round_half_up(value, 2):.2f}"


def _places(places: tuple[int, float] | None) -> str:
    return NOTHING if places is None else f"{places[0]}/{_m2(places[1])}"
