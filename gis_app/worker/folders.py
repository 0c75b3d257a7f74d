"""Where a person's settings, the cache and the program's own data lie, on every system."""

from __future__ import annotations

import os
from pathlib import Path

PROGRAM = "ParkPlan"
HOME_VARIABLE = "PARKPLAN_HOME"
_PACKAGE = Path(__file__).parents[1]


def user_config_dir() -> Path:
    """Give the folder of the person's settings; it need not exist yet.

    ``PARKPLAN_HOME`` in the environment stands for everything of the person's: a stick, a test.
    """
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / "config"
    import platformdirs  # not every start needs it

    return platformdirs.user_config_path(PROGRAM, appauthor=False)


def user_cache_dir() -> Path:
    """Give the folder of what may be deleted at any time; it need not exist yet."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / "cache"
    import platformdirs

    return platformdirs.user_cache_path(PROGRAM, appauthor=False)


def user_data_dir() -> Path:
    """Give the folder of the person's own data, which nobody may delete; it need not exist yet."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / "data"
    import platformdirs

    return platformdirs.user_data_path(PROGRAM, appauthor=False)


def program_data_dir() -> Path:
    """Give the folder that holds the program's ``layers/`` and ``styles/``.

    An installed wheel carries them beside its packages; in a working copy they lie beside ``gis_app``.
    """
    carried = _PACKAGE / "_data"
    return carried if carried.is_dir() else _PACKAGE.parent
