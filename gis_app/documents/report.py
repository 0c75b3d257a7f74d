"""The report to the committee: one HTML page from the result of a check or a review; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gis_app.documents import finding_tables as tables
from gis_app.documents.figure import DASH, Words, day, mark, state_chip
from gis_app.documents.markup import Html, data_image, figure_cell, join, page, table, tag
from gis_app.language import LANGUAGES
from gis_app.render.state_mark import STATE_MARKS, WORD_STATES

Entry = Mapping[str, Any]

STYLE = Path(__file__).with_name("report.css")


def report(
    outcome: Entry,
    language: str,
    *,
    facts: Sequence[Entry] = (),
    titles: Mapping[str, object] | None = None,
    picture: bytes | None = None,
) -> str:
    """Write the report on a check or review as a self-contained HTML page.

    Parameters
    ----------
    outcome
        What ``check`` or ``review`` printed: ``findings``, ``counts``, ``inputs``, ``rule_sets``,
        ``versions``, ``as_of``,
        ``project``, ``crs``, ``to_supply``, and for a review ``proposals``. Parts that are missing are left
        out.
    language
        ``"zh"`` or ``"en"``; texts are ``{zh, en}`` or plain.
    facts
        The facts behind the judgement: ``{title, value, unit, document, document_date, attachment, owner}``
        each.
    titles
        Layer id → title ({zh, en} or plain); a layer without one shows its id.
    picture
        A map picture in PNG form.

    Raises
    ------
    ValueError
        There is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language!r}")
    words = Words(language)
    name = words.pick(outcome.get("project")) or words("unnamed")
    body = join(
        _head(words, name, outcome),
        _headlines(words, outcome),
        _picture(words, name, picture),
        *(tables.proposal(words, entry, titles or {}) for entry in outcome.get("proposals") or ()),
        tables.findings(words, outcome, titles or {}),
        _to_supply(words, outcome.get("to_supply") or ()),
        _facts(words, facts),
        _sources(words, outcome),
        _foot(words, outcome),
    )
    title = words("title", project=name)
    return page(title, "zh-CN" if language == "zh" else "en", STYLE.read_text(encoding="utf-8"), body)


def _head(words: Words, name: str, outcome: Entry) -> Html:
    cells = [
        (words("as_of"), day(outcome.get("as_of"))),
        (words("crs"), words.pick(outcome.get("crs")) or DASH),
        (words("period"), words.pick(outcome.get("period"))),
        (words("input_count"), str(len(outcome.get("inputs") or ()))),
    ]
    shown = (tag("div", tag("dt", title), tag("dd", value)) for title, value in cells if value)
    return tag(
        "header",
        tag("h1", words("title", project=name)),
        tag("p", words("purpose"), class_="purpose"),
        tag("dl", *shown, class_="facts"),
    )


def _headlines(words: Words, outcome: Entry) -> Html:
    proposals = outcome.get("proposals") or ()
    if not proposals:
        return Html("")
    return tag("section", *(_card(words, proposal) for proposal in proposals), class_="cards")


def _card(words: Words, proposal: Entry) -> Html:
    state = WORD_STATES.get(str(proposal.get("verdict")), "cannot_tell")
    found = tables.ordered(proposal.get("findings") or ())
    return tag(
        "article",
        tag("div", tables.proposal_name(words, proposal), class_="name"),
        tag("div", mark(state, "word-size"), words(f"state_{state}"), class_="word"),
        tag("p", tables.veto_count(words, found)),
        *(tag("p", sentence) for sentence in tables.deciding_sentences(words, proposal)),
        tag("p", tables.condition_count(words, proposal, found), class_="quiet"),
        class_=f"card {state}",
    )


def _picture(words: Words, name: str, picture: bytes | None) -> Html:
    if picture is None:
        return Html("")
    title = words("picture", project=name)
    return tag("figure", data_image(picture, title), tag("figcaption", title))


def _to_supply(words: Words, missing: Sequence[Entry]) -> Html:
    if not missing:
        return Html("")
    head = ["no", "supply_missing", "supply_rules", "supply_veto", "supply_unit", "supply_need"]
    rows = [
        [
            figure_cell(str(number)),
            words.pick(entry.get("missing")),
            words.pick(entry.get("rules")),
            words("yes" if entry.get("veto") else "no"),
            words.pick(entry.get("unit")) or DASH,
            words.pick(entry.get("requirement")) or DASH,
        ]
        for number, entry in enumerate(missing, start=1)
    ]
    shown = table([words(f"head_{part}") for part in head], rows, widths="no third item short short item")
    return tag(
        "section", tag("h2", words("to_supply")), tag("p", words("to_supply_why"), class_="quiet"), shown
    )


def _facts(words: Words, facts: Sequence[Entry]) -> Html:
    if not facts:
        return Html("")
    rows = [
        [
            words.pick(fact.get("title")),
            words.pick(fact.get("owner")) or words("park"),
            figure_cell(words.measured(fact.get("value"), fact.get("unit"))),
            words.pick(fact.get("document")) or words("no_document"),
            day(fact.get("document_date")),
            words.pick(fact.get("attachment")) or words("no_attachment"),
        ]
        for fact in facts
    ]
    head = ["fact", "owner", "value", "document", "date", "attachment"]
    shown = table(
        [words(f"head_{part}") for part in head], rows, widths="item short figure basis short short"
    )
    return tag("section", tag("h2", words("facts")), shown)


def _sources(words: Words, outcome: Entry) -> Html:
    files = [
        [words.pick(entry.get("path")), _code(str(entry.get("sha256") or DASH))]
        for entry in outcome.get("inputs") or ()
    ]
    sets = [
        [words.pick(_name(entry)), _code(_rest(words, entry))] for entry in _entries(outcome.get("rule_sets"))
    ]
    versions = [[name, _code(words.pick(version))] for name, version in _pairs(outcome.get("versions"))]
    parts = []
    for title, head, rows in (
        ("inputs", ["file", "digest"], files),
        ("rule_sets", ["rule_set", "version"], sets),
        ("versions", ["part", "version"], versions),
    ):
        if rows:
            parts += [
                tag("h3", words(title)),
                table([words(f"head_{name}") for name in head], rows, widths="half"),
            ]
    return tag("section", tag("h2", words("sources")), *parts) if parts else Html("")


def _foot(words: Words, outcome: Entry) -> Html:
    marks = tag("div", *(state_chip(words, state) for state in STATE_MARKS), class_="counts")
    note = words("foot", as_of=day(outcome.get("as_of")), crs=words.pick(outcome.get("crs")) or DASH)
    return tag("footer", marks, tag("p", words("state_meaning")), tag("p", words("areas")), tag("p", note))


def _code(value: str) -> Html:
    return tag("td", value, class_="code")


def _pairs(value: object) -> list[tuple[str, object]]:
    return [(str(key), part) for key, part in value.items()] if isinstance(value, Mapping) else []


def _entries(value: object) -> list[object]:
    """Rule sets may come as a list or by id."""
    if isinstance(value, Mapping):
        return [
            {"id": key, **(part if isinstance(part, Mapping) else {"version": part})}
            for key, part in value.items()
        ]
    return list(value) if isinstance(value, (list, tuple)) else []


def _name(entry: object) -> object:
    return (entry.get("title") or entry.get("id") or "") if isinstance(entry, Mapping) else entry


def _rest(words: Words, entry: object) -> str:
    if not isinstance(entry, Mapping):
        return DASH
    parts = (words.pick(entry.get(key)) for key in ("version", "path", "sha256"))
    return " · ".join(part for part in parts if part) or DASH
