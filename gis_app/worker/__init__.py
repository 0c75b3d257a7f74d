"""Child processes with limits on time and memory; what they compute belongs to whoever asks for it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gis_app.worker.limits import Limits

if TYPE_CHECKING:
    from gis_app.worker.crew import Crew, Job, Reply, WorkerFault, prepare, run, run_many, side_by_side

__all__ = ["Crew", "Job", "Limits", "Reply", "WorkerFault", "prepare", "run", "run_many", "side_by_side"]


def __getattr__(name: str) -> Any:
    """Import the crew when it is asked for: the window asks only where settings lie."""
    if name in __all__:
        return getattr(importlib.import_module("gis_app.worker.crew"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
