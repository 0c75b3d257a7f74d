"""Results as lines of text for a terminal: the figures and words of the data, nothing computed here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from gis_app.catalogue import Catalogue
from gis_app.language import Message, say
from gis_app.session.delivery import UNRECOGNISED

MARKS = {"pass": "✔", "fail": "✘", "cannot_tell": "▲", "not_applicable": "–", "meets": "✔", "fails": "✘"}
JOINTS = {"zh": "\N{FULLWIDTH SEMICOLON}", "en": "; "}
OBEYED = frozenset({"Cc", "Cf", "Zl", "Zp"})


def inert(text: object) -> str:
    """Text from data without control characters, which a terminal would obey."""
    return "".join(
        ch if unicodedata.category(ch) not in OBEYED else "\N{REPLACEMENT CHARACTER}" for ch in str(text)
    )


def info(result: Mapping[str, Any], language: str, catalogue: Catalogue) -> list[str]:
    """What files hold."""
    lines = [_say(language, "cli.project_crs", crs=inert(result["project_crs"] or "—"))]
    for layer in result["layers"]:
        lines += _layer(layer, language, catalogue)
    for name in result["missing"]:
        lines.append(_say(language, "cli.missing_file", file=inert(name)))
    lines += [inert(note[language]) for note in result["notes"]]
    return lines


def _layer(layer: Mapping[str, Any], language: str, catalogue: Catalogue) -> Iterable[str]:
    yield _say(
        language,
        "cli.layer",
        name=inert(layer["name"].removeprefix(f"{UNRECOGNISED}:")),
        feature_type=_kind(layer["feature_type"], language, catalogue),
        count=layer["count"],
        geometry=_geometry(layer["geometry_type"], language),
    )
    yield _say(
        language,
        "cli.layer_source",
        crs=inert(layer["crs"] or "—"),
        basis=_word("basis", layer["crs_basis"], language),
        operation=inert(layer["operation"] or "—"),
        encoding=inert(layer["encoding"] or "—"),
        encoding_basis=_word("basis", layer["encoding_basis"], language),
    )
    if layer["planar_area_m2"] is not None:
        yield _say(
            language,
            "cli.layer_area",
            planar_ha=layer["planar_area_m2"] / 1e4,
            mu=layer["planar_area_mu"],
            ellipsoidal_ha=None
            if layer["ellipsoidal_area_m2"] is None
            else layer["ellipsoidal_area_m2"] / 1e4,
        )
    for area in layer["attribute_areas"]:
        unit = _unit(area["unit"], language) or None
        yield _say(language, "cli.attribute_area", field=inert(area["field"]), sum=area["sum"], unit=unit)
    if layer["scheme"] or layer["scheme_proposals"]:
        best = (
            layer["scheme_proposals"][0] if layer["scheme_proposals"] else {"scheme": None, "agreement": None}
        )
        yield _say(
            language,
            "cli.scheme",
            scheme=layer["scheme"] or "—",
            basis=_word("basis", layer["scheme_basis"], language),
            proposed=best["scheme"],
            percent=None if best["agreement"] is None else 100 * best["agreement"],
        )
    for excluded in layer["excluded"]:
        reason = excluded["reason_zh"] if language == "zh" else excluded["reason"]
        yield _say(language, "cli.excluded", count=excluded["count"], reason=inert(reason))
    for proposal in layer["crs_proposals"]:
        yield _say(language, "cli.crs_proposal", proposal=inert(proposal[language]))
    yield "  " + ", ".join(
        _field(field, layer["feature_type"], language, catalogue) for field in layer["fields"]
    )


def _kind(id: str | None, language: str, catalogue: Catalogue) -> str:
    """Title of a feature type, and its id, which is what ``--as`` wants."""
    known = catalogue.feature_types.get(id or "")
    return "—" if known is None else f"{known.title[language]} ({id})"


def _geometry(kinds: str | None, language: str) -> str:
    return "/".join(_word("geometry", kind.lower(), language) for kind in (kinds or "").split("/"))


def _field(field: Mapping[str, Any], kind_id: str | None, language: str, catalogue: Catalogue) -> str:
    """Name as delivered, or the title where a project gives the id, and the type."""
    kind = catalogue.feature_types.get(kind_id or "")
    declared = None if kind is None or field["name"] != field["field"] else kind.field(field["name"])
    name = field["name"] if declared is None else declared.title[language]
    return f"{inert(name)}:{_word('type', field['type'], language)}"


def _word(family: str, id: str | None, language: str) -> str:
    return _say(language, f"cli.{family}_{id}") if id else "—"


def check(result: Mapping[str, Any], language: str, catalogue: Catalogue) -> list[str]:
    """The findings of a project: what fails and cannot tell one by one, what passes by rule."""
    lines = [_header(result, language)]
    for state in ("fail", "cannot_tell", "pass", "not_applicable"):
        lines += [_finding(f, language, catalogue) for f in result["findings"] if f["state"] == state]
    return [*lines, _counts(result, language), *_supply(result, language)]


def review(result: Mapping[str, Any], language: str, catalogue: Catalogue) -> list[str]:
    """The verdict of each proposal with the findings behind it."""
    lines = [_header(result, language)]
    for proposal in result["proposals"]:
        lines += _proposal(proposal, language, catalogue)
    return [*lines, "", *_supply(result, language), _say(language, "cli.assists")]


def _proposal(proposal: Mapping[str, Any], language: str, catalogue: Catalogue) -> Iterable[str]:
    word = _say(language, f"cli.verdict_{proposal['verdict']}")
    conditions = proposal["conditions"]
    yield ""
    yield _say(
        language,
        "cli.proposal",
        mark=MARKS[proposal["verdict"]],
        name=inert(proposal["name"] or proposal["id"]),
        word=word,
        explain=conditions["to_explain"],
        unset=conditions["limits_unset"],
    )
    for finding in proposal["findings"]:
        yield "  " + _finding(finding, language, catalogue)


def _finding(finding: Mapping[str, Any], language: str, catalogue: Catalogue) -> str:
    state = _say(language, f"cli.state_{finding['state']}")
    within = finding["layer"] if finding["scope"] in ("feature", "neighbour", "layer") else None
    where = f" ({_layer_title(within, language, catalogue)})" if within else ""
    parts = [f"{MARKS[finding['state']]} {state} {finding['rule']} {finding['title'][language]}{where}"]
    if finding["measured"] is not None and finding["state"] in ("pass", "fail"):
        unit = _say(language, "cli.unit", unit=_unit(finding["unit"], language))
        limit = "" if finding["limit"] is None else f" / {finding['limit']:g}"
        parts.append(f"[{finding['measured']:.2f}{limit} {unit}]")
    texts = [finding["message"], *finding["remarks"]]
    parts.append(JOINTS[language].join(inert(text[language]) for text in texts))
    basis = " ".join(word for word in (finding["document"], finding["clause"]) if word)
    if finding["state"] == "fail" and basis:
        parts.append(f"<{inert(basis)}>")
    return " ".join(parts)


def _layer_title(id: str, language: str, catalogue: Catalogue) -> str:
    known = catalogue.feature_types.get(id)
    return inert(id.removeprefix(f"{UNRECOGNISED}:")) if known is None else known.title[language]


def _unit(unit: str | None, language: str) -> str:
    if unit is None or not unit.isidentifier():
        return unit or ""
    try:
        return _say(language, f"cli.unit_{unit}")
    except LookupError:  # an office's rule measures in a unit of its own
        return inert(unit)


def _header(result: Mapping[str, Any], language: str) -> str:
    return _say(
        language,
        "cli.header",
        project=inert(result["project"]),
        as_of=result["as_of"],
        crs=result["crs"],
        inputs=len(result["inputs"]),
    )


def _counts(result: Mapping[str, Any], language: str) -> str:
    return _say(language, "cli.counts", **result["counts"])


def _supply(result: Mapping[str, Any], language: str) -> Iterable[str]:
    rows = result["to_supply"]
    if rows:
        yield _say(language, "cli.to_supply", count=len(rows))
    for number, row in enumerate(rows, start=1):
        veto = _say(language, "cli.veto") if row["veto"] else ""
        yield f"  {number}. {inert(row['missing'][language])} {veto}({', '.join(row['rules'])})"
    for name in result["missing_files"]:
        yield _say(language, "cli.missing_file", file=inert(name))


def facts(rows: Iterable[Mapping[str, Any]], language: str) -> list[str]:
    """The facts, those that nobody entered among them."""
    return [
        _say(
            language,
            "cli.fact",
            owner=inert(row["owner"] or ""),
            key=row["key"],
            title=row["title"][language],
            value=None if row["value"] is None else inert(row["value"]),
            unit=_unit(row["unit"], language),
            document=inert(row["document"]) or None,
            date=row["document_date"],
        )
        for row in rows
    ]


def steps(entries: Iterable[Mapping[str, Any]], language: str) -> list[str]:
    """The journal, a line a step."""
    return [f"{e['seq']:>6}  {e['time']}  {inert(e['actor'])}  {inert(e['text'][language])}" for e in entries]


def _say(language: str, id: str, **values: object) -> str:
    return say(Message(id, values), language)
