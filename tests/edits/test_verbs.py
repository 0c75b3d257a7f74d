"""Each verb: what it does to a few parcels, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.edits.error import EditError
from gis_app.edits.registry import EDITS
from gis_app.language import say
from gis_app.model import PARK, Changeset, Layer, Project, Proposal, empty_layer, feature_frame
from tests.edits.coverages import CATALOGUE, GRID, park, torn
from tests.model.changes import content

X, Y = 500_000.0, 3_000_000.0
LAYER = "supply_parcel"


def box(x: float, y: float, width: float = 100.0, height: float = 100.0) -> Any:
    return shapely.box(X + x, Y + y, X + x + width, Y + y + height)


def row_of_three(**columns: Any) -> Project:
    """Three squares of 100 m side by side; 1, 2, 3 from west to east."""
    given = {"parcel_no": np.array(["A", "B", "C"], dtype=object), **columns}
    return park(np.array([box(0, 0), box(100, 0), box(200, 0)], dtype=object), **given)


def at(x: float, y: float) -> list[float]:
    return [X + x, Y + y]


def do(project: Project, verb: str, **given: Any) -> Changeset:
    """Perform an edit; neither may it touch the project before, nor leave it otherwise after its inverse."""
    before = content(project)
    step = EDITS[verb].changeset(project, CATALOGUE, {"layer": LAYER, **given} if verb in LAYERED else given)
    assert content(project) == before
    for language in ("zh", "en"):
        assert say(step.text, language)
    project.apply(step)
    after = content(project)
    project.apply(step.inverse())
    if not step.arrivals:
        assert undone(content(project), before)
    project.apply(step)
    assert content(project)["rows"] == after["rows"]
    return step


def undone(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """Undone but for columns that the step made, which stay and are blank."""
    for id, rows in before["rows"].items():
        blank = [fid for fid, row in rows.items() if [v for v in row if v is not None] != [
            v for v in now["rows"][id][fid] if v is not None]]  # fmt: skip
        if blank or rows.keys() != now["rows"][id].keys():
            return False
    return bool(now["facts"] == before["facts"] and now["proposals"] == before["proposals"])


LAYERED = {name for name, edit in EDITS.items() if "layer" in {argument.name for argument in edit.arguments}}


def refused(project: Project, verb: str, **given: Any) -> str:
    before = content(project)
    with pytest.raises(EditError) as caught:
        EDITS[verb].changeset(project, CATALOGUE, {"layer": LAYER, **given} if verb in LAYERED else given)
    assert content(project) == before
    assert say(caught.value.message, "zh") and str(caught.value)
    return caught.value.message.id.removeprefix("edits.")


def shapes(project: Project, layer: str = LAYER) -> dict[int, Any]:
    one = project.layers[layer]
    return dict(zip(one.fids.tolist(), one.geometry, strict=True))


def value(project: Project, fid: int, name: str, layer: str = LAYER) -> Any:
    return project.layers[layer].rows([fid], [name])[name][0]


# -- drawing ------------------------------------------------------------------


def test_what_is_drawn_gives_way() -> None:
    one = row_of_three()
    do(one, "draw_feature", geometry=box(50, 50, 100, 100), attributes={"parcel_no": "新", "合同面积": 12})
    drawn = shapes(one)[4]
    assert drawn.area == pytest.approx(100 * 50) and value(one, 4, "contract_area_m2") == 12
    assert shapely.area(one.layers[LAYER].geometry).sum() == pytest.approx(35_000)
    assert torn(one.layers[LAYER].geometry) == []


def test_neighbours_are_cut_when_asked_for_and_ground_is_conserved() -> None:
    one = row_of_three(contract_area_m2=np.array([1000.0, 1000.0, np.nan]))
    do(one, "draw_feature", geometry=box(50, 25, 100, 50), cut="neighbours")
    areas = {fid: shape.area for fid, shape in shapes(one).items()}
    assert areas == pytest.approx({1: 7500, 2: 7500, 3: 10_000, 4: 5000})
    assert [value(one, fid, "contract_area_m2") for fid in (1, 2)] == [750.0, 750.0]
    assert torn(one.layers[LAYER].geometry) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"geometry": box(10, 10, 20, 20)}, "covered"),
        ({"geometry": box(-10, -10, 150, 150), "cut": "neighbours"}, "swallows"),
        ({"geometry": box(50, 50), "cut": "none"}, "overlaps"),
        ({"geometry": shapely.LineString([at(0, 0), at(1, 1)])}, "wrong_kind"),
        ({"geometry": shapely.Polygon([at(0, 500), at(9, 509), at(9, 500), at(0, 509)])}, "invalid"),
        ({"geometry": box(0, 500), "attributes": {"没有": 1}}, "unknown_field"),
        ({"geometry": box(0, 500), "attributes": {"contract_area_m2": "many"}}, "wrong_value"),
        ({"geometry": box(0, 500), "attributes": {"idle_cause": "天气"}}, "not_a_word"),
        ({"geometry": "POLYGON (("}, "bad_argument"),
        ({}, "missing_argument"),
        ({"geometry": box(0, 500), "colour": 1}, "unknown_argument"),
        ({"geometry": box(0, 500), "layer": "nothing"}, "unknown_layer"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn(given: dict[str, Any], reason: str) -> None:
    assert refused(row_of_three(), "draw_feature", **given) == reason


def test_written_coordinates_lie_on_the_grid_and_meet_their_neighbours() -> None:
    one = row_of_three()
    far = shapely.Polygon([at(300.0004, 0.0003), at(400.123456, 0), at(400, 100), at(299.9996, 100.0002)])
    do(one, "draw_feature", geometry=far)
    points = shapely.get_coordinates(shapes(one)[4])
    assert {tuple(p) for p in points} >= {tuple(at(300, 0)), tuple(at(300, 100))}
    assert (points == np.round(points, 4)).all()


def test_a_layer_is_made_where_there_is_none() -> None:
    one = row_of_three()
    street = shapely.LineString([at(0, 0), at(9, 9)])
    first = do(one, "draw_feature", layer="road", geometry=street, attributes={"name": "一路", "width_m": 12})
    assert len(first.arrivals) == 1 and value(one, 4, "width_m", "road") == 12
    do(one, "draw_feature", layer="road", geometry=shapely.LineString([at(0, 0), at(0, 9)]))
    assert list(shapes(one, "road")) == [4, 5] and one.next_fid == 6


# -- vertices -----------------------------------------------------------------


def test_a_shared_vertex_moves_in_all_who_share_it() -> None:
    one = row_of_three()
    step = do(one, "move_vertex", **{"from": at(100, 100), "to": at(110.00004, 105)})
    assert [record.id for record in step.records] == [1, 2]
    assert all((X + 110, Y + 105) in shape.exterior.coords for fid, shape in shapes(one).items() if fid < 3)


def test_a_neighbour_with_only_an_edge_gets_the_vertex() -> None:
    above = box(0, 100, 300, 50)
    one = park(np.array([box(0, 0), box(100, 0), box(200, 0), above], dtype=object))
    do(one, "move_vertex", **{"from": at(100, 100), "to": at(100, 110)})
    assert (X + 100, Y + 110) in shapes(one)[4].exterior.coords
    assert shapely.area(one.layers[LAYER].geometry).sum() == pytest.approx(45_000)


def test_alone_a_vertex_may_leave_a_gap_but_not_overlap() -> None:
    one = row_of_three()
    do(one, "move_vertex", fid=1, alone=True, **{"from": at(100, 100), "to": at(90, 100)})
    assert shapes(one)[2].equals(box(100, 0))
    assert (
        refused(one, "move_vertex", fid=2, alone=True, **{"from": at(200, 100), "to": at(210, 90)})
        == "overlaps"
    )


def test_what_is_not_moved_keeps_its_bytes() -> None:
    odd = shapely.transform(box(0, 0), lambda points: points + 0.123456789)
    one = park(np.array([odd], dtype=object))
    start = shapely.get_coordinates(odd)[0]
    do(one, "move_vertex", **{"from": start.tolist(), "to": (start + 3.3333333333).tolist()})
    before, after = (set(map(tuple, shapely.get_coordinates(s))) for s in (odd, shapes(one)[1]))
    assert len(after - before) == 1 and len(after & before) == 3


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"from": at(55, 55), "to": at(0, 0)}, "no_vertex"),
        ({"from": at(100, 100), "to": at(100, 100)}, "nothing_moves"),
        ({"from": at(100, 100), "to": at(350, -50)}, "overlaps"),
        ({"from": at(100, 100), "to": "there"}, "bad_argument"),
        ({"from": at(0, 0), "to": at(float("nan"), 0)}, "bad_argument"),
    ],
    ids=["no vertex", "not moved", "would cross", "no point", "no number"],
)
def test_what_cannot_be_moved(given: dict[str, Any], reason: str) -> None:
    assert refused(row_of_three(), "move_vertex", **given) == reason


def test_a_vertex_is_inserted_and_deleted_on_both_sides() -> None:
    one = row_of_three()
    do(one, "insert_vertex", at=at(100, 40.00003))
    assert all((X + 100, Y + 40) in shapes(one)[fid].exterior.coords for fid in (1, 2))
    do(one, "delete_vertex", at=at(100, 40))
    assert shapes(one)[1].normalize() == box(0, 0).normalize() and shapes(one)[2].equals(box(100, 0))


def test_a_junction_is_not_deleted() -> None:
    assert refused(row_of_three(), "delete_vertex", at=at(100, 100)) == "junction"
    assert refused(row_of_three(), "insert_vertex", at=at(50, 50)) == "no_edge"
    assert refused(row_of_three(), "insert_vertex", at=at(100, 100)) == "no_edge"


# -- whole features -----------------------------------------------------------


def test_moving_a_parcel_takes_shared_corners_along() -> None:
    one = row_of_three()
    do(one, "move", fids=[2], by=[0, 5])
    assert shapes(one)[2].equals(box(100, 5)) and shapes(one)[1].area == pytest.approx(10_000)
    assert torn(one.layers[LAYER].geometry) == []
    assert refused(one, "move", fids=[2], by=[30, 0], together=False) == "overlaps"


def test_turning_and_scaling() -> None:
    one = park(np.array([box(0, 0)], dtype=object))
    do(one, "rotate", fids=[1], angle_deg=90)
    assert shapes(one)[1].equals(box(0, 0))
    do(one, "scale", fids=[1], factor=2, about=at(0, 0))
    assert shapes(one)[1].equals(box(0, 0, 200, 200))
    assert refused(one, "scale", fids=[1], factor=0) == "factor"


def test_reshaping_takes_from_one_and_gives_to_the_other() -> None:
    one = row_of_three()
    do(one, "reshape", fid=2, line=[at(100, 80), at(80, 50), at(100, 20)])
    assert shapes(one)[2].area == pytest.approx(10_600) and shapes(one)[1].area == pytest.approx(9_400)
    do(one, "reshape", fid=2, line=[at(200, 80), at(180, 50), at(200, 20)])
    assert shapes(one)[2].area == pytest.approx(10_000) and shapes(one)[3].area == pytest.approx(10_600)
    assert torn(one.layers[LAYER].geometry) == []
    assert refused(one, "reshape", fid=2, line=[at(120, 40), at(140, 60)]) == "does_not_meet"


def test_a_line_is_reshaped_and_split() -> None:
    one = row_of_three()
    do(one, "draw_feature", layer="road", geometry=shapely.LineString([at(0, 500), at(100, 500)]))
    do(one, "reshape", layer="road", fid=4, line=[at(20, 500), at(50, 530), at(80, 500)])
    assert len(shapes(one, "road")[4].coords) == 5
    do(one, "split", layer="road", fid=4, line=[at(50, 400), at(50, 600)])
    assert sorted(shapes(one, "road")) == [4, 5]
    do(one, "merge", layer="road", fids=[4, 5])
    assert shapes(one, "road")[4].geom_type == "LineString"


# -- split and merge ----------------------------------------------------------


def test_pieces_share_what_is_shared_and_add_up_exactly() -> None:
    one = row_of_three(
        contract_area_m2=np.array([9999.97, 0, 0]), right_holder=np.array(["甲", "乙", "丙"], object)
    )
    do(one, "split", fid=1, line=[at(33.333, -10), at(33.333, 110)])
    parts = [value(one, fid, "contract_area_m2") for fid in (1, 4)]
    assert sum(map(lambda v: round(v * 100), parts)) == 999_997
    assert parts[0] / parts[1] == pytest.approx(2, rel=1e-4)
    assert [value(one, fid, "right_holder") for fid in (1, 4)] == ["甲", "甲"]
    assert [value(one, fid, "parcel_no") for fid in (1, 4)] == ["A", None]
    assert torn(one.layers[LAYER].geometry) == []


def test_net_area_stays_the_difference_of_the_pieces() -> None:
    kind = CATALOGUE.feature_types["survey_polygon"]
    figures = {"area_m2": [10_000.01], "ridge_area_m2": [1234.57], "class_area_m2": [8765.44]}
    frame = feature_frame(
        [1], {n: np.array(v) for n, v in figures.items()}, np.array([box(0, 0)], dtype=object), GRID
    )
    one = Project(GRID, layers={kind.id: Layer(kind.id, kind, frame, unlocked="更正")}, next_fid=2)
    do(one, "split_by_ratio", layer=kind.id, fid=1, ratios=[1, 2, 4])
    rows = one.layers[kind.id].rows(None, [*figures])
    for total, ridge, net in zip(*rows.values(), strict=True):
        assert round(total * 100) - round(ridge * 100) == round(net * 100)
    for name, (whole,) in figures.items():
        assert sum(round(value * 100) for value in rows[name]) == round(whole * 100)


def test_parallel_splits() -> None:
    one = row_of_three()
    do(one, "split_by_area", fid=1, areas_m2=[2500], angle_deg=90)
    assert sorted(round(shapes(one)[fid].area, 1) for fid in (1, 4)) == [2500, 7500]
    do(one, "split_by_width", fid=2, widths_m=[10, 20])
    assert sorted(round(shapes(one)[fid].area) for fid in (2, 5, 6)) == [1000, 2000, 7000]
    do(one, "split_by_ratio", fid=3, ratios=[1, 1, 2], angle_deg=30)
    assert sorted(round(shapes(one)[fid].area) for fid in (3, 7, 8)) == [2500, 2500, 5000]
    assert torn(one.layers[LAYER].geometry) == []
    assert refused(one, "split_by_area", fid=1, areas_m2=[99_999]) == "areas"
    assert refused(one, "split_by_width", fid=1, widths_m=[-1]) == "widths"
    assert refused(one, "split_by_ratio", fid=1, ratios=[1]) == "ratios"
    assert refused(one, "split", fid=1, line=[at(-50, 50), at(-20, 50)]) == "not_cut"


def test_merging_adds_up_and_keeps() -> None:
    one = row_of_three(contract_area_m2=np.array([1.1, 2.2, np.nan]),
                       planned_far=np.array([1.0, 3.0, np.nan]),
                       recognition_no=np.array(["甲1", "乙2", None], dtype=object))  # fmt: skip
    assert refused(one, "merge", fids=[1, 2]) == "ask_merge"
    do(one, "merge", fids=[1, 2], keep=2, values={"recognition_no": "乙2"})
    assert list(shapes(one)) == [2, 3] and shapes(one)[2].equals(box(0, 0, 200, 100))
    assert value(one, 2, "contract_area_m2") == 3.3 and value(one, 2, "planned_far") == pytest.approx(2)
    assert value(one, 2, "parcel_no") == "B"
    assert refused(row_of_three(), "merge", fids=[1, 3]) == "do_not_touch"
    assert refused(row_of_three(), "merge", fids=[1]) == "merge_what"
    assert refused(row_of_three(), "merge", fids=[1, 2], keep=3) == "merge_what"
    assert refused(row_of_three(), "merge", fids=[1, 9]) == "no_feature"


# -- holes, parts, rings, copies ----------------------------------------------


def test_holes_and_parts() -> None:
    one = row_of_three()
    do(one, "add_hole", fid=1, ring=box(40, 40, 20, 20))
    assert shapes(one)[1].area == pytest.approx(9600)
    do(one, "draw_feature", geometry=box(30, 30, 40, 40))
    assert shapes(one)[4].area == pytest.approx(400)
    assert refused(one, "remove_hole", fid=1, at=at(50, 50)) == "overlaps"
    do(one, "delete_features", fids=[4])
    do(one, "remove_hole", fid=1, at=at(50, 50))
    assert shapes(one)[1].equals(box(0, 0))
    do(one, "add_part", fid=1, geometry=box(0, 200))
    assert shapes(one)[1].area == pytest.approx(20_000)
    do(one, "remove_part", fid=1, at=at(50, 250))
    assert shapes(one)[1].equals(box(0, 0))
    assert refused(one, "add_hole", fid=1, ring=box(90, 40, 20, 20)) == "hole_outside"
    assert refused(one, "remove_hole", fid=1, at=at(50, 50)) == "no_hole"
    assert refused(one, "remove_part", fid=1, at=at(50, 50)) == "no_part"


def test_a_ring_goes_around() -> None:
    one = row_of_three()
    do(one, "buffer_ring", fid=2, distance_m=10, into="landmark", attributes={"name": "防护"})
    ring = shapes(one, "landmark")[4]
    assert ring.area == pytest.approx(4 * 1000 + np.pi * 100, rel=1e-2)
    do(one, "buffer_ring", fid=2, distance_m=10)
    assert not any(
        shapely.area(shapely.intersection(shapes(one)[5], shapes(one)[fid])) > 1e-6 for fid in (1, 2, 3)
    )
    assert refused(one, "buffer_ring", fid=2, distance_m=5, inner_m=5) == "ring_distances"


def test_copies_take_the_fields_that_the_other_type_knows() -> None:
    one = row_of_three(right_holder=np.array(["甲", "乙", "丙"], dtype=object))
    do(one, "copy_features", fids=[1], into="reserve_parcel")
    assert value(one, 4, "parcel_no", "reserve_parcel") == "A" and not one.layers["reserve_parcel"].has(
        "right_holder"
    )
    do(one, "copy_features", fids=[1, 2], by=[0, 300])
    assert shapes(one)[6].equals(box(100, 300)) and value(one, 6, "right_holder") == "乙"
    assert refused(one, "copy_features", fids=[1], into="survey_polygon") == "locked"


# -- attributes ---------------------------------------------------------------


def test_attributes_of_one_and_of_many() -> None:
    one = row_of_three()
    do(one, "set_attributes", fid=1, values={"agreed_start_date": "2026-11-30", "on_cleanup_list": True})
    assert (
        value(one, 1, "agreed_start_date") == date(2026, 11, 30) and value(one, 1, "on_cleanup_list") is True
    )
    step = do(one, "set_attributes", fids=[1, 2, 3], values={"parcel_no": "B"})
    assert [record.id for record in step.records] == [1, 3]
    do(one, "set_attributes", fid=1, values={"parcel_no": None})
    assert value(one, 1, "parcel_no") is None
    assert refused(one, "set_attributes", values={"parcel_no": "x"}) == "missing_argument"
    assert refused(one, "set_attributes", fid=9, values={"parcel_no": "x"}) == "no_feature"
    assert refused(one, "set_attributes", fid=1, values={"agreed_start_date": "gestern"}) == "wrong_value"


def test_rows_that_are_pasted_are_one_step_or_none() -> None:
    one = row_of_three()
    rows = [{"fid": fid, "values": {"parcel_no": f"P{fid}"}} for fid in (1, 2, 3)]
    step = do(one, "set_cells", rows=rows)
    assert [record.id for record in step.records] == [1, 2, 3] and value(one, 3, "parcel_no") == "P3"
    wrong = [*rows, {"fid": 2, "values": {"agreed_start_date": "gestern"}}]
    assert refused(one, "set_cells", rows=wrong) == "wrong_value"
    assert refused(one, "set_cells", rows=[{"fid": 9, "values": {}}]) == "no_feature"
    assert refused(one, "set_cells", rows=[{"values": {}}]) == "bad_argument"


def test_a_new_vertex_goes_to_its_place_in_the_same_step_and_neighbours_with_it() -> None:
    one = row_of_three()
    step = do(one, "insert_vertex", at=at(100, 50), to=at(105, 50))
    assert len(step.records) == 2
    for record in step.records:
        points = shapely.get_coordinates(record.after["geometry"])
        assert np.hypot(*(points - np.array(at(105, 50))).T).min() == 0.0
    assert sum(r.after["geometry"].area - r.before["geometry"].area for r in step.records) == pytest.approx(0)


def test_nothing_new_is_an_empty_step() -> None:
    one = row_of_three()
    assert not EDITS["set_attributes"].changeset(
        one, CATALOGUE, {"layer": LAYER, "fid": 1, "values": {"parcel_no": "A"}}
    )


def test_a_field_is_calculated() -> None:
    one = row_of_three()
    do(one, "calculate_field", field="合同面积", expression="round(area_m2() / 3, 1)")
    assert value(one, 3, "contract_area_m2") == 3333.3
    step = do(one, "calculate_field", field="parcel_name", expression="concat(parcel_no, '-', 1)", fids=[2])
    assert [record.id for record in step.records] == [2] and value(one, 2, "parcel_name") == "B-1"
    assert refused(one, "calculate_field", field="parcel_no", expression="1 + 1") == "expression_result"
    assert refused(one, "calculate_field", field="nichts", expression="1") == "unknown_field"
    assert refused(one, "calculate_field", field="idle_cause", expression="'x'") == "not_a_word"


# -- locks --------------------------------------------------------------------


def survey() -> Project:
    kind = CATALOGUE.feature_types["survey_polygon"]
    frame = feature_frame([1], {"bsm": ["1"]}, np.array([box(0, 0)], dtype=object), GRID)
    return Project(GRID, layers={"survey_polygon": Layer("survey_polygon", kind, frame)}, next_fid=2)


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("draw_feature", {"geometry": box(0, 500)}),
        ("move_vertex", {"from": at(0, 0), "to": at(1, 1)}),
        ("split", {"fid": 1, "line": [at(50, -9), at(50, 200)]}),
        ("merge", {"fids": [1, 1]}),
        ("set_attributes", {"fid": 1, "values": {"bsm": "2"}}),
        ("calculate_field", {"field": "bsm", "expression": "'x'"}),
        ("delete_features", {"fids": [1]}),
    ],
)
def test_a_statutory_layer_is_changed_only_unlocked_for_a_reason(verb: str, given: dict[str, Any]) -> None:
    one = survey()
    given = {"layer": "survey_polygon", **given}
    assert refused(one, verb, **given) == "locked"
    if verb != "merge":
        do(one, "unlock_layer", layer="survey_polygon", reason="县局更正函 7 号")
        do(one, verb, **given)
        do(one, "lock_layer", layer="survey_polygon")
        assert refused(one, verb, **given) == "locked"


def test_unlocking_takes_a_reason() -> None:
    assert refused(survey(), "unlock_layer", layer="survey_polygon", reason="  ") == "no_reason"
    assert refused(row_of_three(), "unlock_layer", reason="x") == "not_locked"
    assert refused(row_of_three(), "lock_layer") == "not_unlocked"


# -- cleaning -----------------------------------------------------------------


def test_an_invalid_shape_is_mended_and_the_areas_are_said() -> None:
    bow = shapely.Polygon([at(0, 0), at(100, 100), at(100, 0), at(0, 100)])
    one = park(np.array([bow, box(300, 0)], dtype=object))
    step = do(one, "fix_invalid")
    assert shapes(one)[1].is_valid and step.text.values["after_m2"] == pytest.approx(5000)
    assert refused(one, "fix_invalid") == "all_valid"


def test_a_parcel_is_cleaned_to_its_neighbours() -> None:
    near = shapely.Polygon([at(99.7, 0.2), at(199.6, -0.1), at(200.4, 100), at(100.3, 100.2)])
    one = park(np.array([box(0, 0), near, box(200, 0)], dtype=object))
    do(one, "clean_to_neighbours", fid=2, within_m=0.6)
    assert shapes(one)[2].equals(box(100, 0)) and torn(one.layers[LAYER].geometry) == []
    assert refused(one, "clean_to_neighbours", fid=2) == "nothing_moves"


def test_a_draft_is_fitted_to_the_control_line_without_a_sliver() -> None:
    line = shapely.Polygon(
        [at(103.123456789, -50.1), at(300.7, -60.3), at(310.2, 180.9), at(96.987654321, 170.4)]
    )
    kind = CATALOGUE.feature_types["permanent_basic_farmland"]
    one = park(np.array([box(0, 0, 99.8, 100), box(50, 200, 100, 50)], dtype=object), layer="proposal_block",
               proposal=np.array(["A", "A"], dtype=object))  # fmt: skip
    one.layers[kind.id] = Layer(kind.id, kind, feature_frame([9], {}, np.array([line], dtype=object), GRID))
    one.next_fid = 10
    given = {"layer": "proposal_block", "control": kind.id}
    step = do(one, "fit_control_line", fid=1, within_m=5, **given)
    made = shapes(one, "proposal_block")[1]
    assert shapely.intersection(made, line).area <= 1e-8
    assert step.text.values["change_m2"] == pytest.approx(made.area - 9980)
    assert refused(one, "fit_control_line", fid=2, within_m=1, **given) == "no_control_line"
    assert shapes(one, kind.id)[9].equals(line)


# -- the desk -----------------------------------------------------------------


def batch() -> Project:
    kind = CATALOGUE.feature_types["approval_batch"]
    frame = feature_frame(
        [1], {"batch_name": ["2026年第三批次"]}, np.array([box(0, 0, 300, 100)], dtype=object), GRID
    )
    return Project(GRID, layers={kind.id: Layer(kind.id, kind, frame)}, next_fid=2)


CODE = "430181001002GB00007"


@pytest.mark.parametrize("outline", [
    [at(0, 0), at(100, 0), at(100, 110), at(0, 110)],
    [at(0, 0)[::-1], at(100, 0)[::-1], at(100, 110)[::-1], at(0, 110)[::-1]],
    "J1,1,3000000.000,500000.000\nJ2,1,3000000.000,500100.000\nJ3,1,3000110,500100\nJ4,1,3000110,500000",
    box(0, 0, 100, 110),
], ids=["x y", "y x", "pasted", "drawn"])  # fmt: skip
def test_a_supply_is_registered_in_one_step(outline: Any) -> None:
    one = batch()
    values = {"parcel_no": CODE, "agreed_start_date": "2024-02-29", "contract_area_m2": 10_999.5}
    step = do(one, "register_supply", layer=LAYER, batch=1, outline=outline, values=values)
    assert shapes(one)[2].equals(box(0, 0, 100, 110))
    wanted = {"parcel_no": CODE, "batch_name": "2026年第三批次", "lineage": "2026年第三批次-001",
              "drawn_area_m2": 11_000.0, "contract_area_m2": 10_999.5,
              "idle_warning_date": date(2025, 2, 28), "recovery_warning_date": date(2026, 2, 28)}  # fmt: skip
    assert {name: value(one, 2, name) for name in wanted} == wanted
    said = step.text.values
    assert (said["outside_m2"], said["left_mu"]) == pytest.approx((1000, 30))
    do(one, "register_supply", layer=LAYER, batch=1, outline=box(50, 0, 100, 100))
    assert value(one, 3, "lineage") == "2026年第三批次-002" and shapes(one)[3].area == pytest.approx(5000)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"outline": [at(0, 0), at(9, 0)]}, "too_few_vertices"),
        ({"outline": [[0, 0], [9, 0], [9, 9]]}, "far_from_batch"),
        ({"outline": box(0, 0), "values": {"parcel_no": "GD-1"}}, "parcel_code"),
        ({"outline": box(0, 0), "batch": 7}, "no_feature"),
    ],
    ids=["two points", "far", "no code", "no batch"],
)
def test_what_cannot_be_registered(given: dict[str, Any], reason: str) -> None:
    assert refused(batch(), "register_supply", **{"layer": LAYER, "batch": 1, **given}) == reason


def test_a_variant_remembers_where_it_comes_from() -> None:
    one = park(np.array([box(0, 0), box(100, 0)], dtype=object), layer="proposal_block",
               proposal=np.array(["A", "B"], dtype=object),
               change_type=np.array(["调出", "调入"], dtype=object))  # fmt: skip
    one.proposals = {"A": Proposal("A", "方案一"), "B": Proposal("B", "方案二")}
    do(one, "copy_proposal", proposal="A", id="C", name="方案三")
    assert one.proposals["C"] == Proposal("C", "方案三", True, "A")
    assert value(one, 3, "proposal", "proposal_block") == "C" and shapes(one, "proposal_block")[3].equals(
        box(0, 0)
    )
    assert refused(one, "copy_proposal", proposal="Z", id="D") == "no_proposal"
    assert refused(one, "copy_proposal", proposal="A", id="B") == "proposal_taken"


def test_blocks_of_two_variants_are_no_neighbours() -> None:
    one = park(np.array([box(0, 0), box(0, 0)], dtype=object), layer="proposal_block",
               proposal=np.array(["A", "B"], dtype=object))  # fmt: skip
    do(one, "split", layer="proposal_block", fid=1, line=[at(50, -9), at(50, 109)])
    assert shapes(one, "proposal_block")[2].wkb == box(0, 0).wkb


def test_a_fact_is_set() -> None:
    one = row_of_three()
    do(one, "set_fact", fact="approved_area_ha", value=12.5, document="函1号", date="2026-01-02")
    fact = one.fact("approved_area_ha", PARK)
    assert fact is not None and fact.documented and fact.value == 12.5
    assert refused(one, "set_fact", fact="approved_area_ha", value="viel") == "fact_value"
    assert refused(one, "set_fact", fact="nichts", value=1) == "unknown_fact"
    assert refused(one, "set_fact", fact="out_ha", value=1) == "fact_owner"


def test_an_empty_layer_has_a_column_for_every_field() -> None:
    kind = CATALOGUE.feature_types[LAYER]
    made = empty_layer(kind, GRID)
    assert len(made) == 0 and {field.id for field in kind.fields} <= set(made.table.columns)
