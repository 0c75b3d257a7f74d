"""A synthetic ortho image of the fictional park, drawn from its own ground.

Light comes from the south-east; shadows fall to the north-west. Everything is computed from the seed.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

os.environ["GDAL_PAM_ENABLED"] = "NO"  # nothing is written beside the image

import layout as lay
import ledger
import numpy as np
import rasterio
import shapely
from frame import COS, EPSG, SIN, box, parts, to_map
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.features import rasterize

NAME = "正射影像"
STEP_M = 2.5
WEST_M, SOUTH_M, EAST_M, NORTH_M = 509400.0, 3076200.0, 517000.0, 3082300.0
SHADOW_PX = 3
FLOWN = {10: date(2026, 10, 18), 11: date(2026, 11, 16)}
GROUND = {
    "0101": (128, 138, 84),
    "0103": (150, 128, 92),
    "0201": (96, 118, 70),
    "0204": (104, 122, 76),
    "0301": (58, 80, 50),
    "0305": (82, 100, 62),
    "0307": (74, 94, 58),
    "0404": (124, 130, 88),
    "1104": (66, 88, 84),
    "1101": (84, 102, 92),
    "1001": (134, 126, 118),
    "1003": (128, 128, 126),
    "1004": (134, 134, 132),
    "1005": (146, 146, 142),
    "1006": (178, 168, 146),
    "0810": (88, 112, 62),
    "0810A": (170, 166, 154),
    "0702": (142, 132, 108),
    "0701": (138, 140, 124),
    "1201": (152, 146, 104),
}
HARVESTED = (170, 152, 108)
PAVED = (158, 156, 150)
EARTH, LEVELLED = (178, 148, 108), (206, 176, 134)
ROOFS = {
    "10": ((92, 132, 176), (98, 140, 184), (196, 200, 202), (86, 120, 160), (178, 182, 186), (150, 90, 78)),
    "11": ((186, 190, 194), (168, 174, 180), (104, 140, 176)),
    "07": ((170, 128, 108), (186, 160, 142), (176, 172, 164)),
    "village": ((152, 104, 88), (168, 160, 150), (132, 118, 108), (96, 100, 110)),
    "other": ((176, 178, 176), (160, 150, 140), (144, 158, 170)),
}


class Canvas:
    """Pixels of the image and the shapes that are painted on it."""

    def __init__(self) -> None:
        self.width, self.height = round((EAST_M - WEST_M) / STEP_M), round((NORTH_M - SOUTH_M) / STEP_M)
        self.affine = Affine(STEP_M, 0.0, WEST_M, 0.0, -STEP_M, NORTH_M)
        self.colour = np.zeros((self.height, self.width, 3), dtype=np.float32)

    def number(self, shapes: list[Any], all_touched: bool = False) -> np.ndarray:
        """The number of the last shape on each pixel, counted from 1; 0 where there is none."""
        pairs = [(to_map(shape), i) for i, shape in enumerate(shapes, 1)]
        size = (self.height, self.width)
        if not pairs:
            return np.zeros(size, dtype=np.int32)
        return rasterize(pairs, size, transform=self.affine, dtype="int32", all_touched=all_touched)

    def fill(self, shapes: list[Any], colours: list[tuple[float, ...]]) -> np.ndarray:
        """Paint shapes; gives where."""
        found = self.number(shapes)
        table = np.vstack([np.zeros(3), *colours]).astype(np.float32)
        where = np.flatnonzero(found)
        self.colour.reshape(-1, 3)[where] = table[found.ravel()[where]]
        return found


def noise(size: tuple[int, int], cell: int, pick: np.random.Generator) -> np.ndarray:
    """Smooth noise from -1 to 1 with lumps of some pixels."""
    rows, columns = size[0] // cell + 3, size[1] // cell + 3
    coarse = pick.random((rows, columns), dtype=np.float32) * 2 - 1
    for axis, length in ((0, size[0]), (1, size[1])):
        place = np.arange(length, dtype=np.float32) / cell
        left = place.astype(np.int32)
        t = place - left
        t = t * t * (3 - 2 * t)
        t = t[:, None] if axis == 0 else t
        coarse = np.take(coarse, left, axis) * (1 - t) + np.take(coarse, left + 1, axis) * t
    return coarse


def along(canvas: Canvas, period_m: float, turn: np.ndarray) -> np.ndarray:
    """Furrows: waves along the local axes, each field its own way."""
    east = WEST_M + (np.arange(canvas.width, dtype=np.float32) + 0.5) * STEP_M - 512000.0
    north = NORTH_M - (np.arange(canvas.height, dtype=np.float32)[:, None] + 0.5) * STEP_M - 3078000.0
    u, v = COS * east + SIN * north, COS * north - SIN * east
    return np.sin((u * np.cos(turn) + v * np.sin(turn)) * (2 * np.pi / period_m), dtype=np.float32)


def paint(scene: Any, as_of: date, pick: np.random.Generator) -> np.ndarray:
    """Draw the ground of a period, (rows, columns, 3) bytes."""
    canvas = Canvas()
    size = (canvas.height, canvas.width)
    fine, middle, broad = noise(size, 3, pick), noise(size, 14, pick), noise(size, 150, pick)
    speck = pick.random(size, dtype=np.float32) * 2 - 1
    beyond(canvas, pick)
    fields(canvas, scene, as_of, pick)
    woods = canvas.number([s for s, c in survey(scene) if c in ("0301", "0305", "0307", "0201")]) > 0
    water = canvas.number([s for s, c in survey(scene) if c in ("1101", "1104")]) > 0
    streets(canvas)
    sites(canvas, scene, as_of, pick)
    villages(canvas, scene, pick)
    rough = np.where(woods, 17.0, 5.0) * fine + np.where(woods, 9.0, 3.5) * speck + 5.0 * middle + 7.0 * broad
    canvas.colour += np.where(water, 2.5 * middle + 3.0 * broad, rough)[..., None]
    if as_of.month == 10:
        canvas.colour *= np.array((0.98, 1.01, 0.97), dtype=np.float32)
    return np.clip(softened(canvas.colour), 0, 255).astype(np.uint8)


def survey(scene: Any) -> list[tuple[Any, str]]:
    """The survey's polygons with their class."""
    return list(zip(scene.land.survey, scene.land.survey_code, strict=True))


