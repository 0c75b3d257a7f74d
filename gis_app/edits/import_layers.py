"""Bring delivered layers, facts and proposals into a project, as one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gis_app.language import Message
from gis_app.model import Changeset, Fact, Layer, Project, Proposal, Record


def import_layers(
    project: Project,
    layers: Sequence[Layer],
    *,
    name: str = "",
    as_of: date | None = None,
    period: str = "",
    facts: Sequence[Fact] = (),
    proposals: Sequence[Proposal] = (),
    missing_files: Sequence[str] = (),
    network: str = "none",
) -> Changeset:
    """The step that adds layers (fids already given.

    Shapes in the project's reference system) and what is said beside them.

    Properties, facts and proposals that the project already has in the same words are left alone.
    """
    records: list[Record] = []
    given: dict[str, object] = {"name": name, "as_of": as_of, "period": period}
    given["missing_files"] = tuple(missing_files)
    if network != "none":
        given["network"] = network
    for key, value in given.items():
        before = getattr(project, key)
        if value and value != before:
            records.append(Record("project", key, {"value": before}, {"value": value}))
    for fact in facts:
        before_fact = project.facts.get(fact.id)
        if fact != before_fact:
            records.append(
                Record("fact", fact.id, None if before_fact is None else vars(before_fact), vars(fact))
            )
    for proposal in proposals:
        old = project.proposals.get(proposal.id)
        if proposal != old:
            records.append(
                Record("proposal", proposal.id, None if old is None else vars(old), vars(proposal))
            )
    text = Message(
        "edits.import_layers", {"count": len(layers), "features": sum(len(layer) for layer in layers)}
    )
    return Changeset(text, tuple(records), arrivals=tuple(layers))
