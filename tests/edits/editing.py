"""A machine of edits, undone, redone, reopened and cut off, beside a plain model of what must be there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from gis_app.language import Refused
from gis_app.model import Changeset
from gis_app.project_file import ProjectFile
from gis_app.session.session import Session
from tests.edits.coverages import CATALOGUE, park, voronoi
from tests.edits.gestures import Hand, draw, merge, move, move_vertex, reshape, split

LAYER = "supply_parcel"
Rows = dict[int, tuple[str, tuple[Any, ...]]]
FIELDS = ("parcel_no", "contract_area_m2", "agreed_start_date")

seeds = st.integers(0, 2**31)


def rows(session: Session) -> Rows:
    """Geometry byte for byte and what is entered, by id."""
    layer = session.project.layers[LAYER]
    columns = [
        layer.rows(None, [name])[name].tolist() if layer.has(name) else [None] * len(layer) for name in FIELDS
    ]
    values = [tuple(None if v != v else v for v in row) for row in zip(*columns, strict=True)]
    return {
        fid: (shape.wkb_hex, row)
        for fid, shape, row in zip(layer.fids.tolist(), layer.geometry, values, strict=True)
    }


class Editing(RuleBasedStateMachine):
    """The model keeps what the rows were after each step; undo and redo walk along it."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.start(Path(self.folder.name) / "0" / "p.gpkg")

    def start(self, path: Path) -> None:
        """A new project of twelve cells."""
        self.path = path
        path.parent.mkdir()
        shapes = voronoi(12, seed=5)
        numbers = np.array([f"宗{n}" for n in range(len(shapes))], dtype=object)
        ProjectFile.create(self.path, park(shapes, parcel_no=numbers), actor="t").close()
        self.open()
        self.past: list[Rows] = [rows(self.session)]
        self.future: list[Rows] = []
        self.used = set(self.past[0])

    def open(self) -> None:
        self.stored = ProjectFile.open(self.path, catalogue=CATALOGUE)
        self.session = Session(self.stored, CATALOGUE, "t")
        self.told: list[Changeset] = []
        self.session.listen(self.told.append)

    def edit(self, verb: str, **given: Any) -> None:
        before, told = rows(self.session), len(self.told)
        try:
            seq = self.session.edit(verb, {"layer": LAYER, **given})
        except Refused:
            assert rows(self.session) == before
            return
        assert len(self.told) == told + (seq is not None)
        if seq is not None:
            now = rows(self.session)
            assert not (set(now) - set(before)) & self.used, "an id is never used again"
            self.used |= set(now)
            self.past.append(now)
            self.future = []

    def by_hand(self, seed: int, gesture: Callable[[Hand], Any]) -> None:
        if len(self.session.project.layers[LAYER]) > 1:
            verb, given = gesture(Hand(self.session.project, LAYER, np.random.default_rng(seed)))
            self.edit(verb, **given)

    @rule(seed=seeds, gesture=st.sampled_from([move_vertex, move, split, merge, reshape, draw]))
    def a_gesture(self, seed: int, gesture: Callable[[Hand], Any]) -> None:
        self.by_hand(seed, gesture)

    @rule(x=st.integers(0, 900), y=st.integers(0, 900))
    def draw_outside(self, x: int, y: int) -> None:
        block = shapely.box(502_000 + x, 3_000_000 + y, 502_050 + x, 3_000_050 + y)
        self.edit("draw_feature", geometry=block, attributes={"parcel_no": f"新{x}"})

    @rule(seed=seeds, values=st.fixed_dictionaries({}, optional={
        "parcel_no": st.none() | st.sampled_from(["甲", "乙"]),
        "contract_area_m2": st.none() | st.floats(-1e6, 1e6),
        "agreed_start_date": st.none() | st.dates().map(str),
    }).filter(bool))  # fmt: skip
    def set_attributes(self, seed: int, values: dict[str, Any]) -> None:
        fids = self.session.project.layers[LAYER].fids
        if len(fids):
            self.edit("set_attributes", fid=int(fids[seed % len(fids)]), values=values)

    @rule(seed=seeds)
    def delete(self, seed: int) -> None:
        fids = self.session.project.layers[LAYER].fids
        if len(fids):
            self.edit("delete_features", fids=[int(fids[seed % len(fids)])])

    @rule()
    def undo(self) -> None:
        step = self.session.undo()
        assert (step is None) == (len(self.past) == 1)
        if step is not None:
            self.future.append(self.past.pop())

    @rule()
    def redo(self) -> None:
        step = self.session.redo()
        assert (step is None) == (not self.future)
        if step is not None:
            self.past.append(self.future.pop())

    @rule()
    def reopen(self) -> None:
        self.stored.close()
        self.open()

    @rule()
    def cut_off(self) -> None:
        """The program ends without a word: what the disk holds now is opened, log, lock file and all."""
        self.leave_to(self.copied())

    @precondition(lambda self: self.past[-1])
    @rule()
    def cut_off_inside_a_commit(self) -> None:
        """All of an edit is written but the last word."""
        copies: list[Path] = []
        connection, past, future = self.stored._connection, [*self.past], [*self.future]
        connection.set_commit_hook(lambda: bool(copies.append(self.copied())))
        self.edit("set_attributes", fid=min(self.past[-1]), values={"parcel_no": "断"})
        connection.set_commit_hook(None)
        if copies:  # else it is 断 already
            self.leave_to(copies[0])
            self.past, self.future = past, future

    def copied(self) -> Path:
        self.copies = getattr(self, "copies", 0) + 1
        return (
            Path(shutil.copytree(self.path.parent, self.path.parent.parent / str(self.copies)))
            / self.path.name
        )

    def leave_to(self, path: Path) -> None:
        self.stored.close()
        shutil.rmtree(self.path.parent)
        self.path = path
        self.open()
        assert self.stored.left_by is not None

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def undo_to_the_start(self) -> None:
        while self.session.undo() is not None:
            self.future.append(self.past.pop())
        assert len(self.past) == 1

    @invariant()
    def the_rows_are_those_of_the_model(self) -> None:
        if hasattr(self, "past"):
            assert rows(self.session) == self.past[-1]

    def teardown(self) -> None:
        if hasattr(self, "stored"):
            try:
                while self.session.undo() is not None:
                    self.past.pop()
                assert rows(self.session) == self.past[0]
                assert self.stored.verify() == []
            finally:
                self.stored.close()
                self.folder.cleanup()
