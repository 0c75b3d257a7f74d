"""Arrays in a file that holds numbers and bytes only, so that reading one can run nothing.

The file begins with eight bytes that give the length of a JSON list: for each part its name, kind, type,
shape and place. The parts follow as they lie in memory. It is read by the machine that wrote it, moments
later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_LENGTH_BYTES, _ALIGNED_BYTES = 8, 16
_PLAIN = "biufM"
"""Kinds of numpy types that are numbers and no references."""


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to one file.

    Parameters
    ----------
    path : Path
        The file, replaced if it exists.
    arrays : Mapping[str, NDArray]
        Numbers, booleans and datetime64 go as they are; object arrays may hold ``str`` or ``bytes``, never
        both, and ``None``.

    Raises
    ------
    TypeError
        An object array holds anything else, or an array is of another type.
    """
    listed: list[list[Any]] = []
    pieces: list[bytes] = []
    at = 0
    for key, values in arrays.items():
        kind, parts = ("plain", (values,)) if values.dtype != object else _taken_apart(key, values)
        for part in parts:
            if part.dtype.kind not in _PLAIN:
                raise TypeError(f"{key}: arrays of {part.dtype} cannot be sent")
            data = part.tobytes()
            room = -len(data) % _ALIGNED_BYTES
            listed.append([key, kind, part.dtype.str, part.shape, at])
            pieces += [data, bytes(room)]
            at += len(data) + room
    head = json.dumps(listed).encode()
    head += b" " * (-(len(head) + _LENGTH_BYTES) % _ALIGNED_BYTES)
    with path.open("wb") as stream:
        stream.write(len(head).to_bytes(_LENGTH_BYTES, "little"))
        stream.write(head)
        stream.write(b"".join(pieces))


def load(path: Path) -> Arrays:
    """Read what `save` wrote.

    Parameters
    ----------
    path : Path
        A file written by `save`.

    Returns
    -------
    dict[str, NDArray]
        The arrays under the names they were saved with; they may be written to.

    Raises
    ------
    ValueError
        The file was not written by `save`.
    """
    content = bytearray(path.read_bytes())
    begin = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    arrays: Arrays = {}
    parts = _parts(content, begin)
    for key, kind, part in parts:
        if kind == "plain":
            arrays[key] = part
        else:
            arrays[key] = _put_together(kind, part, next(parts)[2], next(parts)[2])
    return arrays


def _parts(content: bytearray, begin: int) -> Iterator[tuple[str, str, NDArray[Any]]]:
    for key, kind, name, shape, at in json.loads(content[_LENGTH_BYTES:begin]):
        dtype = np.dtype(name)
        if dtype.kind not in _PLAIN:
            raise ValueError(f"{key}: arrays of {dtype} are not read")
        count = int(np.prod(shape, dtype=np.int64))
        yield key, kind, np.frombuffer(content, dtype, count, begin + at).reshape(shape)


def _taken_apart(key: str, values: NDArray[Any]) -> tuple[str, tuple[NDArray[Any], ...]]:
    listed = values.tolist()
    mask = np.array([value is not None for value in listed], dtype=bool)
    present = [value for value in listed if value is not None]
    if all(isinstance(value, str) for value in present):
        kind, pieces = "text", [value.encode("utf-8") for value in present]
    elif all(isinstance(value, bytes) for value in present):
        kind, pieces = "bytes", present
    else:
        raise TypeError(f"{key}: only text, bytes and None can be sent")
    offsets = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in pieces], out=offsets[1:])
    return kind, (np.frombuffer(b"".join(pieces), dtype=np.uint8), offsets, mask)


def _put_together(
    kind: str, blob: NDArray[np.uint8], offsets: NDArray[np.int64], mask: NDArray[np.bool_]
) -> NDArray[Any]:
    whole, bounds = blob.tobytes(), offsets.tolist()
    pieces: list[Any] = [whole[bounds[i] : bounds[i + 1]] for i in range(len(bounds) - 1)]
    if kind == "text":
        pieces = [piece.decode("utf-8") for piece in pieces]
    values = np.full(len(mask), None, dtype=object)
    values[np.flatnonzero(mask)] = np.array([*pieces, None], dtype=object)[:-1]
    return values
