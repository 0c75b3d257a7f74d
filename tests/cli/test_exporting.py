"""What leaves a project: a layer for others, a zip of everything."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gis_app import formats
from tests.cli.command import ROOT, parkplan
from tests.project_file.test_owner import editor


@pytest.fixture
def mine(small: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "项目"
    folder.mkdir()
    shutil.copy(small, folder / "p.gpkg")
    return folder / "p.gpkg"


def test_a_layer_is_written_and_not_written_over(mine: Path) -> None:
    layer = next(iter(layers(mine)))
    target = mine.with_name("out.geojson")
    ran = parkplan("export", mine, layer, "-o", target, "--workers", 0)
    assert ran.code == 0 and "out.geojson" in ran.out
    (table,) = formats.read(target, workers=0)
    assert len(table) > 0
    again = parkplan("export", mine, layer, "-o", target, "--workers", 0)
    assert again.code == 2 and "out.geojson" in again.err
    assert parkplan("export", mine, layer, "-o", target, "--overwrite", "--workers", 0).code == 0
    target.write_text(target.read_text("utf-8") + " ", "utf-8")
    changed = parkplan("export", mine, layer, "-o", target, "--overwrite", "--workers", 0)
    assert changed.code == 2 and target.read_text("utf-8").endswith(" ")
    assert parkplan("export", mine, layer, "-o", target, "--overwrite-changed", "--workers", 0).code == 0
    assert parkplan("export", mine, "nowhere", "-o", target, "--workers", 0).code == 2


def test_a_zip_of_everything(mine: Path) -> None:
    target = mine.with_name("all.zip")
    ran = parkplan("bundle", mine, "-o", target)
    assert ran.code == 0 and "all.zip" in ran.out
    with zipfile.ZipFile(target) as made:
        assert made.namelist() == ["p.gpkg", "SHA256SUMS"]
        made.extractall(mine.with_name("again"))
    assert parkplan("verify", mine.with_name("again") / "p.gpkg").code == 0
    assert parkplan("bundle", mine, "-o", target).code == 2


def test_looking_beside_somebody_says_so(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.project_file.park import new, parcels\n"
        "new(Path(sys.argv[1]), parcels()).close()"
    )
    path = tmp_path / "p.gpkg"
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, cwd=ROOT)
    child = editor(path)
    try:
        for command in ("verify", "info"):
            ran = parkplan(command, path, "--language", "en")
            assert ran.code == 0 and ran.out, ran.err
            assert f"process {child.pid}" in ran.err and "as of step" in ran.err
        refused = parkplan("facts", path, "--set", "approved_area_ha=1", "--language", "en")
        assert refused.code == 2 and "has been open by" in refused.err
    finally:
        child.kill()
        child.wait()


def layers(path: Path) -> list[str]:
    """Ids of the layers of a project."""
    from gis_app.project_file import ProjectFile
    from gis_app.session.office import load_catalogue
    from gis_app.session.settings import load

    with ProjectFile.open(path, catalogue=load_catalogue(load()[0]), read_only=True) as stored:
        return [id for id, _, _ in stored.layer_types()]


def test_a_file_is_attached_listed_and_named_when_altered(tmp_path: Path, mine: Path) -> None:
    scan = tmp_path / "合同.pdf"
    scan.write_bytes(b"%PDF-1")
    number = "supply_parcel/P1"
    ran = parkplan("attach", mine, scan, "--to", number, "--kind", "contract", "--document", "合同3号")
    assert ran.code == 0, ran.err
    listed = parkplan("attach", mine, "--language", "en")
    assert listed.code == 0 and "attachments/合同.pdf\tsupply_parcel/" in listed.out
    assert "\tcontract\t\t合同3号\t" in listed.out
    kept = mine.with_suffix(".files") / "attachments" / "合同.pdf"
    kept.write_bytes(b"%PDF-2")
    listed = parkplan("attach", mine)
    assert listed.code == 1 and "SHA-256" in listed.out
    assert parkplan("verify", mine).code == 1
    assert parkplan("attach", mine, scan, "--to", "nothing/1").code == 2
    assert parkplan("attach", mine, scan, "--to", "supply_parcel/9999").code == 2
