"""The formats there are, and which of them a file is in by its extension."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gis_app.formats.prepared import Prepared, normal
from gis_app.formats.source import Source
from gis_app.formats.table import Table
from gis_app.language import Message, Refused

_MODULES = ("shapefile", "geopackage", "geojson", "topojson")


@dataclass(frozen=True)
class Options:
    """What a person said about a file, and which library reads it: ``pyogrio`` or ``fiona``."""

    encoding: str | None = None
    reader: str = "pyogrio"


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Parameters
    ----------
    id : str
        Its name in data: ``shapefile``.
    title : Message
        Its name for people.
    extensions : tuple[str, ...]
        Of the main file, in lower case with the dot.
    members : tuple[str, ...]
        Extensions of every member of a set, the main one among them.
    read : Callable[[Source, Options], list[Table]]
        Reads copies; runs in a reader process.
    write : Callable[[Path, Table, str], None] | None
        Writes a prepared table where nothing is yet, text in the encoding given; runs in a child process.
        ``None`` for a format that is only read.
    prepare : Callable[[Table, str], Prepared] | None
        Makes a table into what the format can hold in an encoding.
    """

    id: str
    title: Message
    extensions: tuple[str, ...]
    members: tuple[str, ...]
    read: Callable[[Source, Options], list[Table]]
    write: Callable[[Path, Table, str], None] | None
    prepare: Callable[[Table, str], Prepared] | None

    def losses(self, table: Table, encoding: str = "UTF-8") -> tuple[Message, ...]:
        """Say what writing a table would lose.

        Parameters
        ----------
        table : Table
            What is to be written.
        encoding : str
            Of its text.

        Returns
        -------
        tuple[Message, ...]
            One sentence a loss.

        Raises
        ------
        Refused
            The format cannot hold it at all.
        """
        if self.prepare is None:
            raise Refused(Message("formats.write_not", {"format": self.title}))
        return self.prepare(normal(table), encoding).losses


@cache
def formats() -> tuple[Format, ...]:
    """Give every format that is read.

    Returns
    -------
    tuple[Format, ...]
        The most used first.
    """
    return tuple(importlib.import_module(f"gis_app.formats.{name}").FORMAT for name in _MODULES)


def format_of(path: Path) -> Format | None:
    """Find a file's format by its extension.

    Parameters
    ----------
    path : Path
        Main file of a set.

    Returns
    -------
    Format | None
        ``None`` for what is not read.
    """
    extension = path.suffix.lower()
    return next((each for each in formats() if extension in each.extensions), None)


def is_supported(path: Path) -> bool:
    """Tell whether a file's extension is that of a format that is read.

    Parameters
    ----------
    path : Path
        Main file of a set.

    Returns
    -------
    bool
        Nothing is said about its content.
    """
    return format_of(path) is not None
