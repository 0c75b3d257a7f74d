"""One reference system for all layers, of the family that the rule names.

Measures the number of layers that were not delivered in CGCS2000. A layer brought in from WGS 84 or an
older datum may lie a hundred metres off and every overlay still computes. Layers that were not delivered
are another rule's business. Source: 自然资源部 databases are in EPSG:4490 and its grids.
"""

from __future__ import annotations

from collections.abc import Iterator

from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.finding import Missing, Observation
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for all layers named."""
    other: list[Message] = []
    unknown: list[Message] = []
    for layer in n.values["layers"]:
        title = Words(**n.catalogue.feature_types[layer].title)
        for source in n.sources(layer):
            named = Message("rules.layer_crs", {"layer": title, "path": source.path, "crs": source.crs})
            if source.cgcs2000 is None:
                unknown.append(named)
            elif not source.cgcs2000:
                other.append(named)
    given = [layer for layer in n.values["layers"] if n.sources(layer)]
    if other:
        yield Observation("fail", Message("rules.crs_other", {"layers": other}), measured=float(len(other)))
    elif unknown or not given:
        text = Message("rules.crs_unknown", {"layers": unknown})
        yield Observation("cannot_tell", text, missing=(Missing("value", "layer.crs", text),))
    else:
        yield Observation("pass", Message("rules.crs_all", {"count": len(given)}), measured=0.0)


CHECK = Check(("layers",), run, names={"layers": "layers"})