def beyond(canvas: Canvas, pick: np.random.Generator) -> None:
    """Fields and woods around the surveyed region, where no layer says what there is."""
    step, spots = 260.0, []
    around = lay.REGION.buffer(2200, join_style="mitre")
    u0, v0, u1, v1 = around.bounds
    for u in np.arange(u0, u1, step):
        for v in np.arange(v0, v1, step):
            if not lay.REGION.buffer(-300).contains(shapely.Point(u, v)):
                spots.append((u + pick.uniform(0, step), v + pick.uniform(0, step)))
    cells = list(shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(spots), extend_to=around)))
    hues = [GROUND["0101"], HARVESTED, HARVESTED, GROUND["0103"], GROUND["0301"], GROUND["0404"]]
    drawn = pick.integers(0, len(hues), len(cells))
    canvas.fill(cells, [tuple(np.array(hues[n]) + pick.normal(0, 7) + pick.normal(0, 3, 3)) for n in drawn])
    far = range(-4500, 6001, 50)
    river = shapely.LineString([(-130 + lay.bend(v, 40, 620, 150), float(v)) for v in far])
    express = shapely.LineString([(5130 + lay.bend(v, 70, 2100, 900), float(v)) for v in far])
    national = shapely.LineString([(-6000.0, -628.0), *lay.NATIONAL_ROAD_LINE, (9000.0, -426.0)])
    railway = shapely.LineString([(-6000.0, -395.0), *lay.RAILWAY_LINE, (9000.0, -130.0)])
    lines = ((river, 36, "1101"), (national, 11, "1003"), (railway, 8, "1001"), (express, 17, "1003"))
    for line, half_m, kind in lines:
        canvas.fill([line.buffer(half_m)], [GROUND[kind]])


def fields(canvas: Canvas, scene: Any, as_of: date, pick: np.random.Generator) -> None:
    """All survey polygons in the colours of their class, each a little different; furrows on cropland."""
    polygons = survey(scene)
    colours, turns = [], [0.0]
    ripe = pick.random(len(polygons))
    for (_, code), draw in zip(polygons, ripe, strict=True):
        colour = np.array(GROUND.get(code, PAVED), dtype=float)
        if code == "0101" and draw > (0.55 if as_of.month == 10 else 0.2):  # harvested
            colour = np.array(HARVESTED, dtype=float)
        colours.append(tuple(colour + pick.normal(0, 6) + pick.normal(0, 3, 3)))
        turns.append(float(pick.choice((0.0, 0.35, 1.2, 1.57))))
    found = canvas.fill([s for s, _ in polygons], colours)
    cropped = np.array([False, *(code in ("0101", "0103", "0204") for _, code in polygons)])
    furrows = along(canvas, 11.0, np.array(turns, dtype=np.float32)[found])
    canvas.colour += (furrows * 5.0 * cropped[found])[..., None]
    edges = canvas.number([s.boundary for s, c in polygons if c in ("0101", "0103")]) > 0
    canvas.colour[edges] += np.array((-16, -8, -14), dtype=np.float32)


