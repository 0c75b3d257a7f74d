"""Printed sheets, as PDF and PNG: a project's scene on paper with its table; no widgets."""

from gis_app.sheets import control_lines

SHEETS = {sheet.ID: sheet.print_sheet for sheet in (control_lines,)}
"""Every sheet by its id: what prints it."""

__all__ = ["SHEETS"]
