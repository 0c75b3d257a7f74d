"""One table of a TOML file, read key by key; what is left unread at the end is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from gis_app.catalogue.source import Path_, Source
from gis_app.language import Message

LANGUAGES = ("zh", "en")
COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


class Record:
    """A table being read.

    Every reader takes a key out, so that ``finish`` can refuse the ones nobody asked for.

    Parameters
    ----------
    source : Source
        The file it stands in.
    values : Mapping
        The table as parsed.
    where : tuple
        Its place in the file.
    """

    def __init__(self, source: Source, values: object, where: Path_ = ()) -> None:
        self.source, self.where = source, where
        if not isinstance(values, dict):
            self._wrong_type((), "table")
        self._left: dict[str, Any] = dict(values)

    def refuse(self, key: str, reason: str, /, **values: object) -> NoReturn:
        """Refuse the file because of one key; ``reason`` is the name of a message of this package."""
        self.source.refuse((*self.where, key) if key else self.where, Message(f"catalogue.{reason}", values))

    def _wrong_type(self, key: Path_, expected: str) -> NoReturn:
        kind = Message(f"catalogue.type_{expected}", {})
        self.source.refuse((*self.where, *key), Message("catalogue.wrong_type", {"expected": kind}))

    def _take(self, key: str, expected: str, kinds: tuple[type, ...], required: bool) -> Any:
        if key not in self._left:
            if required:
                self.refuse(key, "missing_key")
            return None
        value = self._left.pop(key)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self._wrong_type((key,), expected)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text; without a default it is required and may not be empty."""
        value = self._take(key, "text", (str,), default is None)
        if default is None and not value.strip():
            self.refuse(key, "empty")
        return str(default if value is None else value)

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Take a text that must be one of a closed list."""
        value = self.text(key, default)
        if value not in allowed and value != default:
            self.refuse(key, "not_allowed", value=value, allowed=list(allowed))
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Take true or false."""
        value = self._take(key, "boolean", (bool,), default is None)
        return bool(default if value is None else value)

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        required: bool = False,
        least: float | None = None,
        most: float | None = None,
    ) -> float | None:
        """Take a number, optionally within bounds."""
        value = self._take(key, "number", (int, float), required)
        if value is None:
            return default
        if (least is not None and value < least) or (most is not None and value > most):
            self.refuse(key, "out_of_range", value=value, least=least, most=most)
        return float(value)

    def measure(self, key: str, default: float | None = None, most: float | None = None) -> float:
        """Take a number that is not negative; without a default it is required."""
        value = self.number(key, default, required=default is None, least=0.0, most=most)
        return 0.0 if value is None else value

    def colour(self, key: str, also: Collection[str] = (), default: str | None = None) -> str:
        """Take a colour ``#rrggbb``, or one of the words in ``also``."""
        value = self.text(key, default)
        if value != default and value not in also and not COLOUR.fullmatch(value):
            self.refuse(key, "not_colour", value=value)
        return value.lower() if value.startswith("#") else value

    def day(self, key: str) -> date | None:
        """Take a date, without a time of day."""
        value = self._take(key, "date", (date,), required=False)
        if isinstance(value, datetime):
            self._wrong_type((key,), "date")
        return None if value is None else date(value.year, value.month, value.day)

    def scalar(self, key: str) -> float | int | str | bool | None:
        """Take a number, a text or a truth value."""
        value: float | int | str | bool | None = self._take(
            key, "scalar", (int, float, str, bool), required=False
        )
        return value

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """Take a list of texts, each given once."""
        values = self._take(key, "texts", (list,), required) or []
        if not all(isinstance(value, str) and value.strip() for value in values):
            self._wrong_type((key,), "texts")
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            self.refuse(key, "twice_in_list", value=twice)
        return tuple(values)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Take a list of numbers above zero."""
        values = self._take(key, "numbers", (list,), required=False) or []
        if not all(type(value) in (int, float) and value > 0 for value in values):
            self._wrong_type((key,), "numbers")
        return tuple(float(value) for value in values)

    def pair(self, key: str) -> tuple[float, float] | None:
        """Take two numbers, which may be infinite; None where they are left out."""
        values = self._take(key, "pair", (list,), required=False)
        if values is None:
            return None
        if len(values) != 2 or not all(type(value) in (int, float) and value == value for value in values):
            self._wrong_type((key,), "pair")
        return (float(values[0]), float(values[1]))

    def words(self, key: str, required: bool = True) -> dict[str, str]:
        """Take a text in both languages, ``{ zh = …, en = … }``; an empty mapping where it is left out."""
        inner = self.table(key, required)
        if inner is None:
            return {}
        given = {language: inner.text(language) for language in LANGUAGES}
        inner.finish()
        return given

    def table(self, key: str, required: bool = False) -> Record | None:
        """Take a table inside this one."""
        values = self._take(key, "table", (dict,), required)
        return None if values is None else Record(self.source, values, (*self.where, key))

    def tables(self, key: str) -> list[Record]:
        """Take the entries of ``[[key]]`` in the order of the file."""
        values = self._take(key, "tables", (list,), required=False) or []
        return [Record(self.source, value, (*self.where, key, index)) for index, value in enumerate(values)]

    def rest(self) -> Mapping[str, Any]:
        """Take whatever is left, unread."""
        left, self._left = self._left, {}
        return left

    def finish(self) -> None:
        """Refuse the first key that nobody asked for."""
        for key in self._left:
            self.refuse(key, "unknown_key")


def only_once(records: list[Record], ids: list[str]) -> None:
    """Refuse the second record of the same id."""
    for index, id in enumerate(ids):
        if id in ids[:index]:
            records[index].refuse("id", "id_twice", id=id)


def named_like_file(record: Record, id: str, key: str = "id") -> None:
    """Refuse an id that differs from the file's name: a later place replaces by name."""
    if id != record.source.path.stem:
        record.refuse(key, "not_file_name", id=id, name=record.source.path.stem)
