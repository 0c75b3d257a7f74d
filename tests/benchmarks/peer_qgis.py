"""QGIS as it draws one picture after the other: started by the system's Python, told what by lines of JSON.

The first line says what to draw, ``{"path", "layer", "field", "colours", "outline", "outline_px", "size"}``;
each further line is a view, ``{"bounds", "png"}``, answered by ``{"seconds"}``. An empty ``png`` writes none.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsMapRendererCustomPainterJob,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsRendererCategory,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

THREADS = 2
DPI = 96


def layer_of(asked: dict[str, Any]) -> Any:
    """Open the file, each value of the field in its colour."""
    layer = QgsVectorLayer(f"{asked['path']}|layername={asked['layer']}", "parcels", "ogr")
    if not layer.isValid():
        raise SystemExit(f"QGIS cannot open {asked['path']}")
    categories = []
    for value, colour in enumerate(asked["colours"]):
        symbol = QgsFillSymbol.createSimple({"color": colour, "outline_color": asked["outline"]})
        symbol.symbolLayer(0).setStrokeWidth(asked["outline_px"])
        symbol.symbolLayer(0).setStrokeWidthUnit(QgsUnitTypes.RenderPixels)
        categories.append(QgsRendererCategory(value, symbol, str(value)))
    layer.setRenderer(QgsCategorizedSymbolRenderer(asked["field"], categories))
    return layer


def settings_of(layer: Any, size: tuple[int, int]) -> Any:
    """Give the settings of QGIS's own map window: antialiased, vertices within a pixel left out."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(DPI)
    settings.setBackgroundColor(QColor("#FFFFFF"))
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
    return settings


def in_parallel(settings: Any) -> Any:
    """Draw in QGIS's threads."""
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def in_one(settings: Any) -> Any:
    """Draw in this thread."""
    image = QImage(settings.outputSize(), QImage.Format_ARGB32_Premultiplied)
    image.fill(settings.backgroundColor())
    painter = QPainter(image)
    QgsMapRendererCustomPainterJob(settings, painter).renderSynchronously()
    painter.end()
    return image


def timed(draw: Callable[[Any], Any], settings: Any) -> tuple[float, Any]:
    """Give the seconds of one complete frame, and the frame."""
    started_s = time.perf_counter()
    image = draw(settings)
    return time.perf_counter() - started_s, image


def main() -> None:
    """Draw until the lines end; the first view finds out which of the two ways is quicker."""
    application = QgsApplication([], False)
    application.initQgis()
    QgsApplication.setMaxThreads(THREADS)
    asked = json.loads(sys.stdin.readline())
    layer = layer_of(asked)
    settings = settings_of(layer, tuple(asked["size"]))
    print(json.dumps({"version": Qgis.QGIS_VERSION}), flush=True)
    quicker = None
    for line in sys.stdin:
        view = json.loads(line)
        settings.setExtent(QgsRectangle(*view["bounds"]))
        if quicker is None:
            ways = (in_parallel, in_one)
            for way in ways:
                way(settings)
            quicker = min(ways, key=lambda way: timed(way, settings)[0])
        seconds, image = timed(quicker, settings)
        if view["png"] and not image.save(view["png"]):
            raise SystemExit(f"cannot write {view['png']}")
        print(json.dumps({"seconds": seconds, "way": quicker.__name__}), flush=True)
    # QGIS ends with a crash where Python tears it down
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
