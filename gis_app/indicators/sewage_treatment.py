"""Central treatment of sewage (水污染防治行动计划): the state that the check found, and monitoring."""

from __future__ import annotations

from gis_app.indicators.column import texts
from gis_app.indicators.figure import Figure, Findings
from gis_app.language import Message
from gis_app.model import Project

ID = "sewage_treatment"
READS = {"sewage_facility": ("online_monitoring",)}
BASIS = Message("indicators.sewage_treatment_basis")
CHECK = "served"
ONLINE = "联网"
WORST_FIRST = ("fail", "cannot_tell", "pass", "not_applicable")


def figure(project: Project, findings: Findings) -> Figure:
    """Give the worst state among the findings on service by a sewage facility."""
    states = {finding["state"] for finding in findings if finding["check"] == CHECK}
    if not states:
        return Figure(ID, why=Message("indicators.no_rule"), basis=BASIS, checks=(CHECK,))
    state = next(state for state in WORST_FIRST if state in states)
    facilities = project.of_type("sewage_facility")
    online = facilities is not None and ONLINE in texts(facilities, "online_monitoring")
    return Figure(
        ID,
        state=state,
        remark=Message("indicators.online") if online else None,
        basis=BASIS,
        layer=None if facilities is None else facilities.id,
        fids=() if facilities is None else tuple(int(fid) for fid in facilities.fids),
        checks=(CHECK,),
    )
