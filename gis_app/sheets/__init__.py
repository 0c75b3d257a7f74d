"""Printed sheets, as PDF and PNG: the scene of a project on paper with its table; nothing is judged here, no widgets."""
