"""Facts of the fictional park and of its proposals, each with its document."""

from __future__ import annotations

from datetime import date
from typing import Any

NAME = "澜溪经济开发区（虚构示例）"
BOUNDS = (
    "区块一：东至东园路以东200米，南至站前路以南120米（湘澜铁路以北），西至澜溪河东岸，北至园北路以北120米；"
    "区块二：东至滨河西路以东130米，南至织造一路以南135米，西至西园路以西250米，北至织造北路以北90米；"
    "区块三：东至货站路以东250米，南至南溪一路以南120米，西至物流大道以西250米，北至G598国道以南80米。"
)


def fact(value: Any, document: str, on: date) -> dict[str, Any]:
    """A fact with its document."""
    return {"value": value, "document": document, "document_date": on, "attachment": ""}


PARK_FACTS = {
    "approved_area_ha": fact(1186.42, "湘园区办〔2022〕示例1号", date(2022, 3, 1)),
    "described_bounds": fact(BOUNDS, "湘园区办〔2022〕示例1号", date(2022, 3, 1)),
    "drawn_boundary": fact(
        "矢量范围1186.73公顷，较核准面积多0.31公顷", "澜自然资函〔2026〕示例12号", date(2026, 9, 15)
    ),
    "development_direction_area_ha": fact(236.50, "湘自然资函〔2023〕示例45号", date(2023, 6, 20)),
    "least_overlap_width_m": fact(0.1, "澜自然资函〔2026〕示例13号", date(2026, 9, 15)),
    "sewer_service_distance_m": fact(150.0, "澜环函〔2026〕示例3号", date(2026, 8, 10)),
}
# id, name, 调出, 调入, 扩入, 调整后 in ha
SUMS = (
    ("A", "方案一", 32.80, 31.62, 177.24, 1362.48),
    ("B", "方案二", 32.80, 31.62, 126.80, 1312.04),
    ("C", "方案三", 0.0, 0.0, 165.20, 1351.62),
    ("D", "方案四", 30.00, 29.00, 120.00, 1305.42),
    ("E", "方案五", 32.80, 31.62, 120.00, 1305.24),
)


def proposal_facts() -> list[dict[str, Any]]:
    """The proposals with the areas that their notices would state."""
    made = []
    for number, (key, name, *areas) in enumerate(SUMS, 1):
        stated = zip(("out_ha", "in_ha", "expand_ha", "total_ha"), areas, strict=True)
        facts = {f: fact(v, f"澜管〔2026〕示例2{number}号", date(2026, 10, 20)) for f, v in stated}
        made.append({"id": key, "name": name, "facts": facts})
    return made
