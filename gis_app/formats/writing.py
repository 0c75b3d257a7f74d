"""Writing files for others: built aside, read back, compared, and only then put in their place."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gis_app import worker
from gis_app.formats.ahead import LEAN
from gis_app.formats.compare import differences
from gis_app.formats.encoding import known
from gis_app.formats.install import Stage, install, present, recover, staged
from gis_app.formats.kinds import Format, format_of, formats
from gis_app.formats.packing import message_from, pack
from gis_app.formats.prepared import Prepared, normal
from gis_app.formats.reading import is_project_file, read
from gis_app.formats.replace import System
from gis_app.formats.source import refuse
from gis_app.formats.table import Column, Table, is_missing
from gis_app.language import Message, Refused
from gis_app.worker import Job, Limits, WorkerFault

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_FORBIDDEN = '<>:"|?*'
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LEAST_FREE = 1 << 17  # bytes; below that a disk counts as full


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    files : tuple[Path, ...]
        Every member of the set, the main file first.
    losses : tuple[Message, ...]
        What the format could not keep.
    names : Mapping[str, str]
        The field names written, by those of the table.
    """

    files: tuple[Path, ...]
    losses: tuple[Message, ...]
    names: Mapping[str, str]


def losses(table: Table, format: str, encoding: str = "UTF-8") -> tuple[Message, ...]:
    """Say what writing a table would lose, before it is written.

    Parameters
    ----------
    table : Table
        What is to be written.
    format : str
        Id of the format.
    encoding : str
        Of text, where the format leaves that open.

    Returns
    -------
    tuple[Message, ...]
        One sentence a loss.

    Raises
    ------
    Refused
        The format cannot hold it at all.
    """
    return _format(Path(format), format).losses(table, known(encoding) or encoding)


def write(
    path: Path,
    table: Table,
    *,
    encoding: str = "UTF-8",
    crs: str | None = None,
    format: str | None = None,
    overwrite: bool = False,
    expected: tuple[tuple[Path, str], ...] | None = None,
    system: System | None = None,
    workers: int | None = None,
) -> Written:
    """Write a table; the target is whole at every moment, the old set or the new one.

    Parameters
    ----------
    path : Path
        Main file of the set.
    table : Table
        Geometry in the reference system that is to be written; nothing is transformed.
    encoding : str
        Of text, where the format leaves that open.
    crs : str, optional
        The reference system as WKT or by a name that PROJ knows; the table's own when not given.
    format : str, optional
        Id of the format; by the extension when not given.
    overwrite : bool
        Whether a set that is there may be replaced; it is kept in a hidden folder beside it.
    expected : tuple[tuple[Path, str], ...], optional
        Members and SHA-256 of the set as it was read; replaced only if it is still that.
    system : System, optional
        File operations.
    workers : int, optional
        0 writes and reads back in this process, without limits.

    Returns
    -------
    Written
        Files, losses and names.

    Raises
    ------
    Refused
        It cannot be written, or what was written does not read back as meant; the target is as it was.
    """
    target, chosen = Path(path).absolute(), _format(Path(path), format)
    if known(encoding) is None:
        raise refuse("encoding_unknown", path, encoding=encoding)
    named = replace(table, crs_wkt=crs or table.crs_wkt)
    assert chosen.prepare is not None
    prepared = chosen.prepare(normal(named), known(encoding) or encoding)
    _fit_target(target)
    try:
        recover(target.parent, system)
        before = _before(target, chosen, overwrite, expected, workers)
        with staged(target) as stage:
            _build(stage, chosen, prepared, known(encoding) or encoding, workers)
            if present(target, _members(chosen)) != before:
                raise refuse("target_changed", path)
            names = sorted(each.name for each in stage.new.iterdir())
            install(stage, before, system or System())
    except OSError as error:
        raise _as_refusal(target, error) from error
    except WorkerFault as fault:
        raise refuse(f"writer_{fault.kind}", path, detail=fault.detail) from fault
    main = target.suffix.lower()
    files = [target.parent / (target.stem + name.removeprefix("set")) for name in names]
    return Written(
        tuple(sorted(files, key=lambda each: each.suffix.lower() != main)), prepared.losses, prepared.names
    )


