"""A scene layer as plain files that another process maps into its memory; no Qt."""

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

_META, _LABELS, _END = "layer.json", "labels.txt", "\0"
_COLUMNS = ("coords", "rings", "parts", "features")


def store(folder: Path, layer: SceneLayer) -> None:
    """Write a layer into a folder that does not exist yet."""
    folder.mkdir(parents=True)
    for name in _COLUMNS:
        _save(folder, name, getattr(layer.shapes, name))
    _save(folder, "bounds", layer.shapes.bounds)
    _save(folder, "fids", layer.fids)
    _save(folder, "symbol_of", layer.symbol_of)
    if layer.labels:
        (folder / _LABELS).write_text(_END.join(layer.labels), encoding="utf-8", newline="")
    meta = {
        "id": layer.id,
        "title": dict(layer.title),
        "kind": layer.shapes.kind,
        "symbols": [asdict(symbol) | {"title": dict(symbol.title)} for symbol in layer.symbols],
        "coverage": layer.coverage,
        "opacity": layer.opacity,
    }
    (folder / _META).write_text(json.dumps(meta), encoding="utf-8")


def stored(folder: Path) -> SceneLayer:
    """Read what `store` wrote; coordinates stay in the file until they are drawn."""
    meta = json.loads((folder / _META).read_text(encoding="utf-8"))
    shapes = Shapes(meta["kind"], *(_load(folder, name) for name in _COLUMNS))
    shapes.__dict__["bounds"] = _load(folder, "bounds")  # where a cached property keeps its value
    labels = folder / _LABELS
    return SceneLayer(
        meta["id"],
        meta["title"],
        shapes,
        _load(folder, "fids"),
        tuple(_symbol(symbol) for symbol in meta["symbols"]),
        _load(folder, "symbol_of"),
        tuple(labels.read_bytes().decode("utf-8").split(_END)) if labels.exists() else (),
        meta["coverage"],
        meta["opacity"],
    )


def _save(folder: Path, name: str, values: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", values, allow_pickle=False)


def _load(folder: Path, name: str) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    with path.open("rb") as stream:
        np.lib.format.read_magic(stream)
        shape, *_ = np.lib.format.read_array_header_1_0(stream)
    if not all(shape):  # nothing cannot be mapped
        return np.asarray(np.load(path, allow_pickle=False))
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


_PARTS = {"hatch": Hatch, "outline": Line, "casing": Line, "marker": Marker, "label": LabelStyle}


def _symbol(data: Mapping[str, Any]) -> Symbol:
    made = {key: None if data[key] is None else _part(kind, data[key]) for key, kind in _PARTS.items()}
    return Symbol(**{**data, **made})


def _part(kind: Callable[..., Any], data: Mapping[str, Any]) -> Any:
    """Give a part of a symbol; JSON knows no tuples."""
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})
