"""Fictional enterprises with credit codes whose check digits are valid."""

from __future__ import annotations

import random
from dataclasses import dataclass

# GB 11714 organisation codes and GB 32100 unified social credit codes; region 439999 does not exist.
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REGION = "439999"
FIRST = (
    "恒澍",
    "云岭",
    "禾光",
    "澜溪",
    "鼎澜",
    "青禾",
    "岭南溪",
    "瀚泽",
    "拓岭",
    "启澜",
    "瑞禾",
    "锦溪",
    "博澜",
    "华岭",
)
TRADES = (
    ("电子", "3989", "其他电子元件制造"),
    ("精密", "3525", "模具制造"),
    ("新材", "2651", "初级形态塑料及合成树脂制造"),
    ("装备", "3599", "其他专用设备制造"),
    ("纺织", "1711", "棉纺纱加工"),
    ("食品", "1353", "肉制品及副产品加工"),
    ("包装", "2231", "纸和纸板容器制造"),
    ("冷链", "5930", "低温仓储"),
    ("生物", "2740", "中成药生产"),
    ("智能", "3829", "其他输配电及控制设备制造"),
)


@dataclass(frozen=True)
class Firm:
    """A fictional enterprise."""

    name: str
    credit_code: str
    industry_code: str
    industry: str


def organisation_code(body: str) -> str:
    """Nine characters of an organisation code, the last one its check digit (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(body, ORGANISATION_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(rest, str(rest))


def credit_code(body: str) -> str:
    """Eighteen characters of a unified social credit code (GB 32100)."""
    front = "91" + REGION + organisation_code(body)
    total = sum(CREDIT_LETTERS.index(c) * w for c, w in zip(front, CREDIT_WEIGHTS, strict=True))
    return front + CREDIT_LETTERS[(31 - total % 31) % 31]


def firms(count: int, pick: random.Random) -> list[Firm]:
    """So many different enterprises."""
    pairs = [(first, trade) for trade in TRADES for first in FIRST]
    pick.shuffle(pairs)
    made = []
    for i, (first, (trade, code, words)) in enumerate(pairs[:count]):
        body = f"MA{pick.randrange(10**5):05d}{'ABCDEFGH'[i % 8]}"
        made.append(Firm(f"{first}{trade}（虚构）有限公司", credit_code(body), code, words))
    return made
