"""Judging: the engine, one file a check, and the word of a verdict.

A rule is data and no rule is named here.
"""

from gis_app.rules.engine import judge_project, judge_proposal
from gis_app.rules.finding import STATES, Finding, Missing, Observation, State
from gis_app.rules.verdict import Verdict, verdict

__all__ = [
    "STATES",
    "Finding",
    "Missing",
    "Observation",
    "State",
    "Verdict",
    "judge_project",
    "judge_proposal",
    "verdict",
]
