"""Enter or correct one fact with its document."""

from __future__ import annotations

from datetime import date

from gis_app.catalogue import FactDeclaration
from gis_app.edits.arguments import Argument
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.edits.values import READERS
from gis_app.language import Message, Words
from gis_app.model import PARK, Changeset, Fact, Project, Record
from gis_app.model.fact import Value


def set_fact(project: Project, fact: Fact) -> Changeset:
    """The step that enters ``fact``, or replaces what stands there.

    An empty changeset when nothing would change.
    """
    before = project.facts.get(fact.id)
    text = Message("edits.set_fact", {"fact": fact.key, "value": str(fact.value)})
    if before == fact:
        return Changeset(text)
    return Changeset(text, (Record("fact", fact.id, None if before is None else vars(before), vars(fact)),))


def set_fact_from(
    project: Project,
    fact: FactDeclaration,
    value: object,
    owner: str = PARK,
    document: str = "",
    document_date: date | None = None,
    attachment: str = "",
) -> Changeset:
    """The step that enters a declared fact of the park, or of the proposal that ``owner`` names.

    Raises
    ------
    EditError
        The proposal is not there, the fact is not of this scope, or the value is not of its type.
    """
    if (fact.scope == "proposal") != (owner != PARK) or (owner != PARK and owner not in project.proposals):
        raise refuse("fact_owner", fact=Words(**fact.title), known=sorted(project.proposals))
    return set_fact(project, Fact(owner, fact.id, _value(fact, value), document, document_date, attachment))


def _value(fact: FactDeclaration, given: object) -> Value:
    try:
        read = READERS[fact.type](given)
    except (TypeError, ValueError) as error:
        raise refuse("fact_value", fact=Words(**fact.title), given=str(given)[:80]) from error
    if not isinstance(read, float | int | str | bool | date) or read == "":
        raise refuse("fact_value", fact=Words(**fact.title), given=str(given)[:80])
    return int(read) if fact.type == "integer" and not isinstance(read, date) else read


EDIT = Edit(
    "set_fact",
    set_fact_from,
    (
        Argument("fact", "fact"),
        Argument("value", "any"),
        Argument("owner", "text", required=False),
        Argument("document", "text", required=False),
        Argument("date", "date", required=False, into="document_date"),
        Argument("attachment", "text", required=False),
    ),
)
