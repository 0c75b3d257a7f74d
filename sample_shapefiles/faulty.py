"""One fault a folder: small parks in which exactly the check of the folder's name finds something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import shapely
import tomli_w
from delivery import Delivery, write, write_answers
from facts import fact
from shapely import Geometry, Polygon

AS_OF = date(2026, 11, 30)
EAST_M, NORTH_M = 512000.0, 3078000.0
SOURCE = "虚构示例"
AROUND = [510000, 3076000, 516000, 3082000]


def box(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """Rectangle near the sample park, metres from its corner."""
    return shapely.box(EAST_M + x0, NORTH_M + y0, EAST_M + x1, NORTH_M + y1)


def layer(kind: str, rows: list[tuple[Geometry, dict[str, Any]]], **more: Any) -> Delivery:
    """A small delivery; the fields of the first row."""
    columns = {name: [told[name] for _, told in rows] for name in rows[0][1]}
    return Delivery(
        kind, kind, [shape for shape, _ in rows], columns, SOURCE, AS_OF, complete_within=AROUND, **more
    )


def park() -> Delivery:
    """A boundary of 100 ha."""
    return layer(
        "park_boundary", [(box(0, 0, 1000, 1000), {"QKBH": "1", "QKMC": "区块一（虚构）", "MJGQ": 100.0})]
    )


def surveyed(*rows: tuple[Geometry, str, str]) -> Delivery:
    """Survey polygons: shape, code, name."""
    return layer(
        "survey_polygon",
        [
            (s, {"TBBH": f"{i:04d}", "DLBM": c, "DLMC": n, "SJNF": 2025})
            for i, (s, c, n) in enumerate(rows, 1)
        ],
        scheme="survey3",
    )


def planned(*rows: tuple[Geometry, str, str]) -> Delivery:
    """Plan parcels: shape, code, name."""
    return layer(
        "plan_parcel",
        [(s, {"DKBH": f"A-{i:02d}", "YDYHFLDM": c, "YDYHFLMC": n}) for i, (s, c, n) in enumerate(rows, 1)],
        scheme="landuse_2023",
    )


FINISHED = {
    "YDDGRQ": date(2021, 4, 1),
    "SJDGRQ": date(2021, 3, 16),
    "SGXKZH": "示例建施20210001",
    "SGXKZRQ": date(2021, 3, 1),
    "是否动工": "是",
    "JGRQ": date(2023, 3, 20),
    "JDRQ": date(2020, 9, 12),
    "GDRQ": date(2020, 5, 1),
    "YDGMJ": 10000.0,
    "YKFTDMJ": 10000.0,
    "总投资": 8000.0,
    "已投资": 8000.0,
    "ZZKFRQ": None,
    "XZYY": None,
    "RDSWH": None,
    "RDRQ": None,
    "SFLRQD": "否",
    "QDLX": None,
    "XHWH": None,
    "XHRQ": None,
    "ZRDW": "示例分局（虚构）",
    "WCSX": None,
    "ZT": "S5",
}


def supplied(*rows: tuple[Geometry, dict[str, Any]]) -> Delivery:
    """Supply parcels of 二类工业用地, finished unless told otherwise."""
    told = [
        (
            s,
            {
                "ZDBH": f"GD-{i:03d}",
                "QLR": f"示例{i}（虚构）有限公司",
                "YDDM": "100102",
                "YDMC": "二类工业用地",
            }
            | FINISHED
            | t,
        )
        for i, (s, t) in enumerate(rows, 1)
    ]
    return layer("supply_parcel", told, scheme="landuse_2023", ledger=True, encoding="GBK")


def proposed(*blocks: tuple[Geometry, str]) -> Delivery:
    """Blocks of one proposal: shape and change type."""
    return layer(
        "proposal_block",
        [
            (s, {"FA": "A", "QKBH": f"A{i}", "BGLX": k, "MJGQ": round(s.area / 1e4, 4)})
            for i, (s, k) in enumerate(blocks, 1)
        ],
    )


def lines(kind: str, shape: Geometry) -> Delivery:
    """Farmland or the urban development boundary."""
    fields = {
        "permanent_basic_farmland": {"YJJBNTTBBH": "YN00001", "DLBM": "0101", "DLMC": "水田"},
        "urban_development_boundary": {"GHFQDM": "410", "GHFQMC": "城镇集中建设区"},
    }[kind]
    scheme = "survey3" if "DLBM" in fields else None
    return layer(kind, [(shape, fields | {"QYWH": "示例88号", "QYRQ": date(2025, 6, 30)})], scheme=scheme)


def sewage(area: Geometry) -> Delivery:
    """A running plant with its service area."""
    base = {
        "SSMC": "示例污水处理厂（虚构）",
        "XZ": "自建",
        "ZT": "运行",
        "SJGM": 5000.0,
        "SJCLL": 3000.0,
        "ZXJK": "联网",
    }
    return layer(
        "sewage_facility",
        [(box(10, 10, 60, 60), base | {"BW": "厂区"}), (area, base | {"BW": "服务范围"})],
        ledger=True,
    )


def bow_tie() -> Polygon:
    """A ring that crosses itself."""
    x, y = EAST_M, NORTH_M
    return Polygon([(x + 300, y), (x + 500, y + 200), (x + 500, y), (x + 300, y + 200)])


@dataclass(frozen=True)
class Case:
    """A folder with one fault."""

    folder: str
    expect: str
    fault: str
    files: Callable[[], list[Delivery]]
    areas_ha: tuple[float, float, float, float] | None = None
    epsg: int = 4546
    also: tuple[str, ...] = ()


BLOCK = box(1000, 200, 1500, 600)
TAIL = (0.0, 0.0, 20.0, 120.0)
CASES = (
    Case(
        "valid_geometry",
        "valid_geometry",
        "one ring crosses itself",
        lambda: [surveyed((box(0, 0, 200, 200), "0601", "工业用地"), (bow_tie(), "0101", "水田"))],
    ),
    Case(
        "overlap_within",
        "overlap_within",
        "two supply parcels overlap by 2 m x 100 m",
        lambda: [supplied((box(0, 0, 100, 100), {}), (box(98, 0, 200, 100), {}))],
    ),
    Case(
        "gap_within",
        "gap_within",
        "a hole of 20 m x 20 m between four plan parcels",
        lambda: [
            planned(
                (box(0, 0, 120, 100), "100101", "一类工业用地"),
                (box(120, 0, 220, 120), "100102", "二类工业用地"),
                (box(100, 120, 220, 220), "100101", "一类工业用地"),
                (box(0, 100, 100, 220), "100102", "二类工业用地"),
            )
        ],
    ),
    Case(
        "covered_by",
        "covered_by",
        "a supply parcel lies 10 m outside the park",
        lambda: [park(), supplied((box(100, 100, 200, 200), {}), (box(910, 100, 1010, 200), {}))],
    ),
    Case(
        "covered_by_development_boundary",
        "covered_by",
        "an added block lies 50 m outside the development boundary",
        lambda: [
            park(),
            proposed((BLOCK, "扩入")),
            lines("urban_development_boundary", box(-100, -100, 1450, 1100)),
        ],
        TAIL,
    ),
    Case(
        "known_code",
        "known_code",
        "code 9999 is in no list",
        lambda: [
            surveyed((box(0, 0, 100, 100), "0601", "工业用地"), (box(100, 0, 200, 100), "9999", "示例地类"))
        ],
    ),
    Case(
        "code_matches_name",
        "code_matches_name",
        "0601 工业用地 is called 旱地",
        lambda: [
            surveyed(
                *[(box(100 * i, 0, 100 * i + 100, 100), "0103", "旱地") for i in range(60)],
                (box(6000, 0, 6100, 100), "0601", "旱地"),
            )
        ],
    ),
    Case(
        "adjacent_classes",
        "adjacent_classes",
        "housing beside class three industry",
        lambda: [
            planned(
                (box(0, 0, 200, 200), "070102", "二类城镇住宅用地"),
                (box(200, 0, 400, 200), "100103", "三类工业用地"),
            )
        ],
    ),
    Case(
        "use_conflict",
        "use_conflict",
        "an industrial parcel on a planned park",
        lambda: [planned((box(0, 0, 200, 200), "1401", "公园绿地")), supplied((box(20, 20, 180, 180), {}))],
    ),
    Case(
        "idle_land",
        "idle_land",
        "agreed to start on 2024-01-01 and never started",
        lambda: [
            supplied(
                (
                    box(0, 0, 100, 100),
                    {
                        "YDDGRQ": date(2024, 1, 1),
                        "SJDGRQ": None,
                        "SGXKZH": None,
                        "SGXKZRQ": None,
                        "是否动工": "否",
                        "JGRQ": None,
                        "JDRQ": date(2023, 6, 1),
                        "GDRQ": date(2023, 2, 1),
                        "YKFTDMJ": 0.0,
                        "已投资": 0.0,
                        "ZT": "S2",
                    },
                )
            )
        ],
    ),
    Case(
        "open_cases",
        "open_cases",
        "a listed plot of low efficiency is not closed",
        lambda: [
            park(),
            proposed((BLOCK, "扩入")),
            supplied((box(0, 0, 100, 100), {"SFLRQD": "是", "QDLX": "低效", "WCSX": date(2026, 12, 31)})),
        ],
        TAIL,
    ),
    Case(
        "served",
        "served",
        "half of the industrial land lies outside the sewage service area",
        lambda: [
            park(),
            proposed((BLOCK, "扩入")),
            supplied((box(100, 100, 300, 200), {})),
            sewage(box(0, 0, 200, 400)),
        ],
        TAIL,
    ),
    Case(
        "clear_of",
        "clear_of",
        "an added block takes 20 m x 20 m of permanent farmland",
        lambda: [
            park(),
            proposed((BLOCK, "扩入")),
            lines("permanent_basic_farmland", box(1480, 300, 1700, 320)),
        ],
        TAIL,
    ),
    Case(
        "planned_as",
        "planned_as",
        "a quarter of an added block is planned as paddy",
        lambda: [
            park(),
            proposed((BLOCK, "扩入")),
            planned(
                (box(1000, 200, 1375, 600), "100102", "二类工业用地"),
                (box(1375, 200, 1500, 600), "0101", "水田"),
            ),
        ],
        TAIL,
    ),
    Case(
        "sum_closes",
        "sum_closes",
        "the stated total is 1.00 ha too large",
        lambda: [park(), proposed((BLOCK, "扩入"))],
        (0.0, 0.0, 20.0, 121.0),
    ),
    Case(
        "change_fits",
        "change_fits",
        "10 m of the block taken out lie outside the park",
        lambda: [park(), proposed((BLOCK, "扩入"), (box(-10, 200, 290, 400), "调出"))],
        (6.0, 0.0, 20.0, 114.0),
    ),
    Case(
        "reference_system",
        "reference_system",
        "everything is in WGS 84 / UTM 49N",
        lambda: [park(), proposed((BLOCK, "扩入"))],
        TAIL,
        epsg=32649,
    ),
)


def stated(areas_ha: tuple[float, float, float, float]) -> dict[str, Any]:
    """A proposal with the areas that its notice would state."""
    sums = zip(("out_ha", "in_ha", "expand_ha", "total_ha"), areas_ha, strict=True)
    facts = {key: fact(value, "示例4号", date(2026, 10, 20)) for key, value in sums}
    return {"id": "A", "name": "方案一", "facts": facts}


def write_case(folder: Path, case: Case) -> None:
    """One folder with its park.toml."""
    items = case.files()
    for item in items:
        item.epsg = case.epsg
    write(folder, items)
    facts = {
        "approved_area_ha": fact(100.0, "示例1号", date(2022, 3, 1)),
        "least_overlap_width_m": fact(0.1, "示例2号", date(2026, 9, 15)),
        "sewer_service_distance_m": fact(150.0, "示例3号", date(2026, 9, 15)),
    }
    variants = [] if case.areas_ha is None else [stated(case.areas_ha)]
    write_answers(folder, items, AS_OF, f"{case.folder}（虚构示例）", facts, variants, case.epsg)


def make(folder: Path) -> None:
    """All folders and their list."""
    for case in CASES:
        write_case(folder / case.folder, case)
    told = [
        {
            "folder": case.folder,
            "expect": case.expect,
            "also": list(case.also),
            "fault": case.fault,
            "review": case.areas_ha is not None,
        }
        for case in CASES
    ]
    head = "# 虚构示例 (fictional): each folder has one fault; `expect` is the check that must find it,\n"
    head += "# `also` a check that by its meaning finds the same thing, `review` whether it takes a review.\n"
    (folder / "cases.toml").write_text(head + tomli_w.dumps({"case": told}), encoding="utf-8")
