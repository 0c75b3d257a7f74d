"""The open project at work: every change goes through ``perform``, is durable, and only then seen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from gis_app.catalogue import Catalogue, FactDeclaration
from gis_app.edits.set_fact import set_fact
from gis_app.language import Message, Refused
from gis_app.model import PARK, Changeset, Fact, History, Project, Step
from gis_app.project_file import ProjectFile
from gis_app.session.options import parse_day

Listener = Callable[[Changeset], None]


class Session:
    """A project file and the project loaded from it.

    ``project`` is only read by others. Listeners are told after a changeset is stored and applied.
    """

    def __init__(self, stored: ProjectFile, catalogue: Catalogue, actor: str) -> None:
        self.catalogue = catalogue
        self.project: Project = stored.load()
        self.history = History(Step(entry.seq, entry.text, entry.undoes) for entry in stored.journal())
        self._stored = stored
        self._actor = actor
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Be told of every changeset that was performed or undone."""
        self._listeners.append(listener)

    def perform(self, changeset: Changeset, undoes: int | None = None) -> int:
        """Store a changeset durably, then apply it, then tell the listeners.

        Returns
        -------
        int
            Its sequence in the journal.

        Raises
        ------
        Refused
            It could not be stored; nothing was applied.
        """
        seq = self._stored.commit(changeset, op_id=str(uuid.uuid4()), actor=self._actor, undoes=undoes)
        self.project.apply(changeset)
        self.history.add(Step(seq, changeset.text, undoes))
        for listener in self._listeners:
            listener(changeset)
        return seq

    def undo(self) -> Step | None:
        """Perform the inverse of the last step not yet undone; None when there is none."""
        step = self.history.next_undo()
        if step is not None:
            self.perform(self._stored.changeset(step.seq).inverse(), undoes=step.seq)
        return step

    def enter_fact(
        self, key: str, value: str, owner: str = PARK, document: str = "", document_date: str = "", attachment: str = ""
    ) -> None:
        """Enter one fact from texts.

        Raises
        ------
        Refused
            There is no such fact or proposal, or the value is not of the fact's type.
        """
        declared = self.catalogue.facts.get(key)
        if declared is None or (declared.scope == "proposal") != (owner != PARK):
            known = sorted(f.id for f in self.catalogue.facts.values() if (f.scope == "proposal") == (owner != PARK))
            raise Refused(Message("session.fact_choose", {"fact": key, "known": known}))
        if owner != PARK and owner not in self.project.proposals:
            known = sorted(self.project.proposals)
            raise Refused(Message("session.proposal_unknown", {"proposal": owner, "known": known}))
        day = parse_day("--date", document_date) if document_date else None
        changeset = set_fact(self.project, Fact(owner, key, _value(declared, value), document, day, attachment))
        if changeset:
            self.perform(changeset)

    def facts(self) -> list[dict[str, Any]]:
        """Every declared fact with what was entered, for the park and for each proposal."""
        rows = []
        for declared in self.catalogue.facts.values():
            for owner in [PARK] if declared.scope == "park" else list(self.project.proposals):
                fact = self.project.fact(declared.id, owner)
                day = None if fact is None or fact.document_date is None else fact.document_date.isoformat()
                value = None if fact is None else fact.value
                rows.append(
                    {
                        "owner": owner or None,
                        "key": declared.id,
                        "title": dict(declared.title),
                        "unit": declared.unit or None,
                        "value": value.isoformat() if isinstance(value, date) else value,
                        "document": "" if fact is None else fact.document,
                        "document_date": day,
                        "attachment": "" if fact is None else fact.attachment,
                        "document_needed": declared.document,
                    }
                )
        return rows


def _value(declared: FactDeclaration, text: str) -> float | int | str | bool | date:
    try:
        if declared.type == "number":
            return float(text)
        if declared.type == "integer":
            return int(text)
        if declared.type == "date":
            return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Message("session.fact_value", {"fact": declared.id, "type": declared.type, "given": text})) from error
    return text
