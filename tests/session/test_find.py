"""Features are found by number, name, first letters and pinyin, within the time that a person waits."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from gis_app.catalogue import load, program_place
from gis_app.model import Layer
from gis_app.model.layer import feature_frame
from gis_app.session.find import Names
from tests.benchmarks.bench_table import parcels

KINDS = load([program_place()]).feature_types


def project(**layers: dict[str, list[Any]]) -> Any:
    made = {}
    for id, columns in layers.items():
        count = len(next(iter(columns.values())))
        frame = feature_frame(list(range(1, count + 1)), columns, None, None)
        made[id] = Layer(id, KINDS[id], frame)
    return SimpleNamespace(layers=made)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(
        project(
            survey_polygon={"polygon_no": ["16", "160"], "owner_name": ["恒澜村", None]},
            supply_parcel={
                "parcel_no": ["GD-16", "GD-160", None],
                "parcel_name": ["恒澜电子", "云岭装备\n二期", ""],
                "right_holder": ["恒澜电子有限公司", "重庆长安", "长沙银行"],
            },
            enterprise={"name": ["恒澜电子有限公司", "云岭装备"]},
        )
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("GD-16", ("supply_parcel", 1)),
        ("gd-160", ("supply_parcel", 2)),
        ("16", ("survey_polygon", 1)),
        ("hldz", ("supply_parcel", 1)),
        ("hldzyxgs", ("enterprise", 1)),
        ("henglan", ("enterprise", 1)),
        ("yunling", ("enterprise", 2)),
        ("zqca", ("supply_parcel", 2)),
        ("cqca", ("supply_parcel", 2)),
        ("chongqing", ("supply_parcel", 2)),
        ("csyh", ("supply_parcel", 3)),
        ("恒澜电子", ("supply_parcel", 1)),
        ("  云岭 ", ("enterprise", 2)),
    ],
)
def test_the_best_answer_comes_first(names: Names, text: str, first: tuple[str, int]) -> None:
    hit = names.find(text)[0]
    assert (hit.layer, hit.fid) == first


def test_each_feature_is_named_once_and_no_more_than_asked(names: Names) -> None:
    found = names.find("恒澜")
    assert len({(hit.layer, hit.fid) for hit in found}) == len(found) == 2
    assert len(names.find("1", most=1)) == 1
    assert names.find("没有") == names.find("") == names.find("   ") == names.find("zzzz") == []


def test_a_name_never_runs_into_the_next(names: Names) -> None:
    assert names.find("GD-160GD") == [] and names.find("\n") == []
    assert names.find("云岭装备 二期")[0].fid == 2


def test_a_hundred_thousand_names_answer_within_two_seconds() -> None:
    layer = parcels(25_000, with_shapes=False)
    begun = time.process_time()
    names = Names(SimpleNamespace(layers={layer.id: layer}))  # type: ignore[arg-type]
    found = names.find("gd-2019-000003")
    assert time.process_time() - begun < 2.0 and len(names) == 100_000
    assert [hit.fid for hit in found] == [4]
    begun = time.process_time()
    for text in ("nothing-like-it", "lxhyz", "lanxi", "9143"):
        names.find(text)
    assert time.process_time() - begun < 0.5


def test_gathering_that_is_no_longer_wanted_ends() -> None:
    def step() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        Names(project(enterprise={"name": ["一"]}), step)
