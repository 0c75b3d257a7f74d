"""The attribute table of a shapefile, read byte by byte, so that no library guesses its encoding."""

from __future__ import annotations

import struct
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.formats import encoding as encodings
from gis_app.formats.encoding import Encoding
from gis_app.formats.source import refuse
from gis_app.formats.table import Column, booleans, objects
from gis_app.language import Message

_DELETED = 0x2A
_END_OF_FIELDS = 0x0D
_LARGEST_EXACT = 2**53
_STATELESS = ("utf-8", "gb18030")
"""Encodings in which what a text means does not depend on the text before it."""


@dataclass(frozen=True)
class Field:
    """One field: name as bytes, type letter, place and width in the record, decimals."""

    name: bytes
    kind: str
    start: int
    width: int
    decimals: int


@dataclass(frozen=True)
class Sheet:
    """The parts of a ``.dbf``.

    Parameters
    ----------
    declared : int
        Records that the header counts.
    language_byte : int
        Byte 29.
    fields : tuple[Field, ...]
        In their order.
    records : NDArray[uint8]
        One row a record that is really there.
    """

    declared: int
    language_byte: int
    fields: tuple[Field, ...]
    records: NDArray[np.uint8]

    @property
    def deleted(self) -> NDArray[np.bool_]:
        """Tell which records are marked as deleted."""
        marked: NDArray[np.bool_] = self.records[:, 0] == _DELETED
        return marked


