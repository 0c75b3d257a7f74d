"""Other periods of a park: the folders or project files that lie beside the open one."""

from __future__ import annotations

from pathlib import Path

ANSWERS = "park.toml"
PROJECT = ".gpkg"


def periods_beside(path: Path) -> tuple[Path, ...]:
    """Give what may be another period of the same park, by name.

    Beside a folder these are folders with a ``park.toml``, beside a project file other GeoPackages. Whether
    it is the same park is not looked into; nothing is opened.
    """
    own = path.resolve()
    try:
        beside = sorted(own.parent.iterdir())
    except OSError:  # a folder that may be passed through and not listed has nothing beside it to offer
        return ()
    if own.is_dir():
        return tuple(each for each in beside if each != own and (each / ANSWERS).is_file())
    if own.suffix.lower() == PROJECT:
        return tuple(each for each in beside if each != own and each.suffix.lower() == PROJECT)
    return ()
