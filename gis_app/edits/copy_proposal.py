"""Copy a proposal as a variant of its own, which remembers what it was copied from."""

from __future__ import annotations

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import PROPOSAL_FIELD
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.language import Message
from gis_app.model import Changeset, Project, Proposal, Record

BLOCKS = "proposal_block"


def copy_proposal(project: Project, proposal: str, id: str, name: str = "") -> Changeset:
    """The step that copies a proposal and its blocks; not its facts, which have documents of their own.

    Raises
    ------
    EditError
        There is no such proposal, or the new id is taken or empty.
    """
    source = project.proposals.get(proposal)
    if source is None:
        raise refuse("no_proposal", proposal=proposal, known=sorted(project.proposals))
    if id in project.proposals or not id.strip():
        raise refuse("proposal_taken", proposal=id)
    made = Proposal(id, name or id, confirmed=True, copied_from=source.id)
    records = [Record("proposal", id, None, vars(made)), *_blocks(project, source.id, id)]
    text = Message("edits.copy_proposal", {"source": source.name or source.id, "name": made.name})
    return Changeset(text, tuple(records))


def _blocks(project: Project, source: str, id: str) -> list[Record]:
    layer = project.of_type(BLOCKS)
    if layer is None or not layer.has(PROPOSAL_FIELD):
        return []
    owners = layer.rows(None, [PROPOSAL_FIELD])[PROPOSAL_FIELD].tolist()
    fids = [fid for fid, owner in zip(layer.fids.tolist(), owners, strict=True) if owner == source]
    return [
        Record(layer.id, project.next_fid + n, None, {**layer.table.row(fid), PROPOSAL_FIELD: id})
        for n, fid in enumerate(fids)
    ]


EDIT = Edit(
    "copy_proposal",
    copy_proposal,
    (Argument("proposal", "text"), Argument("id", "text"), Argument("name", "text", required=False)),
)
