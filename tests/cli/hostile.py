"""Lines of a script that nobody sane would write: every argument of every edit given every wrong thing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from gis_app.edits.arguments import Argument
from gis_app.edits.registry import EDITS
from tests.cli.command import X, Y, square

LAYER = "supply_parcel"
NAN, INFINITE = float("nan"), float("inf")
DEEP = 300


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


def collected(depth: int) -> dict[str, Any]:
    """A collection of a collection of a square."""
    found: dict[str, Any] = square(0, 0)
    for _ in range(depth):
        found = {"type": "GeometryCollection", "geometries": [found]}
    return found


def polygon(*ring: tuple[Any, ...]) -> dict[str, Any]:
    """GeoJSON of one ring, closed or not."""
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


PLAIN: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 2**31, 2**63, 2**70, 10**400, 1.5, 1e300, NAN, INFINITE, -INFINITE),
    *("", " ", "x", "中", "\x00", "\ud800", "../x", "a" * 100_000, LAYER, "park_boundary", "no_such_layer"),
    *(
        [],
        [[]],
        {},
        {"a": 1},
        [1],
        [1, 2],
        [NAN, 1],
        [1e300, 1e300],
        ["a", "b"],
        [[1, 2], [3]],
        [True, False],
    ),
    *([[None, None], [1, 1]], [2], [2, 2], [2, 3], [2, "3"], [2, 1e300], nested(DEEP)),
)
SHAPES: tuple[Any, ...] = (
    *({"type": "Polygon"}, {"type": None}, {"type": "Foo", "coordinates": []}, {"coordinates": []}),
    *({"type": "Polygon", "coordinates": []}, {"type": "Polygon", "coordinates": "abc"}),
    *(polygon((0, 0), (1, 1)), polygon((0, 0), (0, 0), (0, 0), (0, 0)), polygon((0, 0, 5), (1, 1), (1, 0))),
    polygon((X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9), (X, Y)),  # a bow tie
    *(polygon((1e300, 0), (1e300, 1e300), (0, 1e300)), polygon((NAN, 0), (1, 1), (1, 0), (NAN, 0))),
    *({"type": "Point", "coordinates": [X, Y]}, {"type": "Point", "coordinates": []}),
    *(
        {"type": "LineString", "coordinates": [[X, Y]]},
        {"type": "LineString", "coordinates": [[X, Y], [X, Y]]},
    ),
    {"type": "LineString", "coordinates": [[X + 50, Y - 10], [X + 50, Y + 200]]},
    *({"type": "GeometryCollection", "geometries": []}, collected(1), collected(100)),
    {"type": "MultiPolygon", "coordinates": [square(2000, 0)["coordinates"]] * 2},
    *({"type": "Feature", "geometry": square(0, 0)}, {"type": "FeatureCollection", "features": []}),
    *("POLYGON EMPTY", "POLYGON((0 0,1 1,1 0,0 0))", "POINT(nan nan)", "SELECT 1"),
    *("CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))", "POLYGON Z((0 0 1,1 1 1,1 0 1,0 0 1))"),
    *({"type": "polygon", "coordinates": square(0, 0)["coordinates"]}, square(3000, 0), square(1e12, 0)),
)
VALUES: tuple[Any, ...] = (
    *({"parcel_no": None}, {"parcel_no": "\x00"}, {"parcel_no": "\ud800"}, {"parcel_no": [1]}),
    *({"parcel_no": {"a": 1}}, {"parcel_no": True}, {"due_area_m2": "abc"}, {"due_area_m2": 10**400}),
    *({"due_area_m2": 1e308}, {"due_area_m2": NAN}, {"no_such_field": 1}, {"geometry": "x"}, {"fid": 7}),
    *({"geom": 1}, {"": 1}, {"agreed_start_date": "2026-13-01"}, {"agreed_start_date": 20260101}),
    *({"agreed_start_date": "0001-01-01"}, {"class_code": 601}, {"class_code": "9999"}),
    *({"parcel_no": nested(DEEP)}, {"parcel_no": "a" * 1_000_000}),
)
HOSTILE = (*PLAIN, *SHAPES, *VALUES)
SANE: dict[str, Any] = {
    **{"layer": LAYER, "made_layer": LAYER, "fid": 2, "fids": [2, 3], "point": [X, Y], "number": 10.0},
    **{"line": [[X + 50, Y - 10], [X + 50, Y + 200]], "geometry": square(1500, 0), "numbers": [1, 1]},
    **{"text": "x", "texts": ["x"], "values": {"parcel_no": "q"}, "outline": square(0, 0)},
}


def edits() -> Iterator[tuple[str, str, Any]]:
    """``op_id``, edit and arguments: one argument wrong, the others not."""
    number = 0
    for name, edit in EDITS.items():
        sane = {one.name: _sane(one) for one in edit.arguments if one.required}
        for argument in edit.arguments:
            for wrong in HOSTILE:
                number += 1
                yield f"h{number}", name, {**sane, argument.name: wrong}


def _sane(argument: Argument) -> Any:
    return argument.choices[0] if argument.choices else SANE.get(argument.kind, "x")


def some(count: int | None, seed: int) -> list[tuple[str, str, Any]]:
    """So many of them in an order of chance, all where no count is given."""
    found = list(edits())
    random.Random(seed).shuffle(found)
    return found[:count]


def as_line(op_id: str, edit: str, arguments: Any) -> str:
    """One line of a script; NaN and Infinity as Python writes them, half pairs escaped."""
    return json.dumps({"op_id": op_id, "edit": edit, "args": arguments})


NAUGHTY = (
    *("undefined", "NULL", "None", "true", "NaN", "-0", "1e5", "0x1F", "０１２", "１,234.５", "0601", "=1+1"),
    *(
        "Ω≈ç√∫",
        "田中さん",
        "㐂𠮷",
        "👩‍👩‍👧",
        "Z̴̢a̷l̸g̵o",
        "\u202e右到左\u202c",
        "مرحبا",
        "\u200b\ufeff\u00a0",
        "ﬁ Å Å",
    ),
    *("<script>alert(1)</script>", "{{ 7*7 }}", "{% raw %}", "${7*7}", "'; DROP TABLE supply_parcel; --"),
    *(
        '"quoted"',
        "back\\slash",
        "tab\tnew\nline\r\nend",
        "\x00nul\x00",
        "\x1b[31mred",
        "\x7f\x85\u2028\u2029",
    ),
    *("../../etc/passwd", "CON", "nul.txt", "%s%n%d", " 两端空格 ", "", "a" * 10_000, "汉" * 10_000),
)
