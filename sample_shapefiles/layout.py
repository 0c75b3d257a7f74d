"""Where things lie: park blocks, proposals, control lines, streets and parcels, in local metres."""

from __future__ import annotations

import random
from dataclasses import dataclass

import shapely
from frame import box, parts, strip
from shapely import Geometry, Polygon

REGION = box(-2900, -2300, 5600, 3500)

# Three blocks, 1186.73 ha drawn against 1186.42 ha approved.
BLOCK_1 = box(0, 0, 3600, 2400) - box(0, 2000, 450, 2400) - box(2900, 0, 3600, 400)
BLOCK_2 = box(-1500, 300, -260, 2100)
BLOCK_3 = box(600, -1500.2, 2100, -530)
BLOCKS = {"区块一": BLOCK_1, "区块二": BLOCK_2, "区块三": BLOCK_3}
PARK = shapely.union_all(list(BLOCKS.values()))

OUT_NORTH = box(450, 2000, 1270, 2400)  # 32.80 ha
IN_NORTH = box(1900, 2400, 2954, 2700)  # 31.62 ha
OUT_SOUTH = box(1500, -1500.2, 2100, -1000.2)  # 30.00 ha
IN_SOUTH = box(2100, -1030, 2680, -530)  # 29.00 ha
EXPAND_A = box(3600, 400, 4600, 2400) - box(4200, 1831, 4600, 2400)  # 177.24 ha
EXPAND_B = box(3600, 400, 4200, 2400) | box(4200, 400, 4336, 900)  # 126.80 ha
EXPAND_C = box(2100, -1530, 3752, -530)  # 165.20 ha, its southern 30 % beyond the farmland delivery
EXPAND_D = box(454, 2400, 2954, 2880)  # 120.00 ha
EXPAND_E = box(-1900, -100, -1500, 2900)  # 120.00 ha
ADDED = shapely.union_all([EXPAND_A, EXPAND_C, EXPAND_D, EXPAND_E])


@dataclass(frozen=True)
class Proposal:
    """One variant of the application; blocks by change type."""

    id: str
    name: str
    blocks: tuple[tuple[str, Polygon], ...]


PROPOSALS = (
    Proposal("A", "方案一", (("调出", OUT_NORTH), ("调入", IN_NORTH), ("扩入", EXPAND_A))),
    Proposal("B", "方案二", (("调出", OUT_NORTH), ("调入", IN_NORTH), ("扩入", EXPAND_B))),
    Proposal("C", "方案三", (("扩入", EXPAND_C),)),
    Proposal("D", "方案四", (("调出", OUT_SOUTH), ("调入", IN_SOUTH), ("扩入", EXPAND_D))),
    Proposal("E", "方案五", (("调出", OUT_NORTH), ("调入", IN_NORTH), ("扩入", EXPAND_E))),
)

WILD = OUT_NORTH | OUT_SOUTH  # ground of the park on which nothing has been built

# Farmland that decides the proposals: 2 m x 500 m in A; 10 m x 10 m on a 25 mm sliver in D; E's western edge.
FARM_A = box(4598, 800, 4860, 1300)
FARM_D = box(700, 2880 - 0.025, 2700, 3020) | box(1600, 2870, 1610, 2900)
FARM_E = box(-2060, -100, -1900, 2900)
FARMLAND_KNOWN = box(-2900, -1230, 5600, 3500)

ZONES = (
    (
        "410",
        "城镇集中建设区",
        (BLOCK_1 | box(0, 0, 3600, 2400) | EXPAND_A | box(4200, 1831, 4460, 2400) | EXPAND_D),
    ),
    ("410", "城镇集中建设区", BLOCK_2 | EXPAND_E),
    ("410", "城镇集中建设区", box(600, -1530, 2100, -530) | EXPAND_C),
    ("420", "城镇弹性发展区", box(2954, 2400, 3600, 2700)),
    ("430", "特别用途区", box(-260, 0, 0, 2400)),
)


