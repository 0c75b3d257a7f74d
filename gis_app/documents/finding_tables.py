"""Findings as tables and sentences of a report: what decides, what is a condition, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gis_app.documents.figure import DASH, Words, place, state_chip
from gis_app.documents.markup import Html, figure_cell, join, table, tag
from gis_app.render.state_mark import STATE_MARKS

Entry = Mapping[str, Any]
Titles = Mapping[str, object]

ORDER = {"fail": 0, "cannot_tell": 1, "pass": 2, "not_applicable": 3}
KINDS = ("veto", "condition", "information")
SENTENCES = 3
"""So many deciding items are told in the headline; the table beneath has them all."""
FIDS = 12


def ordered(found: Iterable[Entry]) -> list[Entry]:
    """Sort findings: what fails first, worst margin first, then what cannot tell; otherwise as they came."""
    return sorted(found, key=lambda finding: (ORDER.get(str(finding.get("state")), 1), _margin(finding)))


def proposal_name(words: Words, entry: Entry) -> str:
    """Give the proposal's name, its id where it has none."""
    return words.pick(entry.get("name")) or words("proposal", id=words.pick(entry.get("id")))


def veto_count(words: Words, found: Sequence[Entry]) -> str:
    """Say how many veto items pass, fail and cannot tell; what does not apply is no item."""
    states = _rule_states(found, "veto")
    counted = {state: sum(seen == state for seen in states.values()) for state in ORDER}
    total = len(states) - counted["not_applicable"]
    return words(
        "veto_count", passed=counted["pass"], total=total, failed=counted["fail"], open=counted["cannot_tell"]
    )


def condition_count(words: Words, entry: Entry, found: Sequence[Entry]) -> str:
    """Say how many conditions are to be explained and how many have no limit; they never change the word."""
    given = entry.get("conditions")
    if isinstance(given, Mapping) and {"to_explain", "limits_unset"} <= set(given):
        return words("condition_count", explain=int(given["to_explain"]), unset=int(given["limits_unset"]))
    conditions = [finding for finding in found if finding.get("kind") == "condition"]
    open_ones = [finding for finding in conditions if finding.get("state") in ("fail", "cannot_tell")]
    unset = sum(
        finding.get("state") == "cannot_tell" and finding.get("confidence") == "U" for finding in open_ones
    )
    return words("condition_count", explain=len(open_ones) - unset, unset=unset)


def deciding_sentences(words: Words, entry: Entry) -> list[str]:
    """Give the sentences of the items that make the word, worst first; the rest as a count."""
    found = _deciding(entry)
    sentences = [
        words("deciding", title=_title(words, finding), message=words.pick(finding.get("message")) or DASH)
        for finding in found[:SENTENCES]
    ]
    if len(found) > SENTENCES:
        sentences.append(words("deciding_more", count=len(found) - SENTENCES))
    return sentences


def proposal(words: Words, entry: Entry, titles: Titles) -> Html:
    """Write one proposal: all its veto items, its open conditions, and the whole tree folded."""
    found = ordered(entry.get("findings") or entry.get("deciding") or ())
    vetoes = [finding for finding in found if finding.get("kind", "veto") == "veto"]
    conditions = [finding for finding in found if finding.get("kind") == "condition" and _is_open(finding)]
    unread = len({finding.get("rule") for finding in vetoes if finding.get("confidence") in ("V'", "M", "U")})
    parts = [
        tag("h2", proposal_name(words, entry)),
        tag("p", veto_count(words, found)),
        tag("h3", words("vetoes")),
        _judged(words, vetoes, titles),
    ]
    if unread:
        parts.append(tag("p", words("unread", count=unread), class_="quiet"))
    if conditions:
        parts += [tag("h3", words("conditions")), _judged(words, conditions, titles)]
    return tag("section", *parts, _tree(words, found, titles))


def findings(words: Words, outcome: Entry, titles: Titles) -> Html:
    """Write the findings of the check: counts, those that are open, and the rest folded."""
    found = ordered(outcome.get("findings") or ())
    if not found:
        return Html("")
    counts = outcome.get("counts") or {}
    chips = (
        tag("span", state_chip(words, state), f" {counts.get(state, 0)}", class_=f"chip {state}")
        for state in STATE_MARKS
    )
    open_ones = [finding for finding in found if _is_open(finding)]
    rest = [finding for finding in found if not _is_open(finding)]
    shown = _judged(words, open_ones, titles) if open_ones else tag("p", words("nothing_open"))
    folded = _folded(words("others", count=len(rest)), _judged(words, rest, titles)) if rest else Html("")
    return tag("section", tag("h2", words("findings")), tag("div", *chips, class_="counts"), shown, folded)


