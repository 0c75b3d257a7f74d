"""Random scripts of edits that can be, and the state of the project after each of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import shapely

from gis_app.catalogue import Catalogue
from gis_app.edits.registry import EDITS
from gis_app.language import Refused
from gis_app.model import Changeset, Layer, Project

LAYER = "supply_parcel"
VERBS = ("draw_feature", "move_vertex", "split", "merge", "set_attributes", "delete_features")
REVERSALS = ("undo", "redo")
STEP_M = 20.0
ORIGIN = (500000.0, 3000000.0)
_MOST_ROWS = 40


@dataclass(frozen=True)
class Script:
    """Lines of a script, and the digest of the project before the first and after each of them."""

    lines: tuple[str, ...]
    op_ids: tuple[str, ...]
    verbs: tuple[str, ...]
    digests: tuple[str, ...]

    def write(self, path: Path) -> None:
        """As ``parkplan edit --script`` reads it."""
        path.write_text("".join(line + "\n" for line in self.lines), "utf-8")


class Author:
    """Makes scripts: each edit is tried on a project in memory, so that it is known to be possible.

    ``project`` is changed by it.
    """

    def __init__(self, project: Project, catalogue: Catalogue, seed: int) -> None:
        self._project = project
        self._catalogue = catalogue
        self._random = random.Random(seed)
        self._seed = seed
        self._done: list[Changeset] = []
        self._undone: list[Changeset] = []
        self._makers: Mapping[str, Callable[[], dict[str, Any]]] = {
            "draw_feature": self._draw,
            "move_vertex": self._move,
            "split": self._split,
            "merge": self._merge,
            "set_attributes": self._attributes,
            "delete_features": self._delete,
        }

    def script(self, count: int, first: int = 0) -> Script:
        """So many edits, undos and redos; ids are unique for the seed and number."""
        lines, op_ids, digests = [], [], [digest(self._project)]
        verbs: list[str] = []
        while len(lines) < count:
            op_id = f"{self._seed}-{first + len(lines)}"
            again = verbs and verbs[-1] == "undo" and self._random.random() < 0.5
            verb = "redo" if again else self._random.choice((*VERBS, *VERBS, "undo", "undo"))
            arguments = self._try(verb)
            if arguments is None:
                continue
            lines.append(json.dumps({"op_id": op_id, "edit": verb, "args": arguments}))
            op_ids.append(op_id)
            verbs.append(verb)
            digests.append(digest(self._project))
        return Script(tuple(lines), tuple(op_ids), tuple(verbs), tuple(digests))

    def _try(self, verb: str) -> dict[str, Any] | None:
        if verb in REVERSALS:
            return self._reverse(verb)
        rows = self._layer.fids if self._layer is not None else ()
        if (len(rows) > _MOST_ROWS) if verb == "draw_feature" else (len(rows) < 6):
            return None
        try:
            arguments = self._makers[verb]()
            changeset = EDITS[verb].changeset(self._project, self._catalogue, arguments)
        except Refused:
            return None
        if not changeset:
            return None
        self._project.apply(changeset)
        self._done.append(changeset)
        self._undone.clear()
        return arguments

    def _reverse(self, verb: str) -> dict[str, Any] | None:
        source, target = (self._done, self._undone) if verb == "undo" else (self._undone, self._done)
        if not source:
            return None
        changeset = source.pop().inverse()
        self._project.apply(changeset)
        target.append(changeset)
        return {}

    @property
    def _layer(self) -> Layer | None:
        return self._project.layers.get(LAYER)

    def _one(self) -> tuple[int, Any]:
        assert self._layer is not None
        fid = int(self._random.choice(self._layer.fids.tolist()))
        return fid, self._layer.rows([fid], ["geometry"])["geometry"][0]

    def _draw(self) -> dict[str, Any]:
        x = ORIGIN[0] + STEP_M * self._random.randrange(12)
        y = ORIGIN[1] + STEP_M * self._random.randrange(12)
        shape = shapely.box(x, y, x + STEP_M, y + STEP_M)
        attributes = {"parcel_no": f"N{self._random.randrange(10**6)}"}
        return {"layer": LAYER, "geometry": shapely.geometry.mapping(shape), "attributes": attributes}

    def _move(self) -> dict[str, Any]:
        _, shape = self._one()
        start = self._random.choice(shapely.get_coordinates(shape).tolist())
        end = [start[0] + self._random.uniform(-4, 4), start[1] + self._random.uniform(-4, 4)]
        return {"layer": LAYER, "from": start, "to": end}

    def _split(self) -> dict[str, Any]:
        fid, shape = self._one()
        x0, y0, x1, y1 = shape.bounds
        x = self._random.uniform(x0 + (x1 - x0) / 4, x1 - (x1 - x0) / 4)
        return {"layer": LAYER, "fid": fid, "line": [[x, y0 - 1], [x, y1 + 1]]}

    def _merge(self) -> dict[str, Any]:
        fid, shape = self._one()
        assert self._layer is not None
        near = [int(other) for other in self._layer.near(shape.bounds) if other != fid]
        return {"layer": LAYER, "fids": [fid, self._random.choice(near or [fid])], "keep": fid}

    def _attributes(self) -> dict[str, Any]:
        fid, _ = self._one()
        values = {"right_holder": f"甲{self._random.randrange(10**6)}"}
        return {"layer": LAYER, "fid": fid, "values": values}

    def _delete(self) -> dict[str, Any]:
        return {"layer": LAYER, "fids": [self._one()[0]]}


def digest(project: Project) -> str:
    """Over every value and every byte of geometry of the edited layer, by fid."""
    layer = project.layers.get(LAYER)
    return "" if layer is None else rows_digest(layer)


def rows_digest(layer: Layer) -> str:
    """The same of a layer."""
    sums = sha256()
    frame = layer.frame
    for name in sorted(str(column) for column in frame.columns):
        column = frame[name]
        if name == "geometry":
            values: list[Any] = list(shapely.to_wkb(column.to_numpy(), hex=True))
        else:
            values = column.astype(object).where(column.notna(), None).tolist()
        if any(value is not None for value in values):
            sums.update(repr((name, list(zip(frame.index.tolist(), values, strict=True)))).encode())
    return sums.hexdigest()
