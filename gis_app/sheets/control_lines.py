"""三条控制线套合图: one proposal over the three control lines, with the table 三条控制线核查表, on A3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF

from gis_app.catalogue import Catalogue, Layout
from gis_app.language import Message, Refused, say
from gis_app.model import Project, Proposal
from gis_app.render.legend import entries
from gis_app.render.map_scene import HAZARD
from gis_app.render.scene import Scene
from gis_app.render.writing import QUIET, Writing
from gis_app.sheets import words
from gis_app.sheets.check_table import check_table, note
from gis_app.sheets.ground import paint_ground, sheet_layers, view_of
from gis_app.sheets.marks import Mark, findings_of, marks
from gis_app.sheets.output import MM_PX, Pages, write
from gis_app.sheets.paper import CENTRE, LEFT, RIGHT, Paper
from gis_app.sheets.recording import Recorder
from gis_app.sheets.side import Side, paint_side
from gis_app.sheets.table import Table
from gis_app.sheets.title_block import Group, height_mm, paint_title_block

ID = "control_lines"
RED = "#B3261E"
TABLE_HEAD_MM, NOTE_MM, TITLE_GAP_MM = 4.8, 4.0, 0.8


def print_sheet(
    project: Project,
    catalogue: Catalogue,
    proposal_id: str,
    review: Mapping[str, Any],
    out: Path,
    language: str,
    fields: Mapping[str, str] | None = None,
) -> list[Path]:
    """Print the sheet of a proposal.

    Parameters
    ----------
    project
        Layers in one projected reference system in metres.
    proposal_id
        One of the project's proposals.
    review
        The result of ``parkplan review`` on this project; only single blocks are judged here, by its rules.
    out
        ``.pdf`` or ``.png``; replaced whole.
    language
        ``"zh"`` or ``"en"``.
    fields
        What only people know, by id: project_name, compiled_by, authority, compiled_on. What is not given
        is marked 【待明确】.

    Returns
    -------
    list of Path
        The files written: one PDF, or one PNG a page.

    Raises
    ------
    Refused
        There is no such proposal, nothing to draw, no Chinese font or a character that it lacks, more legend
        than fits, or the file cannot be written.
    """
    return write(pages(project, catalogue, proposal_id, review, language, fields), out)


def pages(
    project: Project,
    catalogue: Catalogue,
    proposal_id: str,
    review: Mapping[str, Any],
    language: str,
    fields: Mapping[str, str] | None = None,
) -> Pages:
    """Give the sheet before it is written; parameters as for ``print_sheet``."""
    proposal = project.proposals.get(proposal_id)
    if proposal is None:
        raise Refused(
            Message("sheets.no_proposal", {"wanted": proposal_id, "known": sorted(project.proposals)})
        )
    sheet = _Sheet(project, catalogue, catalogue.layouts[ID], proposal, review, language, fields or {})
    return Pages(sheet.layout.page_mm, sheet.title, words.day_of(project), sheet.paint)


class _Sheet:
    """Everything that stands on the sheet."""

    def __init__(
        self,
        project: Project,
        catalogue: Catalogue,
        layout: Layout,
        proposal: Proposal,
        review: Mapping[str, Any],
        language: str,
        fields: Mapping[str, str],
    ) -> None:
        self.project, self.catalogue, self.layout, self.language = project, catalogue, layout, language
        self.proposal, self.findings = proposal, findings_of(review, proposal.id)
        self.marked: list[Mark] = marks(self.findings, layout.rules, language)
        self.layers = sheet_layers(project, catalogue, layout, proposal.id, self.marked, language)
        self.title = words.title(project, proposal, layout, language)
        self.groups: tuple[Group, ...] = words.title_block(project, proposal, layout, fields, language)
        self.conclusion = words.conclusion(self.findings, self.marked, language)
        self.table: Table = check_table(
            project, catalogue, layout, proposal, self.findings, self.marked, language
        )
        self.note = note(project, proposal, self.findings, language)
        self._next_rows = [0]

    def paint(self, painter: Recorder, number: int) -> bool:
        """Draw one page; the table goes on on the next as long as rows are left."""
        paper = Paper(painter, Writing(MM_PX))
        painter.setRenderHint(Recorder.RenderHint.Antialiasing, True)
        self._frame(paper, number)
        box = self._title_block(paper)
        top = self.layout.boxes["table"] if number == 0 else self.layout.boxes["map"]
        if number == 0:
            self._map(paper)
        room = QRectF(
            top[0], top[1], top[2] if number == 0 else self.layout.boxes["table"][2], box.top() - 1.0 - top[1]
        )
        del self._next_rows[number + 1 :]
        self._next_rows.append(self._table(paper, room, self._next_rows[number]))
        if self._next_rows[-1] == self._next_rows[-2] and number > 0:
            raise Refused(Message("sheets.row_too_high"))
        return self._next_rows[-1] < len(self.table.rows)

    def _say(self, id: str, **values: object) -> str:
        return say(Message(f"sheets.{id}", values), self.language)

    def _box(self, name: str) -> QRectF:
        return QRectF(*self.layout.boxes[name])

    def _frame(self, paper: Paper, number: int) -> None:
        layout, title = self.layout, self._box("title")
        paper.rect(self._box("frame"), layout.lines["frame"])
        mark = self._say("sheet_number", number=layout.number, of=layout.of)
        row = layout.letters_pt["row"]
        beside = paper.width_mm(mark, row + 1.5) + 3.0
        room = title.adjusted(beside, 0.0, -beside, 0.0)
        sizes = layout.titles_pt
        size = next((pt for pt in sizes if paper.width_mm(self.title, pt, bold=True) <= room.width()), None)
        if size is None:
            raise Refused(Message("sheets.title_too_long", {"title": self.title}))
        paper.text(room, self.title, size, bold=True, align=CENTRE)
        paper.text(title, mark, row + 1.5, align=RIGHT)
        self._subtitle(paper)
        foot, small = self._box("foot"), layout.letters_pt["small"]
        count = sum(entry.is_open for group in self.groups for entry in group.entries)
        paper.text(foot, self._say("foot", count=count, page=number + 1), small, align=LEFT)
        paper.text(
            foot, words.file_name(self.project, self.proposal, layout, self.language), small, align=RIGHT
        )

    def _subtitle(self, paper: Paper) -> None:
        box, pt = self._box("subtitle"), self.layout.letters_pt["row"] + 0.5
        plain = words.subtitle(self.project, self.language)
        red = words.open_points(self.conclusion, self.language)
        left = paper.width_mm(plain, pt)
        start = box.center().x() - (left + 5.0 + paper.width_mm(red, pt, bold=True)) / 2.0
        paper.text(QRectF(start, box.top(), left + 1.0, box.height()), plain, pt, colour=QUIET)
        after = QRectF(start + left + 5.0, box.top(), box.right() - start - left - 5.0, box.height())
        paper.text(after, red, pt, bold=True, colour=RED)

    def _map(self, paper: Paper) -> None:
        box = self._box("map")
        scene = Scene(self.layers, view_of(self.layers, self.project, self.layout, paper.px(box), MM_PX))
        paint_ground(paper, scene, box, self.marked, self.layout, self._say("north"))
        signs, classes = entries(scene, self.language)
        shown = self._say("evidence", signs="".join(mark.sign for mark in self.marked))
        signs = [
            replace(sign, kind="line", text=shown) if sign.symbol.casing == HAZARD.casing else sign
            for sign in signs
        ]
        heads = (
            self._say("legend"),
            words.classes_head(self.project, self.catalogue, self.layout, self.language),
            self._say("conclusion"),
        )
        side = Side(heads, tuple(signs), tuple(classes), self.conclusion)
        paint_side(
            paper,
            self._box("side"),
            side,
            scene.view,
            dict(self.layout.letters_pt),
            self.layout.lines["neat"],
        )

    def _title_block(self, paper: Paper) -> QRectF:
        """Draw the title block at the foot, as high as it needs; give its box."""
        box, small = self._box("title_block"), self.layout.letters_pt["small"]
        height = height_mm(paper, self.groups, small, box.height())
        box = QRectF(box.left(), box.bottom() - height, box.width(), height)
        paint_title_block(paper, box, self.groups, small, self.layout.lines["table"])
        return box

    def _table(self, paper: Paper, room: QRectF, start: int) -> int:
        small = self.layout.letters_pt["small"]
        head = QRectF(room.left(), room.top(), room.width(), TABLE_HEAD_MM)
        paper.text(head, self._say("table"), self.layout.letters_pt["head"], bold=True, align=CENTRE)
        paper.text(head, words.table_basis(self.project, self.language), small, colour=QUIET, align=RIGHT)
        notes = paper.wrapped(self.note, small, room.width())
        under = len(notes) * NOTE_MM
        body = room.adjusted(0.0, TABLE_HEAD_MM, 0.0, -under - TITLE_GAP_MM)
        following, bottom = self.table.paint(paper, body, start)
        box = QRectF(room.left(), bottom + TITLE_GAP_MM, room.width(), under)
        paper.lines(box, notes, small, colour=QUIET)
        return following
