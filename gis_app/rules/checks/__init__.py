"""The checks: one way of measuring a file, each a function of a Neighbourhood.

What is allowed is the rule's business.
"""

from __future__ import annotations

import importlib
import pkgutil

from gis_app.rules.checks.check import Check


def _found() -> dict[str, Check]:
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "check"]
    return {name: importlib.import_module(f"{__name__}.{name}").CHECK for name in names}


CHECKS: dict[str, Check] = _found()
"""Every check by its name, which is the name of its file."""

__all__ = ["CHECKS", "Check"]
