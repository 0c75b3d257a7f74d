"""Figures that a park is led by, one a file: project and findings in, a figure with its unit out."""

from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.indicators.strip import STRIP, strip

__all__ = ["STRIP", "Amount", "Figure", "Findings", "strip"]
