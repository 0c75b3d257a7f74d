"""Reading files from outside in reader processes, and a sentence where one cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_app import worker
from gis_app.formats.ahead import LEAN, READER
from gis_app.formats.kinds import format_of
from gis_app.formats.not_yet import later
from gis_app.formats.packing import message_from, unpack
from gis_app.formats.source import members, plain, refuse
from gis_app.formats.table import Column, Table
from gis_app.language import Refused
from gis_app.worker import Crew, Job, Limits, WorkerFault

LARGEST_BYTES = 8 << 30
TOGETHER_BYTES = 8 << 20
"""Files are read by one job up to so many bytes: the way there and back takes longer than a small file."""
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
    (result,) = read_many([Request(Path(path), encoding, limits)], workers=workers)
    if isinstance(result, Refused):
        raise result
    return result


def read_many(
    requests: Sequence[Request], *, workers: int | None = None, beat: Callable[[], object] | None = None
) -> list[list[Table] | Refused]:
    """Read files, small ones several at a time, side by side.

    Parameters
    ----------
    requests : Sequence[Request]
        What to read.
    workers : int, optional
        At most so many processes at once, as many as there are cores when not given; 0 reads in this one.
    beat : Callable, optional
        Called all the time while this waits; what it raises ends the reading and every process at once.

    Returns
    -------
    list[list[Table] | Refused]
        For each request, in their order, its tables or why there are none.
    """
    results: dict[int, list[Table] | Refused] = {}
    sizes: dict[int, int] = {}
    for place, request in enumerate(requests):
        try:
            sizes[place] = _accepted(request.path)
        except Refused as refused:
            results[place] = refused
    with Crew(beat) as crew:

        def attempt(places: list[int]) -> list[list[Table] | Refused]:
            size = sum(sizes[place] for place in places)
            return _read([requests[place] for place in places], size, crew, workers)

        lots = _lots(requests, sizes)
        for places, read_ones in zip(lots, worker.side_by_side(attempt, lots, workers=workers), strict=True):
            results.update(zip(places, read_ones, strict=True))
    return [results[place] for place in range(len(requests))]


def _lots(requests: Sequence[Request], sizes: Mapping[int, int]) -> list[list[int]]:
    """Which requests are read by one job; one with limits of its own by itself."""
    lots: list[list[int]] = []
    room = -1
    for place, size in sizes.items():
        own = requests[place].limits is not None
        if own or size > room:
            lots.append([])
            room = -1 if own else max(size, TOGETHER_BYTES)
        lots[-1].append(place)
        room -= size
    return lots


def _read(
    requests: Sequence[Request], size: int, crew: Crew, workers: int | None
) -> list[list[Table] | Refused]:
    """Read some files by one job; where it fails, each by itself, so that one takes none with it."""
    try:
        return _attempt(requests, size, crew, workers)
    except WorkerFault as fault:
        if len(requests) == 1:
            return [_as_refusal(requests[0].path, fault)]
    return [result for request in requests for result in _read([request], _size(request.path), crew, workers)]


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
            Job(READER, "is_project", {"path": str(path.absolute())}, keep_out=LEAN), workers=workers
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
    size = _size(path)
    if size > LARGEST_BYTES:
        raise refuse("too_big", path, bytes=size, limit=LARGEST_BYTES)
    return size


def _size(path: Path) -> int:
    found = format_of(path)
    extensions = () if found is None else found.members
    return sum(member.stat().st_size for member in members(path, extensions).values())


def _attempt(
    requests: Sequence[Request], size: int, crew: Crew, workers: int | None
) -> list[list[Table] | Refused]:
    limits = requests[0].limits or Limits.for_size(size)
    results: dict[int, list[Table] | Refused] = {}
    said: dict[int, str] = {}
    for reader in ("pyogrio", "fiona"):
        left = [place for place in range(len(requests)) if place not in results]
        if not left:
            break
        files = [
            {"path": str(requests[place].path.absolute()), "encoding": requests[place].encoding}
            for place in left
        ]
        asked = {"files": files, "reader": reader}
        job = Job(READER, "read", asked, limits=limits, keep_out=LEAN, alone=size > SHARED_BYTES)
        reply = crew.run(job, workers=workers)
        for number, (place, told) in enumerate(zip(left, reply.value["files"], strict=True)):
            if "unopened" in told:
                said.setdefault(place, told["unopened"])
            else:
                results[place] = _result(told, reply.arrays, number)
    for place, cause in said.items():
        results.setdefault(place, refuse("unopened", requests[place].path, cause=cause))
    return [results[place] for place in range(len(requests))]


def _result(told: Mapping[str, Any], arrays: Mapping[str, Column], file: int) -> list[Table] | Refused:
    if "refused" in told:
        return Refused(message_from(told["refused"]))
    return [unpack(data, arrays, f"{file}.{number}") for number, data in enumerate(told["tables"])]


def _as_refusal(path: Path, fault: WorkerFault) -> Refused:
    return refuse(f"reader_{fault.kind}", path, detail=fault.detail)
