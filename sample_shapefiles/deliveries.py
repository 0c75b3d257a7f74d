"""The files of one period, as the departments of the fictional county hand them in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

import control_lines
import land as ground
import layout as lay
import ledger
import networks
import shapely
import works
from control_lines import NATURE, SURVEY_DATE
from delivery import Delivery, table
from firms import Firm, firms
from frame import to_map
from shapely import Geometry

PARK_OFFICE = "澜溪经开区管委会（虚构）"
AROUND = [round(x) for x in to_map(lay.REGION.buffer(3000)).bounds]
SUPPLIED = (13, 19, 8)  # parcels supplied of each batch
BATCHES = (
    ("2019年第3批次", "湘政地〔2019〕示例318号", date(2019, 6, 18), date(2020, 1, 10)),
    ("2021年第6批次", "湘政地〔2021〕示例602号", date(2021, 9, 30), date(2022, 5, 20)),
    ("2023年第2批次", "湘政地〔2023〕示例207号", date(2023, 12, 20), date(2024, 6, 28)),
)


@dataclass
class Scene:
    """What both periods share: the ground, who stands where, the networks."""

    land: ground.Land
    supply: list[tuple[ledger.Case, ground.Lot, Geometry, int]]
    built: list[bool]
    firms: list[Firm]
    roads: list[networks.Way]
    lamps: list[networks.Lamp]
    ridges: list[dict[str, Any]]
    seed: int


def supplied_lots(made: ground.Land, pick: random.Random) -> list[tuple[ground.Lot, int]]:
    """Forty industrial lots inside the batches, in the order of the ledger."""
    chosen: list[tuple[ground.Lot, int]] = []
    for number, (area, count) in enumerate(zip(ground.BATCH_AREAS, SUPPLIED, strict=True)):
        inside = [lot for lot in made.lots if lot.code[:2] in ("10", "11") and area.covers(lot.shape)]
        chosen += [(lot, number) for lot in pick.sample(inside, count)]
    pick.shuffle(chosen)
    return chosen


def scene(pick: random.Random) -> Scene:
    """Draw the park once."""
    made = ground.ground(pick)
    lots = supplied_lots(made, pick)
    supply = [
        (case, lot, made.mosaic.cut(ground.insets(lot.shape) if i % 5 == 2 else lot.shape), number)
        for i, (case, (lot, number)) in enumerate(zip(ledger.LEDGER, lots, strict=True))
    ]
    standing = {id(lot): ledger.is_built(case) for case, lot, _, _ in supply}
    batch = shapely.union_all(list(ground.BATCH_AREAS))
    built = [
        lot.code == "1207" or standing.get(id(lot), not vacant(lot, batch) and pick.random() < 0.93)
        for lot in made.lots
    ]
    ground.survey(made, built, pick)
    ridges = [
        ground.ridge(c, round(to_map(s).area, 2), pick)
        for s, c in zip(made.survey, made.survey_code, strict=True)
    ]
    roads = networks.ways()
    return Scene(
        made,
        supply,
        built,
        firms(70, pick),
        roads,
        networks.lamps(roads, pick),
        ridges,
        pick.randrange(10**9),
    )


def vacant(lot: ground.Lot, batch: Geometry) -> bool:
    """Whether a lot lies on ground that is still to be supplied or has never been built on."""
    return bool(batch.covers(lot.shape) or lay.WILD.intersects(lot.shape.buffer(-1)))


def all_of(scene: Scene, as_of: date) -> list[Delivery]:
    """All files of a period."""
    november = as_of.month == 11
    items = [park(scene), survey(scene), batches(scene), supply(scene, november), plan(scene), reserve(scene)]
    items += [
        control_lines.boundary(scene),
        control_lines.farmland(scene),
        control_lines.red_line(scene),
        control_lines.exclusion(),
        control_lines.neighbours(),
        control_lines.villages(scene),
        proposals(scene),
    ]
    items += works.all_of(scene, as_of)
    for item in items:
        if item.complete_within is None:
            item.complete_within = AROUND
    return items


def park(scene: Scene) -> Delivery:
    """Boundary in three blocks."""
    made = [to_map(scene.land.mosaic.cut(shape)) for shape in lay.BLOCKS.values()]
    rows = [
        {
            "QKBH": f"{i}",
            "QKMC": name,
            "PZWH": "湘园区办〔2022〕示例1号",
            "PZRQ": date(2022, 3, 1),
            "MJGQ": round(shape.area / 1e4, 4),
        }
        for i, (name, shape) in enumerate(zip(lay.BLOCKS, made, strict=True), 1)
    ]
    return Delivery(
        "园区核准范围", "park_boundary", made, table(rows), PARK_OFFICE, date(2026, 9, 15), encoding="GBK"
    )


def survey(scene: Scene) -> Delivery:
    """The yearly change survey."""
    rows, shapes = [], []
    made = scene.land
    for i, shape in enumerate(made.survey):
        shapes.append(to_map(shape))
        village, group = made.survey_group[i]
        code, area = made.survey_code[i], round(shapes[-1].area, 2)
        state = (code[:2] in ("05", "06", "10") and code != "1006") or code in (
            "0701",
            "08H1",
            "08H2",
            "0809",
            "0810",
            "0810A",
        )
        rows.append(
            {
                "BSM": f"439999202511{i + 1:06d}",
                "TBBH": f"{i + 1:04d}",
                "DLBM": code,
                "DLMC": ground.SURVEY_NAMES[code],
                "QSXZ": "20" if state else "30",
                "QSDWMC": "国有" if state else village + group,
                "ZLDWMC": village,
                "TBMJ": area,
            }
            | scene.ridges[i]
            | {"SJNF": 2025}
        )
    whole = to_map(lay.REGION)
    return Delivery(
        "DLTB现状地类图斑",
        "survey_polygon",
        shapes,
        table(rows),
        NATURE,
        SURVEY_DATE,
        encoding="UTF-8",
        scheme="survey3",
        complete_within=whole.wkt,
    )


def batches(scene: Scene) -> Delivery:
    """Approved batches: what can be supplied, and apart from it streets and scraps."""
    mosaic = scene.land.mosaic
    streets = shapely.union_all([lot.shape for lot in scene.land.lots if lot.code == "1207"])
    shapes, rows = [], []
    for number, (area, (name, paper, on, paid)) in enumerate(zip(ground.BATCH_AREAS, BATCHES, strict=True)):
        scraps = shapely.union_all(
            [
                lot.shape - shape
                for i, (_, lot, shape, b) in enumerate(scene.supply)
                if b == number and i % 10 == 2
            ]
        )
        use, rest = area - streets - scraps, (area & streets) | scraps
        whole = round(area.area / 1e4, 4)
        for shape, no in ((use, "否"), (rest, "是")):
            shapes.append(to_map(mosaic.cut(shape)))
            money = (
                {"PZMJ": whole, "ZYMJ": round(whole * 0.91, 4), "GDMJ": round(whole * 0.38, 4), "ZSMJ": whole}
                if no == "否"
                else {}
            )
            rows.append(
                {
                    "PCMC": name,
                    "PZWH": paper,
                    "PZRQ": on,
                    "ZDBCRQ": paid,
                    "PZMJ": None,
                    "ZYMJ": None,
                    "GDMJ": None,
                    "ZSMJ": None,
                    "不可供应": no,
                    "ZRDW": NATURE,
                    "WCSX": date(2026, 12, 31),
                }
                | money
            )
    return Delivery(
        "报批批次",
        "approval_batch",
        shapes,
        table(rows),
        NATURE,
        date(2026, 9, 30),
        encoding="GBK",
        ledger=True,
    )


CHINESE = {
    "YDDGRQ": "约定动工",
    "SJDGRQ": "实际动工",
    "成交价款": "成交价",
    "闲置原因": "XZYY",
    "销号日期": "XHRQ",
    "责任单位": "ZRDW",
    "完成时限": "WCSX",
}


def supply(scene: Scene, november: bool) -> Delivery:
    """Supplied parcels with their ledger; national short names and Chinese ones side by side."""
    shapes, rows = [], []
    for i, (case, lot, shape, batch) in enumerate(scene.supply, 1):
        shapes.append(to_map(shape))
        area, firm = round(shapes[-1].area, 2), scene.firms[i - 1]
        told = ledger.at(case, i, november, area)
        begun = told["GDRQ"].year
        row = {
            "ZDBH": f"GD-{begun}-{i:03d}",
            "ZDMC": firm.name.split("（")[0] + "项目",
            "PCMC": BATCHES[batch][0],
            "QLR": firm.name,
            "信用代码": firm.credit_code,
            "YDDM": lot.code,
            "YDMC": ground.PLAN_NAMES[lot.code],
            "GHDM": lot.code,
            "GDFS": "出让",
            "HTBH": f"澜溪{begun}-示例{i:03d}",
            "DZJGH": f"439999{begun}B{i:05d}",
            "HTMJ": area,
            "DJMJ": area,
            "备注": case.row,
        } | told
        row |= {"JZMJ": round(area * 1.1, 0) if case.row == "finished" else None, "RJLXX": 1.0, "RJLSX": 2.0}
        rows.append({CHINESE.get(k, k): v for k, v in row.items()})
    return Delivery(
        "供地宗地",
        "supply_parcel",
        shapes,
        table(rows),
        "澜溪经开区自然资源分局（虚构）",
        date(2026, 11 if november else 10, 28),
        encoding="GBK",
        language_byte_only=True,
        scheme="landuse_2023",
        ledger=True,
    )


def plan(scene: Scene) -> Delivery:
    """Plan parcels of the park and of the land the proposals would add."""
    shapes = [to_map(scene.land.mosaic.cut(lot.shape)) for lot in scene.land.lots]
    rows = [
        {
            "DKBH": lot.number,
            "YDYHFLDM": lot.code,
            "YDYHFLMC": ground.PLAN_NAMES[lot.code],
            "TBMJ": round(s.area, 2),
            "RJLSX": 2.0 if lot.code[:2] in ("10", "11") else None,
            "PZWH": "澜政函〔2024〕示例66号",
            "PZRQ": date(2024, 8, 16),
        }
        for lot, s in zip(scene.land.lots, shapes, strict=True)
    ]
    return Delivery(
        "规划地块", "plan_parcel", shapes, table(rows), NATURE, date(2024, 8, 16), scheme="landuse_2023"
    )


def reserve(scene: Scene) -> Delivery:
    """Reserve parcels: vacant industrial lots outside the batches."""
    batch = shapely.union_all([*ground.BATCH_AREAS, lay.WILD])
    free = [
        lot
        for lot, b in zip(scene.land.lots, scene.built, strict=True)
        if not b
        and lot.area in "123"
        and lot.code[:2] in ("10", "11")
        and not batch.intersects(lot.shape.buffer(-1))
    ]
    shapes = [to_map(scene.land.mosaic.cut(lot.shape)) for lot in free]
    rows = [
        {
            "DKBH": f"CB-{i:02d}",
            "DKMC": f"储备地块{i}号",
            "DKMJ": round(s.area, 2),
            "YDDM": lot.code,
            "YDMC": ground.PLAN_NAMES[lot.code],
            "TPTJ": "五通一平" if i % 2 else "三通一平",
            "SFJD": "是" if i % 2 else "否",
        }
        for i, (lot, s) in enumerate(zip(free, shapes, strict=True), 1)
    ]
    return Delivery(
        "储备地块",
        "reserve_parcel",
        shapes,
        table(rows),
        "澜溪经开区土地储备中心（虚构）",
        date(2026, 9, 30),
        scheme="landuse_2023",
        ledger=True,
    )


def proposals(scene: Scene) -> Delivery:
    """The five variants."""
    rows, shapes = [], []
    for variant in lay.PROPOSALS:
        for number, (kind, shape) in enumerate(variant.blocks, 1):
            shapes.append(to_map(scene.land.mosaic.cut(shape)))
            rows.append(
                {
                    "FA": variant.id,
                    "QKBH": f"{variant.id}{number}",
                    "BGLX": kind,
                    "MC": f"{variant.name}{kind}",
                    "MJGQ": round(shapes[-1].area / 1e4, 4),
                }
            )
    return Delivery(
        "调区扩区方案图斑",
        "proposal_block",
        shapes,
        table(rows),
        PARK_OFFICE,
        date(2026, 10, 20),
        encoding="GBK",
    )
