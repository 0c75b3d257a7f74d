"""Printed sheets, as PDF and PNG: a project's scene on paper with its table; no widgets."""

from gis_app.sheets import control_lines, dossier

SHEETS = {sheet.ID: sheet.print_sheet for sheet in (control_lines,)}
"""Every sheet of a proposal by its id: what prints it."""
FEATURE_SHEETS = {sheet.ID: sheet.print_sheet for sheet in (dossier,)}
"""Every sheet of one feature by its id."""

__all__ = ["FEATURE_SHEETS", "SHEETS"]
