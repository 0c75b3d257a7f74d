"""Styles beside a project: read over the program's, written whole, told where they are wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gis_app.catalogue import Catalogue, load
from gis_app.catalogue.source import read_source
from gis_app.catalogue.style import style as read_style
from gis_app.language import Refused
from gis_app.session.styles import (
    export_style,
    fitting,
    geometry_of,
    opened_file,
    own_folder,
    own_styles,
    reset_own,
    save_own,
    with_own_styles,
    with_style,
    without_style,
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_where_they_lie(tmp_path: Path) -> None:
    assert own_folder(tmp_path) == tmp_path / "styles"
    project = tmp_path / "澜溪.gpkg"
    project.touch()
    assert own_folder(project) == tmp_path / "澜溪.styles"


def test_kept_read_and_reset(catalogue: Catalogue, tmp_path: Path) -> None:
    changed = replace(catalogue.styles["road"], opacity=0.5)
    file = save_own(changed, tmp_path)
    assert read_style(read_source(file)) == changed
    read, told = with_own_styles(catalogue, tmp_path)
    assert told == () and read.styles["road"] == changed and own_styles(read) == {"road"}
    assert catalogue.styles["road"].opacity == 1.0
    plain = without_style(read, "road", catalogue, "road")
    assert plain.styles == catalogue.styles and own_styles(plain) == set()
    reset_own("road", tmp_path)
    reset_own("road", tmp_path)
    assert own_styles(with_own_styles(catalogue, tmp_path)[0]) == set()


def test_what_is_wrong_is_told_and_the_rest_holds(catalogue: Catalogue, tmp_path: Path) -> None:
    save_own(replace(catalogue.styles["road"], opacity=0.5), tmp_path)
    wrong = replace(catalogue.styles["village"], order_by="no_such_field")
    save_own(wrong, tmp_path)
    (tmp_path / "styles" / "landmark.toml").write_text("[style\n", encoding="utf-8")
    (tmp_path / "styles" / "unknown.toml").write_text("", encoding="utf-8")
    read, told = with_own_styles(catalogue, tmp_path)
    assert own_styles(read) == {"road"} and len(told) == 2
    assert read.styles["village"] == catalogue.styles["village"]


def test_written_as_any_of_three(catalogue: Catalogue, tmp_path: Path) -> None:
    kind, codes = catalogue.feature_types["supply_parcel"], catalogue.code_lists["landuse_2023"]
    style = catalogue.styles["supply_parcel"]
    for suffix in (".toml", ".qml", ".sld"):
        export_style(style, tmp_path / f"mine{suffix}", kind, "polygon", codes, "zh")
    assert opened_file(tmp_path / "mine.toml", style.id) == (style, ())
    read, left = opened_file(tmp_path / "mine.qml", style.id)
    assert left == () and len(read.rules) > len(style.rules)
    assert "StyledLayerDescriptor" in (tmp_path / "mine.sld").read_text(encoding="utf-8")
    with pytest.raises(Refused):
        export_style(style, tmp_path / "mine.lyr", kind, "polygon", codes, "zh")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.qml", "mine.sld", "mine.toml"]


def test_nothing_is_left_where_it_cannot_be_written(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "styles").write_text("in the way", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        save_own(catalogue.styles["road"], tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert (tmp_path / "styles").read_text(encoding="utf-8") == "in the way"


def test_the_style_of_another_layer(catalogue: Catalogue) -> None:
    village, park = catalogue.feature_types["village"], catalogue.feature_types["park_boundary"]
    named = replace(catalogue.styles["village"], order_by="name")
    assert fitting(named, village).id == "village"
    with pytest.raises(Refused) as caught:
        fitting(named, park)
    assert "name" in str(caught.value)
    single = replace(
        catalogue.styles["village"],
        kind="single",
        rules=(replace(catalogue.styles["village"].rules[0], label=None),),
    )
    taken = fitting(single, park)
    assert taken.id == park.style and taken.rules[0].title == park.title


def test_for_which_geometry(catalogue: Catalogue) -> None:
    kinds = catalogue.feature_types
    assert geometry_of(kinds["road"], ["polygon"]) == "line"
    assert geometry_of(kinds["improvement_project"], ["point", "line"]) == "point"
    assert geometry_of(kinds["improvement_project"], []) == "polygon"


def test_with_one_style_exchanged_twice(catalogue: Catalogue) -> None:
    once = with_style(catalogue, replace(catalogue.styles["road"], opacity=0.5))
    twice = with_style(once, replace(catalogue.styles["road"], opacity=0.4))
    assert sum(override.id == "road" for override in twice.overrides) == 1
