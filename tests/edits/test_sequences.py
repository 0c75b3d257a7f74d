"""Random edits one after the other on coverages: nothing tears, nothing overlaps, no ground is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.edits.registry import EDITS
from gis_app.language import Refused
from gis_app.model import Project
from tests.edits.coverages import BINXI_GRID, CATALOGUE, GRID, binxi, flagged, park, sample, torn, voronoi
from tests.edits.gestures import GESTURES, Hand, areas
from tests.realdata import needs_realdata

LAYER = "supply_parcel"
CONSERVING = frozenset({"split", "split_by_ratio", "merge", "insert_vertex"})
STEPS = 14
LEAST_ACCEPTED = 0.8
Shapes = NDArray[Any]


def sequence(project: Project, seed: int, done: Counter[str], refused: Counter[str]) -> None:
    """One sequence; after each edit that keeps ground its area is looked at."""
    hand = Hand(project, LAYER, np.random.default_rng(seed))
    for n in range(STEPS):
        gesture = GESTURES[(seed + n) % len(GESTURES)]
        verb, given = gesture(hand)
        try:
            step = EDITS[verb].changeset(project, CATALOGUE, {"layer": LAYER, **given})
        except Refused:
            refused[gesture.__name__] += 1
            continue
        perimeter = sum(
            shapely.length(row["geometry"])
            for record in step.records
            for row in (record.before, record.after)
            if row is not None and "geometry" in row
        )
        before = areas(hand.layer.geometry)
        project.apply(step)
        done[gesture.__name__] += 1
        if verb in CONSERVING:
            assert abs(areas(hand.layer.geometry) - before) <= 1e-4 * perimeter, (seed, n, verb)


def run(seeds: Iterable[int], shapes: Callable[[], Shapes], crs: CRS, whole: bool) -> Counter[str]:
    """Sequences, each on a fresh coverage; ``whole`` asks for edges that match everywhere."""
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for seed in seeds:
        project = park(shapes(), crs, LAYER)
        known = {int(project.layers[LAYER].fids[n]) for n in flagged(shapes())}
        sequence(project, seed, done, refused)
        layer = project.layers[LAYER]
        assert shapely.is_valid(layer.geometry).all(), seed
        assert {int(layer.fids[n]) for n in flagged(layer.geometry)} <= known, seed
        if whole:
            assert torn(layer.geometry) == [], seed
    total = sum(done.values())
    assert total >= LEAST_ACCEPTED * (total + sum(refused.values())), refused
    return done


def test_voronoi() -> None:
    done = run(range(18), voronoi, GRID, whole=True)
    assert set(done) == {gesture.__name__ for gesture in GESTURES}


def test_sample_park() -> None:
    run(range(3), sample, GRID, whole=True)


@needs_realdata
def test_binxi() -> None:
    assert len(flagged(binxi())) == 3
    run(range(9), binxi, BINXI_GRID, whole=False)


@pytest.mark.long
@needs_realdata
@pytest.mark.timeout(3600)
def test_a_thousand() -> None:
    done = run(range(600), voronoi, GRID, whole=True)
    done += run(range(600, 700), sample, GRID, whole=True)
    done += run(range(700, 1000), binxi, BINXI_GRID, whole=False)
    print(dict(done))
    assert min(done[gesture.__name__] for gesture in GESTURES) >= 500, done
