"""Digests of rows and tables: a table's digest does not depend on the order of its rows."""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

_BYTES = 16
_MODULUS = 1 << (8 * _BYTES)
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


def _sum(digests: Iterable[bytes]) -> int:
    return sum(int.from_bytes(digest, "big") for digest in digests)
