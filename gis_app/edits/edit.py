"""What an edit is as data: its name, its arguments, and the pure function behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shapely.errors import ShapelyError

from gis_app.catalogue import Catalogue
from gis_app.edits.arguments import Argument, read
from gis_app.edits.error import refuse
from gis_app.model import Changeset, Project


@dataclass(frozen=True)
class Edit:
    """One verb.

    Parameters
    ----------
    name : str
        As a script names it.
    make : callable
        ``make(project, **parameters)`` gives a changeset or raises EditError; it changes nothing.
    arguments : tuple of Argument
        What it takes, in the order in which a person thinks of it.
    """

    name: str
    make: Callable[..., Changeset]
    arguments: tuple[Argument, ...]

    def changeset(self, project: Project, catalogue: Catalogue, given: Mapping[str, object]) -> Changeset:
        """The step that this edit would be with arguments given as plain data.

        Raises
        ------
        gis_app.edits.error.EditError
            An argument is wrong, or the edit cannot be.
        """
        parameters = read(self.arguments, given, project, catalogue)
        try:
            return self.make(project, **parameters)
        except ShapelyError as error:
            raise refuse("geometry_failed", cause=str(error)) from error


LAYER = Argument("layer", "layer")
FID = Argument("fid", "fid")
FIDS = Argument("fids", "fids")
VALUES = Argument("values", "values", required=False)
