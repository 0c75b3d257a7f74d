"""A delivered code taken apart: mixed codes, shares and suffixes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SEPARATORS = re.compile(r"[/+、,;&|]")
JOINED = re.compile(r"(?:[A-Z]\d{0,2}){2,}")
LETTER_CODE = re.compile(r"[A-Z]\d{0,2}")
SHARE = re.compile(r"\(?(\d+(?:\.\d+)?)%\)?$")
ADJUSTABLE = re.compile(r"(\d{2}[0-9A-J]*)K")


@dataclass(frozen=True)
class Parsed:
    """A delivered code taken apart.

    Parameters
    ----------
    codes : tuple of str
        The main code first, then those it may be combined with; empty when nothing was delivered.
    shares_percent : tuple of (float or None)
        The share stated beside each code.
    adjustable : bool
        The main code carried the suffix K (可调整, TD/T 1057-2020); it is stripped here, the data keep it.
    """

    codes: tuple[str, ...]
    shares_percent: tuple[float | None, ...] = ()
    adjustable: bool = False

    @property
    def main(self) -> str:
        """The code that decides class, colour and 三生 class."""
        return self.codes[0] if self.codes else ""

    @property
    def mixed(self) -> bool:
        """Several codes stand in one cell."""
        return len(self.codes) > 1


def parse(delivered: object) -> Parsed:
    """Take a delivered code apart: ``B1/R2``, ``M1+W1``, ``B1B2``, ``M1(60%)+W1(40%)``, ``0201K``."""
    return _parsed(written(delivered))


@lru_cache(maxsize=4096)
def _parsed(delivered: str) -> Parsed:
    text = unicodedata.normalize("NFKC", delivered).upper()
    pieces = [piece for piece in SEPARATORS.split("".join(text.split())) if piece]
    codes: list[str] = []
    shares: list[float | None] = []
    for piece in pieces:
        share = SHARE.search(piece)
        bare = piece[: share.start()] if share else piece
        parts = LETTER_CODE.findall(bare) if JOINED.fullmatch(bare) else [bare]
        codes += parts
        shares += [float(share[1]) if share and len(parts) == 1 else None] * len(parts)
    stripped = [ADJUSTABLE.fullmatch(code) for code in codes]
    plain = tuple(found[1] if found else code for code, found in zip(codes, stripped, strict=True))
    return Parsed(plain, tuple(shares), bool(stripped and stripped[0]))


def written(value: object) -> str:
    """Give a cell as text: nothing for a missing value, no decimals for a code that became a number."""
    # a missing value of a table is the only one that differs from itself
    if value is None or value != value:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()
