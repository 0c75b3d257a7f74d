"""Say whether tiles may be fetched for a project; one that is marked as restricted stays so."""

from __future__ import annotations

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record

NETWORKS = ("none", "own_key", "restricted")
"""No tiles, which is the default; tiles with the user's own key; 内网、受限: no tiles, and no way back."""


def set_network(project: Project, network: str) -> Changeset:
    """The step that records the choice; an empty one where it is so already.

    Raises
    ------
    EditError
        The project is marked as restricted.
    """
    before = project.network
    text = Message("edits.set_network", {"network": Message(f"edits.network_{network}")})
    if before == network:
        return Changeset(text)
    if before == "restricted":
        raise refuse("network_stays")
    return Changeset(text, (Record("project", "network", {"value": before}, {"value": network}),))


EDIT = Edit("set_network", set_network, (Argument("network", "text", choices=NETWORKS),))