def bend(v: float, reach: float, length: float, shift: float) -> float:
    """A gentle bend made of parabolas, so that no library's sine decides a coordinate."""
    phase = ((v + shift) / length) % 2.0
    x = phase - 1.0 if phase > 1.0 else phase
    side = -1.0 if phase > 1.0 else 1.0
    return round(side * reach * 4 * x * (1 - x), 2)


RIVER_LINE = [(-130 + bend(v, 40, 620, 150), float(v)) for v in range(-2300, 3501, 50)]
EXPRESSWAY_LINE = [(5130 + bend(v, 70, 2100, 900), float(v)) for v in range(-2300, 3501, 100)]
RAILWAY_LINE = [(-2900.0, -340.0), (5600.0, -190.0)]
NATIONAL_ROAD_LINE = [(-2900.0, -505.0), (-2000.0, -470.0), (5600.0, -440.0)]
COUNTY_ROAD_LINE = [(-2480 + bend(v, 50, 900, 300), float(v)) for v in range(-2300, 3501, 100)]
RIVER, EXPRESSWAY = strip(RIVER_LINE, 72), strip(EXPRESSWAY_LINE, 34)
RAILWAY, NATIONAL_ROAD = strip(RAILWAY_LINE, 16), strip(NATIONAL_ROAD_LINE, 22)
COUNTY_ROAD = strip(COUNTY_ROAD_LINE, 12)

VILLAGES = {
    "禾塘村": (4230.0, 60.0),
    "民星村": (4700.0, 2850.0),
    "石桥村": (1550.0, 3230.0),
    "云岭村": (-800.0, 2800.0),
    "杨家村": (-2350.0, -950.0),
    "南溪村": (-500.0, -1500.0),
}
FARM_ROADS = [
    [
        (4230.0, 60.0),
        (4900.0, 330.0),
        (4960.0, 1700.0),
        (4700.0, 2850.0),
        (3300.0, 2990.0),
        (1550.0, 3230.0),
        (150.0, 3080.0),
    ],
    [
        (-2350.0, -950.0),
        (-1500.0, -1180.0),
        (-500.0, -1500.0),
        (300.0, -1850.0),
        (2600.0, -1820.0),
        (4100.0, -1250.0),
        (4230.0, 60.0),
    ],
    [(-800.0, 2800.0), (-600.0, 3480.0)],
    [(-2350.0, -950.0), (-2420.0, -2250.0)],
    [(1550.0, 3230.0), (1900.0, 3480.0)],
]


@dataclass(frozen=True)
class Street:
    """A street along one axis of a part of the park or of its expansion."""

    name: str
    grade: str
    width_m: int
    along: str  # "u" or "v"
    at: float
    start: float
    end: float
    status: str
    area: str

    @property
    def area_shape(self) -> Polygon:
        """The street's land."""
        half = self.width_m / 2
        low, high = self.at - half, self.at + half
        return (
            box(self.start, low, self.end, high)
            if self.along == "u"
            else box(low, self.start, high, self.end)
        )

    @property
    def line(self) -> list[tuple[float, float]]:
        """The centre line from its western or southern end."""
        if self.along == "u":
            return [(self.start, self.at), (self.end, self.at)]
        return [(self.at, self.start), (self.at, self.end)]


EAST_1 = ["工业南路", "站前路", "创新大道", "兴业路", "澜溪大道", "兴园路", "科创路", "云岭路", "园北路"]
NORTH_1 = ["滨河东路", "迎宾大道", "文昌路", "云岭大道", "智谷路", "禾光路", "鼎新路", "东园路"]
EAST_2 = ["织造一路", "织造二路", "锦绣大道", "织造三路", "织造四路", "织造五路", "织造北路"]
NORTH_2 = ["西园路", "纺城大道", "滨河西路"]
EAST_3 = ["南溪一路", "南溪大道", "南溪三路", "南溪北路"]
NORTH_3 = ["物流大道", "港前路", "货站路"]
WIDTH = {"主干路": 40, "次干路": 28, "支路": 20}


