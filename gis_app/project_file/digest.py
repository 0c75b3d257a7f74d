"""Digests of rows and tables: a table's digest does not depend on the order of its rows."""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import NoneType
from typing import cast

import numpy as np

_BYTES = 16
_MANY = 1000
_MODULUS = 1 << (8 * _BYTES)
_NULL, _LAST_NULL = "null", ",null"
_PLAIN = frozenset({int, float, NoneType})
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def _encoding() -> Callable[[object], str]:
    """``_ENCODER.encode``, without the C encoder that it makes anew for each row where there is one."""
    make: Callable[..., Callable[[object, int], tuple[str, ...]]] | None
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _ENCODER.encode
    escape = json.encoder.encode_basestring_ascii
    parts = make(None, _ENCODER.default, escape, None, ":", ",", False, False, True)
    return lambda value: "".join(parts(value, 0))


_encode = _encoding()


def row_digest(cells: Sequence[object], blob: bytes | None = None) -> bytes:
    """16 bytes over the cells of a row as SQLite gives them, and over its geometry.

    Missing cells at the end do not count, so that a new column leaves the digests of old rows as they are.
    """
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return blake2b(_encode(cells[:end]).encode() + (blob or b""), digest_size=_BYTES).digest()


def column_texts(cells: Sequence[object]) -> list[str]:
    """The text of each cell of a column, as it stands in that of its row."""
    kinds = set(map(type, cells))
    if str not in kinds and kinds <= _PLAIN:
        return _encode(list(cells))[1:-1].split(",") if len(cells) else []
    if kinds == {str}:
        return list(map(json.encoder.encode_basestring_ascii, cast("Sequence[str]", cells)))
    return [_NULL if cell is None else _encode(cell) for cell in cells]


def digests_of(columns: Sequence[Sequence[str]], blobs: Sequence[bytes | None]) -> list[bytes]:
    """``row_digest`` of many rows whose cells were turned into texts, a column each."""
    texts = map(",".join, zip(*columns, strict=True))
    if _NULL in columns[-1]:
        texts = map(_without_last_nulls, texts)
    return [
        blake2b(f"[{text}]".encode() + (blob or b""), digest_size=_BYTES).digest()
        for text, blob in zip(texts, blobs, strict=True)
    ]


def _without_last_nulls(text: str) -> str:
    while text.endswith(_LAST_NULL):
        text = text[: -len(_LAST_NULL)]
    return text


@dataclass(frozen=True)
class Tally:
    """Number of rows of a table and the sum of their digests modulo 2¹²⁸."""

    rows: int = 0
    total: int = 0

    def plus(self, digests: Sequence[bytes]) -> Tally:
        """With these rows in it."""
        return Tally(self.rows + len(digests), (self.total + _sum(digests)) % _MODULUS)

    def minus(self, digests: Sequence[bytes]) -> Tally:
        """Without these rows."""
        return Tally(self.rows - len(digests), (self.total - _sum(digests)) % _MODULUS)

    def as_json(self) -> list[object]:
        """The form in which the journal keeps it."""
        return [self.rows, self.total.to_bytes(_BYTES, "big").hex()]

    @classmethod
    def from_json(cls, value: Sequence[object]) -> Tally:
        """From the form in the journal."""
        rows, total = value
        return cls(int(str(rows)), int(str(total), 16))


def _sum(digests: Sequence[bytes]) -> int:
    if len(digests) <= _MANY:
        return sum(int.from_bytes(digest, "big") for digest in digests)
    # four numbers of 32 bits each: of fewer than 2³² of them no sum overflows
    words = np.frombuffer(b"".join(digests), dtype=">u4").reshape(-1, 4).sum(axis=0, dtype=np.uint64)
    return sum(int(word) << shift for word, shift in zip(words, (96, 64, 32, 0), strict=True))
