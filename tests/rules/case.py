"""Cases as data: a small park written in TOML becomes a project, and one rule judges it.

Shapes are written in metres from ``ORIGIN``: ``[x0, y0, x1, y1]`` for a box, else WKT. Features are numbered
from 1 in each layer. A layer has every field of its feature type, blank where a row says nothing, but those
named in ``without``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue, load
from gis_app.catalogue.rule_set import Rule
from gis_app.model import PARK, Completeness, Fact, Layer, Project, Proposal, Source, feature_frame
from gis_app.rules import Finding
from gis_app.rules.engine import judge_project, judge_proposal

ORIGIN = (480_000.0, 3_150_000.0)
GRID = CRS.from_epsg(4546)
FOLDER = Path(__file__).parents[1] / "cases"
EVERYWHERE = [-10_000, -10_000, 10_000, 10_000]
PROPOSAL = "A"
NUMBERS = ("number", "integer")


@cache
def catalogue() -> Catalogue:
    return load()


@cache
def rules() -> dict[str, Rule]:
    return {rule.id: rule for rules in catalogue().rule_sets.values() for rule in rules.rules}


def only(rule: Rule) -> Catalogue:
    """The catalogue with no other rule than this one."""
    whole = catalogue()
    sets = {
        name: replace(each, rules=(rule,))
        for name, each in whole.rule_sets.items()
        if any(other.id == rule.id for other in each.rules)
    }
    return replace(whole, rule_sets=sets)


def shape(given: object) -> BaseGeometry:
    """A shape in the project's reference system."""
    made = shapely.box(*given) if isinstance(given, list) else shapely.from_wkt(str(given))
    return translate(made, *ORIGIN)


def layer(kind_id: str, given: Mapping[str, Any], as_of: date | None) -> Layer:
    kind = catalogue().feature_types[kind_id]
    rows = given.get("rows", [])
    default = given.get("default", {})
    missing = set(given.get("without", ()))
    columns: dict[str, Any] = {}
    for field in kind.fields:
        if field.id in missing:
            continue
        values = [row.get(field.id, default.get(field.id)) for row in rows]
        if field.type in NUMBERS:
            columns[field.id] = np.array([np.nan if v is None else float(v) for v in values])
        else:
            columns[field.id] = values
    shapes = None if given.get("table") else [shape(row["shape"]) for row in rows]
    frame = feature_frame(range(1, len(rows) + 1), columns, shapes, GRID)
    scheme = given.get("scheme", "landuse_2023" if kind.class_field else "")
    source = Source(f"{kind_id}.shp", "0" * 64, crs="EPSG:4546", cgcs2000=CGCS[given.get("cgcs2000", "yes")])
    return Layer(kind_id, kind, frame, completeness(given, as_of), scheme or None, (source,))


CGCS = {"yes": True, "no": False, "unknown": None}


def completeness(given: Mapping[str, Any], as_of: date | None) -> Completeness:
    complete = given.get("complete", EVERYWHERE)
    if complete is False:
        return Completeness()
    return Completeness(
        shape(complete),
        given.get("complete_as_of", as_of),
        "示例单位",
        as_of,
        given.get("confirmed_empty", False),
        given.get("proposed", False),
        given.get("lapsed", False),
    )


def facts(given: Mapping[str, Any]) -> dict[str, Fact]:
    made = {}
    for key, entry in given.items():
        entry = entry if isinstance(entry, dict) else {"value": entry}
        owner = PARK if catalogue().facts[key].scope == "park" else PROPOSAL
        fact = Fact(owner, key, **{"document": "示例〔2026〕1号", "document_date": date(2026, 1, 1), **entry})
        made[fact.id] = fact
    return made


def project(head: Mapping[str, Any], case: Mapping[str, Any]) -> Project:
    """The project of one case: the file's own park with what the case changes."""
    as_of = case.get("as_of", head.get("as_of"))
    as_of = None if as_of == "" else as_of
    absent = set(case.get("absent", ()))
    layers = {
        name: {**given, **case.get("layers", {}).get(name, {})}
        for name, given in {**{key: {} for key in case.get("layers", {})}, **head.get("layers", {})}.items()
        if name not in absent
    }
    told = {k: v for k, v in {**head.get("facts", {}), **case.get("facts", {})}.items() if k not in absent}
    made = {name: layer(name, given, as_of) for name, given in layers.items()}
    return Project(GRID, "示例", as_of, "", made, facts(told), {PROPOSAL: Proposal(PROPOSAL, "方案一")})


def judge(rule: Rule, park: Project) -> list[Finding]:
    """The findings of one rule alone."""
    if rule.scope == "proposal":
        return judge_proposal(park, only(rule), PROPOSAL)
    return judge_project(park, only(rule))


@cache
def read(rule_id: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{rule_id}.toml").read_text(encoding="utf-8"))


def cases() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Rule id, head and case, of every file that is there."""
    found = []
    for rule_id in rules():
        if (FOLDER / f"{rule_id}.toml").is_file():
            head = read(rule_id)
            found += [(rule_id, head, case) for case in head["case"]]
    return found
