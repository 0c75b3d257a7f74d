"""Results as lines of text for a terminal: the figures and words of the data, nothing computed here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from gis_app.language import Message, say

MARKS = {"pass": "✔", "fail": "✘", "cannot_tell": "▲", "not_applicable": "–", "meets": "✔", "fails": "✘"}
FOLDED = ("layer", "field", "fact", "document", "limit", "completeness", "value", "geometry")


def inert(text: object) -> str:
    """Text from data without control characters, which a terminal would obey."""
    return "".join(ch if unicodedata.category(ch) not in ("Cc", "Cf") else "�" for ch in str(text))


def info(result: Mapping[str, Any], language: str) -> list[str]:
    """What files hold."""
    lines = []
    for layer in result["layers"]:
        lines += _layer(layer, language)
    for name in result["missing"]:
        lines.append(_say(language, "cli.missing_file", file=inert(name)))
    lines += [inert(note[language]) for note in result["notes"]]
    return lines


def _layer(layer: Mapping[str, Any], language: str) -> Iterable[str]:
    yield _say(
        language,
        "cli.layer",
        name=inert(layer["name"]),
        feature_type=layer["feature_type"] or "—",
        count=layer["count"],
        geometry=layer["geometry_type"] or "—",
    )
    yield _say(
        language, "cli.layer_source", crs=layer["crs"] or "—", basis=layer["crs_basis"] or "—",
        operation=layer["operation"] or "—", encoding=layer["encoding"], encoding_basis=layer["encoding_basis"],
    )  # fmt: skip
    if layer["planar_area_m2"] is not None:
        yield _say(
            language, "cli.layer_area", planar_ha=layer["planar_area_m2"] / 1e4, mu=layer["planar_area_mu"],
            ellipsoidal_ha=layer["ellipsoidal_area_m2"] / 1e4,
        )  # fmt: skip
    for area in layer["attribute_areas"]:
        yield _say(language, "cli.attribute_area", field=inert(area["field"]), sum=area["sum"], unit=area["unit"])
    if layer["scheme"] or layer["scheme_proposals"]:
        best = layer["scheme_proposals"][0] if layer["scheme_proposals"] else {"scheme": None, "agreement": None}
        yield _say(
            language, "cli.scheme", scheme=layer["scheme"] or "—", basis=layer["scheme_basis"] or "—",
            proposed=best["scheme"], percent=None if best["agreement"] is None else 100 * best["agreement"],
        )  # fmt: skip
    for excluded in layer["excluded"]:
        reason = excluded["reason_zh"] if language == "zh" else excluded["reason"]
        yield _say(language, "cli.excluded", count=excluded["count"], reason=inert(reason))
    for proposal in layer["crs_proposals"]:
        yield _say(language, "cli.crs_proposal", proposal=inert(proposal[language]))
    yield "  " + ", ".join(f"{inert(field['name'])}:{field['type']}" for field in layer["fields"])


def check(result: Mapping[str, Any], language: str) -> list[str]:
    """The findings of a project: what fails and cannot tell one by one, what passes by rule."""
    lines = [_header(result, language)]
    for state in ("fail", "cannot_tell", "pass", "not_applicable"):
        lines += [_finding(f, language) for f in result["findings"] if f["state"] == state]
    return [*lines, _counts(result, language), *_supply(result, language)]


def review(result: Mapping[str, Any], language: str) -> list[str]:
    """The verdict of each proposal with the findings behind it."""
    lines = [_header(result, language)]
    for proposal in result["proposals"]:
        lines += _proposal(proposal, language)
    return [*lines, "", *_supply(result, language), _say(language, "cli.assists")]


def _proposal(proposal: Mapping[str, Any], language: str) -> Iterable[str]:
    word = _say(language, f"cli.verdict_{proposal['verdict']}")
    conditions = proposal["conditions"]
    yield ""
    yield _say(
        language, "cli.proposal", mark=MARKS[proposal["verdict"]], name=inert(proposal["name"] or proposal["id"]), word=word,
        explain=conditions["to_explain"], unset=conditions["limits_unset"],
    )  # fmt: skip
    for finding in proposal["findings"]:
        yield "  " + _finding(finding, language)


def _finding(finding: Mapping[str, Any], language: str) -> str:
    state = _say(language, f"cli.state_{finding['state']}")
    where = f" ({inert(finding['layer'])})" if finding["scope"] in ("feature", "neighbour", "layer") and finding["layer"] else ""
    parts = [f"{MARKS[finding['state']]} {state} {finding['rule']} {finding['title'][language]}{where}"]
    if finding["measured"] is not None and finding["state"] in ("pass", "fail"):
        unit = _say(language, "cli.unit", unit=_unit(finding["unit"], language))
        limit = "" if finding["limit"] is None else f" / {finding['limit']:g}"
        parts.append(f"[{finding['measured']:.2f}{limit} {unit}]")
    texts = [finding["message"], *finding["remarks"]]
    parts.append("；".join(inert(t[language]) for t in texts) if language == "zh" else "; ".join(inert(t[language]) for t in texts))
    basis = " ".join(word for word in (finding["document"], finding["clause"]) if word)
    if finding["state"] == "fail" and basis:
        parts.append(f"<{basis}>")
    return " ".join(parts)


def _unit(unit: str | None, language: str) -> str:
    return "" if unit is None else _say(language, f"cli.unit_{unit}") if unit.isidentifier() else unit


def _header(result: Mapping[str, Any], language: str) -> str:
    return _say(
        language, "cli.header", project=inert(result["project"]), as_of=result["as_of"], crs=result["crs"],
        inputs=len(result["inputs"]),
    )  # fmt: skip


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
            language, "cli.fact", owner=inert(row["owner"] or ""), key=row["key"], title=row["title"][language],
            value=None if row["value"] is None else inert(row["value"]), unit=row["unit"] or "",
            document=inert(row["document"]) or None, date=row["document_date"],
        )  # fmt: skip
        for row in rows
    ]


def _say(language: str, id: str, **values: object) -> str:
    return say(Message(id, values), language)