def _format(path: Path, wanted: str | None) -> Format:
    chosen = (
        format_of(path) if wanted is None else next((each for each in formats() if each.id == wanted), None)
    )
    if chosen is None:
        raise refuse("write_unknown_format", path, format=wanted or path.suffix)
    if chosen.write is None or chosen.prepare is None:
        raise Refused(Message("formats.write_not", {"format": chosen.title}))
    return chosen


def _members(chosen: Format) -> tuple[str, ...]:
    return chosen.members or chosen.extensions


def _fit_target(target: Path) -> None:
    stem = target.name.split(".")[0].lower()
    if stem in _RESERVED or any(each in _FORBIDDEN or ord(each) < 32 for each in target.name):
        raise refuse("write_name", target)
    if target.is_dir():
        raise refuse("folder", target)
    if not target.parent.is_dir():
        raise refuse("write_no_folder", target, folder=str(target.parent))


def _before(
    target: Path,
    chosen: Format,
    overwrite: bool,
    expected: tuple[tuple[Path, str], ...] | None,
    workers: int | None,
) -> dict[str, str]:
    """Give what is at the target, and refuse where it may not be replaced."""
    if is_project_file(target, workers=workers):
        raise refuse("write_over_project", target)
    before = present(target, _members(chosen))
    if any(name.lower().endswith(("-wal", "-journal")) for name in before):
        raise refuse("target_in_use", target)
    if before and not overwrite:
        raise refuse("target_exists", target)
    if expected is not None:
        known_before = {file.name: digest for file, digest in expected}
        if {name: before.get(name) for name in known_before} != known_before:
            raise refuse("target_changed", target)
    return before


def _build(stage: Stage, chosen: Format, prepared: Prepared, encoding: str, workers: int | None) -> None:
    """Write the new set aside and make sure that it reads as meant."""
    main = stage.new / ("set" + Path(stage.main).suffix)
    described, arrays = pack(prepared.table, "0")
    asked = {"path": str(main), "format": chosen.id, "encoding": encoding, "table": described}
    payload = _payload(arrays)
    limits = Limits.for_size(payload)
    reply = worker.run(Job("gis_app.formats.writer", "write", asked, arrays, limits, LEAN), workers=workers)
    if "refused" in reply.value:
        raise Refused(message_from(reply.value["refused"]))
    if "failed" in reply.value:
        number, text = reply.value["failed"]
        full = errno.ENOSPC if _is_full(stage.folder, payload) else errno.EIO
        raise OSError(number or full, text)
    try:
        found = _read_back(main, chosen, prepared.table, workers)
    except Refused as refused:
        if _is_full(stage.folder, payload):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from refused
        raise refuse("read_back_fails", stage.main, cause=refused.message) from refused
    said = differences(prepared.table, found)
    if said:
        raise refuse("read_back_differs", stage.main, differences=said)


def _read_back(main: Path, chosen: Format, meant: Table, workers: int | None) -> Table:
    (found,) = read(main, workers=workers)
    return found


def _is_full(folder: Path, needed: int) -> bool:
    """Tell whether so many bytes do not fit; libraries do not say why they failed."""
    return shutil.disk_usage(folder).free < max(needed, _LEAST_FREE)


def _payload(arrays: Mapping[str, Column]) -> int:
    """Give the size of the data in bytes, near enough for limits."""
    total = 0
    for values in arrays.values():
        total += sum(map(len, values[~is_missing(values)])) if values.dtype == object else values.nbytes
    return total


def _as_refusal(target: Path, error: OSError) -> Refused:
    if error.errno in _FULL:
        return refuse("disk_full", target, folder=str(target.parent))
    if error.errno == errno.EROFS:
        return refuse("read_only", target, folder=str(target.parent))
    if isinstance(error, PermissionError):
        return refuse("no_write_permission", target, folder=str(target.parent))
    return refuse("write_failed", target, cause=error.strerror or str(error))
