"""Calculate a field from others, for some features or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import require_open, require_there, updates
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.expression import BLANK, DATE, NULL, NUMBER, TEXT, TRUTH, Column, evaluate
from gis_app.edits.grammar import parse
from gis_app.edits.naming import field_title, title
from gis_app.edits.values import column_of
from gis_app.language import Message
from gis_app.model import Changeset, Layer, Project

KINDS = {"text": TEXT, "code": TEXT, "number": NUMBER, "integer": NUMBER, "date": DATE, "boolean": TRUTH}


def calculate_field(
    project: Project, layer: Layer, field: str, expression: str, fids: Sequence[int] = ()
) -> Changeset:
    """The step that fills a field by an expression, of all features when none is named.

    Areas and lengths are planar, in the project's reference system.

    Raises
    ------
    EditError
        The expression is none, a field is not there, or its result does not fit the field.
    """
    require_open(layer)
    column = column_of(layer, field)
    chosen = [*fids] or layer.fids.tolist()
    require_there(layer, fids)
    values = _fitting(layer, column, evaluate(parse(expression), _Fields(layer, chosen)), len(chosen))
    records = updates(layer, chosen, {column: values})
    text = Message(
        "edits.calculate_field",
        {"layer": title(layer), "field": field_title(layer, column), "expression": expression[:200],
         "count": len(records)},
    )  # fmt: skip
    return Changeset(text, tuple(records))


class _Fields:
    """Columns of a layer as the expression wants them."""

    def __init__(self, layer: Layer, fids: Sequence[int]) -> None:
        self._layer = layer
        self._all = len(fids) == len(layer)
        self._fids = fids

    def __call__(self, name: str) -> Column:
        if name in ("area_m2()", "length_m()"):
            return Column(NUMBER, self._measure(name))
        column = column_of(self._layer, name)
        kind = self._kind(column)
        if not self._layer.has(column):
            return Column(kind, BLANK[kind])
        return Column(kind, self._values(column, kind))

    def _values(self, column: str, kind: str) -> NDArray[Any]:
        found = self._layer.rows(None if self._all else self._fids, [column])[column]
        if kind == TEXT:
            return found
        if kind == DATE:
            return found.astype("datetime64[D]")
        if kind == TRUTH:
            return np.array([value is True for value in found.tolist()], dtype=bool)
        return found.astype(np.float64)

    def _measure(self, name: str) -> NDArray[Any]:
        if not self._layer.table.spatial:
            raise refuse("no_geometry", layer=title(self._layer), feature="")
        shapes = self._layer.geometry if self._all else self._layer.shapes(self._fids)
        return np.asarray(shapely.area(shapes) if name == "area_m2()" else shapely.length(shapes))

    def _kind(self, column: str) -> str:
        declared = self._layer.feature_type.field(column)
        if declared is not None:
            return KINDS[declared.type]
        return NUMBER if self._layer.table.dtype(column).kind in "iuf" else TEXT


def _fitting(layer: Layer, column: str, result: Column, count: int) -> list[object]:
    declared = layer.feature_type.field(column)
    wanted = KINDS[declared.type] if declared is not None else (
        NUMBER if layer.table.dtype(column).kind in "iuf" else TEXT
    )  # fmt: skip
    name = field_title(layer, column)
    if result.kind == NULL:
        result = Column(wanted, BLANK[wanted])
    if result.kind != wanted:
        raise refuse("expression_result", field=name, wanted=wanted, given=result.kind)
    values: list[object] = np.broadcast_to(result.values, (count,)).tolist()
    whole = declared is not None and declared.type == "integer"
    if whole and any(isinstance(v, float) and v == v and not v.is_integer() for v in values):
        raise refuse("expression_whole", field=name)
    if declared is not None and declared.values and not set(values) <= {*declared.values, None}:
        raise refuse("not_a_word", layer=title(layer), field=name, words=list(declared.values))
    return values


EDIT = Edit(
    "calculate_field",
    calculate_field,
    (
        LAYER,
        Argument("field", "text"),
        Argument("expression", "text"),
        Argument("fids", "fids", required=False),
    ),
)
