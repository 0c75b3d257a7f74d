"""Make the sample park 澜溪经济开发区（虚构示例）: two periods, and one folder for every fault.

Deterministic: the same bytes on every run with the locked libraries. Run without arguments it writes
beside itself; `--output DIR` writes elsewhere.
"""

from __future__ import annotations

import argparse
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import deliveries
import faulty
import ortho
import photos
from delivery import write, write_answers
from facts import NAME, PARK_FACTS, proposal_facts

SEED = 20261130
PERIODS = (date(2026, 10, 31), date(2026, 11, 30))
NOTE = """虚构示例 / fictional sample

澜溪经济开发区 does not exist. Every name, number, document, enterprise and shape in this folder is
invented; it was drawn by `sample_shapefiles/make_demo_park.py`. 本目录所有名称、文号、企业、图形均为虚构。
"""


def make_period(folder: Path, as_of: date, scene: deliveries.Scene) -> None:
    """Write one period with its answers."""
    items = deliveries.all_of(scene, as_of)
    write(folder, items)
    images = [flown(folder, day, scene) for day in PERIODS if day <= as_of]
    write_answers(folder, items, as_of, NAME, PARK_FACTS, proposal_facts(), images=images)
    if as_of == PERIODS[-1]:
        numbers = next(item for item in items if item.feature_type == "supply_parcel").columns["ZDBH"]
        photos.write(
            folder, [(number, case) for number, (case, *_) in zip(numbers, scene.supply, strict=True)]
        )
    (folder / "README.txt").write_text(NOTE, encoding="utf-8")


def flown(folder: Path, as_of: date, scene: deliveries.Scene) -> dict[str, Any]:
    """Put the ortho image of a period into a folder, drawn once; gives its entry in park.toml."""
    path = folder / f"{ortho.NAME}_{as_of:%Y-%m}.tif"
    drawn = folder.parent / f"{as_of:%Y-%m}" / path.name
    if drawn.exists():
        shutil.copyfile(drawn, path)
    else:
        ortho.write(path, scene, as_of, scene.seed)
    return {
        "path": path.name,
        "title": "正射影像（虚构）",
        "date": ortho.FLOWN[as_of.month],
        "source": "澜溪经开区测绘院（虚构）",
    }


def main(arguments: list[str] | None = None) -> None:
    """Write everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    target: Path = parser.parse_args(arguments).output
    for name in ("demo_park", "faulty"):
        shutil.rmtree(target / name, ignore_errors=True)
    scene = deliveries.scene(random.Random(SEED))
    for as_of in PERIODS:
        make_period(target / "demo_park" / f"{as_of:%Y-%m}", as_of, scene)
    faulty.make(target / "faulty")


if __name__ == "__main__":
    main()
