"""A layer as one rule sees it: the rows it asked for, as plain arrays, and what their source vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue.feature_type import FeatureType
from gis_app.geometry.overlap import difference_from_union
from gis_app.geometry.polygons import union
from gis_app.model import Completeness


@dataclass
class Rows:
    """Selected features of one layer.

    ``fids`` (n,), ``geometry`` (n,) shapely in the project's reference system, ``columns`` only those that
    the rule declared, ``valid`` (n,) False where the shape is invalid. ``whole_layer_empty`` says that the
    layer itself has no feature, whatever the rule selects from it. ``left_out`` counts records of the
    delivery that could not be used: nobody knows where they lie.
    """

    layer: str
    feature_type: FeatureType
    fids: NDArray[np.int64]
    geometry: NDArray[Any]
    valid: NDArray[np.bool_]
    columns: Mapping[str, NDArray[Any]]
    completeness: Completeness
    scheme: str | None
    whole_layer_empty: bool
    left_out: int = 0
    _tree: shapely.STRtree | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.fids)

    def tree(self) -> shapely.STRtree:
        """One index of these rows, made when first asked for."""
        if self._tree is None:
            self._tree = shapely.STRtree(self.geometry)
        return self._tree

    def meeting(self, ground: BaseGeometry) -> NDArray[np.intp]:
        """Positions of rows whose bounds meet those of ``ground``, in order."""
        return np.sort(self.tree().query(ground))

    def select(self, positions: NDArray[Any]) -> Rows:
        """The same rows, fewer of them."""
        return Rows(
            self.layer,
            self.feature_type,
            self.fids[positions],
            self.geometry[positions] if len(self.geometry) else self.geometry,
            self.valid[positions] if len(self.valid) else self.valid,
            {name: values[positions] for name, values in self.columns.items()},
            self.completeness,
            self.scheme,
            self.whole_layer_empty,
            self.left_out,
        )

    def union(self) -> BaseGeometry:
        """The ground that the valid rows cover together."""
        shapes = self.geometry[self.valid]
        return union(shapes)

    def unvouched(self, ground: BaseGeometry) -> BaseGeometry:
        """The part of ``ground`` where nobody vouches that this layer leaves nothing out.

        An empty layer proves nothing unless somebody confirmed that there is nothing to be found, and a
        layer of which records were left out proves nothing anywhere.
        """
        stated = self.completeness
        if (
            self.left_out
            or not stated.counts
            or stated.area is None
            or (self.whole_layer_empty and not stated.confirmed_empty)
        ):
            return ground
        return difference_from_union(ground, np.array([stated.area], dtype=object))
