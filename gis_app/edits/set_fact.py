"""Enter or correct one fact with its document."""

from __future__ import annotations

from gis_app.language import Message
from gis_app.model import Changeset, Fact, Project, Record


def set_fact(project: Project, fact: Fact) -> Changeset:
    """The step that enters ``fact``, or replaces what stands there.

    An empty changeset when nothing would change.
    """
    before = project.facts.get(fact.id)
    text = Message("edits.set_fact", {"fact": fact.key, "value": str(fact.value)})
    if before == fact:
        return Changeset(text)
    return Changeset(text, (Record("fact", fact.id, None if before is None else vars(before), vars(fact)),))
