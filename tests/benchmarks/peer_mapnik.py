"""Mapnik as it draws one picture after the other; told what as `peer_qgis` is, by lines of JSON."""

from __future__ import annotations

import itertools
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mapnik

THREADS = 2


def map_of(asked: dict[str, Any], width: int, height: int) -> Any:
    """Give a map that opens the file for itself, each value of the field in its colour."""
    made = mapnik.Map(width, height)
    made.background = mapnik.Color("#FFFFFF")
    style = mapnik.Style()
    for value, colour in enumerate(asked["colours"]):
        rule = mapnik.Rule()
        rule.filter = mapnik.Expression(f"[{asked['field']}] = {value}")
        fill = mapnik.PolygonSymbolizer()
        fill.fill = mapnik.Color(colour)
        line = mapnik.LineSymbolizer()
        line.stroke, line.stroke_width = mapnik.Color(asked["outline"]), asked["outline_px"]
        rule.symbols.append(fill)
        rule.symbols.append(line)
        style.rules.append(rule)
    made.append_style("parcels", style)
    layer = mapnik.Layer("parcels")
    layer.datasource = mapnik.Ogr(file=asked["path"], layer=asked["layer"])
    made.srs = layer.srs
    layer.styles.append("parcels")
    made.layers.append(layer)
    return made


def strips(width: int) -> list[tuple[int, int]]:
    """Give the columns that each thread draws: first, last + 1."""
    edges = [width * number // THREADS for number in range(THREADS + 1)]
    return list(itertools.pairwise(edges))


class Drawer:
    """Draws a picture in strips, each in a thread of its own, from a map and a file of its own."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._width, self._height = asked["size"]
        self._strips = strips(self._width)
        self._maps = [map_of(asked, end - begin, self._height) for begin, end in self._strips]
        self._threads = ThreadPoolExecutor(THREADS)

    def draw(self, bounds: list[float]) -> tuple[float, Any]:
        """Give the seconds of one complete frame, and the frame."""
        started_s = time.perf_counter()
        parts = list(self._threads.map(lambda number: self._strip(number, bounds), range(THREADS)))
        whole = mapnik.Image(self._width, self._height)
        for (begin, _end), part in zip(self._strips, parts, strict=True):
            whole.composite(part, mapnik.CompositeOp.src_over, 1.0, begin, 0)
        return time.perf_counter() - started_s, whole

    def _strip(self, number: int, bounds: list[float]) -> Any:
        (begin, end), own = self._strips[number], self._maps[number]
        west, south, east, north = bounds
        pixel_m = (east - west) / self._width
        own.zoom_to_box(mapnik.Box2d(west + begin * pixel_m, south, west + end * pixel_m, north))
        image = mapnik.Image(end - begin, self._height)
        mapnik.render(own, image)
        return image


def main() -> None:
    """Draw until the lines end."""
    asked = json.loads(sys.stdin.readline())
    drawer = Drawer(asked)
    print(json.dumps({"version": mapnik.mapnik_version_string()}), flush=True)
    for line in sys.stdin:
        view = json.loads(line)
        seconds, image = drawer.draw(view["bounds"])
        if view["png"]:
            image.save(view["png"], "png32")
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
