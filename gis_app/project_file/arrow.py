"""Arrow's stream of arrays, taken over as numpy arrays: the C data interface, without pyarrow's 170 MB.

https://arrow.apache.org/docs/format/CDataInterface.html
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private_data", ctypes.c_void_p),
]
_NUMBERS = {"c": "i1", "s": "<i2", "i": "<i4", "l": "<i8", "f": "<f4", "g": "<f8", "tdD": "<i4"}
_BYTES = {"u": "<i4", "z": "<i4", "U": "<i8", "Z": "<i8"}
_BITS = "b"


@dataclass(frozen=True)
class Piece:
    """Some rows of one column; all arrays are gone when the next piece of the stream is asked for.

    Attributes
    ----------
    values
        (n,) numbers, booleans as 0 and 1, or the bytes of all rows one after the other.
    lengths
        (n,) how many bytes each row has; None for numbers.
    valid
        (n,) which rows have a value; None when all have.
    """

    values: NDArray[Any]
    lengths: NDArray[np.int64] | None
    valid: NDArray[np.bool_] | None


def pieces(capsule: object) -> Iterator[dict[str, Piece]]:
    """The columns of each batch of a stream by name.

    Raises
    ------
    ValueError
        A column is of a type that no table of ours gives, or the stream broke off.
    """
    stream = _pointer(capsule)
    schema = _Schema()
    _require(stream.contents.get_schema(stream, ctypes.byref(schema)), stream)
    try:
        columns = [schema.children[place].contents for place in range(schema.n_children)]
        named = [((column.name or b"").decode(), column.format.decode()) for column in columns]
    finally:
        schema.release(ctypes.byref(schema))
    while True:
        batch = _Array()
        _require(stream.contents.get_next(stream, ctypes.byref(batch)), stream)
        if not batch.release:
            return
        try:
            yield {
                name: _piece(batch.children[place].contents, form) for place, (name, form) in enumerate(named)
            }
        finally:
            batch.release(ctypes.byref(batch))


def _pointer(capsule: object) -> Any:
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(get(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))


def _require(code: int, stream: Any) -> None:
    if code:
        told = stream.contents.get_last_error(stream)
        raise ValueError(told.decode("utf-8", "replace") if told else f"error {code}")


def _piece(array: _Array, form: str) -> Piece:
    first, count = array.offset, array.length
    valid = _bits(array.buffers[0], first, count) if array.null_count and array.buffers[0] else None
    if form in _NUMBERS:
        return Piece(_buffer(array.buffers[1], _NUMBERS[form], first, count), None, valid)
    if form == _BITS:
        return Piece(_bits(array.buffers[1], first, count).astype(np.int8), None, valid)
    if form not in _BYTES:
        raise ValueError(f"a column of Arrow's type {form!r}")
    offsets = _buffer(array.buffers[1], _BYTES[form], first, count + 1).astype(np.int64)
    start, end = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    return Piece(_buffer(array.buffers[2], "u1", start, end - start), np.diff(offsets), valid)


def _buffer(address: int | None, form: str, first: int, count: int) -> NDArray[Any]:
    dtype = np.dtype(form)
    if not address or count <= 0:
        return np.empty(0, dtype=dtype)
    room = (ctypes.c_char * (count * dtype.itemsize)).from_address(address + first * dtype.itemsize)
    return np.frombuffer(memoryview(room).cast("B"), dtype=dtype, count=count)


def _bits(address: int | None, first: int, count: int) -> NDArray[np.bool_]:
    whole = _buffer(address, "u1", 0, (first + count + 7) // 8)
    return np.unpackbits(whole, count=first + count, bitorder="little")[first:].astype(bool)
