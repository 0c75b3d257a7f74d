"""Qt taken in without what its binding does to every import after it."""

from __future__ import annotations

import builtins
import importlib


def load() -> None:
    """Import Qt, and leave Python's import as it was.

    PySide6 puts an import of its own in its place. It reads the source of each module that is imported from
    then on, to see whether it asks for other names (``from __feature__ import snake_case``); nobody does
    here, and it is a third of the time of all that is imported.
    """
    own = builtins.__import__
    importlib.import_module("PySide6.QtCore")
    builtins.__import__ = own
