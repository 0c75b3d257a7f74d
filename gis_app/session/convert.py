"""One file written as another.

Placed in a reference system if asked, repaired if asked, losses said first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.catalogue import Catalogue
from gis_app.formats import Table, format_of, losses, write
from gis_app.geometry.crs import epsg_of
from gis_app.geometry.validity import repair
from gis_app.language import Message, Refused
from gis_app.session.delivery import Delivery
from gis_app.session.intake import Intake, Progress, take_in
from gis_app.session.options import Options


@dataclass(frozen=True)
class Converted:
    """Files written and features in them."""

    files: tuple[Path, ...]
    count: int


def convert(
    source: Path,
    target: Path,
    options: Options,
    catalogue: Catalogue,
    *,
    encoding: str | None = None,
    repair_shapes: bool = False,
    overwrite: bool = False,
    before_writing: Progress,
) -> Converted:
    """Write one layer of ``source`` as ``target``.

    ``before_writing`` is told what will be lost and what a repair changes, before anything is written.

    Raises
    ------
    Refused
        The source holds several layers, cannot be read or placed, or the target cannot be written; the
        target is as it was.
    """
    intake = take_in([source], options, catalogue)
    if intake.refused:
        raise intake.refused[0]
    if len(intake.deliveries) != 1:
        names = [delivery.table.name for delivery in intake.deliveries]
        raise Refused(Message("session.convert_one", {"file": source.name, "layers": names}))
    delivery = intake.deliveries[0]
    table = replace(delivery.table, geometry=delivery.geometry, crs_wkt=_crs_of(intake, delivery))
    for excluded in delivery.excluded:
        before_writing(
            Message(
                "session.excluded", {"file": source.name, "count": excluded.count, "reason": excluded.reason}
            )
        )
    if repair_shapes and table.geometry is not None:
        table = replace(table, geometry=_repaired(table, before_writing))
    chosen = format_of(target)
    if chosen is None:
        raise Refused(Message("session.convert_unknown", {"file": target.name}))
    used = encoding or "UTF-8"
    for loss in losses(table, chosen.id, used):
        before_writing(loss)
    written = write(
        target,
        table,
        encoding=used,
        overwrite=overwrite,
        workers=options.workers,
    )
    return Converted(written.files, len(table))


def _crs_of(intake: Intake, delivery: Delivery) -> str | None:
    """In what the shapes are now: by its code where it has one, since not every format keeps a definition."""
    source = delivery.placed.source
    crs = intake.crs if intake.crs is not None else None if source is None else source.crs
    if crs is None:
        return None
    code = epsg_of(crs)
    return crs.to_wkt() if code is None else f"EPSG:{code}"


def _repaired(table: Table, tell: Progress) -> NDArray[Any]:
    """Shapes made valid, and the area of each before and after, said one by one."""
    geometry: NDArray[Any] = np.asarray(table.geometry, dtype=object)
    broken = np.flatnonzero(~shapely.is_valid(geometry))
    mended = repair(geometry)
    for position in broken:
        tell(
            Message(
                "session.repaired",
                {
                    "id": int(table.source_ids[position]),
                    "before_m2": float(mended.area_before_m2[position]),
                    "after_m2": float(mended.area_after_m2[position]),
                },
            )
        )
    return mended.geometry
