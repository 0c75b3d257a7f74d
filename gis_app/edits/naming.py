"""What features and layers are called in the sentence of a step."""

from __future__ import annotations

from collections.abc import Iterable

from gis_app.language import Words
from gis_app.model import Layer

_MOST = 3


def title(layer: Layer) -> Words:
    """The layer in both languages."""
    return Words(layer.feature_type.title["zh"], layer.feature_type.title["en"])


def field_title(layer: Layer, name: str) -> Words:
    """A field in both languages; a column that the type does not declare by its own name."""
    declared = layer.feature_type.field(name)
    return Words(name, name) if declared is None else Words(**declared.title)


def label(layer: Layer, fid: int) -> str:
    """A feature by the first of its texts that is filled in, else by its id."""
    for field in layer.feature_type.fields:
        if field.type == "text" and layer.has(field.id):
            value = layer.rows([fid], [field.id])[field.id][0]
            if value:
                return str(value)
    return f"#{fid}"


def labels(layer: Layer, fids: Iterable[int]) -> list[str]:
    """A few features by their labels; of many only the first, and how many more."""
    given = list(fids)
    named = [label(layer, fid) for fid in given[:_MOST]]
    return named if len(given) <= _MOST else [*named, f"+{len(given) - _MOST}"]
