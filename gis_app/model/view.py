"""A project as it would be: what a changeset says on top of what is there."""

from __future__ import annotations

from dataclasses import replace

from gis_app.model.changeset import Changeset
from gis_app.model.project import Project


def View(project: Project, changeset: Changeset) -> Project:  # noqa: N802  (it answers like a project)
    """Answer like ``project`` with the rows of ``changeset`` on top.

    No frame is copied and no index rebuilt: a layer that the changeset touches is branched, its changed rows
    lie beside the shared frame. The project is not touched, and may not change while the view is used.

    Raises
    ------
    ValueError
        The changeset does not fit the project.
    """
    touched = {record.table for record in changeset.records}
    layers = {id: one.branch() if id in touched else one for id, one in project.layers.items()}
    seen = replace(
        project,
        layers=layers,
        facts=dict(project.facts),
        proposals=dict(project.proposals),
        entries={table: dict(entries) for table, entries in project.entries.items()},
    )
    seen.apply(changeset)
    return seen
