"""The supply ledger: forty parcels that between them meet every row of the idle-land decision table.

Every case names its row in `CASES`; `at` gives the state of the ledger at an as-of date. A case that
closes between the two periods carries the closing fields under `later`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

UNIT = "澜溪经开区自然资源分局"


def d(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)


@dataclass(frozen=True)
class Case:
    """One ledger entry: the row it stands for, its fields, and what November adds."""

    row: str
    told: dict[str, Any]
    later: dict[str, Any] = field(default_factory=dict)


def started(
    on: str, share: float | None = None, money: float | None = None, stopped: str | None = None
) -> dict[str, Any]:
    """Fields of a project that has lawfully started: permit and foundation."""
    return {
        "SJDGRQ": d(on),
        "SGXKZH": "示例建字",
        "SGXKZRQ": d(on) - timedelta(days=12),
        "是否动工": "是",
        "_share": share,
        "_money": money,
        "ZZKFRQ": stopped and d(stopped),
    }


def found(cause: str, on: str) -> dict[str, Any]:
    """Fields of a recognised idle plot that stands on the clean-up list."""
    return {
        "闲置原因": cause,
        "DCTZSWH": "_调",
        "RDSWH": "_认",
        "RDRQ": d(on),
        "SFLRQD": "是",
        "QDLX": "闲置",
    }


def closed(mode: str | None, on: str, **more: Any) -> dict[str, Any]:
    """Closing fields."""
    return {"CZFS": mode, "CZFAWH": mode and "_处", "XHWH": "_销", "销号日期": d(on)} | more


FIRM, STATE = "企业原因", "政府原因"
TODO = {"责任单位": UNIT, "完成时限": d("2026-11-30")}
CASES = (
    # not started
    Case("not started, under 1 year", {"YDDGRQ": d("2026-03-15")}),
    Case(
        "not started, 1 to 2 years",
        {"YDDGRQ": d("2025-04-10")} | found(FIRM, "2026-07-20") | TODO,
        closed("D8", "2026-11-18"),
    ),
    Case(
        "not started, 1 to 2 years",
        {"YDDGRQ": d("2025-03-01")} | found(FIRM, "2026-05-12") | closed("D8", "2026-09-08"),
    ),
    Case(
        "not started, 2 years",
        {"YDDGRQ": d("2024-06-30")} | found(FIRM, "2026-08-03") | TODO,
        closed("D1", "2026-11-20"),
    ),
    Case(
        "not started, 2 years",
        {"YDDGRQ": d("2023-09-30")} | found(FIRM, "2025-11-10") | closed("D1", "2026-03-26"),
    ),
    Case(
        "not started, unknown",
        {"YDDGRQ": None, "JDRQ": None} | {"DCTZSWH": "_调"} | closed(None, "2026-06-30"),
    ),
    Case(
        "no agreed start, handover and 1 year, then 1 to 2 years",
        {"YDDGRQ": None, "JDRQ": d("2024-08-01")} | found(FIRM, "2026-02-16") | closed("D9", "2026-08-21"),
    ),
    Case("no agreed start, handover and 1 year not over", {"YDDGRQ": None, "JDRQ": d("2026-01-15")}),
    Case("leap day", {"YDDGRQ": d("2024-02-29")} | found(FIRM, "2026-04-09") | closed("D6", "2026-09-15")),
    Case(
        "completes its year in November",
        {"YDDGRQ": d("2025-11-15")},
        found(FIRM, "2026-11-18") | closed("D8", "2026-11-25"),
    ),
    Case(
        "a fence is not a start",
        {"YDDGRQ": d("2025-05-01"), "SJDGRQ": d("2025-05-10"), "是否动工": "否"}
        | found(FIRM, "2026-06-15")
        | closed("D2", "2026-10-12"),
    ),
    Case(
        "government cause, 1 to 2 years, no fee",
        {"YDDGRQ": d("2025-01-20")} | found(STATE, "2026-03-10") | closed("D9", "2026-07-31"),
    ),
    Case(
        "government cause, 2 years, no resumption",
        {"YDDGRQ": d("2024-04-18")} | found(STATE, "2026-05-20") | closed("D8", "2026-10-09"),
    ),
    # extended or used for a time, then started
    Case(
        "supplementary agreement, then started",
        {"YDDGRQ": d("2024-05-01"), "BCXYDGRQ": d("2026-06-30")}
        | found(STATE, "2025-09-01")
        | started("2026-06-15", 0.42, 0.31)
        | closed("D7", "2026-06-30", FHRQ=d("2026-12-31")),
    ),
    Case(
        "temporary use with return date, then started",
        {"YDDGRQ": d("2024-03-10")}
        | found(STATE, "2025-06-18")
        | started("2026-05-20", 0.38, 0.28)
        | closed("D10", "2026-05-31", FHRQ=d("2026-05-31")),
    ),
    Case(
        "urged, then started",
        {"YDDGRQ": d("2025-02-01")}
        | found(FIRM, "2026-03-02")
        | started("2026-04-20", 0.45, 0.35)
        | closed("D11", "2026-05-15"),
    ),
    # started and stopped
    Case(
        "stopped 1 year, share 0.3331",
        {"YDDGRQ": d("2023-06-01")}
        | started("2023-05-20", 0.3331, 0.40, "2025-06-01")
        | found(FIRM, "2026-08-19")
        | TODO,
        closed("D2", "2026-11-24"),
    ),
    Case(
        "stopped 1 year, share exactly one third",
        {"YDDGRQ": d("2023-03-01")}
        | started("2023-02-20", 1 / 3, 0.30, "2025-05-01")
        | {"QDLX": "低效", "SFLRQD": "是"}
        | closed("D3", "2026-08-30"),
    ),
    Case(
        "stopped 1 year, investment 24.99 %",
        {"YDDGRQ": d("2023-01-10")}
        | started("2022-12-28", 0.5, 0.2499, "2025-02-10")
        | found(FIRM, "2026-03-16")
        | closed("D5", "2026-09-22"),
    ),
    Case(
        "stopped 1 year, investment exactly 25 %",
        {"YDDGRQ": d("2023-04-01")}
        | started("2023-03-15", 0.4, 0.25, "2025-04-15")
        | {"QDLX": "低效", "SFLRQD": "是"}
        | closed("D4", "2026-07-20"),
    ),
    Case(
        "stopped under 1 year, share below one third",
        {"YDDGRQ": d("2025-03-01")} | started("2025-02-20", 0.22, 0.30, "2026-04-01"),
    ),
    Case(
        "stopped under 1 year, investment below 25 %",
        {"YDDGRQ": d("2025-05-01")} | started("2025-04-20", 0.41, 0.18, "2026-05-01"),
    ),
    Case(
        "stopped 1 year, both unknown",
        {"YDDGRQ": d("2022-09-01")}
        | started("2022-08-15", None, None, "2025-03-01")
        | {"DCTZSWH": "_调"}
        | closed(None, "2026-06-12"),
    ),
    Case(
        "stopped 1 year, share unknown, investment at least 25 %",
        {"YDDGRQ": d("2022-10-01")}
        | started("2022-09-15", None, 0.36, "2025-04-01")
        | {"DCTZSWH": "_调"}
        | closed(None, "2026-06-12"),
    ),
    Case(
        "stopped 1 year, share at least one third, investment unknown",
        {"YDDGRQ": d("2022-11-01")}
        | started("2022-10-18", 0.52, None, "2025-05-20")
        | {"DCTZSWH": "_调"}
        | closed(None, "2026-07-03"),
    ),
    Case(
        "stopped 1 year, share unknown, investment below 25 %",
        {"YDDGRQ": d("2022-06-01")}
        | started("2022-05-20", None, 0.12, "2025-01-10")
        | found(FIRM, "2026-02-25")
        | closed("D1", "2026-08-14"),
    ),
    Case(
        "stopped 1 year, share below one third, investment unknown",
        {"YDDGRQ": d("2022-07-01")}
        | started("2022-06-25", 0.15, None, "2025-02-20")
        | found(FIRM, "2026-04-28")
        | closed("D6", "2026-10-16"),
    ),
)
BUILDING = tuple(
    Case(
        "under construction",
        {"YDDGRQ": d(f"2025-{m:02d}-15")} | started(f"2025-{m:02d}-02", 0.5 + m / 50, 0.4 + m / 40),
    )
    for m in range(7, 11)
)
FINISHED = tuple(
    Case(
        "finished", {"YDDGRQ": d(f"{y}-04-01"), "JGRQ": d(f"{y + 2}-03-20")} | started(f"{y}-03-16", 1.0, 1.0)
    )
    for y in (2020, 2020, 2021, 2021, 2021, 2022, 2022, 2022, 2023)
)
LEDGER = CASES + BUILDING + FINISHED
BUILT_ROWS = ("under construction", "finished", "stopped", "supplementary", "temporary", "urged")
STATUS = {
    "finished": "S5",
    "under construction": "S3",
    "stopped under": "S3",
    "stopped 1": "S8",
    "supplementary": "S3",
    "temporary": "S3",
    "urged": "S3",
}


def is_built(case: Case) -> bool:
    """Whether something stands on the parcel."""
    return case.row.startswith(BUILT_ROWS)


def paper(value: Any, number: int, year: int) -> Any:
    """Fictional document numbers for the places that ask for one."""
    words = {"_调": "澜自然资闲调", "_认": "澜自然资闲认", "_处": "澜政处", "_销": "澜清零办销"}
    return (
        f"{words[value]}〔{year}〕示例{number:02d}号" if isinstance(value, str) and value in words else value
    )


def at(case: Case, number: int, november: bool, area_m2: float) -> dict[str, Any]:
    """The ledger fields of one parcel in a period; areas in m², money in 万元."""
    told = dict(case.told) | (case.later if november else {})
    due = 60000.0 if "share" in case.row and area_m2 > 60000 else round(area_m2, 0)
    total, share, money = 8000.0 + 250.0 * number, told.pop("_share", None), told.pop("_money", None)
    if case.row.endswith("one third") and "exactly" in case.row:
        due = due - due % 3
    begun = told.get("YDDGRQ") or told.get("JDRQ") or d("2022-06-01")
    fields: dict[str, Any] = {
        "GDRQ": begun - timedelta(days=330),
        "JDRQ": begun - timedelta(days=200),
        "是否动工": "否",
        "SFLRQD": "否",
        "YDJGRQ": begun + timedelta(days=730),
        "YDGMJ": due,
        "YKFTDMJ": 0.0 if "not started" in case.row else None if share is None else round(due * share, 2),
        "总投资": total,
        "已投资": None if money is None else round(total * money, 2),
        "成交价款": round(area_m2 * 0.0015 * 19.8, 2),
        "ZT": status(case),
        "责任单位": UNIT,
        "完成时限": None,
    } | told
    if fields["JDRQ"] is not None and told.get("JDRQ") is not None:
        fields["GDRQ"] = told["JDRQ"] - timedelta(days=130)
    if "SGXKZH" in fields:
        fields["SGXKZH"] = f"示例建施{begun.year}{number:04d}"
    year = (told.get("销号日期") or told.get("RDRQ") or d("2026-06-01")).year
    return {key: paper(value, number, year) for key, value in fields.items()}


def status(case: Case) -> str:
    """Code of the status chain."""
    return next((code for start, code in STATUS.items() if case.row.startswith(start)), "S2")