def _tree(words: Words, found: Sequence[Entry], titles: Titles) -> Html:
    groups = []
    for kind in KINDS:
        of_kind = [finding for finding in found if finding.get("kind", "veto") == kind]
        if of_kind:
            groups.append(join(tag("h3", words(f"kind_{kind}")), _judged(words, of_kind, titles)))
    return _folded(words("tree", count=len(found)), *groups)


def _folded(title: str, *content: Html) -> Html:
    return tag("details", tag("summary", title), *content)


def _judged(words: Words, found: Sequence[Entry], titles: Titles) -> Html:
    head = [words(f"head_{part}") for part in ("state", "item", "seen", "measured", "limit", "basis")]
    rows = [_row(words, finding, titles) for finding in found]
    return table(head, rows, widths="state item seen figure limit basis")


def _row(words: Words, finding: Entry, titles: Titles) -> list[str]:
    unit = finding.get("unit")
    information = finding.get("kind") == "information"
    return [
        tag(
            "td",
            words("kind_information_short") if information else state_chip(words, str(finding.get("state"))),
        ),
        tag("td", _title(words, finding), _quiet(words.pick(finding.get("rule")))),
        tag("td", words.pick(finding.get("message")) or DASH, *_details(words, finding, titles)),
        figure_cell(words.measured(finding.get("measured"), unit)),
        figure_cell(_limit(words, finding)),
        tag("td", _basis(words, finding), _quiet(words.confidence(finding.get("confidence")))),
    ]


def _details(words: Words, finding: Entry, titles: Titles) -> list[Html]:
    lines = [words.pick(remark) for remark in finding.get("remarks") or ()]
    lines += [_case(words, case) for case in finding.get("cases") or ()]
    fids = list(finding.get("fids") or ())
    if finding.get("layer"):
        layer = words.pick(titles.get(str(finding["layer"]), finding["layer"]))
        shown = words("comma").join(str(fid) for fid in fids[:FIDS])
        lines.append(words("where", layer=layer, fids=shown, count=len(fids)) if fids else layer)
    at = place(finding.get("evidence"), finding.get("evidence_crs"))
    if at is not None and finding.get("state") in ("fail", "cannot_tell"):
        lines.append(words("place", x=at[0], y=at[1], crs=at[2] or DASH))
    return [_quiet(line) for line in lines if line]


def _case(words: Words, case: object) -> str:
    if not isinstance(case, Mapping):
        return words.pick(case)
    return " · ".join(words.pick(value) for value in case.values() if value not in (None, ""))


def _limit(words: Words, finding: Entry) -> str:
    limit = words.measured(finding.get("limit"), finding.get("unit"))
    sign = {"<=": "≤ ", ">=": "≥ ", "<": "< ", ">": "> ", "==": "= "}.get(str(finding.get("comparator")), "")
    return limit if limit == DASH else sign + limit


def _basis(words: Words, finding: Entry) -> str:
    parts = (words.pick(finding.get("document")), words.pick(finding.get("clause")))
    return " ".join(part for part in parts if part) or DASH


def _quiet(line: str) -> Html:
    return tag("span", line, class_="quiet") if line and line != DASH else Html("")


def _title(words: Words, finding: Entry) -> str:
    return words.pick(finding.get("title")) or words.pick(finding.get("rule")) or DASH


def _is_open(finding: Entry) -> bool:
    return finding.get("state") in ("fail", "cannot_tell") and finding.get("kind") != "information"


def _deciding(entry: Entry) -> list[Entry]:
    """The deciding items, with what only their findings carry (an item may be no more than a rule's id)."""
    found = entry.get("findings") or ()
    wanted = {"fails": "fail", "cannot_tell": "cannot_tell"}.get(str(entry.get("verdict")))
    by_rule = {finding.get("rule"): finding for finding in found if finding.get("state") == wanted}
    return [{**by_rule.get(item.get("rule"), {}), **item} for item in entry.get("deciding") or ()]


def _rule_states(found: Iterable[Entry], kind: str) -> dict[str, str]:
    """The worst state of each rule of a kind."""
    states: dict[str, str] = {}
    for finding in ordered(found):
        if finding.get("kind") == kind:
            states.setdefault(str(finding.get("rule")), str(finding.get("state")))
    return states


def _margin(finding: Entry) -> float:
    margin = finding.get("margin")
    return float(margin) if isinstance(margin, (int, float)) else 0.0
