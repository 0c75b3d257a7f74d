"""Printed sheets, as PDF and PNG: the scene of a project on paper with its table; nothing is judged here, no widgets."""

from gis_app.sheets import control_lines

SHEETS = {sheet.ID: sheet.print_sheet for sheet in (control_lines,)}
"""Every sheet by its id: what prints it."""

__all__ = ["SHEETS"]
