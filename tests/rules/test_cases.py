"""Every rule judges every case of its file as the file says: states, measures, features, words."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from gis_app.language import say
from gis_app.rules import STATES, Finding
from tests.rules.case import cases, judge, project, read, rules

NEVER = {
    "valid_geometry": {"cannot_tell", "not_applicable"},
    "overlap_within": {"cannot_tell", "not_applicable"},
    "gap_within": {"cannot_tell", "not_applicable"},
    "known_code": {"not_applicable"},
    "open_cases": {"not_applicable"},
    "served": {"not_applicable"},
    "sum_closes": {"not_applicable"},
    "change_fits": {"not_applicable"},
    "reference_system": {"not_applicable"},
    "class_shares": {"pass", "fail"},
}
"""States that a check has no way to yield: a rule about every layer has no findings where there is none."""

CASES = cases()
SUBJECTS = ("subject", "land", "leaving", "coming", "blocks", "boundary")


@pytest.mark.parametrize("rule_id", rules())
def test_every_rule_has_its_cases(rule_id: str) -> None:
    given = read(rule_id)["case"]
    assert len(given) >= 4
    assert len({case["name"] for case in given}) == len(given)
    yielded = {finding["state"] for case in given for finding in expected(case)}
    assert yielded == set(STATES) - NEVER.get(rules()[rule_id].check, set())


def expected(case: dict[str, Any]) -> list[dict[str, Any]]:
    """All the findings: those listed, or the one that stands in the case itself."""
    if "finding" in case:
        return list(case["finding"])
    return [{key: case[key] for key in case if key in WORDS}]


WORDS = ("state", "measured", "limit", "fids", "missing", "says", "remarks", "layer", "area", "margin")


@pytest.mark.parametrize(("rule_id", "head", "case"), CASES, ids=[f"{r}-{c['name']}" for r, _, c in CASES])
def test_case(rule_id: str, head: dict[str, Any], case: dict[str, Any]) -> None:
    park = project(head, case)
    findings = judge(rules()[rule_id], park)
    told = expected(case)
    assert [f.state for f in findings] == [e["state"] for e in told], [said(f) for f in findings]
    for finding, wanted in zip(findings, told, strict=True):
        compare(finding, wanted)
        lies_on_the_park(finding, park)


def compare(finding: Finding, wanted: dict[str, Any]) -> None:
    seen = finding.seen
    assert list(seen.fids) == wanted.get("fids", list(seen.fids))
    if "measured" in wanted:
        assert seen.measured == pytest.approx(wanted["measured"], abs=5e-3)
    if "limit" in wanted:
        assert finding.limit == pytest.approx(wanted["limit"])
    if "layer" in wanted:
        assert seen.layer == wanted["layer"]
    if "area" in wanted:
        assert seen.evidence is not None and seen.evidence.area == pytest.approx(wanted["area"], abs=5e-3)
    missing = [f"{missing.kind} {missing.what}" for missing in seen.missing]
    assert missing == wanted.get("missing", []), said(finding)
    assert len(seen.remarks) == wanted.get("remarks", len(seen.remarks))
    for word in wanted.get("says", ()):
        assert word in said(finding)
    if seen.measured is not None and finding.limit is not None and finding.state in ("pass", "fail"):
        assert finding.margin is not None
        assert finding.margin >= 0 if finding.state == "pass" else finding.margin < 0


def said(finding: Finding) -> str:
    """The message and its remarks in both languages; every text must be there."""
    texts = [finding.seen.message, *finding.seen.remarks, *(m.text for m in finding.seen.missing)]
    return "\n".join(say(text, language) for text in texts for language in ("zh", "en"))


def lies_on_the_park(finding: Finding, park: Any) -> None:
    """What is shown as evidence lies on the ground that was judged."""
    evidence = finding.seen.evidence
    if evidence is None or evidence.is_empty:
        return
    named = [given["layer"] for name in SUBJECTS if isinstance(given := finding.rule.inputs.get(name), dict)]
    broken = [missing.what for missing in finding.seen.missing if missing.kind == "geometry"]
    judged = [*park.layers] if "*" in named else [*named, *broken]
    shapes = [shape for name in judged for shape in park.layers[name].geometry]
    assert shapely.union_all(shapely.make_valid(shapes)).convex_hull.buffer(0.01).covers(evidence)
    if finding.rule.check not in ("gap_within", "valid_geometry", "adjacent_classes"):
        assert shapely.union_all(shapely.make_valid(shapes)).buffer(1e-4).covers(evidence)
