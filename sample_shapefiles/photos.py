"""Photographs of idle plots of the fictional park, and the list that says whose each is. All are drawn."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from ortho import noise

WIDTH, HEIGHT, HORIZON = 480, 320, 132
COUNT, PAIRS = 8, 4
COLUMNS = ("feature_type", "field", "key", "path", "title", "date", "sha256", "kind")


def photograph(seed: int, kind: str) -> np.ndarray:
    """A view over a plot: ``weeds``, ``earth`` or ``works``; (rows, columns, 3) bytes."""
    pick = np.random.default_rng(seed)
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)
    sky(picture, pick)
    hills(picture, pick)
    plain(picture, pick, kind)
    if kind == "works":
        building(picture, pick)
    fence(picture, pick)
    if kind == "weeds":
        stalks(picture, pick)
    picture += pick.normal(0, 2.2, (HEIGHT, WIDTH, 1)).astype(np.float32)
    row, column = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = ((row - HEIGHT / 2) / HEIGHT) ** 2 + ((column - WIDTH / 2) / WIDTH) ** 2
    picture *= (1.04 - 0.35 * away)[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8)


def sky(picture: np.ndarray, pick: np.random.Generator) -> None:
    """A hazy sky with thin clouds."""
    down = np.linspace(0, 1, HORIZON, dtype=np.float32)[:, None, None]
    top, low = np.array((122, 158, 200)) + pick.normal(0, 8), np.array((214, 222, 226))
    picture[:HORIZON] = top * (1 - down) + low * down
    clouds = noise((HORIZON, WIDTH), 60, pick) + 0.5 * noise((HORIZON, WIDTH), 22, pick)
    picture[:HORIZON] += np.clip(clouds * 34, 0, 46)[..., None] * (1 - 0.5 * down)


def hills(picture: np.ndarray, pick: np.random.Generator) -> None:
    """Two ranges of hills, and the halls of the park before them."""
    row = np.arange(HEIGHT)[:, None]
    for lift, height, colour in ((30, 16, (150, 166, 172)), (14, 10, (112, 132, 116))):
        line = HORIZON - lift - height * noise((3, WIDTH), 70, pick)[0]
        picture[(row > line) & (row < HORIZON)] = np.array(colour) + pick.normal(0, 4)
    at = float(pick.uniform(0, 30))
    while at < WIDTH - 60:
        wide, high = pick.uniform(36, 100), pick.uniform(7, 16)
        left, right, top = int(at), int(at + wide), int(HORIZON - high)
        picture[top:HORIZON, left:right] = np.array((196, 200, 200)) + pick.normal(0, 8)
        picture[top : top + 4, left:right] = (78, 118, 170) if pick.random() < 0.6 else (150, 90, 78)
        at += wide + pick.uniform(6, 90)
    treeline = HORIZON - 2 - 5 * np.abs(noise((3, WIDTH), 6, pick)[0])
    picture[(row > treeline) & (row < HORIZON + 2)] = (72, 90, 62)


def plain(picture: np.ndarray, pick: np.random.Generator, kind: str) -> None:
    """The ground in perspective: grass, bare earth, a track."""
    row = np.arange(HORIZON, HEIGHT, dtype=np.float32)[:, None]
    far = 900.0 / (row - HORIZON + 3.0)
    across = (np.arange(WIDTH, dtype=np.float32)[None, :] - WIDTH / 2) * far / 90.0
    size = 512
    rough = noise((size, size), 4, pick) + 0.6 * noise((size, size), 17, pick) + noise((size, size), 60, pick)
    column = (across * 9 + 4000).astype(np.int32) % size
    line = np.broadcast_to((far * 9).astype(np.int32) % size, column.shape)
    seen = rough[line, column]
    near = 1.0 / (1.0 + far / 60.0)
    grass, earth = np.array((112, 124, 62), np.float32), np.array((172, 142, 104), np.float32)
    bare = {"weeds": 0.9, "earth": -0.9, "works": -0.5}[kind]
    share = np.clip((seen - bare) * 2.2, 0, 1)[..., None]
    colour = grass * (1 - share) + earth * share
    colour += (seen * 22 * near + pick.normal(0, 7, seen.shape) * near)[..., None]
    track = np.abs(across + 3.0 + 0.02 * far) < 2.0
    colour[track] = colour[track] * 0.4 + np.array((168, 148, 118)) * 0.6
    haze = np.clip(far / 420.0, 0, 0.55)[..., None]
    picture[HORIZON:] = colour * (1 - haze) + np.array((190, 198, 190)) * haze


def building(picture: np.ndarray, pick: np.random.Generator) -> None:
    """A frame that rises, and the crane over it."""
    left, top, bay = int(pick.uniform(120, 200)), HORIZON - 44, 26
    right, foot = left + 7 * bay, HORIZON + 22
    picture[top:foot, left:right] = picture[top:foot, left:right] * 0.35 + np.array((120, 122, 124)) * 0.65
    for at in range(left, right + 1, bay):
        picture[top - 6 : foot, at : at + 4] = (168, 166, 160)
    for at in range(top, foot, 16):
        picture[at : at + 4, left:right] = (178, 176, 170)
    mast = right + 24
    picture[18:foot, mast : mast + 4] = (214, 160, 40)
    picture[26:30, mast - 120 : mast + 40] = (214, 160, 40)
    picture[30:72, mast - 92 : mast - 91] = (60, 60, 60)


def fence(picture: np.ndarray, pick: np.random.Generator) -> None:
    """Boards along the far side and a notice without words."""
    top, foot = HORIZON + 8, HORIZON + 19
    start = int(pick.uniform(0, 160))
    picture[top:foot, start : start + 250] = (88, 128, 158)
    picture[top:foot, start : start + 250 : 12] = (70, 104, 132)
    left = int(pick.uniform(30, 380))
    picture[HORIZON - 6 : HORIZON + 34, left + 6 : left + 9] = (96, 92, 86)
    picture[HORIZON - 6 : HORIZON + 34, left + 47 : left + 50] = (96, 92, 86)
    picture[HORIZON - 12 : HORIZON + 14, left : left + 56] = (232, 232, 226)
    picture[HORIZON - 12 : HORIZON - 6, left : left + 56] = (52, 92, 168)
    for at in range(HORIZON - 2, HORIZON + 10, 4):
        picture[at, left + 5 : left + 50] = (120, 124, 130)


def stalks(picture: np.ndarray, pick: np.random.Generator) -> None:
    """Tall grass in the foreground."""
    for _ in range(1500):
        foot = int(HEIGHT - 1 - pick.random() ** 2 * 90)
        high = int((foot - HORIZON) * pick.uniform(0.12, 0.4))
        at, lean = pick.uniform(0, WIDTH - 1), pick.uniform(-0.35, 0.35)
        rows = np.arange(foot, foot - high, -1)
        columns = np.clip(at + lean * (foot - rows), 0, WIDTH - 1).astype(int)
        tone = pick.uniform(0.65, 1.25)
        picture[rows, columns] = np.array((132, 136, 74)) * tone


def write(folder: Path, rows: list[tuple[str, Any]]) -> None:
    """Write the photographs of the first recognised plots and their list.

    Parameters
    ----------
    folder
        Of the period.
    rows
        Parcel number and case of every supply parcel.
    """
    (folder / "attachments").mkdir()
    entries = []
    idle = [(number, case) for number, case in rows if "RDSWH" in case.told | case.later][:COUNT]
    for place, (number, case) in enumerate(idle):
        told = case.told | case.later
        entries.append(taken(folder, number, "weeds", told["RDRQ"] - timedelta(days=9), place))
        if place % 2 == 0 and place // 2 < PAIRS:
            kind = "works" if told["CZFS"] in ("D8", "D9") else "earth"
            entries.append(taken(folder, number, kind, told["销号日期"] - timedelta(days=2), place))
    with (folder / "attachments.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(entries)


TITLES = {
    "weeds": "现场照片：地块闲置（虚构）",
    "works": "现场照片：已动工（虚构）",
    "earth": "现场照片：场地已清理（虚构）",
}


STAGES = {"weeds": "photo_before", "works": "photo_after", "earth": "photo_after"}


def taken(folder: Path, number: str, kind: str, on: date, place: int) -> tuple[str, ...]:
    """Write one photograph and give its row."""
    path = folder / "attachments" / f"{number}_{on:%Y%m%d}.jpg"
    pixels = photograph(1000 + 10 * place + len(kind), kind)
    with rasterio.open(
        path, "w", driver="JPEG", width=WIDTH, height=HEIGHT, count=3, dtype="uint8", quality=74
    ) as file:
        file.write(np.moveaxis(pixels, -1, 0))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    given = path.relative_to(folder).as_posix()
    return ("supply_parcel", "parcel_no", number, given, TITLES[kind], on.isoformat(), digest, STAGES[kind])