def streets(canvas: Canvas) -> None:
    """Streets with pavements, trees along them and a broken middle line."""
    made = [s for s in lay.STREETS_1 + lay.STREETS_2 + lay.STREETS_3]
    ground = [p for s in made for p in parts((s.area_shape & lay.PARK) - lay.WILD)]
    canvas.fill(ground, [(150, 152, 146)] * len(ground))
    lanes = [shapely.LineString(s.line).buffer(s.width_m / 2 - 4, cap_style="flat") for s in made]
    ways = [p for lane in lanes for p in parts((lane & lay.PARK) - lay.WILD)]
    canvas.fill(ways, [(116, 117, 119)] * len(ways))
    trees = []
    for lane in lanes:
        edge = (lane & lay.PARK) - lay.WILD
        rim = edge.buffer(2.2).boundary if not edge.is_empty else edge
        trees += [rim.interpolate(d).buffer(2.6, 3) for d in np.arange(0, rim.length, 13.0)]
    canvas.fill(trees, [(64, 88, 52)] * len(trees))
    lines = [shapely.LineString(s.line) & lay.PARK for s in made if s.grade == "主干路"]
    canvas.colour[canvas.number([line - lay.WILD for line in lines]) > 0] = (196, 194, 182)
    for strip, colour in ((lay.EXPRESSWAY, (112, 113, 116)), (lay.NATIONAL_ROAD, (120, 120, 120))):
        canvas.fill([strip], [colour])
    middle = canvas.number([shapely.LineString(lay.EXPRESSWAY_LINE).buffer(1.2)]) > 0
    canvas.colour[middle] = (92, 112, 74)


def sites(canvas: Canvas, scene: Any, as_of: date, pick: np.random.Generator) -> None:
    """Lots: halls and houses where something stands, earth where it is being built, weeds elsewhere."""
    rows = {id(lot): case for case, lot, _, _ in scene.supply}
    yards, yard_colours, roofs, roof_colours, works, weeds = [], [], [], [], [], []
    for lot, built in zip(scene.land.lots, scene.built, strict=True):
        own = np.random.default_rng(int(lot.shape.area) * 7 + int(lot.shape.bounds[0]))
        case = rows.get(id(lot))
        if (
            lot.area not in "123"
            or lot.code in ("1207", "1401", "1402", "16")
            or lay.WILD.intersects(lot.shape.buffer(-1))
        ):
            continue
        if not built:
            weeds.append(lot.shape.buffer(-2))
            continue
        half = case is not None and not case.row.startswith("finished")
        yards.append(lot.shape.buffer(-2.5, join_style="mitre"))
        tone = own.normal(0, 5)
        green = lot.code[:2] in ("07", "08")
        yard_colours.append(tuple(np.array((128, 138, 104) if green else PAVED) + tone))
        made = houses(lot, own)
        if half:
            works.append(yards[-1])
            made = made[: standing(case, len(made), as_of)]
        roofs += made
        kinds = ROOFS.get(lot.code[:2], ROOFS["other"])
        shade = own.normal(0, 6)
        hue = kinds[int(own.integers(len(kinds)))]
        roof_colours += [tuple(np.array(hue) + shade + own.normal(0, 4)) for _ in made]
    canvas.fill(yards, yard_colours)
    canvas.fill(works, [tuple(np.array(EARTH) + pick.normal(0, 6)) for _ in works])
    canvas.fill(weeds, [tuple(np.array((132, 132, 84)) + pick.normal(0, 8)) for _ in weeds])
    for case, lot, shape, _ in scene.supply:
        if as_of.month == 11 and case.later and not ledger.is_built(case):  # closed in November
            canvas.fill([shape.buffer(-4)], [LEVELLED])
            if case.later["CZFS"] == "D8":
                roofs += houses(lot, np.random.default_rng(len(roofs)))[:1]
                roof_colours += [(196, 200, 202)] * (len(roofs) - len(roof_colours))
    stand(canvas, roofs, roof_colours, SHADOW_PX)


