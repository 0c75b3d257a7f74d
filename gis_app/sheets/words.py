"""What is written on a sheet beside its map and table, in one language; what nobody gave is marked open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gis_app.catalogue import Catalogue, Layout
from gis_app.geometry.systems import grid_parameters
from gis_app.indicators.control_line_table import CONTROL_LINES, WIDTH_FACT, versions
from gis_app.language import Message, say
from gis_app.model import Layer, Project, Proposal
from gis_app.render.styling import code_list_of
from gis_app.rules.verdict import word
from gis_app.sheets.check_table import WORD_STATES
from gis_app.sheets.ground import first_of
from gis_app.sheets.marks import Mark
from gis_app.sheets.side import Conclusion
from gis_app.sheets.title_block import Entry, Group

EPOCH = date(2000, 1, 1)
FICTIONAL = ("虚构示例", "虚构", "fictional", "fictitious")
"""What a project's name says when nothing in it is real."""
BRACKETS = (("（", "）"), ("(", ")"))
SCHEMES = ("landuse_2023", "landuse_2020", "survey3", "gb50137", "tdt1029")
MOST_SENTENCES = 4


def day_of(project: Project) -> date:
    """Give a day that is a property of the data: the as-of day; never the clock."""
    return project.as_of or EPOCH


def park_name(project: Project, language: str) -> str:
    """Give the park's name, whole, without a remark that it is invented: the sheet says so below."""
    name = project.name.strip()
    for word_ in FICTIONAL:
        for opening, closing in BRACKETS:
            name = name.removesuffix(f"{opening}{word_}{closing}").strip()
    return name or say(Message("sheets.unnamed"), language)


def title(project: Project, proposal: Proposal, layout: Layout, language: str) -> str:
    """Give the sheet's title: park and topic."""
    values = {
        "park": park_name(project, language),
        "proposal": proposal.name or proposal.id,
        "topic": layout.title[language],
    }
    return say(Message("sheets.title", values), language)


def file_name(project: Project, proposal: Proposal, layout: Layout, language: str) -> str:
    """Give the name a file of the sheet has: number, title, day."""
    day = "" if project.as_of is None else f"_{project.as_of.isoformat()}"
    topic = layout.title[language].replace(" ", "_")
    return f"{layout.number:02d}_{topic}_{proposal.name or proposal.id}{day}"


def subtitle(project: Project, language: str) -> str:
    """Draft state, whether it is invented, purpose."""
    parts = ["draft"]
    parts += ["fictional"] if any(one in project.name.lower() for one in FICTIONAL) else []
    return " · ".join(say(Message(f"sheets.{part}"), language) for part in [*parts, "purpose"])


def open_points(conclusion: Conclusion, language: str) -> str:
    """What a reader must know before the rest: the verdict, unless all veto items pass."""
    if conclusion.state == "pass":
        return ""
    return say(Message(f"sheets.open_{conclusion.state}"), language)


def conclusion(findings: Sequence[Mapping[str, Any]], marked: Sequence[Mark], language: str) -> Conclusion:
    """Give the word of the review, how many veto items pass, and the sentences of those that do not."""
    vetoes = [finding for finding in findings if finding["kind"] == "veto"]
    given = word([finding["state"] for finding in vetoes])
    wanted = [f for state in ("fail", "cannot_tell") for f in vetoes if f["state"] == state]
    signs = {mark.rule: mark.sign for mark in marked}
    sentences = [f"{signs.get(f['rule'], '')} {f['rule']} {f['message'][language]}".strip() for f in wanted]
    rest = len(sentences) - MOST_SENTENCES
    if rest > 0:
        sentences = [*sentences[:MOST_SENTENCES], say(Message("sheets.more", {"count": rest}), language)]
    passed = sum(finding["state"] == "pass" for finding in vetoes)
    count = say(Message("sheets.vetoes", {"passed": passed, "of": len(vetoes)}), language)
    return Conclusion(WORD_STATES[given], say(Message(f"sheets.{given}"), language), count, tuple(sentences))


