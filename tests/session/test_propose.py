"""What the program would answer: every guess marked as one, and reading it back confirms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w

from gis_app.language import Refused
from gis_app.session.answers import read_answers
from gis_app.session.intake import project_of
from gis_app.session.options import Options
from gis_app.session.propose import propose_answers
from tests.session.made import box, catalogue, deliver, parcels, taken


def survey(path: Path, *at: float, agree: bool = True) -> Path:
    name = "工业用地" if agree else "不知道"
    rows = [{"TBBH": f"{x}", "DLBM": "0601", "DLMC": name, "shape": box(x, 0)} for x in at]
    return deliver(path, rows)


def test_every_guess_is_marked(tmp_path: Path) -> None:
    parcels(tmp_path / "供地2026-11.geojson", 0)
    survey(tmp_path / "现状地类图斑2023.geojson", 0, 200)
    plan = propose_answers(taken(tmp_path))
    assert (
        plan["park"]["proposed"] is True
        and plan["park"]["crs"] == 4546
        and plan["park"]["period"] == "2026-11"
    )
    files = {entry["path"]: entry for entry in plan["file"]}
    assert all(entry["proposed"] is True for entry in files.values())
    assert files["供地2026-11.geojson"]["feature_type"] == "supply_parcel"
    assert files["供地2026-11.geojson"]["period"] == "2026-11"
    assert files["现状地类图斑2023.geojson"]["period"] == "2023"
    assert not any(
        key.startswith(("complete", "confirmed", "sha256")) for entry in files.values() for key in entry
    )


def test_reading_it_back_confirms_nothing(tmp_path: Path) -> None:
    parcels(tmp_path / "供地2026-11.geojson", 0)
    survey(tmp_path / "现状地类图斑2023.geojson", 0, 200, agree=False)
    before = taken(tmp_path)
    (tmp_path / "park.toml").write_text(tomli_w.dumps(propose_answers(before)), encoding="utf-8")
    answers = read_answers(tmp_path, catalogue())
    assert answers.present and (answers.crs, answers.as_of, answers.period) == (None, None, "")
    assert all(answer.proposed for answer in answers.files)
    after = taken(tmp_path)
    for one, other in zip(before.deliveries, after.deliveries, strict=True):
        assert (one.kind_basis, one.scheme.id, one.scheme.basis) == (
            other.kind_basis,
            other.scheme.id,
            other.scheme.basis,
        )
        assert other.placed.source is not None and other.placed.source.basis == "file"
    project = project_of(after, Options())
    assert project.as_of is None and project.period == "" and len(project.layers) == 2
    assert all(layer.completeness.area is None for layer in project.layers.values())


def test_pieces_of_a_whole_are_proposed_as_its_parts_and_not_taken_as_such(tmp_path: Path) -> None:
    survey(tmp_path / "现状地类图斑.geojson", 0, 100, 200, 300)
    survey(tmp_path / "现状地类图斑东.geojson", 200, 300)
    survey(tmp_path / "现状地类图斑西.geojson", 0, 100)
    plan = propose_answers(taken(tmp_path))
    parts = {entry["path"]: entry.get("part_of") for entry in plan["file"]}
    assert parts == {
        "现状地类图斑.geojson": None,
        "现状地类图斑东.geojson": "现状地类图斑.geojson",
        "现状地类图斑西.geojson": "现状地类图斑.geojson",
    }
    (tmp_path / "park.toml").write_text(tomli_w.dumps(plan), encoding="utf-8")
    with pytest.raises(Refused, match="part_of"):
        project_of(taken(tmp_path), Options())
    confirmed = (tmp_path / "park.toml").read_text(encoding="utf-8").replace("proposed = true\n", "")
    (tmp_path / "park.toml").write_text(confirmed, encoding="utf-8")
    assert len(project_of(taken(tmp_path), Options()).layers["survey_polygon"].frame) == 4


def test_pieces_that_leave_something_out_are_no_parts(tmp_path: Path) -> None:
    survey(tmp_path / "现状地类图斑.geojson", 0, 100, 200, 300)
    survey(tmp_path / "现状地类图斑东.geojson", 200)
    survey(tmp_path / "现状地类图斑西.geojson", 0, 100)
    assert not any("part_of" in entry for entry in propose_answers(taken(tmp_path))["file"])


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("供地2026", "2026"),
        ("供地2026-10", "2026-10"),
        ("供地202610", "2026-10"),
        ("2026年供地", "2026"),
        ("供地12026", ""),
        ("供地3026", ""),
        ("供地2026-13", "2026"),
        ("供地", ""),
    ],
)
def test_periods_come_from_names(name: str, period: str, tmp_path: Path) -> None:
    parcels(tmp_path / f"{name}.geojson", 0)
    (entry,) = propose_answers(taken(tmp_path))["file"]
    assert entry.get("period", "") == period
