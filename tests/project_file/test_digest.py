"""The digest of a row is what it always was, however its text is made."""

from __future__ import annotations

import json
from hashlib import blake2b

import pytest

from gis_app.project_file.digest import row_digest

ROWS: list[tuple[object, ...]] = [
    (1, '宗地"\\\n\u2028', 0.1, -0.0, 1e300, None, 3, None, None),
    (2, float("inf"), float("-inf"), float("nan"), True, 2**63 - 1),
    (3, "\U0001f3ed", "", 1.0),
    (None,),
    (),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("shape", [None, b"GP\x00"])
def test_the_bytes_are_those_of_plain_json(row: tuple[object, ...], shape: bytes | None) -> None:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    text = json.dumps(cells, ensure_ascii=True, separators=(",", ":"))
    expected = blake2b(text.encode() + (shape or b""), digest_size=16).digest()
    assert row_digest(row, shape) == row_digest(list(row), shape) == expected
