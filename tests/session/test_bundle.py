"""One zip of a project and its attachments, restored by nothing but unzipping."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile
from gis_app.session.attaching import attach
from gis_app.session.bundle import SUMS, bundle
from gis_app.session.session import Session
from tests.project_file.park import CATALOGUE, new, parcels, same, step


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with two photographs attached, beside one that was taken off and a file of another kind."""
    path = tmp_path / "园区.gpkg"
    with new(path, parcels()) as file:
        session = Session(file, CATALOGUE, "a")
        for name in ("一.jpg", "b.pdf", "off.jpg"):
            (tmp_path / name).write_bytes(name.encode() * 1000)
            attach(session, path, tmp_path / name, ("supply_parcel", "1"))
            (tmp_path / name).unlink()
        session.edit("detach", {"path": "attachments/off.jpg"})
        assert file.attachment_problems() == []
    (tmp_path / "园区.files" / "park.toml").write_text("")
    return path


def test_made_and_restored(path: Path, tmp_path: Path) -> None:
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        made = bundle(file, tmp_path / "out.zip")
        expected = file.load()
        assert (made.attachments, made.problems) == (3, ())
        with pytest.raises(Refused, match="already exists"):
            bundle(file, tmp_path / "out.zip")
        bundle(file, tmp_path / "out.zip", overwrite=True)
    with zipfile.ZipFile(tmp_path / "out.zip") as made_zip:
        assert made_zip.testzip() is None
        made_zip.extractall(tmp_path / "restored")
    restored = tmp_path / "restored"
    check = subprocess.run(
        ["sha256sum", "-c", SUMS], cwd=restored, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0 and check.stdout.count(": OK") == 4 and "off.jpg" not in check.stdout
    with ProjectFile.open(restored / path.name, catalogue=CATALOGUE) as file:
        same(expected, file.load())
        assert file.verify() == [] and file.notes == [] and len(file.attachments()) == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "out.zip", "restored", "园区.files", "园区.gpkg",
    ]  # fmt: skip


def test_of_a_project_that_is_open_elsewhere(path: Path, tmp_path: Path) -> None:
    writer = ProjectFile.open(path, catalogue=CATALOGUE)
    writer.commit(step(Record("supply_parcel", 1, {"count": -2}, {"count": 9})), actor="a")
    script = (
        "import sys; from pathlib import Path; from gis_app.project_file import ProjectFile;"
        "from gis_app.session.bundle import bundle; from tests.project_file.park import CATALOGUE\n"
        "with ProjectFile.open(Path(sys.argv[1]), catalogue=CATALOGUE, read_only=True) as file:\n"
        "    bundle(file, Path(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", script, str(path), str(tmp_path / "out.zip")]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
    expected = writer.load()
    writer.close()
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        made.extract(path.name, tmp_path / "restored")
    with ProjectFile.open(tmp_path / "restored" / path.name, catalogue=CATALOGUE) as file:
        same(expected, file.load())


def test_missing_and_altered_are_named_on_opening(path: Path, tmp_path: Path) -> None:
    folder = path.with_name("园区.files") / "attachments"
    (folder / "一.jpg").unlink()
    (folder / "b.pdf").write_bytes(b"b.pdg" * 1000)
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        found = {note.id: note.values["file"] for note in file.notes}
        assert found == {
            "project_file.attachment_missing": "attachments/一.jpg",
            "project_file.attachment_altered": "attachments/b.pdf",
        }
        assert file.verify() == file.notes
        made = bundle(file, tmp_path / "out.zip")
        assert {problem.id for problem in made.problems} == set(found)


def test_a_path_that_leads_out_is_no_attachment(tmp_path: Path) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        for id in ("../secret", "/etc/passwd", "C:\\x", ""):
            file.commit(step(Record("attachment", id, None, {"sha256": "", "size": 1})), actor="a")
        assert file.attachments() == [] and file.attachment_problems() == []
