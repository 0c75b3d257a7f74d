"""The attribute table of a shapefile, written byte by byte, so that no name or text is cut in a character."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from gis_app.formats.encoding import codec
from gis_app.formats.table import Column, Table, is_missing

TEXT_BYTES = 254
NAME_BYTES = 10
FIELDS = 255
_NUMBER_WIDTH, _NUMBER_DECIMALS = 24, 15
_LANGUAGE_BYTE = {"GBK": 0x4D}
_DATE_OF_FILE = (126, 1, 1)  # always the same, so that equal tables give equal files


def content(table: Table, encoding: str) -> bytes:
    """Give the bytes of a ``.dbf``.

    Parameters
    ----------
    table : Table
        Prepared: every name and text fits.
    encoding : str
        Of names and texts.

    Returns
    -------
    bytes
        The whole file.
    """
    fields = [_field(name, values, table.types[name], encoding) for name, values in table.columns.items()]
    width = 1 + sum(block.shape[1] for _, block in fields)
    header = 32 + 32 * len(fields) + 1
    lead = struct.pack("<4BIHH17xB2x", 3, *_DATE_OF_FILE, len(table), header, width, _language_byte(encoding))
    records = np.full((len(table), width), ord(" "), dtype=np.uint8)
    start = 1
    for _, block in fields:
        records[:, start : start + block.shape[1]] = block
        start += block.shape[1]
    return b"".join([lead, *(described for described, _ in fields), b"\x0d", records.tobytes(), b"\x1a"])


def _language_byte(encoding: str) -> int:
    return _LANGUAGE_BYTE.get(encoding, 0)


def _field(name: str, values: Column, kind: str, encoding: str) -> tuple[bytes, Any]:
    letter, decimals, cells = _cells(values, kind, encoding)
    width = max([1, *map(len, cells)]) if letter != "F" else _NUMBER_WIDTH
    if letter == "D":
        width = 8
    justify: Callable[[bytes], bytes] = (
        (lambda cell: cell.rjust(width)) if letter in "NF" else (lambda cell: cell.ljust(width))
    )
    block = np.frombuffer(b"".join(map(justify, cells)), np.uint8).reshape(len(cells), width)
    encoded = name.encode(codec(encoding))
    return struct.pack("<11sc4xBB14x", encoded, letter.encode(), width, decimals), block


def _cells(values: Column, kind: str, encoding: str) -> tuple[str, int, list[bytes]]:
    present: list[Any] = [
        None if gone else value for value, gone in zip(values.tolist(), is_missing(values), strict=True)
    ]
    if kind == "integer":
        return "N", 0, [b"" if value is None else str(int(value)).encode() for value in present]
    if kind == "number":
        return _numbers(present)
    if kind == "date":
        return "D", 0, [b"" if value is None else _digits(value) for value in present]
    if kind == "boolean":
        return "L", 0, [b"?" if value is None else b"T" if value else b"F" for value in present]
    return "C", 0, [b"" if value is None else value.encode(codec(encoding)) for value in present]


def _digits(value: date) -> bytes:
    return f"{value.year:04}{value.month:02}{value.day:02}".encode()


def _numbers(present: list[float | None]) -> tuple[str, int, list[bytes]]:
    """Write plain decimals where they are exact and fit, with an exponent otherwise."""
    texts = ["" if value is None else repr(value) for value in present]
    decimals = max([1, *(len(text.partition(".")[2]) for text in texts if "e" not in text)])
    plain = [_fixed(value, decimals) for value in present]
    if decimals <= _NUMBER_DECIMALS and all(
        len(text) <= _NUMBER_WIDTH and (value is None or float(text) == value)
        for text, value in zip(plain, present, strict=True)
    ):
        return "N", decimals, [text.encode() for text in plain]
    return "F", _NUMBER_DECIMALS, [text.encode() for text in texts]


def _fixed(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}" if math.isfinite(value) else repr(value)
