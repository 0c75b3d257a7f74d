"""Child processes with limits on time and memory; what they compute belongs to whoever asks for it."""

from gis_app.worker.limits import Limits
from gis_app.worker.run import Crew, Job, Reply, WorkerFault, prepare, run, run_many, side_by_side

__all__ = ["Crew", "Job", "Limits", "Reply", "WorkerFault", "prepare", "run", "run_many", "side_by_side"]
