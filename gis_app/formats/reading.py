"""Reading files from outside: one reader process a file, and a sentence where one cannot be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gis_app import worker
from gis_app.formats.kinds import format_of
from gis_app.formats.later import later
from gis_app.formats.packing import message_from, unpack
from gis_app.formats.source import members, plain, refuse
from gis_app.formats.table import Table
from gis_app.language import Refused
from gis_app.worker import Crew, Job, Limits, WorkerFault

_MODULE = "gis_app.formats.reader"
LEAN = ("geopandas", "pandas", "pyarrow")  # what the reading library would take in
LARGEST_BYTES = 8 << 30
AHEAD = min(os.cpu_count() or 1, 4)
"""So many processes are started before it is known how many files there are."""
SHARED_BYTES = 64 << 20
"""A larger file is read by a child of its own: what it leaves in memory goes with it."""


@dataclass(frozen=True)
class Request:
    """One file to be read.

    Parameters
    ----------
    path : Path
        Main file of a set.
    encoding : str, optional
        What a person said of its text.
    limits : Limits, optional
        Of the reader process; those for the file's size when not given.
    """

    path: Path
    encoding: str | None = None
    limits: Limits | None = None


def read(
    path: Path, *, encoding: str | None = None, limits: Limits | None = None, workers: int | None = None
) -> list[Table]:
    """Read a file in a process of its own; nothing at its place is written.

    Parameters
    ----------
    path : Path
        Main file of a set.
    encoding : str, optional
        Of its text, where the file does not say it or says it wrong.
    limits : Limits, optional
        Time and memory; by the file's size when not given.
    workers : int, optional
        0 reads in this process, without limits.

    Returns
    -------
    list[Table]
        One table a layer.

    Raises
    ------
    Refused
        It cannot be read; names the file and the cause.
    """
    with Crew() as crew:
        return _read(Request(Path(path), encoding, limits), crew, workers)


def prepare(workers: int | None = None) -> None:
    """Start reader processes ahead of the files that are read next.

    Parameters
    ----------
    workers : int, optional
        As of the reading; 0 starts none.
    """
    count = min(workers if workers is not None else AHEAD, AHEAD)
    with suppress(WorkerFault):  # the reading says so
        worker.prepare(_MODULE, count, LEAN)


def read_many(requests: Sequence[Request], *, workers: int | None = None) -> list[list[Table] | Refused]:
    """Read files side by side.

    Parameters
    ----------
    requests : Sequence[Request]
        What to read.
    workers : int, optional
        At most so many at once, as many as there are cores when not given; 0 reads in this process.

    Returns
    -------
    list[list[Table] | Refused]
        For each request, in their order, its tables or why there are none.
    """
    with Crew() as crew:

        def attempt(request: Request) -> list[Table] | Refused:
            try:
                return _read(request, crew, workers)
            except Refused as refused:
                return refused

        return worker.side_by_side(attempt, requests, workers=workers)


def _read(request: Request, crew: Crew, workers: int | None) -> list[Table]:
    size = _accepted(request.path)
    try:
        return _attempt(request, size, crew, workers)
    except WorkerFault as fault:
        raise _as_refusal(request.path, fault) from fault


def is_project_file(path: Path, *, workers: int | None = None) -> bool:
    """Tell whether a file is a project of this program, and so not one to be imported.

    Looked at in a process of its own: closing any file of a database gives up the locks that a connection of
    the same process holds on it.

    Parameters
    ----------
    path : Path
        A file.
    workers : int, optional
        0 looks in this process; only where no project is open.

    Returns
    -------
    bool
        False also for what is no file.
    """
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return False
    try:
        reply = worker.run(
            Job(_MODULE, "is_project", {"path": str(path.absolute())}, keep_out=LEAN), workers=workers
        )
    except WorkerFault as fault:
        raise _as_refusal(path, fault) from fault
    return bool(reply.value["project"])


def _accepted(path: Path) -> int:
    """Refuse what need not be opened to be refused; give the size of the set in bytes."""
    sentence = later(path)
    if sentence is not None:
        raise Refused(sentence)
    found = format_of(plain(path))
    if found is None:
        raise refuse("unknown_format", path)
    size = sum(member.stat().st_size for member in members(path, found.members).values())
    if size > LARGEST_BYTES:
        raise refuse("too_big", path, bytes=size, limit=LARGEST_BYTES)
    return size


def _attempt(request: Request, size: int, crew: Crew, workers: int | None) -> list[Table]:
    limits = request.limits or Limits.for_size(size)
    said = ""
    for reader in ("pyogrio", "fiona"):
        asked = {"path": str(request.path.absolute()), "encoding": request.encoding, "reader": reader}
        job = Job(_MODULE, "read", asked, limits=limits, keep_out=LEAN, alone=size > SHARED_BYTES)
        reply = crew.run(job, workers=workers)
        if "refused" in reply.value:
            raise Refused(message_from(reply.value["refused"]))
        if "tables" in reply.value:
            described = reply.value["tables"]
            return [unpack(data, reply.arrays, str(number)) for number, data in enumerate(described)]
        said = said or reply.value["unopened"]
    raise refuse("unopened", request.path, cause=said)


def _as_refusal(path: Path, fault: WorkerFault) -> Refused:
    return refuse(f"reader_{fault.kind}", path, detail=fault.detail)
