"""Plan parcels, batches, survey polygons and control lines of the fictional park, in local metres."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import layout as lay
import numpy as np
import shapely
from frame import GRID_M, Mosaic, box, faces, merged_small, parts, to_map
from pyproj import Transformer
from shapely import Geometry, LineString, Polygon

PLAN_NAMES = {
    "070102": "二类城镇住宅用地",
    "0702": "城镇社区服务设施用地",
    "0801": "机关团体用地",
    "0802": "科研用地",
    "0803": "文化用地",
    "080403": "中小学用地",
    "080404": "幼儿园用地",
    "080601": "医院用地",
    "090101": "零售商业用地",
    "0902": "商务金融用地",
    "100101": "一类工业用地",
    "100102": "二类工业用地",
    "100103": "三类工业用地",
    "110101": "一类物流仓储用地",
    "1207": "城镇村道路用地",
    "120803": "社会停车场用地",
    "1302": "排水用地",
    "1303": "供电用地",
    "1401": "公园绿地",
    "1402": "防护绿地",
    "1403": "广场用地",
    "16": "留白用地",
}
SURVEY_NAMES = {
    "0101": "水田",
    "0103": "旱地",
    "0201": "果园",
    "0204": "其他园地",
    "0301": "乔木林地",
    "0305": "灌木林地",
    "0307": "其他林地",
    "0404": "其他草地",
    "05H1": "商业服务业设施用地",
    "0508": "物流仓储用地",
    "0601": "工业用地",
    "0701": "城镇住宅用地",
    "0702": "农村宅基地",
    "08H1": "机关团体新闻出版用地",
    "08H2": "科教文卫用地",
    "0809": "公用设施用地",
    "0810": "公园与绿地",
    "0810A": "广场用地",
    "1001": "铁路用地",
    "1003": "公路用地",
    "1004": "城镇村道路用地",
    "1005": "交通服务场站用地",
    "1006": "农村道路",
    "1101": "河流水面",
    "1104": "坑塘水面",
    "1201": "空闲地",
}
BUILT_AS = {
    "07": "0701",
    "0801": "08H1",
    "0802": "08H2",
    "0803": "08H2",
    "0804": "08H2",
    "0806": "08H2",
    "09": "05H1",
    "10": "0601",
    "11": "0508",
    "1207": "1004",
    "1208": "1005",
    "13": "0809",
    "1401": "0810",
    "1402": "0810",
    "1403": "0810A",
    "16": "1201",
}
BATCH_AREAS = (box(1600, 390, 2950, 1200), box(1600, 1200, 3400, 2010), box(-1250, 435, -390, 1515))
RED_LINE_SPOTS = ((5150, 2950, 420), (-2550, 3150, 380), (-150, 3250, 230), (4900, -1850, 480))


@dataclass
class Lot:
    """A plan parcel: its shape, code and where it lies."""

    shape: Polygon
    code: str
    area: str
    number: str = ""
    block: int = 0


@dataclass
class Land:
    """Everything that is ground."""

    lots: list[Lot]
    mosaic: Mosaic
    survey: list[Polygon] = field(default_factory=list)
    survey_code: list[str] = field(default_factory=list)
    survey_group: list[tuple[str, str]] = field(default_factory=list)


def code_main(u: float, v: float, pick: random.Random) -> str:
    """Plan code of a block of the main block of the park."""
    if u < 240:
        return "1302" if v < 110 else "1401"
    if u < 1130:
        if v < 390:
            return "100101"
        if v < 660:
            return "1402"
        return pick.choice(["070102"] * 6 + ["080403", "090101", "1401"])
    if u < 1590:
        return "100101" if v < 660 else pick.choice(["0902", "0802", "090101", "0801", "1401", "0803"])
    if v < 390:
        return "110101"
    if u > 2950 and v < 930:
        return "100103"
    if u > 2950 and v > 2010:
        return "16" if u > 3400 else "100102"
    return "100101" if u < 2050 else "100102"


def code_of(area: str, u: float, v: float, pick: random.Random) -> str:
    """Plan code of a block."""
    if area == "1":
        return code_main(u, v, pick)
    if area == "2":
        return "1402" if u > -390 else "110101" if v < 435 else "100102"
    if area == "3":
        return "110101" if v < -1110 else "1401" if v > -640 else "100101"
    return pick.choice(
        {
            "A": ["100102"] * 8 + ["1401"],
            "C": ["100101"] * 5 + ["110101", "1401"],
            "D": ["100101"] * 5 + ["0802", "1401"],
            "E": ["100102"] * 6 + ["1401"],
        }[area]
    )


SPLITS = {"0": (2, 3, 4), "1": (2, 3, 4)}
EXTRAS = {
    "07": ["0702", "080404", "1401", "090101"],
    "10": ["1401", "1303", "120803"],
    "09": ["1403"],
    "11": ["120803"],
}


def block_lots(shape: Polygon, code: str, area: str, number: int, pick: random.Random) -> list[Lot]:
    """The lots of one block; in large blocks now and then one lot serves something else."""
    hectares = shape.area / 1e4
    count = (
        1
        if hectares < 2 or code in ("1401", "1402", "1302", "16")
        else 2
        if hectares < 5
        else pick.choice((2, 3, 3, 4))
    )
    made = [Lot(part, code, area, block=number) for part in lay.lots(shape, count, pick)]
    if count > 2 and pick.random() < 0.3 and code[:2] in EXTRAS and area in "123" and code != "100103":
        least = min(made, key=lambda lot: lot.shape.area)
        least.code = pick.choice(EXTRAS[code[:2]])
    return made


def plan_lots(pick: random.Random) -> list[Lot]:
    """All plan parcels: lots and street pieces, of the park and of the land the proposals would add."""
    whole = (
        ("1", lay.BLOCK_1, lay.STREETS_1),
        ("2", lay.BLOCK_2, lay.STREETS_2),
        ("3", lay.BLOCK_3, lay.STREETS_3),
        ("A", lay.EXPAND_A, lay.STREETS_A),
        ("C", lay.EXPAND_C, lay.STREETS_C),
        ("D", lay.EXPAND_D, lay.STREETS_D),
        ("E", lay.EXPAND_E, lay.STREETS_E),
    )
    made: list[Lot] = []
    for area, region, streets in whole:
        blocks, ways = lay.dissected(region, streets)
        start = len(made)
        for number, shape in enumerate(blocks, 1):
            u, v = shape.centroid.x, shape.centroid.y
            made += block_lots(shape, code_of(area, u, v, pick), area, number, pick)
        for i, lot in enumerate(made[start:], 1):
            lot.number = f"{area}-{lot.block:02d}-{i:03d}"
        made += [Lot(shape, "1207", area, f"{area}-L-{i:03d}") for i, shape in enumerate(ways, 1)]
    return made


def ground(pick: random.Random) -> Land:
    """Plan parcels and the mosaic from which all drawn layers are cut."""
    lots = plan_lots(pick)
    drawn = [lot.shape for lot in lots] + [shape for p in lay.PROPOSALS for _, shape in p.blocks]
    drawn += [*lay.BLOCKS.values(), *BATCH_AREAS, *(zone for _, _, zone in lay.ZONES), lay.FARM_A]
    drawn += [insets(lot.shape) for lot in lots if any(a.covers(lot.shape) for a in BATCH_AREAS)]
    return Land(lots, Mosaic(drawn))


def insets(shape: Polygon) -> Polygon:
    """A lot less the six metres along its northern side that stay with the batch as a scrap."""
    u0, v0, u1, v1 = shape.bounds
    return box(u0, v0, u1, v1 - 6) & shape


# -- the survey ---------------------------------------------------------------


def scattered(pick: random.Random) -> np.ndarray:
    """Seeds of the fields: a jittered grid, closer around the villages."""
    step, found = 275, []
    for u in range(-2900 - 2 * step, 5600 + 2 * step, step):
        for v in range(-2300 - 2 * step, 3500 + 2 * step, step):
            found.append((u + pick.uniform(0, step), v + pick.uniform(0, step)))
    for u0, v0 in lay.VILLAGES.values():
        for i in range(6):
            for j in range(5):
                found.append(
                    (u0 + 62 * (i - 2.5) + pick.uniform(-24, 24), v0 + 58 * (j - 2) + pick.uniform(-22, 22))
                )
    return np.round(np.array(found), 2)


def wandering(line: LineString, pick: random.Random) -> LineString:
    """A straight field edge with the bends that field edges have."""
    points = list(line.coords)
    if line.length < 50:
        return line
    (u0, v0), (u1, v1) = points
    count = max(1, int(line.length // 45))
    bent = [points[0]]
    for i in range(1, count + 1):
        t, away = i / (count + 1), pick.uniform(-0.055, 0.055)
        bent.append((u0 + (u1 - u0) * t - (v1 - v0) * away, v0 + (v1 - v0) * t + (u1 - u0) * away))
    return LineString([*bent, points[1]])


def field_edges(pick: random.Random) -> Geometry:
    """Edges of all fields, as if there were nothing else."""
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(scattered(pick)), extend_to=lay.REGION, only_edges=True
    )
    segments = []
    for line in shapely.get_parts(shapely.line_merge(cells)):
        points = shapely.get_coordinates(line)
        segments += [LineString(points[i : i + 2]) for i in range(len(points) - 1)]
    return shapely.union_all([wandering(s, pick) for s in segments], grid_size=GRID_M)


def crossed(shape: Polygon, horizontal: bool) -> list[Geometry]:
    """Cuts every 500 m across a long strip: survey polygons end at the border of a village group."""
    cuts = range(-2800, 5600, 500) if horizontal else range(-2100, 3500, 500)
    lines = [LineString([(c, -2300), (c, 3500)] if horizontal else [(-2900, c), (5600, c)]) for c in cuts]
    return [shape & line for line in lines]


def farm_tracks(solid: Geometry) -> Geometry:
    """Rural roads between the villages, five metres wide, where nothing else lies."""
    tracks = shapely.union_all(
        [LineString(points).buffer(2.5, cap_style="flat", join_style="mitre") for points in lay.FARM_ROADS]
    )
    return shapely.union_all([p for p in parts(tracks - solid) if p.area > 800])


def survey(land: Land, built: list[bool], pick: random.Random) -> None:
    """Fill the region with survey polygons; ground on which nothing was ever built keeps its fields."""
    town = [
        (lot.shape, code_built(lot.code) if b else pick.choice(["1201", "0404"]))
        for lot, b in zip(land.lots, built, strict=True)
        if lot.area in "123" and not lay.WILD.intersects(lot.shape.buffer(-1))
    ]
    town_ground = shapely.union_all([shape for shape, _ in town])
    roads = shapely.union_all([lay.EXPRESSWAY, lay.NATIONAL_ROAD, lay.COUNTY_ROAD])
    special = [(lay.FARM_A, "0101"), (lay.FARM_D, "0101"), (lay.FARM_E, "0103")]
    strips = [(lay.RIVER, "1101"), (lay.RAILWAY, "1001"), (roads, "1003")]
    solid = shapely.union_all([town_ground, *(s for s, _ in special + strips)])
    tracks = farm_tracks(solid.buffer(1))
    solid = solid | tracks
    edges = [(field_edges(pick) & lay.REGION) - solid, lay.REGION.boundary, tracks.boundary]
    edges += [shape.boundary for shape, _ in town + special + strips]
    edges += crossed(lay.RIVER, False) + crossed(lay.EXPRESSWAY, False) + crossed(lay.COUNTY_ROAD, False)
    edges += crossed(lay.RAILWAY, True) + crossed(lay.NATIONAL_ROAD, True)
    found = [f for f in faces(edges) if lay.REGION.covers(f.representative_point())]
    land.survey = sorted(merged_small(found, 150), key=lay.corner)
    land.survey_code = [
        c or field_code(f, pick)
        for f, c in zip(
            land.survey, classed(land.survey, special + town + strips + [(tracks, "1006")]), strict=True
        )
    ]
    land.survey_group = [nearest_group(f) for f in land.survey]


def classed(shapes: list[Polygon], known: list[tuple[Geometry, str]]) -> list[str | None]:
    """The class of the first known ground that holds a point of each shape."""
    tree = shapely.STRtree([ground for ground, _ in known])
    points = shapely.point_on_surface(np.array(shapes, dtype=object))
    hit: dict[int, int] = {}
    for shape, ground_no in tree.query(points, "intersects").T:
        hit[int(shape)] = min(int(ground_no), hit.get(int(shape), len(known)))
    return [known[hit[i]][1] if i in hit else None for i in range(len(shapes))]


def code_built(code: str) -> str:
    """The survey class of a built lot."""
    return BUILT_AS.get(code[:4], BUILT_AS.get(code[:2], "0601"))


def field_code(shape: Polygon, pick: random.Random) -> str:
    """The survey class of a field, a wood, a pond or a farmstead."""
    spot = shape.representative_point()
    draw = pick.random()
    if any((spot.x - u) ** 2 + (spot.y - v) ** 2 < r * r for u, v, r in RED_LINE_SPOTS):
        return "0301"
    if shape.area < 9000 and any(
        abs(spot.x - u) < 210 and abs(spot.y - v) < 165 for u, v in lay.VILLAGES.values()
    ):
        return "0702" if draw < 0.72 else "0204" if draw < 0.9 else "1104"
    hill = (spot.x - 1200) ** 2 / 3900**2 + (spot.y - 500) ** 2 / 2700**2
    if draw < 0.05:
        return "1104" if shape.area < 42000 else "0101"
    if draw < 0.05 + 0.42 * max(0.0, hill - 0.55):
        return "0305" if pick.random() < 0.25 else "0301"
    if draw > 0.93:
        return "0404" if draw > 0.97 else "0201"
    return "0103" if pick.random() < 0.3 + 0.2 * hill else "0101"


GROUPS = ("一组", "二组", "三组")
GROUP_CENTRES = [
    (name, group, u + du, v + dv)
    for name, (u, v) in lay.VILLAGES.items()
    for group, (du, dv) in zip(GROUPS, ((-350, 260), (380, 180), (0, -390)), strict=True)
]


def nearest_group(shape: Polygon) -> tuple[str, str]:
    """Village and group of a polygon."""
    spot = shape.representative_point()
    name, group, _, _ = min(GROUP_CENTRES, key=lambda g: (g[2] - spot.x) ** 2 + (g[3] - spot.y) ** 2)
    return name, group


def village_shapes(land: Land) -> list[tuple[str, str, Geometry]]:
    """Ground of every village group."""
    made = []
    for name, group, _, _ in GROUP_CENTRES:
        inside = [s for s, g in zip(land.survey, land.survey_group, strict=True) if g == (name, group)]
        if inside:
            made.append((name, group, shapely.normalize(shapely.coverage_union_all(inside))))
    return made


# -- control lines ------------------------------------------------------------


def farmland(land: Land) -> list[tuple[int, Geometry]]:
    """Permanent farmland in map coordinates with the survey polygon it stands on.

    Whole survey polygons at least 12 m clear of anything that may be built, and the three that decide
    the proposals. The western one was drawn in the neighbouring zone: straight there, a bow here.
    """
    keep_out = shapely.union_all([lay.PARK, lay.ADDED, *(zone for _, _, zone in lay.ZONES)]).buffer(12)
    made: list[tuple[int, Geometry]] = []
    for i, (shape, code) in enumerate(zip(land.survey, land.survey_code, strict=True)):
        decides = next(
            (f for f in (lay.FARM_A, lay.FARM_D, lay.FARM_E) if f.contains(shape.representative_point())),
            None,
        )
        if decides is lay.FARM_E:
            made.append((i, bowed(lay.FARM_E)))
        elif decides is not None:
            made.append((i, to_map(land.mosaic.cut(lay.FARM_A) if decides is lay.FARM_A else shape)))
        elif code in ("0101", "0103") and lay.FARMLAND_KNOWN.covers(shape) and not keep_out.intersects(shape):
            made.append((i, to_map(shape)))
    return made


def bowed(shape: Polygon, pieces: int = 60) -> Polygon:
    """A polygon whose edges are straight in zone 38, brought to zone 37 with dense vertices."""
    there = Transformer.from_crs(4546, 4547, always_xy=True)
    u0, v0, u1, v1 = shape.bounds
    corners = shapely.get_coordinates(to_map(box(u0, v0, u1, v1)))[:-1]
    far = np.column_stack(there.transform(corners[:, 0], corners[:, 1]))
    ring = []
    for i, start in enumerate(far):
        end = far[(i + 1) % 4]
        steps = np.linspace(0, 1, pieces, endpoint=False)[:, None]
        back = np.column_stack(there.transform(*(start + (end - start) * steps).T, direction="INVERSE"))
        back[0] = corners[i]
        ring.append(np.round(back, 4))
    return Polygon(np.vstack(ring))


def red_lines(land: Land) -> list[tuple[str, Geometry]]:
    """Ecological red lines: the woods around four spots."""
    made = []
    names = ("澜山水源涵养", "西岭水土保持", "澜溪湿地生物多样性维护", "云台山水土保持")
    for name, (u, v, r) in zip(names, RED_LINE_SPOTS, strict=True):
        inside = [
            s
            for s, c in zip(land.survey, land.survey_code, strict=True)
            if c in ("0301", "0305", "1101") and (s.centroid.x - u) ** 2 + (s.centroid.y - v) ** 2 < r * r
        ]
        joined = shapely.coverage_union_all(inside)
        made.append((name, max(shapely.get_parts(joined), key=lambda p: p.area)))
    return made


def numbers(shape: Geometry) -> tuple[float, float]:
    """Area in m² and ha of a shape in map coordinates."""
    return round(shape.area, 2), round(shape.area / 1e4, 4)


def ridge(code: str, area_m2: float, pick: random.Random) -> dict[str, Any]:
    """Ridge fields of a survey polygon: paddies and dry fields lose a share to ridges."""
    if code not in ("0101", "0103"):
        return {"KCDLBM": None, "KCXS": 0.0, "KCMJ": 0.0, "TBDLMJ": area_m2}
    share = round(pick.uniform(0.08, 0.14) if code == "0101" else pick.uniform(0.13, 0.22), 2)
    taken = round(area_m2 * share, 2)
    return {"KCDLBM": "1203", "KCXS": share, "KCMJ": taken, "TBDLMJ": round(area_m2 - taken, 2)}
