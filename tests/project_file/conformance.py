"""GDAL's own GeoPackage validator, of the GDAL in use, on project files; ``make conformance`` calls it.

The wheels carry no validator: it comes from ``gdal-utils`` of the same version, laid into a folder of its own
(``pip install --no-deps --target FOLDER gdal-utils==VERSION``), and never into the program's environment. It
asks GDAL one thing, whether a geometry can be read and is empty; shapely answers that here. No empty geometry
is among what it is given: it looks for the flag of emptiness in bit 3 of the header, where OGC 12-128r19,
clause 2.1.3.1.1, has it in bit 4.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pyogrio
import shapely

from gis_app.model import Record
from tests.project_file.park import new, parcels, requests, step

FOLDER = Path(__file__).parents[2] / ".venv" / "validator"


class _Geometry:
    def __init__(self, wkb: Any) -> None:
        self._shape = shapely.from_wkb(bytes(wkb))

    def IsEmpty(self) -> bool:  # noqa: N802 - as GDAL calls it
        return bool(self._shape.is_empty)


def validator(folder: Path = FOLDER) -> ModuleType | None:
    """The validator's module, None where it is not there."""
    if not (folder / "osgeo_utils").is_dir():
        return None
    osgeo, ogr = ModuleType("osgeo"), ModuleType("osgeo.ogr")
    ogr.CreateGeometryFromWkb = _Geometry  # type: ignore[attr-defined]
    osgeo.ogr, osgeo.gdal = ogr, ModuleType("osgeo.gdal")  # type: ignore[attr-defined]
    sys.modules |= {"osgeo": osgeo, "osgeo.ogr": ogr, "osgeo.gdal": osgeo.gdal}
    sys.path.append(str(folder))
    return importlib.import_module("osgeo_utils.samples.validate_gpkg")


def errors(module: ModuleType, path: Path) -> list[Any]:
    """What it finds, with all extra checks."""
    found = module.check(str(path), abort_at_first_error=False, extra_checks=True, warning_as_error=True)
    return list(found)


def edited(path: Path) -> None:
    """A project with layers of both kinds, edited and undone, closed."""
    with new(path, parcels(50), requests()) as file:
        shape = file.load().layers["supply_parcel"].frame.geometry[1]
        moved = {"geometry": shapely.box(0, 0, 1, 1)}
        seq = file.commit(step(Record("supply_parcel", 1, {"geometry": shape}, moved)), actor="a")
        file.commit(file.changeset(seq).inverse(), actor="a", undoes=seq)
        row = {"parcel_no": "新", "geometry": shapely.Point(1, 2)}
        file.commit(step(Record("supply_parcel", 2000, None, row)), actor="a")


def main(arguments: list[str]) -> int:
    """Fetch the validator and hold project files against it; print the figures."""
    version = ".".join(str(part) for part in pyogrio.__gdal_version__)
    if not (FOLDER / "osgeo_utils").is_dir():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(FOLDER)]
        subprocess.run([*command, f"gdal-utils=={version}.*"], check=True)
    module = validator()
    assert module is not None
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "p.gpkg"
        edited(path)
        given = [Path(each) for each in arguments] or [path]
        found = {each.name: [str(error) for error in errors(module, each)] for each in given}
    print(json.dumps({"validator of GDAL": version, "errors": found}, ensure_ascii=False, indent=1))
    return int(any(found.values()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
