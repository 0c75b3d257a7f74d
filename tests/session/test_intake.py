"""From a path to a project: what is counted, what is refused, and what is never added up twice."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis_app.language import Refused, say
from gis_app.model import Project
from gis_app.session.intake import Intake, project_of
from gis_app.session.options import Options, PerFile
from tests.session.made import X, Y, answer, box, deliver, everywhere, parcels, taken


def opened(folder: Path, **options: object) -> Project:
    return project_of(taken(folder, **options), Options())


def said(intake: Intake) -> str:
    return "\n".join(say(note, language) for note in intake.notes for language in ("zh", "en"))


def file(path: str, more: str = "") -> str:
    return f'[[file]]\npath = "{path}"\nfeature_type = "supply_parcel"\n{more}'


# -- counts -------------------------------------------------------------------


def test_every_feature_is_used_or_counted_as_excluded(tmp_path: Path) -> None:
    rows = [
        {"宗地编号": "1", "shape": box(0, 0)},
        {"宗地编号": "2", "shape": shapely.LineString([(X, Y), (X + 9, Y)])},
        {"宗地编号": "3", "shape": None},
        {"宗地编号": "4", "shape": shapely.MultiPolygon([box(200, 0), box(400, 0)])},
        {"宗地编号": "5", "shape": shapely.Point(X, Y)},
    ]
    deliver(tmp_path / "供地.geojson", rows)
    intake = taken(tmp_path)
    (delivery,) = intake.deliveries
    assert delivery.kind is not None and delivery.kind.id == "supply_parcel"
    assert len(delivery) + sum(each.count for each in delivery.excluded) == delivery.table.declared_count == 5
    assert len(delivery) == 2 and "供地.geojson" in said(intake)
    layer = opened(tmp_path).layers["supply_parcel"]
    assert layer.rows(None, ["parcel_no"])["parcel_no"].tolist() == ["1", "4"]
    assert layer.sources[0].declared_count == 5 and layer.sources[0].used_count == 2


def test_values_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0, 200, 供地日期="2024.3")
    intake = taken(tmp_path)
    assert "供地日期" in said(intake) and "2 " in said(intake)
    assert opened(tmp_path).layers["supply_parcel"].rows(None, ["supply_date"])["supply_date"].tolist() == [
        None,
        None,
    ]


def test_what_nobody_recognises_is_a_layer_of_its_own(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        deliver(tmp_path / f"{name}.geojson", [{"列": 1, "shape": box(0, 0)}])
    project = opened(tmp_path)
    assert len(project.layers) == 2 and project.of_type("unrecognised") is not None
    assert sorted(fid for layer in project.layers.values() for fid in layer.fids) == [1, 2]


def test_an_option_says_what_a_file_is(tmp_path: Path) -> None:
    deliver(tmp_path / "甲.geojson", [{"列": 1, "shape": box(0, 0)}])
    assert list(opened(tmp_path, feature_type=PerFile(None, {"甲": "village"})).layers) == ["village"]
    with pytest.raises(Refused, match="villag"):
        taken(tmp_path, feature_type=everywhere("villag"))


def test_one_file_that_cannot_be_used_does_not_hide_the_others(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0)
    (tmp_path / "坏.geojson").write_text("{", encoding="utf-8")
    intake = taken(tmp_path)
    assert len(intake.deliveries) == 1 and len(intake.refused) == 1 and "坏.geojson" in str(intake.refused[0])
    (tmp_path / "供地.geojson").unlink()
    with pytest.raises(Refused, match=r"坏\.geojson"):
        taken(tmp_path)


# -- the same ground ----------------------------------------------------------


def test_two_files_on_the_same_ground_are_refused_by_their_names(tmp_path: Path) -> None:
    parcels(tmp_path / "供地一.geojson", 0, 100)
    parcels(tmp_path / "供地二.geojson", 100, 200)
    with pytest.raises(Refused, match=r"供地一\.geojson.*供地二\.geojson.*50"):
        opened(tmp_path)


def test_two_files_side_by_side_are_one_layer(tmp_path: Path) -> None:
    parcels(tmp_path / "供地一.geojson", 0, 100, 备注甲="x")
    parcels(tmp_path / "供地二.geojson", 200, 300, 备注乙=7)
    layer = opened(tmp_path).layers["supply_parcel"]
    assert layer.fids.tolist() == [1, 2, 3, 4] and len(layer.sources) == 2
    assert layer.rows(None, ["备注甲"])["备注甲"].tolist() == ["x", "x", None, None]
    assert shapely.area(layer.geometry).tolist() == [10_000.0] * 4


def test_points_twice_are_refused_and_other_points_are_not(tmp_path: Path) -> None:
    points = [{"灯杆编号": str(i), "shape": shapely.Point(X + i, Y)} for i in range(4)]
    deliver(tmp_path / "路灯一.geojson", points[:2])
    deliver(tmp_path / "路灯二.geojson", points[2:])
    as_lamps = everywhere("street_lamp")
    assert len(opened(tmp_path, feature_type=as_lamps).layers["street_lamp"].frame) == 4
    deliver(tmp_path / "路灯二.geojson", points[1:])
    with pytest.raises(Refused, match="路灯一"):
        opened(tmp_path, feature_type=as_lamps)


def test_a_file_of_another_period_is_not_judged_and_said(tmp_path: Path) -> None:
    parcels(tmp_path / "供地10.geojson", 0)
    parcels(tmp_path / "供地11.geojson", 0, 100)
    text = '[park]\nperiod = "2026-11"\n'
    text += file("供地10.geojson", 'period = "2026-10"\n') + file("供地11.geojson", 'period = "2026-11"\n')
    answer(tmp_path, text + file("缺.geojson", 'period = "2026-10"\n') + file("少.geojson"))
    intake = taken(tmp_path)
    project = project_of(intake, Options())
    assert len(project.layers["supply_parcel"].frame) == 2 and project.period == "2026-11"
    assert "供地10.geojson" in said(intake) and "2026-10" in said(intake)
    assert project.missing_files == ("少.geojson",)


def test_parts_of_a_whole_that_is_there_are_not_added(tmp_path: Path) -> None:
    parcels(tmp_path / "供地全.geojson", 0, 100, 200)
    parcels(tmp_path / "供地东.geojson", 0, 100)
    parcels(tmp_path / "供地西.geojson", 200)
    parts = [file(f"{name}.geojson", 'part_of = "供地全.geojson"\n') for name in ("供地东", "供地西")]
    answer(tmp_path, file("供地全.geojson") + "".join(parts))
    intake = taken(tmp_path)
    layer = project_of(intake, Options()).layers["supply_parcel"]
    assert len(layer.frame) == 3 and [source.path for source in layer.sources] == ["供地全.geojson"]
    assert "供地东.geojson" in said(intake) and "供地西.geojson" in said(intake)


def test_parts_whose_whole_is_not_there_make_it_up(tmp_path: Path) -> None:
    parcels(tmp_path / "供地全.geojson", 0, 100, 200)
    parcels(tmp_path / "供地东.geojson", 0, 100)
    parcels(tmp_path / "供地西.geojson", 200)
    parts = [file(f"{name}.geojson", 'part_of = "供地全.geojson"\n') for name in ("供地东", "供地西")]
    answer(tmp_path, '[park]\nperiod = "2"\n' + file("供地全.geojson", 'period = "1"\n') + "".join(parts))
    assert len(opened(tmp_path).layers["supply_parcel"].sources) == 2


def test_parts_of_parts_and_rings_of_parts(tmp_path: Path) -> None:
    parcels(tmp_path / "a.geojson", 0, 100)
    parcels(tmp_path / "b.geojson", 0)
    parcels(tmp_path / "c.geojson", 0)
    text = (
        file("a.geojson")
        + file("b.geojson", 'part_of = "a.geojson"\n')
        + file("c.geojson", 'part_of = "b.geojson"\n')
    )
    answer(tmp_path, text)
    assert len(opened(tmp_path).layers["supply_parcel"].frame) == 2
    answer(tmp_path, text.replace(file("a.geojson"), file("a.geojson", 'part_of = "c.geojson"\n')))
    with pytest.raises(Refused, match=r"a\.geojson.*b\.geojson"):
        opened(tmp_path)


def test_a_part_that_is_only_a_guess_counts_and_is_refused(tmp_path: Path) -> None:
    parcels(tmp_path / "a.geojson", 0, 100)
    parcels(tmp_path / "b.geojson", 0)
    answer(tmp_path, file("a.geojson") + file("b.geojson", 'part_of = "a.geojson"\nproposed = true\n'))
    with pytest.raises(Refused, match=r"a\.geojson.*b\.geojson"):
        opened(tmp_path, feature_type=everywhere("supply_parcel"))


def test_a_superseded_file_is_not_read(tmp_path: Path) -> None:
    parcels(tmp_path / "旧供地.geojson", 0)
    parcels(tmp_path / "新供地.geojson", 0, 100)
    answer(tmp_path, file("新供地.geojson", 'supersedes = "旧供地.geojson"\n'))
    assert len(opened(tmp_path).layers["supply_parcel"].frame) == 2


def test_a_table_without_shapes_does_not_take_the_shapes_of_the_others(tmp_path: Path) -> None:
    parcels(tmp_path / "供地图.geojson", 0)
    deliver(tmp_path / "供地表.geojson", [{"宗地编号": "GD-9", "供地日期": "2024-03-01"}])
    intake = taken(tmp_path, feature_type=everywhere("supply_parcel"))
    layer = project_of(intake, Options()).layers["supply_parcel"]
    assert len(layer.geometry) == len(layer.frame) >= 1
    assert "供地表.geojson" in said(intake)


# -- completeness -------------------------------------------------------------

STATED = "complete_within = [{}, 3150000, {}, 3150100]\ncomplete_as_of = {}\n"


def two(folder: Path, first: str, second: str) -> Project:
    parcels(folder / "供地一.geojson", 0)
    parcels(folder / "供地二.geojson", 200)
    answer(folder, file("供地一.geojson", first) + file("供地二.geojson", second))
    return opened(folder)


def test_grounds_add_up_and_the_earliest_day_holds(tmp_path: Path) -> None:
    first = STATED.format(480000, 480100, "2026-11-30")
    second = STATED.format(480100, 480400, "2026-10-31")
    stated = two(tmp_path, first, second).layers["supply_parcel"].completeness
    assert stated.counts and stated.area is not None and stated.as_of == date(2026, 10, 31)
    assert stated.area.equals(shapely.box(480000, 3150000, 480400, 3150100))


@pytest.mark.parametrize(
    ("more", "lapsed", "proposed"), [("sha", True, False), ("proposed = true\n", False, True)]
)
def test_one_guess_or_one_other_delivery_spoils_it(
    more: str, lapsed: bool, proposed: bool, tmp_path: Path
) -> None:
    stated = STATED.format(480000, 480400, "2026-11-30")
    more = f'sha256 = "{"0" * 64}"\n' if more == "sha" else more
    layer = two(tmp_path, stated, stated + more).layers["supply_parcel"]
    assert (layer.completeness.lapsed, layer.completeness.proposed) == (lapsed, proposed)
    assert not layer.completeness.counts


def test_the_word_holds_for_the_delivery_it_was_given_for(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0)
    digest = hashlib.sha256((tmp_path / "供地.geojson").read_bytes()).hexdigest()
    answer(
        tmp_path, file("供地.geojson", STATED.format(480000, 480400, "2026-11-30") + f'sha256 = "{digest}"\n')
    )
    assert opened(tmp_path).layers["supply_parcel"].completeness.counts
    parcels(tmp_path / "供地.geojson", 0, 200)
    assert not opened(tmp_path).layers["supply_parcel"].completeness.counts


def test_a_file_of_which_nobody_says_anything_leaves_nothing_stated(tmp_path: Path) -> None:
    stated = (
        two(tmp_path, STATED.format(480000, 480400, "2026-11-30"), "").layers["supply_parcel"].completeness
    )
    assert stated.area is None and stated.as_of is None and not stated.confirmed_empty


# -- where it lies ------------------------------------------------------------


def test_a_file_without_reference_system_is_refused_with_proposals(tmp_path: Path) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    frame = gpd.GeoDataFrame({"ZDBH": ["1"], "QLR": ["甲"]}, geometry=[box(0, 0)])
    frame.to_file(folder / "供地.shp", encoding="utf-8", engine="pyogrio")
    with pytest.raises(Refused) as caught:
        opened(folder, crs="EPSG:4546")
    assert "--source-crs" in str(caught.value) and "供地.shp" in str(caught.value)
    assert caught.value.message.values["proposals"]
    project = opened(folder, crs="EPSG:4546", source_crs=everywhere("EPSG:4546"))
    assert project.layers["supply_parcel"].sources[0].crs_basis == "option"


def test_a_file_in_degrees_needs_a_project_grid(tmp_path: Path) -> None:
    rows = [{"宗地编号": "1", "供地日期": "2024-03-01", "shape": shapely.box(110.8, 28.4, 110.81, 28.41)}]
    deliver(tmp_path / "供地.geojson", rows, crs=4490)
    with pytest.raises(Refused, match="--crs"):
        opened(tmp_path)
    project = opened(tmp_path, crs="EPSG:4546")
    (shape,) = project.layers["supply_parcel"].geometry
    assert 1e6 < shape.area < 1.2e6 and project.layers["supply_parcel"].sources[0].cgcs2000 is True
    with pytest.raises(Refused, match="4490"):
        opened(tmp_path, crs="EPSG:4490")


def test_the_zone_number_of_another_grid_is_never_taken_silently(tmp_path: Path) -> None:
    shape = shapely.transform(box(0, 0), lambda points: points + np.array([37e6, 0.0]))
    deliver(
        tmp_path / "供地.geojson", [{"宗地编号": "1", "供地日期": "2024-03-01", "shape": shape}], crs=4525
    )
    assert opened(tmp_path).crs is not None
    deliver(
        tmp_path / "供地.geojson", [{"宗地编号": "1", "供地日期": "2024-03-01", "shape": shape}], crs=4526
    )
    with pytest.raises(Refused, match=r"供地\.geojson.*--source-crs"):
        opened(tmp_path)


def test_an_older_datum_has_no_way_that_anybody_vouches_for(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0, crs=2383)
    with pytest.raises(Refused, match=r"供地\.geojson"):
        opened(tmp_path, crs="EPSG:4546")


def test_what_a_person_says_goes_before_the_file_and_is_said(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0, crs=4547)
    intake = taken(tmp_path, source_crs=everywhere("EPSG:4546"), crs="EPSG:4546")
    assert "4547" in said(intake) and "4546" in said(intake)
    answer(tmp_path, "[park]\ncrs = 4546\n" + file("供地.geojson", "source_crs = 4546\n"))
    source = opened(tmp_path).layers["supply_parcel"].sources[0]
    assert source.crs_basis == "answers" and "4546" in source.crs
    answer(tmp_path, "[park]\ncrs = 4547\n" + file("供地.geojson", "source_crs = 4546\nproposed = true\n"))
    source = opened(tmp_path, feature_type=everywhere("supply_parcel")).layers["supply_parcel"].sources[0]
    assert source.crs_basis == "file" and "4547" in source.crs


# -- what is said beside it ---------------------------------------------------


def test_the_day_comes_from_a_person_else_from_the_data_and_never_from_the_clock(tmp_path: Path) -> None:
    parcels(tmp_path / "供地.geojson", 0)
    assert opened(tmp_path).as_of is None
    answer(tmp_path, file("供地.geojson", "source_date = 2026-10-31\n"))
    assert opened(tmp_path).as_of == date(2026, 10, 31)
    answer(tmp_path, "[park]\nas_of = 2026-11-30\n" + file("供地.geojson", "source_date = 2026-10-31\n"))
    assert opened(tmp_path).as_of == date(2026, 11, 30)
    assert project_of(taken(tmp_path), Options(as_of=date(2026, 12, 31))).as_of == date(2026, 12, 31)


def test_proposals_of_the_answers_and_of_the_blocks(tmp_path: Path) -> None:
    rows = [
        {"proposal": name, "change_type": "扩入", "shape": box(200 * i, 0)} for i, name in enumerate("AB")
    ]
    deliver(tmp_path / "方案.geojson", rows)
    answer(
        tmp_path,
        '[[proposal]]\nid = "A"\nname = "方案一"\n'
        '[[file]]\npath = "方案.geojson"\nfeature_type = "proposal_block"\n',
    )
    proposals = opened(tmp_path).proposals
    assert {name: each.name for name, each in proposals.items()} == {"A": "方案一", "B": "B"}


def test_several_files_are_one_delivery(tmp_path: Path) -> None:
    first = parcels(tmp_path / "供地一.geojson", 0)
    second = parcels(tmp_path / "供地二.geojson", 200)
    assert len(project_of(taken(first, second), Options()).layers["supply_parcel"].frame) == 2
