"""One file as another: what is lost and repaired is said before anything is written."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis_app.language import Message, Refused, say
from gis_app.session.convert import convert
from gis_app.session.options import Options
from tests.session.made import HERE, X, Y, box, catalogue, deliver, everywhere, parcels


class Told:
    """What was said, and whether the target was there already when it was."""

    def __init__(self, target: Path) -> None:
        self.target, self.said, self.late = target, [], False

    def __call__(self, message: Message) -> None:
        self.late = self.late or self.target.exists()
        self.said.append(say(message, "en"))


def test_a_file_is_written_as_another(tmp_path: Path) -> None:
    source, target = parcels(tmp_path / "供地.geojson", 0, 200), tmp_path / "供地.shp"
    told = Told(target)
    done = convert(source, target, HERE, catalogue(), before_writing=told)
    read = gpd.read_file(target)
    assert done.count == len(read) == 2 and target in done.files and not told.late
    assert read.crs.to_epsg() == 4546 and read.area.tolist() == [10_000.0] * 2


def test_placed_in_another_system(tmp_path: Path) -> None:
    source, target = parcels(tmp_path / "供地.geojson", 0, crs=4547), tmp_path / "出.geojson"
    convert(source, target, Options(crs="EPSG:4546", workers=0), catalogue(), before_writing=Told(target))
    with pytest.raises(Refused, match="EPSG"):
        convert(
            source,
            tmp_path / "b.geojson",
            Options(crs="EPSG:4490", workers=0),
            catalogue(),
            before_writing=Told(target),
        )
    assert not (tmp_path / "b.geojson").exists()


def test_a_repair_says_the_area_before_and_after(tmp_path: Path) -> None:
    bow = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    source = deliver(
        tmp_path / "供地.geojson", [{"宗地编号": "1", "shape": bow}, {"宗地编号": "2", "shape": box(200, 0)}]
    )
    target = tmp_path / "出.gpkg"
    told = Told(target)
    convert(source, target, HERE, catalogue(), repair_shapes=True, before_writing=told)
    (repair,) = [text for text in told.said if "5000.00" in text]
    assert "0.00" in repair and not told.late
    assert gpd.read_file(target).area.sum() == pytest.approx(15_000)
    kept = tmp_path / "原.gpkg"
    convert(source, kept, HERE, catalogue(), before_writing=Told(kept))
    assert not gpd.read_file(kept).is_valid.all()


def test_what_is_lost_is_said_first(tmp_path: Path) -> None:
    name = "一个比十个字节长得多的字段名"
    source = parcels(tmp_path / "供地.geojson", 0, **{name: "x"})
    told = Told(tmp_path / "出.shp")
    convert(source, told.target, HERE, catalogue(), before_writing=told)
    assert any(name in text for text in told.said) and not told.late


def test_features_left_out_are_said_first(tmp_path: Path) -> None:
    rows = [{"宗地编号": "1", "shape": box(0, 0)}, {"宗地编号": "2", "shape": shapely.Point(X, Y)}]
    source = deliver(tmp_path / "供地.geojson", rows)
    told = Told(tmp_path / "出.gpkg")
    options = Options(workers=0, feature_type=everywhere("supply_parcel"))
    assert convert(source, told.target, options, catalogue(), before_writing=told).count == 1
    assert any("供地.geojson" in text for text in told.said) and not told.late


def test_a_target_that_is_there_or_unknown_is_refused_and_left(tmp_path: Path) -> None:
    source = parcels(tmp_path / "供地.geojson", 0)
    (tmp_path / "出.geojson").write_bytes(b"x")
    for target in (tmp_path / "出.geojson", tmp_path / "出.dwg"):
        with pytest.raises(Refused):
            convert(source, target, HERE, catalogue(), before_writing=Told(target))
    assert (tmp_path / "出.geojson").read_bytes() == b"x"
    convert(source, tmp_path / "出.geojson", HERE, catalogue(), overwrite=True, before_writing=Told(tmp_path))
    assert len(gpd.read_file(tmp_path / "出.geojson")) == 1


def test_a_folder_of_two_layers_is_refused(tmp_path: Path) -> None:
    parcels(tmp_path / "供地一.geojson", 0)
    parcels(tmp_path / "供地二.geojson", 200)
    with pytest.raises(Refused, match="供地一"):
        convert(tmp_path, tmp_path / "出.gpkg", HERE, catalogue(), before_writing=Told(tmp_path))
