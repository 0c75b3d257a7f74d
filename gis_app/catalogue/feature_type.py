"""A feature type: what records of one kind carry, and how a delivery of it is recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gis_app.catalogue.record import Record, named_like_file, only_once
from gis_app.catalogue.source import Source

GEOMETRIES = ("point", "line", "polygon", "any", "none")
LEGAL_STATUSES = ("statutory", "registered", "working", "draft")
FIELD_TYPES = ("text", "integer", "number", "date", "boolean", "code")
DISCLOSURES = ("public", "internal", "restricted")
ON_SPLIT = ("copy", "share", "keep", "ask")
ON_MERGE = ("keep", "sum", "mean", "ask")
SHAPEFILE_NAME_BYTES = 10
FIELD_ENCODINGS = ("utf-8", "gb18030")
UNIT_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]$")


@dataclass(frozen=True)
class Field:
    """One field of a feature type.

    Parameters
    ----------
    id : str
        Name in the project.
    title : Mapping[str, str]
        Name for people, ``zh`` and ``en``.
    type : str
        ``text``, ``integer``, ``number``, ``date``, ``boolean`` or ``code``.
    unit : str
        ``m2``, ``ha``, ``mu``, ``wan`` (万元), ``m``, ``mm``, ``percent`` …; empty when there is none.
    aliases : tuple of str
        Names under which it is delivered, national names first.
    codes : str
        Id of the code list its values come from; empty when there is none.
    values : tuple of str
        The closed list of words it may hold; empty when anything may stand there.
    evidence : bool
        Its presence speaks for the feature type.
    required : bool
        A record without it is incomplete.
    disclosure : str
        ``public``, ``internal`` or ``restricted``.
    on_split : str
        What the pieces of a feature get: a ``copy``, a ``share`` by area, nothing but the one that stays the
        feature (``keep``), or what a person is asked for (``ask``).
    on_merge : str
        What merged features get: the value of the one that stays (``keep``), the ``sum``, the ``mean``
        weighted by area, or, where they differ, what a person is asked for (``ask``).
    """

    id: str
    title: Mapping[str, str]
    type: str
    unit: str = ""
    aliases: tuple[str, ...] = ()
    codes: str = ""
    values: tuple[str, ...] = ()
    evidence: bool = False
    required: bool = False
    disclosure: str = "internal"
    on_split: str = "copy"
    on_merge: str = "keep"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it answers to."""
        return (self.id, *self.title.values(), *self.aliases)


@dataclass(frozen=True)
class FeatureType:
    """A kind of record, read from ``layers/<id>.toml``.

    ``gap_free`` says that gaps between the features of a coverage are findings too; ``class_field`` names the
    field that carries a code of the layer's scheme (empty when there is none).
    """

    id: str
    title: Mapping[str, str]
    geometry: str
    legal_status: str
    coverage: bool
    gap_free: bool
    class_field: str
    keywords: tuple[str, ...]
    style: str
    fields: tuple[Field, ...]
    path: Path = field(default=Path(), compare=False)
    digest: str = field(default="", compare=False)

    @property
    def locked(self) -> bool:
        """Statutory results are changed by a new delivery, not by drawing."""
        return self.legal_status == "statutory"

    def field(self, id: str) -> Field | None:
        """Give the field of an id."""
        return self._by_id.get(id)

    def field_for(self, delivered_name: str) -> Field | None:
        """Give the field that a delivered column name means.

        Letters are compared without case and width, a unit in brackets at the end is dropped, and a name that
        fills the ten bytes of a shapefile may be the beginning of exactly one field's name.
        """
        name = plain_name(delivered_name)
        found = self._by_name.get(name) or self._by_name.get(UNIT_IN_BRACKETS.sub("", name))
        return found or self._cut_off(name)

    @cached_property
    def _by_id(self) -> dict[str, Field]:
        return {item.id: item for item in self.fields}

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {plain_name(name): item for item in self.fields for name in item.names}

    def _cut_off(self, name: str) -> Field | None:
        full = range(SHAPEFILE_NAME_BYTES - 2, SHAPEFILE_NAME_BYTES + 1)
        if not any(len(name.encode(encoding)) in full for encoding in FIELD_ENCODINGS):
            return None
        found = {item.id: item for known, item in self._by_name.items() if known.startswith(name)}
        return next(iter(found.values())) if len(found) == 1 else None


def plain_name(name: str) -> str:
    """Give a name without differences of case, width and blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def feature_type(source: Source) -> FeatureType:
    """Read a feature type.

    Raises
    ------
    gis_app.language.Refused
        Something in the file is wrong; file, line and key are named.
    """
    record = Record(source, source.toml())
    id = record.text("id")
    named_like_file(record, id)
    fields = record.tables("field")
    read = tuple(_field(item) for item in fields)
    only_once(fields, [item.id for item in read])
    _names_once(fields, read)
    made = FeatureType(
        id=id,
        title=record.words("title"),
        geometry=record.choice("geometry", GEOMETRIES),
        legal_status=record.choice("legal_status", LEGAL_STATUSES),
        coverage=record.flag("coverage", False),
        gap_free=record.flag("gap_free", False),
        class_field=record.text("class_field", ""),
        keywords=record.texts("keywords", required=True),
        style=record.text("style"),
        fields=read,
        path=source.path,
        digest=source.digest,
    )
    if made.class_field and made.field(made.class_field) is None:
        record.refuse("class_field", "unknown_field", field=made.class_field)
    if made.coverage and made.geometry not in ("polygon", "any"):
        record.refuse("coverage", "coverage_of_what", geometry=made.geometry)
    record.finish()
    return made


def _field(record: Record) -> Field:
    made = Field(
        id=record.text("id"),
        title=record.words("title"),
        type=record.choice("type", FIELD_TYPES),
        unit=record.text("unit", ""),
        aliases=record.texts("aliases"),
        codes=record.text("codes", ""),
        values=record.texts("values"),
        evidence=record.flag("evidence", False),
        required=record.flag("required", False),
        disclosure=record.choice("disclosure", DISCLOSURES, "internal"),
        on_split=record.choice("on_split", ON_SPLIT, "copy"),
        on_merge=record.choice("on_merge", ON_MERGE, "keep"),
    )
    if made.codes and made.values:
        record.refuse("values", "codes_or_values")
    record.finish()
    return made


def _names_once(records: list[Record], fields: tuple[Field, ...]) -> None:
    """Refuse a name under which two fields could be delivered."""
    owner: dict[str, str] = {}
    for record, item in zip(records, fields, strict=True):
        for name in item.names:
            other = owner.setdefault(plain_name(name), item.id)
            if other != item.id:
                key = "aliases" if name in item.aliases else "id" if name == item.id else "title"
                record.refuse(key, "alias_twice", alias=name, field=item.id, other=other)
