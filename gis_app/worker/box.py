"""Arrays in a file that holds numbers and bytes only, so that reading one can run nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_PARTS = ("blob", "offsets", "mask")


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to one uncompressed ``.npz`` file.

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
        An object array holds anything else.
    """
    plain: Arrays = {}
    for key, values in arrays.items():
        if values.dtype != object:
            plain[f"{key}|plain"] = values
            continue
        kind, parts = _taken_apart(key, values)
        plain.update({f"{key}|{kind}|{name}": part for name, part in zip(_PARTS, parts, strict=True)})
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **plain)


def load(path: Path) -> Arrays:
    """Read what `save` wrote.

    Parameters
    ----------
    path : Path
        A file written by `save`.

    Returns
    -------
    dict[str, NDArray]
        The arrays under the names they were saved with.
    """
    arrays: Arrays = {}
    with np.load(path, allow_pickle=False) as stored:
        for name in stored.files:
            key, kind, *part = name.split("|")
            if kind == "plain":
                arrays[key] = stored[name]
            elif part == ["blob"]:
                parts = [stored[f"{key}|{kind}|{each}"] for each in _PARTS]
                arrays[key] = _put_together(kind, *parts)
    return arrays


def _taken_apart(key: str, values: NDArray[Any]) -> tuple[str, tuple[NDArray[Any], ...]]:
    mask = np.array([value is not None for value in values], dtype=bool)
    present = [value for value in values if value is not None]
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
