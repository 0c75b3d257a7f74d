"""一地一档: what is known of one plot or enterprise, its neighbours, its photographs, on A4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from gis_app.catalogue import Catalogue, Layout
from gis_app.catalogue.style import Line as Stroke
from gis_app.indicators.deadlines import deadlines
from gis_app.language import Message, Refused, say
from gis_app.model import Project
from gis_app.render.legend import entries
from gis_app.render.painter import application
from gis_app.render.scene import Scene, SceneLayer, bounds_of, scene_layer
from gis_app.render.symbol import Symbol
from gis_app.render.view import MM_PER_INCH, fit, rounded
from gis_app.render.writing import QUIET, Writing
from gis_app.session.attachments import Attachment, attachments, attachments_of, in_order
from gis_app.session.dossier import SUPPLY, Section, dossier
from gis_app.session.dossier_text import title_text, value_text
from gis_app.session.find import name_of
from gis_app.session.photographs import made_small
from gis_app.sheets import words
from gis_app.sheets.ground import paint_ground, sheet_layers
from gis_app.sheets.line_flow import Flow, Line
from gis_app.sheets.output import MM_PX, Pages, write
from gis_app.sheets.paper import CENTRE, LEFT, RIGHT, Paper, leading_mm
from gis_app.sheets.plain import Plain
from gis_app.sheets.recording import Recorder
from gis_app.sheets.side import Side, paint_side
from gis_app.sheets.title_block import Entry, Group, height_mm, paint_title_block

ID = "dossier"
CHOSEN = "chosen"
CASING, OUTLINE = Stroke("#FFFFFF", 1.5), Stroke("#1F56C3", 0.8)
PICTURE_PX, A_ROW, MOST_PICTURES = (640, 480), 3, 6
PICTURE_MM, CAPTION_MM, GAP_MM = 40.0, 4.0, 2.0


def print_sheet(
    project: Project,
    catalogue: Catalogue,
    feature: tuple[str, int],
    findings: Sequence[Mapping[str, Any]],
    out: Path,
    language: str,
    park: Path | None = None,
) -> list[Path]:
    """Print the card of a feature.

    Parameters
    ----------
    project
        Layers in one projected reference system in metres.
    feature
        Layer id and fid.
    findings
        Of the park and of one proposal, as results carry them.
    out
        ``.pdf`` or ``.png``; replaced whole.
    language
        ``"zh"`` or ``"en"``.
    park
        The folder or project file, beside which attached files lie; None for none.

    Returns
    -------
    list of Path
        The files written: one PDF, or one PNG a page.

    Raises
    ------
    Refused
        There is no such feature, no Chinese font, more legend than fits, or the file cannot be written.
    """
    return write(pages(project, catalogue, feature, findings, language, park), out)


def pages(
    project: Project,
    catalogue: Catalogue,
    feature: tuple[str, int],
    findings: Sequence[Mapping[str, Any]],
    language: str,
    park: Path | None = None,
) -> Pages:
    """Give the sheet before it is written; parameters as for ``print_sheet``."""
    layer = project.layers.get(feature[0])
    if layer is None or not layer.table.has([feature[1]]).all():
        raise Refused(Message("sheets.no_feature", {"feature": f"{feature[0]}/{feature[1]}"}))
    application()  # letters are asked for before anything is painted
    sheet = _Sheet(project, catalogue, catalogue.layouts[ID], feature, findings, language, park)
    return Pages(sheet.layout.page_mm, sheet.title, words.day_of(project), sheet.paint)


@dataclass(frozen=True)
class _Picture:
    image: QImage
    caption: str


class _Sheet:
    """Everything that stands on the sheet."""

    def __init__(
        self,
        project: Project,
        catalogue: Catalogue,
        layout: Layout,
        feature: tuple[str, int],
        findings: Sequence[Mapping[str, Any]],
        language: str,
        park: Path | None,
    ) -> None:
        self.project, self.catalogue, self.layout, self.language = project, catalogue, layout, language
        self.layer, self.fid, self.plain = project.layers[feature[0]], feature[1], Plain()
        self.name = self.plain(name_of(self.layer, self.fid))
        values = {
            "park": words.park_name(project, language),
            "topic": layout.title[language],
            "layer": self.layer.feature_type.title[language],
            "name": self.name,
        }
        self.title = self.plain(self._say("dossier_title", **values))
        sections = dossier(project, *feature, findings)
        known = attachments(park, project) if park is not None else ()
        attached = in_order(attachments_of(known, self.layer, self.fid))
        self.pictures = self._pictures(attached)
        widths = {column.id: column.width for column in layout.columns}
        self.flow = Flow(
            [*self._due(), *self._lines(sections), *self._attached(attached)],
            layout.letters_pt["head"],
            layout.letters_pt["row"],
            layout.lines["table"],
            layout.table["least_head"],
            layout.table["least_row"],
            widths["name"] / sum(widths.values()),
        )
        self.groups = self._title_block(sections)
        self.layers = self._map_layers()
        self._next = [0]

    def paint(self, painter: Recorder, number: int) -> bool:
        """Draw one page; the lines go on on the next as long as some are left."""
        paper = Paper(painter, Writing(MM_PX))
        painter.setRenderHint(Recorder.RenderHint.Antialiasing, True)
        self._frame(paper, number)
        foot = self._foot_block(paper)
        room = self._box("table")
        if number == 0:
            self._map(paper)
            room.setTop(self._paint_pictures(paper, room.topLeft().y()))
        else:
            room.setTop(self._box("map").top())
        room.setBottom(foot.top() - 1.5)
        blocks = self.flow.blocks(paper, room.width())
        del self._next[number + 1 :]
        self._next.append(self.flow.paint(paper, room, blocks, self._next[number]))
        return self._next[-1] < len(blocks)

    def _say(self, id: str, **values: object) -> str:
        return say(Message(f"sheets.{id}", values), self.language)

    def _box(self, name: str) -> QRectF:
        return QRectF(*self.layout.boxes[name])

    # --- what is written

    def _due(self) -> Iterator[Line]:
        """What is still to be done about it, and until when."""
        cases = [(case, late) for late, some in enumerate(reversed(deadlines(self.project))) for case in some]
        mine = [(case, late) for case, late in cases if (case.layer, case.fid) == (self.layer.id, self.fid)]
        if mine:
            yield Line(self._say("dossier_due"))
        for case, late in mine:
            state = "fail" if late else "cannot_tell"
            yield Line(
                case.deadline.isoformat(), self._say("dossier_overdue" if late else "dossier_month"), state
            )

    def _lines(self, sections: Sequence[Section]) -> Iterator[Line]:
        for section in sections:
            yield Line(say(section.title, self.language))
            for row in section.rows:
                is_flag = isinstance(row.value, bool | np.bool_)  # not every font has the signs
                flag = self._say("yes" if row.value else "no") if is_flag else ""
                value = flag or value_text(row, self.catalogue, self.language)
                name = self.plain(title_text(row.title, self.language))
                yield Line(name, self.plain(value) or "—", row.state)

    def _attached(self, attached: Sequence[Attachment]) -> Iterator[Line]:
        if attached:
            yield Line(self._say("dossier_papers"))
        for entry in attached:
            trouble = entry.trouble()
            said = " · ".join(part for part in (entry.name, entry.document) if part)
            text = said if trouble is None else say(trouble, self.language)
            yield Line(self.plain(self._caption(entry)), self.plain(text), "fail" if trouble else "")

    def _caption(self, entry: Attachment) -> str:
        kind = say(Message(f"session.attachment_kind_{entry.kind}"), self.language)
        return f"{kind} {entry.day.isoformat() if entry.day is not None else ''}".strip()

    def _pictures(self, attached: Sequence[Attachment]) -> list[_Picture]:
        """The photographs that are sound, made small in a child."""
        shown = [
            entry
            for entry in attached
            if entry.is_picture and entry.path is not None and entry.trouble() is None
        ][:MOST_PICTURES]
        made = made_small([entry.path for entry in shown if entry.path is not None], PICTURE_PX)
        return [
            _Picture(_image(pixels), self.plain(self._caption(entry)))
            for entry, pixels in zip(shown, made, strict=False)  # none where the reader failed
            if pixels is not None
        ]

    def _title_block(self, sections: Sequence[Section]) -> tuple[Group, ...]:
        """Reference system, day, and from where the layers that were looked into came."""
        told = [self.layer.id]
        told += [row.feature[0] for section in sections for row in section.rows if row.feature is not None]
        supply = self.project.of_type(SUPPLY)
        told += [supply.id] if supply is not None and any(each.id == "supply" for each in sections) else []
        lines = []
        for layer_id in dict.fromkeys(told):
            layer = self.project.layers[layer_id]
            parts = words.origin(layer) or [self._say("source_unknown")]
            text = self._say("source", layer=layer.feature_type.title[self.language], parts=parts)
            lines.append(self.plain(text))
        as_of = self.project.as_of
        where = (
            self._entry("reference", words.crs_text(self.project, self.language)),
            self._entry("as_of", "" if as_of is None else as_of.isoformat()),
            self._entry("period", self.project.period),
        )
        data = Entry(self._say("data"), tuple(lines))
        return (Group((17.0, 56.0), where), Group((17.0, 81.0), (data,)))

    def _entry(self, id: str, value: str) -> Entry:
        return Entry(self._say(id), (self.plain(value) or "—",))

    # --- what is drawn

    def _map_layers(self) -> tuple[SceneLayer, ...]:
        """The neighbourhood, and over it the feature itself."""
        around = sheet_layers(self.project, self.catalogue, self.layout, "", (), self.language)
        plain = tuple(replace(one, labels=self.plain.every(one.labels)) for one in around)
        if not self.layer.table.spatial:
            return ()
        geometry = self.layer.rows([self.fid], ["geometry"])["geometry"][0]
        if geometry is None or geometry.is_empty:
            return ()
        look = Symbol({self.language: self._say("dossier_chosen")}, casing=CASING, outline=OUTLINE)
        if geometry.geom_type.endswith("Point"):
            geometry, look = geometry.buffer(6.0), replace(look, casing=None)
        return (*plain, *scene_layer(CHOSEN, [shapely.force_2d(geometry)], look))

    def _map(self, paper: Paper) -> None:
        box = self._box("map")
        own = [layer for layer in self.layers if layer.id == CHOSEN]
        bounds = bounds_of(own)
        if bounds is None:
            paper.rect(box, self.layout.lines["neat"])
            paper.rect(self._box("side"), self.layout.lines["neat"])
            paper.text(box, self._say("dossier_nowhere"), self.layout.letters_pt["row"], align=CENTRE)
            return
        size = (int(paper.px(box).width()), int(paper.px(box).height()))
        view = rounded(fit(bounds, size, self.layout.map["margin"], MM_PX * MM_PER_INCH))
        scene = Scene(self.layers, view)
        paint_ground(paper, scene, box, (), self.layout, self._say("north"))
        signs, classes = entries(scene, self.language)
        heads = (
            self._say("legend"),
            words.classes_head(self.project, self.catalogue, self.layout, self.language),
            "",
        )
        side = Side(heads, tuple(signs), tuple(classes))
        paint_side(
            paper, self._box("side"), side, view, dict(self.layout.letters_pt), self.layout.lines["neat"]
        )

    def _paint_pictures(self, paper: Paper, top: float) -> float:
        """Draw the photographs in rows; give where the lines begin."""
        box = self._box("table")
        share = (box.width() - GAP_MM * (A_ROW - 1)) / A_ROW
        for number, picture in enumerate(self.pictures):
            row, column = divmod(number, A_ROW)
            left = box.left() + column * (share + GAP_MM)
            place = QRectF(left, top + row * (PICTURE_MM + CAPTION_MM + GAP_MM), share, PICTURE_MM)
            ratio = picture.image.width() / picture.image.height()
            wide = min(place.width(), place.height() * ratio)
            inner = QRectF(0.0, 0.0, wide, wide / ratio)
            inner.moveCenter(place.center())
            paper.painter.drawImage(paper.px(inner), picture.image)
            paper.rect(inner, self.layout.lines["table"])
            below = QRectF(place.left(), place.bottom(), place.width(), CAPTION_MM)
            paper.text(below, picture.caption, self.layout.letters_pt["small"], align=CENTRE)
        rows = -(-len(self.pictures) // A_ROW)
        return top + rows * (PICTURE_MM + CAPTION_MM + GAP_MM)

    def _frame(self, paper: Paper, number: int) -> None:
        layout, small = self.layout, self.layout.letters_pt["small"]
        paper.rect(self._box("frame"), layout.lines["frame"])
        self._heading(paper)
        plain = self.plain(words.subtitle(self.project, self.language))
        paper.text(self._box("subtitle"), plain, layout.letters_pt["row"], colour=QUIET, align=CENTRE)
        foot = self._box("foot")
        paper.text(foot, self._say("dossier_foot", page=number + 1), small, align=LEFT)
        day = "" if self.project.as_of is None else self.project.as_of.isoformat()
        room = foot.width() - paper.width_mm(self._say("dossier_foot", page=number + 1), small) - 4.0
        name = "_".join(part for part in (layout.title[self.language], self.name, day) if part)
        paper.text(foot, _fitting(paper, name, small, room), small, align=RIGHT)

    def _heading(self, paper: Paper) -> None:
        """The title in the largest letters that have room; a name longer than the sheet is broken off."""
        box, sizes = self._box("title"), self.layout.titles_pt
        pt = next((pt for pt in sizes if paper.width_mm(self.title, pt, bold=True) <= box.width()), sizes[-1])
        text = _fitting(paper, self.title, pt, box.width(), bold=True)
        paper.text(box, text, pt, bold=True, align=CENTRE)

    def _foot_block(self, paper: Paper) -> QRectF:
        box, small = self._box("title_block"), self.layout.letters_pt["small"]
        height = height_mm(paper, self.groups, small, box.height())
        box.setTop(box.bottom() - height)
        paint_title_block(paper, box, self.groups, small, self.layout.lines["table"])
        return box


def _fitting(paper: Paper, text: str, pt: float, room_mm: float, *, bold: bool = False) -> str:
    """Break a text off where it is longer than its room; all of it stands in the lines."""
    if paper.width_mm(text, pt, bold=bold) <= room_mm:
        return text
    kept = paper.wrapped(text, pt, room_mm - leading_mm(pt) * 2.0, bold=bold)[:1]
    return f"{''.join(kept)}…"


def _image(pixels: np.ndarray[Any, Any]) -> QImage:
    high, wide = pixels.shape[:2]
    made = QImage(pixels.tobytes(), wide, high, wide * 4, QImage.Format.Format_RGBA8888)
    return made.convertToFormat(QImage.Format.Format_RGB32)
