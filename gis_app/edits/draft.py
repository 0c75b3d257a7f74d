"""A would-be change of one layer: what a verb wants is woven into the neighbours, checked and recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.weave import NEAR_M, misfits, oriented_like, weave
from gis_app.language import Message
from gis_app.model import GEOMETRY, Changeset, Layer, Project, Record, feature_frame

PROPOSAL_FIELD = "proposal"
"""Blocks of different proposals share ground without being neighbours."""

KINDS = {
    "point": ("Point", "MultiPoint"),
    "line": ("LineString", "MultiLineString"),
    "polygon": ("Polygon", "MultiPolygon"),
}


class Draft:
    """Shapes and values that a verb wants, of one layer.

    The verb says which features it changes, adds or drops; ``done`` settles coordinates, moves what
    neighbours share, refuses what may not be, and gives the changeset. Neither project nor layer is touched.

    Raises
    ------
    EditError
        The layer is a statutory result and locked.
    """

    def __init__(self, project: Project, layer: Layer) -> None:
        require_open(layer)
        self.project = project
        self.layer = layer
        self.shapes: dict[int, BaseGeometry] = {}
        self.values: dict[int, dict[str, object]] = {}
        self._new: dict[int, None] = {}
        self._gone: dict[int, None] = {}

    @property
    def coverage(self) -> bool:
        """Whether features of the layer may not overlap."""
        return self.layer.feature_type.coverage

    def shape(self, fid: int) -> BaseGeometry:
        """The geometry of a feature, as drafted or as it is.

        Raises
        ------
        EditError
            There is no such feature, or it has no geometry.
        """
        return self.shapes[fid] if fid in self.shapes else shape_of(self.layer, fid)

    def polygon(self, fid: int) -> BaseGeometry:
        """The geometry of a feature, which must be a polygon.

        Raises
        ------
        EditError
            It is none, or as ``shape``.
        """
        found = self.shape(fid)
        if found.geom_type not in KINDS["polygon"]:
            raise refuse("not_for_this", layer=title(self.layer), given=found.geom_type)
        return found

    def put(self, fid: int, shape: BaseGeometry) -> None:
        """Give a feature another geometry."""
        self.shapes[fid] = shape

    def add(self, shape: BaseGeometry | None, values: Mapping[str, object]) -> int:
        """A new feature; its id."""
        fid = self.project.next_fid + len(self._new)
        self._new[fid] = None
        if shape is not None:
            self.shapes[fid] = shape
        self.values[fid] = dict(values)
        return fid

    def drop(self, fids: Iterable[int]) -> None:
        """Remove features."""
        gone = list(fids)
        require_there(self.layer, gone)
        self._gone.update(dict.fromkeys(gone))

    def set(self, fid: int, values: Mapping[str, object]) -> None:
        """Give a feature other values in some fields."""
        self.values.setdefault(fid, {}).update(values)

    def neighbours(
        self, bounds: tuple[float, float, float, float], beside: Iterable[int] = ()
    ) -> dict[int, BaseGeometry]:
        """Other features whose bounds meet ``bounds``, by id; of the same proposal as the drafted ones."""
        if not self.layer.table.spatial:
            return {}
        x0, y0, x1, y1 = bounds
        reach = 10 * NEAR_M
        out = {*beside, *self.shapes, *self._gone}
        fids = [
            fid for fid in self.layer.near((x0 - reach, y0 - reach, x1 + reach, y1 + reach)).tolist()
            if fid not in out
        ]  # fmt: skip
        if self.layer.has(PROPOSAL_FIELD) and fids:
            mine = self._proposals(out)
            given = self.layer.rows(fids, [PROPOSAL_FIELD])[PROPOSAL_FIELD]
            fids = [fid for fid, owner in zip(fids, given, strict=True) if owner in mine]
        return {
            fid: shape for fid, shape in zip(fids, self.layer.shapes(fids), strict=True) if shape is not None
        }

    def done(self, verb: str, **values: object) -> Changeset:
        """The step ``edits.<verb>``.

        Raises
        ------
        EditError
            A shape would be invalid, empty or of another kind, or features of a coverage would overlap.
        """
        if self.shapes or self._gone:
            self._settle()
        return self._changeset(Message(f"edits.{verb}", {"layer": title(self.layer), **values}))

    def _proposals(self, fids: Iterable[int]) -> frozenset[object]:
        known = [fid for fid in fids if fid not in self._new]
        there = [fid for fid, is_there in zip(known, self.layer.table.has(known), strict=True) if is_there]
        owners = set(self.layer.rows(there, [PROPOSAL_FIELD])[PROPOSAL_FIELD])
        return frozenset(owners | {self.values[fid].get(PROPOSAL_FIELD) for fid in self._new})

    def _settle(self) -> None:
        old = [fid for fid in (*self.shapes, *self._gone) if fid not in self._new]
        before = {
            fid: shape for fid, shape in zip(old, self._old_shapes(old), strict=True) if shape is not None
        }
        if not before and not self.shapes:
            return
        bounds = shapely.total_bounds(np.array([*before.values(), *self.shapes.values()], dtype=object))
        around = self.neighbours((*bounds.tolist(),))
        model = next(iter(before.values()), next(iter(around.values()), None))
        oriented = {fid: oriented_like(s, before.get(fid, model)) for fid, s in self.shapes.items()}
        self.shapes = weave(oriented, around, before)
        self._require_sound(before | around)
        if self.coverage:
            self._require_coverage(before | around)

    def _old_shapes(self, fids: list[int]) -> Iterable[BaseGeometry | None]:
        return self.layer.shapes(fids) if self.layer.table.spatial else []

    def _require_sound(self, before: Mapping[int, BaseGeometry]) -> None:
        allowed = KINDS.get(self.layer.feature_type.geometry)
        for fid, shape in self.shapes.items():
            if shape is before.get(fid):
                continue
            if shape.is_empty:
                raise refuse("nothing_left", layer=title(self.layer), feature=self._name(fid))
            if allowed is not None and shape.geom_type not in allowed:
                raise refuse("wrong_kind", layer=title(self.layer), given=shape.geom_type)
            if not np.isfinite(shapely.get_coordinates(shape)).all():
                raise refuse("not_finite")
            if not shape.is_valid:
                reason = str(shapely.is_valid_reason(shape))
                raise refuse("invalid", layer=title(self.layer), feature=self._name(fid), reason=reason)

    def _require_coverage(self, before: Mapping[int, BaseGeometry]) -> None:
        after = {fid: shape for fid, shape in before.items() if fid not in self._gone} | self.shapes
        wrong = misfits(after)
        if wrong and (new := wrong - misfits(before)):
            names = [self._name(fid) for fid in sorted(new)]
            raise refuse("overlaps", layer=title(self.layer), features=names)

    def _name(self, fid: int) -> str:
        return "+" if fid in self._new else labels(self.layer, [fid])[0]

    def _changeset(self, text: Message) -> Changeset:
        if self.project.layers.get(self.layer.id) is not self.layer:
            return Changeset(text, arrivals=(self._arrival(),))
        records = [self._gone_record(fid) for fid in self._gone]
        changed = [*{**dict.fromkeys(self.shapes), **dict.fromkeys(self.values)}]
        records += self._updates([fid for fid in changed if fid not in self._new])
        records += [self._new_record(fid) for fid in changed if fid in self._new]
        return Changeset(text, tuple(records))

    def _gone_record(self, fid: int) -> Record:
        return Record(self.layer.id, fid, self.layer.table.row(fid), None)

    def _new_record(self, fid: int) -> Record:
        return Record(self.layer.id, fid, None, self._row(fid))

    def _row(self, fid: int) -> dict[str, object]:
        shape = {GEOMETRY: self.shapes[fid]} if fid in self.shapes else {}
        return {**{name: value for name, value in self.values[fid].items() if value is not None}, **shape}

    def _updates(self, fids: list[int]) -> list[Record]:
        """Records of features that stay, each with the columns that change; read a column at a time."""
        after: dict[int, dict[str, object]] = {fid: dict(self.values.get(fid, {})) for fid in fids}
        for fid in fids:
            if fid in self.shapes:
                after[fid][GEOMETRY] = self.shapes[fid]
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for fid in fids:
            alike[tuple(after[fid])].append(fid)
        records: list[Record] = []
        for names, group in alike.items():
            records += updates(
                self.layer, group, {name: [after[fid][name] for fid in group] for name in names}
            )
        return records

    def _arrival(self) -> Layer:
        """A layer that was not there yet, with its first features."""
        kind, fids = self.layer.feature_type, [*self._new]
        rows = [self._row(fid) for fid in fids]
        names = [name for name in self.layer.table.columns if name != GEOMETRY]
        columns = {name: [row.get(name) for row in rows] for name in names}
        typed = {
            name: np.array([np.nan if v is None else v for v in given], dtype=np.float64)
            if self.layer.table.dtype(name) == np.float64
            else given
            for name, given in columns.items()
        }
        shapes = None if kind.geometry == "none" else [row.get(GEOMETRY) for row in rows]
        return Layer(self.layer.id, kind, feature_frame(fids, typed, shapes, self.project.crs))


def shape_of(layer: Layer, fid: int) -> BaseGeometry:
    """The geometry of a feature as it is.

    Raises
    ------
    EditError
        There is no such feature, or it has no geometry.
    """
    require_there(layer, [fid])
    found: BaseGeometry | None = layer.shapes([fid])[0] if layer.table.spatial else None
    if found is None or found.is_empty:
        raise refuse("no_geometry", layer=title(layer), feature=labels(layer, [fid]))
    return found


def require_open(layer: Layer) -> None:
    """Refuse to change a statutory result that nobody has unlocked.

    Raises
    ------
    EditError
        It is locked.
    """
    if layer.locked:
        raise refuse("locked", layer=title(layer))


def require_there(layer: Layer, fids: Iterable[int]) -> None:
    """Refuse ids that the layer does not have.

    Raises
    ------
    EditError
        One of them is not there.
    """
    given = list(fids)
    missing = [fid for fid, there in zip(given, layer.table.has(given).tolist(), strict=True) if not there]
    if missing:
        raise refuse("no_feature", layer=title(layer), fids=[str(fid) for fid in missing[:5]])


def updates(layer: Layer, fids: Sequence[int], after: Mapping[str, Sequence[object]]) -> list[Record]:
    """Records that give features other values, column → value of each feature; only what differs."""
    before: dict[str, Sequence[object]] = {
        name: layer.rows(fids, [name])[name].tolist() if layer.has(name) else [None] * len(fids)
        for name in after
    }
    if len(after) == 1:
        ((name, values),) = after.items()
        pairs = zip(fids, before[name], values, strict=True)
        return [Record(layer.id, fid, {name: a}, {name: b}) for fid, a, b in pairs if not _same(a, b)]
    records = []
    for place, fid in enumerate(fids):
        changed = [name for name in after if not _same(before[name][place], after[name][place])]
        if changed:
            old, new = ({name: side[name][place] for name in changed} for side in (before, after))
            records.append(Record(layer.id, fid, old, new))
    return records


def _same(one: object, other: object) -> bool:
    if isinstance(one, BaseGeometry) and isinstance(other, BaseGeometry):
        return one is other or shapely.to_wkb(one) == shapely.to_wkb(other)
    return one == other or ((one is None or one != one) and (other is None or other != other))