def classes_head(project: Project, catalogue: Catalogue, layout: Layout, language: str) -> str:
    """Name the scheme of the classes that the ground shows."""
    layer = first_of(project, layout.layers[0])
    codes = None if layer is None else code_list_of(layer, catalogue)
    if codes is None or codes.id not in SCHEMES:
        return say(Message("render.classes"), language)
    return say(Message("sheets.classes_of", {"scheme": Message(f"render.scheme_{codes.id}")}), language)


def table_basis(project: Project, language: str) -> str:
    """As-of day, and the least width that counts."""
    width = project.fact(WIDTH_FACT)
    known = width is not None and not width.proposed
    id = "sheets.table_basis" if known else "sheets.table_basis_open"
    values = {"as_of": project.as_of, "width_m": width.value if width is not None else None}
    return say(Message(id, values), language)


def crs_text(project: Project, language: str) -> str:
    """Reference system and central meridian; the height datum only where the system has one."""
    if project.crs is None:
        return ""
    horizontal = project.crs.sub_crs_list[0] if project.crs.is_compound else project.crs
    meridian = grid_parameters(horizontal)
    code = horizontal.to_epsg()
    values: dict[str, object] = {"name": horizontal.name, "code": f"EPSG:{code}" if code else ""}
    id = "crs"
    if horizontal.name.startswith("CGCS2000") and meridian is not None:
        id, zone = "cgcs2000", 3 if "3-degree" in horizontal.name else 6
        values |= {"meridian_deg": meridian[0], "zone_deg": zone}
    text = say(Message(f"sheets.{id}", values), language)
    if project.crs.is_compound:
        text = say(
            Message("sheets.height", {"crs": text, "height": project.crs.sub_crs_list[1].name}), language
        )
    return text


def title_block(
    project: Project, proposal: Proposal, layout: Layout, fields: Mapping[str, str], language: str
) -> tuple[Group, ...]:
    """Give what the title block says, ``fields`` where only people know it."""

    def label(id: str) -> str:
        return say(Message(f"sheets.{id}"), language)

    def entry(id: str, value: str = "", *, needed: bool = True) -> Entry:
        text = fields.get(id, "").strip() or value
        is_open = needed and not text
        return Entry(label(id), (label("open") if is_open else text,), is_open)

    values = {"park": park_name(project, language), "proposal": proposal.name or proposal.id}
    as_of = "" if project.as_of is None else project.as_of.isoformat()
    name = say(Message("sheets.project_is", values), language)
    who = (
        entry("project_name", name),
        entry("compiled_by"),
        entry("authority", needed=False),
        entry("used_for", label("purpose")),
    )
    where = (
        entry("reference", crs_text(project, language)),
        entry("as_of", as_of),
        entry("compiled_on"),
        entry("period", project.period, needed=False),
    )
    data = Entry(label("data"), tuple(_sources(project, layout, language)))
    signed = tuple(entry(id, needed=False) for id in ("drawn_by", "checked_by", "examined_by", "approved_by"))
    return (
        Group((17.0, 83.0), who),
        Group((17.0, 70.0), where),
        Group((17.0, 125.0), (data,)),
        Group((15.0, 37.0), signed),
    )


def _sources(project: Project, layout: Layout, language: str) -> list[str]:
    """One line for each control line, and one for the ground: from where, of which day, by which document."""
    known = {version.feature_type: version for version in versions(project)}
    ground = first_of(project, layout.layers[0])
    lines = []
    for kind in (*CONTROL_LINES, *(() if ground is None else (ground.feature_type.id,))):
        layer = project.of_type(kind)
        if layer is None:
            lines.append(
                say(Message("sheets.source_missing", {"layer": Message(f"sheets.{kind}")}), language)
            )
            continue
        parts: list[str | Message] = [*origin(layer), *(known[kind].numbers if kind in known else ())]
        parts = parts or [Message("sheets.source_unknown")]
        values = {"layer": layer.feature_type.title[language], "parts": parts}
        lines.append(say(Message("sheets.source", values), language))
    return lines


def origin(layer: Layer) -> list[str]:
    """From where a layer came, and of which day."""
    found: dict[str, None] = {}
    for source in layer.sources:
        for part in (source.source, "" if source.source_date is None else source.source_date.isoformat()):
            if part:
                found[part] = None
    return list(found)
