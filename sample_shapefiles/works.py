"""Factories, networks, enterprises and projects of one period."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

import land as ground
import layout as lay
import ledger
import networks
import shapely
from delivery import Delivery, table
from frame import box, middle, to_map
from shapely import Geometry, LineString, Point

if TYPE_CHECKING:
    from deliveries import Scene

OFFICE, WATER = "澜溪经开区管委会（虚构）", "澜溪经开区水务公司（虚构）"
LIGHTS, ECONOMY = "澜溪经开区市政管理中心", "澜溪经开区经济发展局"
PHASES = (("一期", "建成"), ("二期", "建成"), ("三期", "在建"))


def all_of(scene: Scene, as_of: date) -> list[Delivery]:
    """The files."""
    november = as_of.month == 11
    return [
        factories(scene, november),
        roads(scene),
        lamps(scene, as_of),
        sewers(),
        manholes(),
        sewage(scene),
        enterprises(scene),
        requests(scene, november),
        projects(scene, as_of),
        landmarks(),
    ]


def factory_lots(scene: Scene) -> list[ground.Lot]:
    """Three built lots of light industry for the three phases."""
    taken = {id(lot) for _, lot, _, _ in scene.supply}
    found = [
        lot
        for lot, b in zip(scene.land.lots, scene.built, strict=True)
        if b and lot.area == "1" and lot.code == "100101" and id(lot) not in taken
    ]
    return sorted(found, key=lambda lot: -lot.shape.area)[:3]


def factories(scene: Scene, november: bool) -> Delivery:
    """Standard factories in three phases, eight buildings each; some more are let by November."""
    rows, shapes = [], []
    for lot, (phase, status) in zip(factory_lots(scene), PHASES, strict=True):
        u0, v0, u1, v1 = (round(x) for x in lot.shape.bounds)
        wide, deep = (u1 - u0 - 62) // 2, (v1 - v0 - 94) // 4
        for i in range(8):
            u, v = u0 + 20 + (i % 2) * (wide + 22), v0 + 20 + (i // 2) * (deep + 18)
            shapes.append(to_map(box(u, v, u + wide, v + deep)))
            floor = round(shapes[-1].area * 3, 0)
            part = (1.0, 1.0, 0.6, 1.0, 0.0, 1.0, 0.5, 1.0)[i] if status == "建成" else 0.0
            part = 1.0 if november and part == 0.6 else part
            firm = scene.firms[40 + i + 8 * (phase == "二期")]
            rows.append(
                {
                    "CFMC": "智谷标准厂房",
                    "QC": phase,
                    "JSZT": status,
                    "DH": f"{phase[0]}-{i + 1}",
                    "CS": 3,
                    "JZMJ": floor,
                    "KZSMJ": floor,
                    "YZMJ": round(floor * part, 0),
                    "QSDW": "澜溪园区投资公司（虚构）",
                    "RZQY": firm.name if part else None,
                    "信用代码": firm.credit_code if part else None,
                    "ZQQ": date(2024, 3, 1) if part else None,
                    "ZQZ": date(2029, 2, 28) if part else None,
                    "SCZT": ("停产" if i == 3 and phase == "一期" else "正常") if part else None,
                    "KZQSY": date(2025, 9, 1) if status == "建成" and part < 1 else None,
                    "ZRDW": ECONOMY,
                    "完成时限": date(2026, 12, 31),
                }
            )
    return Delivery(
        "标准厂房",
        "standard_factory",
        shapes,
        table(rows),
        OFFICE,
        date(2026, 9, 30),
        encoding="GBK",
        ledger=True,
    )


def roads(scene: Scene) -> Delivery:
    """Road centre lines."""
    rows = [
        {
            "DLBH": f"DL{i:03d}",
            "路名": way.name,
            "DLDJ": way.grade,
            "LFKD": float(way.width_m),
            "ZT": way.status,
            "PQ": way.area,
        }
        for i, way in enumerate(scene.roads, 1)
    ]
    return Delivery(
        "道路中心线",
        "road",
        [to_map(way.line) for way in scene.roads],
        table(rows),
        OFFICE,
        date(2026, 8, 31),
        encoding="GBK",
    )


def lamps(scene: Scene, as_of: date) -> Delivery:
    """Street lamps."""
    rows = [
        {
            "DGBH": f"LD{i:05d}",
            "路名": lamp.road,
            "ZS": 1,
            "GL": lamp.power,
            "DG": lamp.height_m,
            "BDFS": lamp.layout,
            "DJLX": "截光型",
            "LDZT": lamp.state,
            "GYDW": LIGHTS,
            "XCRQ": as_of - timedelta(days=9),
        }
        for i, lamp in enumerate(scene.lamps, 1)
    ]
    return Delivery(
        "路灯",
        "street_lamp",
        [to_map(lamp.spot) for lamp in scene.lamps],
        table(rows),
        LIGHTS,
        as_of - timedelta(days=9),
        ledger=True,
    )


def manhole_numbers() -> tuple[
    list[networks.Pipe], dict[tuple[float, float], float], dict[tuple[float, float], str]
]:
    """Pipes, levels and manhole numbers, from the plant outward."""
    network = networks.pipes()
    level = networks.levels(network)
    order = sorted(level, key=lambda spot: (level[spot], spot))
    return network, level, {spot: f"WS{i:04d}" for i, spot in enumerate(order, 1)}


def sewers() -> Delivery:
    """Sewer pipes, drawn with the flow."""
    network, level, number = manhole_numbers()
    rows = [
        {
            "GDBH": f"W{i:04d}",
            "GDLB": "污水",
            "GJ": float(p.diameter_mm),
            "PD": p.slope,
            "GC": "HDPE" if p.diameter_mm < 600 else "钢筋混凝土",
            "ZT": "现状",
            "SYJH": number[p.upstream],
            "XYJH": number[p.downstream],
            "SYGD": level[p.upstream],
            "XYGD": level[p.downstream],
            "JCNF": 2019,
            "JRSS": "澜溪经开区污水处理厂",
        }
        for i, p in enumerate(network, 1)
    ]
    shapes = [to_map(LineString([p.upstream, p.downstream])) for p in network]
    return Delivery("污水管网", "sewer_pipe", shapes, table(rows), WATER, date(2026, 7, 31))


def manholes() -> Delivery:
    """Manholes with levels."""
    _, level, number = manhole_numbers()
    rows = [
        {
            "JH": no,
            "JLB": "污水",
            "DMBG": round(level[spot] + 2.4 + int(no[2:]) % 5 * 0.2, 3),
            "JDBG": level[spot],
        }
        for spot, no in number.items()
    ]
    return Delivery(
        "污水检查井",
        "manhole",
        [to_map(Point(spot)) for spot in number],
        table(rows),
        WATER,
        date(2026, 7, 31),
    )


def sewage(scene: Scene) -> Delivery:
    """The plant and its service area."""
    site = next(lot.shape for lot in scene.land.lots if lot.code == "1302" and lot.area == "1")
    area = shapely.union_all([box(-1560, -70, 3660, 2460), box(560, -1560, 2140, -70)])
    base = {
        "SSMC": "澜溪经开区污水处理厂",
        "XZ": "自建",
        "ZT": "运行",
        "SJGM": 20000.0,
        "SJCLL": 13600.0,
        "PFBZ": "GB 18918一级A",
        "ZXJK": "联网",
        "PWKBH": "示例PWK-001",
        "ZRDW": WATER,
    }
    rows = [base | {"BW": "厂区"}, base | {"BW": "服务范围"}]
    shapes = [to_map(site), to_map(area)]
    return Delivery(
        "污水集中处理设施",
        "sewage_facility",
        shapes,
        table(rows),
        WATER,
        date(2026, 9, 30),
        encoding="GBK",
        ledger=True,
    )


def enterprises(scene: Scene) -> Delivery:
    """Forty enterprises on their lots with three years of tax."""
    pick = random.Random(scene.seed)
    own = [(i, shape) for i, (case, _, shape, _) in enumerate(scene.supply) if i >= 27]
    taken = {id(lot) for _, lot, _, _ in scene.supply}
    others = [
        lot
        for lot, b in zip(scene.land.lots, scene.built, strict=True)
        if b and lot.area in "123" and lot.code[:2] in ("10", "11") and id(lot) not in taken
    ]
    sites = own + [(40 + i, lot.shape) for i, lot in enumerate(pick.sample(others, 40 - len(own)))]
    rows = []
    for i, (firm_no, shape) in enumerate(sites):
        firm, tax = scene.firms[firm_no], round(shape.area * 0.0015 * pick.uniform(6, 26), 2)
        output = round(tax * pick.uniform(14, 30), 1)
        rows.append(
            {
                "QYMC": firm.name,
                "信用代码": firm.credit_code,
                "HYDM": firm.industry_code,
                "HYLB": firm.industry,
                "ZDBH": parcel_number(scene, firm_no) if firm_no < 40 else None,
                "GM": "规上" if i % 3 else "规下",
                "SS2023": round(tax * 0.86, 2),
                "SS2024": round(tax * 0.94, 2),
                "SS2025": tax,
                "NCZ": output,
                "YYSR": round(output * 0.97, 1),
                "ZJZ": round(output * 0.24, 1),
                "ZHNH": round(output * 0.031, 1),
                "CYRS": int(40 + output / 95),
            }
        )
    shapes = [to_map(Point(middle(shape))) for _, shape in sites]
    return Delivery(
        "园区企业",
        "enterprise",
        shapes,
        table(rows),
        ECONOMY,
        date(2026, 9, 30),
        encoding="GBK",
        ledger=True,
    )


def parcel_number(scene: Scene, index: int) -> str:
    """The number that the supply ledger gives a parcel."""
    told = ledger.at(scene.supply[index][0], index + 1, False, 1.0)
    return f"GD-{told['GDRQ'].year}-{index + 1:03d}"


def requests(scene: Scene, november: bool) -> Delivery:
    """Requests of enterprises; two more are settled by November."""
    rows, shapes = [], []
    for i, (spot, told) in enumerate(networks.requests()):
        done = (
            {"BLZT": "已办结", "BJRQ": date(2026, 11, 6 + i), "MYD": "基本满意"} if november and i > 9 else {}
        )
        rows.append(told | {"QYMC": scene.firms[40 + i].name} | done)
        shapes.append(to_map(Point(spot)))
    return Delivery(
        "企业诉求",
        "enterprise_request",
        shapes,
        table(rows),
        OFFICE,
        date(2026, 10, 31),
        encoding="GBK",
        ledger=True,
    )


PROJECTS = (
    ("兴园路路灯补建工程", "亮化", "急", (2105, 1470, 2485, 1470)),
    ("禾光路路灯通电及补建工程", "亮化", "急", (2500, 690, 2500, 1090)),
    ("滨河东路沿河绿带", "绿化", "重", (225, 400, 225, 1900)),
    ("迎宾大道入口景观节点", "美化", "重", (700, 60)),
    ("澜溪大道行道树补植", "绿化", "缓", (250, 1200, 3590, 1200)),
    ("站前路雨污混接整治", "净化", "急", (1150, 120, 2050, 120)),
    ("云岭大道立面整治", "美化", "缓", (1600, 400, 1600, 1700)),
    ("织造片区围墙美化", "美化", "缓", (-1200, 975, -420, 975)),
    ("纺城大道绿化提升", "绿化", "重", (-800, 320, -800, 2080)),
    ("物流大道扬尘治理", "净化", "重", (850, -1400, 850, -560)),
    ("南溪大道路灯节能改造", "亮化", "缓", (620, -1110, 2080, -1110)),
    ("智谷路口袋公园", "绿化", "重", (2050, 1600)),
    ("东园路防护绿带", "绿化", "缓", (3400, 420, 3400, 2300)),
    ("污水处理厂周边净化", "净化", "重", (118, 53)),
    ("兴业路夜景亮化", "亮化", "缓", (700, 930, 2000, 930)),
    ("货站路垃圾收集点改造", "净化", "缓", (1850, -1000)),
    ("鼎新路厂区绿化引导", "绿化", "缓", (2950, 1600)),
    ("管委会广场景观", "美化", "重", (1380, 1080)),
)


def projects(scene: Scene, as_of: date) -> Delivery:
    """The improvement list, points and lines in one GeoJSON file."""
    rows, shapes = [], []
    month = as_of.month - 10
    for i, (name, kind, rank, spots) in enumerate(PROJECTS, 1):
        done = min(100, (i * 37 % 90) + 18 * month) if i % 4 else 0
        status = "已完成" if done >= 100 else "实施中" if done else "暂缓" if i == 12 else "未实施"
        line: Geometry = Point(spots) if len(spots) == 2 else LineString([spots[:2], spots[2:]])
        shapes.append(to_map(line))
        rows.append(
            {
                "XMBH": f"TS2026-{i:02d}",
                "XMMC": name,
                "LB": kind,
                "PQ": "南溪区" if spots[1] < 0 else "主区",
                "YXJ": rank,
                "ZT": status,
                "ZRDW": (LIGHTS, OFFICE, WATER)[i % 3],
                "ZRR": f"责任人{i}（虚构）",
                "KGSX": date(2026, 3 + i % 6, 1),
                "WCSX": date(2026, 12, 31) if i % 3 else date(2027, 6, 30),
                "TZGS": 60.0 + 35 * i,
                "ZJLY": ("专项债", "自筹", "财政")[i % 3],
                "JD": float(done),
                "GXRQ": as_of,
            }
        )
    return Delivery(
        "环境提升项目清单",
        "improvement_project",
        shapes,
        table(rows),
        OFFICE,
        as_of,
        geojson=True,
        ledger=True,
    )


def landmarks() -> Delivery:
    """What the described bounds name: river, roads, railway, estates."""
    drawn: list[tuple[str, str, Geometry]] = [
        ("澜溪河", "河流", LineString(lay.RIVER_LINE)),
        ("澜云高速", "高速公路", LineString(lay.EXPRESSWAY_LINE)),
        ("湘澜铁路", "铁路", LineString(lay.RAILWAY_LINE)),
        ("G598国道", "国道", LineString(lay.NATIONAL_ROAD_LINE)),
        ("X027县道", "县道", LineString(lay.COUNTY_ROAD_LINE)),
        ("杨家抗旱渠", "沟渠", LineString([(-2900, 2950), (-1950, 2980), (-300, 3060)])),
        ("澜溪花园小区", "居民小区", box(720, 950, 1120, 1180)),
        ("云岭安置小区", "居民小区", box(280, 1490, 680, 1720)),
    ]
    rows = [{"MC": name, "LB": kind} for name, kind, _ in drawn]
    return Delivery(
        "地名与界线要素",
        "landmark",
        [to_map(shape) for _, _, shape in drawn],
        table(rows),
        OFFICE,
        date(2026, 6, 30),
        geojson=True,
    )