def parse(content: bytes, path: Path) -> Sheet:
    """Take a ``.dbf`` apart.

    Parameters
    ----------
    content : bytes
        The whole file.
    path : Path
        Named in a refusal.

    Returns
    -------
    Sheet
        Its parts.

    Raises
    ------
    Refused
        Its header is not one, or contradicts itself.
    """
    if len(content) < 33:
        raise refuse("dbf_broken", path)
    declared, header, width = struct.unpack_from("<IHH", content, 4)
    fields, start = [], 1
    for at in range(32, min(header, len(content)) - 31, 32):
        if content[at] == _END_OF_FIELDS:
            break
        name, kind, size, decimals = struct.unpack_from("<11s1s4xBB", content, at)
        fields.append(Field(name.split(b"\0", 1)[0], kind.decode("latin-1"), start, size, decimals))
        start += size
    if header < 33 or header > len(content) or width < 1 or start > width:
        raise refuse("dbf_broken", path)
    count = min(declared, (len(content) - header) // width)
    records = np.frombuffer(content, np.uint8, count * width, header).reshape(count, width)
    return Sheet(declared, content[29], tuple(fields), records)


def decide_encoding(sheet: Sheet, *, stated: str | None, cpg: bytes) -> Encoding:
    """Decide the encoding of names and texts.

    Parameters
    ----------
    sheet : Sheet
        The table.
    stated : str, optional
        What a person said.
    cpg : bytes
        Content of the ``.cpg``, none where there is none.

    Returns
    -------
    Encoding
        The decision.
    """
    texts = {(field.name.rstrip(), len(field.name) >= 10) for field in sheet.fields}
    for field in sheet.fields:
        if field.kind == "C":
            texts.update((cell, len(cell) >= field.width) for cell in set(_cells(sheet, field)))
    telling = sorted(text for text in texts if not text[0].isascii())
    claim = cpg.removeprefix(b"\xef\xbb\xbf").decode("latin-1").strip("\0 \r\n\t").splitlines()
    return encodings.decide(
        telling, stated=stated, cpg=claim[0] if claim else None, language_byte=sheet.language_byte
    )


def columns(sheet: Sheet, encoding: str) -> tuple[dict[str, Column], dict[str, str], list[Message]]:
    """Read every field.

    Parameters
    ----------
    sheet : Sheet
        The table.
    encoding : str
        Of names and texts.

    Returns
    -------
    tuple[dict[str, NDArray], dict[str, str], list[Message]]
        Columns and types by name, and what was noticed.
    """
    found: dict[str, Column] = {}
    types: dict[str, str] = {}
    problems: list[Message] = []
    for place, field in enumerate(sheet.fields):
        name = _name(field, place, encoding, found, problems)
        notes: Counter[str] = Counter()
        types[name], found[name] = _column(_cells(sheet, field), field, encoding, notes)
        problems.extend(
            Message(f"formats.dbf_{note}", {"field": name, "count": count}) for note, count in notes.items()
        )
    return found, types, problems


def _name(field: Field, place: int, encoding: str, taken: dict[str, Column], problems: list[Message]) -> str:
    given = field.name.rstrip()
    known = encodings.decoded(given, encoding, len(field.name) >= 10)
    plain = (
        known[0] if known else given.decode(encodings.codec(encoding), "replace")
    ) or f"field_{place + 1}"
    if known is None or known[1]:
        problems.append(Message("formats.dbf_name_cut", {"field": plain}))
    name, number = plain, 1
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    if name != plain:
        problems.append(Message("formats.dbf_name_twice", {"field": plain, "name": name}))
    return name


def _cells(sheet: Sheet, field: Field) -> list[bytes]:
    if not field.width:
        return [b""] * len(sheet.records)
    block = np.ascontiguousarray(sheet.records[:, field.start : field.start + field.width])
    whole: list[bytes] = block.view(f"S{field.width}").ravel().tolist()
    if field.kind in "BOI+@":  # binary: what numpy cut off are its zero bytes
        return [cell.ljust(field.width, b"\0") for cell in whole]
    return [cell.split(b"\0", 1)[0].rstrip(b" ") for cell in whole]


def _column(cells: list[bytes], field: Field, encoding: str, notes: Counter[str]) -> tuple[str, Column]:
    if field.kind in "NF":
        return _numbers(cells, field, notes)
    if field.kind == "D":
        return "date", objects(_date(cell, notes) for cell in cells)
    if field.kind == "L":
        return "boolean", booleans(
            {b"T": True, b"Y": True, b"F": False, b"N": False}.get(c.upper()) for c in cells
        )
    if field.kind in "I+" and field.width == 4:
        return "integer", np.array([struct.unpack("<i", cell)[0] for cell in cells], dtype=np.int64)
    if field.kind in "BO" and field.width == 8:
        return "number", np.array([struct.unpack("<d", cell)[0] for cell in cells], dtype=np.float64)
    return "text" if field.kind == "C" else "other", objects(_texts(cells, field, encoding, notes))


def _texts(cells: list[bytes], field: Field, encoding: str, notes: Counter[str]) -> list[str | None]:
    """Decode all cells at once, and one by one where that cannot be."""
    if encodings.codec(encoding).lower() in _STATELESS:
        with suppress(UnicodeDecodeError):
            texts = b"\0".join(cells).decode(encodings.codec(encoding)).split("\0")
            if len(texts) == len(cells):  # no cell holds a zero byte
                return [text or None for text in texts]
    return [_text(cell, field, encoding, notes) for cell in cells]


def _text(cell: bytes, field: Field, encoding: str, notes: Counter[str]) -> str | None:
    if not cell:
        return None
    known = encodings.decoded(cell, encoding, len(cell) >= field.width)
    if known is None:
        notes["undecodable"] += 1
        return cell.decode(encodings.codec(encoding), "replace")
    notes.update(["text_cut"] * known[1])
    return known[0]


def _date(cell: bytes, notes: Counter[str]) -> date | None:
    digits = cell.strip()
    if not digits.strip(b"0"):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        notes["no_date"] += 1
        return None


def _numbers(cells: list[bytes], field: Field, notes: Counter[str]) -> tuple[str, Column]:
    values = [_number(cell.strip(), notes) for cell in cells]
    whole = not field.decimals and (field.kind == "N" or field.width < 18)
    if whole and all(isinstance(value, int) and abs(value) < 2**63 for value in values if value is not None):
        if None not in values:
            return "integer", np.array(values, dtype=np.int64)
        notes.update(["inexact"] * sum(abs(value or 0) > _LARGEST_EXACT for value in values))
        whole = True
    else:
        whole = False
    numbers = np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
    return ("integer" if whole else "number"), numbers


def _number(cell: bytes, notes: Counter[str]) -> int | float | None:
    if not cell or cell[:1] == b"*":
        return None
    try:
        return int(cell) if cell.lstrip(b"+-").isdigit() else _finite(float(cell.replace(b",", b".")))
    except (ValueError, OverflowError):
        notes["no_number"] += 1
        return None


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise ValueError
    return value


def pick(sheet: Sheet, mask: NDArray[Any]) -> Sheet:
    """Give the table with some of its records.

    Parameters
    ----------
    sheet : Sheet
        The table.
    mask : NDArray
        Which records, as a mask or positions.

    Returns
    -------
    Sheet
        Everything else as it is.
    """
    return Sheet(sheet.declared, sheet.language_byte, sheet.fields, sheet.records[mask])