def standing(case: Any, planned: int, as_of: date) -> int:
    """How many of its buildings stand on a site that is being built, or where work was stopped."""
    if "construction" in case.row or case.later:  # work goes on, or was taken up again in November
        return planned // 3 + (0 if as_of.month == 10 else max(1, planned // 2))
    return max(1, planned // 2)


def houses(lot: Any, own: np.random.Generator) -> list[Any]:
    """Buildings of a lot: long halls for industry, slabs in rows for housing, blocks elsewhere."""
    u0, v0, u1, v1 = lot.shape.bounds
    inner = lot.shape.buffer(-14, join_style="mitre")
    if inner.is_empty:
        return []
    kind = lot.code[:2]
    if kind in ("10", "11"):
        deep, long, gap_u, gap_v = 46.0 + own.integers(0, 30), 90.0 + own.integers(0, 70), 18.0, 22.0
    elif kind == "07":
        deep, long, gap_u, gap_v = 13.0, 46.0 + own.integers(0, 16), 14.0, 30.0
    else:
        deep, long, gap_u, gap_v = 24.0, 38.0, 22.0, 30.0
    made = []
    for v in np.arange(v0 + 14, v1 - 14 - deep * 0.6, deep + gap_v):
        for u in np.arange(u0 + 14, u1 - 14 - long * 0.5, long + gap_u):
            house = box(u, v, min(u + long, u1 - 14), min(v + deep, v1 - 14)) & inner
            if house.area > 0.5 * deep * long * 0.5 and own.random() < 0.92:
                made.append(house)
    return made


def stand(canvas: Canvas, shapes: list[Any], colours: list[tuple[float, ...]], shadow_px: int) -> None:
    """Paint roofs with their shadow, and the ridge that makes one half lighter."""
    found = canvas.number(shapes)
    shade = np.zeros(found.shape, dtype=bool)
    for step in range(1, shadow_px + 1):
        shade[:-step, :-step] |= found[step:, step:] > 0
    canvas.colour[shade & (found == 0)] *= np.float32(0.52)
    canvas.fill(shapes, colours)
    lit = [box(s.bounds[0], s.bounds[1], s.bounds[2], (s.bounds[1] + s.bounds[3]) / 2) & s for s in shapes]
    canvas.colour[canvas.number(lit) > 0] += np.float32(12.0)


def villages(canvas: Canvas, scene: Any, pick: np.random.Generator) -> None:
    """Farmhouses with yards on rural housing land."""
    roofs, colours = [], []
    for shape, code in survey(scene):
        if code != "0702":
            continue
        u0, v0, u1, v1 = shape.bounds
        for u in np.arange(u0 + 4, u1, 19.0):
            for v in np.arange(v0 + 4, v1, 21.0):
                house = box(u, v, u + 9 + pick.integers(0, 5), v + 7 + pick.integers(0, 4))
                if shape.contains(house.buffer(2)) and pick.random() < 0.78:
                    roofs.append(house)
                    hue = ROOFS["village"][int(pick.integers(4))]
                    colours.append(tuple(np.array(hue) + pick.normal(0, 7)))
    stand(canvas, roofs, colours, 1)


def softened(colour: np.ndarray) -> np.ndarray:
    """What a lens does: each pixel takes a little from its neighbours."""
    padded = np.pad(colour, ((1, 1), (1, 1), (0, 0)), mode="edge")
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    return (across[:-2] + 2 * across[1:-1] + across[2:]) / 16


def write(path: Path, scene: Any, as_of: date, seed: int) -> None:
    """Write the image as a GeoTIFF of JPEG tiles with overviews."""
    pixels = paint(scene, as_of, np.random.default_rng(seed))
    options = {
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "compress": "jpeg",
        "photometric": "ycbcr",
    }
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=pixels.shape[1],
        height=pixels.shape[0],
        count=3,
        dtype="uint8",
        crs=f"EPSG:{EPSG}",
        transform=Affine(STEP_M, 0.0, WEST_M, 0.0, -STEP_M, NORTH_M),
        jpeg_quality=64,
        **options,
    ) as file:
        file.write(np.moveaxis(pixels, -1, 0))
    with rasterio.Env(JPEG_QUALITY_OVERVIEW="64"), rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4, 8, 16], Resampling.average)
