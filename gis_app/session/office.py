"""The catalogue as this person has it: the program's own, then the office's folder."""

from __future__ import annotations

from pathlib import Path

from gis_app.catalogue import Catalogue, load, program_place
from gis_app.session.settings import Settings


def load_catalogue(settings: Settings) -> Catalogue:
    """Read all declarations and hold the rules against the checks.

    Raises
    ------
    Refused
        Something in a file is wrong; file, line and key are named.
    """
    catalogue = read_catalogue(settings)
    accept(catalogue)
    return catalogue


def read_catalogue(settings: Settings) -> Catalogue:
    """Read all declarations; the rules among them must be accepted before anything is judged by them.

    Raises
    ------
    Refused
        Something in a file is wrong; file, line and key are named.
    """
    places = [program_place()]
    if settings.office_folder:
        places.append(Path(settings.office_folder))
    return load(places)


def accept(catalogue: Catalogue) -> None:
    """Hold the rules against the checks.

    Raises
    ------
    Refused
        A rule names something that does not exist; file, line and key are named.
    """
    from gis_app.rules.declared import accept_rules  # a park is shown without what judges it

    accept_rules(catalogue)
