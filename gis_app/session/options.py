"""What a person says on the command line or in a dialog about the files.

Reference systems, encoding, feature types, schemes, date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gis_app.language import Message, Refused


@dataclass(frozen=True)
class PerFile:
    """One answer for all files, and other answers for files by name.

    A file is named by its name, its stem, or the end of its path.
    """

    everywhere: str | None = None
    by_file: Mapping[str, str] = field(default_factory=dict)

    def of(self, path: Path) -> str | None:
        """The answer for one file, None when nobody gave any."""
        ends = tuple(f"/{each.as_posix()}".replace("\\", "/") for each in (path, path.with_suffix("")))
        for name, value in self.by_file.items():
            wanted = name.replace("\\", "/").removeprefix("./").lstrip("/")
            if any(end.endswith(f"/{wanted}") for end in ends):
                return value
        return self.everywhere


@dataclass(frozen=True)
class Options:
    """Answers that hold before those of ``park.toml``, which hold before what a file says of itself.

    ``relocated`` says where files lie that the folder's ``park.toml`` names and the folder does not hold.
    """

    crs: str | None = None
    source_crs: PerFile = field(default_factory=PerFile)
    encoding: PerFile = field(default_factory=PerFile)
    feature_type: PerFile = field(default_factory=PerFile)
    scheme: PerFile = field(default_factory=PerFile)
    as_of: date | None = None
    workers: int | None = None
    relocated: Mapping[str, Path] = field(default_factory=dict)


def per_file(option: str, given: Iterable[str]) -> PerFile:
    """Read answers written ``VALUE`` or ``FILE=VALUE``.

    Raises
    ------
    Refused
        Two different answers for everything, or an empty one.
    """
    everywhere: str | None = None
    by_file: dict[str, str] = {}
    for text in given:
        name, equals, value = text.rpartition("=")
        if not value:
            raise Refused(Message("session.option_empty", {"option": option, "given": text}))
        if equals:
            by_file[name] = value
        elif everywhere not in (None, value):
            raise Refused(
                Message("session.option_twice", {"option": option, "first": everywhere, "second": value})
            )
        else:
            everywhere = value
    return PerFile(everywhere, by_file)


def parse_day(option: str, text: str) -> date:
    """Read a day written YYYY-MM-DD.

    Raises
    ------
    Refused
        It is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Message("session.option_date", {"option": option, "given": text})) from error
