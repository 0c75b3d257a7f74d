"""The open project at work: every change goes through ``perform``, is durable, and only then seen."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Mapping
from datetime import date

from gis_app.catalogue import Catalogue, FactDeclaration
from gis_app.edits.registry import EDITS
from gis_app.edits.set_fact import set_fact
from gis_app.language import Message, Refused
from gis_app.model import PARK, Changeset, Fact, History, Project, Step
from gis_app.project_file import ProjectFile
from gis_app.session.options import parse_day
from gis_app.session.writer import Writer

Listener = Callable[[Changeset], None]


class Session:
    """A project file and the project loaded from it.

    ``project`` is only read by others. Listeners are told after a changeset is stored and applied.
    """

    def __init__(self, stored: ProjectFile, catalogue: Catalogue, actor: str) -> None:
        self.catalogue = catalogue
        self.project: Project = stored.load()
        entries = list(stored.journal())
        self.history = History(entry.step for entry in entries if entry.step is not None)
        self.seq = entries[-1].seq if entries else 0
        """The journal sequence of the last step that the project has taken."""
        self._stored: ProjectFile | Writer = stored
        self._settle: Callable[[], None] = lambda: None
        self._actor = actor
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Be told of every changeset that was performed or undone."""
        self._listeners.append(listener)

    def perform(self, changeset: Changeset, undoes: int | None = None, op_id: str | None = None) -> int:
        """Store a changeset durably, then apply it, then tell the listeners.

        Parameters
        ----------
        undoes
            Sequence of the record that this one reverses.
        op_id
            Identity of the step, given by whoever asks for it; a new one when left out.

        Returns
        -------
        int
            Its sequence in the journal.

        Raises
        ------
        Refused
            It could not be stored; nothing was applied.
        """
        self._settle()
        identity = op_id or str(uuid.uuid4())
        seq = self._stored.commit(changeset, op_id=identity, actor=self._actor, undoes=undoes)
        self.applied(seq, changeset, undoes)
        return seq

    def applied(self, seq: int, changeset: Changeset, undoes: int | None = None) -> None:
        """Take in a step that has just become durable: apply it, then tell the listeners."""
        self.project.apply(changeset)
        self.seq = seq
        self.history.add(Step(seq, changeset.text, undoes))
        for listener in self._listeners:
            listener(changeset)

    def store_through(self, writer: Writer, settle: Callable[[], None]) -> None:
        """Store by a writer's thread from now on; ``settle`` waits until all it was asked for is applied."""
        self._stored, self._settle = writer, settle

    def edit(self, name: str, arguments: Mapping[str, object], op_id: str | None = None) -> int | None:
        """Perform one edit, given as data; its sequence, None where it would change nothing.

        Raises
        ------
        Refused
            There is no such edit, it cannot be, or it could not be stored; nothing has happened.
        """
        verb = EDITS.get(name)
        if verb is None:
            raise Refused(Message("session.no_edit", {"edit": name[:80], "known": sorted(EDITS)}))
        changeset = verb.changeset(self.project, self.catalogue, arguments)
        return self.perform(changeset, op_id=op_id) if changeset else None

    def has_op(self, op_id: str) -> bool:
        """Whether a step with this identity is journalled, and so need not be done again."""
        return self._stored.has_op(op_id)

    def undo(self, op_id: str | None = None) -> Step | None:
        """Perform the inverse of the last step not yet undone; None when there is none."""
        self._settle()
        return self._reverse(self.history.next_undo(), op_id)

    def redo(self, op_id: str | None = None) -> Step | None:
        """Perform the inverse of the last undo that is not overtaken; the undo, None when there is none."""
        self._settle()
        return self._reverse(self.history.next_redo(), op_id)

    def _reverse(self, step: Step | None, op_id: str | None) -> Step | None:
        if step is not None:
            self.perform(self._stored.changeset(step.seq).inverse(), undoes=step.seq, op_id=op_id)
        return step

    def enter_fact(
        self,
        key: str,
        value: str,
        owner: str = PARK,
        document: str = "",
        document_date: str = "",
        attachment: str = "",
    ) -> None:
        """Enter one fact from texts.

        Raises
        ------
        Refused
            As ``fact_from``, or it could not be stored.
        """
        self.enter(self.fact_from(key, value, owner, document, document_date, attachment))

    def enter(self, fact: Fact) -> None:
        """Enter one fact; no step where nothing would change."""
        changeset = set_fact(self.project, fact)
        if changeset:
            self.perform(changeset)

    def fact_from(
        self,
        key: str,
        value: str,
        owner: str = PARK,
        document: str = "",
        document_date: str = "",
        attachment: str = "",
    ) -> Fact:
        """One fact from texts, not entered yet.

        Raises
        ------
        Refused
            There is no such fact or proposal, or the value is not of the fact's type.
        """
        declared = self.catalogue.facts.get(key)
        if declared is None or (declared.scope == "proposal") != (owner != PARK):
            known = sorted(
                f.id for f in self.catalogue.facts.values() if (f.scope == "proposal") == (owner != PARK)
            )
            raise Refused(Message("session.fact_choose", {"fact": key, "known": known}))
        if owner != PARK and owner not in self.project.proposals:
            known = sorted(self.project.proposals)
            raise Refused(Message("session.proposal_unknown", {"proposal": owner, "known": known}))
        day = parse_day("--date", document_date) if document_date else None
        return Fact(owner, key, _value(declared, value), document, day, attachment)


def _value(declared: FactDeclaration, text: str) -> float | int | str | bool | date:
    try:
        match declared.type:
            case "number":
                return _finite(text)
            case "integer":
                return int(text)
            case "date":
                return date.fromisoformat(text)
            case _:
                return _words(text)
    except ValueError as error:
        kind = Message(f"session.type_{declared.type}")
        raise Refused(
            Message("session.fact_value", {"fact": declared.id, "type": kind, "given": text})
        ) from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError(text)
    return text
