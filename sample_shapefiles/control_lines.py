"""Control lines, other ground to keep clear of, other parks and villages, as files of one period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import land as ground
import layout as lay
import shapely
from delivery import Delivery, table
from frame import box, to_map

if TYPE_CHECKING:
    from deliveries import Scene

NATURE = "澜溪县自然资源局（虚构）"
SURVEY_DATE, LINE_DATE = date(2025, 12, 31), date(2025, 6, 30)


def boundary(scene: Scene) -> Delivery:
    """Urban development boundary by zone."""
    shapes = [to_map(scene.land.mosaic.cut(shape)) for _, _, shape in lay.ZONES]
    rows = [
        {
            "BSM": f"43999900KF{i:08d}",
            "XZQDM": "439999",
            "XZQMC": "澜溪县（虚构）",
            "GHFQDM": code,
            "GHFQMC": name,
            "MJ": round(s.area, 2),
            "QYWH": "湘自然资函〔2025〕示例88号",
            "QYRQ": LINE_DATE,
        }
        for i, ((code, name, _), s) in enumerate(zip(lay.ZONES, shapes, strict=True), 1)
    ]
    return Delivery("城镇开发边界", "urban_development_boundary", shapes, table(rows), NATURE, LINE_DATE)


def farmland(scene: Scene) -> Delivery:
    """Permanent basic farmland; the delivery ends at a straight border in the south."""
    rows, shapes = [], []
    for number, (i, shape) in enumerate(ground.farmland(scene.land), 1):
        shapes.append(shape)
        area, code = round(shape.area, 2), scene.land.survey_code[i]
        village, group = scene.land.survey_group[i]
        net = round(area * (1 - scene.ridges[i]["KCXS"]), 2)
        rows.append(
            {
                "BSM": f"43999900YN{number:08d}",
                "YJJBNTTBBH": f"YN{number:05d}",
                "DLBM": code,
                "DLMC": ground.SURVEY_NAMES[code],
                "QSXZ": "30",
                "QSDWMC": village + group,
                "ZLDWMC": village,
                "YJJBNTTBMJ": area,
                "YJJBNTMJ": net,
                "QYWH": "湘自然资函〔2025〕示例87号",
                "QYRQ": LINE_DATE,
            }
        )
    return Delivery(
        "永久基本农田",
        "permanent_basic_farmland",
        shapes,
        table(rows),
        NATURE,
        LINE_DATE,
        encoding="GBK",
        scheme="survey3",
        complete_within=to_map(lay.FARMLAND_KNOWN).wkt,
    )


def red_line(scene: Scene) -> Delivery:
    """Ecological red lines."""
    found = ground.red_lines(scene.land)
    shapes = [to_map(shape) for _, shape in found]
    rows = [
        {
            "BSM": f"43999900HX{i:08d}",
            "XJXZQDM": "439999",
            "LHLX": name[-4:],
            "MC": name,
            "MJ": round(s.area, 2),
            "QYWH": "湘自然资函〔2025〕示例86号",
            "QYRQ": LINE_DATE,
        }
        for i, ((name, _), s) in enumerate(zip(found, shapes, strict=True), 1)
    ]
    return Delivery("生态保护红线", "ecological_red_line", shapes, table(rows), NATURE, LINE_DATE)


def exclusion() -> Delivery:
    """Other ground to keep clear of."""
    drawn = [
        (
            "X4",
            "澜溪河河湖管理范围",
            lay.RIVER.buffer(6, join_style="mitre").simplify(0.5),
            "澜水函〔2024〕示例9号",
        ),
        ("X1", "澜溪水厂饮用水水源一级保护区", box(-260, 2950, 20, 3420), "湘政函〔2021〕示例31号"),
        (
            "X9",
            "澜云高速建筑控制区",
            shapely.LineString(lay.EXPRESSWAY_LINE).buffer(47, cap_style="flat"),
            "澜交函〔2023〕示例5号",
        ),
        ("X6", "云岭古桥保护范围", box(-1010, 2620, -930, 2680), "澜文物〔2020〕示例2号"),
    ]
    rows = [{"BRLX": kind, "MC": name, "JB": None, "YJWH": paper} for kind, name, _, paper in drawn]
    return Delivery(
        "避让区",
        "exclusion_zone",
        [to_map(s) for _, _, s, _ in drawn],
        table(rows),
        "县直各部门（虚构）",
        date(2026, 8, 31),
        encoding="GBK",
    )


def neighbours() -> Delivery:
    """Two other parks, elsewhere."""
    shapes = [to_map(box(6400, 2600, 7500, 3700)), to_map(box(-4600, -2500, -3700, -1800))]
    rows = [
        {"YQMC": "云台高新技术产业园（虚构）", "JB": "市级", "PZWH": "云政函〔2018〕示例4号"},
        {"YQMC": "禾塘农产品加工园（虚构）", "JB": "县级", "PZWH": "澜政函〔2020〕示例11号"},
    ]
    return Delivery(
        "其他园区范围", "other_park", shapes, table(rows), NATURE, date(2026, 6, 30), encoding="GBK"
    )


def villages(scene: Scene) -> Delivery:
    """Village groups."""
    found = ground.village_shapes(scene.land)
    names = list(lay.VILLAGES)
    rows = [
        {"XZQDM": f"439999101{names.index(name) + 1:03d}", "XZQMC": name, "XZMC": "澜溪镇", "CMZ": group}
        for name, group, _ in found
    ]
    return Delivery(
        "行政村界", "village", [to_map(shape) for _, _, shape in found], table(rows), NATURE, SURVEY_DATE
    )
