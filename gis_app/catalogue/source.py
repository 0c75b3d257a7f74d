"""A file of the catalogue as text, and the line on which one of its keys stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import tomli

from gis_app.language import Message, Refused

Path_ = tuple[str | int, ...]
"""Where something stands in a TOML file: ``("field", 2, "aliases")`` is a key of the third ``[[field]]``."""

HEADER = re.compile(r"^\s*\[(\[?)\s*([^\[\]]+?)\s*\]")
KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class Source:
    """One file as it was read.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        Its content.
    digest : str
        SHA-256 of its bytes, in hexadecimal.
    """

    path: Path
    text: str
    digest: str

    def toml(self) -> dict[str, Any]:
        """Parse the text.

        Raises
        ------
        Refused
            It is not TOML; file and line are named.
        """
        try:
            return tomli.loads(self.text)
        except tomli.TOMLDecodeError as error:
            found = AT_LINE.search(str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            what = AT_LINE.sub("", str(error)).strip()
            self.refuse_line(line, "", Message("catalogue.not_toml", {"error": what}))

    def line(self, where: Path_) -> int:
        """Give the line of a key, or of the nearest thing around it that has one; 1 when there is none."""
        lines = _lines(self.text)
        return next((lines[where[:end]] for end in range(len(where), 0, -1) if where[:end] in lines), 1)

    def refuse(self, where: Path_, reason: Message) -> NoReturn:
        """Say what is wrong with one key.

        Raises
        ------
        Refused
            Always, with file, line and key.
        """
        key = ".".join(str(part) for part in where if isinstance(part, str))
        self.refuse_line(self.line(where), key, reason)

    def refuse_line(self, line: int, key: str, reason: Message) -> NoReturn:
        """Say what is wrong on one line.

        Raises
        ------
        Refused
            Always, with file, line and key.
        """
        values = {"file": str(self.path), "line": line, "key": key or "—", "reason": reason}
        raise Refused(Message("catalogue.wrong", values))


def read_source(path: Path) -> Source:
    """Read a file of the catalogue.

    Raises
    ------
    Refused
        It cannot be opened, or is not UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        values = {"file": str(path), "error": error.strerror or type(error).__name__}
        raise Refused(Message("catalogue.unreadable", values)) from error
    source = Source(path, "", hashlib.sha256(content).hexdigest())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.refuse_line(content[: error.start].count(b"\n") + 1, "", Message("catalogue.not_utf8", {}))
    return Source(path, text.replace("\r\n", "\n"), source.digest)


def _lines(text: str) -> Mapping[Path_, int]:
    """Give the line of every table header and of every key that opens a line."""
    found: dict[Path_, int] = {}
    counts: dict[Path_, int] = {}
    table: Path_ = ()
    quoted = False
    for number, line in enumerate(text.split("\n"), 1):
        header, key = HEADER.match(line), KEY.match(line)
        if not quoted and header:
            table = _table(header[2].split("."), bool(header[1]), counts)
            found.setdefault(table, number)
            found.setdefault(table[:-1], number)  # the list that a repeated table belongs to
        elif not quoted and key:
            found.setdefault((*table, key[1] or key[2] or key[3]), number)
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return found


def _table(names: list[str], repeated: bool, counts: dict[Path_, int]) -> Path_:
    """Give the place of a header; every repeated table on the way stands for its latest entry."""
    place: Path_ = ()
    for depth, name in enumerate(names, 1):
        place = (*place, name.strip().strip("\"'"))
        if repeated and depth == len(names):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place