def grid(
    names: list[str], at: list[float], grades: str, along: str, span: tuple[float, float], area: str
) -> list[Street]:
    """Parallel streets; grades as one letter each: 主, 次, 支."""
    full = {"主": "主干路", "次": "次干路", "支": "支路"}
    return [
        Street(name, full[g], WIDTH[full[g]], along, place, *span, "现状", area)
        for name, place, g in zip(names, at, grades, strict=True)
    ]


STREETS_1 = grid(
    EAST_1, [120 + 270 * i for i in range(9)], "次支主支主支次支次", "u", (0, 3600), "主区"
) + grid(NORTH_1, [250 + 450 * i for i in range(8)], "次主支主支次支次", "v", (0, 2400), "主区")
STREETS_2 = grid(
    EAST_2, [435 + 270 * i for i in range(6)] + [2010], "支次主支次支支", "u", (-1500, -260), "主区"
) + grid(NORTH_2, [-1250, -800, -390], "支主次", "v", (300, 2100), "主区")
STREETS_3 = grid(EAST_3, [-1380, -1110, -840, -640], "支主支次", "u", (600, 2100), "南溪区") + grid(
    NORTH_3, [850, 1350, 1850], "主支次", "v", (-1500.2, -530), "南溪区"
)


def planned(
    tag: str, us: list[float], vs: list[float], span_u: tuple[float, float], span_v: tuple[float, float]
) -> list[Street]:
    """Streets that the plan foresees in an expansion."""
    east = [
        Street(f"{tag}{i + 1}号路", "支路", 20, "u", v, *span_u, "规划", "扩区") for i, v in enumerate(vs)
    ]
    north = [
        Street(f"{tag}纵{i + 1}路", "次干路", 28, "v", u, *span_v, "规划", "扩区") for i, u in enumerate(us)
    ]
    return east + north


STREETS_A = planned("东园", [3860, 4310], [660, 930, 1200, 1470, 1740, 2010, 2280], (3600, 4600), (400, 2400))
STREETS_C = planned("南园", [2520, 2990, 3460], [-1290, -1010, -740], (2100, 3752), (-1530, -530))
STREETS_D = planned("北园", [750, 1150, 1600, 2050, 2500], [2610], (454, 2954), (2400, 2880))
STREETS_E = planned(
    "西园", [-1690], [130, 435, 705, 975, 1245, 1515, 1785, 2055, 2330, 2610], (-1900, -1500), (-100, 2900)
)


def dissected(region: Geometry, streets: list[Street]) -> tuple[list[Polygon], list[Polygon]]:
    """Blocks and street pieces that fill a region exactly; crossings belong to the u streets."""
    across = [part for s in streets if s.along == "u" for part in parts(s.area_shape & region)]
    taken = shapely.union_all(across)
    along = [part for s in streets if s.along == "v" for part in parts((s.area_shape & region) - taken)]
    blocks = parts(region - taken - shapely.union_all(along))
    return sorted(blocks, key=corner), sorted(across + along, key=corner)


def corner(shape: Polygon) -> tuple[float, ...]:
    """Order of shapes: from the south-west corner."""
    return shape.bounds


def lots(block: Polygon, count: int, rng: random.Random) -> list[Polygon]:
    """Cut a block into `count` lots, along its longer side first, on whole metres."""
    if count == 1:
        return [block]
    u0, v0, u1, v1 = block.bounds
    first = count // 2
    share = first / count + rng.uniform(-0.06, 0.06)
    if u1 - u0 >= v1 - v0:
        cut = round(u0 + (u1 - u0) * share)
        halves = (block & box(u0, v0, cut, v1), block & box(cut, v0, u1, v1))
    else:
        cut = round(v0 + (v1 - v0) * share)
        halves = (block & box(u0, v0, u1, cut), block & box(u0, cut, u1, v1))
    return lots(halves[0], first, rng) + lots(halves[1], count - first, rng)
