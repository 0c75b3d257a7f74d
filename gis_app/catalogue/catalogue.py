"""Everything declared, from up to three places: the program's, the office's, the project's own copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gis_app.catalogue.code_list import BASE, CodeList, code_list, is_code_list
from gis_app.catalogue.fact import FactDeclaration, fact_declarations
from gis_app.catalogue.feature_type import FeatureType, feature_type
from gis_app.catalogue.filter import fields
from gis_app.catalogue.layout import Layout, layout
from gis_app.catalogue.ramp import Ramp, ramp
from gis_app.catalogue.rule_set import RuleSet, rule_set
from gis_app.catalogue.source import Source, read_source
from gis_app.catalogue.style import CLASS, Style, style
from gis_app.catalogue.table import Table, table
from gis_app.language import Message, Refused

FACTS = "facts.toml"
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Override:
    """A file that stands for one of the same name in an earlier place."""

    kind: str
    id: str
    path: Path
    replaced: Path

    @property
    def message(self) -> Message:
        """The sentence for people."""
        values = {"id": self.id, "file": str(self.path), "replaced": str(self.replaced)}
        return Message("catalogue.override", values)


@dataclass(frozen=True)
class Catalogue:
    """What is declared, by id.

    ``code_lists`` holds the tables with codes and names, ``tables`` every table row by row; ``digests`` the
    SHA-256 of every file that counts, so that it can be stored with what a project was judged by.
    """

    feature_types: Mapping[str, FeatureType]
    code_lists: Mapping[str, CodeList]
    tables: Mapping[str, Table]
    styles: Mapping[str, Style]
    facts: Mapping[str, FactDeclaration]
    rule_sets: Mapping[str, RuleSet]
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    ramps: Mapping[str, Ramp] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    digests: Mapping[Path, str] = field(default_factory=dict)

    def style_of(self, feature_type: str) -> Style:
        """Give the style of a feature type."""
        return self.styles[self.feature_types[feature_type].style]


def program_place() -> Path:
    """Give the folder of the program's own ``layers`` and ``styles``: in the wheel, else beside the package.

    Raises
    ------
    gis_app.language.Refused
        Neither is there; the installation is incomplete.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / "_data", package.parent):
        if (place / "layers").is_dir() and (place / "styles").is_dir():
            return place
    raise Refused(Message("catalogue.no_data", {"file": str(package)}))


def load(places: Sequence[Path] = ()) -> Catalogue:
    """Read every place in order; a file of a later one replaces the one of the same name.

    Parameters
    ----------
    places : Sequence of Path
        Folders with ``layers`` and ``styles``; the program's own alone when none is given. A folder that is
        not there, or has only some of the files, is no error.

    Raises
    ------
    gis_app.language.Refused
        Something in a file is wrong; file, line and key are named.
    """
    read = _Reading(tuple(places) or (program_place(),))
    types = read.each("feature_type", "layers/*.toml", feature_type, leave_out=FACTS)
    tables = read.each("code_list", "layers/codes/*.csv", table)
    styles = read.each("style", "styles/*.toml", style)
    rules = read.each("rule_set", "layers/rules/*.toml", rule_set)
    facts = read.all("layers/" + FACTS, fact_declarations)
    lists = _code_lists(read, tables)
    _types_fit(read, types, lists, styles)
    _rules_once(read, rules)
    return Catalogue(
        feature_types=types,
        code_lists=lists,
        tables=tables,
        styles=styles,
        facts={item.id: item for items in facts for item in items},
        rule_sets=rules,
        layouts=read.each("layout", "styles/layouts/*.toml", layout),
        ramps=read.each("ramp", "styles/ramps/*.toml", ramp),
        overrides=tuple(read.overrides),
        digests={source.path: source.digest for source in read.sources.values()},
    )


