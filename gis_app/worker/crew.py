"""The near end: start a child process, watch it, take its reply."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from gis_app.worker import child
from gis_app.worker.limits import Limits

if TYPE_CHECKING:  # neither the arrays nor the watching is needed to know where settings lie
    from numpy.typing import NDArray

Kind = Literal["time", "memory", "crashed", "refused"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.append(sys.argv[1]); from gis_app.worker.child import main; main()"
_CORES = os.cpu_count() or 1
_places = threading.BoundedSemaphore(_CORES)  # children of all callers together do not outnumber the cores


class WorkerFault(Exception):
    """A child process that gave no result.

    Parameters
    ----------
    kind : str
        ``time`` or ``memory``: it was ended at a limit; ``crashed``: it ended by itself, or its function
        raised; ``refused``: it was not started.
    detail : str
        What is known of the cause, for a log.
    """

    def __init__(self, kind: Kind, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind: Kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Job:
    """One call of ``function(request, arrays, folder) -> (value, arrays)`` in a module of this program.

    Parameters
    ----------
    module, function : str
        What to call; the module lies in ``gis_app``.
    request : Mapping[str, Any]
        Handed over as JSON.
    arrays : Mapping[str, NDArray]
        Numbers, and object arrays of text or of bytes.
    limits : Limits
        Time and memory.
    keep_out : tuple[str, ...]
        Modules that count as not installed in the child: libraries take others in when they find them, at a
        second of start-up and 100 MB.
    alone : bool
        The child does this job and no other.
    """

    module: str
    function: str
    request: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    keep_out: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Reply:
    """What the function of a job returned: a JSON value and arrays."""

    value: Any
    arrays: dict[str, NDArray[Any]]


def run(job: Job, *, workers: int | None = None) -> Reply:
    """Do a job in a fresh child process, or, with ``workers=0``, in this one.

    Parameters
    ----------
    job : Job
        What to do.
    workers : int, optional
        0 calls the function here, without limits.

    Returns
    -------
    Reply
        What the function returned.

    Raises
    ------
    WorkerFault
        There is no result; says why.
    """
    with Crew() as crew:
        return crew.run(job, workers=workers)


class Crew:
    """Child processes that do one job after the other, for as long as a ``with`` block lasts.

    To start a child and import its libraries takes longer than most files take to read. A child that meets
    a limit or crashes is ended and replaced, and only its job has no result. A job that names ``alone``
    gets a child of its own.

    Parameters
    ----------
    beat : Callable, optional
        Called all the time while a job is waited for; what it raises ends the child at once.
    """

    def __init__(self, beat: Callable[[], object] | None = None) -> None:
        self._beat = beat or _nothing
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Crew:
        with _spares_lock:
            self._idle += _spares
            _spares.clear()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().end()

    def run(self, job: Job, *, workers: int | None = None) -> Reply:
        """Do a job as `run` does, in a child of this crew."""
        if not job.module.startswith("gis_app."):
            raise WorkerFault("refused", f"{job.module} is not a module of this program")
        folder = Path(tempfile.mkdtemp(prefix="parkplan-"))
        try:
            (folder / child.WORKPLACE).mkdir()
            if workers == 0:
                return _run_here(job, folder / child.WORKPLACE)
            with _places:
                return self._run_there(job, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run_there(self, job: Job, folder: Path) -> Reply:
        _hand_over(job, folder)
        worker = None if job.alone else self._take()
        worker = worker or _Child(folder.parent)
        try:
            worker.begin(folder)
            _watch(worker.process, job.limits, folder / child.REPLY, self._beat)
            reply = _taken(folder, worker)
        except BaseException:
            worker.end()
            raise
        if job.alone:
            worker.end()
        else:
            with self._lock:
                self._idle.append(worker)
        return reply

    def _take(self) -> _Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None


class _Child:
    """One child process and the file that takes what it says before it dies."""

    def __init__(self, place: Path, ahead: Sequence[str] = ()) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        self.folder: Path | None = None
        """Its own, until it ends."""
        # -P: neither the working folder nor the job's may offer modules of its own
        command = [sys.executable, "-P", "-c", _START, _ROOT, *ahead]
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                cwd=place,
                env=environment,
            )
        except OSError as error:
            self.errors.close()
            raise WorkerFault("refused", str(error)) from error

    def begin(self, folder: Path) -> None:
        """Name the next job; a child that is gone already is found out by the watch."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{folder}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise WorkerFault("crashed", self.last_words()) from error

    def last_words(self) -> str:
        """What it wrote to its error stream last."""
        self.errors.seek(0)
        return self.errors.read()[-2000:].decode("utf-8", "replace")

    def end(self) -> None:
        """End the process and wait for its end."""
        self.process.kill()  # nothing happens to one that has ended
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process.wait()
        self.errors.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


_spares: list[_Child] = []
_spares_lock = threading.Lock()


