"""Roads, street lamps with their dark stretches, complaints, sewers and the plant, in local metres."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import layout as lay
import shapely
from shapely import LineString, Point

LAMP_STEP_M = 30.0
PLANT = (118.0, 53.0)
DARK = (("兴园路", 2105.0, 2485.0), ("禾光路", 690.0, 950.0))  # street, from and to along its axis
UNPOWERED = ("禾光路", 950.0, 1090.0)
STEP_M = 56.25


@dataclass(frozen=True)
class Way:
    """A stretch of a road."""

    line: LineString
    name: str
    grade: str
    width_m: int
    status: str
    area: str


def ways() -> list[Way]:
    """All roads: streets of the park, cut where nothing is built yet, planned ones, and the roads around."""
    made: list[Way] = []
    for street in lay.STREETS_1 + lay.STREETS_2 + lay.STREETS_3:
        inside = LineString(street.line) & lay.PARK
        for status, shape in (("现状", inside - lay.WILD), ("规划", inside & lay.WILD)):
            for line in shapely.get_parts(shape):
                if line.geom_type == "LineString" and line.length > 20:
                    made.append(Way(line, street.name, street.grade, street.width_m, status, street.area))
    for street in lay.STREETS_A + lay.STREETS_C + lay.STREETS_D + lay.STREETS_E:
        for line in shapely.get_parts(LineString(street.line) & lay.ADDED):
            made.append(Way(line, street.name, street.grade, street.width_m, "规划", street.area))
    made += [
        Way(LineString(lay.EXPRESSWAY_LINE), "澜云高速", "快速路", 34, "现状", "区外"),
        Way(LineString(lay.NATIONAL_ROAD_LINE), "G598国道", "公路", 22, "现状", "区外"),
        Way(LineString(lay.COUNTY_ROAD_LINE), "X027县道", "公路", 12, "现状", "区外"),
    ]
    return made


@dataclass(frozen=True)
class Lamp:
    """A lamp pole."""

    spot: Point
    road: str
    layout: str
    height_m: float
    power: str
    state: str


LIGHTING = {
    "主干路": ("双侧对称布置", 12.0, "LED 250W"),
    "次干路": ("双侧交错布置", 10.0, "LED 180W"),
    "支路": ("单侧布置", 10.0, "LED 120W"),
}


def lamps(roads: list[Way], pick: random.Random) -> list[Lamp]:
    """Lamps every 30 m along every street in use, but for the dark stretches."""
    made: list[Lamp] = []
    for way in roads:
        if way.status != "现状" or way.area == "区外":
            continue
        for i in range(int((way.line.length - 12) // LAMP_STEP_M) + 1):
            made += poles(way, 12 + i * LAMP_STEP_M, i, pick)
    return made


def poles(way: Way, station: float, number: int, pick: random.Random) -> list[Lamp]:
    """The poles of one station."""
    spot = way.line.interpolate(station)
    (_, v0), (_, v1) = way.line.coords
    along = spot.x if v0 == v1 else spot.y
    if any(way.name == name and low < along < high for name, low, high in DARK):
        return []
    layout, height, power = LIGHTING[way.grade]
    sides = (1, -1) if layout == "双侧对称布置" else (1 if layout == "单侧布置" or number % 2 else -1,)
    name, low, high = UNPOWERED
    state = (
        "未通电" if way.name == name and low < along < high else "不亮" if pick.random() < 0.008 else "正常"
    )
    off = way.width_m / 2 - 1.5
    shift = (0.0, off) if v0 == v1 else (-off, 0.0)
    return [
        Lamp(Point(spot.x + s * shift[0], spot.y + s * shift[1]), way.name, layout, height, power, state)
        for s in sides
    ]


def requests() -> list[tuple[tuple[float, float], dict[str, Any]]]:
    """Twelve requests of enterprises: nine beside the dark stretches, three elsewhere."""
    spots = [
        (2150, 1500),
        (2230, 1440),
        (2290, 1510),
        (2360, 1430),
        (2430, 1505),
        (2530, 740),
        (2465, 800),
        (2540, 860),
        (2460, 930),
        (1180, 150),
        (-700, 960),
        (1420, -1080),
    ]
    words = [
        "兴园路夜间无路灯，下夜班员工出行不便",
        "兴园路该段一直没有照明",
        "货车夜间转弯看不清",
        "路口无灯，发生过擦碰",
        "希望尽快安装路灯",
        "禾光路路灯断档约两百多米",
        "禾光路夜间漆黑",
        "门口路段无灯",
        "禾光路新装路灯一直未通电",
        "站前路雨后积水",
        "织造片区电压不稳",
        "物流大道路面破损",
    ]
    kinds = ["照明"] * 9 + ["排水", "用电", "道路"]
    units = ["澜溪经开区市政管理中心"] * 10 + ["国网澜溪供电所（虚构）", "澜溪经开区市政管理中心"]
    made = []
    for i, spot in enumerate(spots):
        received = date(2026, 6 + i // 4, 3 + 2 * i)
        made.append(
            (
                spot,
                {
                    "SQBH": f"SQ2026{i + 1:03d}",
                    "LY": ("12345", "走访", "座谈")[i % 3],
                    "SLRQ": received,
                    "SQNR": words[i],
                    "SQLB": kinds[i],
                    "CBDW": units[i],
                    "BLSX": date(2026, 12, 31) if i < 9 else date(2026, 10, 31),
                    "BLZT": "办理中" if i < 9 else "已办结" if i == 9 else "未办",
                    "BJRQ": date(2026, 9, 28) if i == 9 else None,
                    "MYD": "满意" if i == 9 else None,
                },
            )
        )
    return made


# -- sewers -------------------------------------------------------------------


@dataclass(frozen=True)
class Pipe:
    """A sewer pipe from manhole to manhole."""

    upstream: tuple[float, float]
    downstream: tuple[float, float]
    diameter_mm: int
    slope: float


def run(start: tuple[float, float], end: tuple[float, float], diameter_mm: int, slope: float) -> list[Pipe]:
    """Pipes of at most 56.25 m from `start` down to `end`."""
    line = LineString([start, end])
    count = max(1, -int(-line.length // STEP_M))
    spots = [line.interpolate(i / count, normalized=True) for i in range(count + 1)]
    marks = [(round(p.x, 2), round(p.y, 2)) for p in spots]
    return [Pipe(a, b, diameter_mm, slope) for a, b in pairwise(marks)]


def chain(points: list[tuple[float, float]], diameter_mm: int, slope: float) -> list[Pipe]:
    """Runs along several points."""
    return [p for a, b in pairwise(points) for p in run(a, b, diameter_mm, slope)]


def pipes() -> list[Pipe]:
    """The sewers: laterals along the east-west streets, three trunks, all down to the plant."""
    made = chain([(250, 120 + 270 * i) for i in range(6, -1, -1)] + [PLANT], 800, 0.0015)
    made += chain([(700, 2010), (700, 1740)], 500, 0.002) + chain([(1600, 2280), (1600, 2010)], 500, 0.002)
    for i in range(9):
        v, foot = 120.0 + 270 * i, (250.0, 250.0, 250.0, 250.0, 250.0, 250.0, 250.0, 700.0, 1600.0)[i]
        made += chain([(2890.0 if v < 300 else 3590.0, v), *junctions(foot, v)], 400, 0.0025)
        if v < 2000:
            made += run((20.0, v), (250.0, v), 300, 0.003)
    west = [435.0 + 270 * i for i in range(6)] + [2010.0]
    made += chain([(-390.0, v) for v in reversed(west)] + [(-390.0, 330.0), (0.0, 60.0), PLANT], 600, 0.0015)
    for v in west:
        made += run((-1490.0, v), (-390.0, v), 400, 0.0025)
    south = (-1380.0, -1110.0, -840.0, -640.0)
    made += chain([(850.0, v) for v in south] + [(850.0, -60.0), (118.0, -60.0), PLANT], 600, 0.0015)
    for v in south:
        made += run((2090.0, v), (850.0, v), 400, 0.0025) + run((610.0, v), (850.0, v), 300, 0.003)
    return made


def junctions(foot: float, v: float) -> list[tuple[float, float]]:
    """Where other sewers come in along a lateral, and its end."""
    meets = [u for u, at in ((1600.0, 2010.0), (700.0, 1740.0)) if at == v and u > foot]
    return [(u, v) for u in meets] + [(foot, v)]


def levels(network: list[Pipe]) -> dict[tuple[float, float], float]:
    """Invert level of every manhole, built up from the plant against the flow."""
    above: dict[tuple[float, float], list[Pipe]] = {}
    for pipe in network:
        above.setdefault(pipe.downstream, []).append(pipe)
    known, queue = {PLANT: 46.0}, [PLANT]
    while queue:
        foot = queue.pop()
        for pipe in above.get(foot, []):
            rise = LineString([pipe.upstream, foot]).length * pipe.slope
            known[pipe.upstream] = round(known[foot] + rise, 3)
            queue.append(pipe.upstream)
    return known
