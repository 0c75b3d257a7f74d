"""Saved map views: what is kept, what is refused, and which styles hold afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gis_app.catalogue import Catalogue, load
from gis_app.language import Refused
from gis_app.session.map_view import MapView, delete_view, load_views, save_view, styled, taken
from gis_app.session.styles import own_styles, with_style

BOUNDS = (511000.0, 3078000.0, 512000.5, 3079000.0)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_saved_replaced_and_deleted(tmp_path: Path) -> None:
    file, project = tmp_path / "in" / "views.json", tmp_path / "a.gpkg"
    assert load_views(project, file) == ()
    first = MapView("开会", ("road", "proposal_block/A"), ("road", "proposal_block/A", "village"), BOUNDS)
    other = MapView("另一", (), (), BOUNDS, {"road": "[style]"})
    save_view(project, first, file)
    save_view(project, other, file)
    save_view(tmp_path / "b.gpkg", replace(first, visible=()), file)
    assert load_views(project, file) == (first, other)
    save_view(project, replace(first, visible=("village",)), file)
    assert [view.name for view in load_views(project, file)] == ["另一", "开会"]
    delete_view(project, "另一", file)
    delete_view(project, "另一", file)
    assert [view.visible for view in load_views(project, file)] == [("village",)]
    assert load_views(tmp_path / "b.gpkg", file) == (replace(first, visible=()),)


def test_a_view_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        save_view(tmp_path, MapView("", (), (), BOUNDS), tmp_path / "views.json")
    assert not (tmp_path / "views.json").exists()


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"schema": "other", "projects": {}}', '{"schema": "parkplan/map_views/1"}', "\x00"],
)
def test_a_broken_file_is_told_and_left(text: str, tmp_path: Path) -> None:
    file = tmp_path / "views.json"
    file.write_text(text, encoding="utf-8")
    for work in (
        lambda: load_views(tmp_path, file),
        lambda: save_view(tmp_path, MapView("a", (), (), BOUNDS), file),
    ):
        with pytest.raises(Refused):
            work()
    assert file.read_text(encoding="utf-8") == text


def test_a_view_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "views.json"
    plain = {
        "schema": "parkplan/map_views/1",
        "projects": {"x": [{"name": "a", "visible": [], "order": [], "bounds": [0, 0, 1]}]},
    }
    file.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(Refused):
        load_views(tmp_path, file)


def test_styles_come_back_with_the_view(catalogue: Catalogue) -> None:
    own = with_style(catalogue, replace(catalogue.styles["road"], opacity=0.5))
    view = taken(" a ", ["road"], ["road"], BOUNDS, own)
    assert view.name == "a" and set(view.styles) == {"road"}
    again = styled(view, catalogue, catalogue)
    assert again.styles["road"].opacity == 0.5 and own_styles(again) == {"road"}
    # what had another style than the program's and has none in the view goes back
    later = with_style(own, replace(catalogue.styles["village"], opacity=0.1))
    assert styled(view, later, catalogue).styles["village"] == catalogue.styles["village"]


def test_a_style_that_cannot_be_read_changes_nothing(catalogue: Catalogue) -> None:
    with pytest.raises(Refused):
        styled(MapView("a", (), (), BOUNDS, {"road": "[style]"}), catalogue, catalogue)