def prepare(module: str, function: str, count: int, keep_out: Sequence[str] = (), request: str = "") -> None:
    """Start children that get ready for the next crew's jobs while the caller does something else.

    Parameters
    ----------
    module, function : str
        What they call before their first job, with the request and a private folder.
    count : int
        How many there shall be.
    keep_out : Sequence[str]
        As of the jobs.
    request : str
        What they get ready for.

    Raises
    ------
    WorkerFault
        None can be started.
    """
    with _spares_lock:
        while len(_spares) < count:
            folder = Path(tempfile.mkdtemp(prefix="parkplan-"))
            ahead = {"module": module, "function": function, "keep_out": keep_out, "request": request}
            try:
                child_ = _Child(folder.parent, [json.dumps(ahead), str(folder)])
            except BaseException:
                folder.rmdir()
                raise
            child_.folder = folder
            _spares.append(child_)


def run_many(jobs: Sequence[Job], *, workers: int | None = None) -> list[Reply | WorkerFault]:
    """Do jobs side by side, at most as many at once as there are cores.

    Parameters
    ----------
    jobs : Sequence[Job]
        What to do.
    workers : int, optional
        At most so many at once; 0 does them here, one after the other.

    Returns
    -------
    list[Reply | WorkerFault]
        The replies and faults in the order of the jobs.
    """

    def attempt(job: Job) -> Reply | WorkerFault:
        try:
            return run(job, workers=workers)
        except WorkerFault as fault:
            return fault

    return side_by_side(attempt, jobs, workers=workers)


def side_by_side(
    attempt: Callable[[Item], Result], items: Sequence[Item], *, workers: int | None = None
) -> list[Result]:
    """Call a function that waits for children once for each item, several at once.

    Parameters
    ----------
    attempt : Callable
        Called in a thread; does no work of its own.
    items : Sequence
        Its arguments.
    workers : int, optional
        At most so many at once, as many as there are cores when not given; 0 calls one after the other.

    Returns
    -------
    list
        The results in the order of the items.
    """
    if workers == 0 or len(items) < 2:
        return [attempt(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor  # a child is started before anything else is imported

    with ThreadPoolExecutor(workers or _CORES) as pool:
        return list(pool.map(attempt, items))


def _run_here(job: Job, folder: Path) -> Reply:
    try:
        function = getattr(importlib.import_module(job.module), job.function)
        return Reply(*function(dict(job.request), dict(job.arrays), folder))
    except MemoryError as error:
        raise WorkerFault("memory", str(error)) from error
    except Exception as error:
        raise WorkerFault("crashed", f"{type(error).__name__}: {error}") from error


def _hand_over(job: Job, folder: Path) -> None:
    from gis_app.worker import box

    request = {
        "module": job.module,
        "function": job.function,
        "request": dict(job.request),
        "time_s": job.limits.time_s,
        "memory_bytes": job.limits.memory_bytes,
        "keep_out": job.keep_out,
    }
    (folder / child.REQUEST).write_text(json.dumps(request, ensure_ascii=False), "utf-8")
    if job.arrays:
        box.save(folder / child.ARRAYS_IN, job.arrays)


def _nothing() -> None:
    """Nobody wants to end anything."""


def _watch(process: subprocess.Popen[bytes], limits: Limits, reply: Path, beat: Callable[[], object]) -> None:
    """Wait until the reply is there or the child has ended; raise at a limit."""
    begun = time.monotonic()
    pause_s = 0.001
    while not reply.exists() and process.poll() is None:
        time.sleep(pause_s)
        waited_s = time.monotonic() - begun
        pause_s = min(max(waited_s / 8, 0.001), 0.02)  # nobody waits an eighth longer than the child works
        beat()
        if waited_s > limits.time_s:
            raise WorkerFault("time", f"more than {limits.time_s:g} s")
        used = resident_bytes(process.pid)
        if used > limits.memory_bytes:
            raise WorkerFault("memory", f"{used} bytes of {limits.memory_bytes}")


def resident_bytes(pid: int) -> int:
    """Give the memory a process holds.

    Parameters
    ----------
    pid : int
        The process.

    Returns
    -------
    int
        Resident bytes; 0 when it has ended.
    """
    if sys.platform == "linux":
        return _resident_bytes_linux(pid)
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _resident_bytes_linux(pid: int) -> int:
    """Read what the kernel tells; importing psutil takes longer than most files take to read."""
    try:
        told = Path(f"/proc/{pid}/statm").read_text("ascii")
    except OSError:
        return 0
    return int(told.split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _taken(folder: Path, worker: _Child) -> Reply:
    from gis_app.worker import box

    path = folder / child.REPLY
    if not path.exists():
        tail = worker.last_words()
        raise WorkerFault(
            "memory" if "MemoryError" in tail else "crashed", f"exit code {worker.process.returncode}: {tail}"
        )
    reply = json.loads(path.read_text("utf-8"))
    if "fault" in reply:
        raise WorkerFault(reply["fault"], reply["detail"])
    stored = folder / child.ARRAYS_OUT
    return Reply(reply["value"], box.load(stored) if stored.exists() else {})
