"""A large layer is read by a process of its own; what comes is the same project."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_app.model import Layer, Record, feature_frame
from gis_app.project_file import ProjectFile, bulk, loading
from gis_app.project_file.connection import connect
from tests.project_file.park import CATALOGUE, CRS_4546, PARCEL, new, parcels, reopened, requests, same, step

N = 8


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MANY", 1)


def column(*values: object) -> np.ndarray[Any, Any]:
    made = np.empty(N, dtype=object)
    made[:] = [values[place % len(values)] for place in range(N)]
    return made


def mixed() -> Layer:
    """Every kind of column and of geometry, with what is missing."""
    shapes = shapely.from_wkt(
        [
            "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 2 1, 2 2, 1 1))", "POLYGON EMPTY", "POINT (1 2)",
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))", "POINT EMPTY",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 5)))",
            "POLYGON Z ((0 0 1, 0 4 2, 4 4 3, 0 0 1))",
        ]
    ).tolist()  # fmt: skip
    columns = {
        "parcel_no": column("宗地一", "", None, "a'\";--", "😀", "line\nbreak"),
        "idle_cause": column(None),
        "supply_date": column(date(2020, 2, 29), None, date(1899, 12, 31)),
        "area": column(1.5, None, float("nan")).astype(float),
        "small": np.arange(N, dtype=np.float32) / 3,
        "infinite": column(float("inf"), -1e300, -float("inf")).astype(float),
        "count": np.arange(N, dtype=np.int64) - 2**62,
        "short": np.arange(N, dtype=np.int16),
        "some": column(3, None, -7),
        "mix": column(3, 2.5, None),
        "clean": column(True, False, None),
        "moment": column(datetime(2026, 11, 30, 12, 0, 1, 123456), None, datetime(1969, 1, 1)),
        "instant": column(datetime(2026, 11, 30, 12, 0, tzinfo=UTC), None),
        "Größe": column("x", "y"),
        "größe": column("X", None),
    }
    fids = np.arange(11, 11 + 3 * N, 3)
    return Layer("mixed", PARCEL, feature_frame(fids, columns, [*shapes, None], CRS_4546))


def both(file: ProjectFile, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        found = file.load()
    assert not caplog.records, "it was read by the other process"
    direct = loading.load(file._connection, file._codec)
    same(found, direct)
    for id, layer in direct.layers.items():
        for name in layer.frame.columns:
            if name != "geometry":
                own = found.layers[id].frame[name].tolist()
                assert [(type(v), repr(v)) for v in own] == [
                    (type(v), repr(v)) for v in layer.frame[name].tolist()
                ], name


def test_every_kind_of_value_and_shape(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with new(tmp_path / "p.gpkg", mixed(), parcels(500), requests()) as file:
        both(file, caplog)
        named = Record("supply_parcel", 3, {"parcel_no": "宗2'\";--"}, {"parcel_no": "neu"})
        file.commit(step(named), actor="a")
        file.commit(step(Record("supply_parcel", 2, {"clean": False, "count": -1}, None)), actor="a")
        both(file, caplog)
    with ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE, read_only=True) as file:
        both(file, caplog)


def test_a_journal_that_was_left_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is still in the log beside the file, as after a power cut."""
    file = new(tmp_path / "p.gpkg", parcels(50))
    file.commit(step(Record("supply_parcel", 3, {"count": 0}, {"count": 77})), actor="a")
    for end in ("", "-wal"):
        (tmp_path / f"cut.gpkg{end}").write_bytes((tmp_path / f"p.gpkg{end}").read_bytes())
    file.close()
    with ProjectFile.open(tmp_path / "cut.gpkg", catalogue=CATALOGUE) as again:
        both(again, caplog)
        assert again.load().layers["supply_parcel"].frame.loc[3, "count"] == 77


def test_what_somebody_writes_meanwhile_is_not_mixed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = new(tmp_path / "p.gpkg", parcels(50))
    counted = bulk._Reading._counted

    def written(self: Any) -> Any:
        other = connect(file.path)
        other.execute("UPDATE supply_parcel SET count = 5 WHERE fid = 1")
        other.close()
        return counted(self)

    monkeypatch.setattr(bulk._Reading, "_counted", written)
    with caplog.at_level(logging.WARNING):
        found = file.load()
    assert "row by row" in caplog.text
    assert found.layers["supply_parcel"].frame.loc[1, "count"] == 5
    file.close()


@pytest.mark.parametrize(
    "value", ["'20200101'", "'no day'", "'a' || char(0) || 'b'"], ids=["other form", "no date", "zero byte"]
)
def test_what_both_would_read_otherwise_is_read_row_by_row(
    tmp_path: Path, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = new(tmp_path / "p.gpkg", parcels(5))
    file.close()
    other = connect(tmp_path / "p.gpkg")
    name = "parcel_no" if "char" in value else "supply_date"
    other.execute(f"UPDATE supply_parcel SET {name} = {value} WHERE fid = 1")
    other.close()
    with ProjectFile.open(tmp_path / "p.gpkg", catalogue=CATALOGUE) as again:
        with caplog.at_level(logging.WARNING):
            try:
                read = str(again.load().layers["supply_parcel"].frame.loc[1, name])
            except Exception as error:
                read = type(error).__name__
        assert read in ("2020-01-01", "Refused", "a\0b") and "row by row" in caplog.text


def test_a_reader_that_fails_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = new(tmp_path / "p.gpkg", parcels(5))
    monkeypatch.setattr(bulk, "_KEPT_OUT", ("pyogrio",))
    with caplog.at_level(logging.WARNING):
        assert len(file.load().layers["supply_parcel"]) == 5
    assert "row by row" in caplog.text
    file.close()


def test_edits_go_on_from_what_was_read(tmp_path: Path) -> None:
    file = reopened(new(tmp_path / "p.gpkg", parcels(60)))
    project = file.load()
    old = project.layers["supply_parcel"].shapes([7])[0]
    moved = shapely.affinity.translate(old, 5, 5)
    for change in (
        Record("supply_parcel", 7, {"geometry": old}, {"geometry": moved}),
        Record("supply_parcel", 7, {"count": 4}, {"count": 9}),
    ):
        file.commit(step(change), actor="a")
        project.apply(step(change))
    same(project, reopened(file).load())


@pytest.mark.parametrize(
    "texts",
    [
        ["a", "a\0", None, "", "二", "七1234", "1234567", "A"],
        [None, None],
        ["", None],
        [str(number) for number in range(3000)],
    ],
)
def test_short_texts_are_made_as_long_ones_are(texts: list[str | None], monkeypatch: Any) -> None:
    raw = [(text or "").encode() for text in texts]
    given = (
        np.frombuffer(b"".join(raw), dtype=np.uint8),
        np.array([len(one) for one in raw]),
        np.array([text is not None for text in texts]),
    )
    assert bulk._short_texts(*given).tolist() == texts
    assert bulk._texts(*given).tolist() == texts
    monkeypatch.setattr(bulk, "_SHORT_BYTES", -1)
    assert bulk._texts(*given).tolist() == texts
