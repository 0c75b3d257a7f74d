"""The table 三条控制线核查表: what each block of a proposal meets, as figures; no verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Catalogue
from gis_app.geometry.area import planar_area_m2
from gis_app.geometry.overlap import (
    Overlap,
    difference_from_union,
    intersection_with_union,
    overlay,
    split_overlap,
)
from gis_app.geometry.polygons import union
from gis_app.model import Layer, Project

Objects = NDArray[Any]

BLOCKS = "proposal_block"
OUT = "调出"
IN = "调入"
EXPAND = "扩入"
CHANGES = (OUT, IN, EXPAND)
"""Kinds of change, in the order of the rows; ground that is kept is no change."""
COMING = (IN, EXPAND)
"""What the control lines are asked about."""

BOUNDARY = "urban_development_boundary"
FARMLAND = "permanent_basic_farmland"
RED_LINE = "ecological_red_line"
CONTROL_LINES = (BOUNDARY, FARMLAND, RED_LINE)
ZONES: Mapping[str, str] = {"built_m2": "410", "flexible_m2": "420", "special_m2": "430"}
"""Zones within the boundary (市级国土空间总体规划编制指南): concentrated, flexible, special use."""
EXCLUSIONS = "exclusion_zone"
CROPLAND_TARGET = "耕地保护目标"
"""Name of the kind in the code list of exclusion zones; a delivery gives its code or its name."""
WIDTH_FACT = "least_overlap_width_m"

ROUNDING_M2 = 1e-4
LEAST_CORE_M2 = 0.005
"""Half of the smallest area that is ever printed."""
LEAST_UNVOUCHED_M2 = 1.0


@dataclass(frozen=True)
class Row:
    """One block, or all that comes to the park together.

    Areas in ㎡, planar in the project's reference system; ``None`` where the data for it are not there,
    never 0. ``pressing`` and ``gaps`` are (number of places, ㎡): ground on farmland or red line at least,
    and less than, the least overlap width wide.
    """

    fids: tuple[int, ...]
    block: str
    change: str
    area_m2: float
    built_m2: float | None
    flexible_m2: float | None
    special_m2: float | None
    outside_m2: float | None
    farmland_m2: float | None
    farmland_net_m2: float | None
    red_line_m2: float | None
    cropland_target_m2: float | None
    pressing: tuple[int, float] | None
    gaps: tuple[int, float] | None
    greatest_width_m: float | None


@dataclass(frozen=True)
class Version:
    """Under which document and since when a control line is in force, as delivered."""

    feature_type: str
    numbers: tuple[str, ...]
    days: tuple[date, ...]


def control_line_table(project: Project, catalogue: Catalogue, proposal: str) -> tuple[Row, list[Row]]:
    """Measure a proposal against the three control lines.

    Parameters
    ----------
    project
        In a projected reference system in metres; areas are planar in it.
    proposal
        Its id.

    Returns
    -------
    Row
        All ground that comes to the park (调入 and 扩入) together.
    list of Row
        One for each block that changes: 调出, 调入, 扩入.

    Raises
    ------
    Refused
        The reference system does not allow planar areas, or a geometry cannot be cut.
    """
    lines = _Lines(project, catalogue)
    blocks = sorted(_blocks(project, proposal), key=lambda block: (CHANGES.index(block[2]), block[1]))
    rows = [lines.row((fid,), name, change, shape) for fid, name, change, shape in blocks]
    coming = [block for block in blocks if block[2] in COMING]
    changes = dict.fromkeys(block[2] for block in coming)
    ground = union(np.array([block[3] for block in coming], dtype=object))
    return lines.row(tuple(block[0] for block in coming), "", "+".join(changes), ground), rows


def versions(project: Project) -> list[Version]:
    """Give document numbers and days of the control lines that were delivered."""
    found = []
    for kind in CONTROL_LINES:
        layer = project.of_type(kind)
        if layer is not None:
            numbers, days = (_entered(layer, column) for column in ("enabled_no", "enabled_date"))
            found.append(
                Version(kind, tuple(map(str, numbers)), tuple(d for d in days if isinstance(d, date)))
            )
    return found


def _entered(layer: Layer, column: str) -> list[Any]:
    values = layer.rows(None, [column])[column] if layer.has(column) else ()
    return sorted({value for value in values if value is not None and str(value).strip()})


def _blocks(project: Project, proposal: str) -> Iterable[tuple[int, str, str, BaseGeometry]]:
    """Fid, name, change and shape of each block of a proposal that changes anything."""
    layer = project.of_type(BLOCKS)
    if layer is None or not all(layer.has(column) for column in ("proposal", "change_type")):
        return
    given = [column for column in ("block_no", "name") if layer.has(column)]
    rows = layer.rows(None, ["proposal", "change_type", "geometry", *given])
    for position, fid in enumerate(layer.fids):
        shape, change = rows["geometry"][position], str(rows["change_type"][position] or "").strip()
        if str(rows["proposal"][position]) == proposal and change in CHANGES and shape is not None:
            names = [str(rows[column][position] or "").strip() for column in given]
            yield int(fid), next((name for name in names if name), str(fid)), change, shape


class _Lines:
    """The control lines of one project, ready to be cut."""

    def __init__(self, project: Project, catalogue: Catalogue) -> None:
        self.project, self.catalogue = project, catalogue
        width = project.fact(WIDTH_FACT)
        is_number = width is not None and isinstance(width.value, int | float) and not width.proposed
        self.width_m = float(width.value) if is_number and width is not None else None  # type: ignore[arg-type]

    def row(self, fids: tuple[int, ...], block: str, change: str, ground: BaseGeometry) -> Row:
        """Measure one piece of ground."""
        zones = {name: self._on(BOUNDARY, ground, code) for name, code in ZONES.items()}
        on = {kind: self._ground(kind, ground) for kind in (FARMLAND, RED_LINE)}
        farmland_m2, red_line_m2 = (self._shown(kind, ground, found) for kind, found in on.items())
        splits = self._splits(list(on.values()), None in (farmland_m2, red_line_m2))
        return Row(
            fids=fids,
            block=block,
            change=change,
            area_m2=self._area_m2(ground),
            outside_m2=self._outside(ground),
            farmland_m2=farmland_m2,
            farmland_net_m2=self._net(ground),
            red_line_m2=red_line_m2,
            cropland_target_m2=self._cropland_target(ground),
            pressing=None if splits is None else _pressing(splits),
            gaps=None
            if splits is None
            else (sum(s.gap_count for s in splits), sum(s.gap_area_m2 for s in splits)),
            greatest_width_m=None
            if splits is None
            else max((s.greatest_width_m for s in splits), default=0.0),
            **zones,
        )

    def _area_m2(self, ground: BaseGeometry) -> float:
        return float(planar_area_m2(np.array([ground], dtype=object), self.project.crs)[0])

    def _vouched(self, layer: Layer, ground: BaseGeometry) -> bool:
        """Whether somebody says that nothing is missing from the layer on this ground."""
        stated = layer.completeness
        left_out = sum(max(0, s.declared_count - s.used_count) for s in layer.sources)
        if (
            left_out
            or not stated.counts
            or stated.area is None
            or not (len(layer.frame) or stated.confirmed_empty)
        ):
            return False
        return float(shapely.difference(ground, stated.area).area) <= LEAST_UNVOUCHED_M2

    def _ground(self, kind: str, ground: BaseGeometry) -> BaseGeometry | None:
        layer = self.project.of_type(kind)
        return None if layer is None else intersection_with_union(ground, layer.geometry)

    def _shown(self, kind: str, ground: BaseGeometry, found: BaseGeometry | None) -> float | None:
        """The area, unless nothing was found where nobody vouches that there is nothing."""
        layer = self.project.of_type(kind)
        if layer is None or found is None:
            return None
        area_m2 = self._area_m2(found)
        return area_m2 if area_m2 > ROUNDING_M2 or self._vouched(layer, ground) else None

    def _on(self, kind: str, ground: BaseGeometry, code: str) -> float | None:
        """Ground on the features of one class and those below it; None where no feature tells its class."""
        layer = self.project.of_type(kind)
        field = None if layer is None else layer.feature_type.field(layer.feature_type.class_field)
        codes = None if field is None else self.catalogue.code_lists.get(field.codes)
        if layer is None or field is None or codes is None or not layer.has(field.id):
            return None
        values = layer.rows(None, [field.id])[field.id]
        if not all(codes.find(value).code for value in values):
            return None
        fits = np.array([codes.within(value, code) for value in values], dtype=bool)
        return self._shown(kind, ground, intersection_with_union(ground, layer.geometry[fits]))

    def _outside(self, ground: BaseGeometry) -> float | None:
        layer = self.project.of_type(BOUNDARY)
        if layer is None or not self._vouched(layer, ground):
            return None
        return self._area_m2(difference_from_union(ground, layer.geometry))

    def _net(self, ground: BaseGeometry) -> float | None:
        """Farmland without ridges, by each polygon's own net and gross area (YJJBNTMJ, YJJBNTTBMJ)."""
        layer, columns = self.project.of_type(FARMLAND), ["polygon_area_m2", "farmland_area_m2"]
        if layer is None or not all(layer.has(column) for column in columns):
            return None
        shared = overlay(np.array([ground], dtype=object), layer.geometry)
        rows = layer.rows(layer.fids[shared.others].tolist(), columns)
        gross, net = (np.array(rows[column], dtype=np.float64) for column in columns)
        if not len(gross):
            return 0.0 if self._vouched(layer, ground) else None
        if not (np.isfinite(gross) & np.isfinite(net) & (gross > 0)).all():
            return None
        return float((shared.areas_m2 * net / gross).sum())

    def _cropland_target(self, ground: BaseGeometry) -> float | None:
        layer = self.project.of_type(EXCLUSIONS)
        if layer is None or not layer.has("kind"):
            return None
        kinds = self.catalogue.code_lists["exclusion_layers"].codes.values()
        wanted = {word for code in kinds if code.name == CROPLAND_TARGET for word in (code.code, code.name)}
        fits = np.isin(layer.rows(None, ["kind"])["kind"].astype(str), sorted(wanted))
        return self._area_m2(intersection_with_union(ground, layer.geometry[fits])) if fits.any() else None

    def _splits(self, grounds: Sequence[BaseGeometry | None], is_open: bool) -> list[Overlap] | None:
        """Split what was found; None if nothing was and a layer ``is_open``: missing or not vouched for."""
        found = [ground for ground in grounds if ground is not None and ground.area > ROUNDING_M2]
        if self.width_m is None or (is_open and not found):
            return None
        return [split_overlap(ground, self.width_m) for ground in found]


def _pressing(splits: Sequence[Overlap]) -> tuple[int, float]:
    parts = [part for split in splits for part in split.parts if part.core_area_m2 >= LEAST_CORE_M2]
    return len(parts), sum(part.core_area_m2 for part in parts)
