"""Scenes: columns of coordinates, the view, hatches and styles; none of it needs Qt."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.render.hatch import hatch_lines
from gis_app.render.scene import Scene, bounds_of, scene_layer, scene_layers
from gis_app.render.shape import columns, split_kinds
from gis_app.render.styling import UNKNOWN_FILL
from gis_app.render.symbol import Symbol
from gis_app.render.view import View, fit, rounded
from tests.render.parks import catalogue, layer, small

HOLED = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
TWO = shapely.MultiPolygon([shapely.box(20, 0, 30, 10), shapely.box(40, 0, 50, 10)])


def test_no_qt_is_loaded() -> None:
    code = "import gis_app.render.scene, gis_app.render.state_mark, sys; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("single", [True, False])
def test_columns_of_polygons(single: bool) -> None:
    given_shapes = np.array([HOLED] if single else [HOLED, TWO], dtype=object)
    shapes = columns("polygon", given_shapes)
    back = shapes.geometry(np.ones(len(shapes), dtype=bool))
    assert len(shapes) == len(given_shapes)
    assert shapely.equals(shapely.normalize(back), shapely.normalize(given_shapes)).all()
    assert np.allclose(shapes.bounds, shapely.bounds(given_shapes))


def test_holes_run_against_their_shells() -> None:
    for shape in (HOLED, HOLED.reverse()):
        shapes = columns("polygon", np.array([shape], dtype=object))
        turns = [
            shapely.LinearRing(shapes.coords[a:b]).is_ccw
            for a, b in zip(shapes.rings, shapes.rings[1:], strict=False)
        ]
        assert turns[0] != turns[1]


def test_columns_of_lines_and_points() -> None:
    lines = np.array(
        [shapely.LineString([(0, 0), (1, 1)]), shapely.MultiLineString([[(2, 2), (3, 3)], [(4, 4), (5, 6)]])]
    )
    points = np.array([shapely.Point(1, 2), shapely.MultiPoint([(3, 4), (5, 6)])])
    for kind, shapes in (("line", lines), ("point", points)):
        made = columns(kind, shapes)
        assert shapely.equals(made.geometry(np.ones(2, dtype=bool)), shapes).all()
        assert np.allclose(made.bounds, shapely.bounds(shapes))


def test_what_cannot_be_drawn_is_of_no_kind() -> None:
    bad = [
        None,
        shapely.Polygon(),
        shapely.GeometryCollection([shapely.Point(0, 0)]),
        shapely.Point(np.inf, 0),
    ]
    shapes = np.empty(5, dtype=object)
    shapes[:] = [*bad, shapely.Point(1, 1)]
    assert {kind: chosen.tolist() for kind, chosen in split_kinds(shapes).items()} == {
        "point": [False] * 4 + [True]
    }


@given(
    st.tuples(*[st.floats(-1e6, 5e6)] * 2, *[st.floats(0.01, 1e5)] * 2),
    st.integers(50, 4000),
    st.integers(50, 4000),
)
@settings(max_examples=60, deadline=None)
def test_what_is_fitted_is_inside(box: tuple[float, float, float, float], width: int, height: int) -> None:
    bounds = (box[0], box[1], box[0] + box[2], box[1] + box[3])
    for view in (fit(bounds, (width, height)), rounded(fit(bounds, (width, height)))):
        corners = view.to_px(np.array([bounds[:2], bounds[2:]]))
        assert (corners > -0.5).all()
        assert (corners[:, 0] < width + 0.5).all()
        assert (corners[:, 1] < height + 0.5).all()
        assert np.allclose(view.to_px(np.array([view.bounds[:2]])), [[0, height]], atol=1e-3)


def test_scale_is_metres_on_the_medium() -> None:
    view = View((0, 0), 1.0, (100, 100), dpi=254.0)
    assert view.mm_px == pytest.approx(10.0)
    assert view.denominator == pytest.approx(10_000.0)
    assert rounded(view.at_denominator(26_100)).denominator == pytest.approx(30_000)
    assert rounded(view.at_denominator(30_000)).denominator == pytest.approx(30_000)


def test_a_point_gets_a_view() -> None:
    assert fit((5, 5, 5, 5), (100, 100)).denominator == pytest.approx(1000)


@pytest.mark.parametrize("angle_deg", [0, 45, 90, 135])
def test_hatch_lies_within_and_is_as_dense_as_asked(angle_deg: float) -> None:
    polygons = np.array([HOLED, TWO], dtype=object)
    lines = hatch_lines(polygons, angle_deg, 0.5, (0.1, 0.2))
    drawn = shapely.linestrings(lines.reshape(-1, 2, 2))
    assert shapely.covered_by(drawn, shapely.buffer(shapely.union_all(polygons), 1e-6)).all()
    area = shapely.area(polygons).sum()
    assert shapely.length(drawn).sum() * 0.5 == pytest.approx(area, rel=0.06)


def test_hatch_goes_on_across_neighbours() -> None:
    neighbours = np.array([shapely.box(0, 0, 7, 10), shapely.box(7, 0, 20, 10)], dtype=object)
    apart = shapely.union_all(shapely.linestrings(hatch_lines(neighbours, 45, 1.3).reshape(-1, 2, 2)))
    whole = np.array([shapely.box(0, 0, 20, 10)], dtype=object)
    together = shapely.union_all(shapely.linestrings(hatch_lines(whole, 45, 1.3).reshape(-1, 2, 2)))
    assert apart.hausdorff_distance(together) < 1e-6


def test_classes_have_the_colour_of_the_code_list() -> None:
    made = layer(
        "survey_polygon",
        [shapely.box(i, 0, i + 1, 1) for i in range(3)],
        "survey3",
        class_code=["0101", "0301", "9x9"],
    )
    ground = scene_layers(made, catalogue())[0]
    fills = [ground.symbols[number].fill for number in ground.symbol_of]
    assert fills[0] == "#f5f8dc"
    assert fills[1] not in (fills[0], UNKNOWN_FILL)
    assert fills[2] == UNKNOWN_FILL
    assert ground.symbols[ground.symbol_of[0]].code == "01"


def test_rules_choose_their_features() -> None:
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    made = layer(
        "proposal_block", boxes, proposal=["A"] * 3, change_type=["调出", "扩入", None], name=["一", "二", ""]
    )
    by_title = {
        one.symbols[0].title["zh"]: one for one in scene_layers(made, catalogue()) if one.symbols[0].outline
    }
    assert {title: one.fids.tolist() for title, one in by_title.items()} == {"调出": [1], "扩入": [2]}


def test_only_some_features() -> None:
    made = small().of_type("survey_polygon")
    assert made is not None
    chosen = scene_layers(made, catalogue(), fids=np.array([2, 3]))
    assert {fid for one in chosen for fid in one.fids.tolist()} == {2, 3}


def test_shown_is_what_is_in_view() -> None:
    made = scene_layer("x", [shapely.box(0, 0, 1, 1)], Symbol())[0]
    assert made.shown(fit((0, 0, 1, 1), (100, 100))) == [0]
    assert made.shown(fit((5, 5, 6, 6), (100, 100))) == []
    assert bounds_of([made]) == (0, 0, 1, 1)
    assert bounds_of([]) is None
    assert Scene((made,), fit((0, 0, 1, 1), (10, 10))).seen_from(fit((5, 5, 6, 6), (9, 9))).view.size_px == (
        9,
        9,
    )
