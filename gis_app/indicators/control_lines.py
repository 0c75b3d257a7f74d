"""Ground of a proposal that lies on permanent farmland or a red line, or outside the development boundary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import Project

ID = "control_lines"
BASIS = Message("indicators.control_lines_basis")
OVER, LINES = "clear_of", ("permanent_basic_farmland", "ecological_red_line")
BEYOND = "covered_by"


def figure(project: Project, findings: Findings) -> Figure:
    """Give the sum of what the findings on the three control lines measured, in m².

    ``findings`` are those of one proposal. One that cannot tell leaves the sum without a figure, unless
    another already fails: then the sum is what was found.
    """
    lines = [finding for finding in findings if _of_control_line(finding)]
    if not lines:
        return Figure(ID, why=Message("indicators.no_proposal"), basis=BASIS, checks=(OVER, BEYOND))
    states = {finding["state"] for finding in lines}
    unsure = [finding for finding in lines if finding["state"] == "cannot_tell"]
    if unsure and "fail" not in states:
        return Figure(
            ID,
            state="cannot_tell",
            why=Message("indicators.lines_not_told", {"count": len(unsure)}),
            basis=BASIS,
            checks=(OVER, BEYOND),
        )
    area_m2 = sum(float(finding["measured"] or 0.0) for finding in lines)
    state = "fail" if "fail" in states else "pass"
    return Figure(ID, (Amount(area_m2, "m2"),), state, basis=BASIS, checks=(OVER, BEYOND))


def _of_control_line(finding: Mapping[str, Any]) -> bool:
    if finding["unit"] != "m2":
        return False
    if finding["check"] == BEYOND:
        return True
    # a line that was not delivered is only named as missing; it must not be left out
    named = {finding["layer"], *(missing["what"].split(".")[0] for missing in finding["missing"])}
    return finding["check"] == OVER and not named.isdisjoint(LINES)