class _Reading:
    """The files of several places, later ones in front."""

    def __init__(self, places: Iterable[Path]) -> None:
        self.places = tuple(places)
        self.sources: dict[tuple[str, str], Source] = {}
        self.overrides: list[Override] = []

    def each(
        self, kind: str, pattern: str, read: Callable[[Source], Kind], leave_out: str = ""
    ) -> dict[str, Kind]:
        """Read one file for every name that there is in any place."""
        chosen: dict[str, Path] = {}
        for place in self.places:
            for path in sorted(place.glob(pattern)):
                if path.name == leave_out:
                    continue
                if path.stem in chosen:
                    self.overrides.append(Override(kind, path.stem, path, chosen[path.stem]))
                chosen[path.stem] = path
        for id, path in chosen.items():
            self.sources[kind, id] = read_source(path)
        return {id: read(self.sources[kind, id]) for id in chosen}

    def all(self, name: str, read: Callable[[Source], Kind]) -> list[Kind]:
        """Read the file of a name in every place that has it."""
        there = [place / name for place in self.places if (place / name).is_file()]
        for path in there:
            self.sources[str(path), name] = read_source(path)
        self.overrides += [Override("facts", name, later, there[0]) for later in there[1:]]
        return [read(self.sources[str(path), name]) for path in there]


def _code_lists(read: _Reading, tables: Mapping[str, Table]) -> dict[str, CodeList]:
    """Make the lists, the 2023 classes first, since the others point into them."""
    made: dict[str, CodeList] = {}
    for id in sorted(tables, key=lambda id: (id != BASE, id)):
        if is_code_list(tables[id]):
            made[id] = code_list(read.sources["code_list", id], tables[id], made.get(BASE))
    return made


def _types_fit(
    read: _Reading,
    types: Mapping[str, FeatureType],
    lists: Mapping[str, CodeList],
    styles: Mapping[str, Style],
) -> None:
    """Refuse a feature type that names a code list or a style that is not there, or whose style misfits."""
    for item in types.values():
        source = read.sources["feature_type", item.id]
        for index, declared in enumerate(item.fields):
            if declared.codes and declared.codes not in lists:
                reason = Message("catalogue.unknown_code_list", {"list": declared.codes})
                source.refuse(("field", index, "codes"), reason)
        if item.style not in styles:
            source.refuse(("style",), Message("catalogue.unknown_style", {"style": item.style}))
        style_fits(read.sources["style", item.style], styles[item.style], item)


def style_fits(source: Source, style: Style, item: FeatureType) -> None:
    """Refuse a style that asks for a field its feature type does not have.

    Raises
    ------
    gis_app.language.Refused
        File, line and key are named.
    """
    by = {"field": style.field, "order_by": style.order_by.removeprefix("-")}
    heads = [(name, key) for key, name in by.items() if name]
    heads += [(name, "filter") for name in fields(style.filter)] if style.filter is not None else []
    for name, key in heads:
        if item.field(name) is None:
            reason = Message("catalogue.unknown_field_of", {"field": name, "type": item.id})
            source.refuse(("style", key), reason)
    for index, rule in enumerate(style.rules):
        asked: list[tuple[str, str]] = [(name, "where") for name in rule.where]
        asked += [(rule.label.field, "label")] if rule.label is not None else []
        asked += [(name, "filter") for name in fields(rule.filter)] if rule.filter is not None else []
        for name, key in asked:
            if item.field(name) is None:
                reason = Message("catalogue.unknown_field_of", {"field": name, "type": item.id})
                source.refuse(("rule", index, key), reason)
        by_class = "codes" if rule.codes else "fill" if rule.fill == CLASS else ""
        if by_class and not item.class_field:
            source.refuse(("rule", index, by_class), Message("catalogue.no_class_field", {"type": item.id}))


def own_style(source: Source, kinds: Iterable[FeatureType]) -> Style:
    """Read a style that somebody made, and hold it against those feature types that have it.

    Raises
    ------
    gis_app.language.Refused
        Something in it is wrong; file, line and key are named.
    """
    found = style(source)
    for kind in kinds:
        if kind.style == found.id:
            style_fits(source, found, kind)
    return found


def _rules_once(read: _Reading, sets: Mapping[str, RuleSet]) -> None:
    """Refuse a rule id that another set has already."""
    owner: dict[str, str] = {}
    for rules in sets.values():
        for index, rule in enumerate(rules.rules):
            if owner.setdefault(rule.id, rules.id) != rules.id:
                reason = Message("catalogue.rule_twice", {"id": rule.id, "other": owner[rule.id]})
                read.sources["rule_set", rules.id].refuse(("rule", index, "id"), reason)
