"""Child processes with limits on time and memory; what they compute belongs to whoever asks for it."""

from gis_app.worker.limits import Limits
from gis_app.worker.run import Job, Reply, WorkerFault, run, run_many, side_by_side

__all__ = ["Job", "Limits", "Reply", "WorkerFault", "run", "run_many", "side_by_side"]
