"""Where QGIS is installed: it opens a project file with our styles, and draws its layers as they are here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gis_app.session.new_project import new_project
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder
from tests.catalogue.test_qgis import SYSTEM_PYTHON, _differing, _off_tone, has_qgis
from tests.render.parks import catalogue

LISTED = ("park_boundary", "plan_parcel", "urban_development_boundary", "ecological_red_line", "road")
HATCHED = ("ecological_red_line",)
DRAW = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import *
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
app = QgsApplication([], False); app.initQgis()
task = json.load(open(sys.argv[1]))
told = {}
for name in task["layers"]:
    layer = QgsVectorLayer(task["project"] + "|layername=" + name, name, "ogr")
    assert layer.isValid(), name
    text, found = layer.loadDefaultStyle()
    told[name] = {"loaded": found, "renderer": layer.renderer().type(), "count": layer.featureCount()}
    layer.setLabelsEnabled(False)
    settings = QgsMapSettings()
    settings.setLayers([layer]); settings.setExtent(QgsRectangle(*task["bounds"]))
    settings.setOutputSize(QSize(*task["size"])); settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("white")); settings.setDestinationCrs(layer.crs())
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    job = QgsMapRendererSequentialJob(settings); job.start(); job.waitForFinished()
    job.renderedImage().save(task["out"] + "/" + name + ".png")
json.dump(told, open(task["out"] + "/told.json", "w"))
os._exit(0)
"""


@pytest.mark.long
@pytest.mark.skipif(not has_qgis(), reason="QGIS is not installed; make bench-peers installs it")
def test_qgis_opens_the_project_file_with_our_styles(tmp_path: Path) -> None:
    """At most 1 % of a layer's pixels differ by more than a quarter of the range; of hatches the tone."""
    from dataclasses import replace

    from gis_app.render.painter import application, picture
    from gis_app.render.scene import Scene, bounds_of, fit, scene_layers

    opened = open_path(folder() / "2026-11", Options(), catalogue(), lambda message: None)
    assert opened.intake is not None
    project = tmp_path / "park.gpkg"
    new_project(project, opened.intake, Options(), catalogue(), "test")
    layers = opened.project.layers
    bounds = bounds_of(scene_layers(layers["park_boundary"], catalogue()))
    assert bounds is not None
    view = fit(bounds, (900, 600), 0.05)
    task = {
        "project": str(project),
        "layers": LISTED,
        "bounds": view.bounds,
        "size": view.size_px,
        "out": str(tmp_path),
    }
    (tmp_path / "task.json").write_text(json.dumps(task), encoding="utf-8")
    (tmp_path / "draw.py").write_text(DRAW, encoding="utf-8")
    asked = [SYSTEM_PYTHON, str(tmp_path / "draw.py"), str(tmp_path / "task.json")]
    subprocess.run(asked, check=True, capture_output=True, timeout=300)
    told = json.loads((tmp_path / "told.json").read_text())
    application()
    off = {}
    for name in LISTED:
        assert told[name]["loaded"] and told[name]["count"] == len(layers[name]), told[name]
        drawn = [
            replace(one, symbols=tuple(replace(symbol, label=None) for symbol in one.symbols))
            for one in scene_layers(layers[name], catalogue())
        ]
        ours = picture(Scene(drawn, view))
        ours.save(str(tmp_path / f"{name}-ours.png"))
        measure = _off_tone if name in HATCHED else _differing
        off[name] = round(measure(ours, str(tmp_path / f"{name}.png")), 4)
    assert all(share <= (0.02 if name in HATCHED else 0.01) for name, share in off.items()), off
