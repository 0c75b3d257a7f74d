"""Judging: the engine, one file a check, and the word of a verdict.

A rule is data and no rule is named here. Whoever judges imports the engine itself, which brings all checks
along; a card that only counts days has no use for them.
"""

from gis_app.rules.finding import STATES, Finding, Missing, Observation, State
from gis_app.rules.verdict import Verdict, verdict

__all__ = [
    "STATES",
    "Finding",
    "Missing",
    "Observation",
    "State",
    "Verdict",
    "verdict",
]
