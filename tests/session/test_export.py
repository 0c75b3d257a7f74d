"""A layer written for others: ended by the next opening, never over another's change unasked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from gis_app import formats
from gis_app.formats import install
from gis_app.language import Message, Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile
from gis_app.session.door import open_for_work
from gis_app.session.export import export_layer
from gis_app.session.new_project import new_project
from tests.project_file.park import CATALOGUE, new, parcels, requests, step
from tests.session.made import HERE, answer, catalogue, taken
from tests.session.made import parcels as deliver_parcels


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[ProjectFile]:
    file = new(tmp_path / "p.gpkg", parcels(), requests())
    yield file
    file.close()


def export(stored: ProjectFile, target: Path, **options: bool) -> formats.Written:
    return export_layer(stored, stored.load(), "supply_parcel", target, workers=0, **options)


def members(target: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in target.parent.glob(target.stem + ".*")}


@pytest.mark.parametrize("name", ["set.shp", "set.gpkg", "set.geojson"])
def test_what_is_written_reads_as_the_layer(stored: ProjectFile, tmp_path: Path, name: str) -> None:
    written = export(stored, tmp_path / name)
    (table,) = formats.read(written.files[0], workers=0)
    layer = stored.load().layers["supply_parcel"]
    assert len(table) == len(layer.fids) == 5
    assert list(table.columns["parcel_no"]) == list(layer.frame["parcel_no"])
    assert shapely.equals(shapely.normalize(table.geometry), shapely.normalize(layer.geometry)).all()
    assert stored.outside.unfinished() == [] and stored.outside.members(tmp_path / name) is not None


def test_what_cannot_be_written_is_said(stored: ProjectFile, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no layer road"):
        export_layer(stored, stored.load(), "road", tmp_path / "a.shp")
    with pytest.raises(Refused):
        export(stored, tmp_path / "a.xyz")
    assert stored.outside.unfinished() == []


@pytest.mark.parametrize("change", ["content", "dbf", "removed", "renamed", "replaced"])
def test_changed_by_another_program_is_not_overwritten_unasked(
    stored: ProjectFile, tmp_path: Path, change: str
) -> None:
    target = tmp_path / "out" / "set.shp"
    target.parent.mkdir()
    export(stored, target)
    with pytest.raises(Refused, match="was not overwritten"):
        export(stored, target)
    export(stored, target, overwrite=True)  # it is what we left
    match change:
        case "content":
            content = bytearray(target.read_bytes())
            content[120] ^= 1
            target.write_bytes(content)
        case "dbf":
            with target.with_suffix(".dbf").open("ab") as file:
                file.write(b" ")
        case "removed":
            target.unlink()
        case "renamed":
            target.rename(target.with_name("x.shp"))
        case "replaced":
            for end in (".shp", ".shx"):
                shutil.copy(target.with_suffix(end), target.with_suffix(end + ".old"))
            formats.write(target.with_name("y.shp"), _other(stored), workers=0)
            for end in (".shp", ".shx", ".dbf"):
                os.replace(target.with_name("y" + end), target.with_suffix(end))
    left = members(target)
    with pytest.raises(Refused, match="changed by another program"):
        export(stored, target, overwrite=True)
    assert members(target) == left
    export(stored, target, overwrite=True, over_changed=True)
    (table,) = formats.read(target, workers=0)
    assert len(table) == 5


def _other(stored: ProjectFile) -> formats.Table:
    from gis_app.session.export import as_table

    project = stored.load()
    return as_table(parcels(3), project, Path("y.shp"))


def test_the_delivery_it_was_read_from(tmp_path: Path) -> None:
    folder = tmp_path / "来件"
    deliver_parcels(folder / "供地.geojson", 0, 200)
    answer(folder, '[park]\nname = "示例"\nas_of = 2026-11-30\n[[file]]\npath = "供地.geojson"\n')
    made = new_project(tmp_path / "p.gpkg", taken(folder), HERE, catalogue(), "a")
    source = folder / "供地.geojson"
    with ProjectFile.open(made.path, catalogue=catalogue()) as stored:
        assert stored.outside.members(source) is not None
        original = source.read_bytes()
        source.write_bytes(original + b"\n")
        with pytest.raises(Refused, match="changed by another program"):
            export(stored, source, overwrite=True)
        source.write_bytes(original)
        export(stored, source, overwrite=True)
        assert source.read_bytes() != original


@pytest.mark.parametrize("ended", ["before", "half", "after"])
def test_an_interrupted_export_is_ended_by_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    target = tmp_path / "out" / "set.shp"
    target.parent.mkdir()
    stored = new(tmp_path / "p.gpkg", parcels())
    export(stored, target)
    before = members(target)
    stored.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="a")
    export(stored, tmp_path / "set.shp")
    after = {each.name: each.read_bytes() for each in tmp_path.glob("set.*")}

    class Ended(BaseException):
        """The process is gone: nothing of it runs any more."""

    def stop(*arguments: object) -> None:
        raise Ended

    calls = {"n": 0}
    replace = install.System.replace

    def half(self: install.System, source: Path, to: Path) -> None:
        calls["n"] += 1
        if calls["n"] == 4:
            raise Ended
        replace(self, source, to)

    with monkeypatch.context() as patch:
        if ended == "half":
            patch.setattr(install.System, "replace", half)
        else:
            patch.setattr(install, "_forward" if ended == "before" else "_finish", stop)
        patch.setattr(type(stored.outside), "end", lambda *_: None)
        with pytest.raises(Ended):
            export(stored, target, overwrite=True)
    monkeypatch.setattr(install, "_is_owned", lambda folder: False)
    stored.close()
    again = open_for_work(tmp_path / "p.gpkg", CATALOGUE)
    assert [note.id for note in again.notes] == ["session.export_recovered"]
    assert again.outside.unfinished() == []
    assert members(target) == after != before
    assert not list(target.parent.glob(".parkplan-writing-*"))
    export(again, target, overwrite=True)
    again.close()


def test_what_cannot_be_reached_now_is_tried_again(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as stored:
        stored.outside.begin(tmp_path / "gone" / "set.shp")
    for _ in range(2):
        again = open_for_work(tmp_path / "p.gpkg", CATALOGUE)
        assert [note.id for note in again.notes] in (
            ["session.export_recovered"],
            ["session.export_not_recovered"],
        )
        notes: list[Message] = again.notes
        again.close()
    assert notes[0].id == "session.export_not_recovered"
