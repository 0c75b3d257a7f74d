"""A scene layer as one plain file that another process maps into its memory; no Qt.

It begins with a line of JSON; the columns follow as they lie in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue.style import Hatch, Line, Marker
from gis_app.render.scene import SceneLayer
from gis_app.render.shape import Shapes
from gis_app.render.symbol import LabelStyle, Symbol

_END = "\0"
_ALIGNED_BYTES = 16


def store(path: Path, layer: SceneLayer) -> None:
    """Write a layer into a file."""
    shapes, names = layer.shapes, _END.join(layer.labels).encode("utf-8")
    columns = (shapes.coords, shapes.rings, shapes.parts, shapes.features, shapes.bounds)
    parts = (*columns, layer.fids, layer.symbol_of, np.frombuffer(names, dtype=np.uint8))
    meta = {
        "id": layer.id,
        "title": dict(layer.title),
        "kind": shapes.kind,
        "symbols": [asdict(symbol) | {"title": dict(symbol.title)} for symbol in layer.symbols],
        "coverage": layer.coverage,
        "opacity": layer.opacity,
        "labels": len(layer.labels),
        "parts": [(part.dtype.str, part.shape) for part in parts],
    }
    with path.open("wb") as stream:
        stream.write(json.dumps(meta).encode() + b"\n")
        for part in parts:
            stream.write(bytes(_room(stream.tell())))
            stream.write(np.ascontiguousarray(part).data)


def stored(path: Path) -> SceneLayer:
    """Read what `store` wrote; coordinates stay in the file until they are drawn."""
    with path.open("rb") as stream:
        meta = json.loads(stream.readline())
        at = stream.tell()
    content = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    parts: list[NDArray[Any]] = []
    for name, shape in meta["parts"]:
        at += _room(at)
        size = int(np.prod(shape)) * np.dtype(name).itemsize
        parts.append(content[at : at + size].view(name).reshape(shape))
        at += size
    coords, rings, in_parts, features, bounds, fids, symbol_of, names = parts
    shapes = Shapes(meta["kind"], coords, rings, in_parts, features)
    shapes.__dict__["bounds"] = bounds  # where a cached property keeps its value
    return SceneLayer(
        meta["id"],
        meta["title"],
        shapes,
        fids,
        tuple(_symbol(symbol) for symbol in meta["symbols"]),
        symbol_of,
        tuple(names.tobytes().decode("utf-8").split(_END)) if meta["labels"] else (),
        meta["coverage"],
        meta["opacity"],
    )


def _room(at: int) -> int:
    """Bytes left empty before a column that would begin at a place."""
    return -at % _ALIGNED_BYTES


_PARTS = {"hatch": Hatch, "outline": Line, "casing": Line, "marker": Marker, "label": LabelStyle}


def _symbol(data: Mapping[str, Any]) -> Symbol:
    made = {key: None if data[key] is None else _part(kind, data[key]) for key, kind in _PARTS.items()}
    return Symbol(**{**data, **made})


def _part(kind: Callable[..., Any], data: Mapping[str, Any]) -> Any:
    """Give a part of a symbol; JSON knows no tuples."""
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})
