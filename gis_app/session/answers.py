"""``park.toml``: the facts with their documents, and per file what a person would have answered."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path, PureWindowsPath
from typing import Any

import shapely
import tomli
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.catalogue.source import Source
from gis_app.language import Message, Refused
from gis_app.model import PARK, Fact, Proposal
from gis_app.session import imagery
from gis_app.session.fits import fits

FILE_NAME = "park.toml"
SCHEMA_ID = "parkplan/park/1"

Place = tuple[str | int, ...]
"""Where something stands in the file: ``("file", 1, "path")`` is a key of the second ``[[file]]``."""

_FACTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["value"],
        "additionalProperties": False,
        "properties": {
            "value": {},
            "document": {"type": "string"},
            "document_date": {},
            "attachment": {"type": "string"},
            "proposed": {"type": "boolean"},
        },
    },
}
_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["schema"],
    "additionalProperties": False,
    "properties": {
        "schema": {"const": SCHEMA_ID},
        "park": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": _TEXT,
                "crs": {"type": ["integer", "string"]},
                "as_of": {},
                "period": _TEXT,
                "network": {"enum": list(imagery.NETWORKS)},
                "proposed": _FLAG,
            },
        },
        "image": imagery.SCHEMA,
        "facts": _FACTS,
        "proposal": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "name": _TEXT,
                    "facts": _FACTS,
                    "proposed": _FLAG,
                },
            },
        },
        "file": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "layer": _TEXT,
                    "feature_type": _TEXT,
                    "period": _TEXT,
                    "source_crs": {"type": ["integer", "string"]},
                    "encoding": _TEXT,
                    "scheme": _TEXT,
                    "source": _TEXT,
                    "source_date": {},
                    "complete_within": {"type": ["array", "string"]},
                    "complete_as_of": {},
                    "confirmed_empty": _FLAG,
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "part_of": _TEXT,
                    "supersedes": _TEXT,
                    "proposed": _FLAG,
                },
            },
        },
    },
}


@dataclass(frozen=True)
class FileAnswer:
    """What is said about one file (or one ``layer`` of it)."""

    path: str
    layer: str = ""
    feature_type: str = ""
    period: str = ""
    source_crs: str = ""
    encoding: str = ""
    scheme: str = ""
    source: str = ""
    source_date: date | None = None
    complete_within: BaseGeometry | None = None
    complete_as_of: date | None = None
    confirmed_empty: bool = False
    sha256: str = ""
    part_of: str = ""
    supersedes: str = ""
    proposed: bool = False


@dataclass(frozen=True)
class Answers:
    """A folder's answers; all empty where the folder has none."""

    folder: Path
    present: bool = False
    name: str = ""
    crs: str | None = None
    as_of: date | None = None
    period: str = ""
    facts: tuple[Fact, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    files: tuple[FileAnswer, ...] = ()
    images: tuple[imagery.Image, ...] = ()
    network: str = "none"
    relocated: Mapping[str, Path] = field(default_factory=dict)

    def place_of(self, name: str) -> Path:
        """Where a file lies: in the folder, or where a person said."""
        here = self.folder / name
        return self.relocated[name] if name in self.relocated and not here.exists() else here

    def of(self, path: Path, layer: str = "") -> FileAnswer | None:
        """What is said about a file, None when nothing is."""
        for answer in self._by_path.get(path, ()) or self._by_path.get(path.resolve(), ()):
            if not answer.layer or not layer or answer.layer == layer:
                return answer
        return None

    @cached_property
    def _by_path(self) -> Mapping[Path, Sequence[FileAnswer]]:
        """The answers about each file, under its path as the folder is written and in full."""
        found: dict[Path, list[FileAnswer]] = defaultdict(list)
        for answer in self.files:
            place = self.place_of(answer.path)
            for path in {
                self.folder / answer.path,
                (self.folder / answer.path).resolve(),
                place,
                place.resolve(),
            }:
                found[path].append(answer)
        return found


def read_answers(folder: Path, catalogue: Catalogue) -> Answers:
    """Read the folder's ``park.toml``.

    Raises
    ------
    Refused
        Something in it is wrong; file, line and key are named.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return Answers(folder)
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomli.loads(text)
    except (tomli.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Refused(
            Message("session.answers_unreadable", {"file": str(path), "cause": str(error)})
        ) from error
    reader = _Reader(Source(path, text, ""), catalogue)
    reader.check(data)
    park = data.get("park", {})
    answers = Answers(
        folder,
        True,
        park.get("name", ""),
        None if "crs" not in park or park.get("proposed") else str(park["crs"]),
        None if park.get("proposed") else reader.day(park, ("park", "as_of")),
        "" if park.get("proposed") else park.get("period", ""),
        (
            *reader.facts(PARK, data.get("facts", {}), ("facts",)),
            *(
                fact
                for i, proposal in enumerate(data.get("proposal", []))
                for fact in reader.facts(proposal["id"], proposal.get("facts", {}), ("proposal", i, "facts"))
            ),
        ),
        tuple(
            Proposal(p["id"], p.get("name", ""), not p.get("proposed", False))
            for p in data.get("proposal", [])
        ),
        tuple(reader.file(entry, ("file", i)) for i, entry in enumerate(data.get("file", []))),
        tuple(reader.image(entry, ("image", i)) for i, entry in enumerate(data.get("image", []))),
        park.get("network", "none"),
    )
    reader.only_once([proposal.id for proposal in answers.proposals], "proposal", "id")
    reader.only_once([" ".join((entry.path, entry.layer)).strip() for entry in answers.files], "file", "path")
    reader.only_once([image.id for image in answers.images], "image", "path")
    return answers


@dataclass(frozen=True)
class _Reader:
    source: Source
    catalogue: Catalogue

    def refuse(self, where: Place, cause: Message, key: str = "") -> Refused:
        """What is wrong at one place.

        ``key`` where the place is a list's or table's entry and has no key of its own.
        """
        named = key or next((part for part in reversed(where) if isinstance(part, str)), "")
        values = {
            "file": str(self.source.path),
            "line": self.source.line(where),
            "key": named,
            "cause": cause,
        }
        return Refused(Message("session.answers_wrong", values))

    def check(self, data: Mapping[str, Any]) -> None:
        if fits(data, SCHEMA):
            return
        import jsonschema  # takes longer to import than a park's answers take to read

        error = next(iter(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)), None)
        if error is not None:
            where: Place = tuple(error.absolute_path)
            if error.validator == "additionalProperties":
                known = error.schema["properties"]
                where = (*where, next(key for key in error.instance if key not in known))
            raise self.refuse(where, Message("session.answers_schema", {"cause": error.message}))

    def only_once(self, keys: list[str], table: str, name: str) -> None:
        for position, key in enumerate(keys):
            if key in keys[:position]:
                text = Message("session.answers_twice", {"what": name, "value": key})
                raise self.refuse((table, position, name), text)

    def day(self, record: Mapping[str, Any], where: Place) -> date | None:
        """The day under the last key of ``where``."""
        value = record.get(str(where[-1]))
        if value is None:
            return None
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.refuse(where, Message("session.answers_date", {"value": str(value)})) from error

    def facts(self, owner: str, given: Mapping[str, Mapping[str, Any]], where: Place) -> list[Fact]:
        scope = "park" if owner == PARK else "proposal"
        facts = []
        for key, entry in given.items():
            declared = self.catalogue.facts.get(key)
            if declared is None or declared.scope != scope:
                raise self.refuse((*where, key), Message("session.fact_unknown", {"fact": key}))
            value = checked_value(entry["value"], declared.type)
            if value is None:
                kind = Message(f"session.type_{declared.type}")
                raise self.refuse(
                    (*where, key, "value"), Message("session.fact_type", {"fact": key, "type": kind})
                )
            document_date = self.day(entry, (*where, key, "document_date"))
            facts.append(
                Fact(
                    owner,
                    key,
                    value,
                    entry.get("document", ""),
                    document_date,
                    entry.get("attachment", ""),
                    entry.get("proposed", False),
                )
            )
        return facts

    def file(self, entry: Mapping[str, Any], where: Place) -> FileAnswer:
        kind = entry.get("feature_type", "")
        if kind and kind not in self.catalogue.feature_types:
            raise self.refuse(
                (*where, "feature_type"), Message("session.feature_type_unknown", {"feature_type": kind})
            )
        path = PureWindowsPath(entry["path"])
        if path.drive or path.root or ".." in path.parts or "\\" in entry["path"] or "://" in entry["path"]:
            raise self.refuse((*where, "path"), Message("session.answers_path", {"path": entry["path"]}))
        texts = ("layer", "period", "encoding", "scheme", "source", "sha256", "part_of", "supersedes")
        return FileAnswer(
            path=entry["path"],
            feature_type=kind,
            source_crs=str(entry.get("source_crs", "")),
            source_date=self.day(entry, (*where, "source_date")),
            complete_within=self._ground(entry.get("complete_within"), (*where, "complete_within")),
            complete_as_of=self.day(entry, (*where, "complete_as_of")),
            confirmed_empty=entry.get("confirmed_empty", False),
            proposed=entry.get("proposed", False),
            **{name: entry.get(name, "") for name in texts},
        )

    def image(self, entry: Mapping[str, Any], where: Place) -> imagery.Image:
        return imagery.image_of(
            entry,
            self.source.path.parent,
            lambda key: self.day(entry, (*where, key)),
            lambda key, cause: self.refuse((*where, key), cause),
        )

    def _ground(self, given: object, where: Place) -> BaseGeometry | None:
        """Bounds, or a polygon as WKT, in the project's reference system."""
        if given is None:
            return None
        try:
            if isinstance(given, list):
                xmin, ymin, xmax, ymax = (float(value) for value in given)
                ground: BaseGeometry = shapely.box(xmin, ymin, xmax, ymax)
            else:
                ground = shapely.from_wkt(str(given))
        except (ValueError, TypeError, ShapelyError) as error:
            raise self.refuse(where, Message("session.answers_ground", {})) from error
        flat = ground is not None and ground.geom_type in ("Polygon", "MultiPolygon")
        if not flat or not ground.is_valid or not ground.area > 0:
            raise self.refuse(where, Message("session.answers_ground", {}))
        return ground


def checked_value(value: object, type_name: str) -> float | int | str | bool | date | None:
    """The value in the type that its declaration names; None when it is of another."""
    if type_name == "number":
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if numeric else None  # type: ignore[arg-type]
    if type_name == "integer":
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if type_name == "boolean":
        return value if isinstance(value, bool) else None
    if type_name == "date":
        return value if isinstance(value, date) else None
    return value if isinstance(value, str) and value.strip() else None
