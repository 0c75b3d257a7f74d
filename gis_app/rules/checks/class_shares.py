"""Production, living and ecological space: the share of each class in a land-use layer.

Measures the share (%) of production land; the other shares stand in the message. There is no national
definition and no national limit: the classes come from the mapping table of the code list, which is
printed with the figures, and a target is the user's.
"""

from __future__ import annotations

from collections.abc import Iterator

from gis_app.geometry.area import planar_area_m2
from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.core import invalid_shapes, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.landuse import code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood

CLASSES = ("P", "L", "E", "N")


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation with the shares; it carries no state of its own."""
    rows = n.rows["subject"]
    land_use = land_use_of(n.catalogue, rows)
    broken = invalid_shapes(rows)
    if isinstance(land_use, Observation) or broken is not None or not len(rows):
        yield broken or (land_use if isinstance(land_use, Observation) else nothing_to_judge(rows))
        return
    areas_m2 = planar_area_m2(rows.geometry, n.crs)
    column = str(rows.feature_type.class_field)
    sums = dict.fromkeys((*CLASSES, "unknown"), 0.0)
    for position, area_m2 in enumerate(areas_m2):
        sums[land_use.sansheng(code_at(rows, column, position)) or "unknown"] += float(area_m2)
    total = sum(sums.values())
    shares = {name: 100 * value / total for name, value in sums.items()} if total else sums
    figures = {**shares, "scheme": land_use.scheme, "area_ha": total / 10_000}
    yield Observation(
        "not_applicable", Message("rules.class_shares", figures), rows.layer, measured=shares["P"]
    )


CHECK = Check(("subject",), run)
