"""Tile services of a person: kept with the key among their settings, off unless the project allows them."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from gis_app.edits.error import EditError
from gis_app.edits.set_network import set_network
from gis_app.language import Refused
from gis_app.model import Project
from gis_app.project_file import ProjectFile
from gis_app.session.bundle import bundle
from gis_app.session.session import Session
from gis_app.session.tile_source import PRESETS, TileSource, allowed, drop, keep, sources, sources_path
from tests.project_file.park import CATALOGUE, new, parcels

OWN = TileSource("自建", "https://tiles.example.com/{z}/{x}/{y}?k={key}", "S3CRET")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))


def test_kept_replaced_and_given_up() -> None:
    assert sources() == ()
    keep(OWN)
    keep(replace(OWN, key="NEW"))
    assert sources() == (replace(OWN, key="NEW"),)
    assert stat.S_IMODE(sources_path().stat().st_mode) == 0o600
    drop(OWN)
    assert sources() == () and "NEW" not in sources_path().read_text()


def test_off_unless_the_project_allows_it() -> None:
    keep(OWN)
    project = Project()
    assert allowed(project) == ()
    project.apply(set_network(project, "own_key"))
    assert allowed(project) == (OWN,)
    project.apply(set_network(project, "restricted"))
    assert allowed(project) == ()
    with pytest.raises(EditError):
        set_network(project, "own_key")
    assert not set_network(project, "restricted")


def test_the_choice_is_recorded_and_the_key_is_not(tmp_path: Path) -> None:
    keep(OWN)
    path = tmp_path / "p.gpkg"
    with new(path, parcels()) as file:
        session = Session(file, CATALOGUE, "a")
        session.edit("set_network", {"network": "own_key"})
        session.undo()
        assert session.project.network == "none"
        session.redo()
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.load().network == "own_key" and file.verify() == []
        bundle(file, tmp_path / "all.zip")
    for left in (path, tmp_path / "all.zip"):
        assert b"S3CRET" not in left.read_bytes()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (replace(OWN, template="file:///a/{z}/{x}/{y}"), "tiles_address"),
        (replace(OWN, template="https://a/{z}/{x}"), "tiles_template"),
        (replace(OWN, key=" "), "tiles_no_key"),
        (replace(OWN, zooms=(9, 3)), "tiles_zooms"),
        (replace(OWN, template="https://webst01.is.autonavi.com/{z}{x}{y}"), "tiles_shift"),
        (replace(OWN, template="https://maponline0.bdimg.com/{z}{x}{y}", shift="gcj02"), "tiles_bd09"),
    ],
)
def test_what_is_refused(source: TileSource, told: str) -> None:
    with pytest.raises(Refused) as refused:
        keep(source)
    assert refused.value.message.id == f"session.{told}" and sources() == ()


def test_a_shift_that_is_named_is_taken() -> None:
    keep(replace(OWN, template="https://webst01.is.autonavi.com/{z}{x}{y}", shift="gcj02"))
    assert [one.shift for one in sources()] == ["gcj02"]


def test_presets_are_sound() -> None:
    for template in PRESETS.values():
        source = TileSource("天地图", template, "k", "cgcs2000")
        source.require_sound()
        told = source.service((0.0, 0.0, 1.0, 1.0))
        assert len(told["subdomains"]) == 8 and source.host == "t0.tianditu.gov.cn"


def test_a_file_that_is_broken_is_named() -> None:
    sources_path().parent.mkdir(parents=True)
    sources_path().write_text("[{}]")
    with pytest.raises(Refused) as refused:
        sources()
    assert refused.value.message.id == "session.tiles_unreadable"
